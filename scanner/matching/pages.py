"""``docs/rules/``, a page per topic, made from the rules: ``python -m scanner.matching.pages docs/rules``."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from scanner.matching.loading import bundled_rules
from scanner.matching.records import PatternRule

_HEAD = "Generated from `semgrep-rules/` by `python -m scanner.matching.pages docs/rules`; do not edit."


def pages(rules: Sequence[PatternRule]) -> dict[str, str]:
    """The text of each page by its file name, ``README.md`` first."""
    by_topic = {
        topic: sorted(listed, key=lambda rule: rule.id)
        for topic, listed in groupby(sorted(rules, key=lambda rule: (_topic(rule), rule.id)), key=_topic)
    }
    rows = [f"| [{topic}]({topic}.md) | {len(listed)} |" for topic, listed in by_topic.items()]
    index = ["# Pattern rules", "", _HEAD, "", f"{len(rules)} rules.", "", "| Topic | Rules |", "|---|---|", *rows, ""]
    return {"README.md": "\n".join(index)} | {f"{topic}.md": _page(topic, listed) for topic, listed in by_topic.items()}


def _topic(rule: PatternRule) -> str:
    return rule.file.partition("/")[0]


def _page(topic: str, rules: Sequence[PatternRule]) -> str:
    return "\n".join([f"# {topic}", "", _HEAD, "", *(line for rule in rules for line in _section(rule))])


def _section(rule: PatternRule) -> list[str]:
    facts = f"{rule.severity}, {rule.kind}, {rule.scenario}, confidence {rule.confidence}; {', '.join(rule.languages)}"
    gate = f"Gate: imports of {_listed(rule.roots)}; words {_listed(rule.leaves)}." if rule.roots else ""
    gate = gate or f"Gate: words {_listed(rule.leaves)}."
    files = [f"Files: {_listed(rule.include)}.", ""] if rule.include else []
    links = [f"- <{reference}>" for reference in rule.references]
    return [
        f"## {rule.id}",
        "",
        facts,
        "",
        _safe(rule.message),
        "",
        _safe(rule.message_zh),
        "",
        gate,
        "",
        *files,
        *links,
        "",
    ]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _safe(text: str) -> str:
    return re.sub(r"([<>*_`\[\]])", r"\\\1", text)


def main(folder: Path) -> None:
    """Write the pages into a folder, and take away those of topics that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages(bundled_rules())
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
