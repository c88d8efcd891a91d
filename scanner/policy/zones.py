"""Lists of the free-trade zones of mainland China, field by field: ``data/ftz_lists.yaml``.

A zone's list decides what leaves it without assessment, contract or certificate. The table knows which fields a list
regulates and which of our data classes a field is about; whether an item is on the list is for its text to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from scanner.errors import CatalogError
from scanner.policy.regime_table import Wording
from scanner.policy.tables import read_table


@dataclass(frozen=True, slots=True)
class ListField:
    """One field of a list; ``data`` are the data classes it is about, empty where code tells none."""

    words: Wording
    data: frozenset[str]


@dataclass(frozen=True, slots=True)
class ZoneList:
    """One list; ``names`` are the words of a profile that name its zone, in lower case."""

    zone: str
    names: tuple[str, ...]
    title: Wording
    since: str
    confidence: str
    source: str
    fields: tuple[ListField, ...]

    def touched(self, data: Iterable[str]) -> tuple[ListField, ...]:
        """The fields that are about one of these data classes."""
        found = frozenset(data)
        return tuple(one for one in self.fields if one.data & found)


@cache
def load_zone_lists() -> tuple[ZoneList, ...]:
    """All lists, read once. Raises ``CatalogError`` when a row is malformed."""
    try:
        return tuple(_list(row) for row in read_table("ftz_lists.yaml")["rows"])
    except (KeyError, TypeError) as error:
        raise CatalogError(f"ftz_lists.yaml is malformed: {error}", "Compare the row with its neighbours.") from error


def lists_of(zone: str) -> tuple[ZoneList, ...]:
    """The lists of the zone a profile names; all of them when it names none."""
    asked = zone.strip().casefold()
    if not asked:
        return load_zone_lists()
    return tuple(one for one in load_zone_lists() if any(name in asked for name in one.names))


def _list(raw: dict[str, Any]) -> ZoneList:
    fields = tuple(ListField((("en", f["en"]), ("zh", f["zh"])), frozenset(f.get("data", ()))) for f in raw["fields"])
    title = raw["title"]
    return ZoneList(
        zone=str(raw["zone"]),
        names=tuple(str(name).casefold() for name in raw["names"]),
        title=(("en", title["en"]), ("zh", title["zh"])),
        since=str(raw["since"]),
        confidence=str(raw["confidence"]),
        source=str(raw["source"]),
        fields=fields,
    )
