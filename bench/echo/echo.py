"""TCP echo: the servers of peers/ and Ropewalk's transports, one request in flight on each connection."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

PEERS = os.path.join(h.BENCH, "echo", "peers")


def python(script, *rest):
    return lambda port: [h.PYTHON, os.path.join(PEERS, script), port, *rest]


def ropewalk(transport, *rest):
    return lambda port: ["dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "echo", "--transport", transport, "--port", port, *rest]


def contenders():
    return [
        h.Contender("C epoll loop", lambda port: [h.compile_c("echo/peers/epoll.c"), port], ["gcc"]),
        h.Contender("Ropewalk, sockets", ropewalk("sockets")),
        h.Contender("Ropewalk, reactor", ropewalk("reactor")),
        h.Contender("Ropewalk, reactor, one loop", ropewalk("reactor", "--loops", 1)),
        h.Contender("C# sockets, defaults", lambda port: ["dotnet", h.build_dotnet("bench/echo/peers/RawSockets"), port]),
        h.Contender("Go net", lambda port: [h.build_go("echo/peers/go.go"), port], ["go"]),
        h.Contender("Node net", lambda port: ["node", os.path.join(PEERS, "node.js"), port], ["node"]),
        h.Contender("uvloop protocol", python("asyncio_echo.py", "protocol", "uvloop"), modules=["uvloop"]),
        h.Contender("uvloop streams", python("asyncio_echo.py", "streams", "uvloop"), modules=["uvloop"]),
        h.Contender("asyncio protocol", python("asyncio_echo.py", "protocol", "asyncio")),
        h.Contender("asyncio streams", python("asyncio_echo.py", "streams", "asyncio")),
        h.Contender("Twisted", python("twisted_echo.py"), modules=["twisted"]),
        h.Contender("gevent", python("gevent_echo.py"), modules=["gevent"]),
        h.Contender("eventlet", python("eventlet_echo.py"), modules=["eventlet"]),
        h.Contender("Tornado", python("tornado_echo.py"), modules=["tornado"]),
    ]


def body():
    def extra(parser):
        parser.add_argument("--connections", type=int, default=64)
        parser.add_argument("--bytes", type=int, default=64)

    chosen = h.arguments("echo", extra=extra)
    load = h.compile_c("echo/load.c")

    def measure(contender):
        with h.Server(contender) as server:
            # the warm-up lets a runtime compile what is hot
            figures = h.measure_load(server, [load, server.port, chosen.connections, chosen.bytes, 0.2 if chosen.smoke else 2, chosen.seconds])
        return {
            "per_second": figures["operations"] / figures["seconds"],
            "cpu_us": figures["cpu"] * 1e6 / figures["operations"],
            "p50_us": figures["p50_us"],
            "p99_us": figures["p99_us"],
        }

    here = h.choose(contenders(), chosen, smoke=["C epoll loop", "Ropewalk, sockets", "Ropewalk, reactor", "C# sockets, defaults"])
    results = h.run_rounds(here, chosen.rounds, measure)
    text = h.table(
        results, "server",
        [("echoes/s", "per_second"), ("CPU µs per echo", "cpu_us"), ("p50 µs", "p50_us"), ("p99 µs", "p99_us")],
        [("CPU × C", "cpu_us", "C epoll loop"), ("CPU × raw C#", "cpu_us", "C# sockets, defaults"), ("rate × raw C#", "per_second", "C# sockets, defaults")])
    h.report("echo", "TCP echo, %d bytes, %d connections" % (chosen.bytes, chosen.connections), chosen, text, results)
    if not all(name in results for name in (c.name for c in here)):
        raise h.Failed("not every contender gave a number")


h.main(body)
