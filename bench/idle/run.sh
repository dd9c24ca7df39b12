#!/usr/bin/env bash
# Memory that an idle connection costs, at 9,000 connections: plain and TLS
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/idle.py" "$@"
