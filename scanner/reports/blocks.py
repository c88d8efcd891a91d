"""One finding, drawn: badge and title, the path, then what leaves, to whom, when, and the switch in plain sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scanner.policy.retelling import evidence
from scanner.policy.rules import NOTICES
from scanner.reports import palette
from scanner.reports.cargo import what_leaves
from scanner.reports.grouping import plural
from scanner.reports.paths import function_name, path_lines
from scanner.reports.speech import say, spoken, word
from scanner.reports.switches import NO_SWITCH, SWITCH_OFF, switch_lines
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.destinations.records import Destination
    from scanner.flows.records import Chain, Flow
    from scanner.policy.records import Assessment, Finding, Verdict

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
        title.append(f" [{say('text.role', role=visible(_role(finding.flow.role), 20))}]", palette.QUIET)
    if finding.baseline_state != "new":
        title.append(f" [{visible(word('baseline', finding.baseline_state), 20)}]", palette.QUIET)
    row.add_row(badge(finding), title, Text(f"{visible(finding.rule, 20)} {short_id(finding)}", palette.QUIET))
    return row


def badge(finding: Finding) -> Text:
    """The severity as a coloured word."""
    return Text(f" {word('severity', finding.severity).upper()} ", palette.BADGE[finding.severity])


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
    entries = plural(len(flow.others), "other entry point")
    return [Text(say("text.also_from", entries=entries, names=named), palette.QUIET)]


def _other_path(chain: Chain, flow: Flow, width: int) -> list[Text]:
    return [Text(say("text.or"), palette.QUIET), *path_lines(chain, (), flow.sink, width=width, verbose=True)]


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
        table.add_row(Text(say("label.as_above"), palette.LABEL), Text(", ".join(shared), palette.QUIET))
    return table


def _name(name: str, finding: Finding) -> Text:
    if name == say(NO_SWITCH):
        return Text(name, palette.ALARM if finding.flow.default_on and finding.flow.payload else palette.LABEL)
    return Text(name, palette.SWITCH if name == say(SWITCH_OFF) else palette.LABEL)


def _rows(finding: Finding, verbose: bool) -> list[tuple[str, Text]]:
    if finding.kind in NOTICES:
        return [("", Text(visible(finding.message)))]
    rows = [(say("label.what_leaves"), what_leaves(finding.flow))]
    rows += _destinations(finding, verbose)
    rows += [(say("label.when"), _when(finding)), *switch_lines(finding)]
    rows += [(say("label.for_home", home=visible(one.home, 12)), _assessment(one)) for one in finding.assessments]
    rows += [(say("label.policy") if not n else "", _verdict(one)) for n, one in enumerate(finding.verdicts)]
    return [*rows, *_verbose_rows(finding)] if verbose else rows


def _destinations(finding: Finding, verbose: bool) -> list[tuple[str, Text]]:
    shown = finding.destinations if verbose else finding.destinations[:MOST_DESTINATIONS]
    rows = [(say("label.goes_to") if not number else "", _destination(where)) for number, where in enumerate(shown)]
    hidden = len(finding.destinations) - len(shown)
    return [*rows, ("", Text(say("label.and_more", number=hidden), palette.QUIET))] if hidden else rows


def _destination(where: Destination) -> Text:
    address = visible(where.url or where.host, 160)
    text = Text().append(address or say("label.unknown"), "" if address else palette.UNKNOWN)
    text.append(" · ", palette.GUIDE).append_text(operator_text(where.operator, where.operator_country))
    text.append(", ").append_text(country_text(where.country))
    how = visible(word("resolved", where.resolved_by), 60)
    return text.append(f" · {how}", palette.QUIET)


def operator_text(operator: str, home: str) -> Text:
    """Who runs it, and the operator's home country; Unknown is said."""
    if not operator:
        return _unknown("label.operator_unknown")
    name = visible(operator, 80)
    return Text(say("label.operator_home", operator=name, home=visible(home, 20)) if home else name)


def country_text(country: str) -> Text:
    """Where the data arrives; Unknown is said."""
    if country:
        before, _, after = say("label.data_in", country="\0").partition("\0")
        return Text(before).append(visible(country, 20), "bold").append(after)
    return _unknown("label.data_unknown")


def _unknown(key: str) -> Text:
    """A text whose last word, Unknown, stands out."""
    unknown = say("label.unknown")
    return Text(say(key).removesuffix(unknown)).append(unknown, palette.UNKNOWN)


def _when(finding: Finding) -> Text:
    flow = finding.flow
    text = Text(visible(word("when", flow.trigger or "unknown"), 60))
    states = {True: ("default.on", palette.ALARM), False: ("default.off", ""), None: ("default.unknown", "")}
    key, style = states[flow.default_on]
    text.append(", ").append(say(key), style)
    if flow.sink.tls == "no":
        text.append(", ").append(say("label.not_encrypted"), palette.ALARM)
    sure = say("label.confidence", confidence=word("confidence", finding.confidence))
    return text.append(f" · {sure}", palette.QUIET)


def _assessment(one: Assessment) -> Text:
    text = Text().append(visible(_status(one.status), 40), palette.HEADING)
    text.append(f": {visible(one.needs, 600)}")
    cited = ", ".join(part for part in (visible(one.citation), say("text.as_of", date=visible(one.as_of, 20))) if part)
    return text.append(f" ({cited})", palette.QUIET)


def _status(status: str) -> str:
    return status.replace("_", " ") if spoken().language == "en" else word("status", status)


def _role(role: str) -> str:
    return role if spoken().language == "en" else word("role", role)


def _verdict(one: Verdict) -> Text:
    text = Text(visible(one.text, 600))
    named = ", ".join(part for part in (visible(one.rule, 80), word("severity", one.level)) if part)
    return text.append(f" ({named})", palette.QUIET)


def _verbose_rows(finding: Finding) -> list[tuple[str, Text]]:
    sink = finding.flow.sink
    told = [part for where in finding.destinations for part in evidence(where.evidence, spoken())]
    known = [visible(part, 600) for part in told or [say("label.none")]]
    rows = [(say("label.evidence") if not n else "", Text(text)) for n, text in enumerate(dict.fromkeys(known))]
    reach = dict.fromkeys(one.operator_reach for one in finding.assessments if one.operator_reach)
    rows += [(say("label.operator_law") if not n else "", Text(visible(law, 600))) for n, law in enumerate(reach)]
    if sink.source:
        rows.append((say("label.source"), Text(visible(" ".join(sink.source.split()), 400))))
    found_by = " ".join((sink.found_by, sink.method, sink.scheme)).strip()
    rows.append((say("label.found_by"), Text(visible(found_by, 100))))
    remedies = [visible(remedy, 600) for remedy in finding.remedies]
    rows += [(say("label.remedies") if not number else "", Text(text)) for number, text in enumerate(remedies)]
    return [*rows, (say("label.id"), Text(visible(finding.id)))]
