// UDP echo load: one socket, one thread.
//   load PORT rate PER_SECOND WARM SECONDS BYTES       one datagram at a time, evenly spaced
//   load PORT window OUTSTANDING WARM SECONDS BYTES    as fast as the answers come, in batches
// Says `begin` when the measured window begins, and `end operations=… lost=… seconds=…`.
#include "../lib/net.h"
#include <poll.h>
#include <sys/prctl.h>

#define BATCH 64

static struct mmsghdr out[BATCH], in[BATCH];
static struct iovec out_vector[BATCH], in_vector[BATCH];
static char out_bytes[2048], in_bytes[BATCH][2048];
static int fd;

static long take(void) {
    int count = recvmmsg(fd, in, BATCH, MSG_DONTWAIT, NULL);
    return count > 0 ? count : 0;
}

// Waits for the answers that are still under way; gives how many came.
static long collect(long open) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    long got = 0;
    while (got < open && poll(&wait, 1, 200) > 0) got += take();
    return got;
}

static void send_at_rate(double per_second, double seconds, size_t size, long *answered, long *lost) {
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    long gap = (long)(1e9 / per_second), sent = 0, got = 0;
    for (double end = now() + seconds; now() < end; sent++) {
        next.tv_nsec += gap;
        if (next.tv_nsec >= 1000000000L) {
            next.tv_nsec -= 1000000000L;
            next.tv_sec++;
        }
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
        send(fd, out_bytes, size, 0);
        got += take();
    }
    got += collect(sent - got);
    *answered = got;
    *lost = sent - got;
}

static void keep_outstanding(long outstanding, double seconds, long *answered, long *lost) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    long open = 0;
    *answered = *lost = 0;
    for (double end = now() + seconds; now() < end;) {
        while (open < outstanding) {
            long want = outstanding - open < BATCH ? outstanding - open : BATCH;
            int sent = sendmmsg(fd, out, (unsigned)want, 0);
            if (sent <= 0) break;
            open += sent;
        }
        if (poll(&wait, 1, 100) == 0) {
            *lost += open;
            open = 0;
            continue;
        }
        long got = take();
        *answered += got;
        open -= got;
    }
    *answered += collect(open);
}

int main(int argc, char **argv) {
    if (argc < 7) return 2;
    struct sockaddr_in to = loopback(atoi(argv[1]));
    double value = atof(argv[3]), warm = atof(argv[4]), seconds = atof(argv[5]);
    size_t size = (size_t)atoi(argv[6]);
    int buffer = 4 << 20, rate = strcmp(argv[2], "rate") == 0;
    prctl(PR_SET_TIMERSLACK, 1000UL);
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) die("connect");
    for (int i = 0; i < BATCH; i++) {
        out_vector[i] = (struct iovec){out_bytes, size};
        in_vector[i] = (struct iovec){in_bytes[i], sizeof in_bytes[i]};
        out[i].msg_hdr.msg_iov = &out_vector[i];
        in[i].msg_hdr.msg_iov = &in_vector[i];
        out[i].msg_hdr.msg_iovlen = in[i].msg_hdr.msg_iovlen = 1;
    }

    long answered = 0, lost = 0;
    double start = 0;
    for (int measured = 0; measured < 2; measured++) {
        if (measured) say("begin");
        start = now();
        double span = measured ? seconds : warm;
        if (rate) send_at_rate(value, span, size, &answered, &lost);
        else keep_outstanding((long)value, span, &answered, &lost);
    }
    printf("end operations=%ld lost=%ld seconds=%.6f\n", answered, lost, now() - start);
    return 0;
}
