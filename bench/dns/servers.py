"""The servers under test: how each is configured for a fair fight, started, found answering, and read.

One process and one UDP worker each unless said otherwise; response-rate limiting, query logs and notifications off; everything else as the
server has it by default. Whatever a server writes goes to a folder of its own below /tmp, which goes with it.
"""

import atexit
import functools
import glob
import os
import shutil
import signal
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import ask  # noqa: E402
import harness as h  # noqa: E402

PEERS = os.path.join(h.BENCH, "dns", "peers")
GO_SOURCES = "/usr/share/gocode"  # where Debian keeps the sources of Go packages
FOLDERS = []
atexit.register(lambda: [shutil.rmtree(folder, ignore_errors=True) for folder in FOLDERS])


# ---- Ropewalk: all its options are here ---------------------------------------------------------------------------------------------


@functools.cache
def program():
    return h.build_dotnet("src/Ropewalk.Cli", ahead_of_time=True)


def ropewalk(port, zone, workers=1, tls=None):
    command = ["dotnet", program(), "dns", "serve", zone.path, "--rate-limit", "false", "--listen", "udp:127.0.0.1:%d:workers=%d" % (port, workers)]
    return command + (["--listen", "tls:127.0.0.1:%d:cert=%s" % (tls, h.certificate())] if tls else [])


# ---- configurations of the peers ----------------------------------------------------------------------------------------------------

# NSD and Unbound spell DNS over TLS alike, but for the word for an address.
SECURE = """  %s: 127.0.0.1@%d
  tls-port: %d
  tls-service-pem: "%s"
  tls-service-key: "%s"
"""


def folder_with(name, text):
    """A new folder with one file."""
    folder = tempfile.mkdtemp(prefix="bench-dns-")
    FOLDERS.append(folder)
    with open(os.path.join(folder, name), "w") as file:
        file.write(text.replace("FOLDER", folder))
    return folder


def certificate_and_key():
    path = h.certificate()
    return path + ".crt", path + ".key"


def nsd(port, zone, workers=1, tls=None, minimal="no"):
    secure = SECURE % ("ip-address", tls, tls, *certificate_and_key()) if tls else ""
    folder = folder_with("nsd.conf", """server:
  server-count: %d
  reuseport: %s
  ip-address: 127.0.0.1@%d
%s  username: ""
  database: ""
  pidfile: ""
  zonesdir: "FOLDER"
  zonelistfile: "FOLDER/zone.list"
  xfrdfile: "FOLDER/xfrd.state"
  xfrdir: "FOLDER"
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
  minimal-responses: %s
remote-control:
  control-enable: no
zone:
  name: "%s"
  zonefile: "%s"
""" % (workers, "yes" if workers > 1 else "no", port, secure, minimal, zone.origin, zone.path))
    return ["nsd", "-d", "-c", os.path.join(folder, "nsd.conf")]


def nsd_minimal(port, zone, workers=1, tls=None):
    """Says no more than it must, as Knot, BIND and we do by default: the same work for all."""
    return nsd(port, zone, workers, tls, "yes")


def knot(port, zone, workers=1, tls=None):
    folder = folder_with("knot.conf", """server:
  rundir: "FOLDER"
  listen: 127.0.0.1@%d
  udp-workers: %d
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: warning
database:
  storage: "FOLDER"
template:
  - id: default
    storage: "FOLDER"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
zone:
  - domain: "%s"
    file: "%s"
""" % (port, workers, zone.origin, zone.path))
    return ["knotd", "-c", os.path.join(folder, "knot.conf")]


def bind(port, zone, workers=1, tls=None):
    certificate = 'tls bench { cert-file "%s"; key-file "%s"; };\n' % certificate_and_key() if tls else ""
    secure = "  listen-on port %d tls bench { 127.0.0.1; };\n" % tls if tls else ""
    folder = folder_with("named.conf", """%soptions {
  directory "FOLDER";
  pid-file none;
  lock-file none;
  session-keyfile none;
  listen-on port %d { 127.0.0.1; };
%s  listen-on-v6 { none; };
  recursion no;
  querylog no;
  notify no;
  allow-transfer { none; };
  dnssec-validation no;
};
controls { };
logging { category default { default_stderr; }; };
zone "%s" { type primary; file "%s"; };
""" % (certificate, port, secure, zone.origin, zone.path))
    return ["named", "-g", "-n", workers, "-c", os.path.join(folder, "named.conf")]


def powerdns(port, zone, workers=1, tls=None):
    folder = folder_with("named.conf", 'zone "%s" { type master; file "%s"; };\n' % (zone.origin.rstrip("."), zone.path))
    with open(os.path.join(folder, "pdns.conf"), "w") as file:
        file.write("""launch=bind
bind-config=%s/named.conf
local-address=127.0.0.1
local-port=%d
receiver-threads=%d
distributor-threads=1
reuseport=%s
socket-dir=%s
daemon=no
guardian=no
disable-syslog=yes
write-pid=no
loglevel=3
""" % (folder, port, workers, "yes" if workers > 1 else "no", folder))
    return ["pdns_server", "--config-dir=" + folder]


def dnsmasq(port, zone, workers=1, tls=None):
    origin = zone.origin.rstrip(".")
    lines = ["mx-host=%s,%s,%s" % (name.rstrip("."), data.split()[1].rstrip("."), data.split()[0]) for name, data in zone.few("MX")]
    lines += ["txt-record=%s,%s" % (name.rstrip("."), data) for name, data in zone.few("TXT")]
    folder = folder_with("dnsmasq.conf", """port=%d
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
no-poll
addn-hosts=%s
user=root
pid-file
auth-server=ns1.%s,127.0.0.1
auth-sec-servers=ns2.%s
auth-zone=%s
auth-soa=2026010100,hostmaster.%s,7200,3600,1209600
auth-ttl=3600
%s
""" % (port, zone.hosts, origin, origin, origin, origin, "\n".join(lines)))
    return ["dnsmasq", "--keep-in-foreground", "--conf-file=" + os.path.join(folder, "dnsmasq.conf")]


def unbound(port, zone, workers=1, tls=None):
    secure = SECURE % ("interface", tls, tls, *certificate_and_key()) if tls else ""
    folder = folder_with("unbound.conf", """server:
  num-threads: %d
  interface: 127.0.0.1@%d
%s  do-daemonize: no
  username: ""
  chroot: ""
  directory: "FOLDER"
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
  local-zone: "test." nodefault
remote-control:
  control-enable: no
auth-zone:
  name: "%s"
  zonefile: "%s"
  for-downstream: yes
  for-upstream: no
""" % (workers, port, secure, zone.origin, zone.path))
    return ["unbound", "-d", "-p", "-c", os.path.join(folder, "unbound.conf")]


def miekg(port, zone, workers=1, tls=None):
    os.environ["GOPATH"] = GO_SOURCES
    return ["env", "GOMAXPROCS=%d" % workers, h.build_go("dns/peers/miekg.go"), port, zone.path]


def twisted(port, zone, workers=1, tls=None):
    return [h.PYTHON, os.path.join(PEERS, "names.py"), port, zone.path]


# ---- contenders ---------------------------------------------------------------------------------------------------------------------


class DnsContender(h.Contender):
    """A contender that may need files too, by patterns."""

    def __init__(self, name, command, needs=(), modules=(), files=()):
        super().__init__(name, command, needs, modules)
        self.files = files

    def missing(self):
        return super().missing() + [pattern for pattern in self.files if not glob.glob(pattern)]


OWN, NSD, NSD_MINIMAL, KNOT, BIND, POWERDNS = "Ropewalk", "NSD 4.6", "NSD 4.6, minimal answers", "Knot 3.2", "BIND 9.18", "PowerDNS 4.7"
DNSMASQ, MIEKG, TWISTED, UNBOUND = "dnsmasq 2.90", "miekg/dns in Go", "twisted.names", "Unbound 1.17"


def contenders():
    return [
        DnsContender(OWN, ropewalk, files=[os.path.join(h.ROOT, "src", "Ropewalk.Cli", "Strands", "Dns*")]),
        DnsContender(NSD, nsd, ["nsd"]),
        DnsContender(NSD_MINIMAL, nsd_minimal, ["nsd"]),
        DnsContender(KNOT, knot, ["knotd"]),
        DnsContender(BIND, bind, ["named"]),
        DnsContender(POWERDNS, powerdns, ["pdns_server"]),
        DnsContender(DNSMASQ, dnsmasq, ["dnsmasq"]),
        DnsContender(MIEKG, miekg, ["go"], files=[GO_SOURCES + "/src/github.com/miekg/dns"]),
        DnsContender(TWISTED, twisted, modules=["twisted.names"]),
        DnsContender(UNBOUND, unbound, ["unbound"]),
    ]


def free_port():
    """A port that is free for UDP and TCP."""
    while True:
        port = h.free_port()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class DnsServer(h.Server):
    """Is there when it answers for the last name of its zone. How long that took from its start is `load_seconds`."""

    def __init__(self, contender, zone, workers=1, secure=False, patience=20):
        self.zone, self.patience = zone, patience
        self.tls = free_port() if secure else None
        port, before = free_port(), len(FOLDERS)
        command = contender.command(port, zone=zone, workers=workers, tls=self.tls)  # before the clock starts: it may build the program
        self.folders = FOLDERS[before:]
        self.began = time.monotonic()
        super().__init__(h.Contender(contender.name, lambda _: command, env=contender.env), port)

    def _wait(self, seconds=20):
        with ask.Asker(self.port, 0.01) as asker:
            while time.monotonic() < self.began + self.patience:
                if self.process.poll() is not None:
                    raise h.Failed("%s ended with %s; its output is in %s" % (self.name, self.process.returncode, self.log))
                reply = asker.ask(self.zone.last, "A")
                if reply and reply.rcode == "NOERROR" and reply.sections[0]:
                    self.load_seconds = time.monotonic() - self.began
                    if self.tls:
                        self._wait_for_tls()
                    return
                time.sleep(0.005)
        self.stop()
        raise h.Failed("%s did not answer within %s s; its output is in %s" % (self.name, self.patience, self.log))

    def _wait_for_tls(self):
        while time.monotonic() < self.began + self.patience:
            try:
                socket.create_connection(("127.0.0.1", self.tls), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise h.Failed("%s did not listen for TLS; its output is in %s" % (self.name, self.log))

    def cpu(self):
        """In nanoseconds' steps: the clock of clock_getcpuclockid(3) of each process, threads that have ended included."""
        total = 0
        for member in h.family(self.pid):
            try:
                total += time.clock_gettime_ns((~member << 3) | 2)
            except OSError:
                pass
        return total / 1e9

    def stop(self):
        super().stop()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)

    def reload(self):
        """They all read their changed zones at SIGHUP."""
        self.process.send_signal(signal.SIGHUP)
