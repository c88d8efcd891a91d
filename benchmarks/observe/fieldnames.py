"""The names of what a request carries: query, form and JSON keys, parts of a compound User-Agent, own headers."""

from __future__ import annotations

import contextlib
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

STANDARD = frozenset(
    "accept accept-encoding accept-language cache-control connection content-encoding content-length content-type date "
    "expect host if-none-match keep-alive origin pragma range referer te transfer-encoding user-agent".split()
)
"""Headers that HTTP clients send by themselves."""

MAX_BYTES = 5_000_000


def fields_of(target: str, headers: Mapping[str, str], body: bytes) -> list[str]:
    """Sorted names; of a JSON body those of all levels. ``target`` is the path with its query."""
    lower = {name.lower(): value for name, value in headers.items()}
    names = {name for name, _ in parse_qsl(urlsplit(target).query, keep_blank_values=True)}
    names |= {name for name in lower if name not in STANDARD}
    names |= set(_agent(lower.get("user-agent", "")))
    names |= set(_body(lower.get("content-type", ""), body))
    return sorted(names)


def _agent(text: str) -> Iterator[str]:
    """``gradio/6.31; python/3.11; mode/blocks``: the parts after the product, which is the sender's own name."""
    for part in text.split(";")[1:]:
        name, slash, _ = part.strip().partition("/")
        if slash:
            yield name


def _body(kind: str, body: bytes) -> Iterator[str]:
    text = _opened(body).decode("utf-8", "replace").strip()
    if text[:1] in "[{":
        with contextlib.suppress(ValueError):
            yield from _keys(json.loads(text))
            return
        for line in text.splitlines():
            with contextlib.suppress(ValueError):
                yield from _keys(json.loads(line))
    elif "urlencoded" in kind:
        yield from (name for name, _ in parse_qsl(text, keep_blank_values=True))


def _opened(body: bytes) -> bytes:
    """The body without its compression; what the header says of it is not always true."""
    for open_it in (gzip.decompress, lambda b: zlib.decompressobj().decompress(b, MAX_BYTES)):
        with contextlib.suppress(OSError, EOFError, zlib.error):
            return open_it(body)[:MAX_BYTES]
    return body[:MAX_BYTES]


def _keys(value: object) -> Iterator[str]:
    """Keys of values that are data; a key whose value only holds other keys is structure."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(inner, dict) and not (
                isinstance(inner, list) and any(isinstance(i, dict) for i in inner)
            ):
                yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)
