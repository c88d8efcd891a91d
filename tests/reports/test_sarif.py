"""SARIF: what viewers refuse stays out, what they read is there."""

from __future__ import annotations

import json
from typing import Any

from scanner.flows.records import Chain, Step
from scanner.policy.records import Report
from scanner.reports import render, render_all
from scanner.reports.sarif import MOST_RESULTS
from scanner.vocabulary import Certainty, Severity
from tests.reports.builder import ASSESSMENT, NOWHERE, make_finding, make_note, make_report

HOSTILE = "\x1b[31m<script>alert(1)</script>[click](javascript:1){0}`x`\n::error::"


def run_of(report: Report) -> dict[str, Any]:
    log = json.loads(render(report, "sarif"))
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_no_finding_is_a_run_without_results() -> None:
    run = run_of(make_report())
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


def test_hostile_text_forms_no_link_no_markup_no_placeholder() -> None:
    finding = make_finding(title=HOSTILE, message=HOSTILE, flow_sink_function=HOSTILE, destinations=(NOWHERE,))
    (result,) = run_of(make_report(finding))["results"]
    text = result["message"]["text"]
    assert "](javascript" not in text
    for danger in ("<", "{", "`", "\x1b", "\n"):
        assert danger not in text


def test_paths_are_relative_escaped_and_stay_inside() -> None:
    for file in ("/etc/passwd", "../../x.py", "a b/c%d.py", "x\ny.py", "https://h/x.py", "byte\udcff.py", ""):
        (result,) = run_of(make_report(make_finding(flow_sink_file=file)))["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri and uri.isascii() and not uri.startswith("/") and ".." not in uri.split("/")
        assert not {" ", ":", "\n"} & set(uri)


def test_lines_start_at_one() -> None:
    (result,) = run_of(make_report(make_finding(flow_sink_line=0, flow_sink_column=0, flow_sink_end_line=0)))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endLine"]) == (1, 1, 1)


def test_the_gravest_results_are_kept_and_the_rest_is_counted() -> None:
    notes = tuple(make_note(number) for number in range(MOST_RESULTS))
    run = run_of(make_report(*notes, make_finding()))
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][0]["level"] == "error"
    assert run["properties"]["resultsLeftOut"] == 1
    notes_to_reader = run["invocations"][0]["toolExecutionNotifications"]
    assert any("1 further results" in note["message"]["text"] for note in notes_to_reader)


def test_a_very_long_path_stays_within_what_viewers_show() -> None:
    steps = tuple(Step("a.py", number + 1, "f", "call") for number in range(900))
    chain = Chain(steps, "public", Certainty.EXACT)
    (result,) = run_of(make_report(make_finding(flow_chain=chain, flow_others=(chain, chain))))["results"]
    assert sum(len(flow["threadFlows"][0]["locations"]) for flow in result["codeFlows"]) <= 1_000


def test_a_result_has_everything_a_viewer_reads() -> None:
    run = run_of(make_report(make_finding()))
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "DC001"
    assert rule["help"]["text"] and rule["help"]["markdown"].startswith("# DC001")
    assert rule["properties"]["security-severity"] == "8.0"
    assert result["level"] == "error"
    assert result["partialFingerprints"] == {"primaryLocationLineHash": "4f1c2a9b7d3e5f601122"}
    assert result["message"]["text"].startswith("Usage data goes to us.i.posthog.com (US) by default. ")
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 118, "startColumn": 9, "endLine": 120, "endColumn": 2}


def test_every_path_is_a_code_flow_from_entry_to_sink() -> None:
    (result,) = run_of(make_report(make_finding()))["results"]
    assert len(result["codeFlows"]) == 2
    locations = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [one["kinds"] for one in locations] == [["entry"], ["call"], ["sink"]]
    assert "calls posthog.Posthog.capture" in locations[-1]["location"]["message"]["text"]


def test_links_of_the_message_lead_to_related_locations() -> None:
    (result,) = run_of(make_report(make_finding()))["results"]
    for place in result["relatedLocations"]:
        assert f"]({place['id']})" in result["message"]["text"]
    assert len(result["relatedLocations"]) == 2


def test_what_was_not_read_is_said() -> None:
    run = run_of(make_report(errors=("semgrep stopped",)))
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error", "warning", "warning"]
    assert notes[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "mem0/bad.py"
    assert run["properties"]["coverage"]["sinks_without_host"] == 2


def test_suppressed_findings_are_marked_and_new_ones_are_not() -> None:
    first, second = run_of(make_report(make_finding(suppressed="agreed"), make_finding()))["results"]
    assert first["suppressions"][0]["justification"] == "agreed"
    assert "suppressions" not in second and "baselineState" not in second


def test_scenarios_are_a_taxonomy_that_every_result_points_into() -> None:
    run = run_of(make_report(make_finding(), make_finding(scenario="hub_access"), make_finding(scenario="")))
    (taxonomy,) = run["taxonomies"]
    known = {one["id"]: one["shortDescription"]["text"] for one in taxonomy["taxa"]}
    assert known["hub_access"] == "access to a model or code hub"
    assert run["tool"]["driver"]["supportedTaxonomies"] == [{"name": taxonomy["name"], "index": 0}]
    named = [[one["id"] for one in result.get("taxa", [])] for result in run["results"]]
    assert named == [["oss_return"], ["hub_access"], []] and {one for ids in named for one in ids} <= known.keys()
    assert "taxonomies" not in run_of(make_report())


def test_regimes_are_a_taxonomy_with_their_citation() -> None:
    run = run_of(make_report(make_finding(assessments=(ASSESSMENT, ASSESSMENT)), make_finding()))
    names = [one["name"] for one in run["taxonomies"]]
    assert names == ["datacustoms-scenarios", "datacustoms-regimes"]
    assert run["tool"]["driver"]["supportedTaxonomies"] == [{"name": n, "index": i} for i, n in enumerate(names)]
    (regime,) = run["taxonomies"][1]["taxa"]
    assert (regime["id"], regime["shortDescription"]["text"]) == ("eu-gdpr-v", "GDPR chapter V")
    assert regime["fullDescription"]["text"] == "Regulation (EU) 2016/679 art. 44-50"
    assert [[one["id"] for one in result["taxa"]] for result in run["results"]] == [
        ["oss_return", "eu-gdpr-v"], ["oss_return"],
    ]  # fmt: skip


def test_several_targets_are_runs_of_different_categories() -> None:
    log = json.loads(render_all((make_report(), make_report(make_finding(severity=Severity.NOTE))), "sarif"))
    categories = [run["automationDetails"]["id"] for run in log["runs"]]
    assert categories == ["datacustoms/mem0ai/", "datacustoms/mem0ai~2/"]
    assert log["version"] == "2.1.0"
