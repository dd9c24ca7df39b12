// load PORT RECEIVERS STALLED BURST WARMUP SECONDS
// Receivers join one channel; STALLED of them never read again. One publisher sends BURST lines, waits until every other receiver has them
// all, and sends the next BURST. Lines are 80 bytes on their way out. Before the warm-up, enough is published to fill the stalled ones.
#include "../lib/net.h"

#define LINE 80
#define FILL_LINE 1000
#define FILL_LINES 300

static int epoll, receivers, stalled, publisher;
static uint64_t received;

static void await_bytes(uint64_t expected) {
    static char buffer[262144];
    struct epoll_event events[512];
    while (received < expected) {
        int ready = epoll_wait(epoll, events, 512, 10000);
        if (ready <= 0) {
            fprintf(stderr, "no delivery for 10 s: %lu of %lu bytes\n", received, expected);
            exit(1);
        }
        for (int i = 0; i < ready; i++) {
            ssize_t n = read((int)events[i].data.u64, buffer, sizeof buffer);
            if (n > 0) received += n;
            else if (n == 0 || errno != EAGAIN) {
                fprintf(stderr, "a receiver that reads was cut\n");
                exit(1);
            }
        }
    }
    if (received > expected) {
        fprintf(stderr, "more was delivered than was published\n");
        exit(1);
    }
}

// Publishes `count` lines that are `length` bytes long when they are delivered, and waits until they are.
static void publish(int count, int length) {
    static char text[1 << 20];
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        memcpy(text + used, "pub ", 4);
        memset(text + used + 4, 'a' + i % 26, length - 1);
        text[used + 4 + length - 1] = '\n';
        used += length + 4;
    }
    uint64_t expected = received + (uint64_t)(receivers - stalled) * count * length;
    write_all(publisher, text, used);
    await_bytes(expected);
}

int main(int argc, char **argv) {
    if (argc != 7) return fprintf(stderr, "load PORT RECEIVERS STALLED BURST WARMUP SECONDS\n"), 2;
    int port = atoi(argv[1]), burst = atoi(argv[4]);
    receivers = atoi(argv[2]), stalled = atoi(argv[3]);
    double warmup = atof(argv[5]), seconds = atof(argv[6]);
    raise_limit();
    epoll = epoll_create1(0);
    for (int i = 0; i < receivers; i++) {
        int fd = connect_to(port, i < stalled ? 4096 : 0);
        char answer[3];
        write_all(fd, "join\n", 5);
        if (recv(fd, answer, 3, MSG_WAITALL) != 3 || memcmp(answer, "ok\n", 3)) return fprintf(stderr, "no ok for join\n"), 1;
        if (i >= stalled) {
            set_nonblocking(fd);
            watch(epoll, fd, EPOLLIN, fd);
        }
    }
    publisher = connect_to(port, 0);
    if (stalled)
        for (int i = 0; i < FILL_LINES; i += 20) publish(20, FILL_LINE);

    double begin = now() + warmup;
    while (now() < begin) publish(burst, LINE);

    size_t capacity = 1 << 20, turns = 0;
    double *times = malloc(capacity * sizeof *times);
    uint64_t before = received;
    say("begin");
    begin = now();
    while (now() < begin + seconds) {
        double at = now();
        publish(burst, LINE);
        if (turns < capacity) times[turns++] = now() - at;
    }
    double elapsed = now() - begin;
    printf("end operations=%lu seconds=%.6f", (received - before) / LINE, elapsed);
    qsort(times, turns, sizeof *times, compare_doubles);
    printf(" p50_ms=%.3f p99_ms=%.3f\n", times[turns / 2] * 1e3, times[turns * 99 / 100] * 1e3);
    return 0;
}
