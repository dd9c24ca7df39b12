# Sourced by the scripts at the root: ends them, in one line, where the SDK is missing or too old.

require_sdk() {
    local wanted=10 install='install the .NET 10 SDK or newer (https://dotnet.microsoft.com/download), and run this again'
    if ! command -v dotnet >/dev/null 2>&1; then
        echo "ropewalk: dotnet was not found: $install" >&2
        exit 1
    fi

    local sdks newest
    sdks=$(dotnet --list-sdks 2>/dev/null)
    newest=$(printf '%s\n' "$sdks" | sed -n 's/^\([0-9]*\)\..*/\1/p' | sort -n | tail -n 1)
    if [ "${newest:-0}" -lt "$wanted" ]; then
        local found
        found=$(printf '%s\n' "$sdks" | sed -n 's/ .*//p' | sort -V | tail -n 1)
        echo "ropewalk: the newest .NET SDK here is ${found:-none (only a runtime)}, and $wanted.0 is needed: $install" >&2
        exit 1
    fi

    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
}
