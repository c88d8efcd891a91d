"""The verb of this room: read the shipped files and any packs into one catalog."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from scanner.catalog.documents import read_documents
from scanner.catalog.records import (
    AliasRow,
    CallbackRow,
    Catalog,
    EnvironmentRow,
    SanitizerRow,
    SinkRow,
    TypeRow,
)
from scanner.catalog.rows import Place, Raw, key_of, read_row, spread
from scanner.catalog.topics import TOPICS, Row, Topic
from scanner.errors import CatalogError

_TABLES: Mapping[str, str] = {
    "operators.csv": "operators",
    "cloud_regions.csv": "regions",
    "host_patterns.csv": "host_patterns",
    "addresses.csv": "addresses",
    "countries.csv": "countries",
    "country_groups.csv": "groups",
    "parents.csv": "parents",
}

_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "operators": {"hq_country": "home", "source_date": "date"},
    "regions": {"provider": "cloud", "note": "label", "source_date": "date", "partition": ""},
    "host_patterns": {"provider": "cloud", "source_date": "date"},
    "addresses": {"hq_country": "home", "source_date": "date"},
    "countries": {"source_date": "date"},
    "groups": {"source_date": "date"},
    "parents": {"source_date": "date"},
}
"""Columns that are named otherwise than their field; ``""`` for one that no field keeps."""

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

NamedRow = TypeVar("NamedRow", SinkRow, TypeRow, CallbackRow, EnvironmentRow, SanitizerRow, AliasRow)
Shelf = dict[str, dict[str, Row]]
"""Rows by topic and key."""


@cache
def load(extra: tuple[Path, ...] = ()) -> Catalog:
    """The shipped catalog, joined by the packs ``extra``: YAML files, or folders of such.

    A row of a pack replaces the row of the same name; within the shipped files, or within one pack, a name stands
    once. Raises ``CatalogError`` naming file, row and field. The answer is kept, so a pack is read once per process.
    """
    shelf: Shelf = {topic: {} for topic in TOPICS}
    _add(shelf, _shipped())
    for path in extra:
        _add(shelf, _pack(path))
    _check_aliases(shelf)
    return _catalog(shelf)


def by_name(rows: Iterable[NamedRow]) -> Mapping[str, NamedRow]:
    """Rows by qualified name."""
    return {row.name: row for row in rows}


def _shipped() -> Iterator[tuple[Topic, Raw, Place]]:
    data = files("scanner.catalog").joinpath("data")
    for file in sorted(data.iterdir(), key=lambda f: f.name):
        if file.name in _TABLES:
            yield from _table(file, TOPICS[_TABLES[file.name]])
        elif file.name.endswith(".yaml"):
            yield from read_documents(file.name, file.read_text(encoding="utf-8"))


def _pack(path: Path) -> Iterator[tuple[Topic, Raw, Place]]:
    try:
        parts = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        for part in parts:
            yield from read_documents(str(part), part.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: cannot be read: {error}.", "Name a YAML file or a folder of them.") from error


def _table(file: Traversable, topic: Topic) -> Iterator[tuple[Topic, Raw, Place]]:
    names = _COLUMNS[topic.name]
    reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines(), strict=True, restkey="(further columns)")
    for number, record in enumerate(reader, start=1):
        raw = {names.get(column, column): value or "" for column, value in record.items()}
        raw.pop("", None)
        yield topic, raw, Place(file.name, number, raw.get(topic.key[-1], ""))


def _add(shelf: Shelf, rows: Iterable[tuple[Topic, Raw, Place]]) -> None:
    """Read rows onto the shelf; ``rows`` is one pack, within which a name stands once."""
    seen: dict[tuple[str, str], Place] = {}
    for topic, raw, place in rows:
        for single in spread(raw, place):
            row = read_row(topic, single, place)
            key = key_of(topic, row)
            first = seen.get((topic.name, key))
            if first is not None:
                raise place.wrong(topic.key[0], f"{key!r} stands already in {first.file}, row {first.number}")
            seen[topic.name, key] = place
            shelf[topic.name][key] = row


def _check_aliases(shelf: Shelf) -> None:
    """One hop leads home: the target of an alias is no alias itself."""
    aliases = shelf["aliases"]
    for key, row in aliases.items():
        if isinstance(row, AliasRow) and row.target in aliases:
            raise CatalogError(f"aliases, row {key!r}, field 'target': {row.target!r} is an alias itself.")


def _catalog(shelf: Shelf) -> Catalog:
    rows = {topic: tuple(found[key] for key in sorted(found)) for topic, found in shelf.items()}
    dates = (row.date for found in rows.values() for row in found)
    date = max((text for text in dates if _FULL_DATE.fullmatch(text)), default="")
    return Catalog(date=date, **rows)  # type: ignore[arg-type]
