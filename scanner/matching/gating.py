"""Which files a rule is worth running on.

Semgrep's cost is rules times bytes; with an import root and a name asked for first it reads a few per cent of a tree
and finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from scanner.matching.records import GateInput, PatternRule

_DYNAMIC_IMPORTS = ("__import__", "import_module")
_WORD = re.compile(r"\w+")
_ANALYZERS = {
    ".sh": "bash", ".bash": "bash", ".yaml": "yaml", ".yml": "yaml", ".json": "json",
}  # fmt: skip
_ALIASES = {"py": "python", "python3": "python", "sh": "bash", "docker": "dockerfile", "none": "regex"}
_ANY_FILE = frozenset({"generic", "regex"})


def survivors(
    files: Sequence[GateInput], rules: Sequence[PatternRule]
) -> tuple[tuple[GateInput, tuple[str, ...]], ...]:
    """The files some rule is to be run on, by path, each with the analyzers (semgrep languages) it is to be read as."""
    kept = [(file, _analyzers_wanted(file, rules)) for file in sorted(files, key=lambda file: file.path)]
    return tuple((file, analyzers) for file, analyzers in kept if analyzers)


def analyzer_of(file: GateInput) -> str:
    """The semgrep language a file is written in; ``""`` when only generic and regex rules can read it."""
    if file.kind != "settings":
        return "python"
    pure = PurePosixPath(file.path)
    name = pure.name.lower()
    if name.startswith(("dockerfile", "containerfile")) or name.endswith(".dockerfile"):
        return "dockerfile"
    return _ANALYZERS.get(pure.suffix.lower(), "")


def _analyzers_wanted(file: GateInput, rules: Sequence[PatternRule]) -> tuple[str, ...]:
    own = analyzer_of(file)
    words: frozenset[str] | None = None
    wanted: set[str] = set()
    for rule in rules:
        readable = {language for language in _languages(rule) if language == own or _reads_any(language, file)}
        if readable <= wanted:
            continue
        if words is None:
            words = frozenset(_WORD.findall(file.text))
        if _passes(rule, file, words):
            wanted |= readable
    return tuple(sorted(wanted))


def _languages(rule: PatternRule) -> frozenset[str]:
    return frozenset(_ALIASES.get(language, language) for language in rule.languages)


def _reads_any(language: str, file: GateInput) -> bool:
    """Generic and regex rules read settings files only: in Python they would match comments and documentation."""
    return language in _ANY_FILE and file.kind == "settings"


def _passes(rule: PatternRule, file: GateInput, words: frozenset[str]) -> bool:
    if rule.leaves and words.isdisjoint(rule.leaves):
        return False
    return file.kind == "settings" or not rule.roots or _imports(file, words, rule.roots)


def _imports(file: GateInput, words: frozenset[str], roots: Sequence[str]) -> bool:
    """Whether one of ``roots`` is imported; where imports are unknown or computed, whether it is mentioned."""
    if not file.import_roots.isdisjoint(roots):
        return True
    return (not file.import_roots or not words.isdisjoint(_DYNAMIC_IMPORTS)) and not words.isdisjoint(roots)
