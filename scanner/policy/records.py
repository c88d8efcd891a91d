"""What is reported: findings, assessed."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.destinations.records import Destination
from scanner.flows.records import Flow
from scanner.lineage.records import Provenance
from scanner.vocabulary import Confidence, Severity


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one home's rules would ask for; ``status`` never says legal or illegal."""

    home: str
    regime: str
    status: str
    needs: str
    citation: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A reporting rule: id, one-line title, longer help, default severity."""

    id: str
    title: str
    help: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one rule. ``id`` is stable under line shifts."""

    id: str
    rule: str
    kind: str
    scenario: str
    severity: Severity
    confidence: Confidence
    title: str
    message: str
    flow: Flow
    destinations: tuple[Destination, ...]
    assessments: tuple[Assessment, ...]
    remedies: tuple[str, ...]
    baseline_state: str = "new"
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was seen, and what was not."""

    files: int
    parsed: int
    skipped: tuple[tuple[str, str], ...]
    calls: int
    calls_resolved: int
    sinks: int
    sinks_without_host: int
    dynamic: tuple[tuple[str, int], ...]
    roles: tuple[tuple[str, int], ...]
    rules: int
    semgrep: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one scan, sorted, ready to render. ``rules`` are those the findings name.

    ``repository`` is set for a model, dataset or Space.
    """

    target: str
    name: str
    version: str
    tool_version: str
    catalog_date: str
    home: tuple[str, ...]
    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    coverage: Coverage
    errors: tuple[str, ...]
    repository: Provenance | None = None
