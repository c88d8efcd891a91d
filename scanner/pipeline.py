"""The recipe: one line per room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import scanner
from scanner.catalog import Catalog, load
from scanner.coverage import coverage_of
from scanner.destinations import locate
from scanner.facts.records import FileFacts
from scanner.facts.weights.records import Piece, WeightsFacts
from scanner.flows.loaded import relocate
from scanner.flows.records import Flow, SinkSite
from scanner.flows.tracing import CODE_STRING
from scanner.inputs.hub_records import PLAIN, Access
from scanner.inputs.records import FileKind, FileRole, Skipped, Snapshot
from scanner.matching.records import Matches, MatchingStatus, PatternMatch
from scanner.parsing import Progress, Shelf, collector_paused, read_all
from scanner.policy.records import Pack, Report
from scanner.policy.rules import SUPPRESSION_KIND

if TYPE_CHECKING:
    from scanner.facts.comments import Suppression
    from scanner.flows.bearing import Bearing
    from scanner.inputs.records import InputFile
    from scanner.inputs.variables import SetVariable
    from scanner.store import Cache


@dataclass(frozen=True, slots=True)
class Options:
    """How to scan: home jurisdictions, worker processes, semgrep on or off, own catalog files and rule folders; how to
    judge and to speak: policy pack, the day (ISO) end dates are compared with, language of the texts.

    ``access`` is how a model hub is asked, ``follow`` how many repositories behind a model are walked.
    ``shelf`` has facts of bytes that were read before; ``cache`` has facts, matches and reports, and is the
    shelf where no other is given.
    """

    home: tuple[str, ...] = ()
    jobs: int = 1
    semgrep: bool = True
    catalogs: tuple[Path, ...] = ()
    pack: Pack | None = None
    today: str = ""
    language: str = "en"
    rules: tuple[Path, ...] = ()
    access: Access = PLAIN
    follow: int = 0
    shelf: Shelf | None = None
    cache: Cache | None = None


def scan(target: str, options: Options = Options(), progress: Progress | None = None) -> Report:
    """Scan one target. Raises ``TargetError`` when it cannot be read, ``NothingToScan`` when nothing is in it."""
    with collector_paused():
        return _scan(target, options, progress or (lambda stage, done, total: None))


def _scan(target: str, options: Options, tell: Progress) -> Report:
    from scanner import inputs

    tell("reading", 0, 1)
    snapshot = inputs.collect(target, options.access)
    if options.cache is None:
        return judge_snapshot(target, snapshot, options, tell)
    return _remembered(target, snapshot, options, options.cache, tell)


def _remembered(target: str, snapshot: Snapshot, options: Options, cache: Cache, tell: Progress) -> Report:
    """The report by way of the cache."""
    from scanner.remembering import Question, remembered

    if not _is_repeatable(snapshot, options):
        return judge_snapshot(target, snapshot, options, tell)
    # A revision is its files: what was staged an hour ago is the last commit now.
    label = "git:" if target.startswith("git:") else f"{target} {snapshot.version}"
    question = Question(label, snapshot, _asked(options), options.today or date.today().isoformat())

    def silent(files: Sequence[tuple[InputFile, str, FileFacts]]) -> bool:
        texts = {file.path: text for file, text, _ in files}
        facts = [read for _, _, read in files]
        return not _matches(snapshot, texts, facts, options).matches

    report = remembered(question, cache, lambda: _judge(target, snapshot, options, tell, True), silent, _has_comments)
    return replace(report, target=target, version=snapshot.version)


def _asked(options: Options) -> list[str]:
    """Everything but the files that a report depends on."""
    from importlib.metadata import PackageNotFoundError, version

    own = [
        p
        for root in (*options.catalogs, *options.rules)
        for p in (sorted(root.rglob("*")) if root.is_dir() else [root])
    ]
    texts = [f"{p}\n{p.read_bytes()!r}" for p in own if p.is_file()]
    try:
        semgrep = version("semgrep") if options.semgrep else "off"
    except PackageNotFoundError:
        semgrep = "missing"
    return [*options.home, semgrep, repr(options.pack), options.today, options.language, *texts]


def _is_repeatable(snapshot: Snapshot, options: Options) -> bool:
    """Whether files and options decide the report: what a hub is asked on the way may answer otherwise tomorrow."""
    return snapshot.repository is None and not options.follow


def _has_comments(report: Report) -> bool:
    """Whether a suppression comment had a say: those end on a day."""
    return any(f.suppressed or f.kind == SUPPRESSION_KIND for f in report.findings)


def judge_snapshot(target: str, snapshot: Snapshot, options: Options, tell: Progress) -> Report:
    """The report of a target whose files are known."""
    return _judge(target, snapshot, options, tell, False)[0]


def _judge(
    target: str, snapshot: Snapshot, options: Options, tell: Progress, wanted: bool
) -> tuple[Report, Bearing | None]:
    """The report and, when ``wanted``, what it depends on."""
    from scanner import callgraph, flows, lineage, policy, program
    from scanner.flows.bearing import bearing_of
    from scanner.flows.claims import joined

    catalog = load(options.catalogs)
    texts, unread = texts_of(snapshot)
    reading = lineage.follow(lineage.read(snapshot, texts), options.access, options.follow)
    snapshot, texts = reading.snapshot, dict(reading.texts)
    shelf = options.shelf or (options.cache.shelf if options.cache is not None else None)
    facts, unparsed = read_all(snapshot, texts, options.jobs, tell, shelf)
    matching = _beside(options.jobs, lambda: _matches(snapshot, texts, facts, options))
    weights, unopened = _weights(snapshot, texts)
    pieces = [piece for read in weights for piece in read.pieces]
    loaded, unloaded = _facts_of(pieces)
    tell("linking", 0, 1)
    linked = program.link((*facts, *loaded), catalog, root=snapshot.name)
    graph = callgraph.build(linked, snapshot.entries)
    tell("tracing", 0, 1)
    tracer = flows.prepare(linked, graph, catalog, {f.path: f.role for f in snapshot.files}, _settings(snapshot, texts))
    sinks = flows.candidates(tracer, catalog)
    traced = flows.trace(tracer, sinks, _confirm(texts | {p.path: p.text for p in pieces}, sinks))
    traced = relocate(traced, pieces)
    matches = matching()
    patterns = [flows.trace_pattern(tracer, _site(m), m.kind) for m in _new_matches(matches, traced)]
    traced += tuple(f for f in patterns if not _read_already(f, traced))
    provenance = lineage.describe(reading)
    traced = joined(traced, reading.claims, provenance.name if provenance else "")
    tell("locating", 0, 1)
    located = tuple(
        tuple(d for e in flow.endpoints for d in locate(e, catalog)) for flow in traced
    )  # fmt: skip
    words = policy.load_texts(options.language)
    stance = policy.Stance(options.home, options.pack, options.today, words)
    findings = policy.judge(traced, located, options.home, stance)
    findings = policy.with_switches(findings, flows.unread_switches(tracer.index), words)
    if _is_own(target):
        findings = policy.accept(findings, _comments(texts), options.today or date.today().isoformat(), words)
    skipped = (*snapshot.skipped, *unread, *unparsed, *unopened, *unloaded)
    opened = {f.path for f in snapshot.files if f.kind is FileKind.WEIGHTS} & {w.path for w in weights}
    coverage = coverage_of(snapshot, len(facts) + len(opened), skipped, linked, traced, matches, weights)
    rules = tuple(r for r in policy.rules_in(words) if r.id in {f.rule for f in findings})
    bearing = bearing_of(tracer, traced, catalog) if wanted and not (weights or provenance) else None
    report = Report(
        target, snapshot.name, snapshot.version, scanner.__version__, catalog.date, options.home, findings, rules,
        coverage, (), options.language, options.pack, options.today, provenance,
    )  # fmt: skip
    return report, bearing


# -- files


def texts_of(snapshot: Snapshot) -> tuple[dict[str, str], list[Skipped]]:
    """The text of every file that is read, by path."""
    texts: dict[str, str] = {}
    skipped: list[Skipped] = []
    for file in snapshot.files:
        if file.kind in (FileKind.METADATA, FileKind.WEIGHTS):
            continue
        text = snapshot.read(file)
        if isinstance(text, Skipped):
            skipped.append(text)
        else:
            texts[file.path] = text
    return texts, skipped


def _is_own(target: str) -> bool:
    """Whether a target lies here as files of the user: a package or a repository from elsewhere must not accept its own
    findings."""
    return target.startswith("git:") or Path(target).is_dir() or Path(target).suffix in (".py", ".ipynb")


def _comments(texts: Mapping[str, str]) -> dict[str, tuple[Suppression, ...]]:
    """Suppression comments of Python files and notebooks, by path."""
    from scanner.facts.comments import suppressions

    return {path: suppressions(text) for path, text in texts.items() if path.endswith((".py", ".pyi", ".ipynb"))}


def _settings(snapshot: Snapshot, texts: Mapping[str, str]) -> list[SetVariable]:
    """Variables that the target's own settings files set: what is deployed from it runs with them."""
    from scanner.inputs.variables import read_variables

    own = [f for f in snapshot.files if f.kind is FileKind.SETTINGS and f.role is FileRole.PRODUCT and f.path in texts]
    return [v for f in own for v in read_variables(f.path, texts[f.path])]


# -- model files


def _weights(snapshot: Snapshot, texts: Mapping[str, str]) -> tuple[list[WeightsFacts], list[Skipped]]:
    """What was read of every model file and of chat templates in settings; nothing is loaded."""
    from scanner.facts.weights.reading import read_templates, read_weights

    found: list[WeightsFacts] = []
    skipped: list[Skipped] = []
    for file in snapshot.files:
        if file.kind is FileKind.WEIGHTS:
            stream = snapshot.open(file)
            if isinstance(stream, Skipped):
                skipped.append(stream)
                continue
            with stream:
                read = read_weights(file.path, stream)
            if isinstance(read, Skipped):
                skipped.append(read)
            else:
                found.append(read)
                skipped += read.skipped
    templates = (read_templates(path, text) for path, text in sorted(texts.items()))
    return [*found, *(t for t in templates if t is not None)], skipped


def _facts_of(pieces: Sequence[Piece]) -> tuple[list[FileFacts], list[Skipped]]:
    """Python facts of the text that model files became."""
    from scanner.facts.reader import read_facts

    read = [read_facts(p.path, "", p.text) for p in pieces]
    return [r for r in read if isinstance(r, FileFacts)], [r for r in read if isinstance(r, Skipped)]


# -- sinks


def _confirm(texts: Mapping[str, str], sinks: Sequence[object]) -> dict[tuple[str, int, int], str]:
    """Exact source of every candidate, from libcst, by file, line and column."""
    from scanner.facts.confirm import confirm
    from scanner.flows import Candidate

    wanted: dict[str, set[int]] = {}
    for sink in sinks:
        assert isinstance(sink, Candidate)
        wanted.setdefault(sink.file, set()).add(sink.line)
    out: dict[tuple[str, int, int], str] = {}
    for path, lines in sorted(wanted.items()):
        confirmed = confirm(texts[path], frozenset(lines))
        for call in confirmed if isinstance(confirmed, tuple) else ():
            # ``get(url).json()`` begins where ``get(url)`` does: the sink is the inner one.
            known = out.get((path, call.line, call.column), call.source)
            out[path, call.line, call.column] = min(known, call.source, key=len)
    return out


def _matches(snapshot: Snapshot, texts: Mapping[str, str], facts: Sequence[FileFacts], options: Options) -> Matches:
    if not options.semgrep:
        return Matches((), MatchingStatus("off", "", 0, 0, 0, "switched off"))
    from scanner.matching import GateInput, match, with_own

    roots = {f.path: frozenset(m.split(".", 1)[0] for m in f.imports) for f in facts}
    kinds = {f.path: f.kind for f in snapshot.files}
    kinds |= {path: FileKind.SETTINGS for path, kind in kinds.items() if kind is FileKind.CARD}
    gated = [GateInput(p, texts[p], roots.get(p, frozenset()), kinds[p]) for p in sorted(texts)]
    return match(gated, with_own(options.rules), jobs=options.jobs, memory=options.cache)


def _beside(jobs: int, work: Callable[[], Matches]) -> Callable[[], Matches]:
    """Start ``work`` in a thread if there may be more than one worker, else do it when it is asked for: it mostly waits
    for another process."""
    if jobs < 2:
        return work
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1, "matching")
    result = pool.submit(work)
    pool.shutdown(wait=False)
    return result.result


def _new_matches(matches: Matches, flows: Sequence[Flow]) -> list[PatternMatch]:
    """Matches on lines where the catalog found no sink; of several rules on one line the first."""
    taken = {(f.sink.file, line) for f in flows for line in range(f.sink.line, f.sink.end_line + 1)}
    out: list[PatternMatch] = []
    for m in matches.matches:
        lines = {(m.file, line) for line in range(m.line, m.end_line + 1)}
        if not lines & taken:
            out.append(m)
            taken |= lines
    return out


def _read_already(pattern: Flow, flows: Sequence[Flow]) -> bool:
    """Whether a pattern says that a function hands code to an interpreter, and that code was read as code."""
    return pattern.sink.api.startswith("code-string") and any(
        f.sink.found_by == CODE_STRING and (f.sink.file, f.sink.function) == (pattern.sink.file, pattern.sink.function)
        for f in flows
    )


def _site(m: PatternMatch) -> SinkSite:
    return SinkSite(
        m.file,
        m.line,
        m.column,
        m.end_line,
        "<module>",
        m.rule,
        "",
        "",
        "unknown",
        "default",
        f"semgrep:{m.rule}",
        m.message,
    )


__all__ = ["Catalog", "Options", "scan"]
