#!/usr/bin/env bash
# IRC servers: CPU per delivery in one channel and in a thousand, what arriving, joining and idling cost, slow readers, bytes allocated a line
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/irc.py" "$@"
