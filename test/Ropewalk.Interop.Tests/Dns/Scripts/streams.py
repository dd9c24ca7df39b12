"""Talks DNS on streams in the ways that few clients do. Arguments: the ports for TCP and for TLS, the large zone's count of records. Prints what it has seen, a line each."""
import socket
import ssl
import struct
import sys

import dns.message
import dns.rcode
import dns.rdatatype

port, tls_port, count = map(int, sys.argv[1:4])


def connect(is_secure=False):
    raw = socket.create_connection(("127.0.0.1", tls_port if is_secure else port), timeout=20)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not is_secure:
        return raw
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(raw)


def question(number, name="www.large.test", kind="A"):
    query = dns.message.make_query(name, kind)
    query.id = number
    wire = query.to_wire()
    return struct.pack("!H", len(wire)) + wire


def exactly(stream, length):
    taken = bytearray()
    while len(taken) < length:
        more = stream.recv(length - len(taken))
        if not more:
            raise EOFError(len(taken))
        taken += more
    return bytes(taken)


def answer(stream):
    (length,) = struct.unpack("!H", exactly(stream, 2))
    return dns.message.from_wire(exactly(stream, length), one_rr_per_rrset=True)


def check_ended(stream):
    assert stream.recv(1) == b"", "it sent more than was asked for"


def pipelined(is_secure):
    with connect(is_secure) as stream:
        stream.sendall(b"".join(question(i, f"n{i}.large.test", "ANY") for i in range(2000)))
        got = sorted(answer(stream).id for _ in range(2000))
        assert got == list(range(2000)), got[:20]
    print(f"{'tls' if is_secure else 'tcp'}: 2000 questions in one write")


def half_closed():
    with connect() as stream:
        stream.sendall(b"".join(question(i) for i in range(200)))
        stream.shutdown(socket.SHUT_WR)
        assert sorted(answer(stream).id for _ in range(200)) == list(range(200))
        check_ended(stream)
    with connect() as stream:
        stream.sendall(question(7, "large.test", "AXFR"))
        stream.shutdown(socket.SHUT_WR)
        assert transfer(stream) == count + 1
        check_ended(stream)
    print("tcp: all answers, and a whole transfer, after the client's last word")


def transfer(stream, pause=None):
    records, ends = 0, 0
    while ends < 2:
        message = answer(stream)
        assert message.rcode() == dns.rcode.NOERROR, message
        records += len(message.answer)
        ends += sum(rrset.rdtype == dns.rdatatype.SOA for rrset in message.answer)
        if pause:
            pause()
    return records


def in_pieces():
    with connect() as stream:
        for number in range(3):
            for byte in question(number):
                stream.sendall(bytes([byte]))
            assert answer(stream).id == number
        # the length of the second in the packet of the first, its other half later
        first, second = question(10), question(11)
        stream.sendall(first + second[:1])
        assert answer(stream).id == 10
        stream.sendall(second[1:])
        assert answer(stream).id == 11
    print("tcp: byte by byte, and a length in two packets")


def slow_reader():
    small = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.settimeout(20)
    small.connect(("127.0.0.1", port))
    with small, connect() as other:
        small.sendall(question(1, "large.test", "AXFR"))
        # While this transfer lies half-sent, others are answered, and so is a whole transfer.
        first = answer(small)
        for number in range(200):
            other.sendall(question(number))
            assert answer(other).id == number
        other.sendall(question(5, "large.test", "AXFR"))
        assert transfer(other) == count + 1
        records, ends = len(first.answer), 1
        while ends < 2:
            message = answer(small)
            records += len(message.answer)
            ends += sum(rrset.rdtype == dns.rdatatype.SOA for rrset in message.answer)
        assert records == count + 1, records
    print("tcp: a transfer to a slow reader, and others beside it")


def beside_a_transfer():
    with connect() as stream:
        stream.sendall(question(1, "large.test", "AXFR") + question(2) + question(3, "nobody.large.test"))
        order, records, ends = [], 0, 0
        while ends < 2 or len(order) < 2:
            message = answer(stream)
            if message.id == 1:
                records += len(message.answer)
                ends += sum(rrset.rdtype == dns.rdatatype.SOA for rrset in message.answer)
            else:
                order.append((message.id, ends))
        assert records == count + 1 and sorted(i for i, _ in order) == [2, 3], order
        assert all(ends < 2 for _, ends in order), "the questions waited for the transfer"
    print("tcp: questions overtake a transfer on the same connection")


def refused():
    for wire, what in ((b"\0\5abcde", "a message shorter than a header"), (b"\0\0", "a message of nothing")):
        with connect() as stream:
            stream.sendall(wire)
            try:
                check_ended(stream)
            except ConnectionResetError:
                pass
    print("tcp: what cannot be a message ends the connection")


pipelined(False)
pipelined(True)
half_closed()
in_pieces()
slow_reader()
beside_a_transfer()
refused()
