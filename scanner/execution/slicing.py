"""Slices: known bounds give known elements."""

from __future__ import annotations

from scanner.execution.containers import Containers
from scanner.execution.records import (
    Arguments,
    Class,
    Const,
    Frame,
    Instance,
    Sequence,
    Value,
    Values,
)


class Slicing(Containers):
    """Reads, writes and deletes ``value[a:b:c]``."""

    def slice_of(self, bounds: tuple[int | None, ...] | None) -> Instance:
        """A slice object."""
        cls = Class(-1, "slice", ())
        cls.order = (cls, self.m.external("<builtin>.slice"))
        made = Instance(cls)
        for name, bound in zip(("start", "stop", "step"), bounds or (), strict=False):
            made.fields[name] = (self.m.const(bound),)
        return made

    def bounds_of(self, key: Instance) -> tuple[int | None, ...] | None:
        """The bounds a slice object holds."""
        out: list[int | None] = []
        for name in ("start", "stop", "step"):
            values = key.fields.get(name, ())
            known = values[0].value if len(values) == 1 and isinstance(values[0], Const) else ""
            if not isinstance(known, int | None):
                return None
            out.append(known)
        return tuple(out)

    def slice(self, value: Value, bounds: tuple[int | None, ...] | None, frame: Frame, i: int) -> Values:
        """``value[a:b:c]``; ``bounds`` is None where a part is not known."""
        if isinstance(value, Instance) and self.m.attributes.find(value.cls, "__getitem__"):
            key = (self.slice_of(bounds),)
            return self.m.calling.method(value, "__getitem__", Arguments((key,)), frame, i)
        if isinstance(value, Instance) and value.payload is not None:
            value = value.payload
        if isinstance(value, Const) and isinstance(value.value, str) and bounds is not None:
            return (self.m.const(value.value[slice(*bounds)]),)
        if not isinstance(value, Sequence):
            return self.m.taint.derived((value,))
        made = Sequence(value.kind)
        self.start(made)
        parts = self.parts(value, frame, i)
        if parts is None or bounds is None:
            self.add_some(made, self.elements(value))
        else:
            for part in parts[slice(*bounds)]:
                self.append(made, part)
        return (made,)

    def set_slice(
        self, value: Value, bounds: tuple[int | None, ...] | None, values: Values | None, frame: Frame, i: int
    ) -> None:
        """``value[a:b:c] = values``; None deletes."""
        if isinstance(value, Instance) and value.payload is not None:
            value = value.payload
        if not isinstance(value, Sequence):
            return
        parts = self.parts(value, frame, i)
        new: list[Values] | None = []
        if values is not None:
            new = self.parts(values[0], frame, i) if len(values) == 1 else None
        if parts is None or new is None or bounds is None:
            self.add_some(value, self.m.containers.iterate(values or (), frame, i))
            return
        try:
            if values is None:
                del parts[slice(*bounds)]
            else:
                parts[slice(*bounds)] = new
        except ValueError:
            return
        self.replace(value, parts)
