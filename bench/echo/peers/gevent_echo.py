"""gevent_echo PORT"""
import socket
import sys

from gevent.server import StreamServer


def echo(connection, _):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while data := connection.recv(4096):
            connection.sendall(data)
    except OSError:
        pass


StreamServer(("127.0.0.1", int(sys.argv[1])), echo, backlog=4096).serve_forever()
