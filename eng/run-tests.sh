# Sourced: run_tests NAME [arguments…] runs the built test program test/NAME or samples/NAME and adds its totals to $passed and $failed.
# A program that ran no test, crashed, or took longer than TEST_SECONDS counts as one failure: silence is not success.

passed=0
failed=0
virtual=0 # hours that the tests' clocks were moved
skipped=0

run_tests() {
    local name=$1
    shift
    local folder=test
    [ -d "test/$name" ] || folder=samples
    local program=$folder/$name/bin/Release/net10.0/$name.dll results=artifacts/test-results/$name log status
    log=$results/output.txt
    rm -rf "$results"
    mkdir -p "$results"
    if [ ! -f "$program" ]; then
        echo "FAIL $name: $program was not built"
        failed=$((failed + 1))
        return
    fi

    local began=$SECONDS
    timeout --kill-after=10 "${TEST_SECONDS:-180}" \
        dotnet "$program" --results-directory "$results" --report-xunit --report-xunit-filename results.xml --no-ansi --no-progress "$@" \
        >"$log" 2>&1 </dev/null
    status=$?

    local ok=0 bad=0 not_run=0
    if [ -s "$results/results.xml" ]; then
        local head
        head=$(grep -o '<assembly [^>]*>' "$results/results.xml" | head -n 1)
        ok=$(attribute passed "$head")
        bad=$(($(attribute failed "$head") + $(attribute errors "$head")))
        not_run=$(attribute skipped "$head")
    fi

    local why=
    if [ "$status" = 124 ] || [ "$status" = 137 ]; then
        why="stopped after ${TEST_SECONDS:-180} s"
    elif [ $((ok + bad)) = 0 ]; then
        why="ran no tests (exit code $status)"
    elif [ "$status" != 0 ] && [ "$bad" = 0 ]; then
        why="exit code $status although no test failed"
    fi
    if [ -n "$why" ]; then
        bad=$((bad + 1))
    fi

    local hours
    hours=$(sed -n 's/^virtual hours: \([0-9]*\)$/\1/p' "$log" | tail -n 1)
    virtual=$((virtual + ${hours:-0}))
    passed=$((passed + ok))
    failed=$((failed + bad))
    skipped=$((skipped + not_run))
    if [ "$bad" = 0 ]; then
        printf 'ok   %-32s %4d passed%s, %d s, %d virtual hours\n' "$name" "$ok" "$([ "$not_run" = 0 ] || echo ", $not_run skipped")" $((SECONDS - began)) "${hours:-0}"
    else
        cat "$log"
        printf 'FAIL %-32s %4d passed, %d failed%s\n' "$name" "$ok" "$bad" "${why:+: $why}"
    fi
    if [ "$not_run" != 0 ] && [ "$bad" = 0 ]; then
        grep -A 1 '^skipped ' "$log" | grep -v '^--' | sed 's/^/     /'
    fi
}

attribute() { # the number in NAME="…" of an XML tag, or 0
    local value
    value=$(printf '%s' "$2" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p")
    echo "${value:-0}"
}
