"""Reload: 9,000 connections echo once a second, and others connect anew, while the configuration changes in five ways. Not a race but a proof:
one reset, one refused connect or one answer that takes longer than a second, and it fails."""

import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

FOLDER = os.path.join(h.OUT, "reload")
SETTINGS = os.path.join(FOLDER, "reload.conf")
CERTIFICATE = os.path.join(FOLDER, "site.pem")


def put(path, text):
    """At once, as an administrator's tools do."""
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def certify(name):
    parts = [os.path.join(FOLDER, name + suffix) for suffix in (".crt", ".key")]
    h.quietly(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
               "-subj", "/CN=" + name, "-out", parts[0], "-keyout", parts[1]])
    put(CERTIFICATE, "".join(open(part).read() for part in parts))


def configure(mark="a", other="one"):
    put(SETTINGS, "mark=%s\nother=%s\n" % (mark, other))


class Load:
    """The load generator, and what it reports."""

    def __init__(self, program, *args):
        self.process = subprocess.Popen([program, *map(str, args)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "held":
            raise h.Failed("the connections could not be held: " + self.process.stderr.read().strip())

    def report(self):
        self.process.stdin.write("report\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise h.Failed("the load ended: " + self.process.stderr.read().strip())
        figures = dict(pair.split("=", 1) for pair in line.split()[1:])
        return {key: value if key in ("mark", "subject") else float(value) for key, value in figures.items()}

    def stop(self):
        self.process.kill()
        self.process.wait(10)


def wait_for_log(server, start, pattern, seconds=60):
    """The first line with the pattern behind an offset of the server's log."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with open(server.log) as log:
            log.seek(start)
            for line in log:
                if pattern in line and line.endswith("\n"):
                    return line.strip()
        time.sleep(0.05)
    raise h.Failed("the server did not say '%s' within %s s; its output is in %s" % (pattern, seconds, server.log))


def body():
    def extra(parser):
        parser.add_argument("--connections", type=int, default=9000)
        parser.add_argument("--transport", default="reactor", help="sockets or reactor (default %(default)s)")

    chosen = h.arguments("reload", seconds=6, rounds=1, extra=extra)
    if chosen.smoke:
        chosen.connections, chosen.seconds = 200, 2
    secure = chosen.connections // 3
    program = h.compile_c("reload/load.c", "-lssl", "-lcrypto", "-lpthread")
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    certify("first")
    configure()
    tls_port = h.free_port()
    contender = h.Contender("Ropewalk reload " + chosen.transport, lambda port: [
        "dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "reload", "--transport", chosen.transport, "--port", port, "--to", tls_port, "--folder", FOLDER])
    rows, faults = [], []
    with h.Server(contender) as server:
        load = Load(program, server.port, tls_port, chosen.connections - secure, secure)
        try:
            run_phases(server, load, chosen, rows, faults)
        finally:
            load.stop()
    columns = ["during", "echoes", "ended", "late", "wrong", "slowest ms", "fresh connects", "refused", "broken"]
    lines = ["| " + " | ".join(columns) + " |", "| --- " + "| ---: " * (len(columns) - 1) + "|"]
    lines += ["| %s | %s |" % (name, " | ".join("%.0f" % f[key] for key in ("echoes", "ended", "late", "wrong", "slowest_ms", "fresh", "refused", "broken"))) for name, f in rows]
    h.report("reload", "Reload under %d connections, %d of them TLS" % (chosen.connections, secure), chosen, "\n".join(lines), {name: [f] for name, f in rows})
    if faults:
        raise h.Failed("\n".join(faults))


def run_phases(server, load, chosen, rows, faults):
    def phase(name, change, said, check=lambda figures: None, by_signal=True):
        start = os.path.getsize(server.log)
        change()
        if by_signal:
            os.kill(server.pid, signal.SIGHUP)
        if said:
            print("%-28s %s" % (name, wait_for_log(server, start, said)), flush=True)
        time.sleep(chosen.seconds)
        figures = load.report()
        rows.append((name, figures))
        judge(name, figures)
        if (wrong := check(figures)) is not None:
            faults.append("%s: %s" % (name, wrong))

    def judge(name, figures):
        for key in ("ended", "late", "wrong", "refused", "broken"):
            if figures[key]:
                faults.append("%s: %s=%.0f" % (name, key, figures[key]))
        least = 0.9 * chosen.connections * (chosen.seconds - 1)
        if figures["echoes"] < least:
            faults.append("%s: only %.0f echoes, at least %.0f were due" % (name, figures["echoes"], least))
        if not figures["fresh"]:
            faults.append("%s: nobody connected anew" % name)

    def invalidate():
        put(SETTINGS, "mark=toolong\nnonsense\nother=\n")

    load.report()  # what happened while the connections were being opened
    phase("nothing", lambda: None, None, by_signal=False)
    phase("(i) another service", lambda: configure(other="two"), "other: restarted")
    phase("(ii) a live setting", lambda: configure(mark="b", other="two"), "echo: live settings changed",
          lambda f: None if f["mark"] == "b" and f["marked"] == chosen.connections else "only %.0f connections felt it" % f["marked"])
    phase("(iii) the certificate", lambda: certify("second"), "Configuration in force",
          lambda f: None if f["subject"] == "second" else "new connections are shown " + f["subject"])
    phase("(iv) an invalid file", invalidate, "line 1: mark is one character; line 2: not key=value; line 3: other is empty")
    phase("(v) mended, no signal", lambda: configure(mark="c", other="two"), "echo: live settings changed",
          lambda f: None if f["mark"] == "c" and f["marked"] == chosen.connections else "only %.0f connections felt it" % f["marked"], by_signal=False)


h.main(body)
