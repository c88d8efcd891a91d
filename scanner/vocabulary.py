"""Words every room shares: severities, confidences, places in files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MODULE_LEVEL = "<module>"
"""Qualified name, within its file, of code that runs at import."""

UNKNOWN_PART = "{?}"
"""Stands in a string template for a part that is not known statically."""


class Severity(StrEnum):
    """Harm, as SARIF levels."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return ("error", "warning", "note").index(self.value)


class Confidence(StrEnum):
    """How sure a finding or a fact is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Certainty(StrEnum):
    """How a call edge came about, best first."""

    EXACT = "exact"
    ANNOTATED = "annotated"
    NAMED = "named"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A span in a scanned file: POSIX path relative to the target, lines from 1, columns from 1."""

    file: str
    line: int
    column: int = 1
    end_line: int = 0
