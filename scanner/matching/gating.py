"""Which files a rule is worth running on.

Semgrep's cost is rules times bytes; with an import root and a name asked for first it reads a few per cent of a tree
and finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from scanner.matching.records import GateInput, PatternRule

_DYNAMIC_IMPORTS = ("__import__", "import_module")
_ANALYZERS = {
    ".sh": "bash", ".bash": "bash", ".yaml": "yaml", ".yml": "yaml", ".json": "json",
}  # fmt: skip
_ALIASES = {"py": "python", "python3": "python", "sh": "bash", "docker": "dockerfile", "none": "regex"}
_ANY_FILE = frozenset({"generic", "regex"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A file to be matched: the languages it is to be read as, and the ids of the rules it passed the gate of."""

    file: GateInput
    analyzers: tuple[str, ...]
    rules: frozenset[str]


def survivors(files: Sequence[GateInput], rules: Sequence[PatternRule]) -> tuple[Kept, ...]:
    """The files some rule is to be run on, by path."""
    mention = _mention(rules)
    kept: list[Kept] = []
    for file in sorted(files, key=lambda file: file.path):
        readable = [(rule, languages) for rule in rules if (languages := _readable(rule, file))]
        words = frozenset(mention.findall(file.text)) if readable else frozenset()
        passed = [(rule, languages) for rule, languages in readable if _passes(rule, file, words)]
        if passed:
            analyzers = frozenset().union(*(languages for _, languages in passed))
            kept.append(Kept(file, tuple(sorted(analyzers)), frozenset(rule.id for rule, _ in passed)))
    return tuple(kept)


def analyzer_of(file: GateInput) -> str:
    """The semgrep language a file is written in; ``""`` when only generic and regex rules can read it."""
    if file.kind != "settings":
        return "python"
    pure = PurePosixPath(file.path)
    name = pure.name.lower()
    if name.startswith(("dockerfile", "containerfile")) or name.endswith(".dockerfile"):
        return "dockerfile"
    return _ANALYZERS.get(pure.suffix.lower(), "")


def _mention(rules: Sequence[PatternRule]) -> re.Pattern[str]:
    """One expression that finds every word any gate asks for: one pass over a text, whatever the number of rules."""
    words = {word for rule in rules for word in (*rule.roots, *rule.leaves)}.union(_DYNAMIC_IMPORTS)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b")


def _readable(rule: PatternRule, file: GateInput) -> frozenset[str]:
    """The languages of a rule a file can be read as.

    Generic and regex rules read settings files only: in Python they would match comments and documentation.
    """
    own = analyzer_of(file)
    languages = frozenset(_ALIASES.get(language, language) for language in rule.languages)
    return languages & ({own} | (_ANY_FILE if file.kind == "settings" else frozenset()))


def _passes(rule: PatternRule, file: GateInput, words: frozenset[str]) -> bool:
    if rule.leaves and words.isdisjoint(rule.leaves):
        return False
    return file.kind == "settings" or not rule.roots or _imports(file, words, rule.roots)


def _imports(file: GateInput, words: frozenset[str], roots: Sequence[str]) -> bool:
    """Whether one of ``roots`` is imported; where imports are unknown or computed, whether it is mentioned."""
    if not file.import_roots.isdisjoint(roots):
        return True
    return (not file.import_roots or not words.isdisjoint(_DYNAMIC_IMPORTS)) and not words.isdisjoint(roots)
