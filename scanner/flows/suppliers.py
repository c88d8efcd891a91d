"""Addresses a server hands out: a URL argument followed back to the request whose answer held it."""

from __future__ import annotations

from scanner.catalog.records import Catalog
from scanner.facts.records import (
    Attribute,
    Await,
    Binary,
    Call,
    Element,
    Enter,
    Format,
    Item,
    Logic,
    Slice,
    Unpack,
)
from scanner.flows.index import Index
from scanner.flows.texts import Texts

_LIMIT = 300
"""Nodes looked at for one argument."""

_MOST = 4
"""Requests named for one argument."""

_DECODERS = frozenset({"json.loads", "orjson.loads", "ujson.loads", "<builtin>.str", "<builtin>.dict"})


class Suppliers:
    """Answers for one program: which requests supply what arrives at a node."""

    def __init__(self, index: Index, texts: Texts, catalog: Catalog) -> None:
        self.index = index
        self.texts = texts
        self.requests = {row.name: row for row in catalog.sinks if row.kind == "generic" and row.url}

    def of(self, node: int) -> tuple[str, ...]:
        """``URL (file:line)`` of each request, sorted; empty when none is found or its own URL is not known."""
        found: set[str] = set()
        seen, stack = {node}, [node]
        while stack and len(seen) < _LIMIT and len(found) < _MOST:
            at = stack.pop()
            asked = self._asked(at)
            found.update(asked)
            for before in () if asked else (*self.index.before(at), *self._held_by(at)):
                if before not in seen:
                    seen.add(before)
                    stack.append(before)
        return tuple(sorted(found))

    def _asked(self, node: int) -> tuple[str, ...]:
        """The addresses of the request made at a node."""
        op = self.index.op(node)
        if op is None or not isinstance(op[1], Call):
            return ()
        row = next((self.requests[n] for n in self.index.external_at.get(node, ()) if n in self.requests), None)
        argument = self.index.argument(op[0], op[1], row.url) if row is not None else None
        if argument is None:
            return ()
        file, line = self.index.place(node)
        return tuple(f"{text.template} ({file}:{line})" for text in self.texts.at(argument) if text.known)

    def _held_by(self, node: int) -> tuple[int, ...]:
        """What a value was taken out of, or put together from."""
        found = self.index.op(node)
        if found is None:
            return ()
        entry, op = found
        if isinstance(op, Attribute | Item | Slice | Element | Unpack | Enter):
            return (entry.base + op.obj,)
        if isinstance(op, Await):
            return (entry.base + op.value,)
        if isinstance(op, Format):
            return tuple(entry.base + part for part in op.parts)
        if isinstance(op, Binary):
            return entry.base + op.left, entry.base + op.right
        if isinstance(op, Logic):
            return tuple(entry.base + value for value in op.values)
        if isinstance(op, Call):
            callee = entry.scope.ops[op.func] if op.func >= 0 else None
            if isinstance(callee, Attribute):
                return (entry.base + callee.obj, *(entry.base + a for a in op.args[:1] if self._decodes(node)))
            return tuple(entry.base + a for a in op.args[:1]) if self._decodes(node) else ()
        return ()

    def _decodes(self, node: int) -> bool:
        return any(name in _DECODERS for name in self.index.external_at.get(node, ()))
