"""What semgrep is given, and what it saw."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PatternRule:
    """A bundled or own semgrep rule: what the gate and the reports need of it.

    ``roots`` and ``leaves`` are its gate: a Python file is handed to semgrep for this rule only when it imports one of
    the roots and mentions one of the leaves as a word; other files only when they mention one of the leaves. Both empty
    means the rule declares no gate and every file is handed over. ``include`` and ``exclude`` are its ``paths``, as
    semgrep reads them. ``file`` is the rule file below its rule folder, and ``definition`` the rule itself as JSON.
    """

    id: str
    file: str
    languages: tuple[str, ...]
    kind: str
    message: str
    roots: tuple[str, ...]
    leaves: tuple[str, ...]
    confidence: str
    scenario: str
    message_zh: str = ""
    references: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    severity: str = "WARNING"
    definition: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GateInput:
    """A file that may be matched.

    ``import_roots`` are the first components of the absolute imports of a Python file, empty where nobody knows them;
    ``kind`` is a ``FileKind`` (python, notebook, settings); the commands of a notebook stand in comments (``#>``).
    """

    path: str
    text: str = field(repr=False)
    import_roots: frozenset[str]
    kind: str


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """One match: lines and columns from 1; ``metavariables`` as sorted (name, text) pairs."""

    rule: str
    kind: str
    file: str
    line: int
    column: int
    end_line: int
    message: str
    metavariables: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MatchingStatus:
    """How the semgrep part went; ``state`` is used, not-needed, off, missing, too-old or failed.

    ``detail`` says what to do next (missing, too-old), what went wrong (failed), or what was read only partly (used).
    """

    state: str
    version: str
    rules: int
    files: int
    files_gated_out: int
    detail: str


@dataclass(frozen=True, slots=True)
class Matches:
    """All matches, sorted, and the status."""

    matches: tuple[PatternMatch, ...]
    status: MatchingStatus
