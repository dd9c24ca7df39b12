// hold_tls PORT N: the same over TLS 1.3, with whatever certificate the server shows.
#include "../lib/net.h"
#include <openssl/ssl.h>

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "hold_tls PORT N\n"), 2;
    int port = atoi(argv[1]), count = atoi(argv[2]);
    char request[64], answer[64];
    memset(request, 'x', sizeof request);
    request[63] = '\n';
    raise_limit();
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    for (int i = 0; i < count; i++) {
        SSL *tls = SSL_new(context);
        SSL_set_fd(tls, connect_to(port, 0));
        if (SSL_connect(tls) != 1) return fprintf(stderr, "no handshake\n"), 1;
        if (SSL_write(tls, request, sizeof request) != sizeof request) return fprintf(stderr, "no write\n"), 1;
        for (int got = 0; got < (int)sizeof answer;) {
            int n = SSL_read(tls, answer, sizeof answer - got);
            if (n <= 0) return fprintf(stderr, "no answer\n"), 1;
            got += n;
        }
    }
    say("held");
    while (read(0, answer, sizeof answer) > 0)
        ;
    return 0;
}
