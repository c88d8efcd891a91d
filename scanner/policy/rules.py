"""The reporting rules, and which of them a flow falls under. One flow gives one finding: the first rule that holds."""

from __future__ import annotations

from scanner.destinations.records import Destination
from scanner.errors import UsageError
from scanner.flows.records import Flow
from scanner.policy.kinds import AUTOMATIC, carries_data, unknown_url_parts
from scanner.policy.records import Rule
from scanner.vocabulary import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES: tuple[Rule, ...] = (
    Rule(
        "DC001",
        "Data is sent back by default",
        "What: usage data, errors, logs or uploads leave without anybody having asked, towards a foreign or unknown "
        "country. Why: the person who runs the code may not know, and the rules of the home may ask for a safeguard or "
        "a filing first. How to stop it: set the switch named in the finding, point the address at a server of your "
        "own, or block the host.",
        ERROR,
    ),
    Rule(
        "DC002",
        "Data is sent back by default over an unencrypted connection",
        "What: data leaves by default over plain http (or another protocol without TLS). Why: everybody on the way can "
        "read and change it, whatever country it goes to. How to stop it: set the switch, redirect to an https "
        "address, or block the host.",
        ERROR,
    ),
    Rule(
        "DC003",
        "Data is sent back by default to a recipient at home",
        "What: data leaves by default, and both the place of the data and the operator are inside the home "
        "jurisdiction. Why: no transfer abroad, but the person concerned may still have to be told. How to stop it: "
        "set the switch named in the finding.",
        NOTE,
    ),
    Rule(
        "DC004",
        "Data is sent back when a switch is on",
        "What: a path for usage data, errors or logs that is off by default. Why: a setting, a key in the environment "
        "or an update can turn it on. How to keep it off: leave the switch named in the finding unset.",
        WARNING,
    ),
    Rule(
        "DC005",
        "Data may be sent back; the default is not known",
        "What: a path for usage data, errors or logs whose switches could not be evaluated. Why: it may be on. How to "
        "stop it: set the switch named in the finding explicitly.",
        WARNING,
    ),
    Rule(
        "DC006",
        "A request without user data is made by default",
        "What: a ping, version check or counter that carries request metadata and the IP address, or nothing but "
        "package versions. Why: it still tells the recipient who uses what, when and from where. How to stop it: set "
        "the switch named in the finding or block the host.",
        WARNING,
    ),
    Rule(
        "DC010",
        "Input is sent to a remote model or service",
        "What: prompts, queries or files go to a hosted service when the function is called. Why: the content is "
        "processed, and may be kept, where the service runs. How to stop it: use a local model, a regional endpoint or "
        "an own server.",
        WARNING,
    ),
    Rule(
        "DC011",
        "Data is uploaded on request",
        "What: files or records are uploaded when the function is called. Why: what is uploaded stays with the "
        "recipient. How to stop it: do not call it, or point it at a server of your own.",
        WARNING,
    ),
    Rule(
        "DC012",
        "Work is sent to remote computers",
        "What: jobs with their code, data or parameters run on machines of somebody else. Why: data and results lie "
        "where these machines stand. How to stop it: choose a region at home or run the job locally.",
        WARNING,
    ),
    Rule(
        "DC013",
        "Data is handed to an outside workforce",
        "What: records go to a labelling or processing service. Why: people in other countries may see them. How to "
        "stop it: mask the data first, or choose a workforce at home.",
        WARNING,
    ),
    Rule(
        "DC020",
        "Files are downloaded",
        "What: a file is fetched; no user data goes with the request. Why: the recipient still sees the IP address, "
        "the time and the name of the file. How to stop it: use a mirror or a file that is already there.",
        NOTE,
    ),
    Rule(
        "DC021",
        "Code from a remote source is run",
        "What: code is fetched and executed. Why: whoever controls the source decides what else leaves. How to stop "
        "it: pin a revision, review it, and switch remote code off.",
        WARNING,
    ),
    Rule(
        "DC022",
        "A model file can call out",
        "What: loading a model file runs code that can open a connection. Why: the file decides, not the program. How "
        "to stop it: load weights in a format without code.",
        WARNING,
    ),
    Rule(
        "DC030",
        "A connection is probed",
        "What: a connection is opened to see whether a host answers; no data goes with it. Why: the host sees the IP "
        "address. How to stop it: set the offline switch or block the host.",
        NOTE,
    ),
    Rule(
        "DC040",
        "A pattern of outgoing data",
        "What: a pattern rule matched a place where data may leave; what it is could not be told. Why: such places "
        "deserve a look. How to stop it: see the rule named in the finding.",
        WARNING,
    ),
)
"""Every rule, by id."""

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
