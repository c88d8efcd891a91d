"""Baselines: findings that were there before, one line each, so that a scan can tell what a change adds.

    # datacustoms-baseline/1
    ID <tab> RULE <tab> FILE <tab> FUNCTION <tab> HOSTS <tab> NOTE

Only the id is compared, and ids do not change when lines move. The other columns are for whoever reviews the file; the
note is theirs and survives updates. Lines are sorted by file, so two branches that accept different findings merge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scanner.errors import UsageError
from scanner.policy.records import Finding

HEADER = "# datacustoms-baseline/1"
ENTRIES_AT_MOST = 200_000
_ID = re.compile(r"[0-9a-f]{20}")
_COLUMNS = 6


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A finding that was reviewed; ``hosts`` are separated by spaces, ``note`` is free text of the reviewer."""

    file: str
    function: str
    rule: str
    id: str
    hosts: str
    note: str = ""


def entries_of(findings: Iterable[Finding], known: Iterable[Entry] = ()) -> tuple[Entry, ...]:
    """An entry per finding that is not suppressed, sorted; notes of known entries are kept."""
    notes = {entry.id: entry.note for entry in known}
    return tuple(sorted({_entry(one, notes.get(one.id, "")) for one in findings if not one.suppressed}))


def write_baseline(entries: Iterable[Entry]) -> str:
    """The text of a baseline file."""
    rows = ((e.id, e.rule, e.file, e.function, e.hosts, e.note) for e in sorted(set(entries)))
    return "\n".join((HEADER, *("\t".join(row).rstrip("\t") for row in rows), ""))


def read_baseline(text: str, name: str) -> tuple[Entry, ...]:
    """Entries of a baseline file, sorted; the same line twice, as merges leave it, is one entry.

    Raises ``UsageError`` with file and line for anything that is neither an entry nor a comment.
    """
    lines = text.splitlines()
    if not lines or lines[0].strip() != HEADER:
        raise UsageError(f"{name}:1: is no baseline.", "Write one with: datacustoms baseline create")
    if len(lines) > ENTRIES_AT_MOST:
        raise UsageError(f"{name} has more than {ENTRIES_AT_MOST:,} lines.")
    found = (_parse(line, f"{name}:{number}") for number, line in enumerate(lines, 1) if _speaks(line))
    return tuple(sorted({entry.id: entry for entry in found}.values()))


def compare(findings: Iterable[Finding], entries: Iterable[Entry]) -> tuple[Finding, ...]:
    """The findings, each ``unchanged`` when the baseline has it and ``new`` otherwise; order is kept."""
    known = {entry.id for entry in entries}
    return tuple(replace(one, baseline_state="unchanged" if one.id in known else "new") for one in findings)


def absent(findings: Iterable[Finding], entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries no finding has any more."""
    present = {one.id for one in findings}
    return tuple(entry for entry in entries if entry.id not in present)


def _entry(finding: Finding, note: str) -> Entry:
    sink = finding.flow.sink
    hosts = " ".join(sorted({_inert(where.host) for where in finding.destinations if where.host}))
    return Entry(_inert(sink.file), _inert(sink.function), finding.rule, finding.id, hosts or "?", note)


def _inert(text: str) -> str:
    """Scanned text without tabs, line ends, control or look-alike characters."""
    return json.dumps(text)[1:-1]


def _speaks(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _parse(line: str, place: str) -> Entry:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        raise UsageError(f"{place}: a merge conflict is left.", "Keep the lines of both sides; order does not matter.")
    fields = [*line.split("\t", _COLUMNS - 1), *[""] * _COLUMNS][:_COLUMNS]
    if not _ID.fullmatch(fields[0]):
        raise UsageError(f"{place}: {fields[0][:40]!r} is no id of a finding.")
    identifier, rule, file, function, hosts, note = fields
    return Entry(file, function, rule, identifier, hosts, " ".join(note.split()))
