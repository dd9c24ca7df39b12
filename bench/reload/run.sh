#!/usr/bin/env bash
# Reload under 9,000 connections that echo once a second: no reset, no refused connect, nobody late
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/reload.py" "$@"
