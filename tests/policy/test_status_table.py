"""Home, destination, data, volume, profile, day -> status: a table written from the instruments."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from scanner.destinations.records import Destination
from scanner.policy.legal_classes import legal_classes
from scanner.policy.records import Fact, Pack, Recipient
from scanner.policy.regimes import Case, assess, load_regimes
from tests.policy.conftest import PLACE

TABLE = Path(__file__).parent / "data" / "statuses.csv"


class Row(NamedTuple):
    home: str
    country: str
    operator_home: str
    data: tuple[str, ...]
    facts: dict[str, Fact]
    day: str
    regime: str
    status: str
    citation: str


def _rows() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        homes, countries, operator, data, facts, day, regime, status, citation = (
            part.strip() for part in line.split(";")
        )
        for home in homes.split():
            for country in countries.split():
                place = "" if country == "-" else country
                runner = place if operator == "=" else operator
                told = dict(_fact(part) for part in facts.split())
                found.append(Row(home, place, runner, tuple(data.split()), told, day, regime, status, citation))
    return found


def _fact(text: str) -> tuple[str, Fact]:
    name, _, value = text.partition("=")
    if name in ("sector", "exemption"):
        return name, (value,)
    return name, {"true": True, "false": False}.get(value, int(value) if value.isdigit() else value)


ROWS = _rows()


def test_the_table_is_large_enough() -> None:
    assert len(ROWS) >= 200
    assert {row.regime for row in ROWS} == {regime.id for regime in load_regimes().regimes}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.home}-{row.country or 'unknown'}-{row.status}")
def test_status(row: Row) -> None:
    facts = {name: value for name, value in row.facts.items() if name not in ("kind", "recipient_dpf")}
    dpf = row.facts.get("recipient_dpf")
    recipients = (Recipient(PLACE.operator, dpf=bool(dpf)),) if dpf is not None else ()
    pack = Pack("t", (), "2026-11-24", "2027-11-24", facts=tuple(facts.items()), recipients=recipients)
    case = Case(legal_classes(row.data), str(row.facts.get("kind", "")), pack, row.day)
    place: Destination = replace(PLACE, country=row.country, operator_country=row.operator_home)
    found = {one.regime: one for one in assess((row.home,), (place,), case)}
    if row.status == "-":
        assert row.regime not in found
        return
    assessment = found[row.regime]
    assert assessment.status == row.status, assessment.needs
    assert row.citation in assessment.citation
    assert assessment.as_of and assessment.confidence in ("high", "medium", "low")


def test_every_case_rests_on_a_dated_source() -> None:
    """A case cites its instrument; the instrument has a day no later than the table, and an address to read it at."""
    table = load_regimes()
    rows = {regime.id: regime for regime in table.regimes}
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", table.as_of)
    for row in ROWS:
        regime = rows[row.regime]
        assert re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", regime.dated) and regime.dated <= table.as_of, row.regime
        assert "http" in regime.source and regime.citation
        assert row.citation or row.status == "-", row
