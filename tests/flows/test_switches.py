"""Switches that are no environment variable read in place: settings, constructors, other distributions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scanner.flows.records import Flow
from scanner.flows.templates import sliced
from scanner.pipeline import Options, scan

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "flows"


@cache
def _flows(package: str) -> dict[str, Flow]:
    found = scan(str(ROOT / package), Options(semgrep=False)).findings
    return {f.flow.sink.function: f.flow for f in found if f.kind != "switch"}


def _gates(package: str, function: str) -> dict[str, tuple[str, str, str]]:
    return {g.name: (g.kind, g.polarity, g.off_value) for g in _flows(package)[function].gates}


def test_a_variable_the_same_helper_reads_elsewhere_is_no_switch_here() -> None:
    assert set(_gates("switches", "by_helper")) == {"SWITCHES_DISABLE_STATS"}
    assert set(_gates("switches", "by_object")) == {"SWITCHES_OFFLINE"}


def test_a_key_of_a_settings_object_is_a_switch() -> None:
    assert _gates("switches", "by_setting") == {"sync": ("setting", "opt-out", "False")}


def test_an_argument_of_the_constructor_is_a_switch() -> None:
    assert _gates("switches", "Tracker.send") == {"enabled": ("argument", "opt-out", "False")}


def test_every_prefix_of_a_helper_is_named() -> None:
    assert set(_gates("switches", "by_prefix")) == {"SWITCHES_REPORT", "SWITCHED_REPORT"}


def test_what_a_variable_would_bring_in_is_an_override() -> None:
    flows = _flows("standing")
    assert [e.overrides for e in flows["send"].endpoints] == [("STANDING_STAGING",)]
    assert [e.overrides for e in flows["call"].endpoints] == [("STANDING_REGION",)]


def test_the_answer_is_read_or_not() -> None:
    assert _flows("borrowed")["listed"].sink.reads_answer
    assert not _flows("borrowed")["count"].sink.reads_answer


@pytest.mark.parametrize(
    ("template", "bounds", "left"),
    [
        ("https://a/{?}", (None, -1, None), "{?}"),
        ("https://{?}/x", (None, 9, None), "{?}"),
        ("https://a/", ("unknown", None, None), "{?}"),
        ("https://a/b/", (None, -1, None), "https://a/b"),
        ("/x/{?}", (1, None, None), "x/{?}"),
    ],
)
def test_a_slice_keeps_what_it_can(template: str, bounds: tuple[int | str | None, ...], left: str) -> None:
    assert sliced(template, list(bounds)) == left
