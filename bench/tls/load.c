// load PORT SECONDS: one full TLS 1.3 handshake after the other, each on a new connection, none resumed.
#include "../lib/net.h"
#include <openssl/ssl.h>

static int handshake(SSL_CTX *context, int port) {
    int fd = connect_to(port, 0);
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, fd);
    if (SSL_connect(tls) != 1) return 0;
    SSL_shutdown(tls);
    SSL_free(tls);
    close(fd);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "load PORT SECONDS\n"), 2;
    int port = atoi(argv[1]);
    double seconds = atof(argv[2]);
    raise_limit();
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    // warm-up: code is compiled in the managed servers, caches are filled in all
    for (double until = now() + seconds; now() < until;)
        if (!handshake(context, port)) return fprintf(stderr, "no handshake\n"), 1;
    say("begin");
    double began = now(), ended;
    long count = 0;
    do {
        if (!handshake(context, port)) return fprintf(stderr, "no handshake\n"), 1;
        count++;
        ended = now();
    } while (ended < began + seconds);
    printf("end count=%ld seconds=%f\n", count, ended - began);
    fflush(stdout);
    return 0;
}
