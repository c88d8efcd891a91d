import socket


def through(proxy):
    # ok: socket-patched
    connection = socket.socket()
    # ok: socket-patched
    connection.connect = proxy
    # ok: socket-patched
    lookup = socket.getaddrinfo
    # ruleid: socket-patched
    socket.socket = proxy
    # ruleid: socket-patched
    socket.getaddrinfo = lambda *arguments: lookup("relay.example.org", 443)
