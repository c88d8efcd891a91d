"""The JSON report: its schema, its keys, its determinism, and reading it back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from scanner.errors import UsageError
from scanner.policy.records import Finding, Report
from scanner.reports import FORMATS, render, render_all
from scanner.reports.json_report import json_schema
from scanner.reports.reading import read_findings
from tests.reports.builder import ASSESSMENT, NOWHERE, make_finding, make_note, make_report

SCHEMA = json.loads(json_schema())
HOSTILE = "\x1b[31m</script>\n::error::\u202e[x](javascript:1)\udcff"


def full_report() -> Report:
    full = make_finding(assessments=(ASSESSMENT,), suppressed="agreed with the vendor")
    return make_report(full, make_note(1, destinations=(NOWHERE,), flow_default_on=None), home=("DE",))


@pytest.mark.parametrize("report", [make_report(), full_report()], ids=["empty", "full"])
def test_reports_fit_their_schema(report: Report) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(render(report, "json")))


def test_every_key_is_in_the_schema_and_the_other_way_round() -> None:
    written = json.loads(render(full_report(), "json"))
    assert not list(_differences(written, {"$ref": "#/$defs/report"}, "report"))


def _differences(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    """Keys that only one of document and schema has."""
    schema = next((part for part in schema.get("anyOf", ()) if part.get("type") != "null"), schema)
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        return [found for item in value for found in _differences(item, schema["items"], f"{where}[]")]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    found = [f"{where}.{key}" for key in value.keys() ^ schema["properties"].keys()]
    return found + [
        one for key in value for one in _differences(value[key], schema["properties"].get(key, {}), f"{where}.{key}")
    ]


def test_unknown_is_null_and_never_an_empty_text() -> None:
    (finding,) = json.loads(render(make_report(make_finding(destinations=(NOWHERE,))), "json"))["findings"]
    where = finding["destinations"][0]
    assert [where[key] for key in ("url", "host", "operator", "operator_country", "country", "region")] == [None] * 6
    assert where["resolved_by"] == "unknown"
    assert finding["suppressed"] is None


def test_paths_from_other_entry_points_have_the_shape_of_the_path() -> None:
    (finding,) = json.loads(render(make_report(make_finding()), "json"))["findings"]
    assert [step["function"] for step in finding["other_paths"][0]] == [
        "MemoryClient.__init__",
        "AnonymousTelemetry.capture_event",
    ]
    assert finding["path"][0].keys() == finding["other_paths"][0][0].keys()


def test_two_renderings_are_byte_equal_and_maps_are_sorted() -> None:
    report = full_report()
    shuffled = replace(report, coverage=replace(report.coverage, dynamic=report.coverage.dynamic[::-1]))
    for name in FORMATS:
        assert render(report, name) == render(shuffled, name)
        assert render(report, name).endswith("\n")


def test_several_targets_are_a_list() -> None:
    text = render_all((make_report(), full_report()), "json")
    Draft202012Validator(SCHEMA).validate(json.loads(text))
    assert [len(report["findings"]) for report in json.loads(text)] == [0, 2]


def test_hostile_text_survives_as_data() -> None:
    report = make_report(make_finding(flow_sink_file=HOSTILE, title=HOSTILE), target=HOSTILE)
    text = render(report, "json")
    text.encode("utf-8")
    assert "</script" not in text
    assert json.loads(text)["findings"][0]["sink"]["file"] == HOSTILE


def test_an_unknown_format_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="text, json, sarif"):
        render(make_report(), "yaml")


@pytest.mark.parametrize("finding", [full_report().findings[0], full_report().findings[1], make_finding()])
def test_findings_are_read_back(finding: Finding) -> None:
    text = render(make_report(finding), "json")
    (read,) = read_findings(text, "saved.json")
    assert render(make_report(read), "json") == text


@pytest.mark.parametrize(
    "text", ["", "[1]", "{}", '{"schema": "datacustoms/1", "findings": [{}]}', "null", "[" * 99999]
)
def test_what_is_no_report_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match=r"saved\.json is not a datacustoms/1 report"):
        read_findings(text, "saved.json")
