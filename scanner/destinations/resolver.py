"""From a host to its operator and the country of the data, by the tables of the catalog; never by a network call.

Rules, in order: special-use names and addresses; the longest operator suffix at a label boundary; a region in the host
name; the documented data region of the operator row. What none of them tells stays Unknown: a country is never guessed
from the operator's home or from a country-code domain.
"""

from __future__ import annotations

import ipaddress
from dataclasses import replace

from scanner.catalog.records import AddressRow, Catalog, OperatorRow, ParentRow
from scanner.destinations.addresses import Address, embedded
from scanner.destinations.hosts import HOLE, Authority, authorities, known_tail, show, spelt_out
from scanner.destinations.places import PROVEN, Place, Places
from scanner.destinations.records import Destination
from scanner.vocabulary import Confidence

_FIRM = frozenset({"literal", "constant", "env-default", "argument-default", "sdk-default"})
_ONWARD = {
    "cdn": "a content network: who owns this host, and where its origin is, is unknown",
    "llm_gateway": "a gateway: it hands requests on to providers it chooses",
    "tunnel": "a tunnel: it ends at whatever machine opened it",
    "link_shortener": "a link shortener: it redirects to where its owner says",
    "redirect": "it redirects to where its owner says",
}
"""Categories whose hosts hand data on."""


_SUPPLIED = "supplied by: "
"""What stands in the evidence of an endpoint before the request whose answer held the address."""


class Resolver:
    """The tables of one catalog, indexed; build it once."""

    def __init__(self, catalog: Catalog) -> None:
        self._operators = {row.host_suffix: row for row in catalog.operators}
        self._places = Places(catalog.host_patterns, catalog.regions)
        self._parents = {row.operator: row for row in catalog.parents}
        self._networks = tuple((ipaddress.ip_network(row.network), row) for row in catalog.addresses)

    def resolve(
        self, text: str, *, resolved_by: str = "literal", evidence: str = "", overrides: tuple[str, ...] = ()
    ) -> tuple[Destination, ...]:
        """Destinations of a URL, host or template, sorted; one Unknown destination when it names no host."""
        found = [self._destination(authority, resolved_by, evidence, overrides) for authority in authorities(text)]
        if not found:
            return (_unknown(text, resolved_by, evidence, overrides),)
        return tuple(sorted(set(found))) if len(found) > 1 else tuple(found)

    def first(self, text: str) -> Destination:
        """The destination a text names first; its evidence names the others."""
        named = authorities(text)
        if not named:
            return _unknown(text, "literal", "", ())
        first = self._destination(named[0], "literal", "", ())
        others = sorted({show(other.host) for other in named[1:]} - {first.host, ""})
        if not others:
            return first
        return replace(first, evidence=f"{first.evidence}; the text also names {', '.join(others)}")

    def _destination(
        self, authority: Authority, resolved_by: str, evidence: str, overrides: tuple[str, ...]
    ) -> Destination:
        stands = f"host: {evidence or 'as given'} ({resolved_by})"
        if authority.local:
            return _local(authority, authority.local, stands, resolved_by, overrides)
        if authority.address is not None:
            return self._numeric(authority, authority.address, stands, resolved_by, overrides)
        row = self._operator(authority.host)
        place = self._places.find(authority.host, row)
        parent = self._parents.get(row.operator) if row else None
        text = f"{stands}; {_operator_evidence(row)}; {_parent_evidence(parent)}{place.evidence}"
        if row is not None and row.category in _ONWARD:
            text += f"; onward: unknown, {_ONWARD[row.category]}"
        if "xn--" in authority.host:
            text += f"; internationalised name: reads {spelt_out(show(authority.host))}"
        if authority.open_end:
            text += "; an unknown part follows the host and may belong to it"
        return Destination(
            url=authority.url,
            host=show(authority.host),
            resolved_by=resolved_by,
            operator=row.operator if row else "",
            operator_country=row.home if row else "",
            country=place.country,
            region=place.region,
            category=row.category if row else "",
            confidence=_confidence(authority, resolved_by, row, place),
            evidence=text,
            overrides=overrides,
            parent=parent.parent if parent else "",
            parent_country=parent.parent_country if parent else "",
        )

    def _numeric(
        self, authority: Authority, address: Address, stands: str, resolved_by: str, overrides: tuple[str, ...]
    ) -> Destination:
        row = self._network(address)
        if row is not None and row.category == "local":
            return _local(authority, row.note, stands, resolved_by, overrides)
        who = f"operator: range {row.network} ({row.source}, {row.date})" if row else "operator: unknown address"
        return Destination(
            url=authority.url,
            host=authority.host,
            resolved_by=resolved_by,
            operator=row.operator if row else "",
            operator_country=row.home if row else "",
            country="",
            region="",
            category=row.category if row else "",
            confidence=Confidence.MEDIUM if row and resolved_by in _FIRM else Confidence.LOW,
            evidence=f"{stands}; {who}; country: unknown, {row.note if row else 'an address tells no place'}",
            overrides=overrides,
        )

    def _network(self, address: Address) -> AddressRow | None:
        inner = embedded(address)
        for network, row in self._networks:
            if network.version == inner.version and inner in network:
                return row
        return None

    def _operator(self, host: str) -> OperatorRow | None:
        tail = known_tail(host) if HOLE in host else host
        while tail:
            row = self._operators.get(tail)
            if row is not None:
                return row
            tail = tail.partition(".")[2]
        return None


def _local(authority: Authority, why: str, stands: str, resolved_by: str, overrides: tuple[str, ...]) -> Destination:
    return Destination(
        url=authority.url,
        host=show(authority.host),
        resolved_by=resolved_by,
        operator="",
        operator_country="",
        country="",
        region="",
        category="local",
        confidence=Confidence.HIGH,
        evidence=f"{stands}; no transfer: {why}",
        local=True,
        overrides=overrides,
    )


def _operator_evidence(row: OperatorRow | None) -> str:
    if row is None:
        return "operator: unknown, no row knows this host"
    note = f"; note: {row.note}" if row.note else ""
    return f"operator: row {row.host_suffix} ({row.attribution}, {row.source}, {row.date}){note}"


def _parent_evidence(row: ParentRow | None) -> str:
    return f"parent: {row.parent} ({row.evidence}, {row.source}, {row.date}); " if row else ""


def _confidence(authority: Authority, resolved_by: str, row: OperatorRow | None, place: Place) -> Confidence:
    if row is None or row.attribution == "check" or authority.open_end or resolved_by not in _FIRM:
        return Confidence.LOW
    seen = row.attribution in PROVEN or row.attribution == "measured"
    if HOLE not in authority.host and seen and place.documented:
        return Confidence.HIGH
    return Confidence.MEDIUM


def _unknown(text: str, resolved_by: str, evidence: str, overrides: tuple[str, ...]) -> Destination:
    place, _, supplier = evidence.partition(_SUPPLIED)
    known = text[:200] if text else "nothing"
    reason = f"host: unknown ({resolved_by}; {place.removesuffix('; ') or 'no place'}): {known} is known of it"
    host = next((show(one.host) for one in authorities(supplier.rpartition(" (")[0])), "")
    return Destination(
        url=text[:4096],
        host="",
        resolved_by=resolved_by,
        operator="",
        operator_country="",
        country="",
        region="",
        category="",
        confidence=Confidence.LOW,
        evidence=f"{reason}; {_SUPPLIED}{supplier}" if supplier else reason,
        overrides=overrides,
        supplied_by=host,
    )
