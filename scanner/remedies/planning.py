"""Which changes would stop a finding, the gentlest first: the default of its own switch, an argument, a guard."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scanner.catalog.records import OffArgumentRow
from scanner.flows.records import Gate
from scanner.policy.records import Finding
from scanner.policy.wording import is_unverified
from scanner.remedies.records import Aim, Change, Edit, Wishes
from scanner.remedies.switches import holds_address, is_about_sending

_TRUST = re.compile(r"\btrust_remote_code\s*=\s*True\b")
_PINNED = re.compile(r"\brevision\s*=\s*[\"'][0-9a-f]{40}[\"']")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"[\"']([\w.-]+/[\w.-]+)[\"']")

NO_COMMIT = "no commit of the repository is known: name one with --pin REPOSITORY=COMMIT"
NO_HOST = "its host is not known, so it may be a call inside your own network: name it with --stop to insist"


def plan(finding: Finding, aim: Aim, rows: Iterable[OffArgumentRow], wishes: Wishes, package: str) -> list[Edit] | str:
    """Changes to try in turn, or why there is none to try."""
    own = [*_defaults(finding, aim), *_parameters(finding)]
    if not own and not _is_known(finding) and not any(finding.id.startswith(one.lower()) for one in wishes.stop):
        return NO_HOST
    edits = [*own, *_exporter(finding), *_arguments(finding, rows)]
    return [*edits, _guard(finding, wishes, package)]


def trusts_code(finding: Finding) -> bool:
    """Whether a call runs the code of a repository at whatever commit it has that day."""
    source = finding.flow.sink.source
    return _TRUST.search(source) is not None and _PINNED.search(source) is None


def pin(finding: Finding, wishes: Wishes) -> Edit | str:
    """The change that pins such a call to the commit somebody named, or that none is known."""
    named = _REPOSITORY.search(finding.flow.sink.source)
    commit = dict(wishes.pins).get(named[1], "") if named else ""
    if named is None or not _COMMIT.fullmatch(commit):
        return NO_COMMIT
    return _at_sink(Change.PIN, finding, _name(finding), f"{named[1]}={commit}")


def verification(finding: Finding) -> Edit | None:
    """The change that has the certificate checked, where the call switches that off."""
    return _at_sink(Change.VERIFY, finding, _name(finding), "True") if is_unverified(finding.flow) else None


def _is_known(finding: Finding) -> bool:
    return any(where.host or where.operator or where.supplied_by for where in finding.destinations)


def _defaults(finding: Finding, aim: Aim) -> list[Edit]:
    """Its own switches with the default off; not those that leave nobody a value to switch on again."""
    return [
        Edit(Change.DEFAULT, g.file, g.line, 0, g.name, g.off_value, (finding.id,))
        for g in finding.flow.gates
        if g.kind == "env" and g.polarity == "opt-out" and g.file and g.off_value and not g.rule.startswith("any ")
        if not holds_address(g.name) and not g.name.startswith("_") and not _is_shared(g, aim)
    ]


def _is_shared(gate: Gate, aim: Aim) -> bool:
    """Whether what is kept asks the same switch, and its name does not say that it is about sending back."""
    return not is_about_sending(gate.name) and any(
        g.kind == gate.kind and g.name == gate.name for f in aim.keep for g in f.flow.gates
    )


def _parameters(finding: Finding) -> list[Edit]:
    return [
        Edit(Change.PARAMETER, g.file, g.line, 0, g.name, g.off_value, (finding.id,))
        for g in finding.flow.gates
        if g.kind == "argument" and g.polarity == "opt-out" and g.off_value in ("True", "False", "None")
        if is_about_sending(g.name)
    ]


def _exporter(finding: Finding) -> list[Edit]:
    if finding.kind not in ("log-upload", "error-reporting", "telemetry"):
        return []
    return [_at_sink(Change.DROP, finding, _name(finding), "")]


def _arguments(finding: Finding, rows: Iterable[OffArgumentRow]) -> list[Edit]:
    api, sink = finding.flow.sink.api, finding.flow.sink
    found = []
    for row in rows:
        told = f"{row.argument}={row.value}"
        if api == row.name:
            found.append(_at_sink(Change.ARGUMENT, finding, row.name, told))
        elif api.startswith(f"{row.name}."):
            found.append(Edit(Change.ARGUMENT, sink.file, sink.line, 0, row.name, told, (finding.id,)))
    return found


def _guard(finding: Finding, wishes: Wishes, package: str) -> Edit:
    asked = wishes.opt_in or f"{package}_ALLOW_{finding.kind.upper().replace('-', '_')}"
    told = asked if "=" in asked else f"{asked}=1"
    return _at_sink(Change.GUARD, finding, f"{_name(finding)}:{finding.kind}", told)


def _name(finding: Finding) -> str:
    return finding.flow.sink.api.rpartition(".")[2]


def _at_sink(change: Change, finding: Finding, name: str, value: str) -> Edit:
    sink = finding.flow.sink
    return Edit(change, sink.file, sink.line, sink.column, name, value, (finding.id,))
