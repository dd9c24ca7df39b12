#!/usr/bin/env bash
# Shows that the fault scenarios find what they are for: each patch in test/faults plants one fault in the engine, and a scenario must fail with
# one of the seeds 1-1000 (ROPEWALK_SEEDS); without a fault all of them must pass. Arguments: beginnings of patches' names, to try only those.
# A patch that does not apply or build, and a run that was not ended by a scenario's failure, count as failures: nothing was found.
# Two run at a time (AT_ONCE). The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. eng/sdk.sh
require_sdk
export UseSharedCompilation=true MSBUILDDISABLENODEREUSE=1 DOTNET_TieredPGO=0

root=$PWD
last_seed=${ROPEWALK_SEEDS:-1-1000}
last_seed=${last_seed#*-}
fault_seconds=${FAULT_SECONDS:-150}
all_seconds=${ALL_SECONDS:-500}
at_once=${AT_ONCE:-2}
logs=$root/artifacts/faults
rm -rf "$logs"
mkdir -p "$logs"
scratch=$(mktemp -d)
# a patch is applied to the copy, never to a repository that happens to lie around it
GIT_CEILING_DIRECTORIES=$(dirname "$scratch")
export GIT_CEILING_DIRECTORIES
finish() {
    local process
    for process in $(jobs -p); do kill "$process" 2>/dev/null || true; done
    wait
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

# scenarios PROGRAM SEEDS SECONDS LOG: one after the other, until one fails; where several find a fault, which is first may differ
scenarios() {
    ROPEWALK_SEEDS=$2 timeout --foreground --kill-after=10 "$3" dotnet "$1/Ropewalk.Tests.dll" --results-directory "$scratch/results" \
        --no-ansi --no-progress --filter-namespace '*Scenarios' --parallel none --seed 1 --stop-on-fail on >"$4" 2>&1 </dev/null
}

# finding LOG: the scenario and the seed
finding() {
    sed -n 's/.* \([A-Za-z_]*\) failed with seed \([0-9]*\) after .*/\1, seed \2/p' "$1" | head -n 1
}

# plant NAME: builds the engine with the fault, and puts it into a copy of the test program; says why where that is not possible
plant() {
    local tree=$scratch/$1/tree log=$logs/$1.build.log
    mkdir -p "$scratch/$1"
    cp -r "$scratch/tree" "$tree"
    if ! (cd "$tree" && git apply --whitespace=nowarn "$root/test/faults/$1.patch") >"$log" 2>&1; then
        echo "the patch does not apply: $(head -n 1 "$log")"
        return 1
    fi

    # an engine with a fault need not be in good style
    if ! env -u CI dotnet build "$tree/src/Ropewalk" -c Release -v q --nologo --no-restore -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false >"$log" 2>&1; then
        echo "it does not build: $(grep -m 1 'error' "$log")"
        return 1
    fi

    cp -r "$scratch/program" "$scratch/$1/program"
    cp "$tree/src/Ropewalk/bin/Release/net10.0/Ropewalk.dll" "$scratch/$1/program/"
}

# judge NAME: prints one line on what became of the fault
judge() {
    local name=$1 began=$SECONDS from=1 to=20 found status why
    if ! why=$(plant "$name"); then
        echo "FAIL $name: $why"
        return
    fi

    # most are found with few seeds: many are tried only where few were not enough
    while [ "$from" -le "$last_seed" ]; do
        to=$((to < last_seed ? to : last_seed))
        scenarios "$scratch/$name/program" "$from-$to" "$fault_seconds" "$logs/$name.log"
        status=$?
        found=$(finding "$logs/$name.log")
        if [ -n "$found" ]; then
            echo "ok   $name: found by $found, after $((SECONDS - began)) s"
            return
        elif [ "$status" != 0 ]; then
            echo "FAIL $name: not found: the run with seeds $from-$to ended with code $status"
            return
        fi

        from=$((to + 1))
        to=$((to * 5))
    done
    echo "FAIL $name: not found with seeds 1-$last_seed, $((SECONDS - began)) s"
}

try_fault() {
    judge "$1" >"$scratch/$1.line"
    rm -rf "${scratch:?}/$1"
    cat "$scratch/$1.line"
}

try_without() {
    local began=$SECONDS status
    scenarios "$scratch/program" "1-$last_seed" "$all_seconds" "$logs/unpatched.log"
    status=$?
    if [ "$status" = 0 ]; then
        echo "ok   without a fault all scenarios pass with seeds 1-$last_seed, $((SECONDS - began)) s" >"$scratch/unpatched.line"
    else
        echo "FAIL without a fault: $(finding "$logs/unpatched.log") (exit code $status), $((SECONDS - began)) s" >"$scratch/unpatched.line"
    fi
    cat "$scratch/unpatched.line"
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
    for wanted in "${@:-}"; do
        [[ $name != "$wanted"* ]] || names+=("$name")
    done
done
tried=("${names[@]}")
if [ $# = 0 ]; then
    tried=(unpatched "${names[@]}")
    try_without &
fi
for name in "${names[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do
        wait -n
    done
    try_fault "$name" &
done
wait

passed=0
failed=0
for name in "${tried[@]}"; do
    if grep -q '^ok' "$scratch/$name.line" 2>/dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done

echo "took $SECONDS s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
