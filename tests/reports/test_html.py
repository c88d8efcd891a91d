"""The page: it loads nothing, scanned text stays text, and every part is there in both languages."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from scanner.policy.records import Report
from scanner.policy.texts import LANGUAGES, load_texts
from scanner.reports import render, render_all
from scanner.reports.crossing import METADATA, UNKNOWN, matrix
from scanner.reports.html_data import COLUMNS
from scanner.vocabulary import Severity
from tests.reports.builder import ASSESSMENT, NOWHERE, make_finding, make_note, make_place, make_report
from tests.reports.hostile import TEXTS, hostile_report

VOID = {"meta", "input", "br", "link", "img"}
LOADS = {"src", "srcset", "action", "formaction", "data", "poster", "style", "ping", "background", "xlink:href"}
TAGS = frozenset(
    "html head meta title style body a header div p h1 h2 h3 h4 button nav main section table thead tbody tr th td "
    "small svg desc path g rect text span details summary label input select noscript dl dt dd ul li code "
    "script".split()
)


class Page(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.unbalanced: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(report: Report) -> Page:
    return Page(render(report, "html"))


def data_of(page: Page) -> dict[str, Any]:
    document = json.loads(page.texts["script"][0])
    assert isinstance(document, dict)
    return document


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_adds_no_element_no_attribute_and_no_script(text: str) -> None:
    page = page_of(hostile_report(text))
    calm = page_of(hostile_report("calm"))
    assert page.unbalanced == [] and page.open == []
    assert [name for name, _ in page.elements] == [name for name, _ in calm.elements]
    assert [set(attributes) for _, attributes in page.elements] == [set(attributes) for _, attributes in calm.elements]
    assert page.texts["script"][1:] == calm.texts["script"][1:] and len(page.texts["script"]) == 2
    document = render(hostile_report(text), "html")
    assert document.encode("utf-8") and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", document)


def test_nothing_is_loaded_and_no_handler_stands_in_an_attribute() -> None:
    page = page_of(hostile_report(TEXTS[2]))
    for name, attributes in page.elements:
        assert name in TAGS, name
        for key, value in attributes.items():
            assert key not in LOADS and not key.startswith("on"), (name, key)
            assert key != "href" or str(value).startswith("#")


def test_the_policy_allows_this_script_and_this_style_alone() -> None:
    page = page_of(make_report(make_finding()))
    (policy,) = [
        one["content"] for one in page.attributes("meta") if one.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(part.strip().split(" ", 1) for part in str(policy).split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == _digest(page.texts["script"][1])
    assert rules["style-src"] == _digest(page.texts["style"][0])
    assert (rules["base-uri"], rules["form-action"]) == ("'none'", "'none'")
    assert (rules["require-trusted-types-for"], rules["trusted-types"]) == ("'script'", "'none'")
    assert "unsafe" not in str(policy)
    before = [name for name, _ in page.elements[: [name for name, _ in page.elements].index("style")]]
    assert "script" not in before


def test_the_script_never_makes_markup_of_text() -> None:
    script = page_of(make_report()).texts["script"][1]
    for sink in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        "DOMParser",
        "fetch(",
    ):
        assert sink not in script


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_there_in_the_language_of_the_report(language: str) -> None:
    page = page_of(make_report(make_finding(), make_note(), language=language))
    assert page.attributes("html")[0]["lang"] == {"en": "en", "zh": "zh-CN"}[language]
    say = load_texts(language).entries
    headings = page.texts["h2"]
    assert headings == [say[f"html.{name}"] for name in ("overview", "flow", "findings", "switches", "coverage")]
    assert say["html.js.path"] == data_of(page)["words"]["path"]


def test_ids_are_unique_and_labels_lead_somewhere() -> None:
    page = page_of(make_report(make_finding(), make_note()))
    ids = [str(attributes["id"]) for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [str(a[key]) for _, a in page.elements for key in ("aria-labelledby", "aria-describedby") if key in a]
    assert {one for text in named for one in text.split()} <= set(ids)
    assert {str(one["href"])[1:] for one in page.attributes("a")} <= set(ids)


def test_a_finding_is_told_in_full_and_rows_are_told_once() -> None:
    findings = (make_finding(assessments=(ASSESSMENT,)), make_finding(id="c" * 20), make_note())
    data = data_of(page_of(make_report(*findings)))
    cells = [dict(zip(COLUMNS, row, strict=True)) for row in data["findings"]]
    assert [one["severity"] for one in cells] == [0, 0, 2]
    first = cells[0]
    assert data["text"][first["api"]] == "posthog.Posthog.capture"
    path = [[data["text"][cell] for cell in data["steps"][step]] for step in first["chain"]]
    assert [step[0] for step in path] == ["entry", "call", "gate", "sink"]
    assert path[0][1:3] == ["Memory.__init__", "mem0/memory/main.py:488"]
    assert data["text"][data["gates"][first["off"][0]][0]] == "MEM0_TELEMETRY=False"
    assert data["text"][data["assessments"][first["assessments"][0]][2]].startswith("sending to US would need")
    assert cells[1]["chain"] == first["chain"]
    assert len(data["places"]) == 2


def test_what_is_unknown_has_its_own_row_and_column() -> None:
    bare = make_finding(flow_payload=(), flow_sdk_adds=(), destinations=(NOWHERE,), severity=Severity.NOTE)
    cells = matrix([bare, replace(bare, severity=Severity.WARNING), make_finding(destinations=())])
    assert cells[METADATA, UNKNOWN].number == 2 and cells[METADATA, UNKNOWN].gravest is Severity.WARNING
    assert cells["user_identifier", UNKNOWN].number == 1
    page = page_of(make_report(bare))
    assert [one["data-country"] for one in page.attributes("a") if "data-country" in one] == ["?"]


def test_accepted_findings_are_left_out_of_the_overview_and_counted() -> None:
    page = page_of(make_report(make_finding(suppressed="agreed"), make_note()))
    assert "Found: 1 note" in page.texts["p"]
    assert "Accepted and left out of the overview: 1" in page.texts["p"]
    assert len(data_of(page)["findings"]) == 2


def test_many_countries_and_operators_fold_into_one_node() -> None:
    places = [make_place(operator=f"Operator {n}", country=f"{chr(65 + n)}X") for n in range(20)]
    page = page_of(make_report(*(make_finding(destinations=(place,)) for place in places)))
    assert page.texts["text"].count("others") == 2


def test_nothing_found_is_a_page_too() -> None:
    page = page_of(make_report())
    assert page.texts["p"].count("No path was found by which data leaves.") == 2
    assert data_of(page)["findings"] == []


def test_several_targets_are_one_page_with_a_filter() -> None:
    page = Page(render_all((make_report(make_finding()), make_report(make_note(), name="other")), "html"))
    assert data_of(page)["targets"] == ["mem0ai 2.2.1", "other 2.2.1"]
    assert "filter-target" in [one.get("id") for one in page.attributes("select")]
