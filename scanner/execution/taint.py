"""Taint queries: tokens put in at sources, looked for at sinks."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    LENGTH,
    Arrival,
    Class,
    Const,
    Frame,
    Function,
    Generator,
    Instance,
    Iterator,
    Method,
    Module,
    Sequence,
    Table,
    Token,
    Value,
    Values,
)
from scanner.facts import records as facts

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_DEPTH = 5
_STANDARD = frozenset(sys.stdlib_module_names)
_CARRIERS = (
    "json.", "pickle.", "base64.", "binascii.", "copy.", "textwrap.", "html.", "urllib.parse.", "re.", "string.",
    "shlex.", "zlib.", "gzip.", "bz2.", "lzma.", "codecs.", "struct.", "marshal.", "pprint.", "io.StringIO",
    "io.BytesIO", "itertools.", "collections.", "operator.", "os.path.", "posixpath.", "pathlib.", "os.fspath",
    "os.fsencode", "os.fsdecode", "functools.", "heapq.", "types.", "dataclasses.", "csv.", "decimal.", "fractions.",
    "unicodedata.", "quopri.", "uu.", "ast.literal_eval", "typing.", "shelve.", "plistlib.", "queue.", "array.",
)  # fmt: skip
"""Parts of the standard library whose functions give back what was put in, in another form."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A query: source names, source calls, functions whose argument is a source, sink calls. ``taint`` tells the
    modes apart: derived values count, or the very object only."""

    id: str
    taint: bool
    names: frozenset[str]
    calls: frozenset[str]
    arguments: frozenset[str]
    sinks: frozenset[str]


class Taint:
    """The rules of one run and what arrived."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.active = bool(self.rules)
        self.arrivals: dict[Arrival, None] = {}
        self._deriving = frozenset(r.id for r in self.rules if r.taint)
        self._leaves = {n.rsplit(".", 1)[-1] for r in self.rules for n in r.names}
        self._bodies = frozenset(n for r in self.rules for n in (*r.calls, *r.arguments, *r.sinks))

    @property
    def marked(self) -> frozenset[str]:
        """Names whose reads must be seen."""
        return frozenset(self._leaves)

    def is_token(self, value: Value) -> bool:
        return isinstance(value, Token)

    def closed(self, name: str) -> bool:
        """Whether the body of a function is scaffolding of a rule."""
        return self.active and any(_matches(name, n) for n in self._bodies)

    # -- sources

    def read(self, frame: Frame, name: str, i: int, values: Values, m: Machine) -> Values:
        """A read of a name: with a token where the name is a source."""
        if name not in self._leaves or frame.site is not None or (values and all(isinstance(v, Token) for v in values)):
            return values
        kind = type(values[0].value).__name__ if len(values) == 1 and isinstance(values[0], Const) else ""
        rules = tuple(r.id for r in self.rules if any(n.rsplit(".", 1)[-1] == name for n in r.names))
        made = (Token(rules, m.path(frame), m.line(frame, i), kind),)
        kept = tuple(v for v in values if isinstance(v, Function | Class | Instance | Sequence | Table | Module))
        return join(made, kept)

    def at_call(self, m: Machine, frame: Frame, i: int, op: facts.Call, names: tuple[str, ...]) -> Values | None:
        """Look at a call before it runs: note what arrives; the result where the callee is a source, else None."""
        if frame.site is not None:
            return None
        for r in self.rules:
            if _any(names, r.sinks):
                self._sink(m, frame, i, op, r)
        marking = tuple(r.id for r in self.rules if _any(names, r.arguments))
        if marking:
            self._mark(m, frame, i, op, marking)
        rules = tuple(r.id for r in self.rules if _any(names, r.calls))
        return (Token(rules, m.path(frame), m.line(frame, i)),) if rules else None

    def _mark(self, m: Machine, frame: Frame, i: int, op: facts.Call, rules: tuple[str, ...]) -> None:
        """The arguments are tainted from here on, wherever they were read from."""
        for a in (*op.args, *(v for _, v in op.keywords)):
            token = (Token(rules, m.path(frame), m.line(frame, i)),)
            values = join(frame.values[a] or (), token)
            frame.values[a] = values
            self._store(m, frame, i, a, values)

    def _store(self, m: Machine, frame: Frame, i: int, a: int, values: Values) -> None:
        read = frame.facts.ops[a]
        if isinstance(read, facts.Attribute):
            for owner in frame.values[read.obj] or ():
                m.attributes.set(owner, read.name, values, frame, i, strong=True)
        elif isinstance(read, facts.Item):
            for owner in frame.values[read.obj] or ():
                m.containers.set_item(owner, frame.values[read.key] or (), values, frame, i, strong=True)
        elif isinstance(read, facts.Global):
            m.heap.write(frame.module.fields, read.name, values)
        for bound in frame.facts.ops:
            if isinstance(bound, facts.Bind) and bound.value == a:
                m.heap.write(m.steps.namespace(frame), bound.name, values)

    # -- sinks

    def _sink(self, m: Machine, frame: Frame, i: int, op: facts.Call, rule: Rule) -> None:
        lines = op.argument_lines or (m.line(frame, i),) * (len(op.args) + len(op.keywords))
        for a, line in zip((*op.args, *(v for _, v in op.keywords)), lines, strict=True):
            values = frame.values[a] or ()
            if isinstance(frame.facts.ops[a], facts.Star):
                values = join(m.containers.iterate(values, frame, i), values)
            elif a in {v for k, v in op.keywords if not k}:
                values = join(*(m.containers.table_values(v) for v in values if isinstance(v, Table)), values)
            found = self.deep(values) if rule.taint else tuple(v for v in values if isinstance(v, Token))
            for token in found:
                if isinstance(token, Token) and rule.id in token.rules:
                    path = tuple(m.sources.name(m.sources.runner(f.scope)) for f in m.stack if f.site is None)
                    self.arrivals.setdefault(Arrival(rule.id, m.path(frame), token.line, line, path))

    def deep(self, values: Values, depth: int = 0) -> Values:
        """Tokens among values and inside the containers among them."""
        out: list[Value] = []
        for v in values:
            if isinstance(v, Token):
                out.append(v)
            elif depth < _DEPTH:
                out += self.deep(_inside(v), depth + 1)
        return tuple(dict.fromkeys(out))

    def derived(self, values: Values) -> Values:
        """Tokens that what is made of ``values`` still carries."""
        if not self._deriving:
            return ()
        out: dict[Value, None] = {}
        for t in self.deep(values):
            if isinstance(t, Token) and (kept := tuple(r for r in t.rules if r in self._deriving)):
                out[Token(kept, t.file, t.line)] = None
        return tuple(out)

    def through(self, name: str, values: Values) -> Values:
        """What an external function nobody models hands on: of the standard library only known carriers do."""
        if not self._deriving:
            return ()
        plain = name.replace("()", "")
        standard = plain.split(".", 1)[0] in _STANDARD or plain.startswith("<builtin>.")
        return self.derived(values) if not standard or plain.startswith(_CARRIERS) else ()

    def written(self, frame: Frame, at: int) -> str:
        """The dotted text of a callee, "" where it is no name."""
        op = frame.facts.ops[at]
        if isinstance(op, facts.Global | facts.Named | facts.Free):
            return op.name
        if isinstance(op, facts.Import):
            return op.name or op.module
        if isinstance(op, facts.Attribute):
            inner = self.written(frame, op.obj)
            return f"{inner}.{op.name}" if inner else op.name
        return ""


def _inside(value: Value) -> Values:
    if isinstance(value, Sequence):
        return join(*(v for k, v in value.items.items() if k != LENGTH))
    if isinstance(value, Table):
        keys = tuple(k for k in value.items if isinstance(k, Token))
        return join(keys, *value.items.values())
    if isinstance(value, Iterator):
        return (value.source,)
    if isinstance(value, Method):
        return (value.receiver,) if isinstance(value.receiver, Token) else ()
    if isinstance(value, Instance):
        return _of_instance(value)
    if isinstance(value, Generator) and value.frame.out is not None:
        return (value.frame.out,)
    return ()


def _of_instance(value: Instance) -> Values:
    """Named tuples are tuples, exceptions print their arguments, subclasses of containers hold elements."""
    kept = value.fields.get("_carried_", ())
    kept = kept if value.payload is None else (value.payload, *kept)
    if value.cls.generated == "namedtuple":
        return join(kept, *value.fields.values())
    return join(kept, value.fields.get("args", ()) if "args" in value.fields else ())


def _matches(name: str, wanted: str) -> bool:
    return name == wanted or name.endswith(f".{wanted}")


def _any(names: tuple[str, ...], wanted: frozenset[str]) -> bool:
    return any(_matches(n, w) for w in wanted for n in names if n)
