"""Destinations: a URL or host becomes operator, country of the data and evidence, or Unknown. Offline by construction.

``locate`` serves a flow's endpoint, ``locate_text`` a text somebody typed; ``Resolver`` holds the indexed tables.
"""

from __future__ import annotations

from scanner.catalog.records import Catalog
from scanner.destinations.records import Destination
from scanner.destinations.resolver import Resolver
from scanner.flows.records import Endpoint

__all__ = ["Destination", "Resolver", "locate", "locate_text"]

_latest: tuple[Catalog, Resolver] | None = None


def locate(endpoint: Endpoint, catalog: Catalog) -> tuple[Destination, ...]:
    """Destinations of one endpoint, sorted and without doubles; one with host ``""`` when nothing is known."""
    return _resolver(catalog).resolve(
        endpoint.template,
        resolved_by=endpoint.resolved_by,
        evidence=endpoint.evidence,
        overrides=endpoint.overrides,
    )


def locate_text(text: str, catalog: Catalog) -> Destination:
    """The destination that a text names first; host ``""`` when it names none."""
    return _resolver(catalog).first(text)


def _resolver(catalog: Catalog) -> Resolver:
    """The index of the catalog last used: a scan uses one, and building costs milliseconds."""
    global _latest
    if _latest is None or _latest[0] is not catalog:
        _latest = (catalog, Resolver(catalog))
    return _latest[1]
