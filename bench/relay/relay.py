"""Relay: a source behind, a sink before, both in C. What is measured is the relay between them."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

SQUID = """http_port 127.0.0.1:%(port)d
http_access allow all
cache deny all
access_log none
cache_log stdio:%(folder)s/squid-cache.log
cache_store_log none
pid_filename none
coredump_dir %(folder)s
shutdown_lifetime 0 seconds
logfile_rotate 0
pinger_enable off
cache_effective_user %(user)s
"""

HAPROXY = """global
  nbthread 1
defaults
  mode tcp
%(splice)s  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend f
  bind 127.0.0.1:%(port)d
  default_backend b
backend b
  server s 127.0.0.1:%(target)d
"""


def configured(text, name, command, splice=""):
    def start(port, target):
        folder = os.path.join(h.OUT, name)
        os.makedirs(folder, exist_ok=True)
        user = "proxy" if os.getuid() == 0 else "nobody"
        if os.getuid() == 0 and name == "squid":
            os.chmod(folder, 0o777)
        path = os.path.join(folder, name + ".conf")
        with open(path, "w") as file:
            file.write(text % {"port": port, "target": target, "folder": folder, "user": user, "splice": splice})
        return [part % path if "%s" in part else part for part in command]

    return start


def ropewalk(transport):
    return lambda port, target: ["dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "relay", "--transport", transport, "--port", port, "--to", target]


def body():
    def extra(parser):
        parser.add_argument("--gigabytes", type=float, default=4, help="per connection count, in 10^9 bytes (default %(default)s)")
        parser.add_argument("--connections", default="1,8")

    chosen = h.arguments("relay", seconds=0, extra=extra)
    if chosen.smoke:
        chosen.gigabytes, chosen.connections = 0.1, "2"
    source, sink = h.compile_c("relay/source.c"), h.compile_c("relay/sink.c")
    contenders = [
        h.Contender("Ropewalk, sockets", ropewalk("sockets")),
        h.Contender("Ropewalk, reactor", ropewalk("reactor")),
        h.Contender("haproxy, TCP mode", configured(HAPROXY, "haproxy", ["/usr/sbin/haproxy", "-db", "-f", "%s"]), ["haproxy"]),
        h.Contender("haproxy, TCP mode, splice", configured(HAPROXY, "haproxy-splice", ["/usr/sbin/haproxy", "-db", "-f", "%s"], "  option splice-auto\n"), ["haproxy"]),
        h.Contender("squid, CONNECT", configured(SQUID, "squid", ["/usr/sbin/squid", "-N", "-f", "%s"]), ["squid"]),
        h.Contender("Twisted portforward", lambda port, target: [h.PYTHON, os.path.join(h.BENCH, "relay", "peers", "twisted_forward.py"), port, target], modules=["twisted"]),
    ]
    here = h.choose(contenders, chosen)
    everything, texts, complete = {}, [], True
    for count in [int(part) for part in chosen.connections.split(",")]:
        size = int(chosen.gigabytes * 1e9 / count)

        def measure(contender):
            origin = h.Contender("source", lambda port: [source, port, size])
            with h.Server(origin) as behind, h.Server(contender_with(contender, behind.port)) as relay:
                connect = [behind.port] if "CONNECT" in contender.name else []
                h.measure_load(relay, [sink, relay.port, 1, size, *connect])  # warm-up
                figures = h.measure_load(relay, [sink, relay.port, count, size, *connect])
                return {"cpu_s_per_gb": figures["cpu"] / (figures["operations"] / 1e9), "mb_s": figures["operations"] / figures["seconds"] / 1e6, "memory_mib": h.memory_kib(relay.pid) / 1024}

        results = h.run_rounds(here, chosen.rounds, measure)
        complete &= len(results) == len(here)
        title = "%d connection%s" % (count, "" if count == 1 else "s")
        everything[title] = results
        texts.append("### %s\n\n%s" % (title, h.table(
            results, "relay", [("CPU s/GB", "cpu_s_per_gb"), ("MB/s", "mb_s"), ("memory, MiB", "memory_mib")],
            [("CPU × squid", "cpu_s_per_gb", "squid, CONNECT"), ("CPU × haproxy", "cpu_s_per_gb", "haproxy, TCP mode")])))
    h.report("relay", "Bulk through a relay, %g GB" % chosen.gigabytes, chosen, "\n\n".join(texts), everything)
    if not complete:
        raise h.Failed("not every contender gave a number")


def contender_with(contender, target):
    """The relay that is told its target."""
    return h.Contender(contender.name, lambda port: contender.command(port, target=target), env=contender.env)


h.main(body)
