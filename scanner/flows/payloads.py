"""What leaves: the fields of the payload arguments and the data classes that reach them."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from scanner.catalog.records import ArgumentRef, Catalog, SinkRow
from scanner.facts.records import (
    Attribute,
    Await,
    Binary,
    Call,
    Choice,
    Display,
    Enter,
    Format,
    Item,
    Logic,
    Mapping,
    Param,
    Phi,
    Unpack,
)  # fmt: skip
from scanner.flows.fields import Fields
from scanner.flows.index import Index
from scanner.flows.labels import Named, Style
from scanner.flows.records import PayloadField
from scanner.program.records import ScopeEntry

_NEAR = 90
_MAX_FIELDS = 64
FIXED = "package_metadata"
"""The class of what stands in the text of the package and is the same for everybody."""

_PLAIN_HEADERS = frozenset({
    "accept", "accept-encoding", "accept-language", "cache-control", "connection", "content-encoding", "content-length",
    "content-type", "host", "origin", "referer", "transfer-encoding", "user-agent",
})  # fmt: skip
"""Headers that say something of the request, not of who makes it."""

_OF_CLIENT: tuple[ArgumentRef, ...] = ("headers", "params", "cookies")
"""What a client object is made with and adds to every request."""


class Payloads:
    """Reads payload arguments field by field."""

    def __init__(self, index: Index, catalog: Catalog) -> None:
        self.index = index
        self.fields = Fields(index, catalog)
        self.calls = {s.call: s for s in catalog.sources if s.call}
        self.parameters = {s.parameter: s for s in catalog.sources if s.parameter}
        self._known: dict[tuple[int, str], frozenset[PayloadField]] = {}
        self.sanitizers = {s.name: s for s in catalog.sanitizers}

    def of(self, entry: ScopeEntry, call: Call, row: SinkRow) -> tuple[PayloadField, ...]:
        """The fields of all payload arguments of a sink call, of its URL and of the client it is made with, sorted."""
        out: set[PayloadField] = set()
        for name, node in self._arguments(entry, call, row.payload):
            out |= self._fields(node, name)
        for node in self._urls(entry, call, row):
            out |= self._named(self.fields.at(node, Style.URL))
        for node in self._of_client(entry, call, row):
            out |= self._named(self.fields.at(node))
        return _once(out)[:_MAX_FIELDS]

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

    def _fields(self, node: int, name: str) -> set[PayloadField]:
        """The named fields of what may be at ``node``, or the value itself under ``name``."""
        named = self.fields.at(node, Style.BODY)
        return self._named(named) if named else self._classified(node, name)

    def _named(self, fields: tuple[Named, ...]) -> set[PayloadField]:
        out: set[PayloadField] = set()
        for one in fields:
            header = one.name.lower()
            found = self._classified(one.node, one.name) if one.node >= 0 else set()
            if header in _PLAIN_HEADERS and (not found or header != "user-agent"):
                continue
            if not found:
                constant = one.node < 0 or self.index.constant(one.node) is None
                found = {PayloadField("unknown" if constant else FIXED, one.name, one.file, one.line)}
            guess = self.parameters.get(header)
            if guess is not None and {f.data_class for f in found} == {"unknown"}:
                found = {replace(f, data_class=guess.data_class) for f in found}
            out |= {f if f.file else replace(f, file=one.file, line=one.line) for f in found}
        return out

    def _urls(self, entry: ScopeEntry, call: Call, row: SinkRow) -> list[int]:
        """The URL argument, and where it is a request object, the arguments that object was made with."""
        node = self.index.argument(entry, call, row.url)
        return [] if node is None else [node]

    def _of_client(self, entry: ScopeEntry, call: Call, row: SinkRow) -> list[int]:
        """Headers and parameters given to the constructor of the receiver."""
        makers = self.index.receiver_makers(entry, call) if row.receiver_url else ()
        return [maker.base + v for _, maker, made in makers for name, v in made.keywords if name in _OF_CLIENT]

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


def _once(fields: set[PayloadField]) -> tuple[PayloadField, ...]:
    """One of each class and name: the first by place, with the safeguards it has there."""
    first: dict[tuple[str, str], PayloadField] = {}
    for one in sorted(fields):
        first.setdefault((one.data_class, one.name), one)
    best: dict[str, int] = {}
    for data_class, name in first:
        best[name] = max(best.get(name, 0), _weight(data_class))
    return tuple(f for (data_class, name), f in first.items() if _weight(data_class) == best[name])


def _weight(data_class: str) -> int:
    """A class that is known says more than none, and that more than a fixed text some caller gives."""
    return {FIXED: 0, "unknown": 1}.get(data_class, 2)


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
    if isinstance(op, Attribute | Item | Unpack | Enter):
        return [base + op.obj]
    return [base + op.value] if isinstance(op, Await) else []
