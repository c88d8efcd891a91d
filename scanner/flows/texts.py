"""Which strings arrive at a node: followed backwards, on demand, unknown parts kept as ``{?}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from scanner.facts.records import (
    Attribute,
    Await,
    Binary,
    Call,
    Choice,
    Const,
    Display,
    Element,
    Enter,
    Format,
    Item,
    Logic,
    Param,
    Phi,
    Slice,
    Unary,
    Unpack,
)  # fmt: skip
from scanner.flows.elements import elements
from scanner.flows.index import Index
from scanner.flows.templates import (
    MAX_LENGTH,
    UNKNOWN_TEXT,
    Text,
    concatenate,
    joined,
    limited,
    sliced,
)
from scanner.flows.text_calls import CallTexts
from scanner.flows.worlds import call_frame, matched
from scanner.program.records import ScopeEntry
from scanner.vocabulary import UNKNOWN_PART

MAX_DEPTH = 48
_BUDGET = 2_000
"""Nodes looked at for one question; past it the text is unknown, and says so."""

_PERCENT = re.compile(r"%(?:\(\w+\))?[#0\- +]*[\d.*]*[a-zA-Z]")


_FRAMES = 3
"""Calls within calls whose parameters are matched; below, a parameter is what any caller gives."""
_ANSWERS = 8
"""Answers remembered of one node, by how the parameters were bound that it depends on."""
_MATCHED = 4
"""Functions a call may reach for its arguments to be matched with each."""
_NO_FRAME: MappingType[int, int] = {}


class Defaults(Protocol):
    """Which stores and arms count while nothing is set, with the variables by which others would."""

    def test(self, node: int) -> tuple[bool | None, frozenset[str]]: ...

    def sources(self, nodes: list[int]) -> tuple[list[int], frozenset[str]]: ...


class Texts(CallTexts):
    """Answers for one program; results are remembered. ``defaults`` leaves out what only a variable would bring in."""

    def __init__(self, index: Index, defaults: Defaults | None = None) -> None:
        self.index = index
        self.defaults = defaults
        self._memo: dict[int, list[tuple[dict[int, int], tuple[Text, ...]]]] = {}
        self._frame: MappingType[int, int] = _NO_FRAME
        self._frames = 0
        self._bindings: dict[int, int] = {}
        self._active: set[int] = set()
        self._left = 0
        self._cut = False

    def at(self, node: int, frame: MappingType[int, int] = _NO_FRAME) -> tuple[Text, ...]:
        """The texts at ``node``, sorted; empty when nothing that is text arrives. ``frame`` binds parameters."""
        self._left = _BUDGET
        self._cut = False
        self._frame, self._bindings = frame, {}
        found = tuple(sorted(set(self._at(node, 0))))
        self._frame = _NO_FRAME
        return found

    def _at(self, node: int, depth: int) -> tuple[Text, ...]:
        for bindings, known in self._memo.get(node, ()):
            if self._holds(bindings):
                self._bindings.update(bindings)
                return known
        if node in self._active or depth > MAX_DEPTH or self._left <= 0:
            # What is computed above a cut depends on where the question began, so it is not remembered.
            self._cut = True
            return ()
        self._left -= 1
        self._active.add(node)
        outer, self._bindings = self._bindings, {}
        out = limited(self._compute(node, depth + 1))
        self._active.discard(node)
        if not self._active or (not self._cut and self._left > 0):
            self._remember(node, self._bindings, out)
        outer.update(self._bindings)
        self._bindings = outer
        return out

    def _holds(self, bindings: dict[int, int]) -> bool:
        """Whether parameters are bound now as they were when an answer was worked out (-1: not bound)."""
        return all(self._frame.get(p, -1) == b for p, b in bindings.items())

    def _remember(self, node: int, bindings: dict[int, int], out: tuple[Text, ...]) -> None:
        known = self._memo.setdefault(node, [])
        if len(known) < _ANSWERS:
            known.append((dict(bindings), out))

    @contextmanager
    def _entered(self, callee: int, entry: ScopeEntry, op: Call) -> Iterator[None]:
        """Inside a matched call; what it binds itself is no dependence of the caller's answer."""
        outer, before = self._frame, self._bindings
        inside = matched(self.index, self.index.solver.scopes[callee], entry, op, outer)
        self._frame, self._bindings = inside, {}
        self._frames += 1
        yield
        own = {p for p in self._bindings if inside.get(p, -1) != outer.get(p, -1)}
        before.update({p: b for p, b in self._bindings.items() if p not in own})
        self._frame, self._bindings = outer, before
        self._frames -= 1

    def _all(self, nodes: list[int], depth: int) -> tuple[Text, ...]:
        return tuple(t for n in nodes for t in self._at(n, depth))

    def _compute(self, node: int, depth: int) -> tuple[Text, ...]:
        found = self.index.op(node)
        if found is None:
            return self._stored(node, depth)
        entry, op = found
        base = entry.base
        if isinstance(op, Const):
            return self._const(entry, node, op)
        if isinstance(op, Format):
            return self._concat([base + p for p in op.parts], depth)
        if isinstance(op, Binary):
            return self._binary(entry, op, depth)
        if isinstance(op, Call):
            return self._call(entry, node, op, depth)
        if isinstance(op, Param):
            return self._param(entry, node, op, depth)
        if isinstance(op, Phi):
            return self._all([base + s for s in op.sources], depth)
        if isinstance(op, Choice):
            return self._choice(base, op, depth)
        if isinstance(op, Logic):
            return self._logic([base + v for v in op.values], depth)
        if isinstance(op, Slice | Enter | Element | Item | Unpack):
            return self._part(entry, node, op, depth)
        if isinstance(op, Await):
            return self._at(base + op.value, depth)
        if isinstance(op, Attribute) and op.name in ("value", "geturl", "_url"):
            return self._all([*self.index.before(node), base + op.obj], depth)
        return self._stored(node, depth)

    def _stored(self, node: int, depth: int) -> tuple[Text, ...]:
        """A name, field or other place: what its stores give, without those that do not count."""
        before = self.index.product(self.index.before(node), node)
        if self.defaults is None:
            return self._all(before, depth)
        kept, variables = self.defaults.sources(before)
        texts = self._all(kept, depth)
        if len(kept) < len(before) and not any(t.known for t in texts):
            return self._all(before, depth)
        return self._overridden(texts, variables)

    def _choice(self, base: int, op: Choice, depth: int) -> tuple[Text, ...]:
        arms = [base + op.then, base + op.other]
        truth, variables = self.defaults.test(base + op.test) if self.defaults is not None else (None, frozenset())
        if truth is not None:
            texts = self._at(arms[not truth], depth)
            if any(t.known for t in texts):
                return self._overridden(texts, variables)
        return self._all(arms, depth)

    def _overridden(self, texts: tuple[Text, ...], variables: frozenset[str]) -> tuple[Text, ...]:
        if not variables:
            return texts
        return tuple(replace(t, overrides=joined(t.overrides, tuple(variables))) for t in texts)

    def _const(self, entry: ScopeEntry, node: int, op: Const) -> tuple[Text, ...]:
        if op.value is None or isinstance(op.value, bool) or op.value == "":
            return ()
        how = "code-string" if entry.scope.kind == "code-string" else "constant"
        return (Text(str(op.value)[:MAX_LENGTH], how, self.index.file(entry), entry.scope.lines[node - entry.base]),)

    def _param(self, entry: ScopeEntry, node: int, op: Param, depth: int) -> tuple[Text, ...]:
        p = entry.scope.params[op.index]
        default = -1 if p.default < 0 else self.index.solver.scopes[entry.parent].base + p.default
        bound = self._frame.get(node)
        self._bindings[node] = -1 if bound is None else bound
        out: list[Text] = []
        for before in self._arguments(entry, node) if bound is None else [bound]:
            texts = self._at(before, depth)
            if before == default:
                texts = tuple(replace(t, how="argument-default") if t.how == "constant" else t for t in texts)
            out += texts
        return tuple(out)

    def _arguments(self, entry: ScopeEntry, node: int) -> list[int]:
        """What callers give a parameter. A decorator's wrapper mixes the arguments of all functions it decorates."""
        given = []
        for site in self.index.decorated_calls.get(entry.index, ()):
            found = self.index.op(site)
            if found is not None and isinstance(found[1], Call):
                given.append(call_frame(self.index, entry, found[0], found[1]).get(node, -1))
        given = [g for g in dict.fromkeys(given) if g >= 0]
        return self.index.product(given or self.index.before(node), node)

    def _logic(self, nodes: list[int], depth: int) -> tuple[Text, ...]:
        """``os.getenv(x) or default``: the variable overrides the default."""
        # The last operand is the default, and often a constant: it is looked at before the budget is spent.
        texts = [self._at(n, depth) for n in reversed(nodes)][::-1]
        overrides = tuple(sorted({o for ts in texts for t in ts if not t.known for o in t.overrides}))
        out = [t for ts in texts for t in ts if t.known]
        if not overrides:
            return tuple(out) or tuple(t for ts in texts for t in ts)
        if not out:
            return (replace(UNKNOWN_TEXT, overrides=overrides),)
        return tuple(
            replace(t, how="env-default" if t.how == "constant" else t.how, overrides=joined(t.overrides, overrides))
            for t in out
        )

    # -- building

    def _concat(self, nodes: list[int], depth: int) -> tuple[Text, ...]:
        parts = [self._at(n, depth) or (UNKNOWN_TEXT,) for n in nodes]
        return concatenate(parts)

    def _binary(self, entry: ScopeEntry, op: Binary, depth: int) -> tuple[Text, ...]:
        left, right = entry.base + op.left, entry.base + op.right
        if op.op in ("+", "/"):
            texts = self._concat([left, right], depth)
            return texts if any(t.known for t in texts) else ()
        if op.op == "%":
            return tuple(self._percent(t, right, depth) for t in self._at(left, depth))
        return ()

    def _percent(self, text: Text, right: int, depth: int) -> Text:
        found = self.index.op(right)
        if found is not None and isinstance(found[1], Display):
            nodes = [found[0].base + e for e in found[1].elements]
        else:
            nodes = [right]
        values = iter([next(iter(self._at(n, depth)), UNKNOWN_TEXT).template for n in nodes])
        return replace(text, template=_PERCENT.sub(lambda m: next(values, UNKNOWN_PART), text.template)[:MAX_LENGTH])

    # -- containers

    def _part(
        self, entry: ScopeEntry, node: int, op: Slice | Enter | Element | Item | Unpack, depth: int
    ) -> tuple[Text, ...]:
        obj = entry.base + op.obj
        if isinstance(op, Enter):
            return self._all([obj, *self.index.before(node)], depth)
        if isinstance(op, Slice):
            bounds = [self._bound(entry, b) for b in (op.lower, op.upper, op.step)]
            return tuple(
                replace(t, template=sliced(t.template, bounds)) if t.known else t for t in self._at(obj, depth)
            )
        key: object = None
        if isinstance(op, Item):
            key = self.index.constant(entry.base + op.key)
            read = self._environment_item(entry, obj, op, depth)
            if read is not None:
                return read
        elif isinstance(op, Unpack) and op.index >= 0 and not op.rest:
            key = op.index
        returned = self._returned_elements(obj, key, depth)
        nodes = self.elements(obj, key) if returned is None else []
        return (*(returned or ()), *self._all([*nodes, *self.index.before(node)], depth))

    def _bound(self, entry: ScopeEntry, operand: int) -> int | str | None:
        """A bound of a slice: a number, None where there is none, a text where it is not known."""
        if operand < 0:
            return None
        op = entry.scope.ops[operand]
        if isinstance(op, Unary) and op.op == "-":
            positive = self.index.constant(entry.base + op.value)
            return -positive if isinstance(positive, int) else "unknown"
        value = self.index.constant(entry.base + operand)
        return value if isinstance(value, int) else "unknown"

    def _returned_elements(self, obj: int, key: object, depth: int) -> tuple[Text, ...] | None:
        """Parts of what one matched call of the program's own functions returns; None for anything else."""
        found = self.index.op(obj)
        if found is None or not isinstance(found[1], Call) or self._frames >= _FRAMES:
            return None
        callees = self.index.callees_at.get(obj, ())
        if len(callees) != 1:
            return None
        with self._entered(callees[0], found[0], found[1]):
            return self._all(self.elements(self.index.solver.node("return", callees[0]), key), depth)

    def elements(self, node: int, key: object, limit: int = 400) -> list[int]:
        """Element nodes of the displays that may be at ``node``; ``key`` None means any."""
        return elements(self.index, node, key, limit)

    # -- calls

    def _call(self, entry: ScopeEntry, node: int, op: Call, depth: int) -> tuple[Text, ...]:
        out = list(self._returned(entry, node, op, depth))
        for name in self.index.external_at.get(node, ()):
            out += self._external(entry, node, op, name, depth)
        callee = entry.scope.ops[op.func]
        if isinstance(callee, Attribute) and not out:
            out += self._method(entry, op, callee, depth)
        return tuple(out)

    def _returned(self, entry: ScopeEntry, node: int, op: Call, depth: int) -> tuple[Text, ...]:
        """What the program's own functions return to this call, their parameters bound to its arguments."""
        before = self.index.before(node)
        callees = self.index.callees_at.get(node, ()) if self._frames < _FRAMES else ()
        callees = callees if len(callees) <= _MATCHED else ()
        returns = {self.index.solver.node("return", c): c for c in callees}
        out: list[Text] = []
        for source in before:
            callee = returns.get(source)
            if callee is None:
                out += self._at(source, depth)
                continue
            with self._entered(callee, entry, op):
                out += self._at(source, depth)
        return tuple(out)
