"""What the simulation costs: a virtual hour of 1,000 clients, and finger's fault scenario over many seeds, on one core."""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

ONE_WORKER = {"DOTNET_ThreadPool_ForceMinWorkerThreads": "1", "DOTNET_ThreadPool_ForceMaxWorkerThreads": "1"}


def run(command, environment):
    """Runs a command to its end; gives what it printed and how long it took."""
    began = time.monotonic()
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        env={**os.environ, **environment})
    if done.returncode != 0:
        raise h.Failed("%s\n%s" % (" ".join(command), done.stdout[-2000:]))
    return done.stdout, time.monotonic() - began


def hour(mode, way):
    """The first hour of a process has the runtime compile what it runs, beside it; the eighth has it compiled."""
    program = h.build_dotnet("bench/Ropewalk.Bench")
    out, _ = run(["dotnet", program, "hour", mode, way], ONE_WORKER if mode == "whole" else {})
    hours = [line.split() for line in out.splitlines()]
    if len({line[3] for line in hours}) != 1:
        raise h.Failed("the hours of one seed differ: %s" % out)
    first, eighth = float(hours[0][0]), float(hours[-1][0])
    lines = int(hours[0][2])
    return {"first_s": first, "first_us": first * 1e6 / lines, "warm_s": eighth, "warm_us": eighth * 1e6 / lines, "lines": lines}


def finger(seeds):
    program = h.build_dotnet("samples/Finger.Tests")
    out, took = run(
        ["taskset", "-c", "0", "dotnet", program, "--no-ansi", "--no-progress", "--filter-class", "*FingerFaultTests"], {"ROPEWALK_SEEDS": "1-%d" % seeds})
    if not re.search(r"succeeded: 1$", out, re.MULTILINE):
        raise h.Failed(out[-2000:])
    return {"first_s": took, "first_us": took * 1e6 / seeds, "lines": seeds}


def body():
    def extra(parser):
        parser.add_argument("--seeds", type=int, default=10_000)

    chosen = h.arguments("simulation", seconds=0, extra=extra)
    seeds = 50 if chosen.smoke else chosen.seeds
    contenders = [h.Contender("an hour, %s, %s" % (mode, words), (mode, way))
                  for mode in ("strict", "whole") for way, words in (("oneway", "one way"), ("echoed", "echoed"))]
    contenders.append(h.Contender("finger in a storm, strict, %s seeds" % "{:,}".format(seeds), None))
    here = h.choose(contenders, chosen)
    results = h.run_rounds(here, chosen.rounds, lambda contender: hour(*contender.command) if contender.command else finger(seeds))
    text = h.table(
        results, "run",
        [("seconds", "first_s"), ("µs per line or seed", "first_us"), ("seconds once compiled", "warm_s"), ("µs per line once compiled", "warm_us"), ("lines or seeds", "lines")],
        [])
    h.report("simulation", "A simulated network: hours of 1,000 clients; seeds of finger in a storm on one core", chosen, text, results)


if __name__ == "__main__":
    h.main(body)
