"""UDP echo: a C loop and Ropewalk's datagram port with the same batching, when datagrams come one by one and when they come in heaps."""

import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

BATCH = 32


class DatagramServer(h.Server):
    """Is there when it echoes. Its CPU time is read in nanoseconds: at a low rate a tick of 10 ms is a tenth of it all."""

    def _wait(self, seconds=20):
        deadline = time.monotonic() + seconds
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.05)
            probe.connect(("127.0.0.1", self.port))
            while time.monotonic() < deadline:
                if self.process.poll() is not None:
                    raise h.Failed("%s ended with %s; its output is in %s" % (self.name, self.process.returncode, self.log))
                try:
                    probe.send(b"?")
                    probe.recv(10)
                    return
                except OSError:
                    time.sleep(0.02)
        self.stop()
        raise h.Failed("%s did not answer within %s s; its output is in %s" % (self.name, seconds, self.log))

    def cpu(self):
        # the clock of clock_getcpuclockid(3): CPUCLOCK_SCHED of a whole process, threads that have ended included
        return time.clock_gettime_ns((~self.pid << 3) | 2) / 1e9


def c_loop(*rest):
    return lambda port: [h.compile_c("udp/peers/batch.c"), port, BATCH, *rest]


def ropewalk(transport, address="127.0.0.1"):
    return lambda port: [
        "dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "udp", "--transport", transport, "--endpoint", "udp:%s:{0}" % address, "--port", port]


def contenders():
    return [
        h.Contender("C loop", c_loop(), ["gcc"]),
        h.Contender("Ropewalk", ropewalk("batched")),
        h.Contender("Ropewalk, answers made in slots", ropewalk("slots")),
        h.Contender("C loop, any address", c_loop("any"), ["gcc"]),
        h.Contender("Ropewalk, any address", ropewalk("batched", "0.0.0.0")),
        h.Contender("Ropewalk, late answers", ropewalk("late")),
        h.Contender("Ropewalk, portable", ropewalk("portable")),
    ]


def body():
    def extra(parser):
        parser.add_argument("--rate", type=int, default=5000, help="datagrams a second at the low rate (default %(default)s)")
        parser.add_argument("--outstanding", type=int, default=256, help="datagrams under way at saturation (default %(default)s)")
        parser.add_argument("--bytes", type=int, default=64)

    chosen = h.arguments("udp", extra=extra)
    load = h.compile_c("udp/load.c")

    def measure(contender):
        warm = 0.2 if chosen.smoke else 1.5
        with DatagramServer(contender) as server:
            # in heaps first: it lets the runtime compile what is hot
            full = h.measure_load(server, [load, server.port, "window", chosen.outstanding, warm, chosen.seconds, chosen.bytes])
            low = h.measure_load(server, [load, server.port, "rate", chosen.rate, warm / 3, chosen.seconds, chosen.bytes])
        return {
            "low_us": low["cpu"] * 1e6 / low["operations"],
            "full_us": full["cpu"] * 1e6 / full["operations"],
            "per_second": full["operations"] / full["seconds"],
            "lost": low["lost"] + full["lost"],
        }

    here = h.choose(contenders(), chosen, smoke=["C loop", "Ropewalk", "Ropewalk, portable"])
    results = h.run_rounds(here, chosen.rounds, measure)
    text = h.table(
        results, "server",
        [("CPU µs at %d/s" % chosen.rate, "low_us"), ("CPU µs at saturation", "full_us"), ("answers/s", "per_second"), ("lost", "lost")],
        [("low, × C", "low_us", "C loop"), ("saturation, × C", "full_us", "C loop"),
         ("low, × C any", "low_us", "C loop, any address"), ("saturation, × C any", "full_us", "C loop, any address")])
    h.report("udp", "UDP echo, %d bytes, batches of %d, CPU per datagram" % (chosen.bytes, BATCH), chosen, text, results)
    if len(results) != len(here):
        raise h.Failed("not every contender gave a number")


h.main(body)
