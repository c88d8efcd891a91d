"""Where a repository comes from, and what it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.facts.claims import Claims
from scanner.inputs.records import Snapshot


@dataclass(frozen=True, slots=True)
class OriginShown:
    """A repository another one is made from, or takes code from.

    ``source`` is the repository that names it, ``evidence`` file and line there; ``commit`` is ``""`` when nobody asked
    for it, and then ``note`` may say why (not followed, gated, a path on the publisher's disk).
    """

    source: str
    relation: str
    name: str
    commit: str
    publisher: str
    country: str
    evidence: str
    note: str


@dataclass(frozen=True, slots=True)
class CodeShown:
    """Code that a loader imports: which config says so, which file it is, when it runs."""

    carrier: str
    key: str
    target: str
    repository: str
    path: str
    trigger: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """A repository as a report shows it; ``endpoint`` and ``commit`` are ``""`` for a folder."""

    endpoint: str
    kind: str
    name: str
    commit: str
    asked: str
    pinned: bool
    moved_from: str
    gated: str
    publisher: str
    country: str
    license: str
    origins: tuple[OriginShown, ...]
    code: tuple[CodeShown, ...]
    pickles: tuple[str, ...]
    card_states: tuple[tuple[str, str], ...]
    hub_says: tuple[tuple[str, str], ...]
    requests: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A snapshot with its claims; ``claims`` is None when it is no repository. ``walked`` are origins that were asked
    for. ``snapshot`` and ``texts`` hold the snippets of cards and the code of other repositories as further files."""

    snapshot: Snapshot
    texts: Mapping[str, str]
    claims: Claims | None
    walked: tuple[OriginShown, ...] = ()
    requests: int = 0
    bytes: int = 0
