#!/usr/bin/env bash
# Builds everything and runs every test project but Interop. Arguments: names of test projects, to run only those
# (`./test.sh Ropewalk.Tests`), and anything from the first `--…` on is handed to the test programs
# (`./test.sh Ropewalk.Tests --filter-class '*LinesTests'`). The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. eng/sdk.sh
require_sdk

projects=()
while [ $# -gt 0 ] && [[ $1 != --* ]]; do
    projects+=("$1")
    shift
done
if [ ${#projects[@]} = 0 ]; then
    for folder in test/*.Tests/ samples/*.Tests/; do
        name=$(basename "$folder")
        [ "$name" = Ropewalk.Interop.Tests ] || projects+=("$name")
    done
fi

if ! dotnet build Ropewalk.slnx -c Release -v q --nologo -clp:NoSummary; then
    echo "test.sh: the build failed" >&2
    echo "0 passed, 1 failed"
    exit 1
fi

. eng/run-tests.sh
started=$SECONDS
for name in "${projects[@]}"; do
    run_tests "$name" "$@"
done
echo
echo "tests took $((SECONDS - started)) s and $virtual virtual hours"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
