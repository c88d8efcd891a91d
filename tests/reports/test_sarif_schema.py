"""SARIF against the JSON Schema of OASIS, as Microsoft's @microsoft/sarif-multitool-linux 5.7.0 (MIT) ships it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from scanner.policy.texts import LANGUAGES
from scanner.reports import render, render_all
from tests.reports.builder import ASSESSMENT, NOWHERE, make_finding, make_note, make_report
from tests.reports.hostile import TEXTS, hostile_report

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))


def faults(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(json.loads(text))]


def test_the_validator_sees_a_wrong_level() -> None:
    assert faults(render(make_report(make_finding()), "sarif").replace('"level": "error"', '"level": "fatal"'))


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_are_valid(language: str) -> None:
    full = make_report(
        make_finding(assessments=(ASSESSMENT,)),
        make_finding(destinations=(NOWHERE,), suppressed="agreed", baseline_state="unchanged"),
        make_note(scenario=""),
        language=language,
        errors=("semgrep stopped",),
    )
    assert faults(render(full, "sarif")) == []
    assert faults(render(make_report(language=language), "sarif")) == []
    assert faults(render_all((full, replace(full, name="other")), "sarif")) == []


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_keeps_a_report_valid(text: str) -> None:
    assert faults(render(hostile_report(text), "sarif")) == []
