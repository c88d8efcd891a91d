"""What an earlier run knows of the same target: its report, or a report that a change of some files cannot alter."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scanner.facts.records import FileFacts
from scanner.inputs.records import FileKind, InputFile, Skipped, Snapshot

if TYPE_CHECKING:
    from scanner.flows.bearing import Bearing
    from scanner.policy.records import Report
    from scanner.store import Cache, Last

MOST_CHANGED = 20
"""More changed files than this are linked anew without asking whether they matter."""

Judge = Callable[[], "tuple[Report, Bearing | None]"]
"""Makes the report, and tells what it depends on (None: a change of anything)."""

SameMatches = Callable[[Sequence[tuple[InputFile, str, FileFacts]]], bool]
"""Whether the pattern rules see nothing in these files."""


@dataclass(frozen=True, slots=True)
class Question:
    """A target by a name it keeps, its files, and everything that was ``asked`` of it; ``today`` (ISO) is what end
    dates are compared with."""

    target: str
    snapshot: Snapshot
    asked: Sequence[str]
    today: str


def remembered(
    question: Question, cache: Cache, judge: Judge, silent: SameMatches, is_dated: Callable[[Report], bool]
) -> Report:
    """The report of the same files, asked the same way, where the cache has it; else a new one, kept."""
    from scanner.store import Last, report_key

    key = report_key(cache.stamp, question.target, question.snapshot, question.asked)
    known = cache.report(key, question.today) if key else None
    if known is not None:
        return known
    line = _line(question, cache.stamp) if key else ""
    last = cache.last(line) if line else None
    if last is not None:
        report = _unaltered(last, question, cache, silent)
        if report is not None:
            cache.keep_report(key, report, "")
            cache.keep_last(line, Last(_digests(question.snapshot), last.bearing, report))
            return report
    report, bearing = judge()
    if key and "failed" not in dict(report.coverage.semgrep).values():
        dated = is_dated(report)
        cache.keep_report(key, report, question.today if dated else "")
        if bearing is not None and not dated:
            cache.keep_last(line, Last(_digests(question.snapshot), bearing, report))
    return report


def _line(question: Question, stamp: str) -> str:
    """The key of a target through its changes: everything but the bytes of its Python files."""
    hashed = hashlib.sha256(stamp.encode())
    files = question.snapshot.files
    others = (f"{f.path} {f.kind} {f.role} {'' if f.kind is FileKind.PYTHON else f.digest}" for f in files)
    skipped = (f"{s.file} {s.reason}" for s in question.snapshot.skipped)
    entries = map(repr, question.snapshot.entries)
    for text in (
        question.target,
        question.snapshot.name,
        *question.asked,
        *skipped,
        *entries,
        *others,
    ):
        hashed.update(text.encode("utf-8", "surrogateescape") + b"\0")
    return hashed.hexdigest()


def _digests(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    return tuple((f.path, f.digest) for f in snapshot.files if f.kind is FileKind.PYTHON)


def _unaltered(last: Last, question: Question, cache: Cache, silent: SameMatches) -> Report | None:
    """The last report with the new counts of calls, when no changed file bears on it; None when one may."""
    import msgspec

    from scanner.flows.bearing import matters

    known = dict(last.digests)
    changed = [f for f in question.snapshot.files if f.kind is FileKind.PYTHON and known.get(f.path) != f.digest]
    if len(changed) > MOST_CHANGED:
        return None
    told = msgspec.msgpack.encode(last.report)
    if any(f.path.encode() in told for f in changed):
        return None
    fresh, calls = [], 0
    for file in changed:
        read = _facts(file, question.snapshot, cache)
        old = cache.shelf.facts(file.path, known[file.path])
        if read is None or old is None or matters(old, read[1], last.bearing):
            return None
        fresh.append((file, *read))
        calls += read[1].calls - old.calls
    if not silent(fresh):
        return None
    coverage = last.report.coverage
    total = coverage.calls + calls
    return replace(
        last.report, coverage=replace(coverage, calls=total, calls_resolved=min(total, coverage.calls_resolved))
    )  # fmt: skip


def _facts(file: InputFile, snapshot: Snapshot, cache: Cache) -> tuple[str, FileFacts] | None:
    from scanner.facts.reader import read_facts

    text = snapshot.read(file)
    if isinstance(text, Skipped):
        return None
    facts = cache.shelf.facts(file.path, file.digest)
    if facts is None:
        read = read_facts(file.path, file.digest, text)
        if isinstance(read, Skipped):
            return None
        facts = read
        cache.shelf.keep_facts(facts)
    return text, facts
