"""Runs the rules: gate, private workspace, engine, results mapped back to the scanned files."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from scanner.matching import engine
from scanner.matching.engine import Workspace
from scanner.matching.gating import analyzer_of, survivors
from scanner.matching.outcome import Reading, read_output
from scanner.matching.records import GateInput, Matches, MatchingStatus, PatternRule

_SECONDS, _SECONDS_PER_MEGABYTE, _SECONDS_AT_MOST = 60.0, 20.0, 1_800.0
_SUFFIXES = {"python": ".py", "bash": ".sh", "yaml": ".yaml", "json": ".json"}
_NEXT_STEP = "Install it: pip install 'semgrep>={}.{}'"

_Kept = Sequence[tuple[GateInput, tuple[str, ...]]]


def match(files: Sequence[GateInput], rules: Sequence[PatternRule], *, jobs: int = 1) -> Matches:
    """Run ``rules`` on the files that pass their gates; never raises, and without semgrep the status says so.

    A kept file is read by every rule of its language, so that what is found does not depend on how rules are gated
    beyond the file's being read at all.
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


def _run(kept: _Kept, rules: Sequence[PatternRule], jobs: int) -> Reading | str:
    """What the first engine that works saw, or what went wrong with each."""
    try:
        with TemporaryDirectory(prefix="datacustoms-") as folder:
            root = Path(folder).resolve()
            space = Workspace(root, root / "rules.json", root / "targets.json", root / "sources")
            names = _furnish(space, kept, rules)
            return _first_that_works(space, names, rules, _seconds(kept), jobs)
    except OSError as problem:
        return f"the temporary folder cannot be used ({problem.strerror})"


def _first_that_works(
    space: Workspace, names: dict[str, str], rules: Sequence[PatternRule], seconds: float, jobs: int
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


def _furnish(space: Workspace, kept: _Kept, rules: Sequence[PatternRule]) -> dict[str, str]:
    """Write rules, targets and sources; gives the scanned path of each written file, by its name.

    Scanned names appear nowhere: a file is its number, with the suffix its language is recognised by.
    """
    space.sources.mkdir()
    names: dict[str, str] = {}
    targets: list[object] = []
    for number, (file, analyzers) in enumerate(kept):
        own = analyzer_of(file)
        name = f"f{number:06}" + _SUFFIXES.get(own, ".dockerfile" if own == "dockerfile" else ".env")
        path = space.sources / name
        path.write_text(file.text, "utf-8", errors="replace", newline="")
        names[name] = file.path
        targets += (["CodeTarget", _target(path, analyzer)] for analyzer in analyzers)
    space.rules.write_text(json.dumps({"rules": [json.loads(rule.definition) for rule in rules]}), "utf-8")
    space.targets.write_text(json.dumps(["Targets", targets]), "utf-8")
    return names


def _target(path: Path, analyzer: str) -> dict[str, object]:
    return {
        "path": {"fpath": str(path), "ppath": f"/{path.name}"},
        "analyzer": analyzer,
        "products": ["sast"],
    }


def _seconds(kept: _Kept) -> float:
    size = sum(len(file.text) for file, _ in kept) / 1_000_000
    return min(_SECONDS_AT_MOST, _SECONDS + _SECONDS_PER_MEGABYTE * size)
