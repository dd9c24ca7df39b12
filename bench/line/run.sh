#!/usr/bin/env bash
# A line protocol from socket through framing to handler and back: bytes allocated per message
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/line.py" "$@"
