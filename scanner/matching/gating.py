"""Which files a rule is worth running on.

Semgrep's cost is rules times bytes; with an import root and a name asked for first it reads a few per cent of a tree
and finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from scanner.matching.paths import selects
from scanner.matching.records import GateInput, PatternRule

_WORD = re.compile(r"\w+")
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
    mentioned = _mentioned(rules)
    used = {rule.roots: _used(rule.roots) for rule in rules if rule.roots}
    kept: list[Kept] = []
    for file in sorted(files, key=lambda file: file.path):
        readable = [(rule, languages) for rule in rules if (languages := _readable(rule, file))]
        words = mentioned(file.text) if readable else frozenset()
        passed = [(rule, languages) for rule, languages in readable if _passes(rule, file, words, used)]
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


def _mentioned(rules: Sequence[PatternRule]) -> Callable[[str], frozenset[str]]:
    """A function that finds every word any gate asks for in a text.

    Splitting a text into all its words and looking them up takes a fifth of the time of one expression with hundreds of
    alternatives; what is no single word (``foo-bar`` in an own rule) is searched for as it stands.
    """
    words = {word for rule in rules for word in (*rule.roots, *rule.leaves)}.union(_DYNAMIC_IMPORTS)
    single = frozenset(word for word in words if _WORD.fullmatch(word))
    others = [(word, re.compile(rf"\b{re.escape(word)}\b")) for word in sorted(words - single)]

    def mentioned(text: str) -> frozenset[str]:
        found = single.intersection(_WORD.findall(text))
        return found.union(word for word, expression in others if word in text and expression.search(text))

    return mentioned


def _used(roots: Sequence[str]) -> re.Pattern[str]:
    """A root used as a name of its own: ``from .compat import requests`` imports it without saying so."""
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, roots))})\s*\.")


def _readable(rule: PatternRule, file: GateInput) -> frozenset[str]:
    """The languages of a rule a file can be read as.

    Generic and regex rules do not read Python files: there they would match comments and documentation.
    """
    if not selects(file.path, rule.include, rule.exclude):
        return frozenset()
    own = analyzer_of(file)
    languages = frozenset(_ALIASES.get(language, language) for language in rule.languages)
    return languages & ({own} | (frozenset() if file.kind == "python" else _ANY_FILE))


def _passes(
    rule: PatternRule, file: GateInput, words: frozenset[str], used: Mapping[tuple[str, ...], re.Pattern[str]]
) -> bool:
    if rule.leaves and words.isdisjoint(rule.leaves):
        return False
    if file.kind == "settings" or not rule.roots or not file.import_roots.isdisjoint(rule.roots):
        return True
    return not words.isdisjoint(rule.roots) and _reaches(file, words, used[rule.roots])


def _reaches(file: GateInput, words: frozenset[str], used: re.Pattern[str]) -> bool:
    """Whether a root that is mentioned may be used although it is not imported by name."""
    unknown = not file.import_roots or not words.isdisjoint(_DYNAMIC_IMPORTS)
    return unknown or used.search(file.text) is not None
