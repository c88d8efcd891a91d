"""What counts as a change, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner.flows.records import PayloadField
from scanner.policy.differences import differences, grave
from scanner.policy.records import Finding
from tests.reports.builder import PLACE, make_finding

BASE = make_finding(id="a" * 20)
ELSEWHERE = (replace(PLACE, host="eu.example.org", url="https://eu.example.org"),)


def changed(**flow: Any) -> Finding:
    return replace(BASE, flow=replace(BASE.flow, **flow))


def kinds(base: tuple[Finding, ...], head: tuple[Finding, ...]) -> list[str]:
    return [change.kind for change in differences(base, head)]


@pytest.mark.parametrize(
    "head",
    [
        BASE,
        changed(sink=replace(BASE.flow.sink, line=900, end_line=902)),
        replace(changed(sink=replace(BASE.flow.sink, file="renamed.py")), id="c" * 20),
        changed(default_on=False),
        changed(payload=()),
    ],
)
def test_moved_lines_renamed_files_and_less_data_are_no_change(head: Finding) -> None:
    assert kinds((BASE,), (head,)) == []


def test_suppressed_findings_count_as_absent() -> None:
    assert kinds((), (replace(BASE, suppressed="agreed"),)) == []


def test_new_and_removed() -> None:
    assert kinds((), (BASE,)) == ["new"] and kinds((BASE,), ()) == ["removed"]


def test_another_host_is_a_redirection_even_under_another_rule() -> None:
    head = replace(BASE, id="b" * 20, rule="DC002", destinations=ELSEWHERE)
    (change,) = differences((BASE,), (head,))
    assert (change.kind, change.before, change.after) == ("redirected", (PLACE.host,), ("eu.example.org",))


def test_a_switch_that_is_gone() -> None:
    (change,) = differences((BASE,), (changed(gates=()),))
    assert (change.kind, change.before) == ("gate-removed", (BASE.flow.gates[0].name,))


@pytest.mark.parametrize(("was", "said"), [(False, "off"), (None, "unknown")])
def test_a_default_turned_on_changes_rule_and_id_and_is_one_change(was: bool | None, said: str) -> None:
    before = replace(changed(default_on=was), id="b" * 20, rule="DC004")
    (change,) = differences((before,), (changed(default_on=True),))
    assert (change.kind, change.before) == ("default-on", (said,))


def test_a_data_class_added() -> None:
    more = (*BASE.flow.payload, PayloadField("prompt", "text", "a.py", 3))
    (change,) = differences((BASE,), (changed(payload=more),))
    assert (change.kind, change.after) == ("data-added", ("prompt",))


def test_a_removal_alone_fails_nothing() -> None:
    assert not grave(differences((BASE,), ()), "note") and not grave(differences((), (BASE,)), "never")
    assert grave(differences((), (BASE,)), "note")
