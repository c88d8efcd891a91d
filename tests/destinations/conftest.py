"""The shipped tables as a catalog, read by hand so that these tests need no other room."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from scanner.catalog.records import Catalog, HostPatternRow, OperatorRow, RegionRow
from scanner.destinations import Resolver


def _rows(name: str, columns: str) -> list[tuple[str, ...]]:
    text = files("scanner.catalog").joinpath("data", name).read_text(encoding="utf-8")
    return [tuple(row[column] for column in columns.split()) for row in csv.DictReader(text.splitlines())]


_OPERATOR = "host_suffix operator hq_country data_region category note host_evidence attribution source source_date"
_REGION = "provider region country note source source_date"
_PATTERN = "provider regex region_group example country_rule source source_date"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog(
        date="2026-11-23",
        sinks=(),
        types=(),
        callbacks=(),
        environment=(),
        sources=(),
        sanitizers=(),
        operators=tuple(OperatorRow(*row) for row in _rows("operators.csv", _OPERATOR)),
        regions=tuple(RegionRow(*row) for row in _rows("cloud_regions.csv", _REGION)),
        host_patterns=tuple(HostPatternRow(*row) for row in _rows("host_patterns.csv", _PATTERN)),
    )


@pytest.fixture(scope="session")
def resolver(catalog: Catalog) -> Resolver:
    return Resolver(catalog)
