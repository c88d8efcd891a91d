"""Bytes of a file as the text Python would read."""

from __future__ import annotations

import codecs
import io
import tokenize

_QUADRATIC = frozenset({"idna", "punycode"})
"""Codecs whose time grows with the square of the input: a way to stall a scan, no way to write a module."""


class Undecodable(ValueError):
    """The bytes are no text; its message is the reason to show."""


def decode(data: bytes) -> str:
    """Text of a Python or settings file: byte order mark and PEP 263 cookie honoured, line ends made ``\\n``.

    Raises ``Undecodable``.
    """
    if b"\0" in data:
        raise Undecodable("holds NUL bytes: no text")
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
        text.encode("utf-8")  # UTF-7 and the escape codecs can make lone surrogates, which no report can print
    except (UnicodeError, LookupError) as error:
        raise Undecodable(f"is no {encoding.removesuffix('-sig')} text") from error
    if "\0" in text:
        raise Undecodable("holds NUL characters: no text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str:
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise Undecodable(f"has no readable encoding ({_first_line(error)})") from error
    if codecs.lookup(name).name in _QUADRATIC:
        raise Undecodable(f"declares the encoding {name}, which is not read")
    return name


def _first_line(error: SyntaxError) -> str:
    return (error.msg or "").partition("\n")[0][:80]
