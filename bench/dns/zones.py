"""Zones and queries, the same on every machine: names from a seed, written once to artifacts/bench and used again.

A plain zone has an A and an AAAA record for every name, and MX and TXT for the apex and ten others. Of a hundred queries ten are for names
that are not there, two for types that are not.
"""

import hashlib
import json
import os
import random
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

SERIAL = 2026010100
QUERIES = 100_000
SAMPLE = 100
EXCHANGERS = 10
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Zone:
    """A zone file, the queries for it in dnsperf's format, and a sample of them with what is to be answered."""

    def __init__(self, folder, origin, variant="plain"):
        self.folder, self.origin, self.variant = folder, origin, variant
        self.signed = variant != "plain"
        self.path = os.path.join(folder, "zone" if variant == "plain" else variant)
        self.queries = os.path.join(folder, "queries")
        self.hosts = os.path.join(folder, "hosts")
        with open(os.path.join(folder, "facts.json")) as file:
            facts = json.load(file)
        self.sample, self.records, self.last = facts["sample"], facts["records"], facts["last"]

    def expected(self, answers):
        """How many records answer a question: if the zone is signed, each set has a signature."""
        return answers + 1 if self.signed and answers else answers

    def few(self, kind):
        """The name and the data of each MX or TXT record. There are few, and they stand in front."""
        found = []
        with open(os.path.join(self.folder, "zone")) as file:
            for line in file:
                name, _, _, this, data = line.rstrip("\n").split(" ", 4)
                if this == kind:
                    found.append((name, data))
                elif this == "AAAA":
                    break
        return found

    def with_serial(self, serial, path):
        """Writes the zone with another serial: a line at its head. The rest is copied as it is."""
        with open(self.path, "rb") as source, open(path, "wb") as copy:
            head = source.readline()
            copy.write(head.replace(str(SERIAL).encode(), str(serial).encode()))
            shutil.copyfileobj(source, copy, 1 << 20)


def labels(count, seed):
    """Different labels of 4 to 12 letters."""
    random_bits = random.Random(seed).getrandbits  # the one method that gives the same in every version of Python
    seen = set()
    while len(seen) < count:
        bits = random_bits(64)
        bits, length = bits // 9, 4 + bits % 9
        label = ""
        for _ in range(length):
            bits, letter = divmod(bits, 26)
            label += LETTERS[letter]
        if label not in seen:
            seen.add(label)
            yield label


def address(number):
    return "10.%d.%d.%d" % (number >> 16 & 255, number >> 8 & 255, number & 255)


def address6(number):
    return "2001:db8::%x:%x" % (number >> 16, number & 0xFFFF)


def write_zone(folder, origin, names):
    """Gives how many records there are."""
    exchangers = names[:EXCHANGERS]
    with open(os.path.join(folder, "zone"), "w") as file, open(os.path.join(folder, "hosts"), "w") as hosts:
        def put(name, kind, data):
            file.write("%s 3600 IN %s %s\n" % (name, kind, data))
            return 1

        count = put(origin, "SOA", "ns1.%s hostmaster.%s %d 7200 3600 1209600 3600" % (origin, origin, SERIAL))
        count += sum(put(origin, "NS", "ns%d.%s" % (number, origin)) for number in (1, 2))
        for owner in [origin] + ["%s.%s" % (label, origin) for label in exchangers]:
            count += sum(put(owner, "MX", "%d %s.%s" % (10 * (number + 1), label, origin)) for number, label in enumerate(exchangers[:2]))
            count += put(owner, "TXT", '"v=spf1 mx -all"')
        for number, label in enumerate(["ns1", "ns2", *names]):
            owner = "%s.%s" % (label, origin)
            count += put(owner, "A", address(number + 1)) + put(owner, "AAAA", address6(number + 1))
            hosts.write("%s %s\n%s %s\n" % (address(number + 1), owner.rstrip("."), address6(number + 1), owner.rstrip(".")))
    return count


def draw(random_bits, origin, names, absent):
    """A question, and the code and the number of records that answer it."""
    chance, pick = random_bits(20) % 100, random_bits(40)
    name = "%s.%s" % (names[pick % len(names)], origin)
    few = origin if pick % 2 else "%s.%s" % (names[pick % EXCHANGERS], origin)
    if chance < 10:
        return "%s.%s" % (absent[pick % len(absent)], origin), "A" if pick % 2 else "AAAA", "NXDOMAIN", 0
    if chance < 12:
        return "%s.%s" % (names[EXCHANGERS + pick % (len(names) - EXCHANGERS)], origin), "MX", "NOERROR", 0
    if chance < 62:
        return name, "A", "NOERROR", 1
    if chance < 87:
        return name, "AAAA", "NOERROR", 1
    if chance < 91:
        return few, "MX", "NOERROR", 2
    if chance < 95:
        return few, "TXT", "NOERROR", 1
    return (origin, "NS", "NOERROR", 2) if chance < 98 else (origin, "SOA", "NOERROR", 1)


def sign(folder, origin):
    """Signs the zone with ECDSA P-256, once with NSEC and once with NSEC3 as RFC 9276 wants it: no salt, no iterations, no opt-out."""
    keys = os.path.join(folder, "keys")
    os.makedirs(keys)
    for flag in ([], ["-f", "KSK"]):
        h.quietly(["dnssec-keygen", "-q", "-K", keys, "-a", "ECDSAP256SHA256", *flag, origin])
    for variant, options in (("nsec", []), ("nsec3", ["-3", "-", "-H", "0"])):
        h.quietly(["dnssec-signzone", "-S", "-q", "-K", keys, "-d", folder, "-N", "keep", "-s", "20260101000000", "-e", "20360101000000", *options,
                   "-o", origin, "-f", os.path.join(folder, variant), os.path.join(folder, "zone")])


def zone(origin, count, variant="plain"):
    """The zone with so many names below the origin; made if it is not there yet."""
    with open(os.path.abspath(__file__), "rb") as source:
        version = hashlib.sha256(source.read()).hexdigest()[:8]
    folder = os.path.join(h.OUT, "dns", "%s%d-%s%s" % (origin, count, version, "" if variant == "plain" else "-signed"))
    if not os.path.exists(os.path.join(folder, "facts.json")):
        unfinished = folder + ".new"
        shutil.rmtree(unfinished, ignore_errors=True)
        os.makedirs(unfinished)
        make(unfinished, origin, count, variant != "plain")
        os.rename(unfinished, folder)
    return Zone(folder, origin, variant)


def make(folder, origin, count, signed):
    every = list(labels(count + count // 8, seed=origin))
    names, absent = every[:count], every[count:]
    records = write_zone(folder, origin, names)
    random_bits = random.Random(origin + "queries").getrandbits
    questions = [draw(random_bits, origin, names, absent) for _ in range(QUERIES)]
    with open(os.path.join(folder, "queries"), "w") as file:
        file.writelines("%s %s\n" % (name, kind) for name, kind, _, _ in questions)
    if signed:
        sign(folder, origin)
    with open(os.path.join(folder, "facts.json"), "w") as file:
        json.dump({"records": records, "last": "%s.%s" % (names[-1], origin), "sample": questions[:: QUERIES // SAMPLE]}, file)
