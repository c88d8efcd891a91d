"""The switch of a finding in plain sight: what to set so that nothing leaves, or that none was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from scanner.policy.wording import gate_rule
from scanner.reports import palette
from scanner.reports.speech import say, spoken, word
from scanner.reports.visible import visible

if TYPE_CHECKING:
    from scanner.flows.records import Gate
    from scanner.policy.records import Finding

SWITCH_OFF = "label.switch_off"
NO_SWITCH = "label.no_switch"
MOST_SWITCHES = 6
_CI = "ci"
_SETTINGS = {
    "env": "{name}={value}",
    "setting": "{name}: {value}",
    "argument": "{name}={value}",
    "flag": "{name}",
    "consent-file": "{value} in {name}",
}


def switch_lines(finding: Finding) -> list[tuple[str, Text]]:
    """Label and text of each switch, each address that can be moved, or that no switch was found."""
    gates = finding.flow.gates
    off = sorted((gate for gate in gates if gate.polarity == "opt-out" and gate.kind != _CI), key=_certainty)
    on = [gate for gate in gates if gate.polarity != "opt-out" and gate.kind != _CI]
    lines = [(say(SWITCH_OFF) if not number else "", _off(gate)) for number, gate in enumerate(off[:MOST_SWITCHES])]
    lines += [
        (say("text.off_unless") if not number else "", _on(gate)) for number, gate in enumerate(on[:MOST_SWITCHES])
    ]
    lines += [(say("label.redirect"), Text(name, palette.SWITCH)) for name in _overrides(finding)]
    return lines if off or on else [(say(NO_SWITCH), _without(finding)), *lines]


def _certainty(gate: Gate) -> bool:
    """A switch whose silencing value is known stands first."""
    return not gate.off_value


def _overrides(finding: Finding) -> list[str]:
    return sorted({visible(name, 100) for where in finding.destinations for name in where.overrides})


def setting(gate: Gate) -> str:
    """What to set; a name such as ``infer=False`` says it already."""
    complete = gate.kind == "flag" or "=" in gate.name or not gate.off_value
    shape = "{name}" if complete else _SETTINGS.get(gate.kind, "{name}={value}")
    return shape.format(name=visible(gate.name, 100), value=visible(gate.off_value, 60))


def explanation(gate: Gate) -> str:
    """What kind of switch it is, and its value rule, in the language that is spoken."""
    english = spoken().language == "en"
    name = visible(gate.kind, 20).replace("-", " ") if english else word("gatekind", gate.kind)
    kind = "" if gate.kind == "env" else f"{name}; "
    rule = f"{kind}{visible(gate_rule(gate.rule, spoken()), 200)}".rstrip("; ")
    if gate.set_in:
        rule = f"{rule}; {say('text.set_in', where=visible(gate.set_in, 120))}".lstrip("; ")
    return rule


def _off(gate: Gate) -> Text:
    return _explained(Text().append(setting(gate), palette.SWITCH), gate)


def _on(gate: Gate) -> Text:
    return _explained(Text().append(visible(gate.name, 100), palette.GATE), gate)


def _explained(text: Text, gate: Gate) -> Text:
    rule = explanation(gate)
    return text.append(f" ({rule})", palette.QUIET) if rule else text


def _without(finding: Finding) -> Text:
    hosts = sorted({visible(where.host, 120) for where in finding.destinations if where.host})
    return Text(say("text.block", hosts=", ".join(hosts)) if hosts else say("text.block_unknown"))
