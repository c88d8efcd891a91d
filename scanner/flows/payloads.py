"""What leaves: the fields of the payload arguments and the data classes that reach them."""

from __future__ import annotations

from collections import deque

from scanner.catalog.records import ArgumentRef, Catalog, SinkRow
from scanner.facts.records import (
    Attribute,
    Await,
    Binary,
    Call,
    Choice,
    Display,
    Format,
    Item,
    Logic,
    Mapping,
    Param,
    Phi,
    Unpack,
)  # fmt: skip
from scanner.flows.index import Index
from scanner.flows.records import PayloadField
from scanner.program.records import ScopeEntry

_LIMIT = 250
_NEAR = 90
_MAX_FIELDS = 40
_MAX_NESTING = 4
"""Dicts spread into dicts are opened this deep."""


class Payloads:
    """Reads payload arguments field by field."""

    def __init__(self, index: Index, catalog: Catalog) -> None:
        self.index = index
        self.calls = {s.call: s for s in catalog.sources if s.call}
        self.parameters = {s.parameter: s for s in catalog.sources if s.parameter}
        self._known: dict[tuple[int, str], frozenset[PayloadField]] = {}
        self.sanitizers = {s.name: s for s in catalog.sanitizers}

    def of(self, entry: ScopeEntry, call: Call, row: SinkRow) -> tuple[PayloadField, ...]:
        """The fields of all payload arguments of a sink call, sorted."""
        out: set[PayloadField] = set()
        for name, node in self._arguments(entry, call, row.payload):
            out |= self._fields(node, name)
        return tuple(sorted(out))[:_MAX_FIELDS]

    def _arguments(self, entry: ScopeEntry, call: Call, refs: tuple[ArgumentRef, ...]) -> list[tuple[str, int]]:
        everything = "*" in refs
        out = []
        for i, a in enumerate(call.args):
            if everything or i in refs:
                out.append((f"argument {i + 1}", entry.base + a))
        for name, v in call.keywords:
            if everything or name in refs or not name:
                out.append((name or "**", entry.base + v))
        return out

    def _fields(self, node: int, name: str, inside: frozenset[int] = frozenset()) -> set[PayloadField]:
        """The keys of the dicts that may be at ``node``, or the value itself under ``name``."""
        out: set[PayloadField] = set()
        if node in inside or len(inside) > _MAX_NESTING:
            return out
        for entry, mapping in self._mappings(node):
            for k, v in zip(mapping.keys, mapping.values, strict=True):
                key = self.index.constant(entry.base + k) if k >= 0 else None
                if isinstance(key, str):
                    out |= self._classified(entry.base + v, key)
                elif k < 0:
                    out |= self._fields(entry.base + v, name, inside | {node})
        return out or self._classified(node, name)

    def _mappings(self, node: int) -> list[tuple[ScopeEntry, Mapping]]:
        out: list[tuple[ScopeEntry, Mapping]] = []
        seen, stack = {node}, [node]
        while stack and len(seen) < _LIMIT and len(out) < 8:
            at = stack.pop()
            found = self.index.op(at)
            more = list(self.index.before(at))
            if found is not None:
                entry, op = found
                if isinstance(op, Mapping) and op.keys:
                    out.append((entry, op))
                elif isinstance(op, Call):
                    more += self._serialised(entry, at, op)
                elif isinstance(op, Phi | Choice | Logic):
                    more += _operands(entry.base, op)
            for n in more:
                if n not in seen:
                    seen.add(n)
                    stack.append(n)
        return out

    def _serialised(self, entry: ScopeEntry, node: int, op: Call) -> list[int]:
        """``json.dumps(x)``, ``urlencode(x)``, ``x.encode()``, ``x.copy()``: the same fields."""
        names = self.index.external_at.get(node, ())
        if any(n in ("json.dumps", "urllib.parse.urlencode", "orjson.dumps", "<builtin>.dict") for n in names):
            return [entry.base + a for a in op.args[:1]]
        callee = entry.scope.ops[op.func]
        if isinstance(callee, Attribute) and callee.name in ("encode", "copy", "dict", "model_dump"):
            return [entry.base + callee.obj]
        return []

    def _classified(self, node: int, name: str) -> set[PayloadField]:
        """Data classes of what flows into ``node``: a bounded backward slice to sources."""
        known = self._known.get((node, name))
        if known is None:
            known = self._known[node, name] = frozenset(self._slice(node, name))
        return set(known)

    def _slice(self, node: int, name: str) -> set[PayloadField]:
        classes: dict[str, tuple[str, int]] = {}
        safeguards: set[str] = set()
        seen, waiting = {node}, deque([node])
        # Nearest first: what is found far away, through many joins, is most likely somebody else's data.
        while waiting and len(seen) < _NEAR:
            at = waiting.popleft()
            found = self.index.op(at)
            more = list(self.index.before(at))
            if found is not None:
                entry, op = found
                self._source(entry, at, op, classes, safeguards)
                more += _operands(entry.base, op)
            for n in more:
                if n not in seen:
                    seen.add(n)
                    waiting.append(n)
        if not classes:
            file, line = self.index.place(node)
            constant = self.index.constant(node)
            return set() if constant is not None else {PayloadField("unknown", name, file, line)}
        return {PayloadField(c, name, f, n, tuple(sorted(safeguards))) for c, (f, n) in classes.items()}

    def _source(
        self, entry: ScopeEntry, node: int, op: object, classes: dict[str, tuple[str, int]], safeguards: set[str]
    ) -> None:
        if isinstance(op, Call):
            for name in self.index.external_at.get(node, ()):
                row = self.calls.get(name)
                if row is not None:
                    classes.setdefault(row.data_class, self.index.place(node))
                if name in self.sanitizers:
                    safeguards.add(self.sanitizers[name].effect)
        elif isinstance(op, Attribute):
            for v in self.index.solver.at(node):
                row = self.calls.get(self.index.solver.values[v].name)
                if row is not None:
                    classes.setdefault(row.data_class, self.index.place(node))
        elif isinstance(op, Param):
            row = self.parameters.get(entry.scope.params[op.index].name)
            if row is not None:
                classes.setdefault(row.data_class, (self.index.file(entry), entry.scope.line))


def _operands(base: int, op: object) -> list[int]:
    """Operands whose data is in the result."""
    if isinstance(op, Phi):
        return [base + s for s in op.sources]
    if isinstance(op, Choice):
        return [base + op.then, base + op.other]
    if isinstance(op, Logic):
        return [base + v for v in op.values]
    if isinstance(op, Format):
        return [base + p for p in op.parts]
    if isinstance(op, Binary):
        return [base + op.left, base + op.right]
    if isinstance(op, Display):
        return [base + e for e in op.elements]
    if isinstance(op, Mapping):
        return [base + v for v in op.values]
    if isinstance(op, Call):
        return [base + a for a in op.args] + [base + v for _, v in op.keywords] + [base + op.func]
    if isinstance(op, Attribute | Item | Unpack):
        return [base + op.obj]
    return [base + op.value] if isinstance(op, Await) else []
