"""Markdown, CSV, JUnit and GitLab: what their readers would obey stays text, and their readers read them."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from scanner.policy.records import Report
from scanner.policy.texts import LANGUAGES
from scanner.reports import render, render_all
from scanner.reports.markdown import MOST_CHARACTERS
from tests.reports.builder import ASSESSMENT, NOWHERE, make_finding, make_note, make_report
from tests.reports.hostile import TEXTS, hostile_report

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066\u200b\ufeff]")
COMMAND = re.compile(r"(?m)^\s*::\w|##\[")
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!/)(?!\./)(?!.*(^|/)\.\.(/|$)).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab reads of a code quality report."""


def rows_of(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(render(report, "csv"), newline=""), strict=True))


def junit_of(text: str, folder: Path) -> JUnitXml:
    (folder / "junit.xml").write_text(text, encoding="utf-8")
    return JUnitXml.fromfile(str(folder / "junit.xml"))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("form", ["markdown", "csv", "junit", "gitlab", "sarif", "html"])
def test_nothing_a_terminal_or_a_log_would_obey(form: str, text: str) -> None:
    written = render(hostile_report(text), form)
    assert written.encode("utf-8")
    told = written.replace("\r\n", "\n")
    assert OBEYED.findall(told) == []
    assert form == "html" or COMMAND.findall(told) == []


@pytest.mark.parametrize("text", TEXTS)
def test_no_cell_is_a_formula(text: str) -> None:
    for row in rows_of(hostile_report(text)):
        assert all(not cell.lstrip().startswith(("=", "+", "-", "@", "|", "%", "\t")) for cell in row.values())
        assert None not in row


@pytest.mark.parametrize("text", TEXTS)
def test_xml_is_well_formed_and_text_makes_no_element(text: str, tmp_path: Path) -> None:
    written = render(hostile_report(text), "junit")
    names = [element.tag for element in ElementTree.fromstring(written.encode("utf-8")).iter()]
    assert names == [element.tag for element in ElementTree.fromstring(render(hostile_report("calm"), "junit")).iter()]
    junit_of(written, tmp_path)


@pytest.mark.parametrize("text", TEXTS)
def test_markdown_has_no_link_no_markup_and_names_nobody(text: str) -> None:
    written = render(hostile_report(text), "markdown").replace("@<!-- -->", "").replace("#<!-- -->", "")
    calm = render(hostile_report("calm"), "markdown")
    assert written.count("\n") == calm.count("\n")
    assert not re.search(r"(?<!\\)(?:<|\]\(|`)|@\w|https?:/|www\.", written)


@pytest.mark.parametrize("text", TEXTS)
def test_code_quality_entries_are_what_gitlab_reads(text: str) -> None:
    issues = json.loads(render(hostile_report(text), "gitlab"))
    jsonschema.validate(issues, CODE_QUALITY)
    assert len(issues) == 1


def test_fingerprints_of_code_quality_differ() -> None:
    issues = json.loads(render_all((make_report(make_finding(), make_note()), make_report(make_finding())), "gitlab"))
    prints = [one["fingerprint"] for one in issues]
    assert prints == ["4f1c2a9b7d3e5f601122", "a0000000000000000000", "4f1c2a9b7d3e5f601122-2"]
    assert [one["severity"] for one in issues] == ["critical", "info", "critical"]


def test_a_row_of_the_csv_says_who_what_where() -> None:
    known, unknown = rows_of(
        make_report(make_finding(assessments=(ASSESSMENT,)), make_finding(destinations=(NOWHERE,)))
    )
    assert (known["hosts"], known["countries"], known["default"]) == ("us.i.posthog.com", "US", "on")
    assert known["data"] == "environment; library version; user_identifier"
    assert known["switches"] == "MEM0_TELEMETRY=False"
    assert known["statuses"] == "DE:eu-gdpr-v:adequate_if"
    assert known["path"].startswith("Memory.__init__ (mem0/memory/main.py:488) > ")
    assert (unknown["hosts"], unknown["operators"], unknown["countries"]) == ("Unknown", "Unknown", "Unknown")


def test_a_suite_counts_failures_and_is_never_empty(tmp_path: Path) -> None:
    report = make_report(make_finding(), make_note(), make_finding(suppressed="agreed"), errors=("semgrep stopped",))
    (suite,) = junit_of(render(report, "junit"), tmp_path)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 1, 1, 1)
    kinds = [[type(result) for result in case.result] for case in suite]
    assert kinds == [[Error], [Failure], [], [Skipped]]
    (empty,) = junit_of(render(make_report(), "junit"), tmp_path)
    assert (empty.tests, empty.failures, empty.errors) == (1, 0, 0)


def test_markdown_stays_within_a_comment_and_counts_the_rest() -> None:
    notes = tuple(make_note(number) for number in range(1_000))
    written = render(make_report(*notes, make_finding()), "markdown")
    assert len(written.encode("utf-8")) < 65_536 and len(written) <= MOST_CHARACTERS
    assert written.index("### error") < written.index("### note")
    shown = written.count("### ")
    assert f"and {1_001 - shown} more" in written


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_speaks_the_language_of_the_report(language: str) -> None:
    written = render(make_report(make_finding(), language=language), "markdown")
    assert ({"en": "| PostHog | United States", "zh": "| PostHog | 美国"}[language]) in written
