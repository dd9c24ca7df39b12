#!/usr/bin/env bash
# A simulated hour of 1,000 clients, and thousands of seeds of finger in a storm: real seconds
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/simulation.py" "$@"
