"""Values, frames and results of abstract execution.

A value stands for one run-time object; what an expression gives is a tuple of values, ``()`` when nothing is known.
Objects are told apart by identity: each evaluation of a display, class or call makes its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from scanner.facts.records import Scope

REST = "*"
"""Key of elements whose position or key is not known."""
LENGTH = "#"
"""Key of a sequence's possible lengths."""
KEYS = "?"
"""Key of a table's keys that are no single constant."""


class Value:
    """Base of all values."""

    __slots__ = ()


Values: TypeAlias = tuple[Value, ...]
Fields: TypeAlias = dict[object, Values]
"""Attributes by name, elements by position or by key value."""


@dataclass(slots=True, eq=False)
class Const(Value):
    """A number, string, boolean or None; interned, so that identity is equality."""

    value: str | bytes | int | float | bool | tuple[object, ...] | None


@dataclass(frozen=True, slots=True)
class Token(Value):
    """What a taint query follows: the value of a source expression. ``kind`` is its built-in type where known."""

    rules: tuple[str, ...]
    file: str
    line: int
    kind: str = ""


@dataclass(slots=True, eq=False)
class External(Value):
    """Something outside the program, by qualified name; ``()`` marks the result of a call. Interned."""

    name: str


@dataclass(slots=True, eq=False)
class Module(Value):
    """A file of the program; ``started`` once its code has begun to run."""

    index: int
    name: str
    fields: Fields = field(default_factory=dict)
    started: bool = False


@dataclass(slots=True, eq=False)
class Function(Value):
    """A closure: the scope it runs, the frame it was made in, its evaluated defaults by parameter index."""

    scope: int
    frame: Frame
    defaults: dict[int, Values]
    fields: Fields = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Bound(Value):
    """A callable with its first argument; interned by both."""

    function: Value
    receiver: Value


@dataclass(slots=True, eq=False)
class Class(Value):
    """A class object; ``order`` is its method resolution order, itself first,
    ``others`` those it has where a base may be another class. ``scope`` is -1 for made-up classes."""

    scope: int
    name: str
    bases: Values
    fields: Fields = field(default_factory=dict)
    order: Values = ()
    others: tuple[Values, ...] = ()
    meta: Values = ()
    annotated: tuple[str, ...] = ()
    generated: str = ""


@dataclass(slots=True, eq=False)
class Instance(Value):
    """An object; ``payload`` is the built-in container a subclass of one also is."""

    cls: Class
    fields: Fields = field(default_factory=dict)
    payload: Value | None = None


@dataclass(slots=True, eq=False)
class Sequence(Value):
    """A list, tuple, set or iterator over known elements. ``items`` has positions, REST and LENGTH."""

    kind: str
    items: Fields = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Table(Value):
    """A dict: elements by key value, REST under unknown keys, KEYS the unknown keys themselves.

    ``mirror`` are the attributes a ``__dict__`` or ``globals()`` stands for: writes go there as well.
    """

    items: Fields = field(default_factory=dict)
    default: Values = ()
    mirror: Fields | None = None


@dataclass(slots=True, eq=False)
class Iterator(Value):
    """``iter(x)`` and its kin over ``source``; ``position`` is None once it is not known."""

    source: Value
    position: int | None = 0
    returned: Frame | None = None


@dataclass(slots=True, eq=False)
class Generator(Value):
    """A generator or coroutine: its frame runs when first asked for something."""

    frame: Frame
    awaited: bool = False
    reader: Iterator | None = None


@dataclass(slots=True, eq=False)
class Super(Value):
    """``super()``: lookups begin after ``cls`` in the order of the receiver."""

    cls: Class
    receiver: Value


@dataclass(slots=True, eq=False)
class Partial(Value):
    """``functools.partial``; ``kind`` is also used for other callables that know what they will do."""

    kind: str
    functions: Values
    arguments: Arguments


@dataclass(slots=True, eq=False)
class Descriptor(Value):
    """``property``, ``staticmethod``, ``classmethod`` and cached kin."""

    kind: str
    get: Values
    set: Values = ()
    delete: Values = ()


@dataclass(slots=True, eq=False)
class Method(Value):
    """A method of a built-in value: ``type`` is list, dict, str, ..."""

    receiver: Value
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """Of a call: ``rest`` may fill any further position, ``spread`` any further name."""

    positional: tuple[Values, ...] = ()
    keywords: tuple[tuple[str, Values], ...] = ()
    rest: Values = ()
    spread: Values = ()


@dataclass(slots=True, eq=False)
class Frame:
    """One run of a scope. ``values[i]`` is what operation ``i`` gave, None when it did not run.

    ``file`` is where its inner scopes are found, ``module`` where its global names live: an executed string has the
    module of the code that executes it. ``raised`` left this frame or may, ``pending`` arrived at the handlers of the
    last ``try``, ``thrown`` was thrown into a generator. ``rounds`` are the values of each round of a loop that was
    run element by element, ``element`` the loop operation whose value is given and that value. ``site`` is where the
    program called a model of the library: its frame and line.
    """

    scope: int
    facts: Scope
    file: int
    module: Module
    closure: Frame | None
    values: list[Values | None]
    cells: Fields = field(default_factory=dict)
    function: Function | None = None
    cls: Class | None = None
    raised: Values = ()
    pending: Values = ()
    thrown: Values = ()
    rounds: dict[int, list[Values]] = field(default_factory=dict)
    element: tuple[int, Values] | None = None
    returned: Values = ()
    out: Sequence | None = None
    sent: Values = ()
    started: bool = False
    repeating: int = 0
    branches: int = 0
    site: tuple[Frame, int] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Ran:
    """A call that was executed: ``caller`` and ``callee`` are scopes, or the callee an external's name."""

    caller: int
    callee: int | str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """A token that arrived at a sink of its rule; ``line`` is where the argument begins."""

    rule: str
    file: str
    source_line: int
    sink_line: int
    path: tuple[str, ...] = ()
