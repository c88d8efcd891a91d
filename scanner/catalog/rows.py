"""Raw text becomes rows: every field is checked, and an error names file, row and field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache

from scanner.catalog.records import ArgumentRef
from scanner.catalog.topics import SHAPES, TOPICS, Row, Topic
from scanner.errors import CatalogError

Raw = Mapping[str, object]
"""A row as a file spells it: every scalar is text, whatever it looks like."""

Value = str | bool | tuple[str, ...] | tuple[ArgumentRef, ...]

_NEXT_STEP = "docs/catalog.md describes every field."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: file name, number from 1, and its name as far as it has one."""

    file: str
    number: int
    name: str = ""

    def wrong(self, field: str, why: str) -> CatalogError:
        """The error for ``field`` of this row."""
        name = f" ({self.name})" if self.name else ""
        return CatalogError(f"{self.file}, row {self.number}{name}, field {field!r}: {why}.", _NEXT_STEP)


def read_row(topic: Topic, raw: Raw, place: Place) -> Row:
    """One row of ``topic``. Raises ``CatalogError``."""
    known = _fields(topic.name)
    for name in raw:
        if name not in known:
            raise place.wrong(name, f"no such field in topic {topic.name!r}; known are {', '.join(known)}")
    values = {name: _value(topic, name, read, raw, place) for name, read in known.items()}
    _check_source(topic, values, place)
    return topic.record(**values)  # type: ignore[arg-type]


def key_of(topic: Topic, row: Row) -> str:
    """What names a row within its topic."""
    return " ".join(filter(None, (getattr(row, name) for name in topic.key)))


def spread(raw: Raw, place: Place) -> Iterator[Raw]:
    """A row may name several callables: ``name`` may be a list, and ``members`` names attributes of each."""
    names = raw.get("name")
    if "members" not in raw and not isinstance(names, list):
        yield raw
        return
    rest = {field: value for field, value in raw.items() if field != "members"}
    tails = [f".{member}" for member in _texts(raw["members"], "members", place)] if "members" in raw else [""]
    for name in _texts(names, "name", place):
        for tail in tails:
            yield {**rest, "name": name + tail}


def _value(topic: Topic, name: str, read: Callable[[object, str, Place], Value], raw: Raw, place: Place) -> Value:
    needed = name in topic.required or name in ("source", "date") or topic.key == (name,)
    if name not in raw or raw[name] in ("", []):
        if needed:
            raise place.wrong(name, "missing")
        return _EMPTY[read]
    value = read(raw[name], name, place)
    for text in value if isinstance(value, tuple) else (value,):
        _check_text(topic, name, text, place)
    return value


def _check_text(topic: Topic, name: str, text: object, place: Place) -> None:
    words, shape = topic.words.get(name), SHAPES.get(name)
    if words is not None and text not in words:
        raise place.wrong(name, f"{text!r} is not one of {', '.join(sorted(filter(None, words)))}")
    if shape is not None and not shape.fullmatch(str(text)):
        raise place.wrong(name, f"{text!r} does not look like one")


def _check_source(topic: Topic, values: Mapping[str, Value], place: Place) -> None:
    if topic.name == "sources" and bool(values["call"]) == bool(values["parameter"]):
        raise place.wrong("call", "a source names either a call or a parameter")
    if topic.name == "sinks" and not _argument_words(values):
        raise place.wrong("payload", "'*' means all arguments and stands alone")
    if topic.name == "aliases" and values["name"] == values["target"]:
        raise place.wrong("target", "an alias of itself")


def _argument_words(values: Mapping[str, Value]) -> bool:
    payload = values["payload"]
    return isinstance(payload, tuple) and ("*" not in payload or payload == ("*",))


@cache
def _fields(topic: str) -> Mapping[str, Callable[[object, str, Place], Value]]:
    """Field names of the record of a topic with their readers, chosen by the field's annotation."""
    return {field.name: _READERS[str(field.type)] for field in fields(TOPICS[topic].record)}


def _text(raw: object, name: str, place: Place) -> str:
    if not isinstance(raw, str):
        raise place.wrong(name, "wants one text, not a list or mapping")
    return raw


def _truth(raw: object, name: str, place: Place) -> bool:
    if raw not in ("true", "false"):
        raise place.wrong(name, f"{raw!r} is neither true nor false")
    return raw == "true"


def _texts(raw: object, name: str, place: Place) -> tuple[str, ...]:
    items = raw if isinstance(raw, list) else [raw]
    return tuple(_text(item, name, place) for item in items)


def _references(raw: object, name: str, place: Place) -> tuple[ArgumentRef, ...]:
    return tuple(int(text) if text.isdecimal() else text for text in _texts(raw, name, place))


_READERS: Mapping[str, Callable[[object, str, Place], Value]] = {
    "str": _text,
    "bool": _truth,
    "tuple[str, ...]": _texts,
    "tuple[ArgumentRef, ...]": _references,
}
_EMPTY: Mapping[Callable[[object, str, Place], Value], Value] = {_text: "", _truth: False, _texts: (), _references: ()}
