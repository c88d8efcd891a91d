"""The header of GGUF (ggml, ``docs/gguf.md``): its chat templates. Tensors are never reached."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.weights.limits import CODE
from scanner.facts.weights.streams import Broken, Source

_WIDTHS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9
_KEYS = 10_000
_ELEMENTS = 4_000_000
_TEMPLATE = "tokenizer.chat_template"


def templates_of(source: Source) -> Iterator[tuple[str, str]]:
    """Key and text of every chat template. Raises ``Broken``."""
    source.take(4)
    version = _number(source, 4)
    if version not in (2, 3):
        raise Broken(f"is GGUF of version {version}, which is not read")
    source.take(8)
    count = _number(source, 8)
    if count > _KEYS:
        raise Broken(f"has more than {_KEYS:,} keys")
    for _ in range(count):
        key = source.keep(_number(source, 8), 256).decode("utf-8", "replace")
        kind = _number(source, 4)
        if kind == _STRING and key.startswith(_TEMPLATE):
            yield key, source.keep(_number(source, 8), CODE).decode("utf-8", "replace")
        else:
            _skip(source, kind, 0)


def _skip(source: Source, kind: int, depth: int) -> None:
    if kind in _WIDTHS:
        source.skip(_WIDTHS[kind])
    elif kind == _STRING:
        source.skip(_number(source, 8))
    elif kind == _ARRAY and depth < 4:
        inner, count = _number(source, 4), _number(source, 8)
        if count > _ELEMENTS:
            raise Broken("has an array of more elements than are read")
        if inner in _WIDTHS:
            source.skip(_WIDTHS[inner] * count)
            return
        for _ in range(count):
            _skip(source, inner, depth + 1)
    else:
        raise Broken(f"has a value of unknown type {kind}")


def _number(source: Source, size: int) -> int:
    return int.from_bytes(source.take(size), "little")
