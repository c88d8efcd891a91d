import contextlib
import logging
import sys


def redirect(sock, path):
    # ok: output-goes-to-socket
    sys.stdout = open(path, "w")
    reader = sock.makefile("r")
    # ok: output-goes-to-socket
    first = reader.readline()
    # ok: output-goes-to-socket
    logging.StreamHandler(sys.stderr)
    # ruleid: output-goes-to-socket
    sys.stderr = sock.makefile("w")
    stream = sock.makefile("w")
    # ruleid: output-goes-to-socket
    logging.StreamHandler(stream)
    # ruleid: output-goes-to-socket
    with contextlib.redirect_stdout(stream):
        print(first)
