"""The words of a finding: title, message and what to do about it. Plain, and never a verdict about the law."""

from __future__ import annotations

from scanner.destinations.records import Destination
from scanner.flows.records import Flow, Gate, PayloadField
from scanner.policy.kinds import carries_data, unknown_url_parts
from scanner.policy.legal_classes import data_name
from scanner.policy.retelling import field_name, retold
from scanner.policy.rules import is_plain, is_return
from scanner.policy.texts import Texts

_MOST = 8
_UNVERIFIED = frozenset({"no", "false", "off", "none"})
_SILENT_GATES = frozenset({"ci"})
"""Gates nobody sets in order to stop a transfer."""

_DEFAULTS = {True: "on", False: "off", None: "unknown"}


def title(flow: Flow, kind: str, destinations: tuple[Destination, ...], texts: Texts) -> str:
    """One line: what goes where, and whether by default."""
    places = dict.fromkeys(_place(one, texts) for one in destinations)
    where = texts.listed(places) or texts.say("place.unknown")
    default = texts.say(f"title.default.{_DEFAULTS[flow.default_on]}") if is_return(flow, kind) else ""
    key = f"title.{kind}" if f"title.{kind}" in texts.entries else "title.other"
    return texts.say(key, where=where, default=default)


def message(flow: Flow, kind: str, destinations: tuple[Destination, ...], texts: Texts) -> str:
    """What leaves, to whom, where, when, and past which switch."""
    parts = [texts.say("message.leaves", what=what_leaves(flow, texts))]
    recipients = [texts.say("message.to", recipient=recipient(one, texts)) for one in destinations]
    parts += recipients or [texts.say("message.to_unknown")]
    parts.append(_when(flow, kind, texts))
    if is_plain(flow, destinations):
        parts.append(texts.say("message.plain"))
    if is_unverified(flow):
        parts.append(texts.say("message.unverified"))
    names = tuple(dict.fromkeys(gate.name for gate in switches(flow)))
    parts.append(texts.say("message.switch", names=texts.listed(names)) if names else texts.say("message.no_switch"))
    return texts.listed(parts, "sentence")


def suppression_title(flow: Flow, texts: Texts) -> str:
    """One line about a comment that accepts nothing."""
    return texts.say("title.suppression", comment=flow.sink.api, why=flow.sink.source)


def suppression_message(flow: Flow, texts: Texts) -> str:
    """Why a comment accepts nothing; ``source`` of its place holds the reason."""
    return texts.say("message.suppression", why=flow.sink.source)


def notice(rule: str, flow: Flow, texts: Texts) -> tuple[str, str]:
    """Title and message of a finding that is no transfer; the place of its flow holds the name and the reason."""
    if f"title.{rule}" not in texts.entries:
        return suppression_title(flow, texts), suppression_message(flow, texts)
    values = {"name": flow.sink.api, "other": flow.sink.source}
    return texts.say(f"title.{rule}", **values), texts.say(f"message.{rule}", **values)


def is_unverified(flow: Flow) -> bool:
    """True when the certificate of the recipient is known not to be checked."""
    return flow.sink.verify.lower() in _UNVERIFIED


def what_leaves(flow: Flow, texts: Texts) -> str:
    """Payload in words: data classes with field names, and what the SDK adds by itself."""
    fields = [_field(part, texts) for part in flow.payload]
    fields += [texts.say("leaves.by_sdk", data=data_name(added, texts)) for added in flow.sdk_adds]
    if not fields:
        unknown = carries_data(flow) or unknown_url_parts(flow)
        return texts.say("leaves.metadata_and_content" if unknown else "leaves.metadata")
    distinct = tuple(dict.fromkeys(fields))
    shown = texts.listed(distinct[:_MOST])
    return texts.say("list.more", shown=shown, number=len(distinct) - _MOST) if len(distinct) > _MOST else shown


def remedies(flow: Flow, destinations: tuple[Destination, ...], texts: Texts) -> tuple[str, ...]:
    """What stops or redirects the path: switches, address overrides, else the network."""
    found = [_remedy(gate, texts) for gate in switches(flow)]
    overrides = sorted({name for one in destinations for name in one.overrides})
    found += [texts.say("remedy.redirect", name=name) for name in overrides]
    if not found:
        hosts = sorted({one.host for one in destinations if one.host})
        found = [texts.say("remedy.block", host=host) for host in hosts]
    return tuple(dict.fromkeys(found)) or (texts.say("remedy.none"),)


def recipient(where: Destination, texts: Texts) -> str:
    """Host, operator with home, and where the data is received; what is not known is said."""
    if not where.host and not where.operator:
        supplied = where.supplied_by
        return texts.say("recipient.supplied", host=supplied) if supplied else texts.say("recipient.unknown")
    received = texts.say("recipient.received", country=texts.country(where.country)) if where.country else ""
    values = {
        "host": where.host,
        "operator": where.operator or texts.say("recipient.no_operator"),
        "received": received or texts.say("recipient.received_unknown"),
    }
    if not where.operator_country:
        return texts.say("recipient.no_home", **values)
    return texts.say("recipient.full", home=texts.country(where.operator_country), **values)


def switches(flow: Flow) -> tuple[Gate, ...]:
    """Gates somebody can set to stop the path."""
    return tuple(gate for gate in flow.gates if gate.kind not in _SILENT_GATES)


def gate_rule(rule: str, texts: Texts) -> str:
    """The value rule of a switch in a language; one of a shape nobody translated stays as it is."""
    return retold("gaterule", rule, texts)


def _when(flow: Flow, kind: str, texts: Texts) -> str:
    trigger = texts.word("trigger", flow.trigger or "unknown")
    if not is_return(flow, kind):
        return texts.say("message.when", trigger=trigger)
    default = texts.say(f"default.{_DEFAULTS[flow.default_on]}")
    return texts.say("message.when_default", trigger=trigger, default=default)


def _place(where: Destination, texts: Texts) -> str:
    if not where.host and not where.operator:
        return texts.say("place.supplied", host=where.supplied_by) if where.supplied_by else texts.say("place.unknown")
    host = where.host or where.operator
    if not where.country:
        return texts.say("place.host_unknown_country", host=host)
    return texts.say("place.host", host=host, country=where.country)


def _field(part: PayloadField, texts: Texts) -> str:
    data = data_name(part.data_class, texts)
    guards = texts.listed([texts.word("safeguard", one) for one in part.safeguards], "and")
    if part.name:
        key = "leaves.named_guarded" if guards else "leaves.named"
        return texts.say(key, data=data, name=field_name(part.name, texts), guards=guards)
    return texts.say("leaves.guarded", data=data, guards=guards) if guards else data


def _remedy(gate: Gate, texts: Texts) -> str:
    if gate.polarity == "opt-in":
        remedy = texts.say("remedy.unset", name=gate.name)
    elif not gate.off_value and gate.kind != "flag":
        remedy = texts.say("remedy.switch", name=gate.name)
    else:
        key = f"remedy.{gate.kind}" if f"remedy.{gate.kind}" in texts.entries else "remedy.other"
        remedy = texts.say(key, name=gate.name, value=gate.off_value)
    return texts.say("remedy.why", remedy=remedy, why=gate_rule(gate.rule, texts)) if gate.rule else remedy
