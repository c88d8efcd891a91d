"""The country of the data behind a host: region patterns of the clouds, and the data region of an operator row.

A pattern is tried below the domains it names only. A region counts when every character of it is known and the table
knows it; a label that merely looks like one tells that the answer is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scanner.catalog.records import HostPatternRow, OperatorRow, RegionRow
from scanner.destinations.hosts import HOLE
from scanner.errors import CatalogError

NOT_A_COUNTRY = frozenset({"", "global", "per-resource", "per-bucket", "label", "label0", "unk"})
"""Words a data region may hold that tell why there is no country."""

PROVEN = frozenset({"doc", "sdk"})
"""Grades of evidence that come from the vendor."""

_ANY_CLOUD = ("aws", "gcp", "azure")
_REGION_LABEL = re.compile(
    r"(?:.*[-.])?(?:us|usa|eu|ap|apac|uk|gb|ca|au|jp|sg|kr|cn|hk|br|de|fr|nl|ie|in|ae|za|asia|emea|europe|gov)"
    r"\d*(?:[-.].*)?"
    r"|(?:.*[-.])?[a-z]{2,4}-[a-z]+-?\d+(?:[-.].*)?"
)
"""A label that names a region: under a suffix whose row does not know it, the row's own country is not trusted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Country and region of the data, which row says so, and whether that is more than memory."""

    country: str
    region: str
    evidence: str
    documented: bool


@dataclass(frozen=True, slots=True)
class _Pattern:
    row: HostPatternRow
    regex: re.Pattern[str]
    countries: Mapping[str, str]


class Places:
    """Patterns by domain, regions by cloud."""

    def __init__(self, patterns: tuple[HostPatternRow, ...], regions: tuple[RegionRow, ...]) -> None:
        self._regions = {(row.cloud, row.region): row for row in regions}
        self._patterns: dict[str, list[_Pattern]] = {}
        for row in patterns:
            pattern = _compile(row)
            for suffix in row.suffixes.split():
                self._patterns.setdefault(suffix, []).append(pattern)

    def find(self, host: str, row: OperatorRow | None) -> Place:
        """Where data sent to a host is received; ``row`` is the operator row that matches it."""
        exact = row is not None and row.host_suffix == host and row.data_region not in NOT_A_COUNTRY
        by_name = self._by_name(host)
        if exact and row is not None:
            return _by_row(row, by_name.region if by_name and by_name.country == row.data_region else "")
        if by_name is not None and by_name.country:
            return by_name
        if row is None:
            return by_name or Place("", "", "country: unknown, no row knows this host", False)
        return self._by_suffix(host, row, by_name)

    def _by_suffix(self, host: str, row: OperatorRow, by_name: Place | None) -> Place:
        if row.data_region in NOT_A_COUNTRY:
            region = "global" if row.data_region == "global" and row.host_suffix == host else ""
            return by_name or Place("", region, f"country: unknown, {_why_unknown(row)}", False)
        if row.reach == "all":
            return _by_row(row, "")
        if by_name is not None:
            return by_name
        if row.reach != "below":
            return Place("", "", f"country: unknown, the row knows it for {row.host_suffix} only", False)
        left = host[: -len(row.host_suffix) - 1]
        if HOLE in left or any(_REGION_LABEL.fullmatch(label) for label in left.split(".")):
            return Place("", "", "country: unknown, the host names a region the table does not know", False)
        return _by_row(row, "")

    def _by_name(self, host: str) -> Place | None:
        sample = host.replace(HOLE, "x")
        for pattern in self._below(host):
            match = pattern.regex.search(sample)
            if match is not None:
                return self._read(host, pattern, match)
        return None

    def _below(self, host: str) -> Iterator[_Pattern]:
        start = 0
        while True:
            yield from self._patterns.get(host[start:], ())
            start = host.find(".", start) + 1
            if not start:
                return

    def _read(self, host: str, pattern: _Pattern, match: re.Match[str]) -> Place:
        row, groups = pattern.row, match.groupdict()
        region = groups.get(row.region_group or "region") or ""
        if region and HOLE in host[match.start("region") : match.end("region")]:
            return Place("", "", "country: unknown, the region is not known", False)
        if row.country_rule in ("table", "cloud", "any"):
            return self._of_region(region, row, groups.get("cloud") or "")
        country = pattern.countries.get(region or "*", "")
        if not country:
            return Place("", "", "country: unknown, the host name hides the region or names a new one", False)
        text = f"country: {country} by the host name ({row.source}, {row.date})"
        return Place(country, region, text, not _by_memory(row.source))

    def _of_region(self, region: str, row: HostPatternRow, cloud: str) -> Place:
        clouds = _ANY_CLOUD if row.country_rule == "any" else (_CLOUD_NAMES.get(cloud, cloud) or row.cloud,)
        for name in clouds:
            known = self._regions.get((name, region)) or self._regions.get((name, region.replace("-", "")))
            if known is not None:
                text = (
                    f"country: {known.country} by region {known.region} in the host name ({known.source}, {known.date})"
                )
                return Place(known.country, known.region, text, not _by_memory(known.source))
        return Place("", "", f"country: unknown, region {region} is not in the table", False)


_CLOUD_NAMES: Mapping[str, str] = {"ali": "alibaba", "ec2": "aws", "gce": "gcp"}
"""What vendors call a cloud in their host names, where it is not our word."""


def _by_row(row: OperatorRow, region: str) -> Place:
    grade = row.country_evidence or row.attribution
    text = f"country: {row.data_region} by row {row.host_suffix} ({grade})"
    return Place(row.data_region, region, text, grade in PROVEN)


def _compile(row: HostPatternRow) -> _Pattern:
    try:
        regex = re.compile(row.regex)
    except re.error as error:
        raise CatalogError(f"host pattern {row.regex!r} of {row.cloud} is no regular expression: {error}") from error
    pairs = (part.partition(":") for part in row.country_rule.split())
    return _Pattern(row, regex, {key: country for key, _, country in pairs})


def _by_memory(source: str) -> bool:
    return "author knowledge" in source


def _why_unknown(row: OperatorRow) -> str:
    reasons = {
        "global": "the operator serves this host from many places",
        "per-resource": "the region belongs to the resource, not to the host name",
        "label": "the host name carries no region the table knows",
    }
    return reasons.get(row.data_region, "no source says where this host keeps data")
