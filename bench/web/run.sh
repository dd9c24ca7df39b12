#!/usr/bin/env bash
# static files, 1 KiB, 16 KiB, 1 MiB on 64 connections: CPU per request against ASP.NET's UseStaticFiles and nginx
exec /usr/bin/env python3 "$(dirname "${BASH_SOURCE[0]}")/web.py" "$@"
