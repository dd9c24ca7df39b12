"""Static files over HTTP/1.1: Ropewalk's site on each transport, ASP.NET's UseStaticFiles, nginx with one worker; wrk loads them."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness as h  # noqa: E402

SITE = os.path.join(h.OUT, "site")
SIZES = {"1k.txt": 1024, "16k.txt": 16 * 1024, "1m.txt": 1024 * 1024}
PEER = "ASP.NET UseStaticFiles"

NGINX = """
daemon off; worker_processes 1; pid {out}/nginx.pid; error_log {out}/nginx-error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; open_file_cache max=1000; open_file_cache_valid 60s; keepalive_requests 1000000000;
  types {{ text/plain txt; }}
  client_body_temp_path {out}/nginx-1; proxy_temp_path {out}/nginx-2; fastcgi_temp_path {out}/nginx-3; uwsgi_temp_path {out}/nginx-4; scgi_temp_path {out}/nginx-5;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {site}; }}
}}
"""


def make_site():
    os.makedirs(SITE, exist_ok=True)
    for name, size in SIZES.items():
        with open(os.path.join(SITE, name), "wb") as file:
            file.write((b"0123456789abcdef" * 64 * 1024)[:size])


def nginx(port):
    path = os.path.join(h.OUT, "nginx.conf")
    with open(path, "w") as file:
        file.write(NGINX.format(out=h.OUT, port=port, site=SITE))
    return ["nginx", "-p", h.OUT, "-c", path]


def ropewalk(transport, *rest):
    return lambda port: ["dotnet", h.build_dotnet("bench/Ropewalk.Bench"), "web", "--transport", transport, "--folder", SITE, "--port", port, *rest]


def contenders():
    return [
        h.Contender(PEER, lambda port: ["dotnet", h.build_dotnet("bench/web/peers/StaticFiles"), SITE, port]),
        h.Contender("Ropewalk, sockets", ropewalk("sockets")),
        h.Contender("Ropewalk, reactor", ropewalk("reactor")),
        h.Contender("Ropewalk, reactor, access log", ropewalk("reactor", "--log", "/dev/null")),
        h.Contender("Ropewalk, Kestrel's sockets", ropewalk("kestrel")),
        h.Contender("nginx, 1 worker", nginx, ["nginx"]),
    ]


def wrk(url, connections, seconds):
    done = subprocess.run(["wrk", "-t1", "-c%d" % connections, "-d%gs" % max(seconds, 1), url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=seconds + 60)
    requests = re.search(r"(\d+) requests in", done.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not requests or int(requests.group(1)) == 0 or "Non-2xx" in done.stdout or re.search(r"Socket errors: connect [^0]|read [1-9]|write [1-9]", done.stdout):
        raise h.Failed("wrk on %s: %s" % (url, done.stdout))
    return int(requests.group(1)), float(rate.group(1))


def body():
    def extra(parser):
        parser.add_argument("--connections", type=int, default=64)
        parser.add_argument("--files", default=",".join(SIZES), help="some of %s" % ", ".join(SIZES))

    chosen = h.arguments("web", seconds=3, extra=extra)
    if not h.has_command("wrk"):
        raise h.Failed("wrk is not installed")
    files = ["1k.txt"] if chosen.smoke else [name for name in SIZES if name in chosen.files.split(",")]
    make_site()

    def measure(contender):
        figures = {}
        with h.Server(contender) as server:
            for name in files:
                url = "http://127.0.0.1:%d/%s" % (server.port, name)
                wrk(url, chosen.connections, 1 if chosen.smoke else 3)  # lets a runtime compile what is hot
                began = server.cpu()
                requests, rate = wrk(url, chosen.connections, chosen.seconds)
                figures[name + " cpu_us"] = (server.cpu() - began) * 1e6 / requests
                figures[name + " per_second"] = rate
            figures["memory_mib"] = h.memory_kib(server.pid) / 1024
        return figures

    here = h.choose(contenders(), chosen, smoke=[PEER, "Ropewalk, sockets", "Ropewalk, reactor", "nginx, 1 worker"])
    results = h.run_rounds(here, chosen.rounds, measure)
    columns, ratios = [], []
    for name in files:
        columns += [(name + ": CPU µs", name + " cpu_us"), ("requests/s", name + " per_second")]
        ratios += [(name + ": CPU × UseStaticFiles", name + " cpu_us", PEER), ("× nginx", name + " cpu_us", "nginx, 1 worker")]
    text = h.table(results, "server", columns + [("MiB after", "memory_mib")], ratios)
    h.report("web", "Static files, %d connections" % chosen.connections, chosen, text, results)
    if not all(contender.name in results for contender in here):
        raise h.Failed("not every contender gave a number")


h.main(body)
