"""Attribute access as the data model describes it (language reference, 3.3.2): descriptors, lookup order, binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    Arguments,
    Bound,
    Class,
    Const,
    Descriptor,
    External,
    Frame,
    Function,
    Generator,
    Instance,
    Iterator,
    Method,
    Module,
    Partial,
    Sequence,
    Super,
    Table,
    Token,
    Value,
    Values,
)

if TYPE_CHECKING:
    from scanner.execution.machine import Machine


class Attributes:
    """Reads and writes of attributes."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine

    # -- lookup in classes

    def find(self, cls: Class, name: str, after: Class | None = None) -> Values | None:
        """The class member ``name`` by method resolution order; None when no class of the program has it."""
        found = [self._in_order(order, name, after) for order in (cls.order, *cls.others)]
        known = [f for f in found if f is not None]
        return join(*known) if known else None

    def _in_order(self, order: Values, name: str, after: Class | None) -> Values | None:
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        for c in order:
            if isinstance(c, Class) and c.fields.get(name):
                return c.fields[name]
        return None

    def externals(self, cls: Class) -> list[str]:
        """Names of the external classes among the ancestors."""
        return [c.name for c in cls.order if isinstance(c, External)]

    # -- reads

    def get(self, value: Value, name: str, frame: Frame, i: int) -> Values:
        """``value.name``."""
        if isinstance(value, Instance):
            return self._of_instance(value, name, frame, i)
        if isinstance(value, Module):
            return self.m.imports.get(value, name, frame, i) or ()
        if isinstance(value, Class):
            return self._of_class(value, name, frame, i)
        if isinstance(value, External):
            return self._of_external(value, name)
        if isinstance(value, Super):
            return self._of_super(value, name, frame, i)
        if isinstance(value, Function):
            return self._of_function(value, name)
        if isinstance(value, Bound):
            return self._of_bound(value, name, frame, i)
        if isinstance(value, Partial):
            return self._of_partial(value, name)
        if isinstance(value, Descriptor):
            return self._of_descriptor(value, name)
        if isinstance(value, Token):
            return (Method(value, value.kind or "str", name),)
        kind = self.builtin_type(value)
        return (Method(value, kind, name),) if kind not in ("", "NoneType") else ()

    def builtin_type(self, value: Value) -> str:
        """The built-in type of a value, "" for others."""
        if isinstance(value, Const):
            return type(value.value).__name__
        if isinstance(value, Sequence):
            return value.kind
        if isinstance(value, Table):
            return "dict"
        if isinstance(value, Generator):
            return "coroutine" if value.awaited else "generator"
        return "iterator" if isinstance(value, Iterator) else ""

    def _of_instance(self, value: Instance, name: str, frame: Frame, i: int) -> Values:
        hook = self.find(value.cls, "__getattribute__")
        if hook and not name.startswith("__"):
            arguments = Arguments(((self.m.const(name),),))
            return self.m.calling.method(value, "__getattribute__", arguments, frame, i)
        return self.plain(value, name, frame, i)

    def plain(self, value: Instance, name: str, frame: Frame, i: int) -> Values:
        """``object.__getattribute__``, then ``__getattr__``."""
        member = self.find(value.cls, name)
        if member and any(self._is_data(m) for m in member):
            return self.bind(member, value, value.cls, frame, i)
        own = value.fields.get(name)
        if own is not None and (not member or self.m.heap.is_certain(value.fields, name)):
            return own
        if member:
            return join(own or (), self.bind(member, value, value.cls, frame, i))
        if self.m.calling.is_unknown(value):
            return ()
        if name == "__class__":
            return (value.cls,)
        if name == "__dict__":
            return (self.m.containers.mirror(value.fields),)
        if value.payload is not None:
            return (Method(value.payload, self.builtin_type(value.payload), name),)
        if self.find(value.cls, "__getattr__") and not (name.startswith("__") and name.endswith("__")):
            arguments = Arguments(((self.m.const(name),),))
            return self.m.calling.method(value, "__getattr__", arguments, frame, i)
        made = self.m.library.instance_attribute(value, name)
        if made is not None:
            return made
        made = tuple(self.m.external(f"{base}().{name}") for base in self.externals(value.cls)[:1])
        return join(made, self.m.taint.derived(value.fields.get("_carried_", ())))

    def _is_data(self, member: Value) -> bool:
        if isinstance(member, Descriptor):
            return member.kind == "property"
        return isinstance(member, Instance) and self.find(member.cls, "__set__") is not None

    def bind(self, members: Values, receiver: Value | None, cls: Class, frame: Frame, i: int) -> Values:
        """Class members seen through an instance (or the class itself, receiver None)."""
        return join(*(self._bind(m, receiver, cls, frame, i) for m in members))

    def _bind(self, member: Value, receiver: Value | None, cls: Class, frame: Frame, i: int) -> Values:
        if isinstance(member, Function):
            return (member,) if receiver is None else (self.m.bound(member, receiver),)
        if isinstance(member, Descriptor):
            return self._bind_descriptor(member, receiver, cls, frame, i)
        if isinstance(member, Partial) and member.kind in ("partialmethod", "wrapper") and receiver is not None:
            return (self.m.bound(member, receiver),)
        if isinstance(member, Instance) and self.find(member.cls, "__get__"):
            who = (receiver if receiver is not None else self.m.const(None),)
            return self.m.calling.method(member, "__get__", Arguments((who, (cls,))), frame, i)
        return (member,)

    def _bind_descriptor(self, d: Descriptor, receiver: Value | None, cls: Class, frame: Frame, i: int) -> Values:
        if d.kind == "staticmethod":
            return d.get
        if d.kind == "classmethod":
            return tuple(self.m.bound(f, cls) for f in d.get)
        if receiver is None:
            return (d,)
        return join(*(self.m.calling.call(f, Arguments(((receiver,),)), frame, i) for f in d.get))

    def _of_class(self, value: Class, name: str, frame: Frame, i: int) -> Values:
        metas = [m for m in value.meta if isinstance(m, Class)]
        for meta in metas:
            member = self.find(meta, name)
            if member and any(self._is_data(m) for m in member):
                return self.bind(member, value, meta, frame, i)
        member = self.find(value, name)
        if member:
            return self.bind(member, None, value, frame, i)
        for meta in metas:
            member = self.find(meta, name)
            if member:
                return self.bind(member, value, meta, frame, i)
        for meta in metas:
            if self.find(meta, "__getattr__"):
                return self.m.calling.call_members(
                    self.find(meta, "__getattr__") or (), value, meta,
                    Arguments(((self.m.const(name),),)), frame, i,
                )  # fmt: skip
        return self._special(value, name)

    def _special(self, value: Class, name: str) -> Values:
        if name == "__name__":
            return (self.m.const(value.name),)
        if name == "__mro__":
            made = Sequence("tuple")
            self.m.containers.start(made)
            for c in value.order:
                self.m.containers.append(made, (c,))
            return (made,)
        if name == "__class__":
            return value.meta or (self.m.external("<builtin>.type"),)
        if name == "__dict__":
            return (self.m.containers.mirror(value.fields),)
        if name == "__subclasses__":
            return (Partial("subclasses", (value,), Arguments()),)
        made_up = self.m.library.class_attribute(value, name)
        if made_up is not None:
            return made_up
        return tuple(self.m.external(f"{base}.{name}") for base in self.externals(value)[:1])

    def _of_external(self, value: External, name: str) -> Values:
        dotted = f"{value.name}.{name}"
        kept = self.m.library.kept.get(dotted)
        if kept:
            return kept
        module = self.m.imports.load(dotted)
        return (module,) if module is not None else (self.m.external(dotted),)

    def _of_super(self, value: Super, name: str, frame: Frame, i: int) -> Values:
        receiver = value.receiver
        cls = receiver.cls if isinstance(receiver, Instance) else receiver
        if not isinstance(cls, Class):
            return ()
        order = cls if value.cls in cls.order else value.cls
        member = self.find(order, name, after=value.cls)
        if member:
            if isinstance(receiver, Class):
                if name in ("__new__", "__init_subclass__", "__class_getitem__"):
                    return self._implicit(member, receiver, name)
                return self.bind(member, None, receiver, frame, i)
            return self.bind(member, receiver, cls, frame, i)
        if name in ("__init__", "__new__", "__setattr__", "__getattribute__", "__init_subclass__", "__call__",
                    "__getattr__", "__delattr__", "__enter__", "__exit__", "__set_name__"):  # fmt: skip
            return (Partial(f"object.{name}", (receiver,), Arguments()),)
        if isinstance(receiver, Instance) and receiver.payload is not None:
            return (Method(receiver.payload, self.builtin_type(receiver.payload), name),)
        return tuple(self.m.external(f"{base}().{name}") for base in self.externals(cls)[:1])

    def _implicit(self, members: Values, cls: Class, name: str) -> Values:
        """``__new__`` is static, the others are class methods, with or without the decorator."""
        out: list[Value] = []
        for m in members:
            functions = m.get if isinstance(m, Descriptor) else (m,)
            out += [f if name == "__new__" else self.m.bound(f, cls) for f in functions]
        return tuple(out)

    def _of_function(self, value: Function, name: str) -> Values:
        own = value.fields.get(name)
        if own is not None:
            return own
        if name in ("__name__", "__qualname__"):
            return (self.m.const(self.m.sources.units[value.scope].scope.name.rsplit(".", 1)[-1]),)
        if name in ("__call__", "__wrapped__"):
            return (value,)
        return (Partial("bind", (value,), Arguments()),) if name == "__get__" else ()

    def _of_bound(self, value: Bound, name: str, frame: Frame, i: int) -> Values:
        if name == "__self__":
            return (value.receiver,)
        if name == "__func__":
            return (value.function,)
        return (value,) if name == "__call__" else self.get(value.function, name, frame, i)

    def _of_descriptor(self, value: Descriptor, name: str) -> Values:
        if name in ("setter", "getter", "deleter"):
            return (Partial(f"property.{name}", (value,), Arguments()),)
        return {"fget": value.get, "fset": value.set, "fdel": value.delete, "__func__": value.get}.get(name, ())

    def _of_partial(self, value: Partial, name: str) -> Values:
        if name in ("func", "__wrapped__", "__func__"):
            return value.functions
        if value.kind == "partial" and name == "args":
            made = Sequence("tuple")
            self.m.containers.start(made)
            for values in value.arguments.positional:
                self.m.containers.append(made, values)
            return (made,)
        if value.kind == "partial" and name == "keywords":
            return (Table({self.m.const(k): v for k, v in value.arguments.keywords}),)
        return self._made(value, name)

    def _made(self, value: Partial, name: str) -> Values:
        if value.kind in ("singledispatch", "cached", "wrapper", "task"):
            return (Partial(f"{value.kind}.{name}", (value,), value.arguments),)
        return ()

    # -- writes

    def set(self, value: Value, name: str, values: Values, frame: Frame, i: int, strong: bool) -> None:
        """``value.name = values``; a weak write keeps what was there."""
        if isinstance(value, Instance):
            if self.find(value.cls, "__setattr__"):
                arguments = Arguments(((self.m.const(name),), values))
                self.m.calling.method(value, "__setattr__", arguments, frame, i)
                return
            self.plain_set(value, name, values, frame, i, strong)
        elif isinstance(value, Class):
            for meta in value.meta:
                if isinstance(meta, Class) and self._set_data(self.find(meta, name), value, values, frame, i):
                    return
            self._write(value.fields, name, values, strong)
        elif isinstance(value, Function | Module):
            self._write(value.fields, name, values, strong)
        elif isinstance(value, External):
            self.m.library.stored(f"{value.name}.{name}", values, frame, i)
        elif isinstance(value, Bound) and isinstance(value.function, Function):
            self._write(value.function.fields, name, values, strong)

    def plain_set(self, value: Instance, name: str, values: Values, frame: Frame, i: int, strong: bool = True) -> None:
        """``object.__setattr__``: data descriptors first."""
        if not self._set_data(self.find(value.cls, name), value, values, frame, i):
            self._write(value.fields, name, values, strong)

    def _set_data(self, members: Values | None, receiver: Value, values: Values, frame: Frame, i: int) -> bool:
        done = False
        for member in members or ():
            if isinstance(member, Descriptor) and member.kind == "property":
                done = True
                for f in member.set:
                    self.m.calling.call(f, Arguments(((receiver,), values)), frame, i)
            elif isinstance(member, Instance) and self.find(member.cls, "__set__"):
                done = True
                self.m.calling.method(member, "__set__", Arguments(((receiver,), values)), frame, i)
        return done

    def _write(self, fields: dict[object, Values], name: str, values: Values, strong: bool) -> None:
        if strong:
            self.m.heap.write(fields, name, values)
        else:
            self.m.heap.add(fields, name, values)

    def delete(self, value: Value, name: str, frame: Frame, i: int, strong: bool) -> None:
        """``del value.name``."""
        if isinstance(value, Instance):
            member = self.find(value.cls, name) or ()
            for d in member:
                if isinstance(d, Descriptor) and d.delete:
                    for f in d.delete:
                        self.m.calling.call(f, Arguments(((value,),)), frame, i)
                    return
                if isinstance(d, Instance) and self.find(d.cls, "__delete__"):
                    self.m.calling.method(d, "__delete__", Arguments(((value,),)), frame, i)
                    return
            if self.find(value.cls, "__delattr__"):
                self.m.calling.method(value, "__delattr__", Arguments(((self.m.const(name),),)), frame, i)
                return
        if strong and isinstance(value, Instance | Class | Function | Module):
            self.m.heap.remove(value.fields, name)
