"""A model hub on the loopback interface for tests and measurements; it speaks what the real client asks.

It serves a folder ``models|datasets|spaces / ORG / NAME / files``. The commit of a repository is a hash of its id and
content; files above ``large`` bytes are redirected as LFS. Every request is logged with its headers. ``faults`` make
it misbehave: a fault is taken from the list of the first pattern that is found in the path, until the list is empty.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_API = re.compile(
    r"/api/(?P<kind>models|datasets|spaces)/(?P<id>[^/]+/[^/]+?)(?:/revision/(?P<rev>[^/]+))?(?P<rest>/(?:tree|refs|paths-info).*)?"
)
_RESOLVE = re.compile(
    r"/(?:(?P<kind>datasets|spaces)/)?(?P<id>[^/]+/[^/]+)/(?P<how>resolve|lfs)/(?P<rev>[^/]+)/(?P<path>.+)"
)


@dataclass(frozen=True)
class Fault:
    """What goes wrong: a status with headers and error code; ``slow`` seconds; a ``cut`` body; ranges ignored."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    slow: float = 0.0
    cut: bool = False
    no_range: bool = False
    garbage: bool = False


@dataclass
class Request:
    method: str
    path: str
    status: int
    body_bytes: int
    headers: dict[str, str]


@dataclass
class LoopbackHub:
    """The server; use it as a context manager, ``url`` is its endpoint."""

    root: Path
    large: int = 100_000
    gated: frozenset[str] = frozenset()
    moved: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    log: list[Request] = field(default_factory=list)

    def __enter__(self) -> LoopbackHub:
        hub = self

        class Handler(_Handler):
            served = hub

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def folder(self, kind: str, name: str) -> Path | None:
        path = self.root / kind / name
        return path if path.is_dir() else None

    def commit(self, kind: str, name: str) -> str:
        folder = self.folder(kind, name)
        digest = hashlib.sha1(f"{kind}/{name}".encode())
        for path in files_of(folder) if folder else ():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def fault(self, path: str) -> Fault | None:
        for pattern, waiting in self.faults.items():
            if waiting and re.search(pattern, path):
                return waiting.pop(0)
        return None


def files_of(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle of a slow answer is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    served: LoopbackHub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self._answer(body=True)

    # -- answers

    def _answer(self, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        fault = self.served.fault(self.path)
        if fault and fault.slow:
            time.sleep(fault.slow)
        if fault and fault.status:
            return self._send(fault.status, b"", dict(fault.headers), body)
        if fault and fault.garbage:
            return self._send(200, b"<html>not what you asked for", {}, body)
        if path.startswith("/api/agent-harnesses"):
            return self._send(200, b'{"harnesses": []}', {}, body)
        if path.startswith("/api/telemetry"):
            return self._send(200, b"", {}, body)
        if match := _RESOLVE.fullmatch(path):
            return self._file(match, body, fault)
        if match := _API.fullmatch(path):
            return self._api(match, body)
        return self._missing("EntryNotFound", body)

    def _api(self, match: re.Match[str], body: bool) -> None:
        kind, name = match["kind"], match["id"]
        if name in self.served.moved:
            where = self.path.replace(name, self.served.moved[name], 1)
            return self._send(307, b"", {"Location": where}, body)
        folder = self.served.folder(kind, name)
        if folder is None:
            return self._missing("RepoNotFound", body)
        commit = self.served.commit(kind, name)
        if match["rev"] not in (None, "main", commit):
            return self._missing("RevisionNotFound", body)
        if (match["rest"] or "").startswith("/tree"):
            return self._json([self._tree_entry(folder, p) for p in files_of(folder)], body)
        if (match["rest"] or "").startswith("/refs"):
            return self._json(
                {
                    "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": commit}],
                    "tags": [],
                    "converts": [],
                },
                body,
            )
        document: dict[str, Any] = {
            "_id": commit[:24],
            "id": name,
            "modelId": name,
            "sha": commit,
            "private": False,
            "disabled": False,
            "gated": "auto" if name in self.served.gated else False,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": [self._sibling(folder, p) for p in files_of(folder)],
        }
        if "securityStatus" in self.path:
            document["securityRepoStatus"] = {"scansDone": True, "filesWithIssues": []}
        return self._json(document, body)

    def _sibling(self, folder: Path, path: Path) -> dict[str, Any]:
        entry = self._tree_entry(folder, path)
        out = {"rfilename": entry["path"], "size": entry["size"], "blobId": entry["oid"]}
        if "lfs" in entry:
            out["lfs"] = {"sha256": entry["lfs"]["oid"], "size": entry["size"], "pointerSize": 130}
        return out

    def _tree_entry(self, folder: Path, path: Path) -> dict[str, Any]:
        data = path.read_bytes()
        entry: dict[str, Any] = {"type": "file", "path": path.relative_to(folder).as_posix(), "size": len(data)}
        entry["oid"] = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        if len(data) > self.served.large:
            entry["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
        return entry

    def _file(self, match: re.Match[str], body: bool, fault: Fault | None) -> None:
        kind, name = match["kind"] or "models", match["id"]
        folder = self.served.folder(kind, name)
        if folder is None:
            return self._missing("RepoNotFound", body)
        if name in self.served.gated and "authorization" not in self.headers:
            return self._send(403, b"", {"X-Error-Code": "GatedRepo"}, body)
        path = folder / match["path"]
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            return self._missing("EntryNotFound", body)
        data, commit = path.read_bytes(), self.served.commit(kind, name)
        headers = {"X-Repo-Commit": commit, "ETag": f'"{hashlib.sha1(data).hexdigest()}"', "Accept-Ranges": "bytes"}
        if len(data) > self.served.large and match["how"] == "resolve":
            headers |= {"X-Linked-Etag": hashlib.sha256(data).hexdigest(), "X-Linked-Size": str(len(data))}
            return self._send(302, b"", headers | {"Location": self.path.replace("/resolve/", "/lfs/", 1)}, body)
        return self._content(data, headers, body, fault)

    def _content(self, data: bytes, headers: dict[str, str], body: bool, fault: Fault | None) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        if asked and not (fault and fault.no_range):
            first, last = int(asked[1]), min(int(asked[2] or len(data) - 1), len(data) - 1)
            part = data[first : last + 1]
            return self._send(206, part, headers | {"Content-Range": f"bytes {first}-{last}/{len(data)}"}, body)
        if fault and fault.cut:
            return self._send(200, data, headers, body, cut=True)
        return self._send(200, data, headers, body)

    def _json(self, document: object, body: bool) -> None:
        self._send(200, json.dumps(document).encode(), {"Content-Type": "application/json"}, body)

    def _missing(self, code: str, body: bool) -> None:
        self._send(404, b"", {"X-Error-Code": code, "X-Error-Message": "not here"}, body)

    def _send(self, status: int, data: bytes, headers: dict[str, str], body: bool, cut: bool = False) -> None:
        sent = data if body else b""
        self.served.log.append(
            Request(self.command, self.path, status, len(sent), {k.lower(): v for k, v in self.headers.items()})
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(sent[: len(sent) // 2] if cut else sent)
        if cut:
            self.close_connection = True
