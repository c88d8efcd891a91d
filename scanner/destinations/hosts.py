"""Reading hosts out of URL text: schemes, user information, ports, unknown parts, several URLs in one string.

Nothing here knows who runs a host; ``scanner.destinations.resolver`` does. Text is hostile and bounded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scanner.destinations.addresses import Address, read_address, why_local
from scanner.vocabulary import UNKNOWN_PART

HOLE = "\ue000"
"""One private-use character that stands for an unknown part while a text is cut up (``{?}`` holds a ``?``)."""

_MAX_TEXT = 4096
_MAX_TOKENS = 16
_MAX_HOST = 253
_MOST_LETTERS = 4
"""Letters outside ASCII that are named."""
_BETWEEN = re.compile(r"[\s,;|\"'<>`()]+")
_SETTING = re.compile(r"^[A-Za-z_][A-Za-z0-9_.]{0,40}=(?:tcp:)?(?=[^=])")
"""``Endpoint=sb://...``, ``host=db.example.org``: one field of a connection string."""

_SCHEME = re.compile(rf"^{HOLE}*(?P<scheme>[a-z][a-z0-9+.:_-]{{0,30}}|{HOLE})://", re.IGNORECASE)
_END_OF_AUTHORITY = re.compile(r"[/?#\\]")
_PORT = re.compile(rf":[0-9{HOLE}]*$")
_REMOTE_PATH = re.compile(rf":[^0-9{HOLE}].*$")
"""``git@host:owner/name``."""

_DOTS = re.compile("[\u3002\uff0e\uff61]")
"""Full stops that IDNA (RFC 3490) reads as the dot between labels."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NAME = re.compile(rf"{_LABEL.pattern}(?:\.{_LABEL.pattern})*+")
_SOURCE_SUFFIXES = frozenset({"py", "sh", "md", "rs", "pl", "so", "zip", "mov", "ps"})
"""Top-level domains that end far more file names than hosts, in a text without a scheme."""

BUCKET_HOSTS = {
    "s3": "s3.amazonaws.com",
    "s3a": "s3.amazonaws.com",
    "s3n": "s3.amazonaws.com",
    "gs": "storage.googleapis.com",
    "gcs": "storage.googleapis.com",
    "oss": "aliyuncs.com",
    "cos": "myqcloud.com",
    "obs": "myhuaweicloud.com",
    "hf": "huggingface.co",
}
"""Schemes whose authority names a bucket or repository, and the host of the service behind them."""

_ADDRESSED = frozenset({"abfs", "abfss", "wasb", "wasbs"})
"""Schemes whose authority is ``container@account``; without an account there is no host."""

FILE_SCHEMES = frozenset(
    {"file", "sqlite", "unix", "memory", "local", "mem", "jar", "about", "inproc", "data", "duckdb"}
)
"""Schemes that never leave the machine."""

_RESERVED = frozenset(
    "localhost local internal intranet lan localdomain test example invalid svc corp home private".split()
)
_DOCUMENTATION = (".example.com", ".example.net", ".example.org")


@dataclass(frozen=True, slots=True)
class Authority:
    """One host as it stands in a text.

    ``host`` is lower-case ASCII with ``HOLE`` for unknown parts, ``""`` when none can be told. ``open_end`` is true
    when an unknown part follows the host directly and may belong to it. ``local`` says why the host is no transfer,
    ``""`` when it is one. ``address`` is set for a numeric host.
    """

    url: str
    scheme: str
    host: str
    open_end: bool
    local: str
    address: Address | None = None


def authorities(text: str) -> tuple[Authority, ...]:
    """The hosts of a text in order of appearance; empty when it holds none."""
    marked = text[:_MAX_TEXT]
    if HOLE in marked or UNKNOWN_PART in marked:
        marked = marked.replace(HOLE, "").replace(UNKNOWN_PART, HOLE)
    tokens = [token for token in _BETWEEN.split(marked, maxsplit=256) if token][:_MAX_TOKENS]
    matched = [(_field(token), _scheme(_field(token))) for token in tokens]
    chosen = [pair for pair in matched if pair[1] is not None] or matched
    found = [_read(token, match) for token, match in chosen]
    return tuple(authority for authority in found if authority is not None)


def _field(token: str) -> str:
    return _SETTING.sub("", token) if "=" in token else token


def _scheme(text: str) -> re.Match[str] | None:
    return _SCHEME.match(text) if "://" in text else None


def show(host: str) -> str:
    """A host with its unknown parts written ``{?}``."""
    return host.replace(HOLE, UNKNOWN_PART) if HOLE in host else host


def spelt_out(host: str) -> str:
    """A punycode name as a reader sees it, with the names of its letters: a Cyrillic one may look Latin."""
    shown = ".".join(_letters(label) for label in host.split("."))
    named = [unicodedata.name(letter, f"U+{ord(letter):04X}") for letter in dict.fromkeys(shown) if ord(letter) > 127]
    return f"{shown} ({', '.join(named[:_MOST_LETTERS])})" if named else shown


def _letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def known_tail(host: str) -> str:
    """The labels at the right end of a host that are fully known."""
    cut = host.rfind(HOLE)
    return host if cut < 0 else host[cut:].partition(".")[2]


@cache
def top_level_domains() -> frozenset[str]:
    """Top-level domains of the root zone (source and version in ``tlds.txt``)."""
    lines = files("scanner.destinations").joinpath("tlds.txt").read_text(encoding="ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _read(token: str, match: re.Match[str] | None) -> Authority | None:
    scheme = match["scheme"].lower().replace(HOLE, "") if match else ""
    rest = token[match.end() :] if match else token.removeprefix("//")
    while again := _scheme(rest):
        rest = rest[again.end() :]  # a scheme put before a default that already has one
    url = show(token)
    if scheme in FILE_SCHEMES:
        return Authority(url, scheme, "", False, "a file on this machine")
    if scheme in BUCKET_HOSTS:
        return Authority(url, scheme, BUCKET_HOSTS[scheme], False, "")
    authority = _END_OF_AUTHORITY.split(rest, maxsplit=1)[0]
    if scheme in _ADDRESSED and "@" not in authority:
        return None
    bare = authority.rpartition("@")[2]
    if bare.count(":") == 1:  # behind a scheme it is a port, however it is spelt; without one, a path on the host
        bare = bare.partition(":")[0] if match else _REMOTE_PATH.sub("", bare)
    host, open_end = _without_tail(_without_port(bare))
    address = read_address(host)
    if address is not None:
        # A number alone is an address in a URL and anything at all elsewhere.
        written_out = match is not None or ":" in host or host.count(".") == 3
        return Authority(url, scheme, str(address), open_end, why_local(address), address) if written_out else None
    return _named(url, scheme, _ascii(host), open_end, _is_file(host, rest, match is not None))


def _named(url: str, scheme: str, host: str, open_end: bool, is_file: bool) -> Authority | None:
    local = _why_reserved(host)
    if local and not is_file and _NAME.fullmatch(host.replace(HOLE, "x")):
        return Authority(url, scheme, host, open_end, local)
    if scheme and "." not in host and HOLE not in host and _LABEL.fullmatch(host):
        return Authority(url, scheme, host, open_end, "a name without a dot is resolved inside the network")
    if is_file or not _plausible(host):
        return None
    return Authority(url, scheme, host, open_end, "")


def _without_port(authority: str) -> str:
    if ":" in authority:
        if authority.startswith("["):
            return authority[1:].partition("]")[0].lower()
        if authority.count(":") > 1 and read_address(authority.lower()) is not None:
            return authority.lower()
        authority = _PORT.sub("", authority)
    if not authority.isascii():
        authority = _DOTS.sub(".", authority)
    return authority.strip(".").lower()


def _without_tail(host: str) -> tuple[str, bool]:
    """Take unknown parts off the end, when what stays in front could be a whole host."""
    kept = host.rstrip(HOLE)
    if kept == host or not kept or kept.endswith("."):
        return host, False
    return kept, True


def _ascii(host: str) -> str:
    if host.isascii() or host.replace(HOLE, "").isascii():
        return host
    try:
        labels = [label if HOLE in label else label.encode("idna").decode("ascii") for label in host.split(".")]
    except UnicodeError:
        return ""
    return ".".join(labels).lower()


def _plausible(host: str) -> bool:
    if not host or len(host) > _MAX_HOST or "." not in known_tail(host):
        return False
    name = host.replace(HOLE, "x")
    return name.rpartition(".")[2] in top_level_domains() and _NAME.fullmatch(name) is not None


def _is_file(host: str, rest: str, has_scheme: bool) -> bool:
    return not has_scheme and rest == host and host.count(".") == 1 and host.rpartition(".")[2] in _SOURCE_SUFFIXES


def _why_reserved(host: str) -> str:
    """Why a name is no transfer: special-use names (RFC 6761, RFC 2606, RFC 8375), names of a cluster."""
    last = host.rpartition(".")[2]
    if last in _RESERVED or host.endswith(".home.arpa"):
        return f"special-use name .{last}"
    if last in ("com", "net", "org") and f".{host}".endswith(_DOCUMENTATION):
        return "documentation name"
    return ""
