"""Begins transfers, and takes nothing more of them until its input ends; then takes the rest. Arguments: the port, the zone, how many. Prints "held", and what came of each."""
import socket
import struct
import sys

import dns.message
import dns.rcode
import dns.rdatatype

port, zone, many = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])


def exactly(stream, length):
    taken = bytearray()
    while len(taken) < length:
        more = stream.recv(length - len(taken))
        if not more:
            raise EOFError
        taken += more
    return bytes(taken)


def answer(stream):
    (length,) = struct.unpack("!H", exactly(stream, 2))
    return dns.message.from_wire(exactly(stream, length), one_rr_per_rrset=True)


def begin():
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stream.settimeout(50)
    stream.connect(("127.0.0.1", port))
    wire = dns.message.make_query(zone, "AXFR").to_wire()
    stream.sendall(struct.pack("!H", len(wire)) + wire)
    return stream, answer(stream)


held = [begin() for _ in range(many)]
print("held", flush=True)
sys.stdin.read()
for stream, message in held:
    if message.rcode() != dns.rcode.NOERROR:
        print(dns.rcode.to_text(message.rcode()), flush=True)
        continue
    records = list(message.answer)
    while sum(rrset.rdtype == dns.rdatatype.SOA for rrset in records) < 2:
        records += answer(stream).answer
    serials = {rrset[0].serial for rrset in (records[0], records[-1])}
    print(f"records {len(records)} serials {serials}", flush=True)
