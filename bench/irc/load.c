// load MODE PORT AT_ONCE …: IRC clients, all in one thread, up to AT_ONCE of them registering at a time. The modes:
//   channel MEMBERS BURST WARMUP SECONDS            one publisher, one channel: BURST lines, and the next when all others have them
//   chatting CHANNELS EACH LINES WARMUP SECONDS     in each channel one line circulates, in LINES of them at a time
//   register CLIENTS                                measures connecting and registering
//   join CLIENTS                                    measures joining: 4 channels each, with 4 others in them
//   hold CLIENTS TAG                                registers clients and holds them until its standard input ends
//   slow MEMBERS SLOW RATE BYTES SECONDS            RATE lines a second to MEMBERS of one channel, SLOW of whom never read again;
//                                                   what the kernel holds for these is filled before
// It speaks no more than the four servers need: PASS, NICK, USER, JOIN, PRIVMSG, and PONG to PING.
#include "../lib/net.h"
#include <poll.h>

#define PAYLOAD 64
#define CARRY 1024
#define MOST_TURNS (1 << 20)
#define CHANNELS_PER_CLIENT 4
#define SILENCE_MS 20000
#define JOINS_AT_ONCE 32

enum { WELCOMED = 1, MOTD_READ = 2, REGISTERED = WELCOMED | MOTD_READ };

struct client {
    int fd, registration, carried;
    char carry[CARRY]; // the beginning of a line whose end has not come
};

static struct client *clients;
static int epoll, port, at_once, started, registered, joined, under_way, leaving, left;
// Whether what was read is acknowledged at once. Who speaks and listens delays that, and a server that leaves Nagle's algorithm on waits for
// it: 40 ms a line, in which it does nothing.
static int acknowledges;
static char tag = 'u';
static double read_at;                                     // when the bytes that are being looked at were read
static void (*on_message)(int client, const char *message); // a PRIVMSG, from its command on

static double *turns;
static size_t turn_count;

static void fail(const char *what, int length) {
    fprintf(stderr, "%.*s\n", length, what);
    exit(1);
}

static void tell(int client, const char *bytes, size_t length) {
    while (length) {
        ssize_t n = write(clients[client].fd, bytes, length);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd writable = {.fd = clients[client].fd, .events = POLLOUT};
            if (poll(&writable, 1, SILENCE_MS) != 1) fail("a server does not read", 22);
            continue;
        }
        if (n <= 0) die("write");
        bytes += n;
        length -= n;
    }
}

static void on_numeric(int index, int number, const char *line, int length) {
    struct client *client = &clients[index];
    int before = client->registration;
    if (number == 4) client->registration |= WELCOMED;
    else if (number == 376 || number == 422) client->registration |= MOTD_READ;
    else if (number == 366) joined++, under_way--;
    else if (number >= 400 && number < 600) fail(line, length);
    if (before != REGISTERED && client->registration == REGISTERED) registered++, under_way--;
}

static void on_line(int index, const char *line, int length) {
    const char *command = line, *end = line + length;
    if (*line == ':') {
        command = memchr(line, ' ', length);
        if (!command++) return;
    }
    if (end - command < 4) return;
    if (end - command > 8 && !memcmp(command, "PRIVMSG ", 8)) {
        if (!on_message) fail(line, length);
        on_message(index, command);
    } else if (!memcmp(command, "PING", 4)) {
        char pong[CARRY];
        int used = snprintf(pong, sizeof pong, "PONG%.*s\r\n", (int)(end - command - 4), command + 4);
        tell(index, pong, used);
    } else if (command[0] >= '0' && command[0] <= '9') {
        on_numeric(index, atoi(command), line, length);
    } else if (!memcmp(command, "ERRO", 4) && !leaving) {
        fail(line, length);
    }
}

// Reads once, and cuts what came into lines.
static void receive(int index) {
    static char buffer[CARRY + 262144];
    struct client *client = &clients[index];
    memcpy(buffer, client->carry, client->carried);
    ssize_t n = read(client->fd, buffer + client->carried, sizeof buffer - CARRY);
    if (n <= 0) {
        if (n < 0 && errno == EAGAIN) return;
        if (!leaving) fail("a client that reads was cut", 27);
        close(client->fd);
        left++;
        return;
    }
    read_at = now();
    if (acknowledges) setsockopt(client->fd, IPPROTO_TCP, TCP_QUICKACK, &acknowledges, sizeof acknowledges);
    char *line = buffer, *end = buffer + client->carried + n, *stop;
    while ((stop = memchr(line, '\n', end - line))) {
        int length = (int)(stop - line);
        if (length && line[length - 1] == '\r') length--;
        if (length) on_line(index, line, length);
        line = stop + 1;
    }
    client->carried = (int)(end - line);
    if (client->carried > CARRY) fail("a line without an end", 21);
    memcpy(client->carry, line, client->carried);
}

// Waits for something to come, and takes it. False if nothing came in time.
static int pump(int milliseconds) {
    struct epoll_event events[512];
    int ready = epoll_wait(epoll, events, 512, milliseconds);
    if (ready < 0) die("epoll_wait");
    for (int i = 0; i < ready; i++) receive((int)events[i].data.u64);
    return ready > 0;
}

static void await(void) {
    if (!pump(SILENCE_MS)) {
        fprintf(stderr, "nothing came for %d s: %d started, %d registered, %d joined, %d under way\n", SILENCE_MS / 1000, started, registered, joined, under_way);
        exit(1);
    }
}

static void make_clients(int count) {
    clients = calloc(count, sizeof *clients);
    turns = malloc(MOST_TURNS * sizeof *turns);
    if (!clients || !turns) die("calloc");
}

static void enroll(int count, int receive_buffer) {
    int target = started + count;
    while (registered < target) {
        while (started < target && under_way < at_once) {
            char text[128];
            int index = started++, used = snprintf(text, sizeof text, "PASS load\r\nNICK %c%06d\r\nUSER load 0 * :load\r\n", tag, index);
            clients[index].fd = connect_to(port, receive_buffer);
            set_nonblocking(clients[index].fd);
            watch(epoll, clients[index].fd, EPOLLIN, index);
            under_way++;
            tell(index, text, used);
        }
        await();
    }
}

static void join(int client, int channel) {
    char text[64];
    tell(client, text, snprintf(text, sizeof text, "JOIN #c%05d\r\n", channel));
    under_way++;
}

// Clients first to last join channels of `each` clients.
static void join_all(int first, int last, int each) {
    int target = joined + last - first;
    while (joined < target) {
        while (first < last && under_way < JOINS_AT_ONCE) join(first, first / each), first++;
        await();
    }
}

static double cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double begun, cpu_begun;

static void begin(void) {
    say("begin");
    turn_count = 0;
    cpu_begun = cpu();
    begun = now();
}

static void end(uint64_t operations) {
    double elapsed = now() - begun, own = cpu() - cpu_begun;
    printf("end operations=%lu seconds=%.6f load=%.4f", operations, elapsed, own / elapsed);
    if (turn_count) {
        qsort(turns, turn_count, sizeof *turns, compare_doubles);
        printf(" turns=%zu p50_ms=%.3f p99_ms=%.3f", turn_count, turns[turn_count / 2] * 1e3, turns[turn_count * 99 / 100] * 1e3);
    }
    puts("");
    fflush(stdout);
}

static void note_turn(double seconds) {
    if (turn_count < MOST_TURNS) turns[turn_count++] = seconds;
}

static int compose(char *text, int channel, int payload) {
    int used = sprintf(text, "PRIVMSG #c%05d :", channel);
    memset(text + used, 'x', payload);
    memcpy(text + used + payload, "\r\n", 2);
    return used + payload + 2;
}

// ---- channel

static uint64_t delivered;

static void count(int client, const char *message) {
    (void)client, (void)message;
    delivered++;
}

static void channel(int members, int burst, double warmup, double seconds) {
    make_clients(members);
    enroll(members, 0);
    join_all(0, members, members);
    on_message = count;
    acknowledges = 1;
    char *text = malloc((size_t)burst * 256);
    size_t used = 0;
    for (int i = 0; i < burst; i++) used += compose(text + used, 0, PAYLOAD);
    uint64_t expected = 0, before = 0;
    int measuring = 0;
    for (double at = now(), stop = at + warmup;; at = now()) {
        if (at >= stop && measuring) break;
        if (at >= stop) {
            measuring = 1, before = expected;
            begin();
            at = begun, stop = begun + seconds;
        }
        expected += (uint64_t)burst * (members - 1);
        tell(0, text, used);
        while (delivered < expected) await();
        if (delivered > expected) fail("more was delivered than was published", 37);
        note_turn(now() - at);
    }
    end(delivered - before);
}

// ---- chatting

static int each, channel_count, next_channel;
static int *awaited, *speaker; // per channel: how many have not got the line; who speaks next
static double *spoken_at;

static void speak(void) {
    char text[256];
    int where = next_channel;
    while (awaited[where]) where = (where + 1) % channel_count; // it was slower than the others
    next_channel = (where + 1) % channel_count;
    awaited[where] = each - 1;
    spoken_at[where] = now();
    tell(where * each + speaker[where], text, compose(text, where, PAYLOAD));
    speaker[where] = (speaker[where] + 1) % each;
}

static void on_chat(int client, const char *message) {
    (void)message;
    int where = client / each;
    delivered++;
    if (--awaited[where]) return;
    note_turn(read_at - spoken_at[where]);
    speak();
}

static void chatting(int channels, int members, int lines, double warmup, double seconds) {
    each = members, channel_count = channels;
    if (lines >= channels) lines = channels - 1; // there must be one that is silent
    awaited = calloc(channels, sizeof *awaited), speaker = calloc(channels, sizeof *speaker), spoken_at = calloc(channels, sizeof *spoken_at);
    make_clients(channels * each);
    enroll(channels * each, 0);
    join_all(0, channels * each, each);
    on_message = on_chat;
    acknowledges = 1;
    for (int i = 0; i < lines; i++) speak();
    double stop = now() + warmup;
    while (now() < stop) await();
    uint64_t before = delivered;
    begin();
    while (now() < begun + seconds) await();
    end(delivered - before);
}

// ---- register, join, hold

static void measure_registering(int count) {
    make_clients(2 * count);
    enroll(count, 0); // the warm-up; they leave before the others come
    leaving = 1;
    for (int i = 0; i < count; i++) tell(i, "QUIT\r\n", 6);
    while (left < count) await();
    leaving = 0;
    usleep(300000);
    begin();
    enroll(count, 0);
    end(count);
}

static void join_round(int clients_each, int count, int base) {
    for (int k = 0; k < CHANNELS_PER_CLIENT; k++) {
        for (int i = 0; i < count; i++) {
            while (under_way >= JOINS_AT_ONCE) await();
            join(i, base + i / clients_each * CHANNELS_PER_CLIENT + k);
        }
    }
    while (under_way) await();
}

static void measure_joining(int count) {
    const int of_five = 5;
    make_clients(count);
    enroll(count, 0);
    int warm = count / 4; // in channels of their own
    join_round(of_five, warm, 50000);
    usleep(300000);
    begin();
    join_round(of_five, count, 0);
    end((uint64_t)count * CHANNELS_PER_CLIENT);
}

static void hold(int count) {
    make_clients(count);
    enroll(count, 0);
    say("held");
    for (;;) {
        struct pollfd inputs[2] = {{.fd = 0, .events = POLLIN}, {.fd = epoll, .events = POLLIN}};
        poll(inputs, 2, -1);
        if (inputs[0].revents) return;
        pump(0);
    }
}

// ---- slow

#define BIN_US 10
#define BINS 3000000
#define FILL_LINE 400
#define FILL_LINES 100

static uint32_t *bins;
static double *sent_at;

static void on_timed(int client, const char *message) {
    (void)client;
    int number = atoi(message + sizeof "PRIVMSG #c00000 :" - 1);
    double bin = (read_at - sent_at[number]) * 1e6 / BIN_US;
    bins[bin < BINS ? (int)bin : BINS - 1]++;
    delivered++;
}

static double quantile_ms(double share) {
    uint64_t target = (uint64_t)(delivered * share), seen = 0;
    for (int i = 0; i < BINS; i++)
        if ((seen += bins[i]) > target) return (i + 1) * BIN_US / 1e3;
    return 0;
}

static int count_closed(int first, int last) {
    int closed = 0;
    for (int i = first; i < last; i++) {
        struct tcp_info state;
        socklen_t length = sizeof state;
        if (getsockopt(clients[i].fd, IPPROTO_TCP, TCP_INFO, &state, &length) || state.tcpi_state != TCP_ESTABLISHED) closed++;
    }
    return closed;
}

// Fills about what the kernel holds for those who never read, so that what comes after it waits in the server; less, if the first is cut.
static void fill(int first, int last) {
    char line[2 * FILL_LINE];
    double most = 4194304;
    FILE *limits = fopen("/proc/sys/net/ipv4/tcp_wmem", "r");
    if (limits && fscanf(limits, "%*d %*d %lf", &most) != 1) most = 4194304;
    if (limits) fclose(limits);
    int rounds = (int)(most * 0.5 / FILL_LINE / FILL_LINES); // it counts its own structures as well: between two thirds and a half is text
    for (int round = 0; round < rounds && !count_closed(first, last); round++) {
        for (int i = first; i < last; i++) {
            int used = sprintf(line, "NOTICE %c%06d :", tag, i); // is not answered
            memset(line + used, 'f', FILL_LINE);
            memcpy(line + used + FILL_LINE, "\r\n", 2);
            for (int k = 0; k < FILL_LINES; k++) tell(0, line, used + FILL_LINE + 2);
        }
        for (join(0, round + 1); under_way;) await(); // answered when all before it was done
    }
}

static void slow(int members, int slow_ones, double rate, int bytes, double seconds) {
    int readers = members - slow_ones, lines = (int)(rate * seconds);
    char text[2048];
    make_clients(members);
    enroll(readers, 0);
    join_all(0, readers, members);
    enroll(slow_ones, 4096);
    join_all(readers, members, members);
    for (int i = readers; i < members; i++) epoll_ctl(epoll, EPOLL_CTL_DEL, clients[i].fd, NULL);
    while (pump(1000))
        ;
    if (slow_ones) fill(readers, members);
    bins = calloc(BINS, sizeof *bins), sent_at = calloc(lines + 1, sizeof *sent_at);
    on_message = on_timed;
    uint64_t expected = (uint64_t)lines * (readers - 1);
    int closed_before = count_closed(readers, members);
    begin();
    for (int i = 0; i < lines; i++) {
        double due = begun + i / rate;
        for (double left_over; (left_over = due - now()) > 0;) pump((int)(left_over * 1e3) + 1);
        int used = compose(text, 0, bytes);
        char number[11];
        sprintf(number, "%010d", i);
        memcpy(text + sizeof "PRIVMSG #c00000 :" - 1, number, 10);
        sent_at[i] = now();
        tell(0, text, used);
    }
    double published = now();
    while (delivered < expected && pump(5000))
        ;
    double elapsed = now() - begun;
    printf("end operations=%lu seconds=%.6f load=%.4f late_s=%.3f missing=%lu closed_before=%d closed=%d p50_ms=%.3f p99_ms=%.3f max_ms=%.3f\n", delivered, elapsed,
           (cpu() - cpu_begun) / elapsed, now() - published, expected - delivered, closed_before, count_closed(readers, members), quantile_ms(0.5), quantile_ms(0.99),
           quantile_ms(1 - 1.0 / delivered));
}

int main(int argc, char **argv) {
    if (argc < 5) return fprintf(stderr, "load channel|chatting|register|join|hold|slow PORT AT_ONCE …\n"), 2;
    const char *mode = argv[1];
    double number[5] = {0};
    port = atoi(argv[2]), at_once = atoi(argv[3]);
    for (int i = 4; i < argc && i < 9; i++) number[i - 4] = atof(argv[i]);
    raise_limit();
    epoll = epoll_create1(0);
    if (!strcmp(mode, "channel")) channel(number[0], number[1], number[2], number[3]);
    else if (!strcmp(mode, "chatting")) chatting(number[0], number[1], number[2], number[3], number[4]);
    else if (!strcmp(mode, "register")) measure_registering(number[0]);
    else if (!strcmp(mode, "join")) measure_joining(number[0]);
    else if (!strcmp(mode, "hold")) tag = argv[argc - 1][0], hold(number[0]);
    else if (!strcmp(mode, "slow")) slow(number[0], number[1], number[2], number[3], number[4]);
    else return 2;
    return 0;
}
