// hold PORT N: opens N connections, sees each of them answer once, and holds them until its standard input ends.
#include "../lib/net.h"

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "hold PORT N\n"), 2;
    int port = atoi(argv[1]), count = atoi(argv[2]);
    char request[64], answer[64];
    memset(request, 'x', sizeof request);
    request[63] = '\n';
    raise_limit();
    for (int i = 0; i < count; i++) {
        int fd = connect_to(port, 0);
        write_all(fd, request, sizeof request);
        if (recv(fd, answer, sizeof answer, MSG_WAITALL) != sizeof answer) die("recv");
    }
    say("held");
    while (read(0, answer, sizeof answer) > 0)
        ;
    return 0;
}
