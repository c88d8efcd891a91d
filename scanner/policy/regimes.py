"""Regimes: what the rules of a home would ask for before data goes to a destination.

Two look-ups a path: the country where the data is received decides the status, the operator's home country shows whose
law can reach it. Volumes and other facts outside the code come from the profile of a policy pack; without one they are
questions, and the text says that the threshold was not evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from scanner.destinations.records import Destination
from scanner.policy.legal_classes import NOT_PERSONAL
from scanner.policy.records import Assessment, Fact, Pack
from scanner.policy.regime_table import STATUSES, Condition, Regime, RegimeRule, Regimes, Wording, load_regimes
from scanner.policy.texts import Texts, load_texts

__all__ = ["STATUSES", "Case", "assess", "is_domestic", "load_regimes"]

_NOT_EVALUATED = {
    "restricted": "threshold",
    "filing_needed": "threshold",
    "threshold": "threshold",
    "localise_first": "exceptions",
    "safeguard_needed": "safeguards",
    "adequate_if": "condition",
}
"""What the code alone cannot show, by status."""

_DECIDED_BY_DATA = frozenset({"filing_needed", "restricted"})
_CLEARS_NOTHING = frozenset({"restricted", "prohibited"})


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked about beside the places: legal classes of the data, kind of finding, pack, day (ISO), language.

    No legal classes: not known. No day: the date of the table.
    """

    data: frozenset[str] = frozenset()
    kind: str = ""
    pack: Pack | None = None
    today: str = ""
    texts: Texts = field(default_factory=load_texts)


@dataclass(frozen=True, slots=True)
class _Choice:
    """The rule that decides (None: no rule speaks), and facts nobody stated that could have changed it."""

    rule: RegimeRule | None
    questions: tuple[str, ...]


def assess(
    home: tuple[str, ...], destinations: tuple[Destination, ...], case: Case | None = None
) -> tuple[Assessment, ...]:
    """Assessments per home and regime, in the order of ``home``: each the strictest over the destinations."""
    table, asked = load_regimes(), case or Case()
    return tuple(one for name in home for one in _of_home(table, name, destinations, asked))


def is_domestic(home: tuple[str, ...], destinations: tuple[Destination, ...]) -> bool:
    """True when every destination is received at home by an operator at home, for every home."""
    table = load_regimes()
    if not home or not destinations:
        return False
    free = frozenset.intersection(*(table.territory(name) for name in home))
    return all(where.country in free and where.operator_country in free for where in destinations)


def _of_home(table: Regimes, home: str, destinations: tuple[Destination, ...], case: Case) -> list[Assessment]:
    regimes = table.of_home(home)
    if not regimes:
        return [_strictest(_without_regime(table, home, where, case) for where in destinations or (None,))]
    found = []
    for regime in regimes:
        seen = [one for where in destinations if (one := _one(table, home, regime, where, case)) is not None]
        if not destinations and regime.default is not None:
            seen = [_no_place(table, home, regime, case)]
        if seen:
            found.append(_strictest(seen))
    return found


def _one(table: Regimes, home: str, regime: Regime, where: Destination, case: Case) -> Assessment | None:
    choice = _choose(table, regime, where, case)
    status = "domestic" if _inside(regime, where) and choice.rule is None else ""
    if choice.rule is not None:
        made = _by_rule(table, home, regime, where, case, choice)
    elif regime.default is None:
        return None
    elif status:
        made = _domestic(table, home, regime, where, case)
    else:
        made = replace(_no_place(table, home, regime, case), questions=_asked_there(table, regime, where, case))
    return replace(
        made,
        operator_status=_operator_status(table, regime, where, case),
        operator_reach=_reach(table, home, where, case),
    )


def _inside(regime: Regime, where: Destination) -> bool:
    return bool(where.country) and where.country in regime.territory


def _choose(table: Regimes, regime: Regime, where: Destination, case: Case) -> _Choice:
    """The first rule whose conditions all hold, else the default where data goes abroad."""
    questions: dict[str, None] = {}
    for rule in regime.rules:
        if not _reaches(regime, rule, where) or not _in_force(rule, case.today or table.as_of):
            continue
        fits = _fits(rule, case)
        holds = _holds(rule.when, case.pack, where.operator, questions) if fits is not False else False
        if fits and holds:
            return _Choice(rule, tuple(questions))
    abroad = where.country and not _inside(regime, where)
    return _Choice(regime.default if abroad else None, tuple(questions))


def _reaches(regime: Regime, rule: RegimeRule, where: Destination) -> bool:
    if rule.operator and where.operator_country in rule.to:
        return True
    if not where.country or _inside(regime, where):
        return False
    return not rule.to or where.country in rule.to


def _in_force(rule: RegimeRule, today: str) -> bool:
    return rule.since <= today and (not rule.until or today <= rule.until)


def _fits(rule: RegimeRule, case: Case) -> bool | None:
    """Whether data and kind fit; None where that cannot be told because a class of the data is not known."""
    if rule.kinds and case.kind not in rule.kinds:
        return False
    if case.data & rule.not_data:
        return False
    unknown = not case.data or "unknown" in case.data
    if rule.only and (unknown or not case.data <= rule.only):
        return False
    if rule.data and not case.data & rule.data:
        return ("unknown" in rule.data or None) if unknown else False
    return True


def _holds(conditions: tuple[Condition, ...], pack: Pack | None, operator: str, questions: dict[str, None]) -> bool:
    """True when all conditions hold; a fact nobody stated is written down and counts as not holding."""
    for condition in conditions:
        fact = _fact(condition.fact, pack, operator)
        if fact is None:
            questions[condition.fact] = None
            return False
        if not _compare(condition, fact):
            return False
    return True


def _fact(name: str, pack: Pack | None, operator: str) -> Fact | None:
    if pack is None:
        return None
    if name == "recipient_dpf":
        named = (one for one in pack.recipients if one.operator.casefold() == operator.casefold())
        known = next(named, None)
        return known.dpf if known else None
    return pack.fact(name)


def _compare(condition: Condition, fact: Fact) -> bool:
    if condition.test == "stated":
        return bool(fact)
    if condition.test == "is":
        return bool(fact == condition.value)
    if condition.test == "any_of":
        return bool(set(fact if isinstance(fact, tuple) else (fact,)) & set(condition.value))
    number = fact if isinstance(fact, int) else 0
    limit: int = condition.value
    compared: dict[str, bool] = {
        "at_least": number >= limit,
        "at_most": number <= limit,
        "more_than": number > limit,
        "below": number < limit,
    }
    return compared[condition.test]


def _by_rule(table: Regimes, home: str, regime: Regime, where: Destination, case: Case, choice: _Choice) -> Assessment:
    rule = choice.rule
    assert rule is not None
    softened = _without_persons(regime, rule, case)
    words, status = case.texts, "adequate_if" if softened else rule.status
    by_operator = rule.operator and where.country not in rule.to
    operator_place = words.say("assessment.operator_place", country=words.country(where.operator_country))
    text = words.say(
        "assessment.non_personal" if softened else "assessment.needs",
        place=operator_place if by_operator else words.country(where.country),
        needs=_said(rule.needs, words),
        instrument=_said(regime.instrument, words),
    )
    for clause in _clauses(regime, rule, status):
        text = words.say("assessment.clause", needs=text, clause=words.say(f"assessment.{clause}"))
    cited = table.cite(rule.citation, words.language)
    return Assessment(home, regime.id, status, text, cited, table.as_of, rule.confidence, questions=choice.questions)


def _without_persons(regime: Regime, rule: RegimeRule, case: Case) -> bool:
    """True when a regime for personal data meets data of which every class is known to be without persons."""
    stricter = STATUSES.index(rule.status) < STATUSES.index("adequate_if")
    return regime.personal_only and stricter and bool(case.data) and case.data <= NOT_PERSONAL


def _clauses(regime: Regime, rule: RegimeRule, status: str) -> list[str]:
    found = ["no_safeguard_clears"] if regime.no_safeguard_clears and status in _CLEARS_NOTHING else []
    if rule.when:
        return [*found, "from_profile"]
    if rule.data and status in _DECIDED_BY_DATA:
        return found
    return found + ([f"not_evaluated.{_NOT_EVALUATED[status]}"] if status in _NOT_EVALUATED else [])


def _domestic(table: Regimes, home: str, regime: Regime | None, where: Destination, case: Case) -> Assessment:
    text, reach = case.texts.say("assessment.domestic"), _reach(table, home, where, case)
    if reach:
        text = case.texts.say("assessment.clause", needs=text, clause=reach)
    name, citation, confidence = (regime.id, regime.citation, regime.confidence) if regime else ("", "", "")
    citation = table.cite(citation, case.texts.language)
    return Assessment(home, name, "domestic", text, citation, table.as_of, confidence, operator_reach=reach)


def _operator_status(table: Regimes, regime: Regime, where: Destination, case: Case) -> str:
    """The second look-up: the status if the data were received at the operator's home."""
    if not where.operator_country:
        return ""
    there = replace(where, country=where.operator_country)
    rule = _choose(table, regime, there, case).rule
    if rule is None:
        return "domestic" if _inside(regime, there) else "unknown"
    return "adequate_if" if _without_persons(regime, rule, case) else rule.status


def _asked_there(table: Regimes, regime: Regime, where: Destination, case: Case) -> tuple[str, ...]:
    """What would have to be known if the data were received at the operator's home."""
    there = replace(where, country=where.operator_country)
    return _choose(table, regime, there, case).questions if where.operator_country else ()


def _reach(table: Regimes, home: str, where: Destination, case: Case) -> str:
    """Whose law reaches an operator or its parent from outside the home, and whether it collides with that of the home.

    A parent at home in the operator's own country adds nothing.
    """
    places = {where.operator_country: "assessment.reach"}
    places.setdefault(where.parent_country, "assessment.reach_parent")
    text, words, laws, collides = "", case.texts, dict(table.reach), False
    for country, key in places.items():
        if not country or country in table.territory(home):
            continue
        law, collides = laws.get(country), collides or country in laws
        said = _said(law, words) if law else words.say("assessment.reach_any")
        clause = words.say(key, country=words.country(country), law=said, parent=where.parent)
        text = words.say("assessment.clause", needs=text, clause=clause) if text else clause
    for one in table.blocking:
        if collides and table.members(home) & one.homes:
            cited = table.cite(one.citation, words.language)
            conflict = words.say("assessment.conflict", rule=_said(one.words, words), citation=cited)
            text = words.say("assessment.clause", needs=text, clause=conflict)
    return text


def _without_regime(table: Regimes, home: str, where: Destination | None, case: Case) -> Assessment:
    if where is not None and where.country and where.country in table.members(home):
        return _domestic(table, home, None, where, case)
    reach = _reach(table, home, where, case) if where is not None else ""
    text = case.texts.say("assessment.no_regime", home=case.texts.country(home))
    return Assessment(home, "", "unknown", text, "", table.as_of, operator_reach=reach)


def _no_place(table: Regimes, home: str, regime: Regime, case: Case) -> Assessment:
    text = case.texts.say("assessment.no_place")
    cited = table.cite(regime.citation, case.texts.language)
    return Assessment(home, regime.id, "unknown", text, cited, table.as_of, regime.confidence)


def _said(words: Wording, texts: Texts) -> str:
    return dict(words)[texts.language]


def _strictest(assessments: Iterable[Assessment]) -> Assessment:
    return min(assessments, key=lambda one: (STATUSES.index(one.status), one.regime, one.needs))
