// sends PORT: the floor. Every published line is one bare send to each member; who cannot take it loses it.
#include "../../lib/net.h"

static int *members, member_count;

static void receive(int fd, char *text, ssize_t length, char *rest, int *rest_length) {
    // a line may be cut by the end of a read
    memcpy(rest + *rest_length, text, length);
    *rest_length += length;
    char *line = rest, *end;
    while ((end = memchr(line, '\n', rest + *rest_length - line))) {
        end++;
        if (end - line == 5 && !memcmp(line, "join\n", 5)) {
            members[member_count++] = fd;
            if (send(fd, "ok\n", 3, MSG_DONTWAIT) < 0) die("send");
        } else if (end - line > 4 && !memcmp(line, "pub ", 4)) {
            for (int i = 0; i < member_count; i++) send(members[i], line + 4, end - line - 4, MSG_DONTWAIT | MSG_NOSIGNAL);
        }
        line = end;
    }
    *rest_length = rest + *rest_length - line;
    memmove(rest, line, *rest_length);
}

int main(int argc, char **argv) {
    (void)argc;
    raise_limit();
    members = calloc(65536, sizeof *members);
    char **rests = calloc(65536, sizeof *rests);
    int *rest_lengths = calloc(65536, sizeof *rest_lengths);
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
            if (n == 0 || (n < 0 && errno != EAGAIN)) {
                for (int m = 0; m < member_count; m++)
                    if (members[m] == fd) members[m--] = members[--member_count];
                close(fd);
                rest_lengths[fd] = 0;
            } else if (n > 0) {
                if (!rests[fd]) rests[fd] = malloc(2 * sizeof buffer);
                receive(fd, buffer, n, rests[fd], &rest_lengths[fd]);
            }
        }
    }
}
