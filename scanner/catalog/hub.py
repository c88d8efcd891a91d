"""What is known of model hubs: who publishes, and which requests a loader makes by itself."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class PublisherRow:
    """An owner on the public hub, in lower case; ``country`` is that of its head office."""

    owner: str
    operator: str
    country: str
    source: str
    source_date: str


@dataclass(frozen=True, slots=True)
class LoaderRow:
    """A request that a loader makes by itself.

    ``url`` may hold ``{repository}`` or ``{url}``; ``payload`` are ``class:name`` pairs; ``default_on`` is yes, no or
    ``""`` where it is not a matter of switches.
    """

    id: str
    api: str
    url: str
    kind: str
    method: str
    payload: str
    gate_kind: str
    gate: str
    polarity: str
    off_value: str
    gate_rule: str
    default_on: str
    source: str
    source_date: str


@cache
def publishers() -> dict[str, PublisherRow]:
    """Rows by owner."""
    return {row["owner"]: PublisherRow(**row) for row in _rows("publishers.csv")}


@cache
def loaders() -> dict[str, LoaderRow]:
    """Rows by id."""
    return {row["id"]: LoaderRow(**row) for row in _rows("loader_paths.csv")}


def publisher_of(repository: str) -> PublisherRow | None:
    """Who publishes ``org/name``; None where nobody knows, which is the usual case."""
    return publishers().get(repository.partition("/")[0].lower()) if "/" in repository else None


def _rows(name: str) -> list[dict[str, str]]:
    text = files("scanner.catalog").joinpath("data", "hub", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
