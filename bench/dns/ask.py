"""Asks a DNS server one question over UDP, and reads what a comparison of servers needs of the answer."""

import random
import socket
import struct
import time

TYPES = {"A": 1, "NS": 2, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "RRSIG": 46, "NSEC": 47, "NSEC3": 50}
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
AUTHORITATIVE, RECURSION_DESIRED = 0x0400, 0x0100


class Reply:
    """An answer: its code, whether it is authoritative, and the types of its records by section."""

    def __init__(self, message):
        _, flags, questions, answers, authorities, additional = struct.unpack_from("!6H", message)
        self.rcode = RCODES.get(flags & 15, str(flags & 15))
        self.authoritative = bool(flags & AUTHORITATIVE)
        at = 12
        for _ in range(questions):
            at = skip_name(message, at) + 4
        self.sections, self.serial = [], None
        for count in (answers, authorities, additional):
            types = []
            for _ in range(count):
                at = skip_name(message, at)
                kind, _, _, length = struct.unpack_from("!HHIH", message, at)
                at += 10
                if kind == TYPES["SOA"] and not self.sections:
                    behind_names = skip_name(message, skip_name(message, at))
                    self.serial = struct.unpack_from("!I", message, behind_names)[0]
                at += length
                types.append(kind)
            self.sections.append(types)

    def essence(self):
        """What all servers must agree on. How much they add to an answer is their own affair; how much they prove when they deny is not."""
        answers, authorities, _ = self.sections
        proofs = 0 if answers else sum(kind in (TYPES["NSEC"], TYPES["NSEC3"]) for kind in authorities)
        return self.rcode, "AA" if self.authoritative else "not AA", len(answers), proofs


def skip_name(message, at):
    while True:
        length = message[at]
        if length >= 0xC0:
            return at + 2
        at += 1 + length
        if length == 0:
            return at


def question(name, kind, identifier=0, dnssec=False):
    labels = [label for label in name.rstrip(".").split(".") if label]
    wire = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
    opt = b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000, 0) if dnssec else b""
    return struct.pack("!6H", identifier, RECURSION_DESIRED, 1, 0, 0, bool(opt)) + wire + struct.pack("!HH", TYPES[kind], 1) + opt


class Asker:
    """A connected socket to a server on 127.0.0.1."""

    def __init__(self, port, timeout):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self.timeout = timeout

    def ask(self, name, kind, dnssec=False):
        """The reply, or None if none came in time."""
        identifier = random.getrandbits(16)
        try:
            self.socket.send(question(name, kind, identifier, dnssec))
            deadline = time.monotonic() + self.timeout
            while time.monotonic() < deadline:
                message = self.socket.recv(65535)
                if len(message) >= 12 and struct.unpack_from("!H", message)[0] == identifier:
                    return Reply(message)
        except OSError:
            pass
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
