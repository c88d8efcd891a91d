"""Callables that know what they will do: partial objects, decorators, methods of object, dispatchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    Arguments,
    Class,
    Const,
    Descriptor,
    Frame,
    Function,
    Instance,
    Partial,
    Sequence,
    Table,
    Value,
    Values,
)
from scanner.execution.wrappers import Wrappers

if TYPE_CHECKING:
    pass


class Callables(Wrappers):
    """Runs what the models of the standard library made."""

    def call_partial(self, p: Partial, a: Arguments, frame: Frame, i: int) -> Values:
        """Call what one of the methods above made."""
        kind = p.kind
        if kind in ("partial", "partialmethod"):
            return self._run_partial(p, a, frame, i)
        if kind in ("same", "dataclass", "wraps"):
            return self._decorate(p, a)
        if kind == "constant":
            return p.functions
        if kind == "dispatch":
            for f in p.functions:
                self.m.calling.call(f, Arguments(((),)), frame, i)
            return ()
        if kind in ("bound", "compare"):
            handed = Arguments((*a.positional, *a.positional[:1])) if kind == "compare" else a
            return join(*(self.m.calling.call(f, handed, frame, i) for f in p.functions))
        if kind == "within":
            return self._within(p, a, frame, i)
        if kind == "thread":
            return self._run_thread(p, frame, i)
        if kind == "bind":
            return tuple(self.m.bound(f, r) for f in p.functions for r in self._first(a))
        if kind.startswith("property."):
            return self._property(p, kind[9:], a)
        if kind.startswith("object."):
            return self.object_method(p, kind[7:], a, frame, i)
        if kind.startswith("namedtuple."):
            return self._tuple_call(p, kind[11:], a, frame, i)
        if kind.startswith("stream."):
            return self.m.streams.method(p, kind[7:], a, frame, i)
        if kind.startswith("future."):
            return self._future(p, kind[7:], a, frame, i)
        if kind.startswith("singledispatch"):
            return self._dispatch(p, kind, a, frame, i)
        if kind == "subclasses":
            return (self._sequence("list", *((c,) for c in self.m.classes.all if p.functions[0] in c.bases)),)
        return self._getter(p, a, frame, i)

    def _run_partial(self, p: Partial, a: Arguments, frame: Frame, i: int) -> Values:
        first, rest = (a.positional[:1], a.positional[1:]) if p.kind == "partialmethod" else ((), a.positional)
        given = {k for k, _ in a.keywords}
        joined = Arguments(
            (*first, *p.arguments.positional, *rest),
            (*(k for k in p.arguments.keywords if k[0] not in given), *a.keywords),
            join(p.arguments.rest, a.rest), join(p.arguments.spread, a.spread),
        )  # fmt: skip
        return join(*(self.m.calling.call(f, joined, frame, i) for f in p.functions))

    def _decorate(self, p: Partial, a: Arguments) -> Values:
        if p.kind == "dataclass":
            return self._dataclass(a)
        if p.kind == "wraps":
            for f in self._first(a):
                if isinstance(f, Function):
                    self.m.heap.write(f.fields, "__wrapped__", p.functions)
        return self._first(a)

    def _run_thread(self, p: Partial, frame: Frame, i: int) -> Values:
        args, kwargs = p.arguments.positional
        handed = self._spread(args, frame, i) if args else Arguments()
        names, some = self.m.calling.opened(kwargs, frame, i)
        for f in p.functions:
            called = Arguments(handed.positional, tuple(names), handed.rest, some)
            self.m.containers.awaited(self.m.calling.call(f, called, frame, i), frame, i)
        return ()

    def _within(self, p: Partial, a: Arguments, frame: Frame, i: int) -> Values:
        """A function decorated with a context manager."""
        self.m.steps.entered(p.functions[0], frame, i)
        got = join(*(self.m.calling.call(f, a, frame, i) for f in p.functions[1:]))
        self.m.steps.left(p.functions[0], frame, i)
        return got

    def _property(self, p: Partial, name: str, a: Arguments) -> Values:
        out: list[Value] = []
        for d in p.functions:
            if isinstance(d, Descriptor):
                get, set_, delete = d.get, d.set, d.delete
                get = self._first(a) if name == "getter" else get
                set_ = self._first(a) if name == "setter" else set_
                delete = self._first(a) if name == "deleter" else delete
                out.append(Descriptor("property", get, set_, delete))
        return tuple(out)

    def object_method(self, p: Partial, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """Methods of ``object`` and ``type`` reached through ``super()``."""
        receiver = p.functions[0]
        if name == "__new__":
            pending = self.m.classes.pending()
            if pending is not None and any(c in pending.meta for v in a.positional[:1] for c in v):
                self._changed(pending, self._first(a, 3))
                return (pending,)
            made = [c for c in self._first(a) if isinstance(c, Class)]
            return tuple(self.m.classes.of_builtin(c, self._first(a, 1), frame, i) for c in made)
        if isinstance(receiver, Class) and name == "__call__":
            return self.m.classes.plain(receiver, a, frame, i)
        if not isinstance(receiver, Instance):
            return ()
        texts = [v.value for v in self._first(a) if isinstance(v, Const) and isinstance(v.value, str)]
        if name == "__init__":
            self.m.classes.base_init(receiver, a, frame, i)
            target = self._keyword(a, "target")
            if target:
                handed = Arguments((self._keyword(a, "args"), self._keyword(a, "kwargs")))
                receiver.fields["_target"] = (Partial("thread", target, handed),)
        elif name == "__setattr__":
            for t in texts:
                self.m.attributes.plain_set(receiver, t, self._first(a, 1), frame, i)
        elif name in ("__getattribute__", "__getattr__"):
            return join(*(self.m.attributes.plain(receiver, t, frame, i) for t in texts))
        elif name == "__enter__":
            return (receiver,)
        return ()

    def _changed(self, cls: Class, namespace: Values) -> None:
        """What a metaclass put into the namespace becomes an attribute of the class."""
        for table in namespace:
            for key, values in table.items.items() if isinstance(table, Table) else ():
                if isinstance(key, Const) and isinstance(key.value, str) and cls.fields.get(key.value) != values:
                    cls.fields[key.value] = values

    def _future(self, p: Partial, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """Results put into futures, notes added to exceptions."""
        owner = p.functions[0]
        assert isinstance(owner, Instance)
        if name == "add_done_callback":
            for f in self._first(a):
                self.m.calling.call(f, Arguments(((owner,),)), frame, i)
        elif name == "set_result":
            self.m.heap.add(owner.fields, "_result", self._first(a))
        elif name == "add_note":
            notes = owner.fields.get("__notes__") or (self._sequence("list"),)
            owner.fields["__notes__"] = notes
            for n in notes:
                if isinstance(n, Sequence):
                    self.m.containers.append(n, self._first(a))
        return owner.fields.get("_result", ()) if name == "result" else ()

    def _tuple_call(self, p: Partial, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        owner = p.functions[0]
        if name == "_make" and isinstance(owner, Class):
            return self.m.classes.plain(owner, self._spread(self._first(a), frame, i), frame, i)
        if name == "_replace":
            return self._replace(Arguments((p.functions,), a.keywords), frame, i)
        return self.m.attributes.get(owner, "__dict__", frame, i)

    def _dispatch(self, p: Partial, kind: str, a: Arguments, frame: Frame, i: int) -> Values:
        """``singledispatch``: the registered function of the argument's class, else the default."""
        if kind.endswith(".register"):
            return self._register(p, a)
        if kind.endswith("+"):
            owner = p.functions[0]
            assert isinstance(owner, Partial)
            owner.arguments = Arguments((*owner.arguments.positional, p.arguments.positional[0], self._first(a)))
            return self._first(a)
        which = 1 if p.functions and self._is_method(p) and len(a.positional) > 1 else 0
        values = self._first(a, which)
        pairs = list(zip(p.arguments.positional[::2], p.arguments.positional[1::2], strict=False))
        chosen: Values = ()
        for v in values:
            hits = [f for classes, f in pairs if self.m.tests.is_instance(v, classes) is True]
            chosen = join(chosen, hits[-1] if hits else p.functions)
        if not values:
            chosen = join(p.functions, *(f for _, f in pairs))
        return join(*(self.m.calling.call(f, a, frame, i) for f in chosen))

    def _is_method(self, p: Partial) -> bool:
        first = p.functions[0]
        return isinstance(first, Function) and self.m.calling.owner(first) is not None

    def _register(self, p: Partial, a: Arguments) -> Values:
        owner = p.functions[0]
        assert isinstance(owner, Partial)
        first = self._first(a)
        if len(a.positional) == 2:
            owner.arguments = Arguments((*owner.arguments.positional, first, self._first(a, 1)))
            return self._first(a, 1)
        functions = [f for f in first if isinstance(f, Function)]
        if functions:
            classes = self._annotation(functions[0])
            owner.arguments = Arguments((*owner.arguments.positional, classes, first))
            return first
        return (Partial("singledispatch+", (owner,), Arguments((first,))),)

    def _annotation(self, function: Function) -> Values:
        params = self.m.sources.units[function.scope].scope.params
        params = params[1:] if self.m.calling.owner(function) is not None else params
        at = params[0].annotation if params else -1
        return (function.frame.values[at] or ()) if at >= 0 else ()

    def _getter(self, p: Partial, a: Arguments, frame: Frame, i: int) -> Values:
        """``itemgetter``, ``attrgetter`` and ``methodcaller`` objects."""
        values, known = self._first(a), p.arguments.positional
        if p.kind == "itemgetter":
            items = [join(*(self.m.containers.item(v, k, frame, i) for v in values)) for k in known]
            return items[0] if len(items) == 1 else (self._sequence("tuple", *items),)
        texts = [t.value for k in known[: 1 if p.kind == "methodcaller" else None] for t in k if isinstance(t, Const)]
        out: Values = ()
        for v in values:
            for text in texts:
                got: Values = (v,)
                for part in str(text).split("."):
                    got = join(*(self.m.attributes.get(g, part, frame, i) for g in got))
                if p.kind == "methodcaller":
                    handed = Arguments(known[1:], p.arguments.keywords)
                    got = join(*(self.m.calling.call(f, handed, frame, i) for f in got))
                out = join(out, got)
        return out
