"""What a policy pack says about a finding: lists, safeguards, floors, matrix, exceptions.

Of several levels the strictest counts. Only the severity matrix and the allow lists can lower what a rule says by
itself, and they never lower what another field of the pack asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from scanner.destinations.records import Destination
from scanner.policy.legal_classes import data_name, legal_classes
from scanner.policy.records import Finding, MatrixRow, Pack, PackException, Requirement, Scope, Verdict
from scanner.policy.regimes import load_regimes
from scanner.policy.rules import is_plain
from scanner.policy.texts import Texts
from scanner.policy.wording import is_unverified, switches
from scanner.vocabulary import Severity

EXCEPTIONS = "exceptions"
"""The field of a verdict that accepts a finding."""

_WEAKENED = frozenset({"hash", "truncate", "mask", "redact", "aggregate"})
_ENCRYPTED = frozenset({"encrypt"})
_SPOKEN = frozenset({"error", "warning", "note"})


def apply(finding: Finding, pack: Pack, texts: Texts, home: tuple[str, ...]) -> Finding:
    """The finding with the pack's verdicts, its severity after them, and suppressed where an exception accepts it.

    ``home`` is what ``destination: [home]`` in a row of the matrix means.
    """
    asked = tuple(_asked(finding, pack, texts))
    matrix = tuple(_matrix(finding, pack, texts, home))
    base = finding.severity
    if matrix:
        base = min((Severity(one.level) for one in matrix), key=lambda level: level.rank)
    levels = [Severity(one.level) for one in asked if one.level in _SPOKEN]
    permitted = () if levels or matrix or not _all_allowed(finding, pack) else (_permit(texts),)
    if permitted:
        base = Severity.NOTE
    severity = min((base, *levels), key=lambda level: level.rank)
    accepted = next((one for one in pack.exceptions if _accepts(one, finding)), None)
    why = _accepted(accepted, texts) if accepted else ""
    verdicts = (*asked, *matrix, *permitted, *((Verdict(EXCEPTIONS, "", why),) if accepted else ()))
    return replace(finding, severity=severity, verdicts=verdicts, suppressed=finding.suppressed or why)


def contains(scope: Scope, where: Destination) -> str:
    """The field of a list that names a destination (countries, operators, hosts, categories), or ``""``."""
    if where.host and any(_names(pattern, where.host) for pattern in scope.hosts):
        return "hosts"
    if where.operator and where.operator.casefold() in {one.casefold() for one in scope.operators}:
        return "operators"
    if where.category and where.category in scope.categories:
        return "categories"
    return "countries" if where.country and where.country in countries(scope) else ""


def countries(scope: Scope) -> frozenset[str]:
    """The countries of a list, groups spread out."""
    table = load_regimes()
    return frozenset().union(*(table.members(name) for name in scope.countries))


def _asked(finding: Finding, pack: Pack, texts: Texts) -> Iterator[Verdict]:
    for where in finding.destinations or ():
        yield from _place(where, pack, texts)
    if not finding.destinations and pack.unknown_host:
        yield Verdict("destinations.unknown_host", pack.unknown_host, texts.say("verdict.unknown_host"))
    for requirement in pack.requirements:
        yield from _missing(finding, requirement, texts)
    names = _data(finding)
    for data, level in pack.floors:
        if data in names:
            text = texts.say("verdict.severity_floor", name=data_name(data, texts))
            yield Verdict(f"data_classes.{data}.severity_floor", level, text)


def _place(where: Destination, pack: Pack, texts: Texts) -> Iterator[Verdict]:
    name = where.host or where.operator
    if not name:
        if pack.unknown_host:
            yield Verdict("destinations.unknown_host", pack.unknown_host, texts.say("verdict.unknown_host"))
        return
    denied = contains(pack.deny, where)
    if denied:
        shown = {"hosts": where.host, "operators": where.operator, "categories": where.category}
        text = texts.say(f"verdict.deny.{denied}", name=shown.get(denied) or texts.country(where.country))
        yield Verdict(f"destinations.deny.{denied}", "error", text)
        return
    allowed = contains(pack.allow, where)
    if not allowed and pack.otherwise in _SPOKEN:
        yield Verdict("destinations.otherwise", pack.otherwise, texts.say("verdict.otherwise", name=name))
    if not where.country and not allowed and pack.unknown_country:
        yield Verdict(
            "destinations.unknown_country", pack.unknown_country, texts.say("verdict.unknown_country", name=name)
        )
    if allowed == "countries" and pack.operator_reach:
        text = _reach(name, where, countries(pack.allow), texts)
        if text:
            yield Verdict("destinations.operator_reach", pack.operator_reach, text)


def _reach(name: str, where: Destination, allowed: frozenset[str], texts: Texts) -> str:
    """Who could reach the data from outside the allowed countries: the operator, else its parent."""
    if where.operator_country and where.operator_country not in allowed:
        return texts.say("verdict.operator_reach", name=name, country=texts.country(where.operator_country))
    if where.parent_country and where.parent_country not in allowed:
        place = texts.country(where.parent_country)
        return texts.say("verdict.parent_reach", name=name, parent=where.parent, country=place)
    return ""


def _missing(finding: Finding, asked: Requirement, texts: Texts) -> Iterator[Verdict]:
    flow, rule = finding.flow, f"safeguards.{asked.safeguard}"
    absent = {
        "tls": is_plain(flow, finding.destinations),
        "tls_verify": is_unverified(flow),
        "opt_in": flow.default_on is not False and not any(gate.polarity == "opt-in" for gate in flow.gates),
        "opt_out": not switches(flow),
    }
    if asked.safeguard in absent:
        if absent[asked.safeguard] and (not asked.data or asked.data & _data(finding)):
            yield Verdict(rule, asked.level, texts.say(f"verdict.{asked.safeguard}"))
        return
    wanted = _ENCRYPTED if asked.safeguard == "encryption" else _WEAKENED
    bare = {part.data_class for part in flow.payload if not wanted & set(part.safeguards)} | set(flow.sdk_adds)
    for data in sorted(bare & asked.data if asked.data else bare):
        yield Verdict(rule, asked.level, texts.say(f"verdict.{asked.safeguard}", name=data_name(data, texts)))


def _matrix(finding: Finding, pack: Pack, texts: Texts, home: tuple[str, ...]) -> Iterator[Verdict]:
    data, sides = _data(finding), _sides(finding, home)
    classes = data | legal_classes(data, pack)
    for number, row in enumerate(pack.matrix, start=1):
        if _matches(row, finding, classes, sides, pack):
            yield Verdict(f"severity.matrix.{number}", row.level, texts.say("verdict.matrix", number=number))


def _matches(row: MatrixRow, finding: Finding, classes: frozenset[str], sides: frozenset[str], pack: Pack) -> bool:
    default = {True: "on", False: "off", None: "unknown"}[finding.flow.default_on]
    # Every class has to be named: a harmless class does not excuse what goes along with it.
    lowers = Severity(row.level).rank > finding.severity.rank
    named = _data(finding)
    data = (
        not row.data
        or (bool(named) and all({one} & row.data or legal_classes((one,), pack) <= row.data for one in named))
        if lowers
        else (not row.data or bool(classes & row.data))
    )
    return (
        bool(data)
        and (not row.destination or bool(row.destination & sides))
        and (not row.kind or finding.kind in row.kind)
        and (not row.default or default in row.default)
        and (not row.status or bool(row.status & {one.status for one in finding.assessments}))
    )


def _sides(finding: Finding, home: tuple[str, ...]) -> frozenset[str]:
    """home, foreign, unknown: where the data of a finding goes, seen from the homes."""
    table = load_regimes()
    free = frozenset().union(*(table.territory(name) for name in home))
    places = (one.country for one in finding.destinations)
    sides = {"unknown" if not place else "home" if place in free else "foreign" for place in places}
    return frozenset(sides or {"unknown"})


def _all_allowed(finding: Finding, pack: Pack) -> bool:
    return bool(finding.destinations) and all(contains(pack.allow, one) for one in finding.destinations)


def _permit(texts: Texts) -> Verdict:
    return Verdict("destinations.allow", "note", texts.say("verdict.allowed"))


def _accepts(exception: PackException, finding: Finding) -> bool:
    hosts = [one.host for one in finding.destinations]
    data = _data(finding)
    return (
        (not exception.hosts or (bool(hosts) and all(_one_of(exception.hosts, host) for host in hosts)))
        and (not exception.rules or finding.rule in exception.rules)
        and (not exception.kinds or finding.kind in exception.kinds)
        and (not exception.data or (bool(data) and data <= exception.data))
        and (not exception.functions or bool(_functions(finding) & exception.functions))
    )


def _functions(finding: Finding) -> frozenset[str]:
    steps = finding.flow.chain.steps
    return frozenset({finding.flow.sink.api, finding.flow.sink.function, *(step.function for step in steps)})


def _accepted(exception: PackException, texts: Texts) -> str:
    return texts.say("verdict.exception", owner=exception.owner, until=exception.until, reason=exception.reason)


def _data(finding: Finding) -> frozenset[str]:
    return frozenset(part.data_class or "unknown" for part in finding.flow.payload) | frozenset(finding.flow.sdk_adds)


def _one_of(patterns: tuple[str, ...], host: str) -> bool:
    return any(_names(pattern, host) for pattern in patterns)


def _names(pattern: str, host: str) -> bool:
    """``*.name`` is everything below a name and the name itself."""
    if pattern.startswith("*."):
        return host == pattern[2:] or host.endswith(pattern[1:])
    return fnmatchcase(host, pattern)
