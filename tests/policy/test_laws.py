"""Laws of the assessments, whatever the places, data and facts."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scanner.destinations.records import Destination
from scanner.policy.legal_classes import LEGAL_CLASSES
from scanner.policy.records import Pack
from scanner.policy.regimes import STATUSES, Case, assess, load_regimes
from tests.policy.conftest import PLACE

HOMES = sorted({home for regime in load_regimes().regimes for home in regime.origin} - {"EU"})
CODES = ["", "CN", "US", "HK", "DE", "GB", "JP", "KR", "BR", "IN", "RU", "EU", "NZ", "AQ"]
FACTS: dict[str, st.SearchStrategy[bool | int]] = {
    "ciio": st.booleans(),
    "persons_pi_since_jan1": st.integers(0, 2_000_000),
    "persons_sensitive_pi_since_jan1": st.integers(0, 20_000),
    "us_identifiers": st.integers(0, 200_000),
    "us_human_genomic": st.integers(0, 200),
    "data_broker": st.booleans(),
}
homes = st.sampled_from(HOMES)
places = st.builds(
    lambda country, home: replace(PLACE, country=country, operator_country=home),
    st.sampled_from(CODES),
    st.sampled_from(CODES),
)
data = st.frozensets(st.sampled_from(LEGAL_CLASSES), max_size=4)
facts = st.fixed_dictionaries({}, optional=FACTS)


def _case(classes: frozenset[str], told: dict[str, bool | int]) -> Case:
    return Case(
        classes, "telemetry", Pack("t", (), "2026-11-24", "2027-11-24", facts=tuple(told.items())), "2026-11-24"
    )


def _rank(home: str, where: tuple[Destination, ...], case: Case) -> dict[str, int]:
    return {one.regime: STATUSES.index(one.status) for one in assess((home,), where, case)}


@given(homes, places, data, facts)
def test_every_assessment_is_whole(
    home: str, place: Destination, classes: frozenset[str], told: dict[str, int]
) -> None:
    for one in assess((home,), (place,), _case(classes, told)):
        assert one.status in STATUSES and one.needs and one.as_of and one.home == home
        assert (one.status == "domestic") <= (place.country != "")
        assert "{" not in one.needs


@given(homes, places, places, data, facts)
def test_another_recipient_never_makes_it_milder(
    home: str, first: Destination, second: Destination, classes: frozenset[str], told: dict[str, int]
) -> None:
    case = _case(classes, told)
    alone, both = _rank(home, (first,), case), _rank(home, (first, second), case)
    assert both == _rank(home, (second, first), case)
    assert all(both[regime] <= rank for regime, rank in alone.items())


@given(places, st.integers(0, 3_000_000), st.integers(0, 3_000_000))
def test_more_persons_never_make_the_chinese_route_milder(place: Destination, few: int, many: int) -> None:
    few, many = min(few, many), max(few, many)
    told = {"ciio": False, "persons_sensitive_pi_since_jan1": 0}
    mild = _rank("CN", (place,), _case(frozenset({"personal_info"}), told | {"persons_pi_since_jan1": few}))
    strict = _rank("CN", (place,), _case(frozenset({"personal_info"}), told | {"persons_pi_since_jan1": many}))
    assert strict["cn-pipl"] <= mild["cn-pipl"]


@given(st.sampled_from(["CN", "HK", "RU"]), st.sampled_from(CODES), data, facts)
def test_where_the_server_stands_helps_no_covered_person(
    operator: str, country: str, classes: frozenset[str], told: dict[str, int]
) -> None:
    place = replace(PLACE, country=country, operator_country=operator)
    at_home = replace(PLACE, country=operator, operator_country=operator)
    case = _case(classes, told)
    assert _rank("US", (place,), case)["us-doj-202"] <= _rank("US", (at_home,), case)["us-doj-202"]
