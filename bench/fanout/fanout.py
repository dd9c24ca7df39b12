"""Fan-out: one publisher, N members, one line at a time and bursts of 64. Each delivery is 80 bytes."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402


def ropewalk(transport):
    return lambda port: ["dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "fanout", "--transport", transport, "--port", port]


def body():
    def extra(parser):
        parser.add_argument("--members", default="200,9000", help="how many members, separated by commas (default %(default)s)")
        parser.add_argument("--bursts", default="1,64", help="lines in flight, separated by commas (default %(default)s)")

    chosen = h.arguments("fanout", extra=extra)
    if chosen.smoke:
        chosen.members = "50"
    load = h.compile_c("fanout/load.c")
    here = h.choose(
        [
            h.Contender("C bare sends", lambda port: [h.compile_c("fanout/peers/sends.c"), port], ["gcc"]),
            h.Contender("Ropewalk, sockets", ropewalk("sockets")),
            h.Contender("Ropewalk, reactor", ropewalk("reactor")),
        ],
        chosen)
    everything, texts, complete = {}, [], True
    for members in [int(part) for part in chosen.members.split(",")]:
        stalled = members // 100 if members >= 1000 else 0
        for burst in [int(part) for part in chosen.bursts.split(",")]:

            def measure(contender):
                with h.Server(contender) as server:
                    before = h.memory_kib(server.pid)
                    figures = h.measure_load(server, [load, server.port, members, stalled, burst, 0.1 if chosen.smoke else 2, chosen.seconds])
                    return {
                        "per_second": figures["operations"] / figures["seconds"],
                        "cpu_us": figures["cpu"] * 1e6 / figures["operations"],
                        "p50_ms": figures["p50_ms"],
                        "p99_ms": figures["p99_ms"],
                        "grown_mib": (h.memory_kib(server.pid) - before) / 1024,
                    }

            results = h.run_rounds(here, chosen.rounds, measure)
            complete &= len(results) == len(here)
            title = "%d members%s, %s" % (members, ", %d of them stalled" % stalled if stalled else "", "one line at a time" if burst == 1 else "bursts of %d" % burst)
            everything[title] = results
            texts.append("### %s\n\n%s" % (title, h.table(
                results, "server",
                [("deliveries/s", "per_second"), ("CPU µs per delivery", "cpu_us"), ("turn p50 ms", "p50_ms"), ("turn p99 ms", "p99_ms"), ("memory grown, MiB", "grown_mib")],
                [("CPU × C", "cpu_us", "C bare sends")])))
    h.report("fanout", "Fan-out, 80 bytes a delivery", chosen, "\n\n".join(texts), everything)
    if not complete:
        raise h.Failed("not every contender gave a number")


h.main(body)
