"""What a scan saw and did not see, and the whole result in one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from scanner.policy.retelling import reason
from scanner.reports import palette
from scanner.reports.grouping import first_destination, plural, severities, transfers
from scanner.reports.speech import say, spoken
from scanner.reports.visible import visible
from scanner.vocabulary import Severity

if TYPE_CHECKING:
    from scanner.policy.records import Coverage, Finding, Report

MOST_REASONS = 4
MOST_SKIPPED = 200


def coverage_table(report: Report, verbose: bool) -> Table:
    """Files, calls, sinks, dynamic code and semgrep, one row each; problems last, in red."""
    seen = report.coverage
    table = Table.grid(padding=(0, 2))
    table.add_column(style=palette.LABEL, no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(say("label.files"), _files(seen))
    if verbose:
        for file, why in seen.skipped[:MOST_SKIPPED]:
            table.add_row("", Text(f"{visible(file)}: {visible(reason(why, spoken()))}", palette.QUIET))
    table.add_row(say("label.calls"), Text(_share(seen.calls_resolved, seen.calls)))
    table.add_row(say("label.sinks"), _sinks(seen))
    if seen.dynamic:
        table.add_row(say("label.dynamic"), Text(_counted(seen.dynamic)))
    table.add_row("semgrep", _semgrep(seen))
    for error in report.errors:
        table.add_row(say("label.problem"), Text(visible(error, 600), palette.ALARM))
    return table


def _files(seen: Coverage) -> Text:
    text = Text(say("text.read", parsed=f"{seen.parsed:,}", files=f"{seen.files:,}"))
    aside = [(role, number) for role, number in seen.roles if role != "product" and number]
    if aside:
        text.append(f" ({_counted(tuple(aside))})", palette.QUIET)
    if seen.skipped:
        reasons = Counter(reason(why, spoken()) for _, why in seen.skipped).most_common()
        reasons.sort(key=lambda pair: (-pair[1], pair[0]))
        named = ", ".join(f"{number} × {visible(why, 60)}" for why, number in reasons[:MOST_REASONS])
        more = ", …" if len(reasons) > MOST_REASONS else ""
        text.append(f" · {say('text.skipped', number=f'{len(seen.skipped):,}', reasons=named + more)}", palette.GATE)
    return text


def _sinks(seen: Coverage) -> Text:
    text = Text(say("text.reached", number=f"{seen.sinks:,}"))
    if seen.sinks_without_host:
        text.append(f" · {say('text.hostless', number=f'{seen.sinks_without_host:,}')}", palette.GATE)
    return text


def _semgrep(seen: Coverage) -> Text:
    facts = dict(seen.semgrep)
    state = facts.pop("state", "unknown")
    detail = facts.pop("detail", "")
    text = Text().append(visible(state, 40), "" if state in ("used", "not-needed", "off") else palette.GATE)
    text.append(f" · {plural(seen.rules, 'rule')}", palette.QUIET)
    facts.pop("rules", "")
    others = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in sorted(facts.items()) if value)
    text.append(f" · {visible(others)}" if others else "", palette.QUIET)
    return text.append(f" · {visible(detail)}" if detail else "")


def _counted(pairs: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{visible(name, 40)} {number:,}" for name, number in sorted(pairs))


def _share(part: int, whole: int) -> str:
    numbers = {"part": f"{part:,}", "whole": f"{whole:,}"}
    return (
        say("text.resolved_share", percent=100 * part // whole, **numbers) if whole else say("text.resolved", **numbers)
    )


def summary(report: Report) -> Text:
    """One line: how many findings, to how many hosts, in which countries, and how many have no switch."""
    live = tuple(finding for finding in report.findings if not finding.suppressed)
    text = Text().append(severities(live) if live else say("text.no_findings"), _style(live))
    if transfers(live):
        text.append(f" · {_recipients(transfers(live))}")
    unstoppable = sum(_unstoppable(finding) for finding in live)
    if unstoppable:
        text.append(f" · {say('text.without_switch', number=unstoppable)}", palette.ALARM)
    hidden = len(report.findings) - len(live)
    return text.append(f" · {say('text.suppressed', number=hidden)}", palette.QUIET) if hidden else text


def _style(live: tuple[Finding, ...]) -> str:
    gravest = min((finding.severity for finding in live), key=lambda severity: severity.rank, default=Severity.NOTE)
    return {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}.get(gravest, "bold green")


def _recipients(live: tuple[Finding, ...]) -> str:
    places = [where for finding in live if (where := first_destination(finding))]
    hosts = {where.host for where in places if where.host}
    countries = sorted({where.country for where in places if where.country})
    if any(not where.country for where in places) or not places:
        countries.append(say("label.unknown"))
    return f"{plural(len(hosts), 'host')} · {', '.join(visible(name, 20) for name in countries)}"


def _unstoppable(finding: Finding) -> bool:
    grave = finding.severity is Severity.ERROR
    return grave and finding.flow.default_on is True and not any(gate.kind != "ci" for gate in finding.flow.gates)
