"""The table of hosts written before the resolver met it: no wrong country, and hardly an Unknown too many."""

from __future__ import annotations

import pytest

from scanner.catalog.records import Catalog
from scanner.destinations import locate_text
from tests.destinations.conftest import expected_hosts

ROWS = expected_hosts()


def test_the_table_is_large_and_mostly_about_not_knowing() -> None:
    assert len(ROWS) >= 300
    assert len({row[0] for row in ROWS}) == len(ROWS)
    assert sum(1 for row in ROWS if not row[3]) >= 80
    assert all(row[4] for row in ROWS)


@pytest.mark.parametrize("text", [row[0] for row in ROWS if not row[3]])
def test_no_country_where_none_is_known(catalog: Catalog, text: str) -> None:
    assert locate_text(text, catalog).country == ""


@pytest.mark.parametrize(("text", "operator", "home", "country", "why"), ROWS)
def test_operator_home_and_country(
    catalog: Catalog, text: str, operator: str, home: str, country: str, why: str
) -> None:
    where = locate_text(text, catalog)
    assert (where.operator, where.operator_country, where.country) == (operator, home, country)
    assert where.local == (why == "no transfer")
