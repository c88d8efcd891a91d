"""What a call does once it is known what is called: bind arguments, return results, record edges."""

from __future__ import annotations

from collections.abc import Callable

from scanner.catalog.records import ArgumentRef, CallbackRow
from scanner.facts.records import Attribute, Call, Const, Display, Free, Function, Global, Import, Mapping, ScopeKind
from scanner.program.attributes import Attributes
from scanner.program.binding import Arguments, Binding
from scanner.program.builtin_calls import Builtins
from scanner.program.containers import Containers
from scanner.program.externals import CallKnowledge
from scanner.program.records import ScopeEntry, Value, ValueKind
from scanner.program.solver import Solver
from scanner.vocabulary import Certainty

_PASS_THROUGH = frozenset({
    "functools.wraps()", "functools.lru_cache", "functools.lru_cache()", "functools.cache", "contextlib.contextmanager",
    "contextlib.asynccontextmanager", "<builtin>.iter", "<builtin>.reversed", "<builtin>.sorted", "<builtin>.list",
    "<builtin>.tuple", "<builtin>.set", "<builtin>.frozenset", "copy.copy", "copy.deepcopy", "typing.cast",
    "weakref.ref", "weakref.proxy", "weakref.WeakMethod", "asyncio.shield", "<builtin>.property",
    "<builtin>.staticmethod",
    "<builtin>.classmethod", "contextvars.ContextVar().get", "asyncio.wait_for", "contextlib.nullcontext",
    "contextlib.closing", "contextlib.suppress", "itertools.chain", "<builtin>.enumerate",
})  # fmt: skip
"""Externals that hand back their first argument, or something holding the same elements."""

_NAMED = (Function, Global, Free, Attribute, Import)
"""How a function handed to somebody is written; what is computed on the way is followed by callback rows only."""


class Calling:
    """Handles values that arrive at the callee of a call."""

    def __init__(
        self, solver: Solver, attributes: Attributes, containers: Containers, knowledge: CallKnowledge, lenient: bool
    ) -> None:
        self.solver = solver
        self.attributes = attributes
        self.containers = containers
        self.knowledge = knowledge
        self.lenient = lenient
        self.binding = Binding(solver, containers)
        self.builtins = Builtins(solver, attributes, containers, self.apply)
        self._applied: set[tuple[int, int]] = set()

    # -- dispatch

    def call(self, value: int, scope: int, i: int) -> None:
        """``value`` arrived at the callee of the call operation ``i`` of ``scope``."""
        entry = self.solver.scopes[scope]
        call = entry.scope.ops[i]
        assert isinstance(call, Call)
        self.apply(value, scope, entry.base + i, self.binding.arguments(entry, i, call), call)

    def apply(self, value: int, scope: int, site: int, args: Arguments, call: Call | None, kind: str = "call") -> None:
        """Call ``value`` with ``args``; ``call`` is None for calls the text does not show."""
        v = self.solver.values[value]
        if v.kind not in (ValueKind.FUNCTION, ValueKind.BOUND):
            if (site, value) in self._applied:
                return
            self._applied.add((site, value))
        if v.kind is ValueKind.FUNCTION:
            self._invoke(v, None, scope, site, args, call, kind)
        elif v.kind is ValueKind.BOUND:
            self._invoke(v, v.other, scope, site, args, call, kind)
        elif v.kind is ValueKind.CLASS:
            self._construct(v, scope, site, args, kind)
        elif v.kind is ValueKind.INSTANCE:
            self._call_instance(value, v, scope, site, args, kind)
        elif v.kind is ValueKind.EXTERNAL:
            self._external(v.name, scope, site, args, call)
        elif v.kind is ValueKind.METHOD:
            self._container_method(v, scope, site, args)
        elif v.kind is ValueKind.PARTIAL:
            self._partial(v, scope, site, args, call, kind)

    def _invoke(
        self, v: Value, receiver: int | None, scope: int, site: int, args: Arguments, call: Call | None, kind: str
    ) -> None:
        target = v.ref
        if receiver is not None:
            self.attributes.receive(target, receiver)
        wrapped = v.other if v.kind is ValueKind.FUNCTION else int(v.name or -1)
        fresh = self.solver.call_edge(scope, site, target, self._edge_kind(scope, call, target, kind))
        if wrapped >= 0 and wrapped != target and self.lenient:
            # The wrapper stands where the decorated function did: a call reaches that as well.
            self.solver.call_edge(scope, site, wrapped, "wrapped", via=target)
        if not fresh:
            return
        self.binding.bind(target, args, 0 if receiver is None else 1)
        returned = self.solver.node("return", target)
        if call is not None and call.decorator and self.lenient:
            self._decorated_result(scope, site, call, target, returned)
        else:
            self.solver.flow(returned, site)

    def _edge_kind(self, scope: int, call: Call | None, target: int, kind: str) -> str:
        """A wrapper's call of the function it wraps is told apart: its caller reaches that function anyway."""
        if call is None or kind != "call" or not self.lenient:
            return kind
        entry = self.solver.scopes[scope]
        op = entry.scope.ops[call.func]
        if isinstance(op, Free) and self.solver.scopes[target].scope.decorators:
            outer = self.solver.scope_of(self.solver.modules[entry.file], op.scope)
            if any(p.name == op.name for p in outer.scope.params):
                return "decorated"
        return kind

    def _decorated_result(self, scope: int, site: int, call: Call, target: int, returned: int) -> None:
        """A wrapper carries the function it wraps, so that wrappers of different functions stay apart."""
        entry = self.solver.scopes[scope]
        inner = call.args[0]
        op = entry.scope.ops[inner]
        while isinstance(op, Call) and op.decorator:
            inner = op.args[0]
            op = entry.scope.ops[inner]
        if not isinstance(op, Function):
            self.solver.flow(returned, site)
            return
        decorated = self.solver.scope_of(self.solver.modules[entry.file], op.scope).index

        def tag(value: int) -> None:
            v = self.solver.values[value]
            if v.kind is ValueKind.FUNCTION and v.other < 0 and v.ref != decorated and self._closure(v.ref):
                value = self.solver.value(ValueKind.FUNCTION, v.ref, decorated)
                self.solver.call_edge(decorated, site, v.ref, "decorator", via=self.solver.scopes[v.ref].parent)
            self.solver.add(site, value)

        self.solver.watch(returned, tag)
        self.solver.beside(returned, site)

    def _closure(self, scope: int) -> bool:
        parent = self.solver.scopes[scope].parent
        return parent >= 0 and self.solver.scopes[parent].scope.kind is ScopeKind.FUNCTION

    # -- classes and instances

    def _construct(self, v: Value, scope: int, site: int, args: Arguments, kind: str) -> None:
        classes = self.attributes.classes
        instance = self.solver.value(ValueKind.INSTANCE, v.ref)
        self.solver.add(site, instance)
        found = classes.find(v.ref, "__init__")
        for member in found:
            self.solver.watch(member, self._run_member(instance, scope, site, args, kind))
        for member in classes.find(v.ref, "__new__"):
            cls = self.solver.value(ValueKind.CLASS, v.ref)
            self.solver.watch(member, self._run_member(cls, scope, site, args, kind))
        if not found:
            for name, node in args.keywords:  # dataclass, attrs, pydantic: fields by keyword
                self.solver.flow(node, self.solver.node("attribute", v.ref, name))
        for base in classes.externals(v.ref):
            self.solver.external_call(scope, site, base)
            self._callbacks(base, scope, site, args)

    def _run_member(self, receiver: int, scope: int, site: int, args: Arguments, kind: str) -> Callable[[int], None]:
        def run(member: int) -> None:
            m = self.solver.values[member]
            if m.kind is ValueKind.FUNCTION:
                self.attributes.receive(m.ref, receiver)
                if self.solver.call_edge(scope, site, m.ref, kind):
                    self.binding.bind(m.ref, args, 1)

        return run

    def _call_instance(self, value: int, v: Value, scope: int, site: int, args: Arguments, kind: str) -> None:
        for member in self.attributes.classes.find(v.ref, "__call__"):
            bound = self.solver.node("called", site, value)
            self.solver.flow(member, bound)
            self.solver.watch(bound, self._call_bound(value, scope, site, args, kind))

    def _call_bound(self, receiver: int, scope: int, site: int, args: Arguments, kind: str) -> Callable[[int], None]:
        def run(member: int) -> None:
            m = self.solver.values[member]
            if m.kind is ValueKind.FUNCTION:
                bound = self.solver.value(ValueKind.BOUND, m.ref, receiver)
                self.apply(bound, scope, site, args, None, kind)

        return run

    def _container_method(self, v: Value, scope: int, site: int, args: Arguments) -> None:
        if self.solver.values[v.other].kind is ValueKind.GENERATOR:
            return
        keys = [self._constant(a) for a in args.positional]
        self.containers.method(v.other, v.name, list(args.positional), keys, site)

    def _constant(self, node: int) -> str | int | float | bool | None:
        found = self.solver.op_at(node)
        return found[1].value if found is not None and isinstance(found[1], Const) else None

    def _partial(self, v: Value, scope: int, site: int, args: Arguments, call: Call | None, kind: str) -> None:
        found = self.solver.op_at(v.ref)
        if found is None or not isinstance(found[1], Call):
            return
        bound = self.binding.arguments(found[0], v.ref - found[0].base, found[1])
        joined = Arguments(
            bound.positional[1:] + args.positional, bound.keywords + args.keywords,
            bound.stars + args.stars, bound.doubles + args.doubles,
        )  # fmt: skip
        if bound.positional:
            inner = self.solver.stand_in(site, "partial", v.ref)
            self.solver.flow(inner, site)
            self.solver.watch(bound.positional[0], self.apply, scope, inner, joined, None, kind)

    # -- externals

    def _external(self, name: str, scope: int, site: int, args: Arguments, call: Call | None) -> None:
        if not self.solver.external_call(scope, site, name):
            return
        canonical = self.knowledge.canonical(name)
        if name == "<builtin>.super":
            self.attributes.super_of(scope, site)
            return
        if self.builtins.call(name, scope, site, args):
            return
        if (call is not None and call.decorator) or name in _PASS_THROUGH:
            for node in args.positional[:1]:
                self.solver.flow(node, site)
        if name in ("functools.partial", "functools.partialmethod"):
            self.solver.add(site, self.solver.value(ValueKind.PARTIAL, site))
            return
        if not self._callbacks(canonical, scope, site, args) and self.lenient:
            self._escaping(scope, site, args, call)
        self._result(name, canonical, site, args)

    def _result(self, name: str, canonical: str, site: int, args: Arguments) -> None:
        row = self.knowledge.types.get(canonical)
        if row is not None and row.returns.startswith("argument:"):
            position = int(row.returns[9:])
            for node in args.positional[position : position + 1]:
                self.solver.flow(node, site)
        elif row is not None and row.returns:
            self.solver.add(site, self.solver.external_value(f"{row.returns}()"))
        elif self.knowledge.follows(f"{name}()"):
            self.solver.add(site, self.solver.external_value(f"{name}()"))

    # -- callbacks

    def _argument(self, args: Arguments, refs: tuple[ArgumentRef, ...]) -> int | None:
        for ref in refs:
            if isinstance(ref, int):
                if ref < len(args.positional):
                    return args.positional[ref]
            else:
                for name, node in args.keywords:
                    if name == ref:
                        return node
        return None

    def _callbacks(self, name: str, scope: int, site: int, args: Arguments) -> bool:
        """An external that calls one of its arguments later."""
        row = self.knowledge.callbacks.get(name)
        if row is None:
            return False
        called = self._argument(args, row.callback)
        if called is None:
            return True
        handed = self._handed(args, row)
        kind = row.trigger if row.trigger != "call" else "callback"
        result = self.solver.stand_in(site, "callback result", called)
        self.solver.watch(called, self._run_callback, scope, site, result, handed, kind)
        if row.trigger in ("call", "schedule"):
            self.solver.flow(result, site)
        return True

    def _run_callback(self, value: int, scope: int, site: int, result: int, args: Arguments, kind: str) -> None:
        v = self.solver.values[value]
        if v.kind is ValueKind.EXTERNAL:
            self.solver.external_call(scope, site, v.name)
            return
        self.apply(value, scope, result, args, None, kind)

    def _handed(self, args: Arguments, row: CallbackRow) -> Arguments:
        """The arguments an external hands on to the callback."""
        positional: tuple[int, ...] = ()
        keywords: tuple[tuple[str, int], ...] = ()
        stars: tuple[int, ...] = ()
        doubles: tuple[int, ...] = ()
        if row.rest:
            start = max((r for r in row.callback if isinstance(r, int)), default=0) + 1
            positional = args.positional[start:]
            names = {r for r in row.callback if isinstance(r, str)}
            keywords = tuple((k, n) for k, n in args.keywords if k not in names)
        if row.arguments and (node := self._argument(args, row.arguments)) is not None:
            found = self.solver.op_at(node)
            if found is not None and isinstance(found[1], Display) and not found[1].comprehension:
                positional = tuple(found[0].base + e for e in found[1].elements)
            else:
                stars = (node,)
        if row.keywords and (node := self._argument(args, row.keywords)) is not None:
            found = self.solver.op_at(node)
            if found is not None and isinstance(found[1], Mapping):
                keywords, doubles = self._mapping_arguments(found[0], found[1])
            else:
                doubles = (node,)
        return Arguments(positional, keywords, stars, doubles)

    def _mapping_arguments(self, entry: ScopeEntry, op: Mapping) -> tuple[tuple[tuple[str, int], ...], tuple[int, ...]]:
        keywords, doubles = [], []
        for key, value in zip(op.keys, op.values, strict=True):
            constant = entry.scope.ops[key] if key >= 0 else None
            if isinstance(constant, Const) and isinstance(constant.value, str):
                keywords.append((constant.value, entry.base + value))
            elif key < 0:
                doubles.append(entry.base + value)
        return tuple(keywords), tuple(doubles)

    def _escaping(self, scope: int, site: int, args: Arguments, call: Call | None) -> None:
        """Functions handed to an unknown external may be called by it: a guess, and marked as one."""
        for node in (*args.positional, *(n for _, n in args.keywords)):
            found = self.solver.op_at(node)
            if found is None or not isinstance(found[1], _NAMED) or (call is not None and call.decorator):
                continue
            self.solver.watch(node, self._escape, scope, site)

    def _escape(self, value: int, scope: int, site: int) -> None:
        v = self.solver.values[value]
        if v.kind in (ValueKind.FUNCTION, ValueKind.BOUND):
            if v.kind is ValueKind.BOUND:
                self.attributes.receive(v.ref, v.other)
            self.solver.call_edge(scope, site, v.ref, "callback", Certainty.GUESSED)
