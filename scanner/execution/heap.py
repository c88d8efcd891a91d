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
        self._sometimes: dict[tuple[int, object], Fields] = {}

    def write(self, fields: Fields, key: object, values: Values) -> None:
        """``fields[key]`` becomes ``values``."""
        if self._journals:
            self._journals[-1].setdefault((id(fields), key), (fields, key, fields.get(key)))
        if self._sometimes:
            self._sometimes.pop((id(fields), key), None)
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

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is written here stays, whatever becomes of the branches around."""
        kept, self._journals = self._journals, []
        try:
            yield
        finally:
            self._journals = kept

    def open(self) -> Journal:
        """Begin a branch."""
        journal: Journal = {}
        self._journals.append(journal)
        return journal

    def close(self, journal: Journal, replaced: Journal | None = None) -> None:
        """End a branch; places that its sibling ``replaced`` as well do not get their old values back."""
        self._leave(journal)
        for place, (fields, key, old) in journal.items():
            self._remember(place, (fields, key, old))
            if replaced is not None and place in replaced:
                continue
            if old is None:
                self._sometimes[place] = fields
            else:
                fields[key] = join(fields.get(key, ()), old)

    def is_certain(self, fields: Fields, key: object) -> bool:
        """Whether a place is filled on every way here."""
        return (id(fields), key) not in self._sometimes

    def _leave(self, journal: Journal) -> None:
        left = self._journals.pop()
        assert left is journal  # branches nest

    def undo(self, journal: Journal) -> Journal:
        """End a branch and go back to the state before it; returns what it had written."""
        self._leave(journal)
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
                known = key in fields
                self.add(fields, key, values)
                if not known:
                    self._sometimes[id(fields), key] = fields

    def _remember(self, place: tuple[int, object], entry: _Entry) -> None:
        """The branch around must know what was there before."""
        if self._journals:
            self._journals[-1].setdefault(place, entry)
