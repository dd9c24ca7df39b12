// load PORT CONNECTIONS BYTES WARMUP SECONDS: each connection has one request in flight; one thread, one epoll.
#include "../lib/net.h"

typedef struct {
    int fd;
    int received;
    double sent_at;
} connection;

int main(int argc, char **argv) {
    if (argc != 6) return fprintf(stderr, "load PORT CONNECTIONS BYTES WARMUP SECONDS\n"), 2;
    int port = atoi(argv[1]), count = atoi(argv[2]), size = atoi(argv[3]);
    double warmup = atof(argv[4]), seconds = atof(argv[5]);
    raise_limit();

    char request[65536], buffer[65536];
    memset(request, 'x', sizeof request);
    request[size - 1] = '\n';
    connection *connections = calloc(count, sizeof *connections);
    int epoll = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        connections[i].fd = connect_to(port, 0);
        set_nonblocking(connections[i].fd);
        watch(epoll, connections[i].fd, EPOLLIN, i);
    }

    size_t capacity = 1 << 22, samples = 0;
    double *latencies = malloc(capacity * sizeof *latencies);
    double begin = now() + warmup, end = begin + seconds;
    int measuring = 0;
    uint64_t answers = 0;
    for (int i = 0; i < count; i++) {
        connections[i].sent_at = now();
        write_all(connections[i].fd, request, size);
    }

    struct epoll_event events[256];
    for (;;) {
        int ready = epoll_wait(epoll, events, 256, 1000);
        double at = now();
        if (ready == 0) return fprintf(stderr, "no answer for a second\n"), 1;
        if (!measuring && at >= begin) {
            say("begin");
            measuring = 1;
            begin = now();
            end = begin + seconds;
        }
        if (at >= end) break;
        for (int i = 0; i < ready; i++) {
            connection *c = &connections[events[i].data.u64];
            ssize_t n = read(c->fd, buffer, sizeof buffer);
            if (n <= 0) {
                if (n < 0 && errno == EAGAIN) continue;
                die("read");
            }
            c->received += n;
            if (c->received < size) continue;
            if (c->received > size) return fprintf(stderr, "more came back than was sent\n"), 1;
            c->received = 0;
            if (measuring) {
                answers++;
                if (samples < capacity) latencies[samples++] = at - c->sent_at;
            }
            c->sent_at = at;
            if (write(c->fd, request, size) != size) die("write");
        }
    }

    double elapsed = now() - begin;
    printf("end operations=%lu seconds=%.6f", answers, elapsed);
    fflush(stdout);
    qsort(latencies, samples, sizeof *latencies, compare_doubles);
    if (samples) printf(" p50_us=%.1f p99_us=%.1f", latencies[samples / 2] * 1e6, latencies[samples * 99 / 100] * 1e6);
    puts("");
    return 0;
}
