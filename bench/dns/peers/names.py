"""names.py PORT ZONEFILE: the authoritative server of twisted.names, its query log off."""

import os
import sys

from twisted.internet import epollreactor

epollreactor.install()
from twisted.internet import reactor  # noqa: E402
from twisted.names import authority, dns, server  # noqa: E402

factory = server.DNSServerFactory(authorities=[authority.BindAuthority(os.fsencode(sys.argv[2]))])
factory.noisy = False
protocol = dns.DNSDatagramProtocol(factory)
protocol.noisy = False
reactor.listenUDP(int(sys.argv[1]), protocol, interface="127.0.0.1")
reactor.run()
