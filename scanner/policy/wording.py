"""The words of a finding: title, message and what to do about it. Plain, and never a verdict about the law."""

from __future__ import annotations

from scanner.destinations.records import Destination
from scanner.flows.records import Flow, Gate, PayloadField
from scanner.policy.kinds import carries_data, unknown_url_parts
from scanner.policy.rules import is_plain, is_return

_MOST = 8
_OPENINGS = {
    "telemetry": "Usage data goes to",
    "error-reporting": "Error reports go to",
    "log-upload": "Logs or traces go to",
    "remote-inference": "Input is processed by",
    "remote-compute": "Work is sent to",
    "outsourcing": "Data is handed to",
    "upload": "Data is uploaded to",
    "download": "Files are fetched from",
    "remote-code": "Code is fetched from",
    "model-file": "A model file can call",
    "probe": "A connection is tried to",
}
_TRIGGERS = {
    "import": "when the module is imported",
    "call": "when the function is called",
    "load": "when a model or data set is loaded",
    "generate": "when output is generated",
    "endpoint": "when the inference endpoint is asked",
    "cli": "when the command is run",
    "exit": "when the program ends",
    "exception": "when an error occurs",
    "thread": "from a background thread",
    "schedule": "on a schedule",
    "doc": "when an example of the documentation is followed",
}
_UNVERIFIED = frozenset({"no", "false", "off", "none"})
_OFF_WORDS = {
    "env": "set {name}={value}",
    "setting": "set {name} to {value} in the configuration",
    "argument": "pass {name}={value}",
    "flag": "use {name}",
    "consent-file": "write {value} to {name}",
}
_SILENT_GATES = frozenset({"ci"})
"""Gates nobody sets in order to stop a transfer."""


def title(flow: Flow, kind: str, destinations: tuple[Destination, ...]) -> str:
    """One line: what goes where, and whether by default."""
    where = ", ".join(dict.fromkeys(_place(one) for one in destinations)) or "an unknown host"
    return f"{_OPENINGS.get(kind, 'Data goes to')} {where}{_default(flow, kind)}"


def message(flow: Flow, kind: str, destinations: tuple[Destination, ...]) -> str:
    """What leaves, to whom, where, when, and past which switch."""
    parts = [f"What leaves: {what_leaves(flow)}."]
    parts += [f"To: {_recipient(one)}." for one in destinations] or ["To: a host that is not known."]
    parts.append(f"When: {_TRIGGERS.get(flow.trigger, flow.trigger or 'not known')}{_state(flow, kind)}.")
    if is_plain(flow, destinations):
        parts.append("The connection is not encrypted.")
    if flow.sink.verify.lower() in _UNVERIFIED:
        parts.append("The certificate of the recipient is not checked.")
    names = tuple(dict.fromkeys(gate.name for gate in _switches(flow)))
    parts.append(f"Switch: {', '.join(names)}." if names else "Switch: none was found on this path.")
    return " ".join(parts)


def what_leaves(flow: Flow) -> str:
    """Payload in words: data classes with field names, and what the SDK adds by itself."""
    fields = [_field(part) for part in flow.payload] + [f"{added} (added by the SDK)" for added in flow.sdk_adds]
    if not fields:
        unknown = carries_data(flow) or unknown_url_parts(flow)
        return "request metadata and IP address" + (", and content that could not be read" if unknown else "")
    distinct = tuple(dict.fromkeys(fields))
    more = f" and {len(distinct) - _MOST} more" if len(distinct) > _MOST else ""
    return ", ".join(distinct[:_MOST]) + more


def remedies(flow: Flow, destinations: tuple[Destination, ...]) -> tuple[str, ...]:
    """What stops or redirects the path: switches, address overrides, else the network."""
    found = [text for gate in _switches(flow) if (text := _remedy(gate))]
    overrides = sorted({name for one in destinations for name in one.overrides})
    found += [f"point {name} at a server of your own" for name in overrides]
    if not found:
        hosts = sorted({one.host for one in destinations if one.host})
        found = [f"no switch was found on this path: block {host} at the network" for host in hosts]
    return tuple(dict.fromkeys(found)) or ("no switch was found on this path, and the host is not known",)


def _place(where: Destination) -> str:
    if not where.host and not where.operator:
        return "an unknown host"
    return f"{where.host or where.operator} ({where.country or 'country unknown'})"


def _default(flow: Flow, kind: str) -> str:
    if not is_return(flow, kind):
        return ""
    return {True: " by default", False: " when switched on", None: "; default unknown"}[flow.default_on]


def _state(flow: Flow, kind: str) -> str:
    if not is_return(flow, kind):
        return ""
    return {True: "; on by default", False: "; off by default", None: "; default not known"}[flow.default_on]


def _recipient(where: Destination) -> str:
    if not where.host and not where.operator:
        return "a host that is not known"
    operator = where.operator or "an operator that is not known"
    home = f", home {where.operator_country}" if where.operator_country else ""
    country = f"data received in {where.country}" if where.country else "country of the data unknown"
    return f"{where.host}, run by {operator}{home}; {country}"


def _field(part: PayloadField) -> str:
    name = "data of unknown class" if part.data_class in ("", "unknown") else part.data_class.replace("_", " ")
    guarded = f", {' and '.join(part.safeguards)}" if part.safeguards else ""
    return f"{name} ({part.name}{guarded})" if part.name else f"{name}{guarded}"


def _switches(flow: Flow) -> tuple[Gate, ...]:
    return tuple(gate for gate in flow.gates if gate.kind not in _SILENT_GATES)


def _remedy(gate: Gate) -> str:
    why = f" ({gate.rule})" if gate.rule else ""
    if gate.polarity == "opt-in":
        return f"leave {gate.name} unset{why}"
    if not gate.off_value and gate.kind != "flag":
        return f"use the switch {gate.name}{why}"
    return _OFF_WORDS.get(gate.kind, "set {name} to {value}").format(name=gate.name, value=gate.off_value) + why
