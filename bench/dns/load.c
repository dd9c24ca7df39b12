// DNS load over UDP at a steady rate, with the time that each answer takes.
//   load PORT QUERIES PER_SECOND WARM SECONDS    QUERIES is a file in dnsperf's format: a name and a type on each line
// Says `begin` when the measured window begins; the window ends after SECONDS, or when standard input does. Then
// `end operations=… sent=… lost=… wrong=… seconds=… load=… p50_ms=… p99_ms=… p999_ms=… max_ms=…`. Lost is what has no answer two seconds
// after the end; wrong has a code other than NOERROR and NXDOMAIN.
#include "../lib/net.h"
#include <poll.h>
#include <sys/prctl.h>

#define SOCKETS 8
#define BATCH 32
#define LONGEST_US 3000000
#define MESSAGE_BYTES 300

struct query {
    uint16_t length;
    unsigned char bytes[MESSAGE_BYTES];
};

static struct query *queries;
static long query_count, next_query;
static int sockets[SOCKETS];
static double sent_at[SOCKETS][65536]; // by message ID; 0: none is under way
static uint16_t next_id[SOCKETS];
static unsigned histogram[LONGEST_US + 1];
static struct mmsghdr in[BATCH];
static struct iovec in_vector[BATCH];
static unsigned char in_bytes[BATCH][4096];
static long sent, answered, lost, wrong, slowest_us;

static int type_number(const char *type) {
    static const struct { const char *name; int number; } types[] = {{"A", 1}, {"NS", 2}, {"SOA", 6}, {"MX", 15}, {"TXT", 16}, {"AAAA", 28}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, type) == 0) return types[i].number;
    fprintf(stderr, "unknown type %s\n", type);
    exit(1);
}

static void encode(struct query *query, const char *name, int type) {
    unsigned char *at = query->bytes;
    memcpy(at, "\0\0\1\0\0\1\0\0\0\0\0\0", 12); // recursion desired, as dnsperf asks; one question
    at += 12;
    while (*name) {
        size_t length = strcspn(name, ".");
        if (length == 0 || length > 63 || at + length + 20 > query->bytes + MESSAGE_BYTES - 1) {
            fprintf(stderr, "not a name\n");
            exit(1);
        }
        *at++ = (unsigned char)length;
        memcpy(at, name, length);
        at += length;
        name += length + (name[length] == '.');
    }
    *at++ = 0;
    *at++ = 0, *at++ = (unsigned char)type, *at++ = 0, *at++ = 1;
    query->length = (uint16_t)(at - query->bytes);
}

static void read_queries(const char *path) {
    char name[256], type[16];
    long room = 0;
    FILE *file = fopen(path, "r");
    if (!file) die(path);
    while (fscanf(file, "%255s %15s", name, type) == 2) {
        if (query_count == room) {
            room = room ? room * 2 : 1024;
            queries = realloc(queries, (size_t)room * sizeof *queries);
            if (!queries) die("realloc");
        }
        encode(&queries[query_count++], name, type_number(type));
    }
    fclose(file);
    if (!query_count) die("no queries");
}

static void send_one(int which) {
    struct query *query = &queries[next_query++ % query_count];
    uint16_t id = next_id[which]++;
    if (sent_at[which][id] != 0) lost++; // 65,536 others were sent on this socket since
    query->bytes[0] = (unsigned char)(id >> 8), query->bytes[1] = (unsigned char)id;
    sent_at[which][id] = now();
    sent++;
    send(sockets[which], query->bytes, query->length, 0);
}

static void take(int which, int measured) {
    for (int count = BATCH; count == BATCH;) {
        count = recvmmsg(sockets[which], in, BATCH, MSG_DONTWAIT, NULL);
        double at = now();
        for (int i = 0; i < count; i++) {
            if (in[i].msg_len < 12) continue;
            double *began = &sent_at[which][in_bytes[i][0] << 8 | in_bytes[i][1]];
            if (*began == 0) continue;
            long us = (long)((at - *began) * 1e6);
            *began = 0;
            if (!measured) continue;
            int code = in_bytes[i][3] & 15;
            answered++;
            wrong += code != 0 && code != 3;
            if (us > slowest_us) slowest_us = us;
            histogram[us > LONGEST_US ? LONGEST_US : us]++;
        }
    }
}

static void take_all(int measured, long wait_us) {
    struct pollfd wait[SOCKETS];
    struct timespec patience = {.tv_nsec = wait_us * 1000};
    for (int i = 0; i < SOCKETS; i++) wait[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
    if (ppoll(wait, SOCKETS, &patience, NULL) > 0)
        for (int i = 0; i < SOCKETS; i++)
            if (wait[i].revents) take(i, measured);
}

static int told_to_stop(void) {
    struct pollfd input = {.fd = 0, .events = POLLIN};
    return poll(&input, 1, 0) > 0;
}

static long under_way(void) {
    long count = 0;
    for (int i = 0; i < SOCKETS; i++)
        for (int id = 0; id < 65536; id++) count += sent_at[i][id] != 0;
    return count;
}

static void run(double per_second, double seconds, int measured) {
    sent = answered = lost = wrong = slowest_us = 0;
    double start = now(), end = start + seconds, asked = start;
    for (double at = start; at < end; at = now()) {
        long due = (long)((at - start) * per_second);
        for (int burst = 0; sent < due && burst < 4 * BATCH; burst++) send_one((int)(sent % SOCKETS));
        take_all(measured, 100);
        if (measured && at - asked > 0.05) {
            if (told_to_stop()) break;
            asked = at;
        }
    }
    for (double patience = now() + 2; now() < patience && under_way();) take_all(measured, 1000);
    lost += under_way();
    memset(sent_at, 0, sizeof sent_at);
}

static double percentile_ms(double share) {
    long seen = 0, wanted = (long)(share * (double)answered);
    for (int us = 0; us <= LONGEST_US; us++)
        if ((seen += histogram[us]) > wanted) return us / 1e3;
    return LONGEST_US / 1e3;
}

static double own_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
    if (argc < 6) return 2;
    struct sockaddr_in to = loopback(atoi(argv[1]));
    double rate = atof(argv[3]), warm = atof(argv[4]), seconds = atof(argv[5]);
    int buffer = 4 << 20;
    prctl(PR_SET_TIMERSLACK, 1000UL);
    read_queries(argv[2]);
    for (int i = 0; i < SOCKETS; i++) {
        sockets[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        setsockopt(sockets[i], SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        if (connect(sockets[i], (struct sockaddr *)&to, sizeof to)) die("connect");
    }
    for (int i = 0; i < BATCH; i++) {
        in_vector[i] = (struct iovec){in_bytes[i], sizeof in_bytes[i]};
        in[i].msg_hdr.msg_iov = &in_vector[i];
        in[i].msg_hdr.msg_iovlen = 1;
    }

    run(rate, warm, 0);
    say("begin");
    double start = now(), cpu = own_cpu();
    run(rate, seconds, 1);
    double span = now() - start;
    printf("end operations=%ld sent=%ld lost=%ld wrong=%ld seconds=%.6f load=%.4f p50_ms=%.3f p99_ms=%.3f p999_ms=%.3f max_ms=%.3f\n", answered, sent, lost,
           wrong, span, (own_cpu() - cpu) / span, percentile_ms(0.5), percentile_ms(0.99), percentile_ms(0.999), (double)slowest_us / 1e3);
    return 0;
}
