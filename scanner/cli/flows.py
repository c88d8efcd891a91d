"""``datacustoms flows``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from scanner.cli.door import tell
from scanner.cli.terminal import write
from scanner.errors import UsageError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PATH = click.Path(exists=True, path_type=Path)
_MODES = ("value", "taint")


@click.command(short_help="Follow values from your own sources to your own sinks.")
@click.argument("path", type=_PATH)
@click.option("--rules", "rules_file", type=_FILE, required=True, metavar="RULES.json", help="Sources and sinks.")
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON (the only format).")
def flows(path: Path, rules_file: Path, as_json: bool) -> None:
    """Prints what arrives at the sinks of RULES.json in a file or folder.

    A rule has an id, a mode (value: the very object; taint: also what is derived from it), sources ({"name": X},
    {"call": F}, {"argument_of": F}) and sinks ({"call": F}).
    """
    from scanner.queries import taint_query

    run = taint_query(path, read_rules(rules_file))
    complete = not (run.cut or run.merged)
    if not complete:
        tell("The program is too large to be run whole: findings may be missing.")
    base = path.name if path.is_file() else None
    findings = [
        {
            "file": str(path) if base == a.file else str(path / a.file), "source_line": a.source_line,
            "sink_line": a.sink_line, "rule": a.rule, "path": list(a.path),
        }
        for a in run.arrivals
    ]  # fmt: skip
    write(json.dumps({"findings": findings, "complete": complete}, indent=1, ensure_ascii=False) + "\n")


def read_rules(path: Path) -> list[Any]:
    """The rules of a file. Raises ``UsageError`` that names the rule and the field."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: no JSON: {error}", "See docs/flows.md for the form of a rule.") from None
    rules = data.get("rules") if isinstance(data, dict) else None
    if not isinstance(rules, list):
        raise UsageError(f'{path}: "rules" must be a list.', "See docs/flows.md for the form of a rule.")
    return [_rule(path, n, r) for n, r in enumerate(rules)]


def _rule(path: Path, n: int, given: object) -> Any:
    from scanner.execution import Rule

    if not isinstance(given, dict) or not isinstance(given.get("id"), str):
        raise UsageError(f'{path}: rule {n + 1} has no "id".', 'Give each rule an "id" of its own.')
    name = given["id"]
    if given.get("mode", "taint") not in _MODES:
        raise UsageError(f'{path}: rule {name}: "mode" must be value or taint.', 'Write "mode": "taint".')
    sources, sinks = given.get("sources", []), given.get("sinks", [])
    return Rule(
        name, given.get("mode", "taint") == "taint", _named(path, name, sources, "name"),
        _named(path, name, sources, "call"), _named(path, name, sources, "argument_of"),
        _named(path, name, sinks, "call"),
    )  # fmt: skip


def _named(path: Path, rule: str, items: object, key: str) -> frozenset[str]:
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        raise UsageError(f"{path}: rule {rule}: sources and sinks must be lists of objects.")
    known = {"name", "call", "argument_of"}
    for item in items:
        if len(item) != 1 or not known & item.keys() or not isinstance(next(iter(item.values())), str):
            raise UsageError(
                f"{path}: rule {rule}: {json.dumps(item)[:80]} is no source or sink.",
                'Write {"name": X}, {"call": F} or {"argument_of": F}.',
            )
    return frozenset(i[key] for i in items if key in i)
