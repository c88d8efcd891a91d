"""The parts of the page that stand without script: overview, recipients, flow, switches, coverage."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scanner.policy.retelling import reason
from scanner.policy.wording import switches
from scanner.reports.crossing import METADATA, UNKNOWN, Matrix, carrier, classes, live, matrix, ranked
from scanner.reports.grouping import Recipient, by_recipient, plural, severities, transfers
from scanner.reports.html_data import target_name
from scanner.reports.html_flow import flow_svg, link_rows, named
from scanner.reports.markup import tag
from scanner.reports.speech import say, spoken
from scanner.reports.switches import explanation, setting

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from scanner.policy.records import Coverage, Finding, Report

MOST_CLASSES, MOST_COUNTRIES = 30, 14
MOST_RECIPIENTS = 100
MOST_SWITCHES = 200
MOST_SKIPPED = 500
MOST_LINKS = 120
_CLASS, _COUNTRY = 0, 3
"""Columns of the flow diagram, which name classes and countries."""


def overview(reports: tuple[Report, ...]) -> Element:
    """How much, the matrix of data class by country, and who receives what."""
    found = live(one for report in reports for one in report.findings)
    accepted = sum(len(report.findings) for report in reports) - len(found)
    return _section(
        "overview",
        tag("p", say("html.summary", findings=severities(found)), class_="lead"),
        tag("p", say("html.accepted", number=accepted), class_="quiet") if accepted else None,
        tag("h3", say("html.matrix"), id="matrix-title"),
        _matrix(matrix(transfers(found))) if transfers(found) else tag("p", say("label.no_path")),
        tag("h3", say("html.recipients"), id="recipients-title"),
        _recipients(by_recipient(found)),
    )


def flow(reports: tuple[Report, ...]) -> Element:
    """The diagram, and the same in words."""
    found = transfers(live(one for report in reports for one in report.findings))
    if not found:
        return _section("flow", tag("p", say("label.no_path")))
    rows = [tag("tr", *(tag("td", cell) for cell in row)) for row in link_rows(found)[:MOST_LINKS]]
    head = tuple(say(f"html.link.{name}") for name in ("from", "to", "number"))
    return _section(
        "flow",
        tag("p", say("html.flow_about"), class_="quiet"),
        _scrolling(flow_svg(found), say("html.diagram"), "diagram"),
        _legend(),
        tag("details", tag("summary", say("html.in_words")), _table(head, rows, say("html.in_words"))),
    )


def off_switches(reports: tuple[Report, ...]) -> Element:
    """Every switch with the number of findings it decides, and what has none."""
    found = transfers(live(one for report in reports for one in report.findings))
    rows: Counter[tuple[str, str, str]] = Counter()
    for one in found:
        rows.update(
            {_switch(gate.polarity, setting(gate), gate.name, explanation(gate)) for gate in switches(one.flow)}
        )
    bare = [one for one in found if not switches(one.flow)]
    ordered = sorted(rows.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_SWITCHES]
    body = [
        tag("tr", tag("th", tag("code", name), scope="row"), tag("td", does), tag("td", rule), tag("td", str(number)))
        for (does, name, rule), number in ordered
    ]
    head = tuple(say(f"html.switch.{name}") for name in ("name", "does", "rule", "number"))
    return _section(
        "switches",
        _table(head, body, say("html.switch_table")) if body else None,
        tag("p", say("html.unswitched", number=len(bare), hosts=_hosts(bare))) if bare else None,
    )


def coverage(reports: tuple[Report, ...]) -> Element:
    """What was seen of each target, what was not, and what that means."""
    parts: list[Element | None] = [tag("p", say("html.absence"), class_="quiet")]
    for report in reports:
        parts.append(tag("h3", target_name(report)) if len(reports) > 1 else None)
        parts += [_seen(report.coverage), *(tag("p", error, class_="problem") for error in report.errors)]
        parts.append(_skipped(report.coverage))
    return _section("coverage", *parts)


def _section(name: str, *children: Element | None) -> Element:
    return tag("section", tag("h2", say(f"html.{name}"), id=f"{name}-title"), *children, id=name,
               aria_labelledby=f"{name}-title")  # fmt: skip


def _scrolling(child: Element, label: str, class_: str = "") -> Element:
    return tag("div", child, class_=f"scrolling {class_}".strip(), role="region", aria_label=label, tabindex=0)


def _table(head: tuple[str, ...], rows: list[Element], label: str) -> Element:
    top = tag("thead", tag("tr", *(tag("th", cell, scope="col") for cell in head)))
    return _scrolling(tag("table", top, tag("tbody", *rows)), label)


def _matrix(cells: Matrix) -> Element:
    names = ranked(((name, tally.number) for (name, _), tally in cells.items()), METADATA)[:MOST_CLASSES]
    across = ranked(((country, tally.number) for (_, country), tally in cells.items()), UNKNOWN)[:MOST_COUNTRIES]
    rows = [
        tag("tr", tag("th", named(_CLASS, name), scope="row"), *(_cell(cells, name, country) for country in across))
        for name in names
    ]
    head = (say("html.data_class"), *(named(_COUNTRY, country) for country in across))
    return _table(head, rows, say("html.matrix"))


def _cell(cells: Matrix, name: str, country: str) -> Element:
    tally = cells.get((name, country))
    if tally is None:
        return tag("td", "·", class_="none")
    label = say("html.cell", data=named(_CLASS, name), country=named(_COUNTRY, country), number=tally.number,
                severity=spoken().word("severity", tally.gravest))  # fmt: skip
    link = tag("a", str(tally.number), href="#findings", data_class=name, data_country=country, aria_label=label,
               class_=f"cell {tally.gravest}")  # fmt: skip
    return tag("td", link)


def _recipients(groups: tuple[Recipient, ...]) -> Element | None:
    if not groups:
        return None
    rows = [_recipient(one) for one in groups[:MOST_RECIPIENTS]]
    head = tuple(say(f"html.recipient.{name}") for name in ("name", "home", "country", "data", "via", "findings"))
    more = len(groups) - MOST_RECIPIENTS
    note = tag("p", plural(more, "more recipient"), class_="quiet") if more > 0 else None
    return tag("div", _table(head, rows, say("html.recipients")), note)


def _recipient(one: Recipient) -> Element:
    unknown = say("label.unknown")
    name = one.operator or (one.hosts[0] if one.hosts else "")
    link = tag("a", name or unknown, href="#findings", data_operator=name or UNKNOWN)
    hosts = tag("small", spoken().listed(one.hosts[:4])) if one.hosts and one.hosts != (name,) else None
    data = sorted({named(_CLASS, cls) for finding in one.findings for cls in classes(finding)})
    via = sorted({carrier(finding) for finding in one.findings})
    return tag(
        "tr",
        tag("th", link, hosts, scope="row"),
        tag("td", spoken().country(one.operator_country) or unknown),
        tag("td", spoken().country(one.country) or unknown),
        tag("td", _some(data)),
        tag("td", _some(via)),
        tag("td", severities(one.findings)),
    )


def _some(names: list[str], most: int = 6) -> str:
    shown = spoken().listed(names[:most])
    return say("list.more", shown=shown, number=len(names) - most) if len(names) > most else shown


def _legend() -> Element:
    names = ("error", "warning", "note")
    return tag("p", *(tag("span", spoken().word("severity", name), class_=f"key {name}") for name in names))


def _switch(polarity: str, shown: str, name: str, rule: str) -> tuple[str, str, str]:
    off = polarity == "opt-out"
    return say("html.stops" if off else "html.starts"), shown if off else name, rule


def _hosts(found: list[Finding]) -> str:
    hosts = sorted({where.host for one in found for where in one.destinations if where.host})
    return _some(hosts, 12) or say("label.unknown")


def _seen(seen: Coverage) -> Element:
    facts = dict(seen.semgrep)
    rows = [
        (say("label.files"), say("text.read", parsed=f"{seen.parsed:,}", files=f"{seen.files:,}")),
        (say("label.calls"), say("text.resolved", part=f"{seen.calls_resolved:,}", whole=f"{seen.calls:,}")),
        (say("label.sinks"), say("text.reached", number=f"{seen.sinks:,}")),
        ("", say("text.hostless", number=f"{seen.sinks_without_host:,}")),
        (
            say("label.dynamic"),
            ", ".join(f"{name} {number:,}" for name, number in sorted(seen.dynamic)) or say("label.none"),
        ),
        ("semgrep", " · ".join(filter(None, (facts.get("state"), facts.get("version"), plural(seen.rules, "rule"))))),
    ]
    return tag("dl", *(tag(kind, text) for row in rows for kind, text in zip(("dt", "dd"), row, strict=True)),
               class_="facts")  # fmt: skip


def _skipped(seen: Coverage) -> Element | None:
    if not seen.skipped:
        return None
    title = say("html.skipped", number=f"{len(seen.skipped):,}")
    items = [tag("li", tag("code", file), f" {reason(why, spoken())}") for file, why in seen.skipped[:MOST_SKIPPED]]
    return tag("details", tag("summary", title), tag("ul", *items))
