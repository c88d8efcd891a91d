"""The text report: nothing injected, nothing too wide, and the golden drawing in ``fixtures/reports``."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from scanner.facts.comments import Suppression
from scanner.flows.records import Chain, Gate, Step
from scanner.policy import accept, load_texts, retell
from scanner.policy.records import Report
from scanner.reports import render
from scanner.reports.text import render_finding, render_text
from scanner.vocabulary import Certainty, Severity
from tests.reports.builder import ASSESSMENT, NOWHERE, make_finding, make_note, make_place, make_report

GOLDEN = Path(__file__).parents[2] / "fixtures" / "reports"
HOSTILE = "\x1b]8;;http://evil\x07x\x1b[31m\n::error::y [bold]z[/bold] :smile: \u202e\udcff##[add-mask]q"


def wide_report() -> Report:
    """Two errors at one recipient, plain http without a switch, an unknown host, notes."""
    baidu = make_place(
        url="http://stat.example.cn:8080/v1/ping",
        host="stat.example.cn",
        operator="Baidu",
        operator_country="CN",
        country="CN",
        resolved_by="literal",
    )
    opt_in = Gate("env", "TRACING", "opt-in", 'set to "true"', "mem0/tracing.py", 3)
    return make_report(
        make_finding(assessments=(ASSESSMENT,)),
        make_finding(id="b" * 20, flow_sink_line=129),
        make_finding(
            id="c" * 20,
            rule="DC002",
            title="Usage data goes to stat.example.cn (CN) by default",
            destinations=(baidu,),
            flow_gates=(),
            flow_others=(),
            flow_sink_tls="no",
            flow_trigger="import",
        ),
        make_finding(
            id="d" * 20,
            rule="DC004",
            severity=Severity.WARNING,
            title="Logs or traces go to an unknown host when switched on",
            destinations=(NOWHERE,),
            flow_gates=(opt_in,),
            flow_default_on=False,
        ),
        *(make_note(number) for number in range(3)),
        home=("DE",),
    )


@pytest.mark.parametrize("width", [80, 140])
def test_golden(width: int) -> None:
    assert render_text(wide_report(), width=width) == (GOLDEN / f"wide-{width}.txt").read_text(encoding="utf-8")


def test_golden_of_nothing() -> None:
    assert render(make_report(), "text") == (GOLDEN / "nothing-80.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("verbose", [False, True])
def test_scanned_text_injects_nothing(verbose: bool) -> None:
    place = make_place(host=HOSTILE, url=HOSTILE, operator=HOSTILE, country=HOSTILE, evidence=HOSTILE)
    gate = Gate("env", HOSTILE, "opt-out", HOSTILE, HOSTILE, 3, HOSTILE)
    chain = Chain((Step(HOSTILE, 1, HOSTILE, "entry", HOSTILE), Step(HOSTILE, 2, HOSTILE, "sink")), "", Certainty.EXACT)
    finding = make_finding(title=HOSTILE, destinations=(place,), flow_gates=(gate,), flow_chain=chain)
    report = make_report(finding, make_note(title=HOSTILE), target=HOSTILE, name=HOSTILE, errors=(HOSTILE,))
    text = render_text(report, width=100, verbose=verbose)
    text.encode("utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]|##\[", text)
    assert not any(line.strip().startswith("::error::") for line in text.splitlines())
    assert ":smile:" in text and "[bold]" in text


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_asked(width: int, verbose: bool) -> None:
    steps = [Step(f"a/{'long' * 20}/b.py", n + 1, f"Class{n}.{'method' * 6}", "call") for n in range(20)]
    chain = Chain((*steps, Step("数据/库.py", 2, "发送", "sink")), "", Certainty.EXACT)
    report = make_report(make_finding(flow_chain=chain), *wide_report().findings)
    assert max(cell_len(line) for line in render_text(report, width=width, verbose=verbose).splitlines()) <= width


def test_colour_is_asked_for() -> None:
    assert "\x1b[" not in render_text(wide_report())
    assert "\x1b[" in render_text(wide_report(), color=True)


def test_many_findings_of_one_recipient_are_no_wall_of_text() -> None:
    many = tuple(make_finding(id=f"{number:020d}") for number in range(200))
    assert len(render_text(make_report(*many)).splitlines()) < 70
    assert len(render_text(make_report(*many), verbose=True).splitlines()) > 2_000


def test_many_recipients_are_no_wall_of_text() -> None:
    many = tuple(
        make_finding(severity=Severity.WARNING, destinations=(make_place(host=f"h{n}.io", operator=""),))
        for n in range(50)
    )
    text = render_text(make_report(*many))
    assert len(text.splitlines()) < 120
    assert "and 31 more recipients" in text


def test_a_switch_that_names_its_value_is_not_given_another() -> None:
    gate = Gate("argument", "infer=False", "opt-out", "pass False to switch off", "a.py", 3, "False")
    text = render_finding(make_finding(flow_gates=(gate,)))
    assert "infer=False (argument; pass False to switch off)" in text and "infer=False=False" not in text


def test_a_long_path_is_folded_in_the_middle_but_keeps_its_ends() -> None:
    steps = tuple(Step("a.py", n + 1, f"step{n:02d}", "entry" if not n else "call") for n in range(20))
    chain = Chain((*steps, Step("a.py", 99, "step19", "sink")), "", Certainty.EXACT)
    text = render_text(make_report(make_finding(flow_chain=chain)))
    assert "step00" in text and "step19" in text and "MEM0_TELEMETRY says no" in text and "a.py:99" in text
    assert "more steps" in text and "step08" not in text
    assert "step08" in render_text(make_report(make_finding(flow_chain=chain)), verbose=True)


def test_a_silent_ci_gate_is_no_switch() -> None:
    gate = Gate("ci", "CI", "opt-out", "any value", "a.py", 3, "1")
    text = render_finding(make_finding(flow_gates=(gate,)))
    assert "No switch found" in text and "Switch it off" not in text


def test_suppressed_findings_are_counted_not_drawn() -> None:
    text = render_text(make_report(make_finding(suppressed="agreed")))
    assert "No path was found" in text and "1 suppressed" in text


def test_the_report_speaks_chinese() -> None:
    report = retell(replace(wide_report(), language="?"), "zh")
    text = render_text(report, width=100)
    for word in (
        "离开的数据",
        "去往",
        "时机",
        "关闭方法",
        "未发现开关",
        "分析范围",
        "除非 MEM0_TELEMETRY 关闭",
        "默认开启",
    ):
        assert word in text
    english = re.findall(r"\b(?:goes|leaves|when|called|unless|switch|read|resolved|entry|Unknown)\b", text)
    assert english == []
    assert max(cell_len(line) for line in text.splitlines()) <= 100
    assert "Usage data" in render_text(wide_report(), width=100)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_comments_that_accept_nothing_stand_under_no_recipient(language: str) -> None:
    texts = load_texts(language)
    comments = {"app.py": (Suppression(7, 7, ("DC001",), "", "", "", "no reason"),)}
    findings = accept((make_finding(),), comments, "2026-11-24", texts)
    drawn = render_text(make_report(*findings, language=language), width=80)
    assert not re.search(rf"(?m)^{texts.say('text.host_unknown')}", drawn)
    assert texts.say("label.unknown") not in drawn.splitlines()[-1]
    title = drawn.index(texts.say("text.void_comments"))
    assert drawn.index("PostHog") < title < drawn.index("DC050")
    alone = render_text(make_report(*(one for one in findings if one.rule == "DC050"), language=language))
    assert texts.say("label.no_path") in alone and "DC050" in alone
