"""Steps 1 and 2 of a transfer impact assessment (EDPB Recommendations 01/2020): the map, and the tool relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.policy.texts import load_texts
from scanner.reports import cards
from scanner.reports.factsheet import coverage_value, opening, subject
from scanner.reports.sheet import Card, Heading, Paragraph, Part, Sheet
from scanner.reports.transfers import Importer, importers, select
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.policy.records import Report
    from scanner.policy.texts import Texts


def transfer_map(report: Report) -> Sheet:
    """The document in the language of the report."""
    texts = load_texts(report.language)
    rows = select(report).transfers
    found, merged = importers(rows), importers(rows, by_scenario=False)
    coverage = (texts.say("sheet.1.coverage"), coverage_value(report, texts))
    parts: list[Part] = [*opening(report, texts), Card(((texts.say("sheet.1.target"), subject(report)), coverage))]
    parts.append(Heading(1, texts.say("tia.1")))
    parts += [_known(report, one, texts) for one in found] or [Paragraph(texts.say("sheet.2.2.nothing"))]
    parts.append(Heading(1, texts.say("tia.2")))
    parts += [_tool(report, one, texts) for one in merged]
    parts.append(Paragraph(texts.say("tia.next"), "note"))
    return Sheet(texts.say("tia.title"), texts.say("tia.subtitle"), report.language, tuple(parts))


def _known(report: Report, one: Importer, texts: Texts) -> Card:
    rows = [(texts.say("card.scenario"), texts.word("scenario", one.scenario))]
    rows += [*cards.who(one, texts), *cards.what(one, texts, report.pack), *cards.how(one, texts)]
    onward = texts.say("sheet.fill", what=texts.say("tia.onward"))
    return Card((*rows, (texts.say("card.storage"), onward)))


def _tool(report: Report, one: Importer, texts: Texts) -> Card:
    rows = [(texts.say("card.recipient"), visible(one.name) or texts.say("recipient.unknown"))]
    rows += [*cards.status_rows(one, texts), *cards.on_file(one, report, texts)]
    reach = cards.lines((item.operator_reach for item in cards.assessments(one.transfers)), texts)
    rows += [(texts.say("card.reach"), reach)] if reach else []
    return Card((*rows, (texts.say("card.tool"), texts.say("sheet.fill", what=texts.say("card.tool_fill")))))
