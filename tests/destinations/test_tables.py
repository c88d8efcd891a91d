"""The shipped tables pass their own checks, and the checks see what they are there to see."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from scanner.catalog.records import Catalog
from scanner.destinations import Resolver
from scanner.destinations.checking import VERIFIED, overdue, problems, verified_share
from scanner.destinations.hosts import top_level_domains
from scanner.policy.countries import COUNTRIES


def test_the_shipped_tables_are_consistent(catalog: Catalog) -> None:
    assert problems(catalog) == ()


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [("home", "XX", "country"), ("data_region", "UK", "data region"), ("source", "", "source"),
     ("category", "", "category"), ("country_evidence", "", "grade"), ("host_suffix", "Api.OpenAI.com", "lower-case")],
)  # fmt: skip
def test_a_wrong_row_is_named(catalog: Catalog, field: str, value: str, word: str) -> None:
    rows = {row.host_suffix: row for row in catalog.operators}
    broken = replace(rows["eu.api.openai.com"], **{field: value})
    found = problems(replace(catalog, operators=(broken,)))
    assert any(word in text for text in found), found


def test_a_pattern_must_read_its_example(catalog: Catalog) -> None:
    pattern = next(row for row in catalog.host_patterns if row.cloud == "scaleway")
    for broken in (replace(pattern, example="s3.xx-xxx.scw.cloud"), replace(pattern, suffixes="scw.example")):
        assert problems(replace(catalog, host_patterns=(broken,)))


def test_old_rows_are_told_not_refused(catalog: Catalog) -> None:
    row = replace(catalog.operators[0], date="2024-01")
    asked = replace(catalog, operators=(row,), regions=(), host_patterns=())
    assert overdue(asked, datetime.date(2026, 11, 24)) == (f"operators: {row.host_suffix} is of 2024-01",)
    assert overdue(asked, datetime.date(2024, 3, 1)) == ()


def test_most_operators_that_matter_are_verified(catalog: Catalog) -> None:
    assert len(catalog.operators) >= 600
    assert verified_share(catalog) >= 0.8
    assert VERIFIED == {"doc", "sdk"}


def test_every_country_has_both_names(catalog: Catalog) -> None:
    names = {row.code: row for row in catalog.countries}
    assert set(names) == COUNTRIES
    assert all(row.english and row.chinese and not row.chinese.isascii() for row in names.values())
    assert len({row.chinese for row in names.values()}) == len(names)
    groups = {row.code: set(row.countries.split()) for row in catalog.groups}
    assert groups["EU"] < groups["EEA"] <= COUNTRIES
    assert (len(groups["EU"]), len(groups["EEA"])) == (27, 30)


def test_suffixes_end_in_a_domain_of_the_root_zone(catalog: Catalog) -> None:
    assert {
        row.host_suffix for row in catalog.operators if row.host_suffix.rpartition(".")[2] not in top_level_domains()
    } == set()


def test_a_row_agrees_with_the_pattern_that_reads_the_same_host(catalog: Catalog) -> None:
    resolver = Resolver(catalog)
    for row in catalog.operators:
        country = resolver.resolve(row.host_suffix)[0].country
        if row.data_region in COUNTRIES | {"EU"}:
            assert country == row.data_region, row


@pytest.mark.parametrize("suffix", ["telemetry.dagster.io", "os-api.agno.com", "t.explodinggradients.com"])
def test_a_project_host_has_no_country_without_evidence(catalog: Catalog, suffix: str) -> None:
    assert next(row for row in catalog.operators if row.host_suffix == suffix).data_region == ""
