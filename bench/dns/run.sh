#!/usr/bin/env bash
# DNS servers: CPU per query and queries a second, signed zones, DNS over TLS, a zone of a million records and its reload, bytes allocated
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/dns.py" "$@"
