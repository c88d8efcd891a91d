"""Mutable state with branches: writes are strong, and what a branch overwrote comes back where branches join."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scanner.execution.records import Fields, Values

MAX_VALUES = 32
"""Values kept at one place; more say nothing."""

_Entry = tuple[Fields, object, Values | None]
Journal = dict[tuple[int, object], _Entry]
"""What a branch overwrote, by place: the fields, the key, the values before (None: there were none)."""


def join(*parts: Values) -> Values:
    """The union, in order of first appearance."""
    live = [p for p in parts if p]
    if len(live) == 1:
        return live[0]
    if not live:
        return ()
    return tuple(dict.fromkeys(v for p in live for v in p))[:MAX_VALUES]


class Heap:
    """Writes to the fields of objects, with one journal per open branch."""

    def __init__(self) -> None:
        self._journals: list[Journal] = []

    def write(self, fields: Fields, key: object, values: Values) -> None:
        """``fields[key]`` becomes ``values``."""
        if self._journals:
            self._journals[-1].setdefault((id(fields), key), (fields, key, fields.get(key)))
        fields[key] = values

    def add(self, fields: Fields, key: object, values: Values) -> None:
        """``fields[key]`` may also be ``values``."""
        self.write(fields, key, join(fields.get(key, ()), values))

    def remove(self, fields: Fields, key: object) -> None:
        if key in fields:
            self.write(fields, key, ())
            del fields[key]

    @contextmanager
    def branch(self) -> Iterator[None]:
        """A branch that may not run: at its end, what it overwrote is possible again."""
        journal = self.open()
        try:
            yield
        finally:
            self.close(journal)

    def open(self) -> Journal:
        """Begin a branch."""
        journal: Journal = {}
        self._journals.append(journal)
        return journal

    def close(self, journal: Journal, replaced: Journal | None = None) -> None:
        """End a branch; places that its sibling ``replaced`` as well do not get their old values back."""
        self._journals.remove(journal)
        for place, (fields, key, old) in journal.items():
            self._remember(place, (fields, key, old))
            if old is not None and (replaced is None or place not in replaced):
                fields[key] = join(fields.get(key, ()), old)

    def undo(self, journal: Journal) -> Journal:
        """End a branch and go back to the state before it; returns what it had written."""
        self._journals.remove(journal)
        written: Journal = {}
        for place, (fields, key, old) in journal.items():
            written[place] = (fields, key, fields.get(key))
            if old is None:
                fields.pop(key, None)
            else:
                fields[key] = old
        return written

    def redo(self, written: Journal) -> None:
        """What another branch wrote is possible as well."""
        for fields, key, values in written.values():
            if values is not None:
                self.add(fields, key, values)

    def _remember(self, place: tuple[int, object], entry: _Entry) -> None:
        """The branch around must know what was there before."""
        if self._journals:
            self._journals[-1].setdefault(place, entry)
