"""Facts of one file: its scopes, each a list of operations in static single assignment form.

An operation's index in ``Scope.ops`` *is* the value it defines, and operands are such indices, so local names vanish:
a read of a local variable is the index of the definition that reaches it (gated SSA after Ottenstein, Ballance and
MacCabe, PLDI 1990: a join of two branches is a ``Choice`` that keeps its condition; loops and handlers join in
``Phi``).
Everything depends on this file only, so facts can be cached by the hash of its bytes.

The records are msgspec structs, not dataclasses: a million-line tree makes some four million of them.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from scanner.facts.blocks import Block


class Op(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True):
    """Base of all operations."""


class Const(Op, frozen=True, array_like=True, gc=False, tag="k"):
    """A literal; bytes are decoded as Latin-1 (``binary``), huge text is cut."""

    value: str | int | float | bool | None
    binary: bool = False


class Unknown(Op, frozen=True, array_like=True, gc=False, tag="?"):
    """A value nobody tracks."""


class Param(Op, frozen=True, array_like=True, gc=False, tag="p"):
    """The parameter ``Scope.params[index]``."""

    index: int


class Global(Op, frozen=True, array_like=True, gc=False, tag="g"):
    """A read of a module-level name or builtin."""

    name: str


class Free(Op, frozen=True, array_like=True, gc=False, tag="f"):
    """A read of ``name`` of an enclosing function ``scope``."""

    scope: int
    name: str


class Outer(Op, frozen=True, array_like=True, gc=False, tag="o"):
    """The value ``value`` of an enclosing ``scope`` (class bodies, code strings)."""

    scope: int
    value: int


class Import(Op, frozen=True, array_like=True, gc=False, tag="i"):
    """A module object: ``module`` as written, ``level`` the number of leading dots; ``name`` imported from it."""

    module: str
    level: int
    name: str


class Attribute(Op, frozen=True, array_like=True, gc=False, tag="a"):
    obj: int
    name: str


class SetAttribute(Op, frozen=True, array_like=True, gc=False, tag="A"):
    obj: int
    name: str
    value: int


class Item(Op, frozen=True, array_like=True, gc=False, tag="s"):
    obj: int
    key: int


class SetItem(Op, frozen=True, array_like=True, gc=False, tag="S"):
    obj: int
    key: int
    value: int


class SetSlice(Op, frozen=True, array_like=True, gc=False, tag="J"):
    """``obj[lower:upper:step] = value``; a value of -1 deletes, bounds are as in ``Slice``."""

    obj: int
    lower: int
    upper: int
    step: int
    value: int


class Slice(Op, frozen=True, array_like=True, gc=False, tag="l"):
    """``obj[lower:upper:step]``; -1 for a part left out."""

    obj: int
    lower: int = -1
    upper: int = -1
    step: int = -1


class Call(Op, frozen=True, array_like=True, gc=False, tag="c"):
    """A call. Keyword ``""`` is ``**value``; a positional ``*value`` is a ``Star`` operand.

    ``decorator`` marks the implicit call ``@f``. ``argument_lines`` are the first lines of the arguments, keywords
    last, of calls over several lines.
    """

    func: int
    args: tuple[int, ...]
    keywords: tuple[tuple[str, int], ...]
    column: int
    end_line: int
    decorator: bool = False
    argument_lines: tuple[int, ...] = ()


class Star(Op, frozen=True, array_like=True, gc=False, tag="*"):
    value: int


class Function(Op, frozen=True, array_like=True, gc=False, tag="d"):
    """A function object whose body is ``scope``."""

    scope: int


class Class(Op, frozen=True, array_like=True, gc=False, tag="C"):
    """A class object whose body is ``scope``."""

    scope: int


class Phi(Op, frozen=True, array_like=True, gc=False, tag="P"):
    """Any of ``sources`` (loops, handlers, ``match`` arms)."""

    sources: tuple[int, ...]


class Choice(Op, frozen=True, array_like=True, gc=False, tag="I"):
    """``then`` where ``test`` holds, else ``other``."""

    test: int
    then: int
    other: int


class Logic(Op, frozen=True, array_like=True, gc=False, tag="L"):
    """``and`` / ``or``."""

    op: str
    values: tuple[int, ...]


class Compare(Op, frozen=True, array_like=True, gc=False, tag="="):
    """Chained comparison. ``match`` patterns add the operators ``isinstance``, ``is sequence`` and ``is mapping``; of a
    sequence the operand is its least length, negative (minus one) when it has a star."""

    left: int
    ops: tuple[str, ...]
    others: tuple[int, ...]


class Unary(Op, frozen=True, array_like=True, gc=False, tag="u"):
    op: str
    value: int


class Binary(Op, frozen=True, array_like=True, gc=False, tag="b"):
    """``inplace`` marks ``left op= right``."""

    op: str
    left: int
    right: int
    inplace: bool = False


class Format(Op, frozen=True, array_like=True, gc=False, tag="F"):
    """An f-string: the concatenation of ``parts``."""

    parts: tuple[int, ...]


class Display(Op, frozen=True, array_like=True, gc=False, tag="D"):
    """``kind`` is list, tuple, set or generator; comprehensions have one element."""

    kind: str
    elements: tuple[int, ...]
    comprehension: bool = False


class Mapping(Op, frozen=True, array_like=True, gc=False, tag="M"):
    """A dict display; a key of -1 is ``**value``."""

    keys: tuple[int, ...]
    values: tuple[int, ...]


class Element(Op, frozen=True, array_like=True, gc=False, tag="e"):
    """What iterating ``obj`` gives; ``is_async`` for ``async for``."""

    obj: int
    is_async: bool = False


class Unpack(Op, frozen=True, array_like=True, gc=False, tag="U"):
    """Element ``index`` of ``obj``; ``rest`` is true for the starred target. Negative indices count from the end.

    ``after`` is how many elements follow the starred target. ``positional`` marks a positional class pattern.
    """

    obj: int
    index: int
    rest: bool = False
    after: int = 0
    positional: bool = False


class Enter(Op, frozen=True, array_like=True, gc=False, tag="w"):
    """What ``with obj as x`` binds."""

    obj: int
    is_async: bool = False


class Exit(Op, frozen=True, array_like=True, gc=False, tag="v"):
    """The end of ``with obj``."""

    obj: int
    is_async: bool = False


class Convert(Op, frozen=True, array_like=True, gc=False, tag="V"):
    """``!s``, ``!r`` or ``!a`` in an f-string: ``kind`` is str, repr or ascii."""

    value: int
    kind: str


class Await(Op, frozen=True, array_like=True, gc=False, tag="W"):
    value: int


class Yield(Op, frozen=True, array_like=True, gc=False, tag="y"):
    value: int
    delegate: bool = False


class Raise(Op, frozen=True, array_like=True, gc=False, tag="R"):
    """``raise value from cause``; a value of -1 raises again what is being handled."""

    value: int
    cause: int = -1


class Caught(Op, frozen=True, array_like=True, gc=False, tag="E"):
    """The exception an ``except`` clause binds; ``kind`` is -1 for a bare clause."""

    kind: int


class InstanceOf(Op, frozen=True, array_like=True, gc=False, tag="N"):
    """Some instance of what an annotation names."""

    annotation: int


class StoreGlobal(Op, frozen=True, array_like=True, gc=False, tag="G"):
    name: str
    value: int


class DeleteItem(Op, frozen=True, array_like=True, gc=False, tag="T"):
    obj: int
    key: int


class DeleteAttribute(Op, frozen=True, array_like=True, gc=False, tag="Z"):
    obj: int
    name: str


class Bind(Op, frozen=True, array_like=True, gc=False, tag="B"):
    """A name of this scope becomes ``value`` (-1: it is deleted); only in detailed facts."""

    name: str
    value: int


class Named(Op, frozen=True, array_like=True, gc=False, tag="n"):
    """A read of ``name``, which is ``value``; only of names a caller of ``read_facts`` asked for."""

    name: str
    value: int


class StoreFree(Op, frozen=True, array_like=True, gc=False, tag="X"):
    scope: int
    name: str
    value: int


AnyOp = (
    Const | Unknown | Param | Global | Free | Outer | Import | Attribute | SetAttribute | Item | SetItem | Slice | Call
    | Star | Function | Class | Phi | Choice | Logic | Compare | Unary | Binary | Format | Display | Mapping | Element
    | Unpack | Enter | Await | Yield | Raise | Caught | InstanceOf | StoreGlobal | StoreFree | DeleteItem
    | DeleteAttribute | Bind | Named | Exit | Convert
    | SetSlice
)  # fmt: skip


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """``kind`` is positional-only, positional, keyword, star or double-star; ``default`` and ``annotation`` are values
    of the *enclosing* scope, -1 when absent."""

    name: str
    kind: str
    default: int
    annotation: int


class ScopeKind(StrEnum):
    MODULE = "module"
    FUNCTION = "function"
    CLASS = "class"
    LAMBDA = "lambda"
    CODE_STRING = "code-string"


class Binding(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The definitions of ``name`` that others can see: the one at the end of the scope first."""

    name: str
    values: tuple[int, ...]


class Scope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A module, class, function, lambda or code string.

    ``name`` is the qualified name within the file (``Class.method``, ``f.inner``, ``<module>``); ``lines[i]`` and
    ``blocks[i]`` belong to ``ops[i]``; ``returns`` are (value, block) pairs, ``bases`` values of the enclosing scope,
    ``decorators`` the dotted texts of the decorators, ``binding`` the names a module or class ends with, and of a
    function those that nested functions read. ``returns_annotation`` is a value of the enclosing scope or -1.
    ``fields`` are the annotated names of a class body, in order.
    """

    kind: ScopeKind
    name: str
    parent: int
    line: int
    end_line: int
    params: tuple[Parameter, ...]
    ops: tuple[AnyOp, ...]
    lines: tuple[int, ...]
    blocks: tuple[int, ...]
    block_table: tuple[Block, ...]
    returns: tuple[tuple[int, int], ...]
    bindings: tuple[Binding, ...]
    bases: tuple[int, ...]
    keywords: tuple[tuple[str, int], ...]
    decorators: tuple[str, ...]
    returns_annotation: int
    is_async: bool
    is_generator: bool
    fields: tuple[str, ...] = ()


class FileFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All scopes of one file; ``scopes[0]`` is the module. ``exported`` is ``__all__`` where it is a literal.

    ``imports`` are the absolute module names an import statement names; ``stars`` the star imports as (module, level).
    """

    path: str
    digest: str
    scopes: tuple[Scope, ...]
    imports: tuple[str, ...]
    stars: tuple[tuple[str, int], ...]
    exported: tuple[str, ...] | None
    calls: int
