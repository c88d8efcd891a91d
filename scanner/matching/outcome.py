"""Semgrep's JSON, read with mistrust: the fields used here, checked one by one.

``results[]`` carry ``check_id`` (prefixed by the rule file's path when not from core), ``path``, ``start`` and ``end``
(line and column from 1) and ``extra.metavars``; ``errors[]`` an ``error_type``, ``severity`` and a place.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from scanner.matching.engine import Outcome
from scanner.matching.records import PatternMatch, PatternRule

TEXT_LIMIT = 200
"""Characters kept of a metavariable."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Matches, sorted and each once, and a note on what semgrep could read only partly."""

    matches: tuple[PatternMatch, ...]
    note: str


def read_output(outcome: Outcome, names: Mapping[str, str], rules: Sequence[PatternRule]) -> Reading | str:
    """The matches of a finished process, or why it is not to be trusted; ``names`` as written -> scanned path."""
    text = outcome.output[max(0, outcome.output.find(b"{")) :]
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return f"exit code {outcome.code}, output is not JSON"
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list) or outcome.code not in (0, 1):
        return f"exit code {outcome.code}, output has no results" if results is None else f"exit code {outcome.code}"
    broken = [str(skipped.get("rule_id")) for skipped in _records(document.get("skipped_rules"))]
    by_id = {rule.id: rule for rule in rules}
    found = {m for result in _records(results) if (m := _match(result, names, by_id)) is not None}
    return Reading(tuple(sorted(found, key=order)), _note(_records(document.get("errors")), broken))


def _records(value: object) -> Iterator[dict[str, object]]:
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict):
            yield item


def _match(
    result: dict[str, object], names: Mapping[str, str], rules: Mapping[str, PatternRule]
) -> PatternMatch | None:
    """A result about a file we wrote and a rule we gave; None for any other."""
    rule = rules.get(str(result.get("check_id")).rpartition(".")[2])
    path = names.get(PurePath(str(result.get("path"))).name)
    line, column = _place(result.get("start"))
    end_line, _ = _place(result.get("end"))
    if rule is None or path is None or line < 1:
        return None
    extra = result.get("extra")
    found = extra.get("metavars") if isinstance(extra, dict) else None
    metavariables = tuple(sorted(_metavariables(found))) if isinstance(found, dict) else ()
    return PatternMatch(
        rule.id, rule.kind, path, line, max(1, column), max(line, end_line), rule.message, metavariables
    )


def _place(value: object) -> tuple[int, int]:
    if not isinstance(value, dict):
        return 0, 0
    line, column = value.get("line"), value.get("col")
    return (line, column) if isinstance(line, int) and isinstance(column, int) else (0, 0)


def _metavariables(found: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        text = value.get("abstract_content") if isinstance(value, dict) else None
        if isinstance(text, str):
            yield name, text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def order(m: PatternMatch) -> tuple[object, ...]:
    return m.file, m.line, m.column, m.rule, m.end_line, m.metavariables


def _note(errors: Iterator[dict[str, object]], broken: Sequence[str]) -> str:
    """What was read only partly, counted by kind of error."""
    kinds: Counter[str] = Counter()
    for error in errors:
        kind = error.get("error_type") or error.get("type")
        kinds[str(kind[0] if isinstance(kind, list) and kind else kind)[:60]] += 1
    notes = [f"rules not read: {', '.join(sorted(broken))[:200]}"] if broken else []
    notes += [f"{count} x {kind}" for kind, count in sorted(kinds.items())]
    return "; ".join(notes)
