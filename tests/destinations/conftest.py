"""The shipped catalog, and the hand-written table of hosts with what is known of each."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scanner.catalog import load
from scanner.catalog.records import Catalog
from scanner.destinations import Resolver

TABLE = Path(__file__).parents[2] / "fixtures" / "destinations" / "hosts.csv"


def expected_hosts() -> list[tuple[str, str, str, str, str]]:
    """Rows of ``fixtures/destinations/hosts.csv``: input, operator, its home, country of the data, why."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [(r["input"], r["operator"], r["operator_country"], r["country"], r["why"]) for r in rows]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def resolver(catalog: Catalog) -> Resolver:
    return Resolver(catalog)
