"""What models of the standard library share: looking at arguments, making values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    Arguments,
    Class,
    Frame,
    Instance,
    Partial,
    Sequence,
    Values,
)

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

Handler = Callable[[Arguments, Frame, int], Values]


class Making:
    """Base of the models; ``a`` are the arguments of a call, ``i`` is the operation it stands at."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine

    def _first(self, a: Arguments, position: int = 0) -> Values:
        return a.positional[position] if position < len(a.positional) else a.rest

    def _keyword(self, a: Arguments, name: str) -> Values:
        return next((v for k, v in a.keywords if k == name), ())

    def _sequence(self, kind: str, *parts: Values) -> Sequence:
        made = Sequence(kind)
        self.m.containers.start(made)
        for part in parts:
            self.m.containers.append(made, part)
        return made

    def _spread(self, values: Values, frame: Frame, i: int) -> Arguments:
        """``f(*values)``."""
        parts = self.m.containers.parts(values[0], frame, i) if len(values) == 1 else None
        if parts is not None:
            return Arguments(tuple(parts))
        return Arguments((), (), self.m.containers.iterate(values, frame, i))

    def _object(self, name: str, fields: dict[str, Values]) -> Instance:
        cls = Class(-1, name, ())
        cls.order = (cls,)
        made = Instance(cls)
        made.fields.update(fields)
        return made

    def _constant(self, values: Values) -> Partial:
        return Partial("constant", values, Arguments())

    def _call_first(self, a: Arguments, frame: Frame, i: int) -> Values:
        handed = Arguments(a.positional[1:], a.keywords)
        return join(*(self.m.calling.call(f, handed, frame, i) for f in self._first(a)))

    def _nothing(self, a: Arguments, frame: Frame, i: int) -> Values:
        return ()
