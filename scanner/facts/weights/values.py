"""Values on the stack of the pickle machine.

Strings, bytes, numbers, tuples and lists stand for themselves; a dict is ``Pairs``; None is None, or a value nobody
looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Value = Any
"""str, bytes, int, bool, None, tuple, list, ``Pairs``, ``Name``, ``Made``, ``Bound``, ``Partial``."""


class Pairs(list[Any]):
    """Keys and values of a dict in turn."""

    def items(self) -> Iterator[tuple[Any, Any]]:
        return zip(self[::2], self[1::2], strict=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A global: ``module`` and the dotted ``name`` in it, ``""`` for the module itself.

    ``plain`` is true when calling it only builds a value; ``dotted`` joins the two.
    """

    module: str
    name: str
    plain: bool = field(default=False, compare=False)
    dotted: str = field(default="", init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dotted", f"{self.module}.{self.name}" if self.name else self.module)


@dataclass(slots=True)
class Made:
    """What a call gave: variable ``variable`` of the text (``""`` when the call was not written out).

    ``setstate`` is what a hostile BUILD put in place of the method of that name; ``built`` is true once the method
    itself was written out. Instances of one class share one.
    """

    variable: str = ""
    built: bool = False
    setstate: Value = field(default=None)


@dataclass(frozen=True, slots=True)
class Bound:
    """Attribute ``name`` of a value that is no global, such as ``"..".encode``."""

    obj: Value
    name: str


@dataclass(slots=True)
class Partial:
    """What gets its last arguments later; ``how`` is partial, attrgetter, itemgetter or methodcaller.

    BUILD fills in what a pickled ``functools.partial`` carries.
    """

    how: str
    func: Value
    args: tuple[Value, ...]


def flat(values: Any) -> Iterator[Value]:
    """The plain values inside tuples, lists and dicts; each container is looked into once, however often it appears."""
    waiting, seen = list(values)[::-1], set[int]()
    while waiting:
        value = waiting.pop()
        if not isinstance(value, tuple | list):
            yield value
        elif id(value) not in seen:
            seen.add(id(value))
            waiting.extend(value[::-1])
