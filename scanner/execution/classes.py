"""Class statements and construction: order of bases, metaclasses, generated constructors (reference, 3.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    REST,
    Arguments,
    Class,
    Const,
    Descriptor,
    External,
    Frame,
    Function,
    Instance,
    Partial,
    Sequence,
    Table,
    Value,
    Values,
)
from scanner.facts import records as facts

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_TUPLES = frozenset({"typing.NamedTuple"})
_SEQUENCES = {
    "<builtin>.list": "list", "<builtin>.tuple": "tuple", "<builtin>.set": "set", "<builtin>.frozenset": "set",
    "collections.UserList": "list", "collections.deque": "list",
}  # fmt: skip
_TABLES = frozenset({
    "<builtin>.dict", "collections.OrderedDict", "collections.UserDict", "collections.defaultdict",
    "collections.Counter", "typing.TypedDict", "typing_extensions.TypedDict",
})  # fmt: skip
_TEXTS = frozenset({"<builtin>.str", "<builtin>.bytes", "<builtin>.int", "<builtin>.float"})


class ClassMaker:
    """Makes classes and instances."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        self.all: list[Class] = []
        self._pending: list[Class] = []
        self._exceptions: dict[str, Class] = {}

    # -- definition

    def define(self, frame: Frame, i: int, op: facts.Class) -> Values:
        """Run a class statement."""
        unit = self.m.sources.unit(frame.file, op.scope)
        bases: Values = ()
        other: Values = ()
        for b in unit.scope.bases:
            values = frame.values[b] or ()
            if isinstance(frame.facts.ops[b], facts.Star):
                values = self.m.containers.iterate(values, frame, i)
                bases += values
            else:
                bases += values[:1]
                other = values[1:2] or other
        bases = tuple(dict.fromkeys(self._class_of(b) for b in bases))
        made = Class(unit.index, unit.scope.name.rsplit(".", 1)[-1], bases, annotated=unit.scope.fields)
        made.order = self.order(made)
        if self.m.sources.is_model(frame.file):
            made.order += (self.m.external(f"{frame.module.name}.{made.name}"),)
        if other:
            made.bases = tuple(dict.fromkeys(self._class_of(b) for b in other))
            made.others, made.bases = (self.order(made),), bases
        keywords = [(k, frame.values[v] or ()) for k, v in unit.scope.keywords if k]
        self._prepare(made, keywords, frame, i)
        body = self.m.frame(unit.index, frame, frame.module)
        body.cls = made
        self.m.run(body)
        self.all.append(made)
        return self._finish(made, keywords, frame, i)

    def _metas(self, made: Class, keywords: list[tuple[str, Values]]) -> Values:
        return next((v for k, v in keywords if k == "metaclass"), ()) or join(
            *(c.meta for c in made.order[1:] if isinstance(c, Class))
        )

    def _prepare(self, made: Class, keywords: list[tuple[str, Values]], frame: Frame, i: int) -> None:
        """``__prepare__`` of the metaclass gives the names a class body begins with."""
        for meta in self._metas(made, keywords):
            for f in self.m.attributes.get(meta, "__prepare__", frame, i) if isinstance(meta, Class) else ():
                given = Arguments(((self.m.const(made.name),), made.bases))
                for table in self.m.calling.call(f, given, frame, i) if not isinstance(f, External) else ():
                    if isinstance(table, Table):
                        made.fields.update({k.value: v for k, v in table.items.items() if isinstance(k, Const)})

    def _class_of(self, base: Value) -> Value:
        """Generic aliases and partials stand for the class they were made from, externals for their model."""
        if isinstance(base, Partial) and base.functions:
            return base.functions[0]
        model = self.m.models.find(base.name) if isinstance(base, External) else None
        return model if isinstance(model, Class) else base

    def _finish(self, made: Class, keywords: list[tuple[str, Values]], frame: Frame, i: int) -> Values:
        made.meta = self._metas(made, keywords)
        externals = set(self.m.attributes.externals(made))
        if externals & _ENUMS:
            made.generated = "enum"
            self._members(made, frame, i)
        elif externals & _TUPLES:
            made.generated = "namedtuple"
        else:
            made.generated = next((c.generated for c in made.order[1:] if isinstance(c, Class) and c.generated), "")
        rest = tuple((k, v) for k, v in keywords if k != "metaclass")
        result = self._meta(made, frame, i, rest)
        for name, values in list(made.fields.items()):
            for v in values:
                if isinstance(v, Instance) and self.m.attributes.find(v.cls, "__set_name__"):
                    arguments = Arguments(((made,), (self.m.const(str(name)),)))
                    self.m.calling.method(v, "__set_name__", arguments, frame, i)
        hooks = self.m.attributes.find(made, "__init_subclass__", after=made) or ()
        for hook in hooks:
            functions = hook.get if isinstance(hook, Descriptor) else (hook,)
            for f in functions:
                self.m.calling.call(self.m.bound(f, made), Arguments((), rest), frame, i)
        return result

    def _members(self, made: Class, frame: Frame, i: int) -> None:
        """Plain values in the body of an enumeration become members."""
        for name, values in list(made.fields.items()):
            plain = not any(isinstance(v, Function | Descriptor | Class) for v in values)
            if isinstance(name, str) and not name.startswith("_") and plain:
                member = Instance(made)
                member.fields.update({"value": values, "_value_": values, "name": (self.m.const(name),)})
                made.fields[name] = (member,)
                inits = self.m.attributes.find(made, "__init__")
                if inits:
                    parts = self.m.containers.parts(values[0], frame, i) if len(values) == 1 else None
                    given = Arguments(tuple(parts) if parts is not None else (values,))
                    self.m.calling.call_members(inits, member, made, given, frame, i)

    def _meta(self, made: Class, frame: Frame, i: int, keywords: tuple[tuple[str, Values], ...] = ()) -> Values:
        """``__new__`` and ``__init__`` of the metaclass run."""
        metas = [m for m in made.meta if isinstance(m, Class)]
        if not metas:
            return (made,)
        namespace = Table()
        for name, values in made.fields.items():
            namespace.items[self.m.const(str(name))] = values
        bases = Sequence("tuple")
        self.m.containers.start(bases)
        for b in made.bases:
            self.m.containers.append(bases, (b,))
        arguments = Arguments(((self.m.const(made.name),), (bases,), (namespace,)), keywords)
        self._pending.append(made)
        result: Values = ()
        for meta in metas:
            news = self.m.attributes.find(meta, "__new__") or ()
            for f in news:
                plain = f.get if isinstance(f, Descriptor) else (f,)
                for g in plain:
                    with_meta = Arguments(((meta,), *arguments.positional), keywords)
                    result = join(result, self.m.calling.call(g, with_meta, frame, i))
            inits = self.m.attributes.find(meta, "__init__")
            if inits:
                self.m.calling.call_members(inits, made, meta, arguments, frame, i)
        self._pending.pop()
        return tuple(v for v in result if isinstance(v, Class)) or (made,)

    def order(self, cls: Class) -> Values:
        """C3 linearisation; depth first where there is none."""
        tails = [list(b.order) if isinstance(b, Class) else [b] for b in cls.bases]
        merged = _merge([*(list(t) for t in tails), list(cls.bases)])
        if merged is None:
            merged = list(dict.fromkeys(c for t in tails for c in t))
        return (cls, *(c for c in merged if c is not cls))

    # -- construction

    def construct(self, cls: Class, arguments: Arguments, frame: Frame, i: int) -> Values:
        """``cls(...)``."""
        if cls.meta and len(arguments.positional) == 3 and cls in cls.meta:
            return ()
        for meta in cls.meta:
            found = self.m.attributes.find(meta, "__call__") if isinstance(meta, Class) else None
            if found and isinstance(meta, Class):
                return self.m.calling.call_members(found, cls, meta, arguments, frame, i)
        return self.plain(cls, arguments, frame, i)

    def plain(self, cls: Class, arguments: Arguments, frame: Frame, i: int) -> Values:
        """``type.__call__``: ``__new__``, then ``__init__`` of what it made."""
        if cls.generated == "enum":
            return self._by_value(cls, arguments, frame, i)
        if any(isinstance(c, External) and c.name == "<builtin>.type" for c in cls.order):
            return self._dynamic(cls, arguments, frame, i)
        news = self.m.attributes.find(cls, "__new__")
        if not news:
            given = arguments.positional[0] if arguments.positional else ()
            return (self.fill(self.of_builtin(cls, given, frame, i), arguments, frame, i),)
        made: Values = ()
        for f in news:
            for g in f.get if isinstance(f, Descriptor) else (f,):
                with_class = Arguments(
                    ((cls,), *arguments.positional), arguments.keywords, arguments.rest, arguments.spread
                )  # fmt: skip
                made = join(made, self.m.calling.call(g, with_class, frame, i))
        for v in made:
            if isinstance(v, Instance) and cls in v.cls.order:
                self.fill(v, arguments, frame, i)
        return made

    def _by_value(self, cls: Class, arguments: Arguments, frame: Frame, i: int) -> Values:
        """``Enumeration(value)``."""
        members = self.m.containers.iterate((cls,), frame, i)
        wanted = arguments.positional[0] if arguments.positional else ()
        if len(wanted) == 1 and isinstance(wanted[0], Const):
            exact = tuple(v for v in members if isinstance(v, Instance) and wanted[0] in v.fields.get("value", ()))
            return exact or members
        return members

    def _dynamic(self, meta: Class, arguments: Arguments, frame: Frame, i: int) -> Values:
        """A metaclass called like ``type(name, bases, namespace)``."""
        if len(arguments.positional) != 3:
            return ()
        made = self.from_parts(arguments, frame, i)
        made.meta = (meta,)
        return self._meta(made, frame, i)

    def from_parts(self, arguments: Arguments, frame: Frame, i: int) -> Class:
        """``type(name, bases, namespace)``."""
        name, bases, namespace = arguments.positional[:3]
        text = name[0].value if len(name) == 1 and isinstance(name[0], Const) else "?"
        made = Class(-1, str(text), self.m.containers.iterate(bases, frame, i))
        for table in namespace:
            if isinstance(table, Table):
                for key, values in table.items.items():
                    if isinstance(key, Const):
                        made.fields[key.value] = values
        made.order = self.order(made)
        self.all.append(made)
        return made

    def instance(self, cls: Class) -> Instance:
        """A fresh object, with a container inside where the class derives from one."""
        made = Instance(cls)
        for name in self.m.attributes.externals(cls):
            if name in _SEQUENCES:
                sequence = Sequence(_SEQUENCES[name])
                self.m.containers.start(sequence)
                made.payload = sequence
            elif name in _TABLES:
                made.payload = Table()
        return made

    def of_builtin(self, cls: Class, given: Values, frame: Frame, i: int) -> Instance:
        """``tuple.__new__(cls, given)`` and its kin: the content of immutable built-ins is given when they are made."""
        made = self.instance(cls)
        names = self.m.attributes.externals(cls)
        if isinstance(made.payload, Sequence) and made.payload.kind in ("tuple", "set"):
            self.m.containers.extend(made.payload, given, frame, i)
        elif made.payload is None and _TEXTS & set(names):
            carried = self.m.taint.derived(given)
            known = tuple(v for v in given if isinstance(v, Const))
            made.payload = next(iter((*carried, *known)), None)
        return made

    def exception(self, leaf: str) -> Instance:
        """An object of a built-in exception."""
        cls = self._exceptions.get(leaf)
        if cls is None:
            cls = self._exceptions[leaf] = Class(-1, leaf, (self.m.external(f"<builtin>.{leaf}"),))
            cls.order = (cls, *cls.bases)
        return Instance(cls)

    def pending(self) -> Class | None:
        """The class whose metaclass is running."""
        return self._pending[-1] if self._pending else None

    def fill(self, made: Instance, arguments: Arguments, frame: Frame, i: int) -> Instance:
        """Run ``__init__``, or what the class has in its place."""
        cls = made.cls
        inits = self.m.attributes.find(cls, "__init__")
        if inits:
            self.m.calling.call_members(inits, made, cls, arguments, frame, i)
        elif cls.generated in ("dataclass", "namedtuple", "model"):
            self._generated(made, arguments, frame, i)
        else:
            self.base_init(made, arguments, frame, i)
        return made

    def base_init(self, made: Instance, arguments: Arguments, frame: Frame, i: int) -> None:
        """The constructor of an external base: containers take elements, exceptions keep their arguments."""
        if (
            isinstance(made.payload, Sequence)
            and made.payload.kind in ("tuple", "set")
            and made.payload.items.get(REST)
        ):
            return  # filled when it was made
        if isinstance(made.payload, Sequence) and self.m.containers.length(made.payload):
            return
        if isinstance(made.payload, Sequence) and arguments.positional:
            self.m.containers.extend(made.payload, arguments.positional[0], frame, i)
        elif isinstance(made.payload, Table):
            for v in join(*arguments.positional[:1]):
                self.m.containers.update(made.payload, v, frame, i)
            for name, values in arguments.keywords:
                self.m.containers.put(made.payload, (self.m.const(name),), values)
        elif made.payload is None and self.m.attributes.externals(made.cls):
            kept = Sequence("tuple")
            self.m.containers.start(kept)
            for values in arguments.positional:
                self.m.containers.append(kept, values)
            made.fields.setdefault("args", (kept,))
            for name, values in arguments.keywords:
                made.fields.setdefault(name, values)

    def kept_fields(self, cls: Class) -> list[str]:
        """Names of the fields an object of a data class has: those that only ``__post_init__`` gets are none."""
        passed = self._passed(cls)
        return [n for n in self.fields_of(cls) if n not in passed]

    def _passed(self, cls: Class) -> list[str]:
        """``InitVar`` fields: those ``__post_init__`` has parameters for."""
        names = self.fields_of(cls) if cls.generated == "dataclass" else []
        hooks = self.m.attributes.find(cls, "__post_init__") or () if names else ()
        params = [
            p.name for f in hooks[:1] if isinstance(f, Function) for p in self.m.sources.units[f.scope].scope.params
        ]
        return [n for n in names if n in params[1:]]

    def _given(self, cls: Class, name: str) -> bool:
        """Whether a field is a parameter of the generated constructor."""
        for v in self.m.attributes.find(cls, name) or ():
            if isinstance(v, Partial) and v.kind == "field":
                init = dict(v.arguments.keywords).get("init", ())
                return not any(isinstance(x, Const) and x.value is False for x in init)
        return True

    def fields_of(self, cls: Class) -> list[str]:
        """Names of generated constructor parameters, inherited ones first."""
        if cls.generated not in ("dataclass", "namedtuple", "model"):
            return []
        names: list[str] = []
        for c in reversed(cls.order):
            if isinstance(c, Class):
                names += [n for n in c.annotated if n not in names and n != "_"]
        return names

    def _generated(self, made: Instance, arguments: Arguments, frame: Frame, i: int) -> None:
        names = self.fields_of(made.cls)
        slots = [n for n in names if self._given(made.cls, n)]
        given = dict(zip(slots, arguments.positional, strict=False))
        given.update({k: v for k, v in arguments.keywords if k in names})
        passed: list[Values] = []
        wanted = self._passed(made.cls)
        for name in names:
            values = given.get(name)
            if values is None:
                values = join(arguments.rest, arguments.spread) or self._default(made.cls, name, frame, i)
            if name in wanted:
                passed.append(values)
            else:
                made.fields[name] = values
        for hook in ("__post_init__", "__attrs_post_init__", "model_post_init"):
            if self.m.attributes.find(made.cls, hook):
                self.m.calling.method(made, hook, Arguments(tuple(passed)), frame, i)

    def _default(self, cls: Class, name: str, frame: Frame, i: int) -> Values:
        out: Values = ()
        for v in self.m.attributes.find(cls, name) or ():
            if isinstance(v, Partial) and v.kind == "field":
                keywords = dict(v.arguments.keywords)
                out = join(out, keywords.get("default", ()), *v.arguments.positional[:1])
                for factory in (*keywords.get("default_factory", ()), *keywords.get("factory", ())):
                    out = join(out, self.m.calling.call(factory, Arguments(), frame, i))
            else:
                out = join(out, (v,))
        return out


def _merge(sequences: list[list[Value]]) -> list[Value] | None:
    out: list[Value] = []
    sequences = [s for s in sequences if s]
    while sequences:
        head = next((s[0] for s in sequences if not any(s[0] in o[1:] for o in sequences)), None)
        if head is None:
            return None
        out.append(head)
        sequences = [rest for s in sequences if (rest := [c for c in s if c is not head])]
    return out
