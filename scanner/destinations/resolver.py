"""From a host to its operator and the country of the data, by the tables of the catalog; never by a network call.

Rules, in order: special-use names and addresses; the longest operator suffix at a label boundary; a cloud region in the
host name; the documented data region of the operator row. What none of them tells stays Unknown: a country is never
guessed from the operator's home or from a country-code domain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner.catalog.records import Catalog, HostPatternRow, OperatorRow, RegionRow
from scanner.destinations.hosts import HOLE, Authority, authorities, known_labels, show
from scanner.destinations.records import Destination
from scanner.errors import CatalogError
from scanner.vocabulary import Confidence

_NOT_A_COUNTRY = frozenset({"", "global", "per-resource", "per-bucket", "label", "label0", "unk"})
_REGION_LABEL = re.compile(r"(?:us|eu|ap|uk|ca|au|jp|sg|asia|emea|apac)\d*|[a-z]{2,4}-[a-z]+-?\d+")
"""A label that names a region: under a suffix whose row does not know it, the row's own country is not trusted."""

_CHECKED = frozenset({"doc", "measured"})
_FIRM = frozenset({"literal", "constant", "env-default", "argument-default", "sdk-default"})


@dataclass(frozen=True, slots=True)
class _Pattern:
    row: HostPatternRow
    regex: re.Pattern[str]
    countries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Country and region of the data, and which row says so."""

    country: str
    region: str
    evidence: str
    documented: bool


class Resolver:
    """The tables of one catalog, indexed; build it once."""

    def __init__(self, catalog: Catalog) -> None:
        self._operators = {row.host_suffix: row for row in catalog.operators}
        self._regions = {(row.cloud, row.region): row for row in catalog.regions}
        self._patterns = tuple(_compile(row) for row in catalog.host_patterns)
        self._divided = _divided(catalog.operators)

    def resolve(
        self, text: str, *, resolved_by: str = "literal", evidence: str = "", overrides: tuple[str, ...] = ()
    ) -> tuple[Destination, ...]:
        """Destinations of a URL, host or template, sorted; one Unknown destination when it names no host."""
        found = {self._destination(authority, resolved_by, evidence, overrides) for authority in authorities(text)}
        if not found:
            return (_unknown(text, resolved_by, evidence, overrides),)
        return tuple(sorted(found))

    def _destination(
        self, authority: Authority, resolved_by: str, evidence: str, overrides: tuple[str, ...]
    ) -> Destination:
        stands = f"host: {evidence or 'as given'} ({resolved_by})"
        host = show(authority.host)
        if authority.local:
            text = f"{stands}; no transfer: {authority.local}"
            return Destination(
                authority.url, host, resolved_by, "", "", "", "", "local", Confidence.HIGH, text, True, overrides
            )
        row = self._operator(authority.host)
        place = self._place(authority.host, row)
        text = f"{stands}; {_operator_evidence(row)}; {place.evidence}"
        if authority.open_end:
            text += "; an unknown part follows the host and may belong to it"
        return Destination(
            url=authority.url,
            host=host,
            resolved_by=resolved_by,
            operator=row.operator if row else "",
            operator_country=row.home if row else "",
            country=place.country,
            region=place.region,
            category=row.category if row else "",
            confidence=_confidence(authority, resolved_by, row, place),
            evidence=text,
            overrides=overrides,
        )

    def _operator(self, host: str) -> OperatorRow | None:
        labels = known_labels(host)
        for start in range(len(labels)):
            row = self._operators.get(".".join(labels[start:]))
            if row is not None:
                return row
        return None

    def _place(self, host: str, row: OperatorRow | None) -> _Place:
        sample = host.replace(HOLE, "x")
        for pattern in self._patterns:
            match = pattern.regex.search(sample)
            if match is not None:
                return self._by_pattern(pattern, match)
        if row is None:
            return _Place("", "", "country: unknown, no row knows this host", False)
        if row.data_region in _NOT_A_COUNTRY:
            region = "global" if row.data_region == "global" else ""
            return _Place("", region, f"country: unknown, {_why_unknown(row)}", False)
        if self._names_another_region(host, row):
            return _Place("", "", "country: unknown, the host names a region the table does not know", False)
        text = f"country: {row.data_region} by row {row.host_suffix} ({row.attribution})"
        return _Place(row.data_region, "", text, row.attribution == "doc")

    def _by_pattern(self, pattern: _Pattern, match: re.Match[str]) -> _Place:
        row, groups = pattern.row, match.groupdict()
        region = groups.get(row.region_group or "region") or ""
        if row.country_rule in ("table", "cloud"):
            cloud = groups.get("cloud") or row.cloud
            known = self._regions.get((cloud, region))
            return _by_region(known, region)
        country = dict(pattern.countries).get(region or "*", "")
        if not country:
            return _Place("", region, "country: unknown, the host name hides the region", False)
        text = f"country: {country} by the host name ({row.source}, {row.date})"
        return _Place(country, region, text, not _by_memory(row.source))

    def _names_another_region(self, host: str, row: OperatorRow) -> bool:
        left = host.removesuffix(row.host_suffix).rstrip(".")
        if not left:
            return False
        if HOLE in left and row.host_suffix in self._divided:
            return True
        return any(_REGION_LABEL.fullmatch(label) for label in left.split("."))


def _compile(row: HostPatternRow) -> _Pattern:
    try:
        regex = re.compile(row.regex)
    except re.error as error:
        raise CatalogError(f"host pattern {row.regex!r} of {row.cloud} is no regular expression: {error}") from error
    pairs = tuple((key, country) for key, _, country in (part.partition(":") for part in row.country_rule.split()))
    return _Pattern(row, regex, pairs)


def _divided(rows: tuple[OperatorRow, ...]) -> frozenset[str]:
    """Suffixes below which another row names another country."""
    regions = {row.host_suffix: row.data_region for row in rows}
    divided: set[str] = set()
    for suffix, region in regions.items():
        labels = suffix.split(".")
        above = (".".join(labels[start:]) for start in range(1, len(labels)))
        divided.update(parent for parent in above if parent in regions and regions[parent] != region)
    return frozenset(divided)


def _by_region(known: RegionRow | None, region: str) -> _Place:
    if known is None:
        return _Place("", region, f"country: unknown, region {region} is not in the table", False)
    text = f"country: {known.country} by region {region} in the host name ({known.source}, {known.date})"
    return _Place(known.country, region, text, not _by_memory(known.source))


def _by_memory(source: str) -> bool:
    return source.startswith("author knowledge")


def _operator_evidence(row: OperatorRow | None) -> str:
    if row is None:
        return "operator: unknown, no row knows this host"
    note = f", {row.note}" if row.note else ""
    return f"operator: row {row.host_suffix} ({row.attribution}, {row.source}, {row.date}{note})"


def _why_unknown(row: OperatorRow) -> str:
    reasons = {
        "global": "the operator serves this host from many places",
        "per-resource": "the region belongs to the resource, not to the host name",
        "label": "the host name carries no region the table knows",
    }
    return reasons.get(row.data_region, "no source says where this host keeps data")


def _confidence(authority: Authority, resolved_by: str, row: OperatorRow | None, place: _Place) -> Confidence:
    if row is None or row.attribution == "check" or authority.open_end or resolved_by not in _FIRM:
        return Confidence.LOW
    if HOLE not in authority.host and row.attribution in _CHECKED and place.documented:
        return Confidence.HIGH
    return Confidence.MEDIUM


def _unknown(text: str, resolved_by: str, evidence: str, overrides: tuple[str, ...]) -> Destination:
    known = text[:200] if text else "nothing"
    reason = f"host: unknown ({resolved_by}; {evidence or 'no place'}): {known} is known of it"
    return Destination(text[:4096], "", resolved_by, "", "", "", "", "", Confidence.LOW, reason, False, overrides)
