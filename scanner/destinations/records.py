"""Where data goes: four facts, each known or Unknown (None), with evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEXT_PART = re.compile(
    r"; (?=(?:operator|note|internationalised name|parent|country|registry|onward|supplied by|no transfer):"
    r"|an unknown part|the text also)"
)


@dataclass(frozen=True, slots=True, order=True)
class Destination:
    """One recipient.

    ``host`` is lower-case, without port, ``""`` when Unknown. ``country`` is where data is received or kept (never
    guessed from the operator's home), ``""`` when Unknown; ``operator_country`` is the operator's home. ``category``
    comes from the operator row (telemetry, llm_api, hub, cloud, local, ...). ``local`` is true for loopback, private,
    link-local and documentation addresses, which are no transfer. ``parent`` is the company that owns the operator and
    ``parent_country`` its home, ``""`` when none is known: never a reason for ``country`` either. ``supplied_by`` is
    the host whose answer held the address, where the host itself is Unknown for that reason.
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
    parent: str = ""
    parent_country: str = ""
    supplied_by: str = ""


def evidence_parts(evidence: str) -> tuple[str, ...]:
    """The parts of an evidence text, one fact each: host, operator, note, parent, country, and what else is said."""
    return tuple(_NEXT_PART.split(evidence)) if evidence else ()
