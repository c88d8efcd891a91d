"""Checks of the tables of destinations: codes, sources, doubles, examples, age, and how much of them is verified.

``python -m scanner.destinations.checking`` prints what is wrong (exit status 1), what is old, and the verified share.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Iterator

from scanner.catalog import Catalog, load
from scanner.catalog.records import HostPatternRow, OperatorRow
from scanner.destinations.places import NOT_A_COUNTRY, PROVEN, Places
from scanner.destinations.records import evidence_parts

VERIFIED = PROVEN
"""Grades of a row that somebody has seen in the vendor's documentation or in the vendor's own distribution."""

WATCHED = frozenset({"telemetry", "llm_api", "hub", "error_reporting", "llm_tracing"})
"""Categories whose operators matter most; ``verified_share`` is about them."""

REVIEW_AFTER = 365
"""Days after which a row is worth another look."""

_GROUPS = frozenset({"EU"})
_RULES = frozenset({"table", "cloud", "any", "unknown"})


def problems(catalog: Catalog) -> tuple[str, ...]:
    """What is wrong with the rows, sorted; empty when nothing is."""
    known = {row.code for row in catalog.countries}
    found = [text for row in catalog.operators for text in _of_operator(row, known)]
    found += [text for pattern in catalog.host_patterns for text in _of_pattern(pattern, known)]
    places = Places(catalog.host_patterns, catalog.regions)
    for pattern in catalog.host_patterns:
        if pattern.country_rule != "unknown" and not places.find(pattern.example, None).country:
            found.append(f"host patterns: {pattern.cloud} {pattern.example}: no country comes of the example")
    for region in catalog.regions:
        if region.country not in known | _GROUPS:
            found.append(f"regions: {region.cloud} {region.region}: {region.country!r} is no country")
    for address in catalog.addresses:
        if address.home not in known | {""}:
            found.append(f"addresses: {address.network}: {address.home!r} is no country")
    operators = {row.operator for row in catalog.operators}
    for parent in catalog.parents:
        if parent.operator not in operators:
            found.append(f"parents: {parent.operator}: no operator row has this name")
        if parent.parent_country not in known | {""}:
            found.append(f"parents: {parent.operator}: {parent.parent_country!r} is no country")
        if parent.evidence in VERIFIED and parent.source.startswith("author knowledge"):
            found.append(f"parents: {parent.operator}: a verified row names what was seen")
    for group in catalog.groups:
        found += [
            f"groups: {group.code}: {code!r} is no country" for code in group.countries.split() if code not in known
        ]
    return tuple(sorted(found))


def overdue(catalog: Catalog, today: datetime.date) -> tuple[str, ...]:
    """Rows with a date that are older than their review; rows from memory have none and are not repeated here."""
    named = [("operators", row.host_suffix, row.date) for row in catalog.operators]
    named += [("regions", f"{row.cloud} {row.region}", row.date) for row in catalog.regions]
    named += [("parents", row.operator, row.date) for row in catalog.parents]
    named += [("host patterns", row.example, row.date) for row in catalog.host_patterns]
    old = [entry for entry in named if not _from_memory(entry[2]) and (today - _last_day(entry[2])).days > REVIEW_AFTER]
    return tuple(sorted(f"{topic}: {name} is of {date}" for topic, name, date in old))


def verified_share(catalog: Catalog) -> float:
    """Share of the operator rows of the watched categories whose attribution is verified, 0 to 1."""
    rows = [row for row in catalog.operators if row.category in WATCHED]
    return sum(row.attribution in VERIFIED for row in rows) / len(rows) if rows else 0.0


def country_share(catalog: Catalog) -> float:
    """Share of the operator rows that name a data country whose country is verified, 0 to 1."""
    rows = [row for row in catalog.operators if row.data_region not in NOT_A_COUNTRY]
    return sum(row.country_evidence in VERIFIED for row in rows) / len(rows) if rows else 0.0


def _of_operator(row: OperatorRow, known: set[str]) -> Iterator[str]:
    name = f"operators: {row.host_suffix}"
    if not row.source or not row.date:
        yield f"{name}: a row needs source and date"
    if not row.category or not row.operator:
        yield f"{name}: a row needs operator and category"
    if row.home not in known | {""}:
        yield f"{name}: home {row.home!r} is no country"
    if row.data_region not in known | _GROUPS | NOT_A_COUNTRY:
        yield f"{name}: data region {row.data_region!r} is neither a country nor a word that explains its absence"
    if row.data_region not in NOT_A_COUNTRY and not row.country_evidence:
        yield f"{name}: a data country needs the grade of its evidence"
    if row.host_suffix != row.host_suffix.lower().strip("."):
        yield f"{name}: a suffix is lower-case and has no dot at its ends"
    if row.attribution in VERIFIED and row.source.startswith("author knowledge"):
        yield f"{name}: a verified row names what was seen"
    if len(evidence_parts(f"{row.source}; {row.note}" if row.note else row.source)) > 1:
        yield f"{name}: source and note may not read like the next part of the evidence"


def _of_pattern(row: HostPatternRow, known: set[str]) -> Iterator[str]:
    name = f"host patterns: {row.cloud} {row.example}"
    if not row.source or not row.date:
        yield f"{name}: a row needs source and date"
    if not re.search(row.regex, row.example):
        yield f"{name}: the pattern does not read its example"
    if not any(f".{row.example}".endswith(f".{suffix}") for suffix in row.suffixes.split()):
        yield f"{name}: the example lies below none of the suffixes"
    if row.country_rule not in _RULES:
        codes = {pair.partition(":")[2] for pair in row.country_rule.split()}
        if not codes <= known | _GROUPS:
            yield f"{name}: {sorted(codes - known - _GROUPS)} are no countries"


def _from_memory(date: str) -> bool:
    return date.startswith("before") or len(date) == 4


def _last_day(date: str) -> datetime.date:
    year, month, day = (*map(int, date.split("-")), 28)[:3]
    return datetime.date(year, month, day)


def main() -> int:
    """Print the result of every check; 1 when a row is wrong."""
    catalog = load()
    wrong, old = problems(catalog), overdue(catalog, datetime.date.today())
    lines = [*(f"wrong: {text}" for text in wrong), *(f"review: {text}" for text in old)]
    lines.append(f"{len(catalog.operators)} operator suffixes, {len(wrong)} wrong rows, {len(old)} due for review")
    lines.append(f"operators verified in {', '.join(sorted(WATCHED))}: {verified_share(catalog):.3f}")
    lines.append(f"data countries of operator rows verified: {country_share(catalog):.3f}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
