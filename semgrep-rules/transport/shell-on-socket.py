import os
import socket


def work(path, host):
    log = open(path, "w")
    # ok: shell-on-socket
    os.dup2(log.fileno(), 1)
    connection = socket.socket()
    connection.connect((host, 4444))
    # ruleid: shell-on-socket
    os.dup2(connection.fileno(), 0)
