#!/usr/bin/env bash
# Packs every shipped project, looks into each package, and builds and runs samples/consumer from the packages alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
packages=artifacts/packages
rm -rf "$packages" artifacts/consumer-cache
dotnet pack Ropewalk.slnx -c Release -v q --nologo

fail() {
    echo "check-packages: $1" >&2
    exit 1
}

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
for project in src/*/*.csproj; do
    id=$(basename "$project" .csproj)
    package=$packages/$id.$version.nupkg
    [ -f "$package" ] || fail "$package was not made"
    # a package is a zip archive; its table of contents names the files in the clear
    for file in README.md icon.png "$id.dll" "$id.xml"; do
        grep -aqF "$file" "$package" || fail "$package has no $file"
    done
    [ -f "$packages/$id.$version.snupkg" ] || grep -aqF "$id.pdb" "$package" || fail "$id has no symbols"
done

cd samples/consumer
# the sample's obj folder remembers the last restore; the packages behind the same version have changed since
rm -rf Consumer/obj Consumer/bin
env -u CI dotnet build Consumer.slnx -c Release -v q --nologo
for id in ropewalk ropewalk.testing ropewalk.web; do
    source=../../artifacts/consumer-cache/$id/$version/.nupkg.metadata
    grep -q "artifacts/packages" "$source" || fail "$id did not come from $packages"
done
output=$(dotnet run --project Consumer -c Release --no-build)
echo "$output"
[ "$output" = "HELLO OVER TCP
HELLO OVER MEM" ] || fail "the sample said something else"
