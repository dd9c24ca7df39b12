#!/usr/bin/env bash
# UDP echo, 64 bytes, at 5,000 a second and at saturation: CPU per datagram against a C loop with the same batching
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/udp.py" "$@"
