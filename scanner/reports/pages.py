"""Pages about rules: what a rule says, why it matters, how to stop what it found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scanner.errors import UsageError
from scanner.reports.visible import dump_json, visible

if TYPE_CHECKING:
    from rich.text import Text

    from scanner.matching.records import PatternRule
    from scanner.policy.records import Rule

QUESTIONS = (
    "What:",
    "Why:",
    "How to stop it:",
    "How to keep it off:",
    "内容：",
    "原因：",
    "如何停止：",
    "如何保持关闭：",
)
"""Words that begin a paragraph of a rule's help, in every language."""
_BEFORE_QUESTION = re.compile(f"(?<=.) ?({'|'.join(map(re.escape, QUESTIONS))})")


def is_policy_rule(identifier: str) -> bool:
    """True for the id of a reporting rule, in any case."""
    from scanner.policy import RULES

    return any(rule.id == identifier.upper() for rule in RULES)


def rule_page(identifier: str, *, width: int, color: bool, language: str = "en") -> str:
    """The page of a reporting rule; raises ``UsageError`` when there is none."""
    from scanner.policy import load_texts, rule_of, rules_in

    texts, known = load_texts(language), rule_of(identifier)
    rule = next(one for one in rules_in(texts) if one.id == known.id)
    severity = texts.say("page.severity", severity=texts.word("severity", rule.severity))
    return _page(f"{rule.id}  {rule.title}", severity, paragraphs(rule.help), width, color)


def pattern_page(identifier: str, patterns: Sequence[PatternRule], *, width: int, color: bool) -> str:
    """The page of a pattern rule; raises ``UsageError`` when there is none."""
    rule = next((one for one in patterns if one.id == identifier), None)
    if rule is None:
        raise UsageError(f"{identifier[:60]!r} is no rule.", "See: datacustoms rules list")
    facts = [f"languages: {', '.join(rule.languages)}", f"kind: {rule.kind}", f"confidence: {rule.confidence}"]
    gate = [f"needs an import of: {', '.join(rule.roots)}"] if rule.roots else []
    gate += [f"and one of the names: {', '.join(rule.leaves)}"] if rule.leaves else []
    return _page(rule.id, rule.file, [rule.message, *facts, *gate], width, color)


def paragraphs(text: str) -> list[str]:
    """The help of a rule, a paragraph per question it answers."""
    return _BEFORE_QUESTION.sub(r"\n\1", text).split("\n")


def rules_json(rules: Sequence[Rule], patterns: Sequence[PatternRule]) -> str:
    """Both kinds of rules as one JSON object."""
    reporting = [
        {"id": rule.id, "title": rule.title, "severity": str(rule.severity), "help": rule.help} for rule in rules
    ]
    bundled = [
        {
            "id": rule.id,
            "file": rule.file,
            "languages": list(rule.languages),
            "kind": rule.kind,
            "confidence": rule.confidence,
            "message": rule.message,
        }
        for rule in patterns
    ]
    return dump_json({"rules": reporting, "patterns": bundled})


def rules_text(rules: Sequence[Rule], patterns: Sequence[PatternRule], *, width: int, color: bool) -> str:
    """Both kinds of rules, a line each."""
    from rich.table import Table
    from rich.text import Text

    from scanner.reports import palette
    from scanner.reports.canvas import canvas, finished

    console = canvas(width, color)
    for heading, rows in (
        ("Reporting rules", [(rule.id, str(rule.severity), rule.title) for rule in rules]),
        ("Pattern rules", [(rule.id, rule.kind, rule.message) for rule in patterns]),
    ):
        table = Table.grid(padding=(0, 2))
        # The name of a rule is what people copy: it is never cut.
        table.add_column(style=palette.PLACE, no_wrap=True, min_width=max((len(row[0]) for row in rows), default=0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="ellipsis", no_wrap=True)
        for row in rows:
            table.add_row(*(Text(visible(cell)) for cell in row))
        console.print(Text(f"{heading} ({len(rows)})", palette.HEADING), table)
    return finished(console)


def _page(heading: str, facts: str, texts: Sequence[str], width: int, color: bool) -> str:
    from rich.text import Text

    from scanner.reports import palette
    from scanner.reports.canvas import canvas, finished

    console = canvas(width, color)
    console.print(Text(visible(heading), palette.HEADING))
    console.print(Text(visible(facts), palette.QUIET))
    for text in texts:
        console.print()
        console.print(_paragraph(visible(text, 2_000)))
    return finished(console)


def _paragraph(text: str) -> Text:
    from rich.text import Text

    from scanner.reports import palette

    question = next((one for one in QUESTIONS if text.startswith(one)), "")
    return Text().append(question, palette.HEADING).append(text[len(question) :])
