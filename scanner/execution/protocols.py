"""Context managers, coroutines, generators, exceptions: operations that run special methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    Arguments,
    Class,
    Const,
    Frame,
    Generator,
    Instance,
    Partial,
    Sequence,
    Value,
    Values,
)
from scanner.facts import records as facts

if TYPE_CHECKING:
    from scanner.execution.machine import Machine


class Protocols:
    """Steps that follow a protocol of the language."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine

    def at(self, frame: Frame, i: int) -> Values:
        """What operation ``i`` gave; nothing when it did not run."""
        return frame.values[i] or ()

    def entered(self, value: Value, frame: Frame, i: int, is_async: bool = False) -> Values:
        """What entering a context manager gives."""
        if isinstance(value, Generator):
            return self.m.containers.iterate((value,), frame, i)
        if isinstance(value, Instance):
            return self._context(value, frame, i, is_async)
        if isinstance(value, Partial) and value.kind == "closing":
            return value.functions
        return (value,)

    def _context(self, value: Instance, frame: Frame, i: int, is_async: bool) -> Values:
        name = "__aenter__" if is_async else "__enter__"
        if self.m.attributes.find(value.cls, name):
            return self.m.containers.awaited(self.m.calling.method(value, name, Arguments(), frame, i), frame, i)
        return (value,)

    def _exit(self, frame: Frame, i: int, op: facts.Exit) -> Values:
        """``__exit__`` gets the exception that may have been raised inside, or None three times."""
        for v in self.at(frame, op.obj):
            self.left(v, frame, i, op.is_async)
        return ()

    def left(self, v: Value, frame: Frame, i: int, is_async: bool = False) -> None:
        """Leave a context manager."""
        nothing: Values = (self.m.const(None),)
        kinds = join(nothing, tuple(v.cls for v in frame.raised if isinstance(v, Instance)))
        handed = Arguments((kinds, join(nothing, frame.raised), nothing))
        if isinstance(v, Partial) and v.kind == "closing":
            for inner in v.functions:
                for f in self.m.attributes.get(inner, "close", frame, i):
                    self.m.calling.call(f, Arguments(), frame, i)
        fresh = any(e not in v.frame.thrown for e in frame.raised) if isinstance(v, Generator) else False
        if isinstance(v, Generator) and fresh and not v.awaited:
            self.m.methods.throw(v, frame.raised, frame, i)
        name = "__aexit__" if is_async else "__exit__"
        if isinstance(v, Instance) and self.m.attributes.find(v.cls, name):
            told = self.m.containers.awaited(self.m.calling.method(v, name, handed, frame, i), frame, i)
            if told and all(isinstance(x, Const) and x.value is True for x in told):
                frame.raised = ()  # it says that nothing happened

    def _convert(self, frame: Frame, i: int, op: facts.Convert) -> Values:
        arguments = Arguments((self.at(frame, op.value),))
        return self.m.builtins.call(f"<builtin>.{op.kind}", arguments, frame, i) or self.at(frame, op.value)

    def _await(self, frame: Frame, i: int, op: facts.Await) -> Values:
        return self.m.containers.awaited(self.at(frame, op.value), frame, i)

    def _yield(self, frame: Frame, i: int, op: facts.Yield) -> Values:
        values, out = self.at(frame, op.value), frame.out
        if out is None:
            return ()
        if not op.delegate:
            if frame.branches:
                self.m.containers.add_some(out, values)
            else:
                self.m.containers.append(out, values)
            return frame.sent
        self.m.containers.extend(out, values, frame, i, sent=frame.sent)
        return join(*(v.frame.returned for v in values if isinstance(v, Generator)))

    def _raise(self, frame: Frame, i: int, op: facts.Raise) -> Values:
        if op.value < 0:
            frame.raised = join(frame.raised, frame.pending)
            return ()
        values = self.at(frame, op.value)
        made = [
            *(v for v in values if not isinstance(v, Class)),
            *(x for v in values if isinstance(v, Class) for x in self.m.calling.call(v, Arguments(), frame, i)),
        ]
        cause = self.at(frame, op.cause) if op.cause >= 0 else frame.pending
        for v in made:
            if isinstance(v, Instance) and cause:
                self.m.heap.write(v.fields, "__cause__" if op.cause >= 0 else "__context__", cause)
        frame.raised = join(frame.raised, tuple(made))
        return ()

    def _caught(self, frame: Frame, i: int, op: facts.Caught) -> Values:
        wanted = self.at(frame, op.kind) if op.kind >= 0 else ()
        hits = tuple(v for v in frame.pending if not wanted or self.m.tests.is_instance(v, wanted) is not False)
        hits = hits or tuple(g for v in frame.pending for g in self._split(v, wanted, frame, i))
        frame.raised = tuple(v for v in frame.raised if v not in hits)
        return hits or (self._instances(wanted) if wanted else ())

    def _split(self, group: Value, wanted: Values, frame: Frame, i: int) -> list[Value]:
        """What ``except*`` takes of a group."""
        if not isinstance(group, Instance) or not group.cls.name.endswith("ExceptionGroup"):
            return []
        parts = self.m.containers.iterate(group.fields.get("exceptions", ()), frame, i)
        fitting = tuple(v for v in parts if self.m.tests.is_instance(v, wanted) is not False)
        if not fitting:
            return []
        made = Instance(group.cls, dict(group.fields))
        chosen = Sequence("tuple")
        self.m.containers.replace(chosen, [(v,) for v in fitting])
        made.fields["exceptions"] = (chosen,)
        return [made]

    def _instances(self, classes: Values) -> Values:
        return self.m.calling.instances(classes)

    def _enter(self, frame: Frame, i: int, op: facts.Enter) -> Values:
        return join(*(self.entered(v, frame, i, op.is_async) for v in self.at(frame, op.obj)))
