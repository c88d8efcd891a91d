"""What is wrong with the gate of a rule: too wide to be one, or too narrow to be true."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scanner.matching.mentions import always_mentions
from scanner.matching.records import PatternRule

WIDEST = 0.2
"""Share of Python files a gate may let through, by the measured shares of its words."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with one rule; ``field`` is the key in its file, ``problem`` a sentence with what to do."""

    rule: str
    file: str
    field: str
    problem: str


def lint(rules: Sequence[PatternRule]) -> tuple[Complaint, ...]:
    """All complaints, sorted by rule."""
    found = [complaint for rule in rules for complaint in (*_width(rule), *_soundness(rule), *_unused(rule))]
    return tuple(sorted(found, key=lambda c: (c.rule, c.field, c.problem)))


def _complain(rule: PatternRule, field: str, problem: str) -> Complaint:
    return Complaint(rule.id, rule.file, f"metadata.datacustoms.gate.{field}", problem)


def _width(rule: PatternRule) -> list[Complaint]:
    """A gate that lets most files through costs as much as none."""
    if not rule.leaves:
        return [_complain(rule, "leaves", "no gate: every file would be read. Name words each match must contain.")]
    if rule.include or not {"python", "py", "python3"}.intersection(rule.languages):
        return []
    shares = common_words()
    leaves = sum(shares.get(leaf, 0.0) for leaf in rule.leaves)
    roots = sum(shares.get(root, 0.0) for root in rule.roots) if rule.roots else 1.0
    share = min(leaves, roots)
    if share <= WIDEST:
        return []
    widest = max(rule.leaves, key=lambda leaf: shares.get(leaf, 0.0))
    return [_complain(rule, "leaves", f"lets about {share:.0%} of Python files through, most by {widest!r}.")]


def _soundness(rule: PatternRule) -> list[Complaint]:
    """A gate that a match can slip past loses it without a word."""
    definition = json.loads(rule.definition) if rule.definition else {}
    found = []
    for field, words in (("leaves", rule.leaves), ("roots", rule.roots)):
        if words and not always_mentions(definition, frozenset(words)):
            found.append(_complain(rule, field, "a match need not contain any of these words, and would be lost."))
    return found


def _unused(rule: PatternRule) -> list[Complaint]:
    """A leaf that every match does without lets files through for nothing."""
    definition = json.loads(rule.definition) if rule.definition else {}
    leaves = frozenset(rule.leaves)
    if not always_mentions(definition, leaves):
        return []
    needless = (leaf for leaf in rule.leaves if leaves - {leaf} and always_mentions(definition, leaves - {leaf}))
    first = next(needless, None)
    if first is None:
        return []
    return [_complain(rule, "leaves", f"every match contains another of the words: leave {first!r} out.")]


@cache
def common_words() -> Mapping[str, float]:
    """Share of Python files in which a word stands, for words of 1 % and more."""
    lines = (files("scanner.matching") / "data" / "common_words.csv").read_text("utf-8").splitlines()
    rows = (line.split(",") for line in lines if line and not line.startswith("#"))
    return {word: float(share) for word, share in rows}
