"""What evidence documents say about one recipient: labels and values, in the language of the report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scanner.policy.legal_classes import data_name, legal_classes
from scanner.policy.retelling import evidence, field_name
from scanner.policy.rules import is_return
from scanner.policy.wording import is_unverified, switches
from scanner.reports.visible import visible
from scanner.vocabulary import UNKNOWN_PART

if TYPE_CHECKING:
    from scanner.policy.records import Assessment, Pack, Report
    from scanner.policy.texts import Texts
    from scanner.reports.transfers import Importer, Transfer

MOST = 8
"""Names, places and ids listed before the rest is counted."""

MOST_HOST_PLACES = 4
"""Places where a host stands, in the evidence of one recipient."""

DEFAULTS = {True: "default.on", False: "default.off", None: "default.unknown"}

_TRUTHS = {True: "label.yes", False: "label.no", None: "label.unknown"}
_PLAIN = frozenset({"http", "ws", "ftp", "telnet"})
_SECURE = frozenset({"https", "wss", "ftps", "sftp"})

Row = tuple[str, str]


def shortened(items: Iterable[str], texts: Texts, most: int = MOST) -> str:
    """Distinct names from code in one line, the rest counted."""
    distinct = list(dict.fromkeys(visible(one) for one in items if one))
    shown = texts.listed(distinct[:most], "code")
    return texts.say("list.more", shown=shown, number=len(distinct) - most) if len(distinct) > most else shown


def lines(items: Iterable[str], texts: Texts, most: int = MOST) -> str:
    """Distinct items, one a line, the rest counted."""
    distinct = list(dict.fromkeys(visible(one) for one in items if one))
    more = [texts.say("label.and_more", number=len(distinct) - most)] if len(distinct) > most else []
    return "\n".join(distinct[:most] + more)


def who(importer: Importer, texts: Texts) -> list[Row]:
    """Operator, its home, hosts, where the data arrives."""
    unknown = texts.say("label.unknown")
    return [
        (texts.say("card.operator"), visible(importer.operator) or unknown),
        (
            texts.say("card.operator_home"),
            texts.country(importer.operator_country) if importer.operator_country else unknown,
        ),
        *([(texts.say("card.parent"), parent(importer, texts))] if parent(importer, texts) else []),
        (texts.say("card.hosts"), lines(importer.hosts, texts) or _supplied(importer, texts) or unknown),
        (texts.say("card.country"), texts.country(importer.country) if importer.country else unknown),
    ]


def _supplied(importer: Importer, texts: Texts) -> str:
    """Addresses servers hand out, named after those servers."""
    hosts = dict.fromkeys(row.where.supplied_by for row in importer.transfers if row.where and row.where.supplied_by)
    return lines((texts.say("recipient.supplied", host=visible(host)) for host in hosts), texts)


def parent(importer: Importer, texts: Texts) -> str:
    """The company that owns the operator, with its home; ``""`` when none is known."""
    where = next((row.where for row in importer.transfers if row.where and row.where.parent), None)
    if where is None:
        return ""
    home = texts.country(where.parent_country) if where.parent_country else texts.say("label.unknown")
    return texts.say("card.parent_value", parent=visible(where.parent), home=home)


def what(importer: Importer, texts: Texts, pack: Pack | None) -> list[Row]:
    """Data items by class, and the legal classes they may fall under."""
    return [
        (texts.say("card.data"), data_items(importer.transfers, texts)),
        (texts.say("card.legal"), legal_words(importer.transfers, texts, pack)),
    ]


def how(importer: Importer, texts: Texts) -> list[Row]:
    """Trigger with default, link, switch, places in the code, ids."""
    flows = [row.finding.flow for row in importer.transfers]
    triggers = (_trigger(row, texts) for row in importer.transfers)
    names = lines((gate.name for flow in flows for gate in switches(flow)), texts)
    places = lines((f"{flow.sink.file}:{flow.sink.line}" for flow in flows), texts)
    return [
        (texts.say("card.trigger"), "\n".join(dict.fromkeys(triggers))),
        (texts.say("card.link"), "\n".join(dict.fromkeys(link(row, texts) for row in importer.transfers))),
        (texts.say("card.switch"), names or texts.say("label.none")),
        (texts.say("card.places"), places),
        (texts.say("card.ids"), lines((row.id for row in importer.transfers), texts)),
    ]


def data_items(rows: tuple[Transfer, ...], texts: Texts) -> str:
    """Classes with the names of their fields, one class a line; request metadata where nothing else is seen."""
    fields: dict[str, list[str]] = {}
    for row in rows:
        flow = row.finding.flow
        for part in flow.payload:
            guard = "".join(f" [{texts.word('safeguard', one)}]" for one in part.safeguards)
            fields.setdefault(part.data_class or "unknown", []).append(f"{field_name(part.name, texts)}{guard}".strip())
        for added in flow.sdk_adds:
            fields.setdefault(added, [])
    shown = []
    for data, names in sorted(fields.items(), key=lambda pair: (pair[0] == "unknown", pair[0])):
        listed = shortened(names, texts, 6)
        word = data_name(data, texts)
        shown.append(texts.say("leaves.named", data=word, name=listed) if listed else word)
    return "\n".join([*shown, texts.say("leaves.metadata")])


def legal_words(rows: tuple[Transfer, ...], texts: Texts, pack: Pack | None) -> str:
    """Legal classes the data may fall under, by table or pack."""
    names = {part.data_class or "unknown" for row in rows for part in row.finding.flow.payload}
    names |= {added for row in rows for added in row.finding.flow.sdk_adds}
    return texts.listed(texts.word("legal", one) for one in sorted(legal_classes(names or {"unknown"}, pack)))


def link(row: Transfer, texts: Texts) -> str:
    """Scheme, TLS, certificate check."""
    scheme = _scheme(row) or texts.say("label.unknown")
    tls, verify = (texts.say(_TRUTHS[answer(row)]) for answer in (encrypted, verified))
    return texts.say("card.link_value", scheme=scheme, tls=tls, verify=verify)


def encrypted(row: Transfer) -> bool | None:
    """Whether the connection is encrypted; None when that is not visible."""
    scheme = _scheme(row)
    if scheme in _PLAIN:
        return False
    if scheme in _SECURE:
        return True
    return {"yes": True, "true": True, "no": False, "false": False}.get(row.finding.flow.sink.tls.lower())


def verified(row: Transfer) -> bool | None:
    """Whether the certificate is checked; without an encrypted connection there is none to check."""
    if is_unverified(row.finding.flow):
        return False
    return encrypted(row)


def _scheme(row: Transfer) -> str:
    url = row.where.url if row.where else ""
    scheme = url.partition("://")[0].lower() if "://" in url else row.finding.flow.sink.scheme
    return "" if UNKNOWN_PART in scheme else scheme


def assessments(rows: Iterable[Transfer]) -> tuple[Assessment, ...]:
    """The distinct assessments of transfers, in order."""
    return tuple(dict.fromkeys(one for row in rows for one in row.finding.assessments))


def status_rows(importer: Importer, texts: Texts) -> list[Row]:
    """Status and need per home and regime, with citation."""
    found: dict[str, str] = {}
    for one in assessments(importer.transfers):
        cited = texts.say(
            "card.citation",
            citation=one.citation or texts.say("label.none"),
            as_of=one.as_of,
            confidence=texts.word("confidence", one.confidence) if one.confidence else texts.say("label.unknown"),
        )
        found[f"{texts.word('status', one.status)}: {one.needs}"] = cited
    label = texts.say("card.status")
    rows = [(label, f"{needs}\n{cited}") for needs, cited in found.items()]
    asked = assessments(importer.transfers)
    there = dict.fromkeys(one.operator_status for one in asked if one.status == "unknown" and one.operator_status)
    if not there:
        return rows
    return [*rows, (texts.say("card.operator_status"), "\n".join(texts.word("status", one) for one in there))]


def known_from(importer: Importer, texts: Texts) -> str:
    """The evidence of a recipient: who and where first, then where the host stands, each part once."""
    told = [part for row in importer.transfers if row.where for part in evidence(row.where.evidence, texts)]
    hosts = [part for row in importer.transfers if row.where for part in evidence(row.where.evidence, texts)[:1]]
    facts = [part for part in told if part not in set(hosts)]
    return "\n".join(filter(None, (lines(facts, texts), lines(hosts, texts, MOST_HOST_PLACES))))


def on_file(importer: Importer, report: Report, texts: Texts) -> list[Row]:
    """What the policy pack has on file about the operator."""
    known = report.pack.recipients if report.pack else ()
    for one in known:
        if one.operator.casefold() == importer.operator.casefold():
            none = texts.say("label.none")
            value = texts.say("card.on_file_value", safeguard=one.safeguard or none, contract=one.contract or none)
            return [(texts.say("card.on_file"), value)]
    return []


def _trigger(row: Transfer, texts: Texts) -> str:
    flow = row.finding.flow
    named = texts.word("trigger", flow.trigger or "unknown")
    if not is_return(flow, row.finding.kind):
        return named
    default = texts.say(DEFAULTS[flow.default_on])
    return texts.say("assessment.clause", needs=named, clause=default)
