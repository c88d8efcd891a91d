"""Built-in functions and the methods of built-in values."""

from __future__ import annotations

import builtins
import re
import string
from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    REST,
    Arguments,
    Class,
    Const,
    Descriptor,
    Frame,
    Generator,
    Instance,
    Iterator,
    Method,
    Partial,
    Sequence,
    Super,
    Table,
    Value,
    Values,
)

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_PREFIX = "<builtin>."
_CONVERSIONS = frozenset({"str", "repr", "ascii", "format", "bytes", "bytearray", "int", "float", "complex", "hash",
                          "len", "bool", "abs", "round", "bin", "hex", "oct", "chr", "ord", "memoryview", "sum",
                          "divmod", "pow"})  # fmt: skip
_CARRIES = _CONVERSIONS - {"hash", "len", "bool"}
"""Conversions whose result is made of what went in."""
_SPECIAL = {
    "len": ("__len__",), "bool": ("__bool__", "__len__"), "abs": ("__abs__",), "round": ("__round__",),
    "hash": ("__hash__",), "int": ("__int__", "__index__", "__trunc__"), "float": ("__float__", "__index__"),
    "complex": ("__complex__",), "bytes": ("__bytes__", "__iter__"), "str": ("__str__", "__repr__"),
    "repr": ("__repr__",), "ascii": ("__repr__",), "format": ("__format__", "__str__", "__repr__"),
    "bin": ("__index__",), "hex": ("__index__",), "oct": ("__index__",), "divmod": ("__divmod__",),
    "pow": ("__pow__",), "dir": ("__dir__",),
}  # fmt: skip
_FOLDED: dict[str, Callable[..., object]] = {
    "str": str, "int": int, "float": float, "bool": bool, "len": len, "abs": abs, "chr": chr, "repr": repr,
}  # fmt: skip
_TEXT_METHODS = frozenset({
    "lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "swapcase", "replace",
    "removeprefix", "removesuffix", "zfill", "center", "ljust", "rjust", "format",
})  # fmt: skip
_NO_TAINT = frozenset({
    "startswith", "endswith", "isdigit", "isalpha", "isalnum", "islower", "isupper", "isspace", "isidentifier",
    "start", "end", "span", "count", "find", "index", "rfind", "rindex", "isnumeric", "isdecimal", "istitle",
    "isprintable", "isascii",
})  # fmt: skip


def _is_exception(leaf: str) -> bool:
    found = getattr(builtins, leaf, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def _fields_of(text: str) -> list[str]:
    """Names of the replacement fields of a format string, attribute and item access cut off."""
    try:
        found = [name for _, name, _, _ in string.Formatter().parse(text[:4_000]) if name is not None]
    except ValueError:
        return []
    return [re.split(r"[.\[]", name, maxsplit=1)[0] for name in found]


class Builtins:
    """Meaning of built-in callables; ``call`` gives None for names it does not know."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        self._table: dict[str, Callable[[Arguments, Frame, int], Values]] = {
            "getattr": self._getattr, "setattr": self._setattr, "hasattr": self._hasattr, "delattr": self._delattr,
            "list": self._list, "tuple": self._tuple, "set": self._set, "frozenset": self._set, "dict": self._dict,
            "iter": self._iter, "aiter": self._iter, "next": self._next, "anext": self._anext,
            "reversed": self._reversed, "sorted": self._sorted, "enumerate": self._enumerate, "zip": self._zip,
            "map": self._map, "filter": self._filter, "min": self._extreme, "max": self._extreme,
            "type": self._type, "super": self._super, "property": self._property,
            "staticmethod": self._static, "classmethod": self._class_method, "eval": self._eval, "exec": self._exec,
            "__import__": self._import, "isinstance": self._is_instance, "issubclass": self._nothing,
            "callable": self._nothing, "print": self._print, "any": self._any, "all": self._any,
            "vars": self._vars, "globals": self._globals, "locals": self._globals, "object": self._nothing,
            "compile": self._compile, "slice": self._nothing, "id": self._nothing, "input": self._nothing,
        }  # fmt: skip

    def call(self, name: str, a: Arguments, frame: Frame, i: int) -> Values | None:
        """Call the built-in ``<builtin>.name``."""
        if not name.startswith(_PREFIX):
            return None
        leaf = name[len(_PREFIX) :]
        if "." in leaf:
            return self._unbound(leaf, a, frame, i)
        if _is_exception(leaf):
            made = self.m.classes.exception(leaf)
            self._exception_fields(made, leaf, a)
            return (made,)
        handler = self._table.get(leaf)
        if handler is not None:
            return handler(a, frame, i)
        if leaf in _CONVERSIONS:
            return self._convert(leaf, a, frame, i)
        return None

    def _exception_fields(self, made: Instance, leaf: str, a: Arguments) -> None:
        kept = Sequence("tuple")
        self.m.containers.start(kept)
        for values in a.positional:
            self.m.containers.append(kept, values)
        if a.rest:
            self.m.containers.add_some(kept, a.rest)
        made.fields["args"] = (kept,)
        if leaf == "StopIteration":
            made.fields["value"] = self._first(a)
        elif leaf.endswith("ExceptionGroup"):
            made.fields["message"], made.fields["exceptions"] = self._first(a), self._first(a, 1)

    def _unbound(self, leaf: str, a: Arguments, frame: Frame, i: int) -> Values | None:
        """``dict.get(d, k)``, ``str.strip(text)``, ``object.__setattr__(o, n, v)``: a method taken off its type."""
        kind, _, name = leaf.partition(".")
        if kind in ("object", "type", "BaseException", "Exception"):
            if name == "__new__":
                return self.m.library.object_method(Partial("", (self.m.const(None),), a), name, a, frame, i)
            given = Arguments(a.positional[1:], a.keywords, a.rest, a.spread)
            return join(*(
                self.m.library.object_method(Partial("", (v,), a), name, given, frame, i) for v in self._first(a)
            ))  # fmt: skip
        if kind == "dict" and name == "fromkeys":
            return self.m.methods.of_table(Table(), name, a, frame, i)
        given = Arguments(a.positional[1:], a.keywords, a.rest, a.spread)
        return join(*(self._taken_off(kind, name, v, given, frame, i) for v in self._first(a)))

    def _taken_off(self, kind: str, name: str, value: Value, a: Arguments, frame: Frame, i: int) -> Values:
        if isinstance(value, Instance) and value.payload is not None:
            value = value.payload
        return self._run_method(Method(value, kind, name), a, frame, i)

    def _first(self, a: Arguments, position: int = 0) -> Values:
        return a.positional[position] if position < len(a.positional) else a.rest

    def _keyword(self, a: Arguments, name: str) -> Values:
        return next((v for k, v in a.keywords if k == name), ())

    def _nothing(self, a: Arguments, frame: Frame, i: int) -> Values:
        return ()

    # -- conversions

    def _convert(self, leaf: str, a: Arguments, frame: Frame, i: int) -> Values:
        out: Values = ()
        for v in self._first(a):
            out = join(out, self._converted(leaf, v, a, frame, i))
        if leaf == "sum":
            out = join(out, self._sum(a, frame, i))
        plain = tuple(v for p in a.positional for v in p if not self._has_own(v, leaf))
        return join(out, self.m.taint.derived(plain)) if leaf in _CARRIES else out

    def _has_own(self, value: Value, leaf: str) -> bool:
        """Whether an object of the program converts itself."""
        names = _SPECIAL.get(leaf, ())
        return isinstance(value, Instance) and any(self.m.attributes.find(value.cls, n) for n in names)

    def _converted(self, leaf: str, value: Value, a: Arguments, frame: Frame, i: int) -> Values:
        if isinstance(value, Instance):
            for method in _SPECIAL.get(leaf, ()):
                if self.m.attributes.find(value.cls, method):
                    given = ((self.m.const(""),),) if method == "__format__" else a.positional[1:]
                    handed = Arguments(given)
                    return self.m.calling.method(value, method, handed, frame, i)
        if isinstance(value, Const) and leaf in _FOLDED:
            try:
                made = _FOLDED[leaf](value.value)
            except (TypeError, ValueError, OverflowError):
                return ()
            return (self.m.const(made),) if isinstance(made, str | int | float) else ()
        return ()

    def _sum(self, a: Arguments, frame: Frame, i: int) -> Values:
        start = self._first(a, 1) or self._keyword(a, "start")
        elements = self.m.containers.iterate(self._first(a), frame, i)
        return self.m.operators.binary(frame, i, "+", elements, join(start, elements), False)

    def _print(self, a: Arguments, frame: Frame, i: int) -> Values:
        for v in self._keyword(a, "file"):
            self.m.streams.write(v, join(*a.positional))
        for values in a.positional:
            for v in values:
                if isinstance(v, Instance):
                    self.m.operators.to_text(v, frame, i)
        return ()

    def _any(self, a: Arguments, frame: Frame, i: int) -> Values:
        for v in self.m.containers.iterate(self._first(a), frame, i):
            if isinstance(v, Instance):
                self.m.operators.truth(v, frame, i)
        return ()

    # -- attributes and types

    def _texts(self, values: Values) -> list[str]:
        return [v.value for v in values if isinstance(v, Const) and isinstance(v.value, str)]

    def _getattr(self, a: Arguments, frame: Frame, i: int) -> Values:
        names, owners = self._texts(self._first(a, 1)), self._first(a)
        found = join(*(self.m.attributes.get(o, n, frame, i) for o in owners for n in names))
        return found or self._first(a, 2) or self.m.taint.derived(owners)

    def _setattr(self, a: Arguments, frame: Frame, i: int) -> Values:
        names, owners = self._texts(self._first(a, 1)), self._first(a)
        for o in owners:
            for n in names:
                strong = len(names) == len(owners) == 1
                self.m.attributes.set(o, n, self._first(a, 2), frame, i, strong)
        return ()

    def _hasattr(self, a: Arguments, frame: Frame, i: int) -> Values:
        return ()

    def _delattr(self, a: Arguments, frame: Frame, i: int) -> Values:
        for o in self._first(a):
            for n in self._texts(self._first(a, 1)):
                self.m.attributes.delete(o, n, frame, i, strong=True)
        return ()

    def _is_instance(self, a: Arguments, frame: Frame, i: int) -> Values:
        for c in self._first(a, 1):
            for meta in c.meta if isinstance(c, Class) else ():
                found = self.m.attributes.find(meta, "__instancecheck__") if isinstance(meta, Class) else None
                if found and isinstance(meta, Class):
                    self.m.calling.call_members(found, c, meta, Arguments((self._first(a),)), frame, i)
        return ()

    def _type(self, a: Arguments, frame: Frame, i: int) -> Values:
        if len(a.positional) == 3:
            return (self.m.classes.from_parts(a, frame, i),)
        out: list[Value] = []
        for v in self._first(a):
            if isinstance(v, Instance):
                out.append(v.cls)
            elif isinstance(v, Class):
                out += v.meta or (self.m.external("<builtin>.type"),)
            elif kind := self.m.attributes.builtin_type(v):
                out.append(self.m.external(f"<builtin>.{kind}"))
        return tuple(out)

    def _super(self, a: Arguments, frame: Frame, i: int) -> Values:
        if len(a.positional) >= 2:
            return tuple(
                Super(c, r) for c in a.positional[0] if isinstance(c, Class)
                for r in a.positional[1] if isinstance(r, Instance | Class)
            )  # fmt: skip
        method = self.m.method_frame(frame)
        if method is None or method.function is None or not method.facts.params:
            return ()
        cls = method.function.frame.cls
        receivers = method.values[0] or ()
        return tuple(Super(cls, r) for r in receivers if isinstance(r, Instance | Class)) if cls is not None else ()

    def _property(self, a: Arguments, frame: Frame, i: int) -> Values:
        get, set_, delete = (self._first(a, n) for n in range(3))
        return (Descriptor(
            "property", get or self._keyword(a, "fget"), set_ or self._keyword(a, "fset"),
            delete or self._keyword(a, "fdel"),
        ),)  # fmt: skip

    def _static(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Descriptor("staticmethod", self._first(a)),)

    def _class_method(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Descriptor("classmethod", self._first(a)),)

    def _vars(self, a: Arguments, frame: Frame, i: int) -> Values:
        return join(*(self.m.attributes.get(v, "__dict__", frame, i) for v in self._first(a)))

    def _globals(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (self.m.containers.mirror(frame.module.fields),)

    # -- containers

    def _list(self, a: Arguments, frame: Frame, i: int, kind: str = "list") -> Values:
        made = Sequence(kind)
        self.m.containers.start(made)
        self.m.containers.extend(made, self._first(a), frame, i)
        return (made,)

    def _tuple(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._list(a, frame, i, "tuple")

    def _set(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._list(a, frame, i, "set")

    def _dict(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Table()
        for v in self._first(a):
            self.m.containers.update(made, v, frame, i)
        for name, values in a.keywords:
            self.m.containers.put(made, (self.m.const(name),), values)
        if a.spread:
            self.m.containers.put(made, (), a.spread)
        return (made,)

    def _iter(self, a: Arguments, frame: Frame, i: int) -> Values:
        out: list[Value] = []
        for v in self._first(a):
            if isinstance(v, Instance):
                for name in ("__iter__", "__aiter__"):
                    if self.m.attributes.find(v.cls, name):
                        out += self.m.calling.method(v, name, Arguments(), frame, i)
                        break
                else:
                    out.append(Iterator(v))
            elif isinstance(v, Generator | Iterator):
                out.append(v)
            elif len(a.positional) == 2:
                out.append(Iterator(self._listed(self.m.calling.call(v, Arguments(), frame, i))))
            else:
                out.append(Iterator(v))
        return tuple(out)

    def _listed(self, values: Values) -> Sequence:
        made = Sequence("list")
        self.m.containers.add_some(made, values)
        return made

    def _next(self, a: Arguments, frame: Frame, i: int) -> Values:
        got = join(*(self.m.containers.step(v, frame, i) for v in self._first(a)))
        return got or self._first(a, 1)

    def _anext(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.containers.awaited(self.m.containers.iterate(self._first(a), frame, i), frame, i)

    def _reversed(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Sequence("list")
        self.m.containers.start(made)
        for v in self._first(a):
            if isinstance(v, Instance) and self.m.attributes.find(v.cls, "__reversed__"):
                self.m.containers.extend(
                    made, self.m.calling.method(v, "__reversed__", Arguments(), frame, i), frame, i
                )
                continue
            parts = self.m.containers.parts(v, frame, i)
            if parts is None:
                self.m.containers.add_some(made, self.m.containers.iterate((v,), frame, i))
            for part in reversed(parts or ()):
                self.m.containers.append(made, part)
        return (made,)

    def _sorted(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a), frame, i)
        self._keyed(a, elements, frame, i)
        made = self._listed(elements)
        return (made,)

    def _keyed(self, a: Arguments, elements: Values, frame: Frame, i: int) -> None:
        keys = self._keyword(a, "key")
        for f in keys:
            self.m.calling.call(f, Arguments((elements,)), frame, i)
        if not keys:
            for v in elements:
                if isinstance(v, Instance) and self.m.attributes.find(v.cls, "__lt__"):
                    self.m.calling.method(v, "__lt__", Arguments((elements,)), frame, i)

    def _extreme(self, a: Arguments, frame: Frame, i: int) -> Values:
        one = len(a.positional) == 1 and not a.rest
        elements = self.m.containers.iterate(self._first(a), frame, i) if one else join(*a.positional, a.rest)
        self._keyed(a, elements, frame, i)
        return elements or self._keyword(a, "default")

    def _enumerate(self, a: Arguments, frame: Frame, i: int) -> Values:
        parts = self._parts(self._first(a), frame, i)
        pairs: list[tuple[Values, ...]] | None = None
        if parts is not None:
            pairs = [((self.m.const(n),), p) for n, p in enumerate(parts)]
        return (self._tuples(pairs, [(), self.m.containers.iterate(self._first(a), frame, i)]),)

    def _parts(self, values: Values, frame: Frame, i: int) -> list[Values] | None:
        return self.m.containers.parts(values[0], frame, i) if len(values) == 1 else None

    def _tuples(self, rows: list[tuple[Values, ...]] | None, columns: list[Values]) -> Sequence:
        """An iterable of tuples, row by row where the rows are known, else column by column."""
        made = Sequence("list")
        self.m.containers.start(made)
        for row in rows if rows is not None else [tuple(columns)]:
            inner = Sequence("tuple")
            self.m.containers.start(inner)
            for values in row:
                self.m.containers.append(inner, values)
            if rows is None:
                self.m.containers.add_some(made, (inner,))
            else:
                self.m.containers.append(made, (inner,))
        return made

    def _zip(self, a: Arguments, frame: Frame, i: int) -> Values:
        parts = [self._parts(v, frame, i) for v in a.positional]
        if all(p is not None for p in parts) and parts:
            return (self._tuples(list(zip(*(p or () for p in parts), strict=False)), []),)
        columns = [self.m.containers.iterate(v, frame, i) for v in a.positional]
        return (self._tuples(None, columns),)

    def _map(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Sequence("list")
        self.m.containers.start(made)
        sources = a.positional[1:]
        parts = [self._parts(v, frame, i) for v in sources]
        known = bool(parts) and all(p is not None for p in parts)
        rows = list(zip(*(p or () for p in parts), strict=False)) if known else []
        if not known or len(rows) > 12:
            known, rows = False, [tuple(self.m.containers.iterate(v, frame, i) for v in sources)]
        for row in rows:
            got = join(*(self.m.calling.call(f, Arguments(tuple(row)), frame, i) for f in self._first(a)))
            if known:
                self.m.containers.append(made, got)
            else:
                self.m.containers.add_some(made, got)
        return (Iterator(made),)

    def _filter(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a, 1), frame, i)
        for f in self._first(a):
            if not isinstance(f, Const):
                self.m.calling.call(f, Arguments((elements,)), frame, i)
        return (Iterator(self._listed(elements), None),)

    # -- code

    def _import(self, a: Arguments, frame: Frame, i: int) -> Values:
        out: list[Value] = []
        for name in self._texts(self._first(a)):
            module = self.m.imports.load(name.split(".", 1)[0])
            out.append(module if module is not None else self.m.external(name.split(".", 1)[0]))
        return tuple(out)

    def _compile(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._first(a)

    def _exec(self, a: Arguments, frame: Frame, i: int) -> Values:
        for text in self._texts(self._first(a))[:4]:
            self.m.texts.run(text, frame, i)
        return ()

    def _eval(self, a: Arguments, frame: Frame, i: int) -> Values:
        out: Values = ()
        for text in self._texts(self._first(a))[:4]:
            out = join(out, self.m.texts.evaluate(text, frame, i))
        return out

    # -- methods of built-in values

    def method(self, value: Method, a: Arguments, frame: Frame, i: int) -> Values:
        """Call a method of a built-in value."""
        name = f"{value.type}.{value.name}" if "." in value.type else f"<builtin>.{value.type}.{value.name}"
        self.m.ran(frame, name, self.m.line(frame, i))
        return self._run_method(value, a, frame, i)

    def _run_method(self, value: Method, a: Arguments, frame: Frame, i: int) -> Values:
        receiver = value.receiver
        if isinstance(receiver, Table):
            return self.m.methods.of_table(receiver, value.name, a, frame, i)
        if isinstance(receiver, Sequence):
            return self.m.methods.of_sequence(receiver, value.name, a, frame, i)
        if isinstance(receiver, Generator):
            return self.m.methods.of_generator(receiver, value.name, a, frame, i)
        if isinstance(receiver, Iterator):
            return self.m.containers.step(receiver, frame, i) if value.name == "__next__" else (receiver,)
        return self._text_method(receiver, value.name, a, frame, i)

    def _text_method(self, receiver: Value, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        if name in _NO_TAINT:
            return ()
        carried = self.m.taint.derived(join((receiver,), *a.positional, *(v for _, v in a.keywords)))
        if isinstance(receiver, Const) and isinstance(receiver.value, bytes) and name == "decode":
            return join((self.m.const(receiver.value.decode("latin-1")),), carried)
        if not isinstance(receiver, Const) or not isinstance(receiver.value, str):
            return carried
        if name == "encode":
            return join((self.m.const(receiver.value.encode("utf-8", "replace")),), carried)
        if name in ("format", "format_map"):
            return self._formatted(receiver.value, name, a, frame, i)
        if name in ("split", "rsplit", "splitlines", "partition", "rpartition"):
            return join(self._split(receiver.value, name, a), carried)
        if name == "join":
            return join(self._joined(receiver.value, a, frame, i), carried)
        return join(self._folded(receiver.value, name, a), carried)

    def _formatted(self, text: str, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """``str.format``: only the fields the text names go in."""
        values = dict(a.keywords)
        if name == "format_map":
            names, some = self.m.calling.opened(self._first(a), frame, i)
            values = {**dict(names), REST: some}
        used = _fields_of(text)
        chosen: list[Values] = [a.rest, a.spread, values.get(REST, ())]
        for n, field in enumerate(used):
            if field == "" or field.isdigit():
                at = n if field == "" else int(field)
                chosen.append(a.positional[at] if at < len(a.positional) else ())
            else:
                chosen.append(values.get(field, ()))
        shown = [self.m.operators.formatted(v, frame, i) for p in chosen for v in p]
        made = self._folded(text, name, a) if name == "format" else ()
        return join(made, self.m.taint.derived(join(*shown)))

    def _constants(self, a: Arguments) -> list[object] | None:
        out: list[object] = []
        for p in a.positional:
            if len(p) != 1 or not isinstance(p[0], Const):
                return None
            out.append(p[0].value)
        return out

    def _folded(self, text: str, name: str, a: Arguments) -> Values:
        known = self._constants(a)
        if name not in _TEXT_METHODS or known is None or len(text) > 2_000:
            return ()
        if any(isinstance(k, int) and k > 1_000 for k in known):
            return ()
        named = {k: v[0].value for k, v in a.keywords if len(v) == 1 and isinstance(v[0], Const)}
        if len(named) != len(a.keywords) or (name == "format" and ("[" in text or "." in text or ":" in text)):
            return ()
        try:
            made = getattr(text, name)(*known, **named)
        except (TypeError, ValueError, IndexError, KeyError):
            return ()
        return (self.m.const(made),) if isinstance(made, str) and len(made) <= 4_000 else ()

    def _split(self, text: str, name: str, a: Arguments) -> Values:
        known = self._constants(a)
        made = Sequence("list")
        self.m.containers.start(made)
        if known is None:
            return (made,)
        try:
            parts = getattr(text, name)(*known)
        except (TypeError, ValueError):
            return (made,)
        for part in parts[:64]:
            self.m.containers.append(made, (self.m.const(part),))
        return (made,)

    def _joined(self, text: str, a: Arguments, frame: Frame, i: int) -> Values:
        parts = self._parts(self._first(a), frame, i) if a.positional else None
        known = [p[0].value for p in parts or () if len(p) == 1 and isinstance(p[0], Const)]
        if parts is None or len(known) != len(parts) or not all(isinstance(k, str) for k in known):
            return ()
        made = text.join(str(k) for k in known)
        return (self.m.const(made),) if len(made) <= 4_000 else ()
