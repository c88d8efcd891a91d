"""Reports whose every scanned text tries to break out of the format that quotes it."""

from __future__ import annotations

from dataclasses import replace

from scanner.flows.records import Chain, Gate, PayloadField, Step
from scanner.policy.records import Assessment, Report
from scanner.vocabulary import Certainty, Severity
from tests.reports.builder import COVERAGE, PLACE, make_finding, make_report

TEXTS = (
    "\x1b[31mred\x1b[0m\x9b2J",
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "<!--<script>",
    "]]></failure><x a='\"&amp;",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "| a | b |\n# heading\n```",
    "@everyone #1 www.evil.example https://evil.example",
    "=HYPERLINK(\"http://evil.example\")",
    "\t=1+1",
    "@SUM(A1)",
    "+1|cmd'/c calc'!A0",
    "::error file=a.py::owned\n::set-output name=x::y",
    "##[command]owned",
    "\u202egnp.exe\u2066\ufeff\u200b\ufffe\uffff\x00",
    "lone \udcff surrogate",
    "$title ${script} {0} {x} %s",
    "a,\"b\";c\r\nd",
)  # fmt: skip
"""One for each thing a terminal, a page, Markdown, a spreadsheet, XML or a CI log would obey."""


def hostile_report(text: str) -> Report:
    """A report with ``text`` in every field that comes from scanned code."""
    steps = tuple(Step(text, 3, text, role, text) for role in ("entry", "call", "gate", "sink"))
    finding = make_finding(
        title=text,
        message=text,
        remedies=(text,),
        flow_chain=Chain(steps, "public", Certainty.EXACT),
        flow_others=(Chain(steps[1:], "public", Certainty.NAMED),),
        flow_payload=(PayloadField(text, text, text, 1, (text,)),),
        flow_sdk_adds=(text,),
        flow_gates=(
            Gate("env", text, "opt-out", text, text, 1, text, text),
            Gate("flag", text, "opt-in", text, text, 2),
        ),
        flow_sink_file=text,
        flow_sink_function=text,
        flow_sink_api=text,
        flow_sink_source=text,
        destinations=(replace(PLACE, url=text, host=text, operator=text, country=text, region=text, evidence=text),),
        assessments=(Assessment("DE", text, text, text, text, text),),
    )
    accepted = replace(finding, id="b" * 20, severity=Severity.WARNING, suppressed=text)
    coverage = replace(COVERAGE, skipped=((text, text),), dynamic=((text, 1),), semgrep=(("state", text),))
    return make_report(
        finding, accepted, target=text, name=text, version=text, errors=(text,), coverage=coverage, home=("DE",)
    )
