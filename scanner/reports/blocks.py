"""One finding, drawn: badge and title, the path, then what leaves, to whom, when, and the switch in plain sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scanner.reports import palette
from scanner.reports.cargo import what_leaves
from scanner.reports.grouping import plural
from scanner.reports.paths import function_name, path_lines
from scanner.reports.switches import NO_SWITCH, SWITCH_OFF, switch_lines
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.destinations.records import Destination
    from scanner.flows.records import Chain, Flow
    from scanner.policy.records import Assessment, Finding

MOST_DESTINATIONS = 3
MOST_WAYS_IN = 2
MOST_OTHER_PATHS = 10
_SHORT_ID = 8
_INDENT = 2


def finding_block(finding: Finding, above: Finding | None = None, *, width: int, verbose: bool) -> RenderableType:
    """The finding in full, ``width`` cells wide; what it shares with the one drawn ``above`` is not said again."""
    inner = width - _INDENT
    flow = finding.flow
    drawn = path_lines(flow.chain, flow.gates, flow.sink, width=inner, verbose=verbose)
    body: list[RenderableType] = [*drawn, *_other_ways(flow, inner, verbose), Text(), _details(finding, above, verbose)]
    return Group(title_line(finding), Padding(Group(*body), (0, 0, 0, _INDENT)))


def title_line(finding: Finding) -> RenderableType:
    """Badge, title, rule and short id on one row."""
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(no_wrap=True)
    row.add_column(ratio=1, overflow="fold")
    row.add_column(no_wrap=True, justify="right")
    title = Text().append(visible(finding.title), palette.HEADING)
    if finding.flow.role != "product":
        title.append(f" [{visible(finding.flow.role, 20)} code]", palette.QUIET)
    if finding.baseline_state != "new":
        title.append(f" [{visible(finding.baseline_state, 20)}]", palette.QUIET)
    row.add_row(badge(finding), title, Text(f"{visible(finding.rule, 20)} {short_id(finding)}", palette.QUIET))
    return row


def badge(finding: Finding) -> Text:
    """The severity as a coloured word."""
    return Text(f" {finding.severity.upper()} ", palette.BADGE[finding.severity])


def short_id(finding: Finding) -> str:
    """The beginning of the id, enough to ask ``explain`` for it."""
    return visible(finding.id[:_SHORT_ID])


def _other_ways(flow: Flow, width: int, verbose: bool) -> list[Text]:
    if not flow.others:
        return []
    if verbose:
        return [line for chain in flow.others[:MOST_OTHER_PATHS] for line in _other_path(chain, flow, width)]
    names = list(dict.fromkeys(function_name(chain.steps[0].function) for chain in flow.others if chain.steps))
    named = ", ".join(names[:MOST_WAYS_IN]) + (", …" if len(names) > MOST_WAYS_IN else "")
    return [Text(f"also from {plural(len(flow.others), 'other entry point')}: {named}", palette.QUIET)]


def _other_path(chain: Chain, flow: Flow, width: int) -> list[Text]:
    return [Text("or", palette.QUIET), *path_lines(chain, (), flow.sink, width=width, verbose=True)]


def _details(finding: Finding, above: Finding | None, verbose: bool) -> Table:
    rows = _rows(finding, verbose)
    known = set() if above is None else {(name, text.plain) for name, text in _rows(above, verbose)}
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        if (name, text.plain) not in known:
            table.add_row(_name(name, finding), text)
    shared = [name[0].lower() + name[1:] for name, text in rows if name and (name, text.plain) in known]
    if shared:
        table.add_row(Text("As above", palette.LABEL), Text(", ".join(shared), palette.QUIET))
    return table


def _name(name: str, finding: Finding) -> Text:
    if name == NO_SWITCH:
        return Text(name, palette.ALARM if finding.flow.default_on and finding.flow.payload else palette.LABEL)
    return Text(name, palette.SWITCH if name == SWITCH_OFF else palette.LABEL)


def _rows(finding: Finding, verbose: bool) -> list[tuple[str, Text]]:
    rows = [("What leaves", what_leaves(finding.flow))]
    rows += _destinations(finding, verbose)
    rows += [("When", _when(finding)), *switch_lines(finding)]
    rows += [(f"For {visible(one.home, 12)}", _assessment(one)) for one in finding.assessments]
    return [*rows, *_verbose_rows(finding)] if verbose else rows


def _destinations(finding: Finding, verbose: bool) -> list[tuple[str, Text]]:
    shown = finding.destinations if verbose else finding.destinations[:MOST_DESTINATIONS]
    rows = [("Goes to" if not number else "", _destination(where)) for number, where in enumerate(shown)]
    hidden = len(finding.destinations) - len(shown)
    return [*rows, ("", Text(f"and {hidden} more", palette.QUIET))] if hidden else rows


def _destination(where: Destination) -> Text:
    address = visible(where.url or where.host, 160)
    text = Text().append(address or "Unknown", "" if address else palette.UNKNOWN)
    text.append(" · ", palette.GUIDE).append_text(operator_text(where.operator, where.operator_country))
    text.append(", ").append_text(country_text(where.country))
    how = palette.RESOLVED.get(where.resolved_by, visible(where.resolved_by, 40))
    return text.append(f" · {how}", palette.QUIET)


def operator_text(operator: str, home: str) -> Text:
    """Who runs it, and the operator's home country; Unknown is said."""
    if not operator:
        return Text("operator ").append("Unknown", palette.UNKNOWN)
    return Text(visible(operator, 80)).append(f" (home {visible(home, 20)})" if home else "")


def country_text(country: str) -> Text:
    """Where the data arrives; Unknown is said."""
    if country:
        return Text("data in ").append(visible(country, 20), "bold")
    return Text("data country ").append("Unknown", palette.UNKNOWN)


def _when(finding: Finding) -> Text:
    flow = finding.flow
    text = Text(palette.TRIGGERS.get(flow.trigger, visible(flow.trigger, 40) or "not known"))
    states = {True: ("on by default", palette.ALARM), False: ("off by default", ""), None: ("default not known", "")}
    text.append(", ").append(*states[flow.default_on])
    if flow.sink.tls == "no":
        text.append(", ").append("not encrypted", palette.ALARM)
    return text.append(f" · confidence {finding.confidence}", palette.QUIET)


def _assessment(one: Assessment) -> Text:
    text = Text().append(visible(one.status.replace("_", " "), 40), palette.HEADING)
    text.append(f": {visible(one.needs, 600)}")
    cited = ", ".join(part for part in (visible(one.citation), f"as of {visible(one.as_of, 20)}") if part)
    return text.append(f" ({cited})", palette.QUIET)


def _verbose_rows(finding: Finding) -> list[tuple[str, Text]]:
    sink = finding.flow.sink
    evidence = [visible(where.evidence or "none", 600) for where in finding.destinations]
    rows = [("Evidence" if not number else "", Text(text)) for number, text in enumerate(dict.fromkeys(evidence))]
    if sink.source:
        rows.append(("Source", Text(visible(" ".join(sink.source.split()), 400))))
    rows.append(("Found by", Text(visible(" ".join((sink.found_by, sink.method, sink.scheme)).strip(), 100))))
    remedies = [visible(remedy, 600) for remedy in finding.remedies]
    rows += [("Remedies" if not number else "", Text(text)) for number, text in enumerate(remedies)]
    return [*rows, ("Id", Text(visible(finding.id)))]
