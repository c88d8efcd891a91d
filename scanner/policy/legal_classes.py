"""Data classes as the law may see them: ``data/data_classes.yaml``, unless a policy pack says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from scanner.policy.records import Pack
from scanner.policy.tables import read_table
from scanner.policy.texts import Texts

LEGAL_CLASSES: tuple[str, ...] = (
    "none",
    "trade_secret",
    "secret",
    "personal_info",
    "sensitive_pi",
    "important_data",
    "identifier",
    "biometric",
    "precise_location",
    "health",
    "financial",
    "human_genomic",
    "human_omic",
    "government_id",
    "government_related",
    "unknown",
)
"""What the rules of a regime ask for."""

NOT_PERSONAL: frozenset[str] = frozenset({"none", "trade_secret"})
"""Legal classes without a person in them."""


@dataclass(frozen=True, slots=True)
class DataClass:
    """One row: legal classes and names."""

    id: str
    legal: tuple[str, ...]
    en: str
    zh: str


@cache
def load_data_classes() -> dict[str, DataClass]:
    """All rows by id, read once."""
    rows = read_table("data_classes.yaml")["classes"]
    return {key: DataClass(key, tuple(row["legal"]), row["en"], row["zh"]) for key, row in rows.items()}


def legal_classes(data: Iterable[str], pack: Pack | None = None) -> frozenset[str]:
    """Legal classes of data classes, the pack's words before the table's; a class nobody knows is ``unknown``."""
    own = dict(pack.data_classes) if pack else {}
    table = load_data_classes()
    found: set[str] = set()
    for name in data:
        if name in own:
            found |= set(own[name])
        else:
            found |= set(table[name].legal) if name in table else {"unknown"}
    return frozenset(found)


def data_name(name: str, texts: Texts) -> str:
    """What people call a data class; its own id where the table has none."""
    row = load_data_classes().get(name or "unknown")
    if row is None:
        return name.replace("_", " ")
    return row.zh if texts.language == "zh" else row.en
