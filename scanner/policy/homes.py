"""Home jurisdictions as a user writes them."""

from __future__ import annotations

import re

from scanner.errors import UsageError
from scanner.policy.countries import COUNTRIES, HOME_GROUPS, HOME_PARTS, MISTAKEN

_BETWEEN = re.compile(r"[\s,;]+")


def parse_home(text: str) -> tuple[str, ...]:
    """Homes of ``CN``, ``DE,FR`` or ``EEA``: codes in the order given, without doubles; ``()`` for an empty text.

    Raises ``UsageError`` for anything that is neither an ISO 3166-1 alpha-2 code nor a known group.
    """
    names = [name.upper() for name in _BETWEEN.split(text) if name]
    for name in names:
        if not is_home(name):
            raise UsageError(f"{name[:20]!r} is no home jurisdiction.", _advice(name))
    return tuple(dict.fromkeys(names))


def is_home(name: str) -> bool:
    """True for a country, a known group or a known part of a country (``US-CA``)."""
    return name in COUNTRIES or name in HOME_GROUPS or name in HOME_PARTS


def _advice(name: str) -> str:
    if name in MISTAKEN:
        return f"The ISO code is {MISTAKEN[name]}."
    return f"Use ISO 3166-1 alpha-2 codes such as CN, DE or US, or one of the groups {', '.join(HOME_GROUPS)}."
