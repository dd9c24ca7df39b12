// epoll PORT: the floor. One thread, level-triggered epoll, read and write at once.
#include "../../lib/net.h"

int main(int argc, char **argv) {
    (void)argc;
    raise_limit();
    int listener = listen_on(atoi(argv[1])), epoll = epoll_create1(0);
    set_nonblocking(listener);
    watch(epoll, listener, EPOLLIN, listener);
    static char buffer[65536];
    struct epoll_event events[256];
    for (;;) {
        int ready = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int fd = (int)events[i].data.u64;
            if (fd == listener) {
                int accepted;
                while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                    set_nodelay(accepted);
                    watch(epoll, accepted, EPOLLIN, accepted);
                }
                continue;
            }
            ssize_t n = read(fd, buffer, sizeof buffer);
            if (n > 0) n = write(fd, buffer, n);
            if (n == 0 || (n < 0 && errno != EAGAIN)) close(fd);
        }
    }
}
