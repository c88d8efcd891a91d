"""The shipped tables: codes, sources, dates, no doubles, patterns that agree with the rows they overlap."""

from __future__ import annotations

import re

import pytest

from scanner.catalog.records import Catalog
from scanner.destinations import Resolver
from scanner.destinations.hosts import top_level_domains
from scanner.policy.countries import COUNTRIES

NOT_COUNTRIES = {"", "EU", "global", "per-resource", "label"}


def test_no_suffix_and_no_region_stands_twice(catalog: Catalog) -> None:
    suffixes = [row.host_suffix for row in catalog.operators]
    regions = [(row.cloud, row.region) for row in catalog.regions]
    assert len(set(suffixes)) == len(suffixes)
    assert suffixes == sorted(suffixes)
    assert len(set(regions)) == len(regions)


def test_every_row_has_source_date_and_valid_codes(catalog: Catalog) -> None:
    for row in catalog.operators:
        assert row.operator and row.category and row.source and row.date, row
        assert row.home in COUNTRIES | {""}, row
        assert row.data_region in COUNTRIES | NOT_COUNTRIES, row
        assert row.attribution in {"doc", "measured", "kb", "check"}, row
        assert row.host_suffix == row.host_suffix.lower().strip("."), row
        assert row.host_suffix.rpartition(".")[2] in top_level_domains(), row
    for region in catalog.regions:
        assert region.country in COUNTRIES | {"EU"} and region.source and region.date, region


def test_every_pattern_reads_its_example(catalog: Catalog) -> None:
    for row in catalog.host_patterns:
        assert row.source and row.date, row
        assert re.search(row.regex, row.example), row


def test_a_row_agrees_with_the_pattern_that_reads_the_same_host(catalog: Catalog) -> None:
    resolver = Resolver(catalog)
    for row in catalog.operators:
        country = resolver.resolve(row.host_suffix)[0].country
        if row.data_region in COUNTRIES | {"EU"}:
            assert country == row.data_region, row


@pytest.mark.parametrize("suffix", ["telemetry.dagster.io", "os-api.agno.com", "t.explodinggradients.com"])
def test_a_project_host_has_no_country_without_evidence(catalog: Catalog, suffix: str) -> None:
    assert next(row for row in catalog.operators if row.host_suffix == suffix).data_region == ""
