"""Homes as typed, and what their rules would ask for; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanner.destinations.records import Destination
from scanner.errors import UsageError
from scanner.policy import parse_home, threshold
from scanner.policy.countries import COUNTRIES, HOME_PARTS
from scanner.policy.regimes import STATUSES, Case, assess, load_regimes
from scanner.policy.texts import load_texts

MakePlace = Callable[..., Destination]


@pytest.mark.parametrize("text", ["XX", "UK", "CHN", "CN,Mars", "EUROPE", "c"])
def test_a_wrong_home_is_refused_with_advice(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_home(text)
    assert raised.value.next_step


def test_homes_are_upper_cased_and_kept_in_order() -> None:
    assert parse_home("") == ()
    assert parse_home("cn, EEA;cn no") == ("CN", "EEA", "NO")


def test_an_unknown_threshold_is_refused() -> None:
    with pytest.raises(UsageError):
        threshold((), "fatal")


def test_no_home_no_assessment(place: MakePlace) -> None:
    assert assess((), (place(),)) == ()


@pytest.mark.parametrize(
    ("home", "country", "operator_country", "status"),
    [
        ("CN", "", "US", "unknown"),
        ("DE", "", "US", "unknown"),
        ("NZ", "US", "US", "unknown"),
        ("NZ", "NZ", "NZ", "domestic"),
        ("CN", "CN", "CN", "domestic"),
        ("CN", "CN", "US", "domestic"),
        ("CN", "HK", "CN", "threshold"),
        ("CN", "US", "US", "threshold"),
        ("DE", "EU", "US", "domestic"),
        ("DE", "NO", "NO", "domestic"),
        ("EEA", "GB", "GB", "adequate"),
        ("EEA", "US", "US", "adequate_if"),
        ("EEA", "JP", "JP", "adequate_if"),
        ("EU", "CN", "CN", "safeguard_needed"),
        ("EEA", "BR", "BR", "adequate"),
        ("BR", "DE", "DE", "adequate"),
        ("GB", "EU", "US", "adequate"),
        ("GB", "US", "US", "adequate_if"),
        ("CH", "GB", "GB", "adequate"),
        ("CH", "CN", "CN", "safeguard_needed"),
        ("KR", "DE", "DE", "adequate_if"),
        ("KR", "US", "US", "safeguard_needed"),
        ("JP", "GB", "GB", "adequate"),
        ("IN", "US", "US", "adequate_if"),
        ("SG", "US", "US", "safeguard_needed"),
        ("US", "DE", "DE", "adequate"),
        ("US", "CN", "CN", "restricted"),
        ("US", "HK", "HK", "restricted"),
        ("US", "US", "CN", "restricted"),
        ("US", "", "CN", "restricted"),
        ("VN", "SG", "SG", "filing_needed"),
        ("RU", "US", "US", "localise_first"),
    ],
)
def test_status_of_home_and_destination(
    place: MakePlace, home: str, country: str, operator_country: str, status: str
) -> None:
    (found,) = assess((home,), (place(country=country, operator_country=operator_country),))
    assert (found.home, found.status) == (home, status)
    assert found.as_of and found.needs and not {"illegal", "compliant"} & set(found.needs.split())


def test_a_volume_rule_says_that_the_volume_was_not_counted(place: MakePlace) -> None:
    (found,) = assess(("CN",), (place(),))
    assert "would need" in found.needs and found.needs.endswith("threshold not evaluated") and "PIPL" in found.citation


def test_a_domestic_place_with_a_foreign_operator_says_whose_law_reaches_it(place: MakePlace) -> None:
    (found,) = assess(("DE",), (place(country="DE", operator_country="US"),))
    assert "CLOUD Act" in found.needs


def test_several_destinations_are_assessed_by_the_strictest(place: MakePlace) -> None:
    (found,) = assess(("EEA",), (place(country="GB"), place(country="CN"), place(country="FR")))
    assert found.status == "safeguard_needed"


def test_the_table_names_known_codes_and_statuses() -> None:
    table = load_regimes()
    groups = {name for name, _ in table.groups}
    for regime in table.regimes:
        assert regime.origin | regime.territory <= COUNTRIES | groups | set(HOME_PARTS), regime.id
        assert regime.citation and all(rule.to <= COUNTRIES | groups for rule in regime.rules), regime.id
        assert {rule.status for rule in (regime.default, *regime.rules) if rule} <= set(STATUSES)
    assert "NO" in table.members("EEA"), "an unquoted NO is read as false"


def test_the_second_look_up_is_the_home_of_the_operator(place: MakePlace) -> None:
    (found,) = assess(("DE",), (place(country="DE", operator_country="US"),))
    assert (found.status, found.operator_status) == ("domestic", "adequate_if")
    assert "CLOUD Act" in found.operator_reach and "GDPR art. 48" in found.operator_reach
    (found,) = assess(("CN",), (place(country="CN", operator_country="US"),))
    assert (found.status, found.operator_status) == ("domestic", "threshold")
    assert "conflict" in found.operator_reach and "DSL art. 36" in found.operator_reach


def test_an_operator_at_home_has_no_reach_from_outside(place: MakePlace) -> None:
    (found,) = assess(("DE",), (place(country="US", operator_country="FR"),))
    assert (found.operator_status, found.operator_reach) == ("domestic", "")
    (unknown,) = assess(("DE",), (place(country="US", operator_country=""),))
    assert (unknown.operator_status, unknown.operator_reach) == ("", "")


def test_what_the_code_cannot_show_is_asked(place: MakePlace) -> None:
    (found,) = assess(("CN",), (place(),))
    assert {"ciio", "persons_pi_since_jan1", "persons_sensitive_pi_since_jan1"} <= set(found.questions)
    (found,) = assess(("EEA",), (place(),))
    assert found.questions == ("recipient_dpf",)


def test_masking_does_not_clear_the_bulk_rule(place: MakePlace) -> None:
    (found,) = assess(("US",), (place(country="CN", operator_country="CN"),))
    assert "masking or encryption does not take the data out of scope" in found.needs


def test_assessments_are_told_in_chinese(place: MakePlace) -> None:
    (found,) = assess(("CN",), (place(),), Case(texts=load_texts("zh")))
    assert "美国" in found.needs and "安全评估" in found.needs and found.needs.endswith("未评估数量门槛")


def test_the_home_of_the_parent_reaches_as_well(place: MakePlace) -> None:
    owned = place(country="SG", operator_country="SG", parent="Owner", parent_country="US")
    (found,) = assess(("CN",), (owned,))
    assert all(word in found.operator_reach for word in ("Owner", "CLOUD Act", "conflict"))
    same = place(country="CN", operator_country="US", parent="Owner", parent_country="US")
    assert "Owner" not in assess(("CN",), (same,))[0].operator_reach
    home = place(country="DE", operator_country="DE", parent="Owner", parent_country="FR")
    assert assess(("DE",), (home,))[0].operator_reach == ""
