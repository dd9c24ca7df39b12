#!/usr/bin/env bash
# Packs the template and the packages it needs, makes a protocol of it in a folder outside the repository, builds it, runs its tests, and
# talks with its server: what docs/new-protocol.md tells a reader to do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
grep -q "\"defaultValue\": \"$version\"" eng/templates/protocol/.template.config/template.json ||
    { echo "check-template: template.json does not say version $version" >&2; exit 1; }

work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

feed=$work/feed
for project in src/Ropewalk src/Ropewalk.Testing eng/templates; do
    dotnet pack "$project" -c Release -v q --nologo -o "$feed"
done

# everything in the new folder comes from the feed or from the gallery, and nothing from an earlier run
cat >"$work/NuGet.config" <<XML
<configuration>
  <config><add key="globalPackagesFolder" value="$work/packages" /></config>
  <packageSources>
    <add key="ropewalk" value="$feed" />
  </packageSources>
</configuration>
XML

hive=$work/hive
dotnet new install "$feed/Ropewalk.Templates.$version.nupkg" --debug:custom-hive "$hive" >/dev/null
cd "$work"
dotnet new ropewalk-protocol -n Courier --debug:custom-hive "$hive"
cd Courier
if grep -rI "Ping" --include='*.cs' --include='*.csproj' --include='*.slnx' . | grep -v PING; then
    echo "check-template: the template's own name is left in what it made" >&2
    exit 1
fi

env -u CI dotnet build -v q --nologo
env -u CI dotnet test --no-build

dotnet run --project Courier --no-build -- serve tcp:127.0.0.1:0 >"$work/server.log" &
server=$!
for _ in $(seq 100); do
    grep -q listening "$work/server.log" && break
    sleep 0.1
done
port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' "$work/server.log")
answer=$(dotnet run --project Courier --no-build -- ask "tcp:127.0.0.1:$port" hello)
[ "$answer" = hello ] || { echo "check-template: the server answered '$answer'" >&2; exit 1; }
cd "$root"
echo "check-template: the protocol was made, built, tested and served"
