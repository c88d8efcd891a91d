"""Runs the rules: gate, private workspace, engine, results mapped back to the scanned files."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from scanner.matching import engine
from scanner.matching.gating import Kept, survivors
from scanner.matching.outcome import Reading, order, read_output
from scanner.matching.records import GateInput, Matches, MatchingStatus, PatternMatch, PatternRule
from scanner.matching.workspace import furnish

_SECONDS, _SECONDS_PER_MEGABYTE, _SECONDS_AT_MOST = 60.0, 20.0, 1_800.0
_NEXT_STEP = "Install it: pip install 'semgrep>={}.{}'"


class Memory(Protocol):
    """Keeps what semgrep saw in a file, by a key of its bytes, its path and the rules that passed its gate."""

    def matches(self, keys: Sequence[str]) -> dict[str, tuple[PatternMatch, ...]]:
        """Those that are known."""

    def keep_matches(self, rows: Iterable[tuple[str, tuple[PatternMatch, ...]]]) -> None:
        """Keep some more."""


def match(
    files: Sequence[GateInput], rules: Sequence[PatternRule], *, jobs: int = 1, memory: Memory | None = None
) -> Matches:
    """Run ``rules`` on the files that pass their gates; never raises, and without semgrep the status says so.

    A rule is run on the files that pass its own gate, in one process for all of them; files that ``memory`` knows are
    not read again.
    """
    version = engine.installed_version()
    kept = survivors(files, rules)
    gated_out = len(files) - len(kept)

    def status(state: str, detail: str = "", read: int = 0) -> MatchingStatus:
        return MatchingStatus(state, version, len(rules), read, gated_out, detail)

    if not version:
        return Matches((), status("missing", f"semgrep is not installed. {_NEXT_STEP.format(*engine.FLOOR)}"))
    if not engine.is_recent(version):
        return Matches((), status("too-old", f"semgrep {version} is too old. {_NEXT_STEP.format(*engine.FLOOR)}"))
    if not kept:
        return Matches((), status("not-needed"))
    keys = _keys(kept, rules, version) if memory is not None else {}
    known = memory.matches(list(keys)) if memory is not None else {}
    fresh = [one for key, one in keys.items() if key not in known] if memory is not None else kept
    reading = _run(fresh, rules, jobs) if fresh else Reading((), "")
    if isinstance(reading, str):
        return Matches((), status("failed", reading))
    if memory is not None and not reading.note:  # what was read in part is read again next time
        memory.keep_matches(_by_key(keys, known, reading.matches))
    found = {*reading.matches, *(match for matches in known.values() for match in matches)}
    return Matches(tuple(sorted(found, key=order)), status("used", reading.note, len(kept)))


def _keys(kept: Sequence[Kept], rules: Sequence[PatternRule], version: str) -> dict[str, Kept]:
    """Files by everything their matches depend on."""
    texts = {rule.id: hashlib.sha256(rule.definition.encode()).digest() for rule in rules}
    out = {}
    for one in kept:
        hashed = hashlib.sha256(f"{version}\0{one.file.path}\0{one.file.kind}\0{one.analyzers}\0".encode())
        hashed.update(b"".join(texts[rule] for rule in sorted(one.rules)))
        hashed.update(one.file.text.encode("utf-8", "surrogatepass"))
        out[hashed.hexdigest()] = one
    return out


def _by_key(
    keys: Mapping[str, Kept], known: Mapping[str, object], matches: Iterable[PatternMatch]
) -> list[tuple[str, tuple[PatternMatch, ...]]]:
    by_file: dict[str, list[PatternMatch]] = {}
    for match in matches:
        by_file.setdefault(match.file, []).append(match)
    return [(key, tuple(by_file.get(one.file.path, ()))) for key, one in keys.items() if key not in known]


def _run(kept: Sequence[Kept], rules: Sequence[PatternRule], jobs: int) -> Reading | str:
    """What the first engine that works saw, or what went wrong with each."""
    try:
        with TemporaryDirectory(prefix="datacustoms-") as folder:
            space, names = furnish(Path(folder).resolve(), kept, rules)
            return _first_that_works(space, names, rules, _seconds(kept), jobs)
    except OSError as problem:
        return f"the temporary folder cannot be used ({problem.strerror})"


def _first_that_works(
    space: engine.Workspace, names: Mapping[str, str], rules: Sequence[PatternRule], seconds: float, jobs: int
) -> Reading | str:
    deadline = time.monotonic() + seconds
    tried: list[tuple[engine.Engine, str]] = []
    for candidate in engine.engines(space, jobs):
        outcome = engine.run(candidate, space, max(1.0, deadline - time.monotonic()))
        reading = outcome.problem or read_output(outcome, names, rules)
        if isinstance(reading, Reading):
            return reading
        tried.append((candidate, reading))
        if time.monotonic() > deadline:
            break
    return engine.describe(tried)


def _seconds(kept: Sequence[Kept]) -> float:
    size = sum(len(one.file.text) for one in kept) / 1_000_000
    return min(_SECONDS_AT_MOST, _SECONDS + _SECONDS_PER_MEGABYTE * size)
