"""Lines of 64 bytes: what the server allocates for each, by its own count of all that it ever allocated."""

import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402


def ropewalk(transport, subject="line"):
    return lambda port: ["dotnet", h.build_dotnet("bench/Ropewalk.Bench"), subject, "--transport", transport, "--port", port]


class Probe:
    """A connection of its own that asks the server what it has allocated and served so far."""

    def __init__(self, port):
        self.connection = socket.create_connection(("127.0.0.1", port), 5)
        self.answers = self.connection.makefile()

    def ask(self):
        self.connection.sendall(b"?\n")
        return [int(part) for part in self.answers.readline().split()]


def body():
    def extra(parser):
        parser.add_argument("--connections", type=int, default=64)

    chosen = h.arguments("line", extra=extra)
    load = h.compile_c("echo/load.c")

    def measure(contender):
        with h.Server(contender) as server:
            probe = Probe(server.port)
            probe.ask()
            # the warm-up fills pools and lets the runtime compile what is hot
            figures = h.measure_load(server, [load, server.port, chosen.connections, 64, 0.3 if chosen.smoke else 4, chosen.seconds], probe=probe.ask)
            (allocated, lines), (allocated_after, lines_after) = figures["probe"]
            return {
                "bytes_each": (allocated_after - allocated) / (lines_after - lines),
                "total_bytes": allocated_after - allocated,
                "messages": lines_after - lines,
                "cpu_us": figures["cpu"] * 1e6 / figures["operations"],
            }

    here = h.choose(
        [
            h.Contender("Ropewalk, sockets", ropewalk("sockets")),
            h.Contender("Ropewalk, sockets, as a session", ropewalk("sockets", "session")),
            h.Contender("Ropewalk, reactor", ropewalk("reactor")),
            h.Contender("Ropewalk, reactor, as a session", ropewalk("reactor", "session")),
        ],
        chosen)
    results = h.run_rounds(here, chosen.rounds, measure)
    text = h.table(
        results, "server",
        [("bytes allocated per message", "bytes_each"), ("in all, bytes", "total_bytes"), ("messages", "messages"), ("CPU µs per message", "cpu_us")], [])
    h.report("line", "A line protocol, 64 bytes, %d connections" % chosen.connections, chosen, text, results)
    if len(results) != len(here):
        raise h.Failed("not every contender gave a number")


h.main(body)
