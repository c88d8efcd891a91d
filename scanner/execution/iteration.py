"""Iteration and unpacking: sequences, iterators, generators, coroutines, objects with their own protocol."""

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
    Iterator,
    Sequence,
    Table,
    Value,
    Values,
)
from scanner.execution.slicing import Slicing
from scanner.facts.records import Unpack

if TYPE_CHECKING:
    from scanner.execution.machine import Machine


class Iteration(Slicing):
    """What loops, unpacking, ``next`` and ``await`` give."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self._iterating: set[int] = set()

    def iterate(self, values: Values, frame: Frame, i: int, sent: Values = (), is_async: bool = False) -> Values:
        """What a loop over ``values`` gives."""
        return join(*(self._iterate(v, frame, i, sent, is_async) for v in values))

    def _iterate(self, value: Value, frame: Frame, i: int, sent: Values = (), is_async: bool = False) -> Values:
        if isinstance(value, Sequence):
            return self.elements(value)
        if isinstance(value, Table):
            return self.table_keys(value)
        if isinstance(value, Generator):
            self.run(value, sent)
            return self.elements(value.frame.out) if value.frame.out is not None else ()
        if isinstance(value, Iterator):
            return self.iterate((value.source,), frame, i)
        if isinstance(value, Instance):
            return self._iterate_instance(value, frame, i, is_async)
        if isinstance(value, Class):
            return self._iterate_class(value, frame, i)
        if isinstance(value, Const) and isinstance(value.value, str):
            return tuple(self.m.const(c) for c in dict.fromkeys(value.value[:64]))
        return self.m.taint.derived((value,))

    def _iterate_instance(self, value: Instance, frame: Frame, i: int, is_async: bool) -> Values:
        if value.cls.generated == "stream":
            return value.fields.get("_text", ())
        if id(value) in self._iterating:
            return ()
        self._iterating.add(id(value))
        try:
            begin, step = ("__aiter__", "__anext__") if is_async else ("__iter__", "__next__")
            if self.m.attributes.find(value.cls, begin):
                made = self.m.calling.method(value, begin, Arguments(), frame, i)
                return join(*(self._step(v, step, frame, i) for v in made))
            if self.m.attributes.find(value.cls, "__getitem__"):
                return self.item(value, (self.m.const(0),), frame, i)
            if value.payload is not None:
                return self._iterate(value.payload, frame, i)
            parts = self.parts(value, frame, i)
            if parts is not None:
                return join(*parts)
            return self._step(value, "__next__", frame, i)
        finally:
            self._iterating.discard(id(value))

    def _step(self, value: Value, step: str, frame: Frame, i: int) -> Values:
        """One ``__next__`` of an iterator, awaited where it is asynchronous."""
        if isinstance(value, Instance) and self.m.attributes.find(value.cls, step):
            return self.awaited(self.m.calling.method(value, step, Arguments(), frame, i), frame, i)
        if isinstance(value, Instance):
            return ()
        return self._iterate(value, frame, i)

    def _iterate_class(self, value: Class, frame: Frame, i: int) -> Values:
        if value.generated == "enum":
            return join(*(v for v in value.fields.values() if self._member_of(v, value)))
        for meta in value.meta:
            if isinstance(meta, Class) and (found := self.m.attributes.find(meta, "__iter__")):
                return self.iterate(
                    self.m.calling.call_members(found, value, meta, Arguments(), frame, i), frame, i
                )  # fmt: skip
        return ()

    def _member_of(self, values: Values, cls: Class) -> bool:
        return any(isinstance(v, Instance) and v.cls is cls for v in values)

    def unpack(self, value: Value, op: Unpack, frame: Frame, i: int) -> Values:
        """One target of an unpacking assignment."""
        if isinstance(value, Iterator) and isinstance(value.source, Sequence):
            value = value.source
        parts = self.parts(value, frame, i)
        if op.rest:
            made = Sequence("list")
            self.start(made)
            if parts is None:
                self.add_some(made, self.iterate((value,), frame, i))
            else:
                for part in parts[op.index : len(parts) - op.after]:
                    self.append(made, part)
            return (made,)
        if parts is None:
            if isinstance(value, Sequence) and op.index >= 0:
                return self.at(value, op.index)
            return self.iterate((value,), frame, i)
        return parts[op.index] if -len(parts) <= op.index < len(parts) else ()

    def step(self, value: Value, frame: Frame, i: int) -> Values:
        """``next(value)``."""
        if isinstance(value, Generator):
            self.run(value, ())
            if value.frame.out is None:
                return ()
            if value.reader is None:
                value.reader = Iterator(value.frame.out, returned=value.frame)
            value = value.reader
        if isinstance(value, Iterator):
            return self._advance(value, frame, i)
        if isinstance(value, Instance) and self.m.attributes.find(value.cls, "__next__"):
            return self.m.calling.method(value, "__next__", Arguments(), frame, i)
        return self.iterate((value,), frame, i)

    def _advance(self, value: Iterator, frame: Frame, i: int) -> Values:
        parts = self.parts(value.source, frame, i)
        if value.position is None or parts is None or frame.branches:
            value.position = None
            return self.iterate((value.source,), frame, i)
        at = value.position
        value.position += 1
        if at >= len(parts):
            frame.raised = join(frame.raised, (self._stopped(value),))
            return ()
        return parts[at]

    def _stopped(self, value: Iterator) -> Instance:
        """The exception that ends an iteration carries what a generator returned."""
        made = self.m.classes.exception("StopIteration")
        made.fields["value"] = value.returned.returned if value.returned is not None else ()
        return made

    def run(self, generator: Generator, sent: Values) -> None:
        """Run the body of a generator once, and again for values sent that are new."""
        frame = generator.frame
        fresh = tuple(v for v in sent if v not in frame.sent)
        if frame.started and not fresh:
            return
        frame.sent = join(frame.sent, fresh)
        if frame.out is None and not generator.awaited:
            frame.out = Sequence("list")
            self.start(frame.out)
        again = frame.started
        frame.repeating += again
        self.m.calling.resume(frame)
        frame.repeating -= again

    def awaited(self, values: Values, frame: Frame, i: int) -> Values:
        """``await``: coroutines give what they return, objects with ``__await__`` what that returns."""
        out: Values = ()
        for v in values:
            if isinstance(v, Generator) and v.awaited:
                self.run(v, ())
                out = join(out, v.frame.returned)
            elif isinstance(v, Instance) and v.cls.generated == "future":
                out = join(out, v.fields.get("_result", ()))
            elif isinstance(v, Instance) and self.m.attributes.find(v.cls, "__await__"):
                made = self.m.calling.method(v, "__await__", Arguments(), frame, i)
                self.iterate(made, frame, i)
                out = join(out, *(g.frame.returned for g in made if isinstance(g, Generator)))
            else:
                out = join(out, (v,))
        return out
