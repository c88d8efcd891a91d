"""Environment variables that stop paths: the fewest that do, each with the value that was evaluated."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from scanner.flows.records import Gate
from scanner.policy.kinds import words
from scanner.policy.records import Finding
from scanner.remedies.records import Aim, Switch, SwitchPlan, SwitchState

_ADDRESS = re.compile(r"(?:^|_)(?:URL|URI|HOST|ENDPOINT|ADDRESS|ADDR|SERVER|PORT|PATH|DIR|DSN|KEY|TOKEN|PROXY)(?:_|$)")
"""The name of a variable that holds an address or a key: a value for it is no switch."""
_ABOUT = frozenset("telemetry analytics tracking track tracker usage stats statistics metrics report reporting".split())


def switches(aim: Aim) -> SwitchPlan:
    """The switches of the findings to be stopped.

    Variables are chosen one by one, that which stops most of what is left first; one that would also stop what is kept
    comes after those that do not. All others are listed with the reason why they are not set.
    """
    candidates = _candidates(aim)
    chosen = _cover(aim, candidates)
    active = [_switch(name, value, SwitchState.SET, aim) for name, value in chosen]
    rest = [
        _switch(name, value, _state(name, value, aim, dict(chosen)), aim)
        for name, value in candidates
        if name not in dict(chosen)
    ]
    stopped = {finding.id for one in active for finding in one.stops}
    uncovered = tuple(f for f in aim.stop if f.id not in stopped)
    return SwitchPlan((*active, *sorted(rest, key=lambda s: (s.state, s.name))), uncovered)


def holds_address(name: str) -> bool:
    """Whether the name of a variable says that it holds an address or a key."""
    return _ADDRESS.search(name.upper()) is not None


def is_about_sending(name: str) -> bool:
    """Whether the name of a switch says that it exists to stop what is sent back."""
    return bool(words(name) & _ABOUT)


def _candidates(aim: Aim) -> list[tuple[str, str]]:
    """Each variable once, with the value that silences most of its paths (``""``: none is known)."""
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in (*aim.stop, *aim.off):
        for gate in _variables(finding):
            values[gate.name][gate.off_value if gate.polarity == "opt-out" else ""] += 1
    best = {}
    for name, counted in values.items():
        known = {value: number for value, number in counted.items() if value} or counted
        best[name] = min(known, key=lambda value: (-known[value], value))
    return sorted(best.items())


def _cover(aim: Aim, candidates: list[tuple[str, str]]) -> list[tuple[str, str]]:
    left = {f.id for f in aim.stop}
    usable = [(n, v) for n, v in candidates if v and not holds_address(n)]
    chosen: list[tuple[str, str]] = []
    while usable:
        scored = [(_rank(n, v, aim, left), (n, v)) for n, v in usable]
        (_, gain, *_), best = min(scored)
        if not gain:
            # What is broad comes last: a narrow one that gains nothing must not hide it.
            usable.remove(best)
            continue
        chosen.append(best)
        usable.remove(best)
        left -= {f.id for f in _stopped(*best, aim.stop)}
    return sorted(chosen)


def _rank(name: str, value: str, aim: Aim, left: set[str]) -> tuple[bool, int, bool, bool, str]:
    """Narrow before broad, then by what it still gains (negative); public names and those that say it come first."""
    gain = sum(f.id in left for f in _stopped(name, value, aim.stop))
    return _is_broad(name, value, aim), -gain, name.startswith("_"), not is_about_sending(name), name


def _state(name: str, value: str, aim: Aim, chosen: dict[str, str]) -> SwitchState:
    if all(g.polarity == "opt-in" for f in (*aim.stop, *aim.off) for g in _variables(f) if g.name == name):
        return SwitchState.LEAVE
    if holds_address(name):
        return SwitchState.ADDRESS
    if not value:
        return SwitchState.UNKNOWN
    return SwitchState.BROAD if _is_broad(name, value, aim) else SwitchState.ALTERNATIVE


def _is_broad(name: str, value: str, aim: Aim) -> bool:
    return not is_about_sending(name) and bool(_stopped(name, value, aim.keep))


def _switch(name: str, value: str, state: SwitchState, aim: Aim) -> Switch:
    gates = [g for f in (*aim.stop, *aim.off) for g in _variables(f) if g.name == name]
    gate = next((g for g in gates if g.off_value == value), gates[0])
    stops = _stopped(name, value, aim.stop) if value else _asking(name, (*aim.stop, *aim.off))
    known = {f.id for f in stops}
    return Switch(
        name,
        value,
        gate.rule,
        f"{gate.file}:{gate.line}" if gate.file else "",
        state,
        stops,
        tuple(f for f in aim.stop if f.id not in known),
        _stopped(name, value, aim.keep) if value else (),
    )


def _stopped(name: str, value: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that this very value of the variable silences; a settings file that decides otherwise wins."""
    return tuple(
        f
        for f in findings
        if any(g.name == name and g.polarity == "opt-out" and g.off_value == value for g in _variables(f))
    )


def _asking(name: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(f for f in findings if any(g.name == name for g in _variables(f)))


def _variables(finding: Finding) -> tuple[Gate, ...]:
    return tuple(g for g in finding.flow.gates if g.kind == "env" and g.name)
