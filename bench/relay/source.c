// source PORT BYTES: sends BYTES to everyone who connects, and ends.
#include "../lib/net.h"

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "source PORT BYTES\n"), 2;
    raise_limit();
    uint64_t size = strtoull(argv[2], NULL, 10);
    int listener = listen_on(atoi(argv[1])), epoll = epoll_create1(0);
    set_nonblocking(listener);
    watch(epoll, listener, EPOLLIN, listener);
    static uint64_t left[65536];
    static char bytes[262144];
    memset(bytes, 'x', sizeof bytes);
    struct epoll_event events[64];
    for (;;) {
        int ready = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            int fd = (int)events[i].data.u64;
            if (fd == listener) {
                int accepted;
                while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                    left[accepted] = size;
                    watch(epoll, accepted, EPOLLOUT | EPOLLRDHUP, accepted);
                }
                continue;
            }
            size_t chunk = left[fd] < sizeof bytes ? left[fd] : sizeof bytes;
            ssize_t n = chunk ? write(fd, bytes, chunk) : 0;
            if (n > 0) left[fd] -= n;
            if (left[fd] == 0 || (n < 0 && errno != EAGAIN)) close(fd);
        }
    }
}
