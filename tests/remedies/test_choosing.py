"""What is to be stopped, and what is not."""

from __future__ import annotations

import pytest

from scanner.errors import UsageError
from scanner.policy.records import Verdict
from scanner.remedies import Wishes, choose
from tests.remedies.sources import report, sent_back, switch, used


@pytest.mark.parametrize("rule", ["DC003", "DC010", "DC011", "DC012", "DC013", "DC020", "DC030", "DC040"])
def test_what_a_program_is_used_for_is_kept(rule: str) -> None:
    aim = choose(report(used(1, rule=rule)))
    assert (len(aim.keep), aim.stop, aim.off, aim.aside) == (1, (), (), ())


def test_what_was_accepted_is_kept() -> None:
    assert choose(report(sent_back(1, suppressed="reviewed"))).stop == ()


@pytest.mark.parametrize("role", ["test", "example", "docs"])
def test_what_is_no_product_is_left_aside(role: str) -> None:
    aim = choose(report(sent_back(1, flow_role=role)))
    assert (aim.stop, aim.keep, len(aim.aside)) == ((), (), 1)


def test_what_is_off_by_default_is_left_off() -> None:
    assert len(choose(report(sent_back(1, rule="DC004"))).off) == 1


@pytest.mark.parametrize("rule", ["DC001", "DC002", "DC005", "DC006", "DC021"])
def test_what_nobody_asked_for_is_stopped(rule: str) -> None:
    assert len(choose(report(sent_back(1, rule=rule))).stop) == 1


def test_what_a_pack_denies_is_stopped() -> None:
    denied = used(1, verdicts=(Verdict("destinations.deny.countries", "error", "country US is on the deny list"),))
    warned = used(2, verdicts=(Verdict("destinations.otherwise", "warning", "on no allow list"),))
    assert [f.id for f in choose(report(denied, warned)).stop] == [denied.id]


def test_wishes_win() -> None:
    first, second = sent_back(1, switch()), used(2)
    aim = choose(report(first, second), Wishes(stop=(second.id[:20],), keep=(first.id,)))
    assert (aim.stop, aim.keep) == ((second,), (first,))


@pytest.mark.parametrize("ids", [("a00",), ("ffff",), ("a000",)])
def test_an_id_names_one_finding(ids: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        choose(report(sent_back(1), sent_back(2)), Wishes(stop=ids))


def test_nothing_is_both_stopped_and_kept() -> None:
    one = sent_back(1)
    with pytest.raises(UsageError, match="Name it once"):
        choose(report(one), Wishes(stop=(one.id,), keep=(one.id,)))
