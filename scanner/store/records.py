"""A result as it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.flows.bearing import Bearing
from scanner.policy.records import Report


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What a result depends on: the target's id, its commit (or a hash of its files), and everything that judged it."""

    id: str
    commit: str
    rules: str


@dataclass(frozen=True, slots=True)
class Row:
    """One target of many. ``state`` is done, or why there is no result (then ``why`` says it in words).

    ``severities`` counts findings, ``places`` are ``host (country)`` of them. ``kept`` is true when an earlier run
    had the result. ``requests`` and ``bytes`` are what this run spent on it.
    """

    target: str
    key: Key
    state: str
    why: str
    severities: tuple[tuple[str, int], ...]
    places: tuple[str, ...]
    publisher: str
    code_files: int
    pickles: int
    requests: int
    bytes: int
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Last:
    """The last report of a target: the digests of its Python files by path, what the report depends on, and itself."""

    digests: tuple[tuple[str, str], ...]
    bearing: Bearing
    report: Report
