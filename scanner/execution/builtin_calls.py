"""Built-in functions and the methods of built-in values."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.execution.builtin_containers import BuiltinContainers
from scanner.execution.heap import join
from scanner.execution.records import (
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


def _is_exception(leaf: str) -> bool:
    found = getattr(builtins, leaf, None)
    return isinstance(found, type) and issubclass(found, BaseException)


class Builtins(BuiltinContainers):
    """Meaning of built-in callables; ``call`` gives None for names it does not know."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self._table: dict[str, Callable[[Arguments, Frame, int], Values]] = {
            "getattr": self._getattr, "setattr": self._setattr, "hasattr": self._hasattr, "delattr": self._delattr,
            "list": self._list, "tuple": self._tuple, "set": self._set, "frozenset": self._set, "dict": self._dict,
            "iter": self._iter, "aiter": self._iter, "next": self._next, "anext": self._anext,
            "reversed": self._reversed, "sorted": self._sorted, "enumerate": self._enumerate, "zip": self._zip,
            "map": self._map, "filter": self._filter, "min": self._min, "max": self._max,
            "type": self._type, "super": self._super, "property": self._property,
            "staticmethod": self._static, "classmethod": self._class_method, "eval": self._eval, "exec": self._exec,
            "__import__": self._import, "isinstance": self._is_instance, "issubclass": self._nothing,
            "callable": self._nothing, "print": self._print, "any": self._any, "all": self._any,
            "vars": self._vars, "globals": self._globals, "locals": self._globals, "object": self._nothing,
            "range": self._range, "compile": self._compile,
            "slice": self._nothing, "id": self._nothing, "input": self._nothing,
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
        if name == "__new__":
            made = [c for c in self._first(a) if isinstance(c, Class)]
            return tuple(self.m.classes.of_builtin(c, self._first(a, 1), frame, i) for c in made)
        if name == "maketrans":
            return join(self._first(a), self.m.taint.derived(join(*a.positional)))
        given = Arguments(a.positional[1:], a.keywords, a.rest, a.spread)
        return join(*(self._taken_off(kind, name, v, given, frame, i) for v in self._first(a)))

    def _taken_off(self, kind: str, name: str, value: Value, a: Arguments, frame: Frame, i: int) -> Values:
        if isinstance(value, Instance) and value.payload is not None:
            value = value.payload
        return self._run_method(Method(value, kind, name), a, frame, i)

    # -- conversions

    def _convert(self, leaf: str, a: Arguments, frame: Frame, i: int) -> Values:
        out: Values = ()
        for v in self._first(a):
            out = join(out, self._converted(leaf, v, a, frame, i))
        if leaf == "sum":
            out = join(out, self._sum(a, frame, i))
        plain = tuple(v for p in a.positional for v in p if not self._has_own(v, leaf))
        if leaf in ("str", "repr", "format", "ascii"):
            plain = join(plain, *(self.m.operators.to_text(v, frame, i) for v in plain if isinstance(v, Instance)))
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
        if leaf == "len" and isinstance(value, Sequence) and (n := self.m.containers.length(value)) is not None:
            return (self.m.const(n),)
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
        given = join(*a.positional, a.rest)
        for v in self._keyword(a, "file") or self.m.library.kept.get("sys.stdout", ()):
            for write in self.m.attributes.get(v, "write", frame, i) if isinstance(v, Instance) else ():
                self.m.calling.call(write, Arguments((given,)), frame, i)
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
        """Whether the program's own objects have an attribute; of others nobody knows."""
        answers = {self._has(v, n) for v in self._first(a) for n in self._texts(self._first(a, 1))}
        known = answers.pop() if len(answers) == 1 else None
        return () if known is None else (self.m.const(known),)

    def _has(self, value: Value, name: str) -> bool | None:
        if isinstance(value, Instance) and not self.m.calling.is_unknown(value):
            found = name in value.fields and self.m.heap.is_certain(value.fields, name)
            if found or self.m.attributes.find(value.cls, name) is not None:
                return True
            hooked = self.m.attributes.find(value.cls, "__getattr__") or value.payload is not None
            own = name not in value.fields and not hooked and not self.m.attributes.externals(value.cls)
            return False if own and not name.startswith("__") else None
        return None

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
        return self.m.text_methods.call(receiver, value.name, a, frame, i)
