"""Calls: what is called decides; arguments are bound as the language reference says (6.3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    LENGTH,
    REST,
    Arguments,
    Bound,
    Class,
    Const,
    Descriptor,
    External,
    Frame,
    Function,
    Generator,
    Instance,
    Method,
    Partial,
    Sequence,
    Table,
    Value,
    Values,
)
from scanner.facts.records import Call, Display, Global, Mapping, ScopeKind, Star

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_MAX_RUNS = 80
"""Runs of one function that are kept apart; later calls get what the earlier ones returned."""
_MAX_MODEL_RUNS = 1_000
"""The same for a function of a model, which is short."""


class Calling:
    """Calls values with arguments."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        self._active: dict[int, int] = {}
        self._runs: dict[int, int] = {}
        self._unknown = Class(-1, "?", ())
        self._unknown.order = (self._unknown, machine.external("?"))

    # -- the call operation

    def call_operation(self, frame: Frame, i: int, op: Call) -> Values:
        """Run a call operation; a taint query may have its say before and after."""
        callees = frame.values[op.func] or ()
        arguments = self._arguments(frame, op, i)
        names = self._names(frame, op, callees)
        verdict = self.m.taint.at_call(self.m, frame, i, op, names)
        if verdict is not None:
            return verdict
        made = join(*(self.call(c, arguments, frame, i) for c in callees))
        if op.decorator and (not callees or (not made and isinstance(callees[0], External))):
            return arguments.positional[0]  # a decorator nobody knows most likely hands the function on
        if op.decorator and isinstance(callees[0], External) and all(isinstance(v, External) for v in made):
            return arguments.positional[0]
        return made if callees else self.m.taint.derived(self._all(arguments))

    def _all(self, a: Arguments) -> Values:
        return join(*a.positional, *(v for _, v in a.keywords), a.rest, a.spread)

    def _names(self, frame: Frame, op: Call, callees: Values) -> tuple[str, ...]:
        """Names the callee has: as written, and as defined or imported."""
        if not self.m.taint.active:
            return ()
        return (self.m.taint.written(frame, op.func), *(self.name(c) for c in callees))

    def name(self, value: Value) -> str:
        """Qualified name of a callable."""
        if isinstance(value, Function):
            return self.m.sources.name(value.scope)
        if isinstance(value, Bound):
            return self.name(value.function)
        if isinstance(value, External):
            return value.name.replace("()", "")
        return value.name if isinstance(value, Class) else ""

    def _arguments(self, frame: Frame, op: Call, i: int) -> Arguments:
        positional: list[Values] = []
        rest: Values = ()
        for a in op.args:
            values = frame.values[a] or ()
            if not isinstance(frame.facts.ops[a], Star):
                positional.append(values)
                continue
            parts = self.m.containers.parts(values[0], frame, i) if len(values) == 1 and not rest else None
            if parts is not None:
                positional += parts
            else:
                rest = join(rest, self.m.containers.iterate(values, frame, i))
        keywords: list[tuple[str, Values]] = []
        spread: Values = ()
        for name, v in op.keywords:
            values = frame.values[v] or ()
            if name:
                keywords.append((name, values))
            else:
                more, some = self.opened(values, frame, i)
                keywords += more
                spread = join(spread, some)
        return Arguments(tuple(positional), tuple(keywords), rest, spread)

    def opened(self, values: Values, frame: Frame, i: int) -> tuple[list[tuple[str, Values]], Values]:
        """``**values``: known keys become keywords."""
        keywords: list[tuple[str, Values]] = []
        some: Values = ()
        for v in values:
            table = Table()
            self.m.containers.update(table, v, frame, i)
            for key, value in table.items.items():
                if isinstance(key, Const) and isinstance(key.value, str):
                    keywords.append((key.value, value))
                elif key == REST:
                    some = join(some, value)
        return keywords, some

    # -- dispatch

    def call(self, value: Value, arguments: Arguments, frame: Frame, i: int) -> Values:
        """Call ``value``; edges are recorded at operation ``i`` of ``frame``."""
        if isinstance(value, Function):
            return self._invoke(value, arguments, frame, i)
        if isinstance(value, Bound):
            with_receiver = Arguments(
                ((value.receiver,), *arguments.positional), arguments.keywords, arguments.rest, arguments.spread
            )  # fmt: skip
            return self.call(value.function, with_receiver, frame, i)
        if isinstance(value, Class):
            return self.m.classes.construct(value, arguments, frame, i)
        if isinstance(value, Instance):
            if "contextlib.ContextDecorator" in self.m.attributes.externals(value.cls):
                return (Partial("within", (value, *self._first(arguments)), Arguments()),)
            return self.method(value, "__call__", arguments, frame, i)
        if isinstance(value, External):
            return self._external(value, arguments, frame, i)
        if isinstance(value, Method):
            return self.m.builtins.method(value, arguments, frame, i)
        if isinstance(value, Partial):
            return self.m.library.call_partial(value, arguments, frame, i)
        if isinstance(value, Generator):
            return (Partial("within", (value, *self._first(arguments)), Arguments()),)
        if isinstance(value, Descriptor):
            return join(*(self.call(f, arguments, frame, i) for f in value.get))
        return self.m.taint.derived((value, *self._all(arguments)))

    def _first(self, arguments: Arguments) -> Values:
        return arguments.positional[0] if arguments.positional else ()

    def method(self, value: Instance, name: str, arguments: Arguments, frame: Frame, i: int) -> Values:
        """Call a method looked up in the class, as implicit calls of special methods do."""
        found = self.m.attributes.find(value.cls, name)
        return self.call_members(found or (), value, value.cls, arguments, frame, i)

    def call_members(
        self, members: Values, receiver: Value, cls: Class, arguments: Arguments, frame: Frame, i: int
    ) -> Values:
        """Bind class members to a receiver and call them."""
        bound = self.m.attributes.bind(members, receiver, cls, frame, i)
        return join(*(self.call(f, arguments, frame, i) for f in bound))

    def _external(self, value: External, arguments: Arguments, frame: Frame, i: int) -> Values:
        self.m.ran(frame, value.name, self.m.line(frame, i))
        known = self.m.models.call(value.name, arguments, frame, i)
        if known is None:
            known = self.m.builtins.call(value.name, arguments, frame, i)
        if known is None:
            known = self.m.library.call(value.name, arguments, frame, i)
        return known if known is not None else self.unknown(value.name, arguments, frame, i)

    def unknown(self, name: str, arguments: Arguments, frame: Frame, i: int) -> Values:
        """An external nobody models: callbacks the catalog knows of run, what it returns is named after it."""
        self._callbacks(name, arguments, frame, i)
        leaf = name.replace("()", "").rsplit(".", 1)[-1]
        followed = self.m.knowledge.follows(f"{name}()") or leaf[:1].isupper()
        made: Values = (self.m.external(f"{name}()"),) if followed and name.count("()") < 3 else ()
        return join(made, self.m.taint.through(name, self._all(arguments)))

    def _callbacks(self, name: str, arguments: Arguments, frame: Frame, i: int) -> None:
        row = self.m.knowledge.callbacks.get(self.m.knowledge.canonical(name))
        if row is None:
            return
        called: Values = ()
        for ref in row.callback:
            if isinstance(ref, int) and ref < len(arguments.positional):
                called = join(called, arguments.positional[ref])
            called = join(called, *(v for k, v in arguments.keywords if k == ref))
        handed = self._handed(row.arguments, arguments, frame, i)
        if row.rest:
            start = max((r for r in row.callback if isinstance(r, int)), default=0) + 1
            names = {r for r in row.callback if isinstance(r, str)}
            handed = Arguments(arguments.positional[start:], tuple(k for k in arguments.keywords if k[0] not in names))
        for f in called:
            self.m.containers.awaited(self.call(f, handed, frame, i), frame, i)

    def _handed(self, refs: tuple[int | str, ...], arguments: Arguments, frame: Frame, i: int) -> Arguments:
        for ref in refs:
            values = next((v for k, v in arguments.keywords if k == ref), ())
            if isinstance(ref, int) and ref < len(arguments.positional):
                values = arguments.positional[ref]
            parts = self.m.containers.parts(values[0], frame, i) if len(values) == 1 else None
            if parts is not None:
                return Arguments(tuple(parts))
        return Arguments()

    # -- the program's own functions

    def _invoke(self, function: Function, arguments: Arguments, frame: Frame, i: int) -> Values:
        scope = function.scope
        self.m.ran(frame, scope, self.m.line(frame, i))
        model = self.m.sources.is_model(self.m.sources.units[scope].file)
        if frame.site is None and self.m.taint.closed(self.m.sources.name(scope)):
            return ()
        runs = self._runs[scope] = self._runs.get(scope, 0) + 1
        if self._active.get(scope, 0) >= self.m.budget.recursion:
            return ()  # the runs further out give what a recursion ends with
        if runs > (_MAX_MODEL_RUNS if model else _MAX_RUNS):
            self.m.merged = True
            return self.m.last.get(scope, ())
        made = self.m.frame(scope, function.frame, function.frame.module)
        made.function = function
        if model:
            made.site = frame.site or (frame, self.m.line(frame, i))
        self.bind(made, function, arguments, frame, i)
        facts = made.facts
        if facts.is_generator or facts.is_async:
            return (Generator(made, facts.is_async and not facts.is_generator),)
        return self.run(made)

    def run(self, made: Frame) -> Values:
        """Run a bound frame and give what it returns."""
        scope = made.scope
        self._active[scope] = self._active.get(scope, 0) + 1
        try:
            self.m.run(made)
        finally:
            self._active[scope] -= 1
        known = tuple(v for v in made.returned if not isinstance(v, Const) or v.value is not None)
        at = made.facts.returns_annotation
        if not known and at >= 0 and made.closure is not None and at < len(made.closure.values):
            made.returned = join(made.returned, self.annotated(made.closure, at))
        self.m.last[scope] = join(self.m.last.get(scope, ()), made.returned)
        return made.returned

    def bind(self, made: Frame, function: Function, a: Arguments, frame: Frame, i: int) -> None:
        """Arguments become the values of parameters."""
        params = made.facts.params
        given: dict[int, Values] = {}
        slots = [n for n, p in enumerate(params) if p.kind in ("positional", "positional-only")]
        star = next((n for n, p in enumerate(params) if p.kind == "star"), None)
        double = next((n for n, p in enumerate(params) if p.kind == "double-star"), None)
        more = Sequence("tuple")
        self.m.containers.start(more)
        for n, values in enumerate(a.positional):
            if n < len(slots):
                given[slots[n]] = values
            else:
                self.m.containers.append(more, values)
        if a.rest:
            for slot in slots[len(a.positional) :]:
                given[slot] = join(a.rest, function.defaults.get(slot, ()))
            self.m.containers.add_some(more, a.rest)
        named = Table()
        by_name = {p.name: n for n, p in enumerate(params) if p.kind in ("positional", "keyword")}
        for name, values in a.keywords:
            if name in by_name:
                given[by_name[name]] = values
            else:
                named.items[self.m.const(name)] = values
        if a.spread:
            for n in by_name.values():
                if n not in given:
                    given[n] = join(a.spread, function.defaults.get(n, ()))
            named.items[REST] = a.spread
        if star is not None:
            given[star] = (more,)
        if double is not None:
            given[double] = (named,)
        for n in range(len(params)):
            made.values[n] = given.get(n, function.defaults.get(n, ()))

    # -- calls from nowhere

    def call_unknown(self, function: Function, receiver: Value | None, frame: Frame) -> None:
        """Call a function as somebody outside might: nothing is known of its arguments but their annotations."""
        unit = self.m.sources.units[function.scope]
        made = self.m.frame(function.scope, function.frame, function.frame.module)
        made.function = function
        first = 0
        if receiver is not None and unit.scope.params:
            made.values[0], first = (receiver,), 1
        for n, p in enumerate(unit.scope.params):
            if n < first:
                continue
            values = self._annotated(function, p.annotation) or (self.unknown_object(),)
            if p.kind == "star":
                sequence = Sequence("tuple", {LENGTH: ()})
                values = (sequence,)
            elif p.kind == "double-star":
                values = (Table(),)
            made.values[n] = join(function.defaults.get(n, ()), values)
        if unit.scope.is_generator or unit.scope.is_async:
            generator = Generator(made, unit.scope.is_async and not unit.scope.is_generator)
            self.m.containers.run(generator, ())
        else:
            self.run(made)

    def _annotated(self, function: Function, annotation: int) -> Values:
        """Some instance of the class an annotation names; annotations are values of the defining frame."""
        if annotation < 0 or annotation >= len(function.frame.values):
            return ()
        return self.annotated(function.frame, annotation)

    def annotated(self, frame: Frame, annotation: int) -> Values:
        """Objects an annotation of a frame names; a class defined later is looked up now."""
        op, values = frame.facts.ops[annotation], frame.values[annotation] or ()
        if isinstance(op, Display | Mapping):
            return values
        if isinstance(op, Global) and not values:
            values = self.m.imports.member(frame.module, op.name) or ()
        return self.instances(values)

    def instances(self, classes: Values) -> Values:
        """Some object of each class an annotation names; type variables stand for their bound."""
        out: list[Value] = []
        for c in classes:
            if isinstance(c, Class):
                out.append(self.m.classes.instance(c))
            elif isinstance(c, Partial) and c.kind == "typevar":
                out += self.instances(c.functions)
        return tuple(out)

    def unknown_object(self) -> Instance:
        """What somebody outside passed: it keeps what is put into it."""
        made = Instance(self._unknown)
        made.payload = Table()
        return made

    def is_unknown(self, value: Value) -> bool:
        return isinstance(value, Instance) and value.cls is self._unknown

    def owner(self, function: Function) -> Class | None:
        """The class whose body made a function."""
        unit = self.m.sources.units[function.scope]
        in_class = unit.parent >= 0 and self.m.sources.units[unit.parent].scope.kind is ScopeKind.CLASS
        return function.frame.cls if in_class else None
