"""The text report: findings by recipient, the widest problem first, then what was not seen, then one line in sum."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from scanner.policy.judging import SCENARIOS
from scanner.policy.rules import NOTICES
from scanner.reports import palette
from scanner.reports.blocks import badge, country_text, finding_block, operator_text, short_id
from scanner.reports.canvas import canvas, finished
from scanner.reports.footer import coverage_table, summary
from scanner.reports.grouping import Recipient, by_recipient, plural, severities, transfers
from scanner.reports.paths import function_name
from scanner.reports.repository import repository_table
from scanner.reports.speech import say, speaking, spoken, word
from scanner.reports.visible import visible
from scanner.vocabulary import Severity

if TYPE_CHECKING:
    from scanner.policy.records import Finding, Report

DRAWN_ERRORS = 3
"""Errors drawn per recipient."""
DRAWN_WARNINGS = 1
"""Warnings drawn of a recipient without errors."""
DRAWN_RECIPIENTS = 4
"""Recipients drawn that got no error; those with errors are all drawn."""
LISTED_PER_RECIPIENT = 8
LISTED_RECIPIENTS = 15
_BESIDE_NAME = 54
"""Cells of the other columns of that list: numbers, kinds, country."""
_ROOM_FOR_OPERATOR = 110
"""Cells below which the list of further recipients leaves the operator out."""


def render_text(report: Report, *, width: int = 80, color: bool = False, verbose: bool = False) -> str:
    """The report for a terminal ``width`` cells wide (40 to 140); without ``color`` there are no escapes at all.

    Not ``verbose``: per recipient the gravest findings are drawn, further ones listed, notes counted.
    """
    with speaking(report.language):
        return _drawn(report, canvas(width, color), verbose)


def _drawn(report: Report, console: Console, verbose: bool) -> str:
    console.print(_heading(report))
    live = tuple(finding for finding in report.findings if not finding.suppressed)
    if transfers(live):
        console.print(_scenarios(transfers(live)))
    drawn, listed = _chosen(by_recipient(live), verbose)
    for recipient in drawn:
        _print_recipient(console, recipient, verbose)
    if listed:
        _print_listed(console, listed, alone=not drawn)
    notices = (one for one in live if one.kind in NOTICES)
    # That no switch closes a path is said with the path; findings of their own repeat it only on request.
    _print_comments(console, tuple(one for one in notices if verbose or one.severity is not Severity.NOTE), verbose)
    if not transfers(live):
        console.print(Text(f"\n{say('label.no_path')}", palette.HEADING))
    if report.repository is not None:
        console.print(Text(f"\n{say('repository.heading')}", palette.HEADING))
        console.print(repository_table(report.repository, verbose))
    console.print()
    console.print(
        Line(Text(say("label.what_was_seen"), palette.QUIET), align="left", style=palette.GUIDE, characters="─")
    )
    console.print(coverage_table(report, verbose))
    console.print()
    console.print(summary(report))
    return finished(console)


def render_finding(finding: Finding, *, width: int = 80, color: bool = False, language: str = "en") -> str:
    """One finding in full."""
    console = canvas(width, color)
    with speaking(language):
        console.print(finding_block(finding, width=console.width, verbose=True))
    return finished(console)


def _heading(report: Report) -> Text:
    name = f"{visible(report.name, 100)} {visible(report.version, 40)}".strip() or visible(report.target)
    text = Text().append("datacustoms ", palette.QUIET).append(name, palette.HEADING)
    if report.home:
        homes = ", ".join(visible(home, 12) for home in report.home)
        text.append(f"  {say('text.home', homes=homes)}", palette.QUIET)
    return text


def _scenarios(findings: tuple[Finding, ...]) -> Text:
    """How many findings each scenario of the top taxonomy has."""
    numbers = Counter(finding.scenario for finding in findings)
    counts = [
        say("text.scenario_count", scenario=word("scenario", name), number=numbers[name])
        for name in SCENARIOS
        if numbers[name]
    ]
    return Text(say("text.scenarios", counts=spoken().listed(counts)), palette.QUIET)


def _chosen(recipients: tuple[Recipient, ...], verbose: bool) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...]]:
    """Recipients to draw, and those to list: notes are listed, and warnings after the first few."""
    if verbose:
        return recipients, ()
    errors = tuple(one for one in recipients if one.count(Severity.ERROR))
    warnings = tuple(one for one in recipients if one.findings[0].severity is Severity.WARNING)[:DRAWN_RECIPIENTS]
    drawn = errors + warnings
    return drawn, tuple(one for one in recipients if one not in drawn)


def _print_recipient(console: Console, recipient: Recipient, verbose: bool) -> None:
    console.print()
    console.print(Line(_name(recipient), align="left", style=palette.GUIDE, characters="─"))
    console.print(_who(recipient))
    drawn, listed, notes = _split(recipient, verbose)
    above: Finding | None = None
    for finding in drawn:
        console.print()
        console.print(finding_block(finding, above, width=console.width, verbose=verbose))
        above = None if verbose else finding
    if listed or notes:
        console.print()
        console.print(_listed(listed, notes, console.width))


def _print_comments(console: Console, findings: tuple[Finding, ...], verbose: bool) -> None:
    """Comments that accept nothing: no transfers, so they stand under no recipient."""
    if not findings:
        return
    title = Text(say("text.void_comments"), palette.HEADING)
    console.print()
    console.print(Line(title, align="left", style=palette.GUIDE, characters="─"))
    shown = findings if verbose else findings[:LISTED_PER_RECIPIENT]
    for finding in shown:
        console.print()
        console.print(finding_block(finding, width=console.width, verbose=verbose))
    if len(shown) < len(findings):
        console.print(Text(say("label.and_more", number=len(findings) - len(shown)), palette.QUIET))


def _name(recipient: Recipient) -> Text:
    if not recipient.name:
        return Text(say("text.host_unknown"), palette.UNKNOWN)
    return Text(visible(recipient.name, 100), palette.HEADING)


def _who(recipient: Recipient) -> Text:
    text = operator_text(recipient.operator, recipient.operator_country)
    text.append(" · ", palette.GUIDE).append_text(country_text(recipient.country))
    if len(recipient.hosts) > 1:
        text.append(f" · {plural(len(recipient.hosts), 'host')}", palette.QUIET)
    return text.append(" · ", palette.GUIDE).append(severities(recipient.findings))


def _split(recipient: Recipient, verbose: bool) -> tuple[tuple[Finding, ...], tuple[Finding, ...], int]:
    """Findings to draw, findings to list, number of notes only counted."""
    if verbose:
        return recipient.findings, (), 0
    grave = tuple(finding for finding in recipient.findings if finding.severity is not Severity.NOTE)
    drawn = min(recipient.count(Severity.ERROR), DRAWN_ERRORS) or DRAWN_WARNINGS
    return grave[:drawn], grave[drawn:], recipient.count(Severity.NOTE)


def _listed(findings: tuple[Finding, ...], notes: int, width: int) -> Group:
    """Further findings of the same recipient, a line each: by which call, and where."""
    shown = findings[:LISTED_PER_RECIPIENT]
    rows = [_line(finding) for finding in shown]
    places = min(max((cell_len(place) for _, place in rows), default=0), width // 2)
    column = min(max((left.cell_len for left, _ in rows), default=0), width - 2 - places)
    lines = [_fitted(left, place, column, width) for left, place in rows]
    more = [plural(len(findings) - len(shown), "further finding")] if len(findings) > len(shown) else []
    more += [plural(notes, "note")] if notes else []
    if more:
        what = spoken().listed(more, "and")
        lines.append(Text(f" {say('text.same_recipient', what=what)}", palette.QUIET))
    return Group(*lines)


def _line(finding: Finding) -> tuple[Text, str]:
    sink = finding.flow.sink
    left = Text().append_text(badge(finding)).append(f" {short_id(finding)} ", palette.QUIET)
    return left.append(function_name(sink.function)), visible(f"{sink.file}:{sink.line}")


def _fitted(left: Text, place: str, column: int, width: int) -> Text:
    """Both on one line; a place that is too long loses its beginning, for the file and line stand at its end."""
    left.truncate(column, overflow="ellipsis", pad=True)
    shown = Text(place, palette.PLACE)
    if cell_len(place) > (room := width - column - 2):
        kept = place[-(room - 1) :] if place.isascii() else place[-(room // 2) :]
        shown = Text(f"…{kept}", palette.PLACE)
    return left.append("  ").append_text(shown)


def _print_listed(console: Console, recipients: tuple[Recipient, ...], *, alone: bool) -> None:
    """The recipients that are not drawn, a line each."""
    title = Text(say("text.recipients" if alone else "text.further_recipients"), palette.HEADING)
    console.print()
    console.print(Line(title, align="left", style=palette.GUIDE, characters="─"))
    table = Table.grid(padding=(0, 2))
    for wraps in (False, False, True, False, True):
        table.add_column(no_wrap=not wraps)
    for recipient in recipients[:LISTED_RECIPIENTS]:
        table.add_row(*_row(recipient, console.width))
    console.print(table)
    hidden = len(recipients) - LISTED_RECIPIENTS
    more = say("text.more_recipients", what=plural(hidden, "more recipient")) if hidden > 0 else say("text.every_path")
    console.print(Text(more, palette.QUIET))


def _kind(kind: str) -> str:
    """The code of a kind, which English readers know from the JSON report; elsewhere its name."""
    return kind if spoken().language == "en" else word("kind", kind)


def _row(recipient: Recipient, width: int) -> list[Text]:
    """Name, numbers, kinds, country of the data, and the operator where there is room."""
    name = _name(recipient)
    name.truncate(max(20, min(width, _ROOM_FOR_OPERATOR) - _BESIDE_NAME), overflow="ellipsis")
    kinds = sorted({visible(_kind(finding.kind), 40) for finding in recipient.findings})
    country = visible(recipient.country, 20)
    before, _, after = say("text.to", country="\0").partition("\0")
    place = Text(before).append(country or say("label.unknown"), "" if country else palette.UNKNOWN).append(after)
    cells = [name, Text(severities(recipient.findings)), Text(", ".join(kinds)), place]
    if width >= _ROOM_FOR_OPERATOR:
        cells.append(operator_text(recipient.operator, recipient.operator_country))
    return cells
