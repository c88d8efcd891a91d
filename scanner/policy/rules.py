"""The reporting rules, and which of them a flow falls under. One flow gives one finding: the first rule that holds."""

from __future__ import annotations

from scanner.destinations.records import Destination
from scanner.errors import UsageError
from scanner.flows.records import Flow
from scanner.policy.kinds import AUTOMATIC, carries_data, unknown_url_parts
from scanner.policy.records import Rule
from scanner.policy.texts import Texts, load_texts
from scanner.vocabulary import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

_SEVERITIES = {
    "DC001": ERROR,
    "DC002": ERROR,
    "DC003": NOTE,
    "DC004": WARNING,
    "DC005": WARNING,
    "DC006": WARNING,
    "DC010": WARNING,
    "DC011": WARNING,
    "DC012": WARNING,
    "DC013": WARNING,
    "DC020": NOTE,
    "DC021": WARNING,
    "DC022": WARNING,
    "DC030": NOTE,
    "DC040": WARNING,
    "DC050": WARNING,
    "DC051": NOTE,
    "DC052": WARNING,
}
"""Severity by rule; the words of a rule are ``rule.ID.*`` in the texts."""


def rules_in(texts: Texts) -> tuple[Rule, ...]:
    """Every rule in the words of a language, by id."""
    return tuple(
        Rule(
            rule,
            texts.say(f"rule.{rule}.title"),
            texts.listed((texts.say(f"rule.{rule}.{part}") for part in ("what", "why", "stop")), "sentence"),
            severity,
        )
        for rule, severity in _SEVERITIES.items()
    )


RULES: tuple[Rule, ...] = rules_in(load_texts())
"""Every rule in English, by id."""

SUPPRESSION_RULE, SUPPRESSION_KIND = "DC050", "suppression"
"""What a comment that accepts nothing is reported as; no flow falls under it."""

SWITCH_KIND = "switch"
"""What findings about switches are reported as (DC051, DC052); no flow falls under it."""

NOTICES = frozenset({SUPPRESSION_KIND, SWITCH_KIND})
"""Kinds of findings that are no transfer."""

RETURNS = frozenset({"telemetry", "error-reporting", "log-upload"})
"""Kinds that serve whoever wrote the code rather than whoever runs it."""

_BY_KIND = {
    "remote-inference": "DC010",
    "upload": "DC011",
    "remote-compute": "DC012",
    "outsourcing": "DC013",
    "download": "DC020",
    "remote-code": "DC021",
    "model-file": "DC022",
    "probe": "DC030",
}
_HARMLESS = frozenset({"package_metadata"})
_SECONDARY_ROLES = frozenset({"test", "example", "docs"})
_WHEREVER = frozenset({"DC021", "DC022"})
"""Rules that weigh the same at home: foreign code runs wherever it came from."""

_PLAIN_SCHEMES = ("http://", "ws://", "ftp://", "telnet://")


def rule_of(identifier: str) -> Rule:
    """The rule with this id; raises ``UsageError`` when there is none."""
    for rule in RULES:
        if rule.id == identifier.upper():
            return rule
    raise UsageError(f"{identifier[:20]!r} is no rule.", f"Rules are {RULES[0].id} to {RULES[-1].id}.")


def choose(flow: Flow, kind: str, destinations: tuple[Destination, ...], domestic: bool) -> tuple[Rule, Severity]:
    """The rule a flow falls under and the severity of its finding."""
    if is_return(flow, kind):
        rule = rule_of(_return_rule(flow, destinations, domestic))
    elif flow.hint == "generic" and flow.sink.found_by.startswith("semgrep"):
        rule = rule_of("DC040")
    else:
        rule = rule_of(_BY_KIND.get(kind, "DC040"))
    return rule, _severity(rule, flow, domestic)


def is_return(flow: Flow, kind: str) -> bool:
    """True when the data goes back to somebody without being the point of the call."""
    return kind in RETURNS or (kind == "upload" and flow.trigger in AUTOMATIC and carries_data(flow))


def is_plain(flow: Flow, destinations: tuple[Destination, ...]) -> bool:
    """True when the connection is known to be unencrypted."""
    return flow.sink.tls == "no" or any(where.url.lower().startswith(_PLAIN_SCHEMES) for where in destinations)


def _return_rule(flow: Flow, destinations: tuple[Destination, ...], domestic: bool) -> str:
    if flow.default_on is None:
        return "DC005"
    if not flow.default_on:
        return "DC004"
    if is_plain(flow, destinations):
        return "DC002"
    if domestic:
        return "DC003"
    return "DC006" if _is_harmless(flow) else "DC001"


def _is_harmless(flow: Flow) -> bool:
    if flow.sdk_adds:
        return False
    if flow.payload:
        return all(part.data_class in _HARMLESS for part in flow.payload)
    return not carries_data(flow) and flow.sink.method.upper() in ("GET", "HEAD") and not unknown_url_parts(flow)


def _severity(rule: Rule, flow: Flow, domestic: bool) -> Severity:
    at_home = domestic and rule.severity is WARNING and rule.id not in _WHEREVER
    if at_home or flow.role in _SECONDARY_ROLES:
        return NOTE
    # Nobody who imports a module or loads a tokenizer asked for a download.
    return WARNING if rule.id == "DC020" and flow.trigger == "import" and not domestic else rule.severity
