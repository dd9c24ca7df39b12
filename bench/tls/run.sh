#!/usr/bin/env bash
# Full TLS 1.3 handshakes: server CPU for each, against openssl s_server with the same certificate
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/tls.py" "$@"
