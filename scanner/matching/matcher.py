"""Runs the rules: gate, private workspace, engine, results mapped back to the scanned files."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from scanner.matching import engine
from scanner.matching.gating import Kept, survivors
from scanner.matching.outcome import Reading, read_output
from scanner.matching.records import GateInput, Matches, MatchingStatus, PatternRule
from scanner.matching.workspace import furnish

_SECONDS, _SECONDS_PER_MEGABYTE, _SECONDS_AT_MOST = 60.0, 20.0, 1_800.0
_NEXT_STEP = "Install it: pip install 'semgrep>={}.{}'"


def match(files: Sequence[GateInput], rules: Sequence[PatternRule], *, jobs: int = 1) -> Matches:
    """Run ``rules`` on the files that pass their gates; never raises, and without semgrep the status says so.

    A rule is run on the files that pass its own gate, in one process for all of them.
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
    reading = _run(kept, rules, jobs)
    if isinstance(reading, str):
        return Matches((), status("failed", reading))
    return Matches(reading.matches, status("used", reading.note, len(kept)))


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
