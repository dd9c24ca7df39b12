#!/usr/bin/env bash
# Shows that the fault scenarios find what they are for: each patch in test/faults plants one fault in the engine, and a scenario must fail with
# one of the seeds 1-1000 (ROPEWALK_SEEDS); without a patch all of them must pass. Arguments: beginnings of patches' names, to try only those.
# A patch that does not apply or build, and a run that the simulation did not end itself, count as failures: nothing was found.
# The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. eng/sdk.sh
require_sdk
export UseSharedCompilation=true MSBUILDDISABLENODEREUSE=1 DOTNET_TieredPGO=0

root=$PWD
last_seed=${ROPEWALK_SEEDS:-1-1000}
last_seed=${last_seed#*-}
fault_seconds=${FAULT_SECONDS:-120}
all_seconds=${ALL_SECONDS:-400}
at_once=${AT_ONCE:-2}
logs=$root/artifacts/faults
rm -rf "$logs"
mkdir -p "$logs"
scratch=$(mktemp -d)
# a patch is applied to the copy, and never to a repository that happens to lie around it
export GIT_CEILING_DIRECTORIES=$(dirname "$scratch")
running=()
finish() {
    for process in "${running[@]}"; do kill "$process" 2>/dev/null && wait "$process" 2>/dev/null; done
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

# scenarios PROGRAM SEEDS SECONDS LOG [arguments…]: one scenario after the other, so that what is found first is the same each time
scenarios() {
    ROPEWALK_SEEDS=$2 timeout --kill-after=10 "$3" dotnet "$1/Ropewalk.Tests.dll" --results-directory "$4.results" \
        --no-ansi --no-progress --filter-namespace '*Scenarios' --seed 1 "${@:5}" >"$4" 2>&1 </dev/null
}

# plant NAME: builds the engine with the fault, and puts it into a copy of the test program
plant() {
    local tree=$scratch/$1/tree log=$logs/$1.build.log
    mkdir -p "$scratch/$1"
    cp -r "$scratch/tree" "$tree"
    if ! (cd "$tree" && git apply --whitespace=nowarn "$root/test/faults/$1.patch") >"$log" 2>&1; then
        echo "the patch does not apply: $(head -n 1 "$log")"
        return 1
    fi

    if ! dotnet build "$tree/src/Ropewalk" -c Release -v q --nologo --no-restore -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false >"$log" 2>&1; then
        echo "does not build: $(grep -m 1 'error' "$log")"
        return 1
    fi

    cp -r "$scratch/program" "$scratch/$1/program"
    cp "$tree/src/Ropewalk/bin/Release/net10.0/Ropewalk.dll" "$scratch/$1/program/"
}

# try_fault NAME: prints what became of it, in one line, to $scratch/NAME.line
try_fault() {
    local name=$1 began=$SECONDS from=1 to=20 found status why
    if ! why=$(plant "$name"); then
        echo "FAIL $name: $why" >"$scratch/$name.line"
        return
    fi

    # most are found within a few seeds: more of them are tried only where few were not enough
    while [ "$from" -le "$last_seed" ]; do
        to=$((to < last_seed ? to : last_seed))
        scenarios "$scratch/$name/program" "$from-$to" "$fault_seconds" "$logs/$name.log" --parallel none --stop-on-fail on
        status=$?
        found=$(grep -o -m 1 '[A-Za-z_]* failed with seed [0-9]* ' "$logs/$name.log")
        if [ -n "$found" ]; then
            echo "ok   $name: found by ${found/ failed with/,} after $((SECONDS - began)) s" | sed 's/  */ /g; s/^ok /ok   /' >"$scratch/$name.line"
            break
        elif [ "$status" != 0 ]; then
            echo "FAIL $name: not found; the run with seeds $from-$to ended with code $status" >"$scratch/$name.line"
            break
        fi

        from=$((to + 1))
        to=$((to * 5))
    done
    [ -f "$scratch/$name.line" ] || echo "FAIL $name: not found with seeds 1-$last_seed, $((SECONDS - began)) s" >"$scratch/$name.line"
    rm -rf "${scratch:?}/$name"
}

if ! dotnet build test/Ropewalk.Tests -c Release -v q --nologo -clp:NoSummary; then
    echo "0 passed, 1 failed"
    exit 1
fi

# what a build of the engine needs, restored already
mkdir -p "$scratch/tree/src"
cp -r Directory.*.props BannedSymbols*.txt global.json .editorconfig "$scratch/tree/"
cp -r src/Directory.Build.props src/Ropewalk "$scratch/tree/src/"
rm -rf "$scratch/tree/src/Ropewalk/bin"
cp -r test/Ropewalk.Tests/bin/Release/net10.0 "$scratch/program"

names=()
for patch in test/faults/*.patch; do
    name=$(basename "$patch" .patch)
    if [ $# = 0 ]; then
        names+=("$name")
    fi
    for wanted in "$@"; do
        [[ $name != "$wanted"* ]] || names+=("$name")
    done
done

for name in "${names[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do
        wait -n
    done
    try_fault "$name" &
    running+=($!)
done
wait
running=()

passed=0
failed=0
for name in "${names[@]}"; do
    line=$(cat "$scratch/$name.line" 2>/dev/null || echo "FAIL $name: nothing came of it")
    echo "$line"
    [[ $line == ok* ]] && passed=$((passed + 1)) || failed=$((failed + 1))
done

if [ $# = 0 ]; then
    began=$SECONDS
    if scenarios "$scratch/program" "1-$last_seed" "$all_seconds" "$logs/unpatched.log"; then
        echo "ok   without a fault all scenarios pass with seeds 1-$last_seed, $((SECONDS - began)) s"
        passed=$((passed + 1))
    else
        echo "FAIL without a fault (exit code $?), $((SECONDS - began)) s:"
        grep -m 5 'failed with seed' "$logs/unpatched.log" || tail -n 20 "$logs/unpatched.log"
        failed=$((failed + 1))
    fi
fi

echo "took $SECONDS s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
