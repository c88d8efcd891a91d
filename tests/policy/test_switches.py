"""Findings about switches: what must stay silent first, then what must speak."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scanner.pipeline import Options, scan
from scanner.policy import retell
from scanner.policy.records import Finding, Report
from scanner.reports.grouping import transfers

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "flows"


@cache
def _report(package: str) -> Report:
    return scan(str(ROOT / package), Options(semgrep=False))


def _found(rule: str, package: str = "promises") -> list[Finding]:
    return [f for f in _report(package).findings if f.rule == rule]


def test_a_switch_that_is_read_anywhere_is_no_finding() -> None:
    assert {f.flow.sink.api for f in _found("DC051")}.isdisjoint({"PROMISES_DISABLE_STATS", "PROMISES_TRACKING"})
    assert not _found("DC051", "switches")
    assert not _found("DC051", "default_on")


def test_a_path_that_asks_its_switch_is_no_finding() -> None:
    assert "send_usage_event" not in {f.flow.sink.function for f in _found("DC052")}
    assert not _found("DC052", "default_on")


def test_another_recipient_is_no_finding() -> None:
    assert "report_usage" not in {f.flow.sink.function for f in _found("DC052")}


def test_a_switch_nothing_depends_on() -> None:
    found = {f.flow.sink.api: f.flow.sink.source for f in _found("DC051")}
    assert found == {
        "PROMISES_TELEMETRY_OPT_OUT": "PROMISES_TELEMETRY_OPT_OUT",
        "PROMISES_ENV_OPT_OUT": "env_opt_out",
    }


def test_a_switch_that_silences_another_way_to_the_same_recipient() -> None:
    (found,) = _found("DC052")
    assert found.flow.sink.function == "track_usage"
    assert found.flow.sink.api == "PROMISES_DISABLE_STATS"
    assert found.flow.sink.source.startswith("promises/__init__.py:")


def test_no_document_counts_them_as_a_transfer() -> None:
    report = _report("promises")
    assert {f.kind for f in report.findings} == {"telemetry", "switch"}
    assert {f.kind for f in transfers(report.findings)} == {"telemetry"}
    assert all(not f.destinations for f in report.findings if f.kind == "switch")


def test_they_are_told_in_another_language() -> None:
    chinese = retell(_report("promises"), "zh")
    titles = [f.title for f in chinese.findings if f.rule == "DC051"]
    assert titles
    assert all("PROMISES_" in title and "读取了" in title for title in titles)
