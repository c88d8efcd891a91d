"""What is reported: findings, assessed; and the policy pack they were judged by."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.destinations.records import Destination
from scanner.flows.records import Flow
from scanner.lineage.records import Provenance
from scanner.vocabulary import Confidence, Severity

Fact = bool | int | str | tuple[str, ...]
"""The value of a fact of a profile."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one regime of a home would ask for; ``status`` never says legal or illegal.

    ``operator_reach`` is law that can compel the operator from its home country, and whether it conflicts with the
    law of ``home``; ``operator_status`` the status if the data were received at the operator's home. ``questions`` are
    ids of facts the code cannot show and no profile stated (``question.ID`` in the texts). ``confidence`` is how sure
    the row is: high, medium or low.
    """

    home: str
    regime: str
    status: str
    needs: str
    citation: str
    as_of: str
    confidence: str = ""
    operator_status: str = ""
    operator_reach: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A reporting rule: id, one-line title, longer help, default severity."""

    id: str
    title: str
    help: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy pack says about a finding: the field of the pack, the level it asks for or ``""``, and why."""

    rule: str
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Scope:
    """A list of destinations in a pack; a host is a name, or ``*.name`` for everything below it."""

    countries: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A safeguard a pack asks for: tls, tls_verify, opt_in, opt_out, redaction or encryption, for these data classes.

    Without classes it is asked for everywhere. ``level`` is the severity when it is missing.
    """

    safeguard: str
    level: str
    data: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of the severity matrix; empty fields hold for everything. ``data`` are data classes or legal classes."""

    level: str
    data: frozenset[str] = frozenset()
    destination: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()
    status: frozenset[str] = frozenset()
    default: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PackException:
    """Something a pack accepts until a day, with the person who answers for it."""

    reason: str
    owner: str
    until: str
    hosts: tuple[str, ...] = ()
    rules: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    data: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Recipient:
    """What an organisation knows about an operator: certified under the DPF, safeguard and contract on file."""

    operator: str
    dpf: bool | None = None
    safeguard: str = ""
    contract: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """A policy pack, read and checked. ``titles`` are by language; ``facts`` the profile without what is not known."""

    id: str
    titles: tuple[tuple[str, str], ...]
    as_of: str
    review_by: str
    home: tuple[str, ...] = ()
    facts: tuple[tuple[str, Fact], ...] = ()
    recipients: tuple[Recipient, ...] = ()
    data_classes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    floors: tuple[tuple[str, str], ...] = ()
    allow: Scope = Scope()
    deny: Scope = Scope()
    otherwise: str = ""
    unknown_host: str = ""
    unknown_country: str = ""
    operator_reach: str = ""
    requirements: tuple[Requirement, ...] = ()
    matrix: tuple[MatrixRow, ...] = ()
    exceptions: tuple[PackException, ...] = ()
    languages: tuple[str, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """A fact of the profile, None when nobody stated it."""
        return dict(self.facts).get(name)

    def title(self, language: str) -> str:
        """The title in a language, else in the first one there is."""
        titles = dict(self.titles)
        return titles.get(language) or next(iter(titles.values()), self.id)


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
    verdicts: tuple[Verdict, ...] = ()


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

    ``language`` is the language of its texts, ``pack`` the policy pack it was judged by, ``today`` the day (ISO) that
    end dates were compared with, ``""`` for the date of the tables. ``repository`` is set for a model, a data set
    or a Space.
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
    language: str = "en"
    pack: Pack | None = None
    today: str = ""
    repository: Provenance | None = None
