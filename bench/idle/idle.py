"""Idle connections: how much the server's resident memory grows with each, after each has been used once."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

PEERS = os.path.join(h.BENCH, "echo", "peers")


def ropewalk(transport, endpoint="tcp:127.0.0.1:{0}"):
    return lambda port: ["dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "echo", "--transport", transport, "--endpoint", endpoint, "--port", port]


def hold(program, port, count):
    process = subprocess.Popen([program, str(port), str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if process.stdout.readline().strip() != "held":
        process.kill()
        raise h.Failed("connections could not be held: %s" % process.stderr.read().strip())
    return process


def release(process):
    process.stdin.close()
    process.wait(20)


def body():
    def extra(parser):
        parser.add_argument("--connections", type=int, default=9000)
        parser.add_argument("--settle", type=float, default=5, help="seconds between the last answer and the reading (default %(default)s)")

    chosen = h.arguments("idle", seconds=0, rounds=3, extra=extra)
    if chosen.smoke:
        chosen.connections, chosen.settle = 300, 0.3
    plain = h.compile_c("idle/hold.c")

    def python(script, *rest):
        return lambda port: [h.PYTHON, os.path.join(PEERS, script), port, *rest]

    groups = {
        "plain": (plain, [
            h.Contender("Ropewalk, sockets", ropewalk("sockets")),
            h.Contender("Ropewalk, reactor", ropewalk("reactor")),
            h.Contender("C# sockets, defaults", lambda port: ["dotnet", h.build_dotnet("bench/echo/peers/RawSockets"), port]),
            h.Contender("Go net", lambda port: [h.build_go("echo/peers/go.go"), port], ["go"]),
            h.Contender("Node net", lambda port: ["node", os.path.join(PEERS, "node.js"), port], ["node"]),
            h.Contender("uvloop protocol", python("asyncio_echo.py", "protocol", "uvloop"), modules=["uvloop"]),
            h.Contender("asyncio protocol", python("asyncio_echo.py", "protocol", "asyncio")),
            h.Contender("Twisted", python("twisted_echo.py"), modules=["twisted"]),
        ]),
    }
    try:
        tls = "tls:127.0.0.1:{0}:cert=" + h.certificate()
        groups["TLS 1.3"] = (h.compile_c("idle/hold_tls.c", "-lssl", "-lcrypto"), [
            h.Contender("Ropewalk, sockets, TLS", ropewalk("sockets", tls)),
            h.Contender("Ropewalk, reactor, TLS", ropewalk("reactor", tls)),
        ])
    except h.Failed as failure:
        print("left out: TLS (libssl-dev or openssl not installed?): %s" % str(failure).split("\n")[-1], file=sys.stderr)

    everything, texts, complete = {}, [], True
    for group, (program, contenders) in groups.items():

        def measure(contender):
            with h.Server(contender) as server:
                release(hold(program, server.port, 20 if chosen.smoke else 200))  # code compiled, pools filled
                time.sleep(0.2 if chosen.smoke else 1)
                before = h.memory_kib(server.pid)
                holding = hold(program, server.port, chosen.connections)
                time.sleep(chosen.settle)
                after = h.memory_kib(server.pid)
                release(holding)
                return {"kib_each": (after - before) / chosen.connections, "before_mib": before / 1024, "after_mib": after / 1024}

        if chosen.only and not any(p.strip().lower() in c.name.lower() for p in chosen.only.split(",") for c in contenders):
            continue
        here = h.choose(contenders, chosen, smoke=["Ropewalk, sockets", "Ropewalk, reactor", "Ropewalk, sockets, TLS", "Ropewalk, reactor, TLS"])
        results = h.run_rounds(here, chosen.rounds, measure)
        complete &= len(results) == len(here)
        everything[group] = results
        texts.append("### %s\n\n%s" % (group, h.table(
            results, "server", [("KiB per connection", "kib_each"), ("before, MiB", "before_mib"), ("with them, MiB", "after_mib")], [])))
    h.report("idle", "Resident memory of %d idle connections" % chosen.connections, chosen, "\n\n".join(texts), everything)
    if not complete:
        raise h.Failed("not every contender gave a number")


h.main(body)
