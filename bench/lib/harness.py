"""Starts servers, loads them in turn, and prints medians and ratios. Standard library only.

A benchmark is a list of contenders and a function that measures one of them. Rounds alternate (A B C, A B C, …), so that what else the
machine does falls on all alike. CPU time is read from /proc around the measured window only, of the server and its children.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "bench")
OUT = os.path.join(ROOT, "artifacts", "bench")
TICK = os.sysconf("SC_CLK_TCK")
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable  # Debian's packages are for Debian's Python


class Failed(Exception):
    """A measurement that gave no number."""


# ---- programs -------------------------------------------------------------------------------------------------------------------


def compile_c(source, *flags):
    """Compiles a C file below bench/ once per change; gives the program's path."""
    source = os.path.join(BENCH, source)
    program = os.path.join(OUT, "bin", os.path.relpath(source, BENCH)[: -len(".c")].replace(os.sep, "-"))
    newest = max(os.path.getmtime(path) for path in (source, os.path.join(BENCH, "lib", "net.h")))
    if not os.path.exists(program) or os.path.getmtime(program) < newest:
        os.makedirs(os.path.dirname(program), exist_ok=True)
        quietly(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source, *flags])
    return program


def build_go(source):
    source = os.path.join(BENCH, source)
    program = os.path.join(OUT, "bin", os.path.relpath(source, BENCH)[: -len(".go")].replace(os.sep, "-") + "-go")
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        os.makedirs(os.path.dirname(program), exist_ok=True)
        quietly(["go", "build", "-o", program, source], env={"GO111MODULE": "off", "GOFLAGS": "", "GOCACHE": os.path.join(OUT, "go-cache")})
    return program


def build_dotnet(project, ahead_of_time=False):
    """
    Builds a C# project of the repository in Release; gives the program's path. With ROPEWALK_BENCH_BUILT=1 it is there already. Ahead of time it is compiled as
    ./ropewalk does it for its users; the runtime compiles anew what is hot.
    """
    folder = os.path.join(ROOT, project)
    name = os.path.basename(project)
    program = os.path.join(folder, "bin", "Release", "net10.0", name + ".dll")
    if os.environ.get("ROPEWALK_BENCH_BUILT") == "1" and os.path.exists(program):
        return program
    if ahead_of_time:
        published = os.path.join(OUT, "published", name)
        quietly(["dotnet", "publish", folder, "-c", "Release", "-v", "q", "--nologo", "-p:AheadOfTime=true", "-o", published])
        return os.path.join(published, name + ".dll")
    quietly(["dotnet", "build", folder, "-c", "Release", "-v", "q", "--nologo"])
    return program


def quietly(command, env=None):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **(env or {})})
    if done.returncode != 0:
        raise Failed("%s\n%s" % (" ".join(command), done.stdout))


def has_command(name):
    return shutil.which(name) is not None or os.path.exists("/usr/sbin/" + name)


def has_module(name):
    return subprocess.run([PYTHON, "-c", "import " + name], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ---- processes ------------------------------------------------------------------------------------------------------------------


def family(pid):
    """The process and all below it."""
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir("/proc/%d/task" % parent):
                with open("/proc/%d/task/%s/children" % (parent, task)) as file:
                    found += [int(child) for child in file.read().split()]
        except OSError:
            pass
    return found


def cpu_seconds(pid):
    """User and system time of the process and its living children."""
    total = 0
    for member in family(pid):
        try:
            with open("/proc/%d/stat" % member) as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / TICK


def memory_kib(pid, what="Rss"):
    """Rss or Pss of the process and its children, in KiB."""
    total = 0
    for member in family(pid):
        try:
            with open("/proc/%d/smaps_rollup" % member) as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith(what + ":"))
        except OSError:
            pass
    return total


class Server:
    """A running contender. `port` accepts connections once the object is made."""

    def __init__(self, contender, port=None, **context):
        self.name = contender.name
        self.port = port or free_port()
        os.makedirs(OUT, exist_ok=True)
        self.log = os.path.join(OUT, "".join(c if c.isalnum() else "-" for c in contender.name) + ".log")
        command = [str(part) for part in contender.command(self.port, **context)]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env={**os.environ, **contender.env})
        self.pid = self.process.pid
        self._wait()

    def _wait(self, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failed("%s ended with %s; its output is in %s" % (self.name, self.process.returncode, self.log))
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise Failed("%s did not listen within %s s; its output is in %s" % (self.name, seconds, self.log))

    def cpu(self):
        return cpu_seconds(self.pid)

    def stop(self):
        members = family(self.pid)
        for sign, patience in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
            if self.process.poll() is not None:
                break
            self.process.send_signal(sign)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        for member in members[1:]:  # children that outlived their parent
            try:
                os.kill(member, signal.SIGKILL)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def measure_load(server, command, timeout=120, probe=None):
    """Runs a load generator; gives what it printed after `end` (key=value …) and the server's CPU seconds between `begin` and `end`.

    A probe is called at both ends of the window too; figures["probe"] is what it said.
    """
    process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    began = ended = None
    figures = {}
    watchdog = time.monotonic() + timeout
    try:
        for line in process.stdout:
            if line.startswith("begin"):
                first = probe() if probe else None
                began = server.cpu()
            elif line.startswith("end"):
                ended = server.cpu()
                figures = {key: float(value) for key, value in (pair.split("=") for pair in line.split()[1:])}
                if probe:
                    figures["probe"] = (first, probe())
            if time.monotonic() > watchdog:
                raise Failed("the load ran for more than %s s" % timeout)
        process.wait(10)
    finally:
        if process.poll() is None:
            process.kill()
    if process.returncode != 0 or ended is None:
        raise Failed("the load failed on %s: %s" % (server.name, process.stderr.read().strip() or "exit code %s" % process.returncode))
    figures["cpu"] = ended - began
    return figures


# ---- contenders, rounds, tables ---------------------------------------------------------------------------------------------------


class Contender:
    """A server under test: a name, how to start it on a port, and what the machine must have for it."""

    def __init__(self, name, command, needs=(), modules=(), env=None):
        self.name, self.command, self.needs, self.modules, self.env = name, command, needs, modules, env or {}

    def missing(self):
        return [need for need in self.needs if not has_command(need)] + [module for module in self.modules if not has_module(module)]


def certificate():
    """A file with a certificate and its key, ECDSA P-256, made once."""
    path = os.path.join(OUT, "bench.pem")
    if not os.path.exists(path):
        os.makedirs(OUT, exist_ok=True)
        quietly(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                   "-subj", "/CN=localhost", "-keyout", path + ".key", "-out", path + ".crt"])
        with open(path, "w") as whole:
            for part in (".crt", ".key"):
                with open(path + part) as file:
                    whole.write(file.read())
    return path


def arguments(subject, seconds=3.0, rounds=5, extra=None):
    parser = argparse.ArgumentParser(prog="bench/run " + subject)
    parser.add_argument("--rounds", type=int, default=rounds, help="how often each contender is measured (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=seconds, help="how long each time (default %(default)s)")
    parser.add_argument("--only", default="", help="contenders, separated by commas; a part of the name is enough")
    parser.add_argument("--smoke", action="store_true", help="one short round of few contenders: only shows that it runs")
    if extra:
        extra(parser)
    chosen = parser.parse_args()
    if chosen.smoke:
        chosen.rounds, chosen.seconds = 1, min(chosen.seconds, 0.4)
    return chosen


def choose(contenders, chosen, smoke=()):
    """Leaves out what was not asked for and what is not installed, and says so."""
    wanted = [part.strip().lower() for part in chosen.only.split(",") if part.strip()]
    if wanted:
        contenders = [c for c in contenders if any(part in c.name.lower() for part in wanted)]
    elif chosen.smoke and smoke:
        contenders = [c for c in contenders if c.name in smoke]
    here = []
    for contender in contenders:
        missing = contender.missing()
        if missing:
            print("left out: %s (%s not installed)" % (contender.name, ", ".join(missing)), file=sys.stderr)
        else:
            here.append(contender)
    if not here:
        raise Failed("nothing to measure")
    return here


def run_rounds(contenders, rounds, measure):
    """Measures every contender once per round, the order turned by one each round. Gives {name: [figures]}; a failure is told, not hidden."""
    results = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        turn = number % len(contenders)
        for contender in contenders[turn:] + contenders[:turn]:
            try:
                figures = measure(contender)
            except Failed as failure:
                print("round %d: %s" % (number + 1, failure), file=sys.stderr)
                continue
            results[contender.name].append(figures)
            print("round %d: %s: %s" % (number + 1, contender.name, " ".join("%s=%.4g" % pair for pair in figures.items())), file=sys.stderr)
    return {name: figures for name, figures in results.items() if figures}


def median(figures, key):
    values = [figure[key] for figure in figures if key in figure]
    return statistics.median(values) if values else None


def spread(figures, key):
    values = [figure[key] for figure in figures if key in figure]
    return "%s–%s" % (short(min(values)), short(max(values))) if len(values) > 1 else ""


def short(value):
    if value is None:
        return ""
    if abs(value) >= 1000:
        return "{:,.0f}".format(value)
    return "%.3g" % value


def table(results, first, columns, ratios):
    """A Markdown table. columns: (heading, key); ratios: (heading, key, name of the base): median over the base's median."""
    heads = [first] + [heading for heading, _ in columns] + [heading for heading, _, _ in ratios]
    lines = ["| " + " | ".join(heads) + " |", "| --- " * len(heads) + "|"]
    for name, figures in results.items():
        cells = [name]
        for _, key in columns:
            value = median(figures, key)
            cells.append(short(value) + (" (%s)" % spread(figures, key) if len(figures) > 1 and key != columns[-1][1] and value is not None else ""))
        for _, key, base in ratios:
            mine, theirs = median(figures, key), median(results.get(base, []), key)
            cells.append("%.2f" % (mine / theirs) if mine is not None and theirs else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def report(subject, title, chosen, text, results):
    """Prints the table and keeps it, with every figure of every round, in artifacts/bench."""
    command = "bench/run " + " ".join([subject] + sys.argv[1:])
    page = "%s\n\n`%s`: median of %d round%s%s, %d cores%s\n\n%s\n" % (
        title, command, chosen.rounds, "" if chosen.rounds == 1 else "s", " of %g s" % chosen.seconds if chosen.seconds else "", os.cpu_count() or 0,
        "; a smoke run: not figures" if chosen.smoke else "; in brackets the lowest and the highest round", text)
    print(page)
    os.makedirs(OUT, exist_ok=True)
    with open(os.path.join(OUT, subject + ".md"), "w") as file:
        file.write(page)
    with open(os.path.join(OUT, subject + ".json"), "w") as file:
        json.dump(results, file, indent=1)


def main(body):
    """Runs a benchmark; a failure is one line and exit code 1."""
    try:
        body()
    except Failed as failure:
        print("bench: %s" % failure, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
