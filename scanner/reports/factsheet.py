"""The data-export fact sheet, in the order of China's self-assessment template (annex 4 of the filing guide, second
edition of 2024-03), which the impact assessment for the standard contract shares.

What the code shows is filled in; what it cannot show is a marked placeholder. Sections 2.2 and 2.4 are the heart of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.policy.geography import refusals
from scanner.policy.judging import SCENARIOS
from scanner.policy.regimes import load_regimes
from scanner.policy.retelling import reason
from scanner.policy.rules import is_plain, is_return
from scanner.policy.texts import load_texts
from scanner.policy.wording import is_unverified, switches
from scanner.policy.zones import lists_of
from scanner.reports import cards
from scanner.reports.sheet import Card, Grid, Heading, Paragraph, Part, Sheet
from scanner.reports.transfers import Importer, Selection, importers, select
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.flows.records import Flow
    from scanner.policy.records import Report
    from scanner.policy.texts import Texts

_WEAKENED = frozenset({"hash", "truncate", "mask", "redact", "aggregate"})
MOST_POINTS = 40
MOST_UNREAD = 5
MOST_PLACES = 12


def fact_sheet(report: Report) -> Sheet:
    """The document in the language of the report."""
    texts = load_texts(report.language)
    chosen = select(report)
    parts = [
        *opening(report, texts),
        *_work(report, texts),
        *_export(report, chosen, texts),
        *_risks(report, chosen, texts),
        Heading(1, texts.say("sheet.4")),
        _blank("sheet.4.text", texts),
        *_notice(chosen, texts),
    ]
    return Sheet(texts.say("sheet.title"), texts.say("sheet.subtitle"), report.language, tuple(parts))


def opening(report: Report, texts: Texts) -> list[Part]:
    """Where the document comes from, and what it does not claim."""
    pack = report.pack
    named = f"{pack.title(report.language)} ({pack.as_of})" if pack else texts.say("sheet.pack.none")
    made = texts.say(
        "sheet.note.made",
        version=report.tool_version,
        target=subject(report),
        catalog=report.catalog_date,
        regimes=load_regimes().as_of,
        pack=named,
    )
    notes = (made, texts.say("sheet.note.potential"), texts.say("sheet.note.absence"))
    return [Paragraph(text, "note") for text in notes]


def subject(report: Report) -> str:
    """Name and version of what was read, else the target."""
    return visible(f"{report.name} {report.version}".strip() or report.target)


def coverage_value(report: Report, texts: Texts) -> str:
    """What was seen, in one sentence."""
    seen = report.coverage
    return texts.say(
        "sheet.1.coverage_value",
        parsed=seen.parsed,
        files=seen.files,
        resolved=seen.calls_resolved,
        calls=seen.calls,
        sinks=seen.sinks,
        hostless=seen.sinks_without_host,
    )


def _blank(key: str, texts: Texts) -> Paragraph:
    return Paragraph(texts.say("sheet.fill", what=texts.say(key)), "fill")


def _work(report: Report, texts: Texts) -> list[Part]:
    rows = [
        (texts.say("sheet.1.target"), subject(report)),
        (texts.say("sheet.1.coverage"), coverage_value(report, texts)),
    ]
    unread = [f"{file}: {reason(why, texts)}" for file, why in report.coverage.skipped]
    if unread:
        rows.append((texts.say("sheet.1.unread"), cards.shortened(unread, texts, MOST_UNREAD)))
    return [
        Heading(1, texts.say("sheet.1")),
        _blank("sheet.1.work", texts),
        Paragraph(texts.say("sheet.1.code")),
        Card(tuple(rows)),
        _blank("sheet.1.third_party", texts),
    ]


def _export(report: Report, chosen: Selection, texts: Texts) -> list[Part]:
    found = importers(chosen.transfers)
    merged = importers(chosen.transfers, by_scenario=False)
    parts: list[Part] = [Heading(1, texts.say("sheet.2")), Heading(2, texts.say("sheet.2.1"))]
    parts += [_blank(f"sheet.2.1.{name}", texts) for name in ("basic", "organisation", "business")]
    parts += [Heading(2, texts.say("sheet.2.2"))]
    parts += [_blank(f"sheet.2.2.{name}", texts) for name in ("purpose", "volume", "systems")]
    if not found:
        parts.append(Paragraph(texts.say("sheet.2.2.nothing")))
    for scenario in SCENARIOS:
        parts += _scenario(report, scenario, tuple(one for one in found if one.scenario == scenario), texts)
    counts = {"aside": chosen.aside, "domestic": chosen.domestic, "accepted": chosen.accepted}
    parts.append(Paragraph(texts.say("sheet.left_out", **counts), "note"))
    parts += [Heading(2, texts.say("sheet.2.3")), *_measures(chosen, texts), _blank("sheet.2.3.management", texts)]
    parts += [Heading(2, texts.say("sheet.2.4")), *_recipients(report, merged, texts)]
    return [*parts, Heading(2, texts.say("sheet.2.5")), _blank("sheet.2.5.text", texts)]


def _scenario(report: Report, scenario: str, found: tuple[Importer, ...], texts: Texts) -> list[Part]:
    if not found:
        return []
    parts: list[Part] = [Heading(3, texts.say("sheet.2.2.scenario", scenario=texts.word("scenario", scenario)))]
    for one in found:
        rows = [(texts.say("card.recipient"), _named(one, texts)), (texts.say("card.system"), subject(report))]
        rows += [*cards.what(one, texts, report.pack), *cards.how(one, texts)]
        parts.append(Card(tuple(rows)))
    return parts


def _named(one: Importer, texts: Texts) -> str:
    name = visible(one.name) or texts.say("recipient.unknown")
    return f"{name} · {texts.country(one.country)}" if one.country else name


def _measures(chosen: Selection, texts: Texts) -> list[Part]:
    rows = chosen.transfers
    if not rows:
        return []
    flows = [row.finding.flow for row in rows]
    counts = {
        "tls": sum(cards.encrypted(row) is True for row in rows),
        "verify": sum(cards.verified(row) is True for row in rows),
        "encrypted": sum(_guarded(flow, frozenset({"encrypt"})) for flow in flows),
        "masked": sum(_guarded(flow, _WEAKENED) for flow in flows),
        "switch": sum(bool(switches(flow)) for flow in flows),
        "off": sum(flow.default_on is False for flow in flows),
    }
    head = tuple(texts.say(f"sheet.2.3.{name}") for name in ("measure", "paths", "paths_without"))
    body = tuple((texts.say(f"sheet.2.3.{name}"), str(n), str(len(rows) - n)) for name, n in counts.items())
    return [Paragraph(texts.say("sheet.2.3.seen")), Grid(head, body)]


def _guarded(flow: Flow, wanted: frozenset[str]) -> bool:
    return bool(flow.payload) and all(wanted & set(part.safeguards) for part in flow.payload)


def _recipients(report: Report, found: tuple[Importer, ...], texts: Texts) -> list[Part]:
    parts: list[Part] = []
    for one in found:
        rows = [*cards.who(one, texts), *cards.on_file(one, report, texts)]
        contact = texts.say("sheet.fill", what=texts.say("card.contact"))
        storage = texts.say("sheet.fill", what=texts.say("card.storage"))
        known = cards.known_from(one, texts)
        rows += [(texts.say("card.evidence"), known)] if known else []
        rows += [(texts.say("card.contact"), contact), (texts.say("card.storage"), storage)]
        parts.append(Card(tuple(rows)))
    return [*parts, _blank("sheet.2.4.purpose", texts)]


def _risks(report: Report, chosen: Selection, texts: Texts) -> list[Part]:
    parts: list[Part] = [Heading(1, texts.say("sheet.3")), Heading(2, texts.say("sheet.3.status"))]
    if not report.home:
        parts.append(Paragraph(texts.say("sheet.3.no_home")))
    for one in importers(chosen.transfers, by_scenario=False):
        status = cards.status_rows(one, texts)
        if status:
            parts.append(Card(((texts.say("card.recipient"), _named(one, texts)), *status)))
    asked = cards.assessments(chosen.transfers)
    parts += _bullets("sheet.3.conflicts", [one.operator_reach for one in asked], texts)
    parts += _bullets("sheet.3.questions", [texts.say(f"question.{q}") for one in asked for q in one.questions], texts)
    parts += _bullets("sheet.3.zones", _zones(report, chosen, texts), texts)
    parts += _bullets("sheet.3.findings", [*_refused(report, chosen, texts), *_points(chosen, texts)], texts)
    return [*parts, _blank("sheet.3.judgement", texts)]


def _bullets(heading: str, items: list[str], texts: Texts) -> list[Part]:
    distinct = list(dict.fromkeys(one for one in items if one))
    if not distinct:
        return []
    shown: list[Part] = [Paragraph(one, "bullet") for one in distinct[:MOST_POINTS]]
    if len(distinct) > MOST_POINTS:
        shown.append(Paragraph(texts.say("label.and_more", number=len(distinct) - MOST_POINTS), "bullet"))
    return [Heading(2, texts.say(heading)), *shown]


def _zones(report: Report, chosen: Selection, texts: Texts) -> list[str]:
    """Lists of free-trade zones that data on a path may stand on: of the zone of the profile, else of every zone."""
    if "CN" not in report.home:
        return []
    zone = str(report.pack.fact("ftz") or "") if report.pack else ""
    data = {part.data_class for row in chosen.transfers for part in row.finding.flow.payload}
    said = []
    for one in lists_of(zone):
        touched = one.touched(data)
        if touched or zone:
            fields = touched or one.fields
            named = texts.listed(dict(part.words)[texts.language] for part in fields) or texts.say("label.unknown")
            title = dict(one.title)[texts.language]
            said.append(texts.say("sheet.3.zone", title=title, since=one.since, fields=named, source=one.source))
    return said


def _refused(report: Report, chosen: Selection, texts: Texts) -> list[str]:
    """Operators that refuse users at home."""
    operators = {row.where.operator for row in chosen.transfers if row.where}
    return [
        texts.say(
            "sheet.3.refused", operator=one.operator, country=texts.country(home), since=one.since, source=one.source
        )
        for one, home in refusals(operators, report.home)
    ]


def _points(chosen: Selection, texts: Texts) -> list[str]:
    """What is wrong on a path whatever the law says."""
    points: dict[tuple[str, str], list[str]] = {}
    for row in chosen.transfers:
        flow, host = row.finding.flow, row.where.host if row.where else ""
        found = {
            "unknown_host": not host,
            "plain": bool(host) and is_plain(flow, row.finding.destinations),
            "unverified": bool(host) and is_unverified(flow),
            "no_switch": bool(host and is_return(flow, row.finding.kind) and flow.default_on and not switches(flow)),
        }
        for name in (name for name, holds in found.items() if holds):
            points.setdefault((name, host), []).append(f"{flow.sink.file}:{flow.sink.line}")
    return [
        texts.say(f"sheet.3.{name}", host=visible(host), place=cards.shortened(places, texts, MOST_PLACES))
        for (name, host), places in points.items()
    ]


def _notice(chosen: Selection, texts: Texts) -> list[Part]:
    parts: list[Part] = [Heading(1, texts.say("sheet.annex"))]
    for one in importers(chosen.transfers, by_scenario=False):
        blanks = [
            texts.say("sheet.fill", what=texts.say(f"sheet.annex.{name}")) for name in ("contact", "purpose", "rights")
        ]
        rows = [(texts.say("card.recipient"), _named(one, texts)), cards.what(one, texts, None)[0]]
        parts.append(Card((*rows, (texts.say("card.contact"), "\n".join(blanks)))))
    return parts if len(parts) > 1 else []
