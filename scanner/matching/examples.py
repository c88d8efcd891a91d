"""Tests of rules: are they valid for semgrep, are their gates sound, do they do what the examples beside them say.

An example is a file with the rule's stem. ``# ruleid: ID`` stands on the line before what must be found, ``# ok: ID``
before what must not; ``//`` and ``<!-- -->`` do as well as ``#``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from scanner.matching import engine
from scanner.matching.linting import Complaint, lint
from scanner.matching.matcher import match
from scanner.matching.paths import selects
from scanner.matching.records import GateInput, PatternRule

_MARK = re.compile(r"^\s*(?:#|//|<!--)\s*(ok|ruleid):\s*([\w-]+)\s*(?:-->)?$")
_IMPORT = re.compile(r"^\s*(?:import|from)\s+(\w+)", re.M)
_SECONDS = 120.0
_EXAMPLE_BYTES = 256_000


def check_rules(folder: Path, rules: Sequence[PatternRule]) -> tuple[Complaint, ...]:
    """What is wrong with the rules of a folder, sorted; ``()`` when all is well."""
    invalid = validate(rules)
    broken = {complaint.rule for complaint in invalid}
    sound = tuple(rule for rule in rules if rule.id not in broken)
    found = (*invalid, *lint(rules), *_examples(folder, sound))
    return tuple(sorted(set(found), key=lambda c: (c.file, c.rule, c.field, c.problem)))


def validate(rules: Sequence[PatternRule]) -> tuple[Complaint, ...]:
    """What semgrep itself says against the rules: the check behind its ``--validate``, without asking a server."""
    files = {rule.id: rule.file for rule in rules}
    core = engine.core()
    if core is None:
        return (Complaint("", "", "", "semgrep is not installed: the rules were not checked."),)
    with TemporaryDirectory(prefix="datacustoms-") as name:
        root = Path(name).resolve()
        (root / "rules.yaml").write_text(json.dumps({"rules": [json.loads(r.definition) for r in rules]}), "utf-8")
        (root / "none.yaml").write_text('{"rules": []}', "utf-8")
        space = engine.Workspace(root, root / "rules.yaml", root / "none.yaml", root)
        flags = ("-json_nodots", "-check_rules", str(space.targets), str(space.rules))
        outcome = engine.run(engine.Engine("check", core, ("semgrep-core", *flags)), space, _SECONDS)
    try:
        errors = json.loads(outcome.output[max(0, outcome.output.find(b"{")) :])["errors"]
    except (ValueError, KeyError):
        return (Complaint("", "", "", f"semgrep could not check the rules ({outcome.problem or outcome.code})."),)
    return tuple(_said(error, files) for error in errors)


def _said(error: dict[str, object], files: dict[str, str]) -> Complaint:
    rule, kind = str(error.get("rule_id") or ""), error.get("error_type")
    where = kind[1] if isinstance(kind, list) and len(kind) > 1 and isinstance(kind[1], list) else []
    field = ".".join(str(part) for part in reversed(where[:-2]))
    return Complaint(rule, files.get(rule, ""), field, " ".join(str(error.get("message")).split())[:300])


def _examples(folder: Path, rules: Sequence[PatternRule]) -> Iterator[Complaint]:
    examples = {rule.id: _beside(folder, rule) for rule in rules}
    files = [file for listed in examples.values() for file in listed]
    found = match(files, rules)
    if found.status.state not in ("used", "not-needed"):
        yield Complaint("", "", "", f"the examples were not run: {found.status.detail}")
        return
    places = {(m.rule, m.file, m.line) for m in found.matches}
    for rule in rules:
        yield from _differences(rule, examples[rule.id], places)


def _differences(
    rule: PatternRule, files: Sequence[GateInput], places: set[tuple[str, str, int]]
) -> Iterator[Complaint]:
    marks = {word: {(f.path, n) for f in files for n in _marked(f, word, rule.id)} for word in ("ok", "ruleid")}
    if not marks["ok"] or not marks["ruleid"]:
        yield Complaint(rule.id, rule.file, "example", "no example beside it marks both what to find and what not.")
        return
    hits = {(path, line) for found, path, line in places if found == rule.id and path.startswith(f"{rule.id}/")}
    for path, line in sorted(marks["ruleid"] - hits):
        yield Complaint(rule.id, rule.file, "example", f"{path.rpartition('/')[2]}:{line} is not found.")
    for path, line in sorted(hits - marks["ruleid"]):
        yield Complaint(rule.id, rule.file, "example", f"{path.rpartition('/')[2]}:{line} is found and is not marked.")


def _beside(folder: Path, rule: PatternRule) -> list[GateInput]:
    place = (folder / rule.file).parent
    stem = PurePosixPath(rule.file).stem
    paths = [path for path in sorted(place.glob(f"{stem}.*")) if path.is_file() and path.name != Path(rule.file).name]
    return [_example(rule, path) for path in paths if path.stat().st_size <= _EXAMPLE_BYTES]


def _example(rule: PatternRule, path: Path) -> GateInput:
    """An example as a file the rule is for: where its ``paths`` ask for a name of its own, it goes by that name."""
    text, python = path.read_text("utf-8", errors="replace"), path.suffix == ".py"
    name = path.name
    if not selects(name, rule.include, rule.exclude) and rule.include:
        name = f"{path.stem}/{rule.include[0].replace('*', 'example')}"
    roots = frozenset(_IMPORT.findall(text)) if python else frozenset()
    return GateInput(f"{rule.id}/{name}", text, roots, "python" if python else "settings")


def _marked(file: GateInput, word: str, rule: str) -> Iterator[int]:
    for number, line in enumerate(file.text.splitlines(), 1):
        mark = _MARK.match(line)
        if mark and mark[1] == word and mark[2] == rule:
            yield number + 1


def without_gates(rules: Sequence[PatternRule]) -> tuple[PatternRule, ...]:
    """The rules run on every file of their languages: what a gate is compared with."""
    return tuple(replace(rule, roots=(), leaves=()) for rule in rules)
