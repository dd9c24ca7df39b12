"""IRC servers: what a delivery costs in one channel and in many, what arriving and idling cost; for Ropewalk, slow readers and bytes allocated."""

import atexit
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

PARTS = ("channel", "chatting", "arrive", "idle", "slow", "lines")
FOLDERS = []
# How many clients register at a time. InspIRCd lets in once a second all who have come; ngircd listens with a backlog of 10, and who comes
# while that is full is late by a second.
AT_ONCE = {"ngircd 26": 8}
MANY = 1000


# ---- servers --------------------------------------------------------------------------------------------------------------------


def ropewalk(transport, *rest):
    return lambda port, more=(): ["dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "irc", "--transport", transport, "--port", port, *rest, *more]


def configured(name, *command):
    """A server with a configuration of its own in a folder that nobody owns: neither of them serves as root."""

    def start(port):
        folder = tempfile.mkdtemp(prefix="bench-irc-")
        FOLDERS.append(folder)
        path = os.path.join(folder, name + ".conf")
        with open(os.path.join(h.BENCH, "irc", "peers", name + ".conf")) as template, open(path, "w") as file:
            file.write(template.read() % {"port": port, "folder": folder})
        parts = [path if part == "CONF" else part for part in command]
        if os.getuid() != 0:
            return parts
        for each in (folder, path):
            shutil.chown(each, "nobody", "nogroup")
        return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *parts]

    return start


def peers():
    return [
        # in the foreground it tells its log to standard output as well
        h.Contender("ngircd 26", configured("ngircd", "sh", "-c", 'exec /usr/sbin/ngircd -n -f "$0" > /dev/null', "CONF"), ["ngircd"]),
        h.Contender("InspIRCd 3", configured("inspircd", "/usr/sbin/inspircd", "--nofork", "--config", "CONF"), ["inspircd"]),
        h.Contender("Twisted words", lambda port: [h.PYTHON, os.path.join(h.BENCH, "irc", "peers", "words.py"), port], modules=["twisted.words"]),
    ]


# ---- loads ----------------------------------------------------------------------------------------------------------------------


def command(load, mode, server, *words):
    return [load, mode, str(server.port), str(AT_ONCE.get(server.name, MANY)), *(str(word) for word in words)]


def loaded(load, warm, chosen):
    """A measurement: the load's words after the port."""

    def measured(*words):
        def measure(contender):
            with h.Server(contender) as server:
                figures = h.measure_load(server, command(load, words[0], server, *words[1:]), timeout=300)
            each = {
                "per_second": figures["operations"] / figures["seconds"],
                "cpu_us": figures["cpu"] * 1e6 / figures["operations"],
                "busy": figures["cpu"] / figures["seconds"],
                "load": figures["load"],
            }
            each.update((key, figures[key]) for key in ("p50_ms", "p99_ms") if key in figures)
            return each

        return measure

    seconds = (warm, chosen.seconds)
    cases = []
    if "channel" in chosen.parts:
        cases += [("One channel of %d, %s" % (chosen.members, "one line at a time" if burst == 1 else "%d lines in flight" % burst), "delivery",
                   measured("channel", chosen.members, burst, *seconds)) for burst in (1, 64)]
    if "chatting" in chosen.parts:
        cases.append(("%d channels of %d, a line on its way in %d at a time" % (chosen.channels, chosen.each, chosen.lines), "delivery",
                      measured("chatting", chosen.channels, chosen.each, chosen.lines, *seconds)))
    if "arrive" in chosen.parts:
        cases.append(("%d clients connect and register, up to 1000 at a time (ngircd: 8)" % chosen.arrivals, "client", measured("register", chosen.arrivals)))
        cases.append(("%d clients join 4 channels each, 4 others in them, 32 at a time" % chosen.arrivals, "join", measured("join", chosen.arrivals)))
    return cases


def ratios(key):
    return [("× ngircd", key, "ngircd 26"), ("× InspIRCd", key, "InspIRCd 3"), ("× words", key, "Twisted words")]


def load_table(results, what):
    columns = [("%s/s" % {"delivery": "deliveries"}.get(what, what + "s"), "per_second"), ("CPU µs per " + what, "cpu_us")]
    if what == "delivery":
        columns += [("turn p50 ms", "p50_ms"), ("turn p99 ms", "p99_ms")]
    return h.table(results, "server", columns + [("server's cores", "busy"), ("load's core", "load")], ratios("cpu_us"))


# ---- idle -----------------------------------------------------------------------------------------------------------------------


def hold(load, server, count, tag):
    process = subprocess.Popen(command(load, "hold", server, count, tag), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if process.stdout.readline().strip() != "held":
        process.kill()
        raise h.Failed("clients could not be held: %s" % process.stderr.read().strip())
    return process


def release(process):
    process.stdin.close()
    process.wait(20)


def idle(load, chosen):
    def measure(contender):
        figures, holders = {}, []
        with h.Server(contender) as server:
            release(hold(load, server, min(chosen.idle[0], 200), "w"))  # code compiled, pools filled
            time.sleep(chosen.settle / 3)
            before = h.memory_kib(server.pid)
            figures["before_mib"] = before / 1024
            try:
                here = 0
                for number, count in enumerate(chosen.idle):
                    holders.append(hold(load, server, count - here, "abc"[number]))
                    here = count
                    time.sleep(chosen.settle)
                    after = h.memory_kib(server.pid)
                    figures["kib_%d" % count] = (after - before) / count
                figures["after_mib"] = after / 1024
            finally:
                for holder in holders:
                    release(holder)
        return figures

    return measure


def idle_table(results, chosen):
    columns = [("KiB per client at %d" % count, "kib_%d" % count) for count in chosen.idle]
    return h.table(results, "server", columns + [("before, MiB", "before_mib"), ("with them, MiB", "after_mib")], ratios(columns[-1][1]))


# ---- slow readers, allocated bytes: Ropewalk alone ---------------------------------------------------------------------------------


def peak_kib(pid):
    with open("/proc/%d/status" % pid) as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1])


def slow(load, chosen, slow_ones):
    def measure(contender):
        with h.Server(contender) as server:
            figures = h.measure_load(
                server, command(load, "slow", server, chosen.crowd, slow_ones, chosen.rate, chosen.bytes, chosen.slow_seconds), timeout=chosen.slow_seconds + 400,
                probe=lambda: (h.memory_kib(server.pid), peak_kib(server.pid)))
        (before, _), (after, peak) = figures["probe"]
        return {
            **{key: figures[key] for key in ("closed_before", "closed", "p50_ms", "p99_ms", "max_ms", "missing", "load")},
            "cpu_us": figures["cpu"] * 1e6 / figures["operations"],
            "busy": figures["cpu"] / figures["seconds"],
            "before_mib": before / 1024,
            "grown_mib": (after - before) / 1024,
            "peak_mib": peak / 1024,
        }

    return measure


def slow_table(results):
    return h.table(
        results, "server",
        [("closed while filled", "closed_before"), ("closed", "closed"), ("p50 ms", "p50_ms"), ("p99 ms", "p99_ms"), ("longest ms", "max_ms"),
         ("not delivered", "missing"), ("CPU µs per delivery", "cpu_us"), ("server's cores", "busy"), ("load's core", "load"),
         ("before, MiB", "before_mib"), ("grown, MiB", "grown_mib"), ("most, MiB", "peak_mib")], [])


class Probe:
    """Asks a server on its control port what it has allocated so far."""

    def __init__(self, port):
        self.connection = h.socket.create_connection(("127.0.0.1", port), 5)
        self.answers = self.connection.makefile()

    def ask(self):
        self.connection.sendall(b"?\n")
        return int(self.answers.readline().split()[0])


def lines(load, chosen, members, burst):
    def measure(contender):
        control = h.free_port()
        with h.Server(contender, more=("--control", control)) as server:
            probe = Probe(control)
            probe.ask()
            # the warm-up fills pools and the channel's history, and lets the runtime compile what is hot; the window is for 10^5 lines at least
            warm, seconds = (0.3, chosen.seconds) if chosen.smoke else (5, max(chosen.seconds, 12))
            figures = h.measure_load(server, command(load, "channel", server, members, burst, warm, seconds), probe=probe.ask)
        before, after = figures["probe"]
        return {
            "bytes_line": (after - before) / figures["operations"] * (members - 1),
            "bytes_delivery": (after - before) / figures["operations"],
            "total_bytes": after - before,
            "lines": figures["operations"] / (members - 1),
        }

    return measure


def lines_table(results):
    return h.table(results, "server", [("bytes per line", "bytes_line"), ("bytes per delivery", "bytes_delivery"), ("bytes in all", "total_bytes"), ("lines", "lines")], [])


# ---- the whole --------------------------------------------------------------------------------------------------------------------


def options(parser):
    parser.add_argument("--parts", default=",".join(PARTS), help="what to measure, separated by commas (default %(default)s)")
    parser.add_argument("--transport", default="reactor", help="Ropewalk's: reactor or sockets (default %(default)s)")
    parser.add_argument("--members", type=int, default=200, help="of the one channel (default %(default)s)")
    parser.add_argument("--channels", type=int, default=1000, help="how many chat (default %(default)s)")
    parser.add_argument("--each", type=int, default=10, help="clients in each of them (default %(default)s)")
    parser.add_argument("--lines", type=int, default=256, help="in how many of them a line is on its way (default %(default)s)")
    parser.add_argument("--arrivals", type=int, default=5000, help="clients that arrive (default %(default)s)")
    parser.add_argument("--idle", default="5000,15000", help="idle clients, separated by commas, growing (default %(default)s)")
    parser.add_argument("--settle", type=float, default=5, help="seconds between the last arrival and the reading of memory (default %(default)s)")
    parser.add_argument("--crowd", type=int, default=9000, help="members of the channel with slow readers (default %(default)s)")
    parser.add_argument("--slow", type=int, default=100, help="how many of them never read (default %(default)s)")
    parser.add_argument("--rate", type=float, default=100, help="lines a second there (default %(default)s)")
    parser.add_argument("--bytes", type=int, default=400, help="bytes of text of each of those (default %(default)s)")
    parser.add_argument("--slow-seconds", type=float, default=60, help="for how long (default %(default)s)")


def shrink(chosen):
    """A smoke run: all parts, none of their sizes."""
    chosen.members, chosen.channels, chosen.each, chosen.lines, chosen.arrivals, chosen.idle, chosen.settle = 20, 20, 5, 8, 100, "50,150", 0.1
    chosen.crowd, chosen.slow, chosen.rate, chosen.slow_seconds = 60, 6, 50, 1


def body():
    chosen = h.arguments("irc", extra=options)
    if chosen.smoke:
        shrink(chosen)
    chosen.parts = [part.strip() for part in chosen.parts.split(",") if part.strip()]
    chosen.idle = [int(part) for part in chosen.idle.split(",")]
    for part in chosen.parts:
        if part not in PARTS:
            raise h.Failed("there is no part %s; there are %s" % (part, ", ".join(PARTS)))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the servers inherit it
    atexit.register(lambda: [shutil.rmtree(folder, ignore_errors=True) for folder in FOLDERS])
    load = h.compile_c("irc/load.c")
    own = [h.Contender("Ropewalk", ropewalk(chosen.transport)), h.Contender("Ropewalk, no history", ropewalk(chosen.transport, "--history", 0))]
    everything, texts, complete = {}, [], True

    def run(title, contenders, measure, text):
        nonlocal complete
        print("== %s" % title, file=sys.stderr)
        results = h.run_rounds(contenders, chosen.rounds, measure)
        complete &= len(results) == len(contenders)
        everything[title] = results
        texts.append("### %s\n\n%s" % (title, text(results)))

    here = h.choose(own + peers(), chosen, smoke=["Ropewalk", *(peer.name for peer in peers())])
    own = [one for one in here if one in own]
    for title, what, measure in loaded(load, 0.2 if chosen.smoke else 2, chosen):
        run(title, here, measure, lambda results: load_table(results, what))
    if "idle" in chosen.parts:
        chat_less = [one for one in here if one.name != "Ropewalk, no history"]
        run("Idle, registered, in no channel", chat_less, idle(load, chosen), lambda results: idle_table(results, chosen))
    if "slow" in chosen.parts and own:
        for count in (0, chosen.slow):
            title = "A channel of %d, %s; %g lines a second of %d bytes for %g s" % (
                chosen.crowd, "%d of them never read" % count if count else "all read", chosen.rate, chosen.bytes, chosen.slow_seconds)
            run(title, own[:1], slow(load, chosen, count), slow_table)
    if "lines" in chosen.parts and own:
        for members, burst in [(10, 64)] if chosen.smoke else [(10, 1), (10, 64), (chosen.members, 64)]:
            run("Allocated: one channel of %d, %d lines in flight" % (members, burst), own, lines(load, chosen, members, burst), lines_table)
    h.report("irc", "IRC servers, lines of 64 bytes of text", chosen, "\n\n".join(texts), everything)
    if not complete:
        raise h.Failed("not every contender gave a number")


h.main(body)
