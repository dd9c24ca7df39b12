#!/usr/bin/env bash
# TCP echo, 64 bytes on 64 connections: CPU per echo and requests a second, against a C epoll loop and nine others
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/echo.py" "$@"
