"""Full TLS 1.3 handshakes: the server's CPU time for each."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402


def body():
    chosen = h.arguments("tls")
    load = h.compile_c("tls/load.c", "-lssl", "-lcrypto")
    pem = h.certificate()

    def ropewalk(transport):
        return lambda port: ["dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "echo", "--transport", transport,
                             "--endpoint", "tls:127.0.0.1:{0}:cert=" + pem, "--port", port]

    contenders = h.choose([
        h.Contender("openssl s_server", lambda port: ["openssl", "s_server", "-accept", "127.0.0.1:%s" % port, "-cert", pem, "-key", pem, "-quiet", "-www"], ["openssl"]),
        h.Contender("Ropewalk, sockets, TLS", ropewalk("sockets")),
        h.Contender("Ropewalk, reactor, TLS", ropewalk("reactor")),
    ], chosen)

    def measure(contender):
        with h.Server(contender) as server:
            figures = h.measure_load(server, [load, server.port, chosen.seconds])
            return {"us_each": figures["cpu"] * 1e6 / figures["count"], "per_cpu_second": figures["count"] / max(figures["cpu"], 1e-9),
                    "per_second": figures["count"] / figures["seconds"]}

    results = h.run_rounds(contenders, chosen.rounds, measure)
    ratios = [("handshakes per CPU second, × s_server", "per_cpu_second", "openssl s_server")] if "openssl s_server" in results else []
    h.report("tls", "Full TLS 1.3 handshakes, ECDSA P-256", chosen, h.table(
        results, "server", [("CPU µs each", "us_each"), ("per CPU second", "per_cpu_second"), ("per second", "per_second")], ratios), results)
    if len(results) != len(contenders):
        raise h.Failed("not every contender gave a number")


h.main(body)
