"""eventlet_echo PORT"""
import socket
import sys

import eventlet


def echo(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while data := connection.recv(4096):
            connection.sendall(data)
    except OSError:
        pass


listener = eventlet.listen(("127.0.0.1", int(sys.argv[1])), backlog=4096)
while True:
    accepted, _ = listener.accept()
    eventlet.spawn_n(echo, accepted)
