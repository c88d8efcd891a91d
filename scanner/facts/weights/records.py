"""What a model file becomes: pieces of Python text, and where each line of them stands in the file."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.inputs.records import Skipped


@dataclass(frozen=True, slots=True)
class Place:
    """Line ``line`` of a piece stands for what lies at byte ``offset``: a call of ``api``, written out as ``source``.

    ``rank`` orders several readings of the same call: 0 the call itself, 1 a program its words name, 2 an address its
    words name, 3 nothing but its name. Only the readings with the lowest rank that reach a network count. ``compiled``
    is true of a guess about compiled code, which runs when somebody calls it.
    """

    line: int
    offset: int
    api: str
    source: str
    rank: int
    compiled: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Python text that does what loading the file does.

    ``path`` is a label no module can have; ``shown`` the file a report names (``model.bin``,
    ``model.bin!archive/data.pkl``). Code strings have no places: their lines are their own, and ``offset`` is where the
    string lies.
    """

    path: str
    shown: str
    text: str
    offset: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that decides what runs and cannot be followed: ``kind`` (custom-operator, ...) and what it is."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class WeightsFacts:
    """All that was read of one model file; ``format`` is what it turned out to be, whatever its name says."""

    path: str
    format: str
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    skipped: tuple[Skipped, ...]
