"""Baselines: stable, sorted, mergeable, inert."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.policy.baseline import HEADER, Entry, absent, compare, entries_of, read_baseline, write_baseline
from tests.reports.builder import make_finding

FIRST, SECOND = make_finding(id="a" * 20), make_finding(id="b" * 20)
HEX = st.text("0123456789abcdef", min_size=20, max_size=20)
COLUMN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
ENTRIES = st.lists(st.builds(Entry, COLUMN, COLUMN, COLUMN, HEX, COLUMN, st.just("")), unique_by=lambda e: e.id)


def test_suppressed_findings_need_no_entry() -> None:
    assert entries_of([replace(FIRST, suppressed="agreed")]) == ()


def test_comments_blank_lines_and_doubled_lines_say_nothing() -> None:
    line = write_baseline(entries_of([FIRST])).splitlines()[1]
    assert len(read_baseline(f"{HEADER}\n\n# reviewed\n{line}\n{line}\n", "f")) == 1


@given(ENTRIES)
def test_what_is_written_is_read_back(entries: list[Entry]) -> None:
    assert read_baseline(write_baseline(entries), "f") == tuple(sorted(entries))


@given(ENTRIES)
def test_the_file_does_not_depend_on_the_order_of_findings(entries: list[Entry]) -> None:
    shuffled = sorted(entries, key=lambda e: e.id[::-1])
    assert write_baseline(shuffled) == write_baseline(entries)


def test_known_findings_are_unchanged_and_others_new() -> None:
    states = [one.baseline_state for one in compare([FIRST, SECOND], entries_of([SECOND]))]
    assert states == ["new", "unchanged"]


def test_entries_without_a_finding_are_absent() -> None:
    assert [entry.id for entry in absent([FIRST], entries_of([FIRST, SECOND]))] == [SECOND.id]


def test_notes_survive_an_update() -> None:
    (noted,) = (replace(entry, note="agreed with the vendor") for entry in entries_of([FIRST]))
    kept = {entry.id: entry.note for entry in entries_of([FIRST, SECOND], [noted])}
    assert kept == {FIRST.id: "agreed with the vendor", SECOND.id: ""}


def test_scanned_names_cannot_break_a_line() -> None:
    sink = replace(FIRST.flow.sink, file="a\nb\t\u202e.py")
    text = write_baseline(entries_of([replace(FIRST, flow=replace(FIRST.flow, sink=sink))]))
    assert len(text.splitlines()) == 2 and "\u202e" not in text
    assert read_baseline(text, "f")[0].id == FIRST.id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "f:1: is no baseline"),
        ("{}", "f:1: is no baseline"),
        (f"{HEADER}\nnonsense\tx\n", "f:2: 'nonsense' is no id"),
        (f"{HEADER}\n<<<<<<< HEAD\n", "f:2: a merge conflict"),
    ],
)
def test_what_is_no_baseline_is_named_by_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_baseline(text, "f")
    assert said in str(caught.value)
