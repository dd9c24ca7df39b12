#!/usr/bin/env bash
# Runs each one-file sample with a real client: a socket for the chat, curl for the proxy, a small file server for the feeds, the time
# server's own client; and those commands of the tutorial and the recipes that need openssl, curl, socat or systemd.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=$(mktemp -d)
# an input that stays open: the programs of the guides run until it ends
mkfifo "$scratch/input"
exec 7<>"$scratch/input"
started=()
finish() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    rm -rf "$scratch"
}
trap finish EXIT

fail() {
    echo "check-samples: $1" >&2
    tail -n 20 "$scratch"/*.log >&2 || true
    exit 1
}

# start NAME PATTERN COMMAND…: runs in the background until PATTERN is in its output; the port it names is left in $port
start() {
    local name=$1 pattern=$2 log
    shift 2
    log=$scratch/$name.log
    : >"$log"
    # the program itself, not a shell around it: it is what gets killed
    [ "$1" != run ] || set -- dotnet "samples/$2/bin/Release/net10.0/$2.dll" "${@:3}"
    "$@" >>"$log" 2>&1 <&7 &
    started+=($!)
    for _ in $(seq 200); do
        if grep -q "$pattern" "$log"; then
            port=$(grep -m 1 "$pattern" "$log" | grep -o '[:=( ][0-9]\{4,5\}\b' | head -n 1 | tr -dc '0-9' || true)
            return
        fi
        kill -0 "${started[-1]}" 2>/dev/null || fail "$name ended"
        sleep 0.1
    done
    fail "$name did not start"
}

run() { dotnet "samples/$1/bin/Release/net10.0/$1.dll" "${@:2}"; }

for sample in ChatServer ConnectProxy FeedReader HostedServices TimeServerUdp Recipes Tutorial/Step5; do
    dotnet build "samples/$sample" -c Release -v q --nologo
done

start chat 'listening on' run ChatServer tcp:127.0.0.1:0
chat=$port
exec 3<>"/dev/tcp/127.0.0.1/$chat"
read -r -u 3 joined
(exec 4<>"/dev/tcp/127.0.0.1/$chat"; printf 'hello \033[2Jrope\r\n' >&4; read -r -u 4 _; read -r -u 4 _)
heard=$(for _ in 1 2 3; do read -r -t 10 -u 3 line && printf '%s\n' "$line"; done)
[[ $joined == *joined* ]] || fail "the chat did not greet: $joined"
grep -q '> hello .\{1,3\}\[2Jrope' <<<"$heard" || fail "the chat did not carry the line: $heard"
! grep -q $'\033' <<<"$heard" || fail "the chat passed an escape on"
grep -q 'left, 1 here' <<<"$heard" || fail "the chat did not notice who left: $heard"
echo "ok   chat"

mkdir -p "$scratch/site"
printf '<rss><channel><title>c</title><item><title>One &amp; two</title><link>http://a/1</link></item></channel></rss>' >"$scratch/site/rss.xml"
printf '<feed xmlns="http://www.w3.org/2005/Atom"><title>c</title><entry><title>Three</title><link href="http://a/3"/></entry></feed>' >"$scratch/site/atom.xml"
printf '<!DOCTYPE x [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>' >"$scratch/site/bomb.xml"
start files 'port' python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$scratch/site"
files=$port

start proxy 'listening on' run ConnectProxy tcp:127.0.0.1:0 "$files"
proxy=$port
got=$(curl -sS --max-time 20 --proxytunnel -x "http://127.0.0.1:$proxy" "http://127.0.0.1:$files/rss.xml") || fail "no answer through the proxy"
cmp -s <(printf '%s' "$got") "$scratch/site/rss.xml" || fail "the proxy changed the answer"
refused=$(curl -s -o /dev/null -w '%{http_connect}' --max-time 20 --proxytunnel -x "http://127.0.0.1:$proxy" http://127.0.0.1:1/ || true)
[ "$refused" = 403 ] || fail "a port that is not allowed was answered $refused"
wrong=$(curl -s -o /dev/null -w '%{http_code}' --max-time 20 "http://127.0.0.1:$proxy/") || true
[ "$wrong" = 405 ] || fail "a GET was answered $wrong"
echo "ok   proxy"

first=$(run FeedReader "$scratch/state.tsv" "http://127.0.0.1:$files/rss.xml" "http://127.0.0.1:$files/atom.xml")
[ "$first" = $'One & two\n  http://a/1\nThree\n  http://a/3' ] || fail "the feeds came out as: $first"
second=$(run FeedReader "$scratch/state.tsv" "http://127.0.0.1:$files/rss.xml")
[[ $second == *unchanged ]] || fail "an unchanged feed was fetched again: $second"
if run FeedReader "$scratch/state.tsv" "http://127.0.0.1:$files/bomb.xml" 2>"$scratch/bomb.log"; then
    fail "a document type was accepted"
fi
echo "ok   feeds"

start time 'Telling the time at' run TimeServerUdp udp:127.0.0.1:0
run TimeServerUdp ask "127.0.0.1:$port" || fail "the time server did not answer"
echo "ok   time"

start hosted 'Application started' run HostedServices --web tcp:127.0.0.1:0 --echo tcp:127.0.0.1:0 --clock udp:127.0.0.1:0
host=${started[-1]}
page=$(grep -o 'http://127.0.0.1:[0-9]*' "$scratch/hosted.log" | head -n 1)
port_of() { curl -sS --max-time 20 "$page/" | grep "^$1:" | grep -o '127.0.0.1:[0-9]*' | cut -d: -f2; }
[ "$(curl -sS --max-time 20 "$page/health")" = Healthy ] || fail "the host is not healthy"
exec 5<>"/dev/tcp/127.0.0.1/$(port_of echo)"
echo hello >&5
read -r -t 10 -u 5 line
[ "$line" = hello ] || fail "the echo said: $line"
# bash reads a byte at a time, which cuts a datagram to its first
line=$(python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
s.sendto(b"\n", ("127.0.0.1", int(sys.argv[1])))
print(s.recv(512).decode().strip())' "$(port_of clock)") || fail "the clock did not answer"
[[ $line == 20*Z ]] || fail "the clock said: $line"
echo "ok   hosted services"

# docs/tutorial.md and docs/recipes, as their readers try them
have() { command -v "$1" >/dev/null || { echo "note: there is no $1 here: $2 is not shown"; false; }; }
export XDG_DATA_HOME=$scratch/home
recipes=samples/Recipes/bin/Release/net10.0/Recipes.dll

if have openssl "TLS"; then
    start game 'listening on' dotnet samples/Tutorial/Step5/bin/Release/net10.0/Step5.dll tls:127.0.0.1:0:dev
    said=$(yes fish | head -n 20 | timeout 20 openssl s_client -connect "127.0.0.1:$port" -servername localhost -quiet 2>/dev/null || true)
    [[ $said == "I have a number"*"That is no number."*"Enough. Bye."* ]] || fail "the game said: $said"

    start starttls 'listening on' dotnet "$recipes" starttls tcp:127.0.0.1:0
    said=$( (sleep 1; printf 'AUTH\r\n'; sleep 1) |
        timeout 20 openssl s_client -starttls smtp -connect "127.0.0.1:$port" -servername localhost -quiet -no_ign_eof 2>/dev/null || true)
    [[ $said == *"235 welcome"* ]] || fail "STARTTLS went: $said"
    echo "ok   guides over TLS"
fi

start front 'relaying' dotnet "$recipes" relay tls:127.0.0.1:0:dev "tcp:127.0.0.1:$files"
curl -sS --max-time 20 --cacert "$scratch/home/ropewalk/development-certificate.pem" "https://localhost:$port/rss.xml" |
    cmp -s - "$scratch/site/rss.xml" || fail "TLS in front of the file server did not work"
echo "ok   TLS in front"

if have socat "half-close through a relay"; then
    socat "UNIX-LISTEN:$scratch/count,fork" EXEC:'wc -c' 2>"$scratch/count.log" &
    started+=($!)
    start relay 'relaying' dotnet "$recipes" relay tcp:127.0.0.1:0 "unix:$scratch/count"
    [ "$(printf hello | socat -t 20 - "TCP:127.0.0.1:$port")" = 5 ] || fail "the relay lost the end, or the answer behind it"
    echo "ok   relay"

    if have systemd-socket-activate "socket activation"; then
        start activated 'Listening on' systemd-socket-activate -l "$scratch/activated" dotnet "$recipes" socket-activated
        said=$(socat -t 20 - "UNIX-CONNECT:$scratch/activated" </dev/null)
        [[ $said == "hello from a socket that was handed over"* ]] || fail "the activated program said: $said"
        echo "ok   socket activation"
    fi
fi
