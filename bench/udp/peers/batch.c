// The peer: a UDP echo of one thread that takes and answers a batch per system call, as plainly as C can say it.
//   batch PORT BATCH [any]     `any`: bound to every address, and answers from the one that it was asked at
#include "../../lib/net.h"

#define SLOT 4096
#define CONTROL 64

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    int batch = atoi(argv[2]), any = argc > 3 && strcmp(argv[3], "any") == 0;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), buffer = 4 << 20, on = 1;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (any) setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    struct sockaddr_in at = loopback(atoi(argv[1]));
    if (any) at.sin_addr.s_addr = htonl(INADDR_ANY);
    if (bind(fd, (struct sockaddr *)&at, sizeof at)) die("bind");

    struct mmsghdr *messages = calloc(batch, sizeof *messages);
    struct iovec *vectors = calloc(batch, sizeof *vectors);
    struct sockaddr_in *names = calloc(batch, sizeof *names);
    char *control = calloc(batch, CONTROL), *bytes = malloc((size_t)batch * SLOT);
    for (int i = 0; i < batch; i++) {
        vectors[i].iov_base = bytes + (size_t)i * SLOT;
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &names[i];
    }

    for (;;) {
        for (int i = 0; i < batch; i++) {
            vectors[i].iov_len = SLOT;
            messages[i].msg_hdr.msg_namelen = sizeof names[i];
            if (any) {
                messages[i].msg_hdr.msg_control = control + (size_t)i * CONTROL;
                messages[i].msg_hdr.msg_controllen = CONTROL;
            }
        }
        int count = recvmmsg(fd, messages, batch, MSG_WAITFORONE, NULL);
        for (int i = 0; i < count; i++) {
            vectors[i].iov_len = messages[i].msg_len;
            struct cmsghdr *header = any ? CMSG_FIRSTHDR(&messages[i].msg_hdr) : NULL;
            if (header) ((struct in_pktinfo *)CMSG_DATA(header))->ipi_ifindex = 0;  // leave by whichever interface leads there
        }
        for (int done = 0; done < count;) {
            int sent = sendmmsg(fd, messages + done, count - done, 0);
            done += sent > 0 ? sent : 1;
        }
    }
}
