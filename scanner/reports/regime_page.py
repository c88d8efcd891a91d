"""The card of a regime: what the table says, with citation, source, date, and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.errors import UsageError
from scanner.policy.pack_shape import suggestion
from scanner.policy.regime_table import load_regimes
from scanner.policy.texts import Texts, load_texts

if TYPE_CHECKING:
    from scanner.policy.regime_table import Regime, RegimeRule


def regimes_text(language: str) -> str:
    """Every regime, a line each."""
    rows = (
        f"{one.id:<14} {dict(one.instrument)[language]}: {load_regimes().cite(one.citation, language)}"
        for one in load_regimes().regimes
    )
    return "\n".join(rows) + "\n"


def regime_page(identifier: str, language: str) -> str:
    """The card of one regime; raises ``UsageError`` when there is none."""
    table, texts = load_regimes(), load_texts(language)
    found = next((one for one in table.regimes if one.id == identifier.lower()), None)
    if found is None:
        known = [one.id for one in table.regimes]
        raise UsageError(f"{identifier[:40]!r} is no regime.", suggestion(identifier, known))
    groups = dict(table.groups)
    facts = {
        "origin": _countries(found.origin, groups),
        "citation": table.cite(found.citation, language),
        "dated": found.dated,
        "source": found.source,
        "date": table.as_of,
        "confidence": texts.word("confidence", found.confidence),
        "penalty": found.penalty,
        "check": found.check,
    }
    lines = [f"{found.id}  {dict(found.instrument)[language]}", ""]
    lines += [f"{texts.say(f'regime.{name}')}: {value}" for name, value in facts.items() if value]
    return "\n".join([*lines, "", *_rules(found, groups, texts)]) + "\n"


def _rules(regime: Regime, groups: dict[str, frozenset[str]], texts: Texts) -> list[str]:
    lines = [_rule(rule, _where(rule, groups, texts), texts) for rule in regime.rules]
    if regime.default is not None:
        lines.append(_rule(regime.default, texts.say("regime.default"), texts))
    return lines


def _rule(rule: RegimeRule, where: str, texts: Texts) -> str:
    head = texts.say("regime.rule", to=where, status=texts.word("status", rule.status))
    conditions = [
        texts.say(f"regime.{name}", data=texts.listed(texts.word("legal", one) for one in sorted(wanted)))
        for name, wanted in (("data", rule.data), ("only", rule.only), ("not_data", rule.not_data))
        if wanted
    ]
    conditions += [
        texts.say(f"regime.{name}", day=day) for name, day in (("since", rule.since), ("until", rule.until)) if day
    ]
    conditions += [
        texts.say("regime.when", fact=one.fact, test=texts.word("test", one.test), value=_value(one.value))
        for one in rule.when
    ]
    tail = f" ({'; '.join(conditions)})" if conditions else ""
    return (
        f"- {head}{tail}\n  {dict(rule.needs)[texts.language]} [{load_regimes().cite(rule.citation, texts.language)}]"
    )


def _where(rule: RegimeRule, groups: dict[str, frozenset[str]], texts: Texts) -> str:
    if not rule.to:
        return texts.say("regime.anywhere")
    countries = _countries(rule.to, groups)
    return texts.say("regime.operator_too", to=countries) if rule.operator else countries


def _countries(codes: frozenset[str], groups: dict[str, frozenset[str]]) -> str:
    """Codes, with a group in place of its members, the widest first."""
    left, named = set(codes), []
    for name, members in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        if members <= left:
            named.append(name)
            left -= members
    return " ".join([*sorted(named), *sorted(left)])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else f"{value:,}" if isinstance(value, int) else str(value)
