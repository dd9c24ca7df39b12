#!/usr/bin/env bash
# Bulk through a relay, one and eight connections: CPU seconds per GB against squid's CONNECT, haproxy in TCP mode and Twisted
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/relay.py" "$@"
