"""What the shape of a pack cannot show: unknown countries, days that are none, expired exceptions, contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scanner.catalog import load
from scanner.policy.countries import COUNTRIES, HOME_GROUPS, MISTAKEN
from scanner.policy.homes import is_home
from scanner.policy.legal_classes import LEGAL_CLASSES, load_data_classes
from scanner.policy.pack_nodes import Place, Problem
from scanner.policy.pack_shape import suggestion
from scanner.policy.regimes import load_regimes
from scanner.policy.rules import RULES

_LISTS = ("countries", "operators", "hosts", "categories")


def check_meaning(file: str, pack: Place, today: str) -> Iterator[Problem]:
    """Problems of a pack whose shape is right; ``today`` is an ISO day."""
    for name in ("as_of", "review_by"):
        yield from _day(file, pack.inner[name], name)
    yield from _homes(file, pack)
    yield from _lists(file, pack)
    yield from _data_names(file, pack)
    yield from _exceptions(file, pack, today)
    yield from _profile(file, pack)


def is_day(text: str) -> bool:
    """True for a day of the calendar in ISO form."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _day(file: str, place: Place, name: str) -> Iterator[Problem]:
    if not is_day(place.value):
        yield Problem(
            file, place.line, f"{name}: {place.value!r} is no day.", "Write a day of the calendar: 2026-12-31."
        )


def _homes(file: str, pack: Place) -> Iterator[Problem]:
    for entry in _entries(pack, "home"):
        if not is_home(entry.value):
            yield Problem(
                file, entry.line, f"{entry.value[:20]!r} is no home jurisdiction.", _country_advice(entry.value)
            )


def _lists(file: str, pack: Place) -> Iterator[Problem]:
    destinations = pack.inner.get("destinations")
    if destinations is None:
        return
    sides = [destinations.inner[side] for side in ("allow", "deny") if side in destinations.inner]
    for side in sides:
        for entry in _entries(side, "countries"):
            if entry.value not in COUNTRIES and entry.value not in HOME_GROUPS:
                yield Problem(file, entry.line, f"{entry.value[:20]!r} is no country.", _country_advice(entry.value))
        yield from _known(file, side, "categories", {row.category for row in load().operators}, "category of operators")
        yield from _known(file, side, "operators", {row.operator for row in load().operators}, "operator in the table")
        for entry in _entries(side, "hosts"):
            if "/" in entry.value or ":" in entry.value or " " in entry.value:
                message = f"{entry.value[:60]!r} is no host."
                yield Problem(file, entry.line, message, "Write the name alone, without scheme, port and path.")
    if len(sides) == 2:
        yield from _contradictions(file, *sides)


def _known(file: str, side: Place, name: str, known: set[str], what: str) -> Iterator[Problem]:
    """Names the table of operators does not have: such an entry would never match."""
    folded = {one.casefold() for one in known}
    for entry in _entries(side, name):
        if entry.value.casefold() not in folded:
            yield Problem(file, entry.line, f"{entry.value[:40]!r} is no {what}.", suggestion(entry.value, known))


def _contradictions(file: str, allow: Place, deny: Place) -> Iterator[Problem]:
    """A name that is allowed and denied at once."""
    for name in _LISTS:
        permitted = {_spread(entry.value): entry for entry in _entries(allow, name)}
        for entry in _entries(deny, name):
            for members, other in permitted.items():
                shared = members & _spread(entry.value) if name == "countries" else members & {entry.value}
                if shared:
                    message = f"{entry.value[:60]!r} is denied here and allowed on line {other.line}."
                    yield Problem(file, entry.line, message, "Take it out of one of the lists.")


def _spread(name: str) -> frozenset[str]:
    table = load_regimes()
    return table.members(name) if name in dict(table.groups) else frozenset({name})


def _data_names(file: str, pack: Place) -> Iterator[Problem]:
    """Data classes and legal classes that nobody knows; a pack may not invent them, or a typo would pass."""
    classes = load_data_classes()
    block = pack.inner.get("data_classes")
    if block is not None:
        for key, line in block.key_lines.items():
            if key not in classes:
                yield Problem(file, line, f"{key[:40]!r} is no data class.", suggestion(key, classes))
    both = {*classes, *LEGAL_CLASSES}
    for place, known in _data_lists(pack, set(classes), both):
        for entry in _entries(place, "data"):
            if entry.value not in known:
                yield Problem(
                    file, entry.line, f"{entry.value[:40]!r} is no data class.", suggestion(entry.value, known)
                )


def _data_lists(pack: Place, classes: set[str], both: set[str]) -> Iterator[tuple[Place, set[str]]]:
    for requirement in _inner(pack, "safeguards"):
        yield requirement, classes
    severity = pack.inner.get("severity")
    for row in _inner(severity, "matrix") if severity else ():
        yield row, both
    for exception in _inner(pack, "exceptions"):
        yield exception, classes


def _exceptions(file: str, pack: Place, today: str) -> Iterator[Problem]:
    scopes = ("hosts", "rules", "kinds", "data", "functions")
    rules = {rule.id for rule in RULES}
    for exception in _inner(pack, "exceptions"):
        until = exception.inner["until"]
        if not is_day(until.value):
            yield from _day(file, until, "until")
        elif until.value < today:
            message = f"this exception ended on {until.value}."
            yield Problem(file, until.line, message, "Ask its owner to renew it with a later day, or delete it.")
        if not any(exception.value.get(name) for name in scopes):
            message = "this exception would accept everything."
            yield Problem(file, exception.line, message, f"Name what it is for: {', '.join(scopes)}.")
        for entry in _entries(exception, "rules"):
            if entry.value not in rules:
                yield Problem(file, entry.line, f"{entry.value[:20]!r} is no rule.", suggestion(entry.value, rules))


def _profile(file: str, pack: Place) -> Iterator[Problem]:
    profile = pack.inner.get("profile")
    if profile is None:
        return
    facts = profile.value
    for name in ("sector", "exemption"):
        if "none" in (facts.get(name) or ()) and len(facts[name]) > 1:
            line = profile.inner[name].line
            yield Problem(file, line, f"{name} says none and something else.", "Take 'none' out, or leave it alone.")
    if facts.get("ftz_on_negative_list") is not None and not facts.get("ftz"):
        line = profile.inner["ftz_on_negative_list"].line
        yield Problem(file, line, "a negative list without a zone.", "Name the free-trade zone in 'ftz'.")


def _inner(place: Place, name: str) -> Iterator[Place]:
    found = place.inner.get(name)
    yield from (found.inner.values() if found else ())


def _entries(place: Place, name: str) -> Iterator[Place]:
    found = place.inner.get(name)
    yield from (found.inner.values() if found is not None and isinstance(found.value, list) else ())


def _country_advice(name: str) -> str:
    upper = name.upper()
    if upper in MISTAKEN:
        return f"Write {MISTAKEN[upper]}, the ISO code."
    if upper in COUNTRIES or upper in HOME_GROUPS:
        return f"Write {upper} in capitals."
    return "Write an ISO 3166-1 alpha-2 code such as CN, DE or US, or a group: EEA, EU."
