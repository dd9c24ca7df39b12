"""Asks for two addresses of one version until its input ends, by UDP and TCP in turn. Argument: the port. Each answer is whole, of one version, and never of an older one than before."""
import select
import socket
import struct
import sys

import dns.message
import dns.query

port = int(sys.argv[1])
last, seen, asked = 0, set(), 0
with socket.create_connection(("127.0.0.1", port)) as stream:
    stream.settimeout(10)
    while not select.select([sys.stdin], [], [], 0)[0]:
        query = dns.message.make_query("pair.example.test", "A")
        if asked % 2:
            answer = dns.query.tcp(query, "127.0.0.1", timeout=10, sock=stream)
        else:
            answer = dns.query.udp(query, "127.0.0.1", port=port, timeout=10)
        first, second = (record.address.rsplit(".", 1) for record in answer.answer[0])
        assert {first[0], second[0]} == {"192.0.2", "198.51.100"}, answer
        assert first[1] == second[1], f"two versions in one answer: {answer}"
        version = int(first[1])
        assert version >= last, f"{version} after {last}"
        last = version
        seen.add(version)
        asked += 1
        if asked == 1:
            print("asking", flush=True)
print(f"asked {asked} versions {len(seen)} last {last}", flush=True)
