// sink PORT CONNECTIONS BYTES [TARGET]: reads BYTES on each connection to a relay; with TARGET it first asks the relay, by an HTTP CONNECT,
// for that port of loopback.
#include "../lib/net.h"

static void ask(int fd, int target) {
    char text[512];
    int length = snprintf(text, sizeof text, "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", target, target);
    write_all(fd, text, length);
    // byte by byte, not to read into the body
    for (length = 0; length < (int)sizeof text - 1; length++) {
        if (read(fd, text + length, 1) != 1) die("CONNECT");
        if (length >= 3 && !memcmp(text + length - 3, "\r\n\r\n", 4)) break;
    }
    text[length] = 0;
    if (!strstr(text, " 200 ")) {
        fprintf(stderr, "refused: %s\n", text);
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc < 4) return fprintf(stderr, "sink PORT CONNECTIONS BYTES [TARGET]\n"), 2;
    int port = atoi(argv[1]), count = atoi(argv[2]), open = count;
    uint64_t size = strtoull(argv[3], NULL, 10), total = 0;
    static char bytes[262144];
    raise_limit();
    int epoll = epoll_create1(0);
    say("begin");
    double begin = now();
    for (int i = 0; i < count; i++) {
        int fd = connect_to(port, 0);
        if (argc > 4) ask(fd, atoi(argv[4]));
        set_nonblocking(fd);
        watch(epoll, fd, EPOLLIN, fd);
    }
    struct epoll_event events[64];
    while (open) {
        int ready = epoll_wait(epoll, events, 64, 10000);
        if (ready <= 0) return fprintf(stderr, "nothing came for 10 s\n"), 1;
        for (int i = 0; i < ready; i++) {
            int fd = (int)events[i].data.u64;
            ssize_t n = read(fd, bytes, sizeof bytes);
            if (n > 0) total += n;
            else if (n == 0 || errno != EAGAIN) {
                close(fd);
                open--;
            }
        }
    }
    if (total != size * count) return fprintf(stderr, "%lu bytes came, %lu were expected\n", total, size * count), 1;
    printf("end operations=%lu seconds=%.6f\n", total, now() - begin);
    return 0;
}
