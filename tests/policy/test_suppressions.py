"""Comments that accept findings, and those that accept nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.facts.comments import suppressions
from scanner.policy import accept, load_texts, retell, threshold
from scanner.policy.records import Finding
from scanner.reports.transfers import select, transfers
from tests.reports.builder import make_finding, make_report

DAY = "2026-11-24"
FOUND = make_finding()
LINE = FOUND.flow.sink.line
FILE = FOUND.flow.sink.file


def accepted(comment: str, line: int = LINE, file: str = FILE) -> tuple[Finding, ...]:
    source = "\n" * (line - 1) + f"send(1)  # datacustoms: {comment}\n"
    return accept((FOUND,), {file: suppressions(source)}, DAY, load_texts())


@pytest.mark.parametrize("line", [LINE, FOUND.flow.sink.end_line])
def test_an_acceptance_with_rule_and_reason_suppresses_and_says_nothing_else(line: int) -> None:
    (only,) = accepted(f"allow[{FOUND.rule}] agreed -- Ada, until 2027-06-30", line)
    assert only == replace(FOUND, suppressed="agreed (Ada, until 2027-06-30)")
    assert not threshold((only,), "note")


def test_the_last_day_still_counts() -> None:
    assert len(accepted(f"allow[{FOUND.rule}] agreed, until {DAY}")) == 1


def test_what_a_pack_accepted_keeps_its_reason() -> None:
    by_pack = replace(FOUND, suppressed="pack")
    comments = {FILE: suppressions("\n" * (LINE - 1) + f"x()  # datacustoms: allow[{FOUND.rule}] mine\n")}
    assert accept((by_pack,), comments, DAY, load_texts()) == (by_pack,)


@pytest.mark.parametrize(
    ("comment", "line", "file", "why"),
    [
        (f"allow[{FOUND.rule}]", LINE, FILE, "gives no reason"),
        ("allow reason", LINE, FILE, "names no rule"),
        (f"allow[{FOUND.rule}] agreed, until 2026-11-23", LINE, FILE, "ended on 2026-11-23"),
        (f"allow[{FOUND.rule}] agreed, until soon", LINE, FILE, "no date"),
        ("allow[DC030] agreed", LINE, FILE, "matches nothing"),
        (f"allow[{FOUND.rule}] agreed", LINE + 50, FILE, "matches nothing"),
        (f"allow[{FOUND.rule}] agreed", LINE, "other.py", "matches nothing"),
    ],
)
def test_what_accepts_nothing_is_a_finding_beside_the_one_it_meant(
    comment: str, line: int, file: str, why: str
) -> None:
    found = {one.rule: one for one in accepted(comment, line, file)}
    assert set(found) == {FOUND.rule, "DC050"} and not found[FOUND.rule].suppressed
    void = found["DC050"]
    assert why in void.message and (void.flow.sink.file, void.flow.sink.line) == (file, line)
    assert void.destinations == () and threshold((void,), "warning")


def test_no_document_counts_it_as_a_transfer() -> None:
    void = next(one for one in accepted("allow[DC030] agreed") if one.rule == "DC050")
    selection = select(make_report(void))
    assert (selection.transfers, selection.aside, selection.accepted) == ((), 0, 0)
    assert transfers((void,)) == () and len(transfers((FOUND,))) == len(FOUND.destinations)


def test_ids_survive_lines_that_move() -> None:
    first, second = (accepted("allow[DC030] agreed", line) for line in (LINE, LINE + 9))
    assert {one.id for one in first} == {one.id for one in second}


def test_it_is_said_in_chinese_too() -> None:
    void = next(one for one in accepted("allow[DC030] agreed") if one.rule == "DC050")
    (told,) = retell(make_report(void), "zh").findings
    assert "未接受" in told.title and told.id == void.id
