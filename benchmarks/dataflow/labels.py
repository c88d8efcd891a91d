"""The labels of the taint-query cases: what stands in the comments of ``fixtures/dataflow``.

A case is one Python file in the folder of its feature. Its first line names the rules it is about
(``# rules: name-value name-taint``). A comment on the first line of a sink's argument is a label:

    # flow                     the argument carries a source, in all rules of the file
    # taint                    it does in taint mode only: the argument is derived, not the object itself
    # no flow: why             it carries none
    # flow from a, b not c     which sources, by the tags of their lines (``# source a``)

Without ``from``, the source is the nearest above (or else the only one below) within the same top-level statement. A
source in another file has the tag ``elsewhere``. A folder with a ``main.py`` is one program of several modules; each
of its files with labels is a case. Functions that nobody calls in the file, as those of a library, have a last line
``# run: ...`` that says how the check of the labels calls them.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SUITE = Path(__file__).resolve().parent.parent.parent / "fixtures" / "dataflow"
LABEL = re.compile(r"# (flow|taint|no flow)(?: from (\w+(?:, \w+)*))?(?: not (\w+(?:, \w+)*))?(?:: (.+))?$")
TAG = re.compile(r"# source (\w+)")
ELSEWHERE = "elsewhere"


class BadLabel(ValueError):
    """A comment that says less than it must."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of ``rules.json``; names may be dotted."""

    id: str
    mode: str
    names: frozenset[str]
    calls: frozenset[str]
    arguments: frozenset[str]
    sinks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One label under one rule; ``sources`` is None where any source counts."""

    rule: str
    mode: str
    sources: tuple[int, ...] | None
    sink: int
    expected: bool


@dataclass(frozen=True)
class Case:
    """One labelled file; ``root`` is what a tool is pointed at: the file, or the folder of its program."""

    path: Path
    root: Path
    rules: tuple[Rule, ...]
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(SUITE).with_suffix("").as_posix()

    @property
    def feature(self) -> str:
        return self.path.relative_to(SUITE).parts[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def comments(self) -> dict[int, str]:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return {t.start[0]: t.string for t in tokens if t.type == tokenize.COMMENT}

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for line, text in self.comments.items() for row in self._label(line, text))

    def _label(self, line: int, comment: str) -> Iterator[Row]:
        found = LABEL.match(comment)
        if not found:
            if re.match(r"#\s*(flow|taint|no.?flow)", comment):
                raise BadLabel(f"{self.path}:{line}: unreadable label {comment!r}")
            return
        kind, carried, other, why = found.groups()
        if kind == "no flow" and not why:
            raise BadLabel(f"{self.path}:{line}: say why nothing flows")
        for rule in self.rules:
            expected = kind == "flow" or (kind == "taint" and rule.mode == "taint")
            yield Row(rule.id, rule.mode, self._sources(rule, line, carried) if expected else None, line, expected)
            if other:
                yield Row(rule.id, rule.mode, self._tagged(line, other), line, False)

    def _sources(self, rule: Rule, line: int, tags: str | None) -> tuple[int, ...] | None:
        if tags:
            return None if tags == ELSEWHERE else self._tagged(line, tags)
        block = next(s for s in self.tree.body if s.lineno <= line <= (s.end_lineno or 0))
        lines = sorted(set(source_lines(block, rule)))
        above = [one for one in lines if one <= line]
        if not above and len(lines) != 1:
            raise BadLabel(f"{self.path}:{line}: no source nearby; say which with `from`")
        return (max(above) if above else lines[0],)

    def _tagged(self, line: int, tags: str) -> tuple[int, ...]:
        known = {m[1]: n for n, text in self.comments.items() if (m := TAG.search(text))}
        try:
            return tuple(sorted(known[tag] for tag in tags.split(", ")))
        except KeyError as missing:
            raise BadLabel(f"{self.path}:{line}: no line is tagged {missing}") from None


def source_lines(block: ast.AST, rule: Rule) -> Iterator[int]:
    """Lines of source expressions below ``block``: by name, or by the last part of the called name."""
    for node in ast.walk(block):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in rule.names:
                yield node.lineno
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if any(name == known.rpartition(".")[2] for known in rule.calls):
                    yield node.lineno
                if any(name == known.rpartition(".")[2] for known in rule.arguments):
                    yield node.args[0].lineno


def sink_lines(block: ast.AST, rule: Rule) -> Iterator[int]:
    """First lines of the arguments of calls that have the name of a sink."""
    known = {name.rpartition(".")[2] for name in rule.sinks}
    for node in ast.walk(block):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in known:
                yield from (given.lineno for given in (*node.args, *(k.value for k in node.keywords)))


def load_rules() -> dict[str, Rule]:
    """The rules of the suite by id."""
    rows = json.loads((SUITE / "rules.json").read_text())["rules"]
    return {row["id"]: _rule(row) for row in rows}


def _rule(row: dict[str, Any]) -> Rule:
    names, calls, arguments = (
        frozenset(s[kind] for s in row["sources"] if kind in s) for kind in ("name", "call", "argument_of")
    )
    return Rule(row["id"], row["mode"], names, calls, arguments, frozenset(s["call"] for s in row["sinks"]))


def load_cases() -> list[Case]:
    """All labelled files, by name."""
    rules = load_rules()
    cases = []
    for path in sorted(SUITE.rglob("*.py")):
        text = path.read_text()
        header = re.match(r"# rules: (.+)\n", text)
        if header:
            program = (path.parent / "main.py").exists()
            chosen = tuple(rules[name] for name in header[1].split())
            cases.append(Case(path, path.parent if program else path, chosen, text))
    return cases


def manifest(cases: list[Case]) -> str:
    """The labels in the format of the dataflow scorer, as text."""
    blocks = []
    for case in cases:
        file, root = (p.relative_to(SUITE).as_posix() for p in (case.path, case.root))
        rows = ",\n".join("  " + json.dumps(_row(case, row)) for row in case.rows)
        head = json.dumps({"case": case.name, "file": file, "root": root})
        blocks.append(f'{head[:-1]}, "rows": [\n{rows}]}}')
    return '{"cases": [\n' + ",\n".join(blocks) + "\n]}\n"


def _row(case: Case, row: Row) -> dict[str, Any]:
    origin = "" if row.sources is None or row.expected else "-not-" + "-".join(map(str, row.sources))
    return {
        "id": f"{case.name}:{row.sink}:{row.rule}{origin}",
        "rule": row.rule,
        "feature": case.feature,
        "source_lines": None if row.sources is None else list(row.sources),
        "sink_lines": [row.sink],
        "expected": row.expected,
    }
