"""Reading hosts out of URL text: schemes, user information, ports, unknown parts, several URLs in one string.

Nothing here knows who runs a host; ``scanner.destinations.resolver`` does. Text is hostile and bounded.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scanner.vocabulary import UNKNOWN_PART

HOLE = "\ue000"
"""One private-use character that stands for an unknown part while a text is cut up (``{?}`` holds a ``?``)."""

_MAX_TEXT = 4096
_MAX_TOKENS = 16
_MAX_HOST = 253
_BETWEEN = re.compile(r"[\s,;|\"'<>`()]+")
_SCHEME = re.compile(rf"^{HOLE}*(?P<scheme>[a-z][a-z0-9+.:-]{{0,30}}|{HOLE})://", re.IGNORECASE)
_END_OF_AUTHORITY = re.compile(r"[/?#\\]")
_PORT = re.compile(rf":[0-9{HOLE}]*$")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SOURCE_SUFFIXES = frozenset({"py"})
"""Top-level domains that end far more file names than hosts, in a text without a scheme."""

BUCKET_HOSTS = {
    "s3": "s3.amazonaws.com",
    "s3a": "s3.amazonaws.com",
    "s3n": "s3.amazonaws.com",
    "gs": "storage.googleapis.com",
    "gcs": "storage.googleapis.com",
    "oss": "aliyuncs.com",
    "hf": "huggingface.co",
}
"""Schemes whose authority names a bucket or repository, and the host of the service behind them."""

FILE_SCHEMES = frozenset({"file", "sqlite", "unix", "memory", "local", "mem", "jar", "about", "inproc"})
"""Schemes that never leave the machine."""

_RESERVED = ("localhost", "local", "internal", "intranet", "lan", "localdomain", "test", "example", "invalid", "svc")
_DOCUMENTATION = (".example.com", ".example.net", ".example.org")


@dataclass(frozen=True, slots=True)
class Authority:
    """One host as it stands in a text.

    ``host`` is lower-case ASCII with ``HOLE`` for unknown parts, ``""`` when none can be told. ``open_end`` is true
    when an unknown part follows the host directly and may belong to it. ``local`` says why the host is no transfer,
    ``""`` when it is one.
    """

    url: str
    scheme: str
    host: str
    open_end: bool
    local: str


def authorities(text: str) -> tuple[Authority, ...]:
    """The hosts of a text in order of appearance; empty when it holds none."""
    marked = text[:_MAX_TEXT].replace(HOLE, "").replace(UNKNOWN_PART, HOLE)
    tokens = [token for token in _BETWEEN.split(marked) if token][:_MAX_TOKENS]
    with_scheme = [token for token in tokens if _SCHEME.match(token)]
    found = [_read(token) for token in with_scheme or tokens]
    return tuple(authority for authority in found if authority is not None)


def show(host: str) -> str:
    """A host with its unknown parts written ``{?}``."""
    return host.replace(HOLE, UNKNOWN_PART)


def known_labels(host: str) -> tuple[str, ...]:
    """The labels at the right end of a host that are fully known."""
    labels = host.split(".")
    holes = [index for index, label in enumerate(labels) if HOLE in label]
    return tuple(labels[holes[-1] + 1 :] if holes else labels)


@cache
def top_level_domains() -> frozenset[str]:
    """Top-level domains of the root zone (source and version in ``tlds.txt``)."""
    lines = files("scanner.destinations").joinpath("tlds.txt").read_text(encoding="ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _read(token: str) -> Authority | None:
    match = _SCHEME.match(token)
    scheme = match["scheme"].lower().replace(HOLE, "") if match else ""
    rest = token[match.end() :] if match else token.removeprefix("//")
    while again := _SCHEME.match(rest):
        rest = rest[again.end() :]  # a scheme put before a default that already has one
    url = show(token)
    if scheme in FILE_SCHEMES:
        return Authority(url, scheme, "", False, "a file on this machine")
    if scheme in BUCKET_HOSTS:
        return Authority(url, scheme, BUCKET_HOSTS[scheme], False, "")
    address = _END_OF_AUTHORITY.split(rest, maxsplit=1)[0]
    bare = address.rpartition("@")[2]
    host, open_end = _without_tail(_without_port(bare))
    local = _why_local(host)
    if local or _is_address(host):
        return Authority(url, scheme, host, open_end, local)
    host = _ascii(host)
    if match and _is_single_name(host):
        return Authority(url, scheme, host, open_end, "a name without a dot is resolved inside the network")
    if not _plausible(host) or (not match and _looks_like_a_file(host, rest)):
        return None
    return Authority(url, scheme, host, open_end, "")


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0].lower()
    if address.count(":") > 1 and _is_address(address):
        return address.lower()
    return _PORT.sub("", address).strip(".").lower()


def _without_tail(host: str) -> tuple[str, bool]:
    """Take unknown parts off the end, when what stays in front could be a whole host."""
    kept = host.rstrip(HOLE)
    if kept == host or not kept or kept.endswith("."):
        return host, False
    return kept, True


def _ascii(host: str) -> str:
    if host.replace(HOLE, "").isascii():
        return host
    try:
        return ".".join(label if HOLE in label else label.encode("idna").decode("ascii") for label in host.split("."))
    except UnicodeError:
        return ""


def _plausible(host: str) -> bool:
    if not host or len(host) > _MAX_HOST or len(known_labels(host)) < 2:
        return False
    labels = host.replace(HOLE, "x").split(".")
    return labels[-1] in top_level_domains() and all(_LABEL.fullmatch(label) for label in labels)


def _looks_like_a_file(host: str, rest: str) -> bool:
    return rest == host and host.count(".") == 1 and host.rpartition(".")[2] in _SOURCE_SUFFIXES


def _is_single_name(host: str) -> bool:
    return bool(_LABEL.fullmatch(host)) and not host.isdigit() and "." not in host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _why_local(host: str) -> str:
    """Why a host is no transfer: special-use names (RFC 6761, RFC 2606) and addresses that are not globally routed."""
    last = host.rpartition(".")[2]
    if last in _RESERVED or host.endswith(".home.arpa"):
        return f"special-use name .{last}"
    if f".{host}".endswith(_DOCUMENTATION):
        return "documentation name"
    if not _is_address(host):
        return ""
    address = ipaddress.ip_address(host)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    checked = mapped or address
    return "" if checked.is_global and not checked.is_multicast else "address that is not routed on the public network"
