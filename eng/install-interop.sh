#!/usr/bin/env bash
# Installs what the interop tests drive (eng/interop-packages.txt). Where that is not possible it says so and goes on: the tests say which
# program is missing. No daemon of a package is started: policy-rc.d forbids it while this runs.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
command -v dpkg-query >/dev/null 2>&1 || { echo "note: not a Debian system: interop tests use what is installed"; exit 0; }

missing=()
while read -r package _; do
    case $package in '' | '#'*) continue ;; esac
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done <interop-packages.txt
[ ${#missing[@]} != 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "note: not installed, and only root can install them: ${missing[*]}"
    exit 0
fi

policy=/usr/sbin/policy-rc.d
made=
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    made=yes
fi
install() { DEBIAN_FRONTEND=noninteractive timeout 200 apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 </dev/null; }
if ! install "${missing[@]}"; then
    timeout 60 apt-get update -qq >/dev/null 2>&1 </dev/null
    if ! install "${missing[@]}"; then
        for package in "${missing[@]}"; do
            install "$package" || echo "note: cannot install $package: the tests that need it are skipped"
        done
    fi
fi
[ -z "$made" ] || rm -f "$policy"
exit 0
