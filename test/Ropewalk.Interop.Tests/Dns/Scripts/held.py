"""Begins transfers, and takes nothing more of them until its input ends; then takes the rest. Arguments: the port, the zone, how many, and how many records each has. Prints "held", and what came of each."""
import socket
import struct
import sys

import dns.message
import dns.rcode

port, zone, many, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def exactly(stream, length):
    taken = bytearray()
    while len(taken) < length:
        more = stream.recv(length - len(taken))
        if not more:
            raise EOFError
        taken += more
    return bytes(taken)


def take(stream):
    (length,) = struct.unpack("!H", exactly(stream, 2))
    return exactly(stream, length)


def count_of(wire):
    return struct.unpack("!H", wire[6:8])[0]


def serial(wire, index):
    return dns.message.from_wire(wire, one_rr_per_rrset=True).answer[index][0].serial


def begin():
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stream.settimeout(50)
    stream.connect(("127.0.0.1", port))
    wire = dns.message.make_query(zone, "AXFR").to_wire()
    stream.sendall(struct.pack("!H", len(wire)) + wire)
    return stream, take(stream)


held = [begin() for _ in range(many)]
print("held", flush=True)
sys.stdin.read()
for stream, first in held:
    if first[3] & 15 != dns.rcode.NOERROR:
        print(dns.rcode.to_text(first[3] & 15), flush=True)
        continue
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    last, records = first, count_of(first)
    while records < count:
        last = take(stream)
        records += count_of(last)
    print(f"records {records} serials {serial(first, 0)} {serial(last, -1)}", flush=True)
