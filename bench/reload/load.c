// load PLAIN_PORT TLS_PORT PLAIN TLS: holds that many connections, each of which sends a line once a second and wants it back, while a
// thread of its own connects anew all the time. On `report` it tells what has happened since the last one; its input's end is its own.
#include "../lib/net.h"
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>

#define LINE 32

typedef struct {
    int fd;
    SSL *tls;
    double sent;  // 0 where no answer is awaited
    int got, ended;
    unsigned number;
    char answer[LINE], mark;
} Connection;

static SSL_CTX *context;
static int ports[2];

// What the connecting thread shares.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long fresh, refused, broken;
static char subject[64] = "-";

// What has happened to the held ones since the last report.
static long echoes, late, ended, wrong;
static double slowest;

static void compose(char *line, unsigned connection, unsigned number) {
    char numbers[32];
    int length = snprintf(numbers, sizeof numbers, "%u.%u.", connection, number);
    memset(line, '.', LINE);
    memcpy(line, numbers, length);
    line[LINE - 2] = '?';  // where the server puts its mark
    line[LINE - 1] = '\n';
}

static int receive(Connection *c, int length) {
    if (!c->tls) return recv(c->fd, c->answer + c->got, length, 0);
    int n = SSL_read(c->tls, c->answer + c->got, length);
    if (n > 0) return n;
    int error = SSL_get_error(c->tls, n);
    if (error == SSL_ERROR_WANT_READ) return errno = EAGAIN, -1;
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    return errno = ECONNRESET, -1;
}

static int deliver(Connection *c, const char *line) {
    return c->tls ? SSL_write(c->tls, line, LINE) == LINE : send(c->fd, line, LINE, MSG_NOSIGNAL) == LINE;
}

// One question and its answer on a blocking connection.
static int ask(Connection *c, unsigned index) {
    char line[LINE];
    compose(line, index, c->number++);
    if (!deliver(c, line)) return 0;
    for (c->got = 0; c->got < LINE;) {
        int n = receive(c, LINE - c->got);
        if (n <= 0) return 0;
        c->got += n;
    }
    c->got = 0;
    c->mark = c->answer[LINE - 2];
    return memcmp(line, c->answer, LINE - 2) == 0;
}

static int secure(Connection *c) {
    c->tls = SSL_new(context);
    SSL_set_fd(c->tls, c->fd);
    return SSL_connect(c->tls) == 1;
}

static void *connect_anew(void *unused) {
    (void)unused;
    for (int turn = 0;; turn ^= 1, usleep(20000)) {
        Connection c = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        struct sockaddr_in address = loopback(ports[turn]);
        int connected = connect(c.fd, (struct sockaddr *)&address, sizeof address) == 0;
        int served = connected && (!turn || secure(&c)) && ask(&c, 0);
        pthread_mutex_lock(&lock);
        fresh += served;
        refused += !connected;
        broken += connected && !served;
        if (served && turn) {
            X509 *certificate = SSL_get1_peer_certificate(c.tls);
            X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, subject, sizeof subject);
            X509_free(certificate);
        }
        pthread_mutex_unlock(&lock);
        if (c.tls) {
            SSL_shutdown(c.tls);
            SSL_free(c.tls);
        }
        close(c.fd);
    }
    return NULL;
}

static void on_input(Connection *c, unsigned index) {
    while (!c->ended) {
        int n = receive(c, LINE - c->got);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            c->ended = 1;
            ended++;
            return;
        }
        if ((c->got += n) < LINE) continue;
        char line[LINE];
        compose(line, index, c->number - 1);
        wrong += memcmp(line, c->answer, LINE - 2) != 0;
        c->got = 0;
        c->mark = c->answer[LINE - 2];
        echoes++;
        if (now() - c->sent > slowest) slowest = now() - c->sent;
        c->sent = 0;
    }
}

static void tell(Connection *all, int count) {
    char newest = 0;
    int marked = 0;
    for (int i = 0; i < count; i++)
        if (all[i].mark > newest) newest = all[i].mark;
    for (int i = 0; i < count; i++) marked += all[i].mark == newest;
    pthread_mutex_lock(&lock);
    printf("report echoes=%ld late=%ld ended=%ld wrong=%ld slowest_ms=%.0f mark=%c marked=%d fresh=%ld refused=%ld broken=%ld subject=%s\n", echoes, late,
           ended, wrong, slowest * 1000, newest, marked, fresh, refused, broken, subject);
    fresh = refused = broken = 0;
    pthread_mutex_unlock(&lock);
    fflush(stdout);
    echoes = late = ended = wrong = 0;
    slowest = 0;
}

int main(int argc, char **argv) {
    if (argc != 5) return fprintf(stderr, "load PLAIN_PORT TLS_PORT PLAIN TLS\n"), 2;
    ports[0] = atoi(argv[1]), ports[1] = atoi(argv[2]);
    int plain = atoi(argv[3]), count = plain + atoi(argv[4]), epoll = epoll_create1(0);
    raise_limit();
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    Connection *all = calloc(count, sizeof *all);
    for (int i = 0; i < count; i++) {
        all[i].fd = connect_to(ports[i >= plain], 0);
        if ((i >= plain && !secure(&all[i])) || !ask(&all[i], i)) return fprintf(stderr, "connection %d was not served\n", i), 1;
        set_nonblocking(all[i].fd);
        watch(epoll, all[i].fd, EPOLLIN, i);
    }
    watch(epoll, 0, EPOLLIN, count);
    pthread_t connecting;
    if (pthread_create(&connecting, NULL, connect_anew, NULL)) die("pthread_create");
    say("held");
    double began = now();
    for (long next = 0;;) {
        // Each has its own moment of the second.
        long due = (long)((now() - began) * count);
        for (; next < due; next++) {
            Connection *c = &all[next % count];
            char line[LINE];
            if (c->ended) continue;
            if (c->sent) {
                late++;  // a second has passed without an answer
                continue;
            }
            compose(line, next % count, c->number++);
            c->sent = now();
            if (!deliver(c, line)) {
                c->ended = 1;
                ended++;
            }
        }
        struct epoll_event events[256];
        int n = epoll_wait(epoll, events, 256, 1);
        for (int i = 0; i < n; i++) {
            unsigned index = events[i].data.u64;
            if (index < (unsigned)count) {
                on_input(&all[index], index);
                if (all[index].ended) epoll_ctl(epoll, EPOLL_CTL_DEL, all[index].fd, NULL);
                continue;
            }
            char words[64];
            if (read(0, words, sizeof words) <= 0) return 0;
            tell(all, count);
        }
    }
}
