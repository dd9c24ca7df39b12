"""Asks our server with dnspython. Arguments: the ports for UDP and TCP and for TLS, the certificate, the key's name and secret. Prints what it has seen, a line each."""
import random
import ssl
import socket
import struct
import sys

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsigkeyring
import dns.xfr
import dns.zone

port, tls_port, certificate, key_name, key_secret = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
keys = dns.tsigkeyring.from_text({key_name: ("hmac-sha256", key_secret)})
HOST, ZONE = "127.0.0.1", "example.test"


def trusting():
    context = ssl.create_default_context(cafile=certificate)
    context.set_alpn_protocols(["dot"])
    return context


WAYS = {
    "udp": lambda query: dns.query.udp(query, HOST, port=port, timeout=5),
    "tcp": lambda query: dns.query.tcp(query, HOST, port=port, timeout=5),
    "tls": lambda query: dns.query.tls(query, HOST, port=tls_port, timeout=5, ssl_context=trusting(), server_hostname="localhost"),
}


def ask(name, kind, **how):
    return dns.message.make_query(f"{name}.{ZONE}", kind, **how)


def check_answers(way, send):
    answer = send(ask("www", "A"))
    assert answer.rcode() == dns.rcode.NOERROR and answer.flags & dns.flags.AA, answer
    assert answer.answer[0][0].address == "192.0.2.1", answer
    assert send(ask("nobody", "A")).rcode() == dns.rcode.NXDOMAIN
    chain = send(ask("alias", "AAAA"))
    assert [rrset.rdtype for rrset in chain.answer] == [dns.rdatatype.CNAME, dns.rdatatype.AAAA], chain

    options = [dns.edns.GenericOption(dns.edns.NSID, b""), dns.edns.GenericOption(dns.edns.COOKIE, b"12345678"), dns.edns.GenericOption(65001, b"xyz"), dns.edns.ECSOption("192.0.2.0", 24)]
    rich = send(ask("www", "A", use_edns=0, payload=1400, options=options, want_dnssec=True))
    given = {option.otype: option for option in rich.options}
    assert given[dns.edns.NSID].data == b"server-one", rich
    cookie = given[dns.edns.COOKIE].data
    assert cookie[:8] == b"12345678" and len(cookie) == 24, rich
    assert 65001 not in given and rich.ednsflags & dns.flags.DO, rich
    again = send(ask("www", "A", use_edns=0, options=[dns.edns.GenericOption(dns.edns.COOKIE, cookie)]))
    assert again.rcode() == dns.rcode.NOERROR, again
    future = ask("www", "A")
    # the flags have the version again
    future.use_edns(edns=1, ednsflags=1 << 16)
    assert send(future).rcode() == dns.rcode.BADVERS

    signed = ask("www", "A")
    signed.use_tsig(keys, key_name)
    assert send(signed).had_tsig
    print(f"{way}: answers, EDNS options, TSIG")


def check_transfers():
    zone = dns.zone.Zone(ZONE)
    dns.query.inbound_xfr(HOST, zone, port=port, query=make_transfer(zone), timeout=5, lifetime=20)
    assert zone.get_rdataset("version", "TXT")[0].strings == (b"version 1",)
    assert sum(len(rdatas) for _, rdatas in zone.iterate_rdatasets()) == 80
    try:
        dns.query.inbound_xfr(HOST, dns.zone.Zone(ZONE), port=port, timeout=5, lifetime=20)
        raise AssertionError("a transfer without a key")
    except dns.xfr.TransferError as refused:
        assert refused.rcode == dns.rcode.REFUSED, refused
    print("tcp: a signed transfer; none without a key")


def make_transfer(zone):
    query, _ = dns.xfr.make_query(zone, keyring=keys, keyname=key_name)
    return query


# Each must be answered with the code, or not at all (None).
def check_malformed():
    good = ask("www", "A").to_wire()
    plain = dns.message.from_wire(good)
    notify = dns.message.make_query(ZONE, "SOA")
    notify.set_opcode(dns.opcode.NOTIFY)
    update = dns.message.make_query(ZONE, "SOA")
    update.set_opcode(dns.opcode.UPDATE)
    cases = {
        "shorter than a header": (good[:11], None),
        "a response": (good[:2] + b"\x80" + good[3:], None),
        "a header alone": (good[:12], dns.rcode.FORMERR),
        "cut inside its question": (good[:-2], dns.rcode.FORMERR),
        "more behind its end": (good + b"trailing", dns.rcode.FORMERR),
        "no question": (good[:4] + b"\0\0" + good[6:12], dns.rcode.FORMERR),
        "two questions": (good[:4] + b"\0\2" + good[6:] + good[12:], dns.rcode.FORMERR),
        "a name that points at itself": (good[:12] + b"\xc0\x0c" + good[-4:], dns.rcode.FORMERR),
        "a label of an unknown kind": (good[:12] + b"\x80" + good[13:], dns.rcode.FORMERR),
        "an opcode of old": (good[:2] + b"\x10" + good[3:], dns.rcode.NOTIMP),
        "an update": (update.to_wire(), dns.rcode.NOTIMP),
        "two OPT records": (twice_opt(), dns.rcode.FORMERR),
    }
    for what, (wire, expected) in cases.items():
        got = exchange(wire)
        assert got == expected, f"{what}: {got} instead of {expected}"
    print(f"udp: {len(cases)} malformed messages")
    check_noise(plain.to_wire())


def twice_opt():
    wire = ask("www", "A", use_edns=0).to_wire()
    opt = wire[-11:]
    assert opt[:3] == b"\0\0\x29"
    return wire[:10] + b"\0\2" + wire[12:] + opt


def exchange(wire):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(5)
        asker.connect((HOST, port))
        asker.send(wire)
        # A good question behind it: when that is answered, the first has been looked at.
        probe = ask("www", "A", use_edns=False)
        probe.id = (struct.unpack("!H", wire[:2])[0] + 1) & 0xFFFF
        asker.send(probe.to_wire())
        got = None
        while True:
            answer = asker.recv(4096)
            if answer[:2] == probe.to_wire()[:2]:
                return got
            got = dns.message.from_wire(answer, ignore_trailing=True).rcode() if len(answer) > 12 else answer[3] & 15


# Bytes changed at random: whatever comes back can be read, and the server goes on.
def check_noise(good):
    noise = random.Random(20)
    read = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.connect((HOST, port))
        asker.settimeout(0.001)
        for _ in range(3000):
            wire = bytearray(good)
            for _ in range(noise.randint(1, 4)):
                wire[noise.randrange(2, len(wire))] = noise.randrange(256)
            asker.send(wire)
            try:
                answer = asker.recv(4096)
            except TimeoutError:
                continue
            # the library reads no others but UPDATE, whose questions it wants to be of type SOA
            if len(answer) > 12 and answer[2] >> 3 & 15 in (0, 1, 2, 4):
                dns.message.from_wire(answer)
            read += 1
    assert dns.query.udp(ask("www", "A"), HOST, port=port, timeout=5).rcode() == dns.rcode.NOERROR
    assert read > 1000, read
    print("udp: 3000 messages of noise")


for way, send in WAYS.items():
    check_answers(way, send)
check_transfers()
check_malformed()
