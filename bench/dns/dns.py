"""DNS servers: CPU per query at a steady rate and at saturation, with one worker and two, signed zones, DNS over TLS, a zone of a million
records and its reload; for Ropewalk, the bytes allocated. Before anything is measured every server is asked a sample, and all must agree."""

import collections
import copy
import functools
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import ask  # noqa: E402
import harness as h  # noqa: E402
import servers as s  # noqa: E402
import zones  # noqa: E402

PARTS = ("rate", "saturation", "workers2", "signed", "dot", "million", "reload", "alloc")
NEED_DNSPERF = ("rate", "saturation", "workers2", "signed", "dot", "alloc")
# Who is measured in a part; all but Unbound, which is here for DNS over TLS, in those that are not named.
WHO = {
    "workers2": (s.OWN, s.NSD, s.KNOT, s.BIND),
    "signed": (s.OWN, s.NSD, s.NSD_MINIMAL, s.KNOT, s.BIND),
    "dot": (s.OWN, s.NSD, s.BIND, s.UNBOUND),
    "million": (s.OWN, s.NSD, s.KNOT, s.BIND),
    "reload": (s.OWN, s.NSD, s.KNOT),
    "alloc": (s.OWN,),
}
# twisted.names does not set AA when it denies a name or a type. It is asked all the same: nobody depends on that bit there.
NOT_AUTHORITATIVE_DENIALS = (s.TWISTED,)
NEAREST = (s.NSD, s.NSD_MINIMAL, s.KNOT)
CLIENTS, OUTSTANDING = 8, 200


class Disagreement(h.Failed):
    """A server that answers wrongly: there is no benchmark against a broken peer."""


# ---- right answers ------------------------------------------------------------------------------------------------------------------


def replies(server, zone):
    """What a server says to the sample, but for the number of proofs as the zone demands it."""
    given = {}
    with ask.Asker(server.port, 2) as asker:
        for name, kind, rcode, count in zone.sample:
            reply = asker.ask(name, kind, zone.signed)
            if reply is None:
                raise h.Failed("%s did not answer %s %s" % (server.name, name, kind))
            essence = reply.essence()
            if server.name in NOT_AUTHORITATIVE_DENIALS and not count:
                essence = (essence[0], "AA", *essence[2:])
            wanted = (rcode, "AA", zone.expected(count))
            if essence[:3] != wanted:
                raise Disagreement("%s answers %s %s with %s; %s is right" % (server.name, name, kind, essence[:3], wanted))
            given[name, kind] = essence
    return given


def compare(given):
    """All servers must have said the same: given is {server: {question: essence}}."""
    for asked in next(iter(given.values()), {}):
        said = collections.Counter(answers[asked] for answers in given.values())
        if len(said) > 1:
            most = said.most_common(1)[0][0]
            raise Disagreement("%s %s: %s" % (*asked, "; ".join(
                "%s says %s" % (name, answers[asked]) for name, answers in given.items() if answers[asked] != most) + "; the others %s" % (most,)))


def agree(here, zone):
    """Leaves out who does not start, and says so; stops if one answers wrongly."""
    given = {}
    for contender in here:
        try:
            with s.DnsServer(contender, zone) as server:
                given[contender.name] = replies(server, zone)
        except Disagreement:
            raise
        except h.Failed as failure:
            print("left out: %s" % failure, file=sys.stderr)
    compare(given)
    print("%s zone: %d servers agree on %d questions" % (zone.variant, len(given), len(zone.sample)), file=sys.stderr)
    return [contender for contender in here if contender.name in given]


# ---- dnsperf ------------------------------------------------------------------------------------------------------------------------


def read_dnsperf(text):
    """The figures that dnsperf prints at its end."""

    def number(pattern):
        found = re.search(pattern, text)
        if not found:
            raise h.Failed("dnsperf did not say '%s':\n%s" % (pattern, text[-500:]))
        return float(found.group(1))

    codes = dict(re.findall(r"([A-Z]+) \d+ \(([\d.]+)%\)", (re.search(r"Response codes:(.*)", text) or [text, ""])[1]))
    return {
        "completed": number(r"Queries completed: +(\d+)"),
        "lost": number(r"Queries lost: +(\d+)"),
        "bytes": number(r"Average packet size: +request \d+, response (\d+)"),
        "seconds": number(r"Run time \(s\): +([\d.]+)"),
        "latency_ms": number(r"Average Latency \(s\): +([\d.]+)") * 1000,
        "codes": codes,
    }


def dnsperf(server, chosen, seconds, *options, port=None):
    """Loads a server, and gives what it cost. The CPU time is that of the whole run: a server that is not asked uses none."""
    command = ["dnsperf", "-s", "127.0.0.1", "-p", port or server.port, "-d", server.zone.queries, "-l", seconds, "-t", chosen.patience,
               "-c", CLIENTS, "-q", OUTSTANDING, *options]
    used, began, at = resource.getrusage(resource.RUSAGE_CHILDREN), server.cpu(), time.monotonic()
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 60)
    ended, use, took = server.cpu(), resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - at
    if done.returncode != 0:
        raise h.Failed("dnsperf failed on %s: %s" % (server.name, (done.stderr or done.stdout).strip()[-500:]))
    said = read_dnsperf(done.stdout)
    strange = {code: share for code, share in said["codes"].items() if code not in ("NOERROR", "NXDOMAIN")}
    if strange or not said["completed"]:
        raise h.Failed("%s answered %s" % (server.name, strange or "nothing"))
    return {
        "per_second": said["completed"] / said["seconds"],
        "cpu_us": (ended - began) * 1e6 / said["completed"],
        "lost": said["lost"],
        "latency_ms": said["latency_ms"],
        "bytes": said["bytes"],
        "busy": (ended - began) / said["seconds"],
        "load": (use.ru_utime + use.ru_stime - used.ru_utime - used.ru_stime) / took,  # it spins while it waits for what is lost
        "completed": said["completed"],
    }


def loaded(zone, chosen, *options, workers=1, secure=False):
    """A measurement: a warm-up at full speed, then the run."""

    def measure(contender):
        with s.DnsServer(contender, zone, workers, secure) as server:
            port = server.tls or server.port
            over = ["-m", "dot"] if secure else []
            dnsperf(server, chosen, max(chosen.warm, 1 if secure else 0), *over, port=port)  # the first handshakes of a new process are slow
            return dnsperf(server, chosen, chosen.seconds, *over, *options, port=port)

    return measure


def two_workers(zone, chosen):
    def measure(contender):
        one, two = loaded(zone, chosen)(contender), loaded(zone, chosen, workers=2)(contender)
        return {
            "one_us": one["cpu_us"], "two_us": two["cpu_us"], "ratio": two["cpu_us"] / one["cpu_us"], "one_per_second": one["per_second"],
            "two_per_second": two["per_second"], "busy": two["busy"], "load": two["load"], "lost": two["lost"],
        }

    return measure


# ---- a million records ----------------------------------------------------------------------------------------------------------------


def million(zone, chosen):
    """How long a server needs from its start to its first answer, and what it holds then."""

    def measure(contender):
        with s.DnsServer(contender, zone, patience=120) as server:
            loading = server.cpu()
            replies(server, zone)
            time.sleep(chosen.settle)
            return {"load_s": server.load_seconds, "load_cpu_s": loading, "pss_mib": h.memory_kib(server.pid, "Pss") / 1024}

    return measure


class SteadyLoad:
    """load.c on a server; `end` ends it and gives its figures."""

    def __init__(self, program, server, rate, warm):
        self.process = subprocess.Popen([program, str(server.port), server.zone.queries, str(rate), str(warm), "600"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "begin":
            raise h.Failed("the load did not begin: " + self.process.stderr.read().strip())

    def end(self):
        self.process.stdin.close()
        line = self.process.stdout.readline()
        if not line.startswith("end"):
            raise h.Failed("the load failed: " + self.process.stderr.read().strip())
        self.process.wait(10)
        return {key: float(value) for key, value in (pair.split("=") for pair in line.split()[1:])}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


def wait_for_serial(server, serial, seconds=120):
    deadline = time.monotonic() + seconds
    with ask.Asker(server.port, 1) as asker:
        while time.monotonic() < deadline:
            reply = asker.ask(server.zone.origin, "SOA")
            if reply and reply.serial == serial:
                return
            time.sleep(0.01)
    raise h.Failed("%s did not have serial %d within %s s" % (server.name, serial, seconds))


def reload_under_load(zone, chosen, program):
    """At 30 % of what the server can answer, its zone is replaced. The same load on a quiet server is beside it."""

    def measure(contender):
        folder = tempfile.mkdtemp(prefix="bench-dns-")
        s.FOLDERS.append(folder)
        own = copy.copy(zone)
        own.path = os.path.join(folder, "zone")
        zone.with_serial(zones.SERIAL, own.path)
        try:
            with s.DnsServer(contender, own, patience=120) as server:
                rate = chosen.reload_rate or 0.3 * dnsperf(server, chosen, chosen.seconds)["per_second"]
                with SteadyLoad(program, server, rate, chosen.warm) as load:
                    time.sleep(chosen.seconds)
                    quiet = load.end()
                zone.with_serial(zones.SERIAL + 1, own.path + ".next")
                with SteadyLoad(program, server, rate, chosen.warm) as load:
                    time.sleep(chosen.settle / 2)
                    began = time.monotonic()
                    os.rename(own.path + ".next", own.path)
                    server.reload()
                    wait_for_serial(server, zones.SERIAL + 1)
                    took = time.monotonic() - began
                    time.sleep(chosen.settle / 2)
                    figures = load.end()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return {
            "rate": figures["operations"] / figures["seconds"], "reload_s": took, "queries": figures["sent"], "load": figures["load"],
            **{key: figures[key] for key in ("lost", "wrong", "p50_ms", "p99_ms", "p999_ms", "max_ms")},
            "quiet_p99_ms": quiet["p99_ms"], "quiet_max_ms": quiet["max_ms"],
        }

    return measure


# ---- bytes allocated -------------------------------------------------------------------------------------------------------------------


@functools.cache
def hook():
    return h.build_dotnet("bench/Ropewalk.Bench")


class Probe:
    """Asks a program of .NET what it has allocated so far. A start-up hook of Ropewalk.Bench answers in it."""

    def __init__(self):
        self.port = h.free_port()
        self.env = {"DOTNET_STARTUP_HOOKS": hook(), "ROPEWALK_BENCH_CONTROL": str(self.port)}

    def connect(self):
        try:
            self.connection = h.socket.create_connection(("127.0.0.1", self.port), 5)
        except OSError as failure:
            raise h.Failed("the start-up hook does not listen: %s" % failure) from failure
        self.answers = self.connection.makefile()

    def ask(self):
        self.connection.sendall(b"?\n")
        return int(self.answers.readline())


def allocated(zone, chosen, *options):
    def measure(contender):
        probe = Probe()
        watched = h.Contender(contender.name, contender.command, env={**contender.env, **probe.env})
        with s.DnsServer(watched, zone) as server:
            probe.connect()
            probe.ask()
            dnsperf(server, chosen, chosen.warm if chosen.smoke else 5, *options)  # the runtime compiles what is hot
            before = probe.ask()
            began = time.monotonic()
            figures = dnsperf(server, chosen, chosen.seconds, *options)
            took = time.monotonic() - began
            total = probe.ask() - before
            # what the runtime, the log and the status page allocate by the clock, and asking itself
            before = probe.ask()
            time.sleep(took)
            idle = probe.ask() - before
        return {"bytes_query": max(0, total - idle) / figures["completed"], "total_bytes": total, "idle_bytes": idle, "queries": figures["completed"]}

    return measure


# ---- tables ---------------------------------------------------------------------------------------------------------------------------


def best(results, key, among, pick=min):
    """The name of the best of some peers; None if none was measured."""
    there = [name for name in among if name in results and h.median(results[name], key) is not None]
    return pick(there, key=lambda name: h.median(results[name], key)) if there else None


def against(results, key, among, heading, pick=min):
    name = best(results, key, among, pick)
    return [("%s × %s" % (heading, name), key, name)] if name else []


def load_table(results, among):
    columns = [("queries/s", "per_second"), ("CPU µs per query", "cpu_us"), ("mean ms", "latency_ms"), ("lost", "lost"), ("answer bytes", "bytes"),
               ("server's cores", "busy"), ("load's core", "load")]
    return h.table(results, "server", columns, against(results, "cpu_us", among, "CPU") + against(results, "per_second", (*among, s.POWERDNS), "rate", max))


def workers_table(results):
    columns = [("CPU µs per query", "one_us"), ("the same, 2 workers", "two_us"), ("× 1 worker", "ratio"), ("queries/s", "one_per_second"),
               ("the same, 2 workers", "two_per_second"), ("server's cores", "busy"), ("lost", "lost"), ("load's core", "load")]
    return h.table(results, "server", columns, [])


def million_table(results):
    columns = [("load s", "load_s"), ("CPU s", "load_cpu_s"), ("PSS MiB", "pss_mib")]
    return h.table(results, "server", columns, against(results, "load_s", NEAREST, "load") + against(results, "pss_mib", NEAREST, "PSS"))


def reload_table(results):
    columns = [("queries/s", "rate"), ("reload s", "reload_s"), ("queries", "queries"), ("lost", "lost"), ("other codes", "wrong"), ("p50 ms", "p50_ms"),
               ("p99 ms", "p99_ms"), ("p99.9 ms", "p999_ms"), ("longest ms", "max_ms"), ("p99 ms, quiet", "quiet_p99_ms"),
               ("longest ms, quiet", "quiet_max_ms"), ("load's core", "load")]
    return h.table(results, "server", columns, [])


def alloc_table(results):
    return h.table(results, "server", [("bytes per query", "bytes_query"), ("bytes in all", "total_bytes"), ("as long, no queries", "idle_bytes"), ("queries", "queries")], [])


# ---- goals ----------------------------------------------------------------------------------------------------------------------------


def goals(everything):
    """Ours beside what it must reach: (what, is, must, aim), as far as it was measured."""
    rows = []
    four = (*NEAREST, s.BIND, s.POWERDNS)

    def ratio(what, title, key, among, pick, must, aim):
        results = everything.get(title, {})
        name = best(results, key, among, pick)
        if name and s.OWN in results:
            rows.append((what, "%.2f × %s" % (h.median(results[s.OWN], key) / h.median(results[name], key), name), must, aim))

    def value(what, title, key, must, aim="", worst=max):
        figures = everything.get(title, {}).get(s.OWN, [])
        values = [figure[key] for figure in figures if key in figure]
        if values:
            rows.append((what, h.short(worst(values)), must, aim))

    for part in ("rate", "saturation"):
        ratio("CPU per query, " + TITLES[part], part, "cpu_us", NEAREST, min, "≤ 1.1", "≤ 0.8")
        ratio("CPU per query, " + TITLES[part], part, "cpu_us", (s.BIND, s.POWERDNS, s.DNSMASQ, s.MIEKG, s.TWISTED), min, "< 1", "")
    ratio("queries/s at saturation", "saturation", "per_second", four, max, "≥ 0.95", "≥ 1.1")
    value("2 workers: CPU per query × 1 worker", "workers2", "ratio", "≤ 1.15", worst=statistics.median)
    value("2 workers: lost", "workers2", "lost", "0")
    for part in ("signed nsec", "signed nsec3"):
        ratio("CPU per query, " + TITLES[part], part, "cpu_us", NEAREST, min, "≤ 1.3", "≤ 1")
    ratio("DNS over TLS, queries/s", "dot", "per_second", (s.NSD, s.BIND, s.UNBOUND), max, "≥ 0.8", "≥ 1")
    ratio("a million records: load time", "million", "load_s", NEAREST, min, "≤ 2", "≤ 1")
    ratio("a million records: PSS", "million", "pss_mib", NEAREST, min, "≤ 2", "≤ 1")
    value("bytes allocated per query, at saturation", "alloc", "bytes_query", "0", worst=statistics.median)
    value("bytes allocated per query, at a steady rate", "alloc, steady", "bytes_query", "0", worst=statistics.median)
    value("reload: lost", "reload", "lost", "0")
    value("reload: p99 ms", "reload", "p99_ms", "≤ 5", worst=statistics.median)
    lines = ["| what | is | must | aim |", "| --- | --- | --- | --- |"] + ["| %s |" % " | ".join(row) for row in rows]
    return "### Ropewalk beside its goals\n\n" + "\n".join(lines) if rows else ""


# ---- the whole --------------------------------------------------------------------------------------------------------------------------

TITLES = {
    "rate": "at a steady rate, one worker",
    "saturation": "at saturation, one worker",
    "workers2": "At saturation, one worker and two",
    "signed nsec": "at saturation, signed with NSEC, DO set, one worker",
    "signed nsec3": "at saturation, signed with NSEC3, DO set, one worker",
    "dot": "DNS over TLS on 8 connections, one worker",
    "million": "A big zone: from the start to the first answer",
    "reload": "The big zone is replaced at 30 % of saturation",
    "alloc": "Allocated at saturation",
}


def options(parser):
    parser.add_argument("--parts", default=",".join(PARTS), help="what to measure, separated by commas (default %(default)s)")
    parser.add_argument("--rate", type=int, default=20000, help="queries a second of the part rate (default %(default)s)")
    parser.add_argument("--names", type=int, default=10000, help="names in the zone, two records each (default %(default)s)")
    parser.add_argument("--records", type=int, default=1000000, help="records of the big zone (default %(default)s)")
    parser.add_argument("--reload-rate", type=float, default=0, help="queries a second while it reloads (default 30 %% of the server's saturation)")
    parser.add_argument("--settle", type=float, default=4, help="seconds before the reading of memory, and around a reload (default %(default)s)")


def check(chosen):
    chosen.parts = [part.strip() for part in chosen.parts.split(",") if part.strip()]
    for part in chosen.parts:
        if part not in PARTS:
            raise h.Failed("there is no part %s; there are %s" % (part, ", ".join(PARTS)))
    chosen.warm, chosen.patience = (0.2, 0.5) if chosen.smoke else (2, 2)
    if chosen.smoke:  # all parts, none of their sizes
        chosen.rate, chosen.names, chosen.records, chosen.reload_rate, chosen.settle = 2000, 500, 20000, 2000, 0.2
    for program, parts in (("dnsperf", NEED_DNSPERF), ("dnssec-signzone", ("signed",))):
        without = [part for part in chosen.parts if part in parts]
        if without and not h.has_command(program):
            if not chosen.smoke:
                raise h.Failed("%s: %s is not installed" % (", ".join(without), program))
            print("left out: %s (%s not installed)" % (", ".join(without), program), file=sys.stderr)
            chosen.parts = [part for part in chosen.parts if part not in parts]


class Run:
    """What was measured so far."""

    def __init__(self, chosen, here):
        self.chosen, self.here, self.everything, self.texts, self.complete = chosen, here, {}, [], True

    def who(self, part):
        return [one for one in self.here if (one.name in WHO[part] if part in WHO else one.name != s.UNBOUND)]

    def agreed(self, part, zone):
        """Those of a part who answer rightly."""
        who = self.who(part)
        agreeing = agree(who, zone)
        self.complete &= len(agreeing) == len(who)
        return agreeing

    def measure(self, part, who, measure, text, title=""):
        if not who:
            return
        heading = title or TITLES[part]
        heading = heading[0].upper() + heading[1:]
        print("== %s" % heading, file=sys.stderr)
        results = h.run_rounds(who, self.chosen.rounds, measure)
        self.complete &= len(results) == len(who)
        if results:
            self.everything[part] = results
            self.texts.append("### %s\n\n%s" % (heading, text(results)))


def plain_parts(run, chosen):
    parts = [part for part in ("rate", "saturation", "workers2", "dot", "alloc") if part in chosen.parts]
    if not parts:
        return
    zone = zones.zone("bench.test.", chosen.names)
    everybody = [one for one in run.here if any(one in run.who(part) for part in parts)]
    agreeing = agree(everybody, zone)
    run.complete &= len(agreeing) == len(everybody)
    among = (*NEAREST, s.BIND)
    measures = {
        "rate": (loaded(zone, chosen, "-Q", chosen.rate), lambda results: load_table(results, among), "at %d queries a second, one worker" % chosen.rate),
        "saturation": (loaded(zone, chosen), lambda results: load_table(results, among), ""),
        "workers2": (two_workers(zone, chosen), workers_table, ""),
        "dot": (loaded(zone, chosen, secure=True), lambda results: load_table(results, (*among, s.UNBOUND)), ""),
        "alloc": (allocated(zone, chosen), alloc_table, ""),
    }
    for part in parts:
        run.measure(part, [one for one in run.who(part) if one in agreeing], *measures[part])
    if "alloc" in parts:
        run.measure("alloc, steady", [one for one in run.who("alloc") if one in agreeing], allocated(zone, chosen, "-Q", chosen.rate), alloc_table,
                    "allocated at %d queries a second" % chosen.rate)


def body():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers are stopped then too
    chosen = h.arguments("dns", extra=options)
    check(chosen)
    smoke = [s.OWN, s.NSD, s.KNOT]
    run = Run(chosen, h.choose(s.contenders(), chosen, smoke))
    plain_parts(run, chosen)
    if "signed" in chosen.parts and run.who("signed"):
        for variant in ("nsec3",) if chosen.smoke else ("nsec", "nsec3"):
            zone = zones.zone("bench.test.", chosen.names, variant)
            run.measure("signed " + variant, run.agreed("signed", zone), loaded(zone, chosen, "-D"),
                        lambda results: load_table(results, (*NEAREST, s.BIND)))
    if "million" in chosen.parts or "reload" in chosen.parts:
        zone = zones.zone("big.test.", chosen.records // 2 - 20)
        size = "{:,}".format(zone.records)
    if "million" in chosen.parts:
        run.measure("million", run.who("million"), million(zone, chosen), million_table, "a zone of %s records: from the start to the first answer" % size)
    if "reload" in chosen.parts:
        at = "%g queries a second" % chosen.reload_rate if chosen.reload_rate else "30 % of saturation"
        run.measure("reload", run.who("reload"), reload_under_load(zone, chosen, h.compile_c("dns/load.c")), reload_table,
                    "a zone of %s records is replaced at %s" % (size, at))
    if not run.texts:
        raise h.Failed("nothing was measured")
    summary = goals(run.everything)
    title = "DNS servers, a zone of {:,} names".format(chosen.names)
    h.report("dns", title, chosen, "\n\n".join(run.texts + ([summary] if summary else [])), run.everything)
    if not run.complete:
        raise h.Failed("not every contender gave a number")


h.main(body)
