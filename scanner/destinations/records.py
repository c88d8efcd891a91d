"""Where data goes: four facts, each known or Unknown (None), with evidence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Destination:
    """One recipient.

    ``host`` is lower-case, without port, ``""`` when Unknown. ``country`` is where data is received or kept (never
    guessed from the operator's home), ``""`` when Unknown; ``operator_country`` is the operator's home. ``category``
    comes from the operator row (telemetry, llm_api, hub, cloud, local, ...). ``local`` is true for loopback, private,
    link-local and documentation addresses, which are no transfer.
    """

    url: str
    host: str
    resolved_by: str
    operator: str
    operator_country: str
    country: str
    region: str
    category: str
    confidence: str
    evidence: str
    local: bool = False
    overrides: tuple[str, ...] = ()
