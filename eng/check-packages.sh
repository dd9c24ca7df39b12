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

# The guard of Ropewalk.Testing: which banned calls the compiler names, by mode, and what it says without its analyzer.
guarded() { # PROPERTY…: the lines of Unrepeatable.cs with a warning RS0030, and each ROPEWALK warning
    rm -rf Guarded/obj Guarded/bin
    env -u CI dotnet build Guarded/Guarded.csproj -c Release --nologo "$@" >../../artifacts/guarded.log || fail "the guarded sample does not build"
    sed -n -e 's/.*Unrepeatable.cs(\([0-9]*\),.*RS0030.*/\1/p' -e 's/.*warning \(ROPEWALK[0-9]*\):.*/\1/p' ../../artifacts/guarded.log | sort -u | paste -sd ' '
}
for file in buildTransitive/Ropewalk.Testing.targets guard/BannedSymbols.txt guard/BannedSymbols.Strict.txt; do
    grep -aqF "$file" "../../$packages/Ropewalk.Testing.$version.nupkg" || fail "Ropewalk.Testing has no $file"
done
expect() { # WHAT EXPECTED GOT
    [ "$3" = "$2" ] || fail "$1: expected warnings '$2', got '$3'"
    echo "guard, $1: $3"
}
expect "strict" "10 8 9" "$(guarded)"
expect "true" "10 8 9" "$(guarded -p:RopewalkSimulationGuard=true)"
expect "whole" "8 9" "$(guarded -p:RopewalkSimulationGuard=whole)"
expect "off" "" "$(guarded -p:RopewalkSimulationGuard=false)"
expect "misspelt" "ROPEWALK001" "$(guarded -p:RopewalkSimulationGuard=strickt)"
expect "without the analyzer" "ROPEWALK002" "$(guarded -p:WithoutAnalyzer=true)"
