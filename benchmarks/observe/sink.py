"""The world inside the namespace: it answers every name, takes every request, and keeps the names of what was sent.

    unshare -rnm python sink.py --record FILE --folder DIR [--answers FILE] -- COMMAND...

Runs COMMAND with a resolver that knows every host (as 127.0.0.1), with a certificate authority made for this run, and
with web servers on ports 80 and 443. One JSON line per request goes into FILE: host, method, path and the names of
the fields, never their values. Needs ``openssl``; exit status is that of COMMAND.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from fieldnames import fields_of

MS_BIND = 4096
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
TYPE_A, CLASS_IN = 1, 1
SECONDS = 240
VECTOR = 1536
"""Length of an embedding, which an answers file calls ``"VECTOR"``."""


def raise_loopback() -> None:
    """``ip link set lo up``, without needing ``ip``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        asked = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(s, SIOCGIFFLAGS, asked))[1]
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | IFF_UP))


def replace_file(path: str, text: str, folder: Path) -> None:
    """Puts ``text`` in the place of a system file, in this mount namespace only."""
    ours = folder / Path(path).name
    ours.write_text(text)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(str(ours).encode(), os.path.realpath(path).encode(), None, MS_BIND, None):
        raise OSError(ctypes.get_errno(), f"cannot mount over {path}")


def answer_names() -> None:
    """A resolver that answers every A question with 127.0.0.1 and every other with nothing."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def serve() -> None:
        while True:
            question, peer = server.recvfrom(4096)
            end = question.index(b"\0", 12) + 5
            kind = struct.unpack("!H", question[end - 4 : end - 2])[0]
            known = kind == TYPE_A
            head = question[:2] + struct.pack("!HHHHH", 0x8580, 1, int(known), 0, 0)
            record = b"\xc0\x0c" + struct.pack("!HHIH", TYPE_A, CLASS_IN, 60, 4) + b"\x7f\0\0\x01"
            server.sendto(head + question[12:end] + (record if known else b""), peer)

    threading.Thread(target=serve, daemon=True).start()


class Authority:
    """A certificate authority for one run; certificates are made when a host is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate, self.key = folder / "ca.pem", folder / "ca.key"
        self._lock = threading.Lock()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=loopback sink",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout", str(self.key), "-out", str(self.certificate),
        )  # fmt: skip

    def context(self, host: str) -> ssl.SSLContext:
        """The server side of TLS for ``host``."""
        with self._lock:
            if host not in self._contexts:
                made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                made.load_cert_chain(*self._leaf(host))
                self._contexts[host] = made
            return self._contexts[host]

    def _leaf(self, host: str) -> tuple[Path, Path]:
        stem = self.folder / f"leaf{len(self._contexts)}"
        key, request, out, more = (stem.with_suffix(s) for s in (".key", ".csr", ".pem", ".ext"))
        self._openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=leaf", "-keyout", str(key), "-out", str(request)
        )
        more.write_text(f"subjectAltName=DNS:{host}\nauthorityKeyIdentifier=keyid\n")
        self._openssl(
            "x509", "-req", "-in", str(request), "-CA", str(self.certificate), "-CAkey", str(self.key),
            "-CAcreateserial", "-days", "2", "-extfile", str(more), "-out", str(out),
        )  # fmt: skip
        return out, key

    @staticmethod
    def _openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Recorder(BaseHTTPRequestHandler):
    """Takes any request, keeps its names, answers with what the answers file has for its path, else ``{}``."""

    protocol_version = "HTTP/1.1"
    record: Path
    answers: dict[str, Any]
    lock = threading.Lock()

    def _take(self) -> None:
        body = self._body()
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        line = {"host": host, "method": self.command, "path": self.path.partition("?")[0]}
        line["fields"] = fields_of(self.path, dict(self.headers.items()), body)
        with self.lock, self.record.open("a") as out:
            out.write(json.dumps(line) + "\n")
        self._answer(host)

    def _body(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, host: str) -> None:
        found = next((a for start, a in self.answers.items() if (host + self.path).startswith(start)), {})
        body = json.dumps(found.get("body", {})).replace('"VECTOR"', json.dumps([0.5] * VECTOR)).encode()
        self.send_response(200)
        for name, value in {"Content-Type": "application/json", **found.get("headers", {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_HEAD = do_PATCH = do_DELETE = do_OPTIONS = _take

    def log_message(self, *_: object) -> None:
        """Says nothing: the record is the log."""


class SecureServer(ThreadingHTTPServer):
    """A web server whose certificate is the one of the host the client names."""

    authority: Authority

    def get_request(self) -> tuple[ssl.SSLSocket, Any]:
        plain, peer = self.socket.accept()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._named
        secure = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        return secure, peer

    def _named(self, connection: ssl.SSLSocket, host: str | None, _: ssl.SSLContext) -> None:
        connection.context = self.authority.context(host or "localhost")

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is its own affair."""


def serve(authority: Authority, record: Path, answers: dict[str, Any]) -> None:
    Recorder.record, Recorder.answers = record, answers
    SecureServer.authority = authority
    for kind, port in ((ThreadingHTTPServer, 80), (SecureServer, 443)):
        server = kind(("127.0.0.1", port), Recorder)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="for certificates and mounted files")
    parser.add_argument("--answers", type=Path, help="JSON: answers by the beginning of host and path")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    raise_loopback()
    replace_file("/etc/resolv.conf", "nameserver 127.0.0.1\n", options.folder)
    answer_names()
    authority = Authority(options.folder)
    serve(authority, options.record, json.loads(options.answers.read_text()) if options.answers else {})
    trust = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), str(authority.certificate))
    with contextlib.suppress(subprocess.TimeoutExpired):
        return subprocess.run(options.command, env=os.environ | trust, timeout=SECONDS, check=False).returncode
    print(f"stopped after {SECONDS} seconds", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
