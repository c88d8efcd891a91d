"""Functions of the standard library that call, keep or hand on what they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import (
    Arguments,
    Class,
    Const,
    Descriptor,
    Fields,
    Frame,
    Function,
    Instance,
    Iterator,
    Partial,
    Sequence,
    Table,
    Value,
    Values,
)

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

Handler = Callable[[Arguments, Frame, int], Values]

_SAME = frozenset({
    "functools.lru_cache", "functools.cache", "functools.total_ordering", "contextlib.contextmanager",
    "contextlib.asynccontextmanager", "copy.copy", "copy.deepcopy", "abc.abstractmethod", "typing.overload",
    "typing.final", "typing.override", "typing.no_type_check", "typing.runtime_checkable", "asyncio.shield",
    "asyncio.create_task", "asyncio.ensure_future", "contextlib.nullcontext",
    "asyncio.wait_for", "weakref.proxy", "enum.unique", "atexit.unregister",
    "typing_extensions.override", "warnings.deprecated", "asyncio.timeout", "enum.member",
    "unittest.skip()", "types.MappingProxyType", "enum.nonmember", "types.coroutine", "asyncio.coroutine",
})  # fmt: skip
"""Give back their first argument."""
_RUN_NOW = frozenset({"asyncio.run", "asyncio.run_coroutine_threadsafe", "trio.run", "anyio.run"})
_DATACLASSES = frozenset({
    "dataclasses.dataclass", "attr.s", "attr.attrs", "attr.dataclass", "attr.define", "attrs.define", "attrs.frozen",
    "attr.frozen", "attrs.mutable", "pydantic.dataclasses.dataclass",
})  # fmt: skip
_FIELDS = frozenset({
    "dataclasses.field", "attr.ib", "attr.attrib", "attrs.field", "attr.field", "pydantic.Field",
})  # fmt: skip
_THREADS = frozenset({"threading.Thread", "multiprocessing.Process", "multiprocessing.context.Process"})
_QUEUES = frozenset({
    "queue.Queue", "queue.LifoQueue", "queue.SimpleQueue", "queue.PriorityQueue", "multiprocessing.Queue",
    "asyncio.Queue", "multiprocessing.JoinableQueue", "multiprocessing.SimpleQueue", "asyncio.LifoQueue",
    "asyncio.PriorityQueue",
})  # fmt: skip
_OPERATIONS = {
    "add": "+", "concat": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "or_": "|",
    "and_": "&", "xor": "^", "pow": "**", "matmul": "@", "lshift": "<<", "rshift": ">>", "iadd": "+",
}  # fmt: skip

_CALLED = {
    "json.dumps": ("default", "cls"), "json.dump": ("default", "cls"), "json.loads": ("object_hook", "parse_float"),
    "json.load": ("object_hook", "parse_float"), "json.JSONEncoder": ("default",), "msgpack.packb": ("default",),
    "heapq.nlargest": ("key",), "heapq.nsmallest": ("key",), "bisect.bisect": ("key",), "bisect.insort": ("key",),
}  # fmt: skip
"""Keywords of calls that are functions the call runs."""
_HOOKS = frozenset({
    "sys.excepthook", "sys.unraisablehook", "threading.excepthook", "warnings.showwarning", "sys.displayhook",
})  # fmt: skip
_DISPATCHERS = {
    ("html.parser.HTMLParser", "feed"): "handle_", ("ast.NodeVisitor", "visit"): "visit_",
    ("ast.NodeVisitor", "generic_visit"): "visit_", ("ast.NodeTransformer", "visit"): "visit_",
    ("cmd.Cmd", "onecmd"): "do_", ("cmd.Cmd", "cmdloop"): "do_",
}  # fmt: skip
"""Inherited methods that call the methods of the subclass whose names begin so."""
_MAX_STEPS = 12
"""Elements ``reduce`` is run over one by one."""


class Library:
    """Models of standard library calls; ``call`` gives None for what it does not know."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        self.kept: Fields = {}
        self._table: dict[str, Handler] = {
            "functools.partial": self._partial, "functools.partialmethod": self._partial_method,
            "functools.wraps": self._wraps, "functools.update_wrapper": self._update_wrapper,
            "functools.reduce": self._reduce, "functools.singledispatch": self._single_dispatch,
            "functools.singledispatchmethod": self._single_dispatch, "functools.cached_property": self._cached,
            "functools.cmp_to_key": self._compare_key,
            "operator.itemgetter": self._item_getter, "operator.attrgetter": self._attribute_getter,
            "operator.methodcaller": self._method_caller, "operator.getitem": self._get_item,
            "operator.setitem": self._set_item,
            "random.choice": self._any_of, "random.sample": self._listed,
            "operator.call": self._call_first,
            "itertools.chain": self._chain, "itertools.chain.from_iterable": self._chain_from,
            "itertools.starmap": self._starmap, "itertools.islice": self._cut, "itertools.cycle": self._elements,
            "itertools.repeat": self._repeat, "itertools.takewhile": self._while, "itertools.dropwhile": self._while,
            "itertools.filterfalse": self._while, "itertools.accumulate": self._accumulate,
            "itertools.groupby": self._group_by, "itertools.product": self._product, "itertools.tee": self._tee,
            "itertools.zip_longest": self._product, "itertools.permutations": self._product,
            "itertools.combinations": self._product,
            "collections.deque": self._deque, "collections.defaultdict": self._default_dict,
            "collections.OrderedDict": self._dict, "collections.ChainMap": self._chain_map,
            "collections.Counter": self._dict, "collections.namedtuple": self._named_tuple,
            "typing.NamedTuple": self._named_tuple, "typing.cast": self._second, "types.MethodType": self._method_type,
            "types.SimpleNamespace": self._namespace, "weakref.ref": self._reference,
            "weakref.WeakMethod": self._reference, "dataclasses.replace": self._replace,
            "dataclasses.asdict": self._as_dict, "dataclasses.astuple": self._as_tuple,
            "importlib.import_module": self._import, "asyncio.gather": self._gather,
            "asyncio.to_thread": self._to_thread, "threading.Timer": self._timer, "heapq.heappush": self._push,
            "contextlib.closing": self._closing,
            "contextlib.aclosing": self._closing, "re.sub": self._substitute,
            "asyncio.iscoroutinefunction": self._nothing,
        }  # fmt: skip

    def call(self, name: str, a: Arguments, frame: Frame, i: int) -> Values | None:
        """Call an external by name."""
        handler = self._table.get(name)
        if handler is not None:
            return handler(a, frame, i)
        self._called_keywords(name, a, frame, i)
        if name in _SAME:
            return self._first(a) or (Partial("same", (), Arguments()),)
        if name in _RUN_NOW:
            return self.m.containers.awaited(self._first(a), frame, i)
        if name in _DATACLASSES:
            return self._dataclass(a)
        if name in _FIELDS:
            return (Partial("field", (), a),)
        if name in _THREADS:
            return (self._thread(a),)
        found = self.m.streams.call(name, a, frame, i)
        if found is not None:
            return found
        if name in ("typing.TypeVar", "typing_extensions.TypeVar"):
            return (Partial("typevar", join(self._keyword(a, "bound"), *a.positional[1:]), Arguments()),)
        if name in _QUEUES:
            return (self._sequence("queue.Queue"),)
        if name.startswith("operator.") and (op := _OPERATIONS.get(name[9:])):
            return self.m.operators.binary(frame, i, op, self._first(a), self._first(a, 1), False)
        return self._by_method(name, a, frame, i)

    def _called_keywords(self, name: str, a: Arguments, frame: Frame, i: int) -> None:
        """Functions given by keyword that the call itself runs."""
        wanted = _CALLED.get(name, ())
        for key, values in a.keywords:
            for f in values if key in wanted else ():
                if key == "cls" and isinstance(f, Class):
                    made = self.m.classes.instance(f)
                    if self.m.attributes.find(f, "default"):
                        self.m.calling.method(made, "default", Arguments(((),)), frame, i)
                else:
                    self.m.calling.call(f, Arguments(((),)), frame, i)

    def stored(self, name: str, values: Values, frame: Frame, i: int) -> None:
        """An attribute of something external is replaced: hooks will be called, patches are read back."""
        self.m.heap.write(self.kept, name, values)
        if name in _HOOKS:
            for f in values:
                self.m.calling.call(f, Arguments(), frame, i)

    def _by_method(self, name: str, a: Arguments, frame: Frame, i: int) -> Values | None:
        """Methods of event loops, executors and pools, whatever object they were reached through."""
        owner, _, leaf = name.rpartition(".")
        if leaf == "run_until_complete":
            return self.m.containers.awaited(self._first(a), frame, i)
        if leaf == "create_task" and ("asyncio" in owner or "TaskGroup" in owner):
            return self._first(a)
        if leaf in ("submit", "apply") and ("Executor" in owner or "Pool" in owner):
            handed = Arguments(a.positional[1:], a.keywords)
            if leaf == "apply":
                handed = self._spread(self._first(a, 1), frame, i)
            got = join(*(self.m.calling.call(f, handed, frame, i) for f in self._first(a)))
            future = self._object("Future", {"result": (self._constant(got),), "_result": got})
            future.cls.generated = "future"
            return (future,) if leaf == "submit" else got
        if leaf in ("addHandler", "addFilter"):
            hook = "emit" if leaf == "addHandler" else "filter"
            for v in self._first(a):
                if isinstance(v, Instance) and self.m.attributes.find(v.cls, hook):
                    self.m.calling.method(v, hook, Arguments(((),)), frame, i)
            return ()
        if leaf == "run" and "ontext" in owner:
            return self._call_first(a, frame, i)
        if leaf in ("map", "imap", "imap_unordered", "starmap") and ("Executor" in owner or "Pool" in owner):
            if leaf == "starmap":
                return self._starmap(a, frame, i)
            return self.m.builtins.call("<builtin>.map", a, frame, i)
        if leaf == "apply_async" and "Pool" in owner:
            got = join(*(
                self.m.calling.call(f, self._spread(self._first(a, 1), frame, i), frame, i) for f in self._first(a)
            ))  # fmt: skip
            return (self._object("AsyncResult", {"get": (self._constant(got),)}),)
        if leaf == "create_future":
            future = self._object("Future", {})
            future.cls.generated = "future"
            return (future,)
        if leaf == "run_in_executor":
            handed = Arguments(a.positional[2:])
            return join(*(self.m.calling.call(f, handed, frame, i) for f in self._first(a, 1)))
        if leaf in ("call_soon", "call_soon_threadsafe") and "loop" in owner:
            return join(*(self.m.calling.call(f, Arguments(a.positional[1:]), frame, i) for f in self._first(a))) and ()
        if leaf in ("enter_context", "enter_async_context") and "ExitStack" in owner:
            got = join(*(self.m.steps.entered(v, frame, i, "async" in leaf) for v in self._first(a)))
            for v in self._first(a):
                self.m.steps.left(v, frame, i, "async" in leaf)
            return got
        if leaf == "callback" and "ExitStack" in owner:
            for f in self._first(a):
                self.m.calling.call(f, Arguments(a.positional[1:], a.keywords), frame, i)
            return ()
        return None

    # -- small tools

    def _nothing(self, a: Arguments, frame: Frame, i: int) -> Values:
        return ()

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

    # -- functools

    def _partial(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("partial", self._first(a), Arguments(a.positional[1:], a.keywords, a.rest, a.spread)),)

    def _partial_method(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("partialmethod", self._first(a), Arguments(a.positional[1:], a.keywords)),)

    def _wraps(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("wraps", self._first(a), Arguments()),)

    def _update_wrapper(self, a: Arguments, frame: Frame, i: int) -> Values:
        for w in self._first(a):
            if isinstance(w, Function | Instance):
                self.m.heap.write(w.fields, "__wrapped__", self._first(a, 1))
        return self._first(a)

    def _reduce(self, a: Arguments, frame: Frame, i: int) -> Values:
        sources = self._first(a, 1)
        parts = self.m.containers.parts(sources[0], frame, i) if len(sources) == 1 else None
        initial = [self._first(a, 2)] if len(a.positional) > 2 else []
        if parts is None or len(parts) > _MAX_STEPS:
            elements = self.m.containers.iterate(sources, frame, i)
            parts = [elements, elements, elements]
        steps = [*initial, *parts]
        total = steps[0] if steps else ()
        for part in steps[1:]:
            total = join(*(self.m.calling.call(f, Arguments((total, part)), frame, i) for f in self._first(a)))
        return total

    def _single_dispatch(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("singledispatch", self._first(a), Arguments()),)

    def _cached(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Descriptor("cached_property", self._first(a)),)

    def _compare_key(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("compare", self._first(a), Arguments()),)

    # -- operator

    def _item_getter(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("itemgetter", (), a),)

    def _attribute_getter(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("attrgetter", (), a),)

    def _method_caller(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("methodcaller", (), a),)

    def _get_item(self, a: Arguments, frame: Frame, i: int) -> Values:
        return join(*(self.m.containers.item(v, self._first(a, 1), frame, i) for v in self._first(a)))

    def _set_item(self, a: Arguments, frame: Frame, i: int) -> Values:
        for v in self._first(a):
            self.m.containers.set_item(v, self._first(a, 1), self._first(a, 2), frame, i, strong=True)
        return ()

    def _any_of(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.containers.iterate(self._first(a), frame, i)

    def _listed(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.builtins.call("<builtin>.sorted", a, frame, i) or ()

    def _call_first(self, a: Arguments, frame: Frame, i: int) -> Values:
        handed = Arguments(a.positional[1:], a.keywords)
        return join(*(self.m.calling.call(f, handed, frame, i) for f in self._first(a)))

    # -- itertools

    def _chain(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = self._sequence("list")
        for source in a.positional:
            self.m.containers.extend(made, source, frame, i)
        if a.rest:
            self.m.containers.add_some(made, self.m.containers.iterate(a.rest, frame, i))
        return (Iterator(made),)

    def _chain_from(self, a: Arguments, frame: Frame, i: int) -> Values:
        sources = self._first(a)
        parts = self.m.containers.parts(sources[0], frame, i) if len(sources) == 1 else None
        if parts is not None:
            return self._chain(Arguments(tuple(parts)), frame, i)
        inner = self.m.containers.iterate(sources, frame, i)
        return self._some(self.m.containers.iterate(inner, frame, i))

    def _cut(self, a: Arguments, frame: Frame, i: int) -> Values:
        """``islice``."""
        bounds = [p[0].value if len(p) == 1 and isinstance(p[0], Const) else "" for p in a.positional[1:]]
        known = [b for b in bounds if isinstance(b, int | None)]
        sources = self._first(a)
        parts = self.m.containers.parts(sources[0], frame, i) if len(sources) == 1 else None
        if parts is None or len(known) != len(bounds) or not known:
            return self._elements(a, frame, i)
        return (Iterator(self._sequence("list", *parts[slice(*known)])),)

    def _some(self, values: Values) -> Values:
        made = self._sequence("list")
        self.m.containers.add_some(made, values)
        return (Iterator(made, None),)

    def _elements(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._some(self.m.containers.iterate(self._first(a), frame, i))

    def _repeat(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._some(self._first(a))

    def _starmap(self, a: Arguments, frame: Frame, i: int) -> Values:
        got: Values = ()
        for row in self.m.containers.iterate(self._first(a, 1), frame, i):
            for f in self._first(a):
                got = join(got, self.m.calling.call(f, self._spread((row,), frame, i), frame, i))
        return self._some(got)

    def _while(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a, 1), frame, i)
        for f in self._first(a):
            self.m.calling.call(f, Arguments((elements,)), frame, i)
        return self._some(elements)

    def _accumulate(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a), frame, i)
        out = join(elements, self._keyword(a, "initial"))
        for f in join(self._first(a, 1), self._keyword(a, "func")):
            out = join(out, self.m.calling.call(f, Arguments((elements, elements)), frame, i))
        return self._some(out)

    def _group_by(self, a: Arguments, frame: Frame, i: int) -> Values:
        elements = self.m.containers.iterate(self._first(a), frame, i)
        keys: Values = ()
        for f in join(self._first(a, 1), self._keyword(a, "key")):
            keys = join(keys, self.m.calling.call(f, Arguments((elements,)), frame, i))
        group = self._sequence("list")
        self.m.containers.add_some(group, elements)
        keyed = len(a.positional) > 1 or any(k == "key" for k, _ in a.keywords)
        return self._some((self._sequence("tuple", keys if keyed else elements, (group,)),))

    def _product(self, a: Arguments, frame: Frame, i: int) -> Values:
        columns = [self.m.containers.iterate(v, frame, i) for v in a.positional]
        return self._some((self._sequence("tuple", *columns),))

    def _tee(self, a: Arguments, frame: Frame, i: int) -> Values:
        one = self._elements(a, frame, i)
        return (self._sequence("tuple", one, one),)

    # -- collections, types

    def _deque(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = self._sequence("collections.deque")
        self.m.containers.extend(made, self._first(a), frame, i)
        return (made,)

    def _default_dict(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Table(default=tuple(v for v in self._first(a) if not isinstance(v, Const)))
        for v in self._first(a, 1):
            self.m.containers.update(made, v, frame, i)
        for name, values in a.keywords:
            self.m.containers.put(made, (self.m.const(name),), values)
        return (made,)

    def _dict(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self.m.builtins.call("<builtin>.dict", a, frame, i) or ()

    def _chain_map(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = Table()
        for source in reversed(a.positional):
            for v in source:
                self.m.containers.update(made, v, frame, i)
        return (made,)

    def _named_tuple(self, a: Arguments, frame: Frame, i: int) -> Values:
        name = next((v.value for v in self._first(a) if isinstance(v, Const)), "")
        cls = Class(-1, str(name), (), generated="namedtuple")
        cls.order = (cls,)
        fields: list[str] = []
        for v in self._first(a, 1):
            if isinstance(v, Const) and isinstance(v.value, str):
                fields += v.value.replace(",", " ").split()
            else:
                fields += self._names(v, frame, i)
        cls.annotated = tuple(fields)
        return (cls,)

    def _names(self, value: Value, frame: Frame, i: int) -> list[str]:
        """Field names of a list of names, or of (name, type) pairs."""
        out = []
        for part in self.m.containers.parts(value, frame, i) or []:
            for v in part:
                first = self.m.containers.at(v, 0) if isinstance(v, Sequence) else (v,)
                out += [x.value for x in first if isinstance(x, Const) and isinstance(x.value, str)]
        return out

    def _second(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._first(a, 1)

    def _method_type(self, a: Arguments, frame: Frame, i: int) -> Values:
        return tuple(self.m.bound(f, r) for f in self._first(a) for r in self._first(a, 1))

    def _namespace(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (self._object("SimpleNamespace", dict(a.keywords)),)

    def _reference(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (self._constant(self._first(a)),)

    def _dataclass(self, a: Arguments) -> Values:
        classes = [v for v in self._first(a) if isinstance(v, Class)]
        for cls in classes:
            cls.generated = "dataclass"
        return tuple(classes) or (Partial("dataclass", (), Arguments()),)

    def _replace(self, a: Arguments, frame: Frame, i: int) -> Values:
        out: list[Value] = []
        for v in self._first(a):
            if isinstance(v, Instance):
                made = Instance(v.cls, dict(v.fields))
                made.fields.update(a.keywords)
                out.append(made)
        return tuple(out)

    def _as_dict(self, a: Arguments, frame: Frame, i: int) -> Values:
        return join(*(self.m.attributes.get(v, "__dict__", frame, i) for v in self._first(a)))

    def _as_tuple(self, a: Arguments, frame: Frame, i: int) -> Values:
        return tuple(
            self._sequence("tuple", *(v.fields.get(n, ()) for n in self.m.classes.fields_of(v.cls)))
            for v in self._first(a) if isinstance(v, Instance)
        )  # fmt: skip

    # -- imports, coroutines, threads

    def _import(self, a: Arguments, frame: Frame, i: int) -> Values:
        out: list[Value] = []
        for v in self._first(a):
            if isinstance(v, Const) and isinstance(v.value, str):
                name = v.value
                if name.startswith("."):
                    level = len(name) - len(name.lstrip("."))
                    package = self._first(a, 1) or self._keyword(a, "package")
                    base = next((p.value for p in package if isinstance(p, Const) and isinstance(p.value, str)), "")
                    parts = base.split(".")
                    name = ".".join([*parts[: len(parts) - level + 1], name.lstrip(".")])
                module = self.m.imports.load(name)
                out.append(module if module is not None else self.m.external(name))
        return tuple(out)

    def _gather(self, a: Arguments, frame: Frame, i: int) -> Values:
        made = self._sequence("list", *(self.m.containers.awaited(v, frame, i) for v in a.positional))
        if a.rest:
            self.m.containers.add_some(made, self.m.containers.awaited(a.rest, frame, i))
        return (made,)

    def _to_thread(self, a: Arguments, frame: Frame, i: int) -> Values:
        return self._call_first(a, frame, i)

    def _thread(self, a: Arguments) -> Instance:
        target = self._keyword(a, "target") or self._first(a, 1)
        handed = Partial("thread", target, Arguments((self._keyword(a, "args"), self._keyword(a, "kwargs"))))
        return self._object("Thread", {"start": (handed,), "run": (handed,)})

    def _timer(self, a: Arguments, frame: Frame, i: int) -> Values:
        target = self._first(a, 1) or self._keyword(a, "function")
        more = (self._first(a, 2) or self._keyword(a, "args"), self._first(a, 3) or self._keyword(a, "kwargs"))
        handed = Partial("thread", target, Arguments(more))
        return (self._object("Timer", {"start": (handed,), "run": (handed,)}),)

    def _closing(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("closing", self._first(a), Arguments()),)

    def _push(self, a: Arguments, frame: Frame, i: int) -> Values:
        for v in self._first(a):
            if isinstance(v, Sequence):
                self.m.containers.add_some(v, self._first(a, 1))
        return ()

    def _substitute(self, a: Arguments, frame: Frame, i: int) -> Values:
        got: Values = ()
        for f in self._first(a, 1):
            if not isinstance(f, Const):
                got = join(got, self.m.calling.call(f, Arguments(((self.m.external("re.Match()"),),)), frame, i))
        return join(self.m.taint.derived(join(*a.positional)), got)

    # -- attributes of objects whose class derives from the library

    def instance_attribute(self, value: Instance, name: str) -> Values | None:
        """A method that an external base brings and that calls back into the program."""
        externals = set(self.m.attributes.externals(value.cls))
        if value.cls.generated == "future" and name in ("set_result", "result", "set_exception", "add_done_callback"):
            return (Partial(f"future.{name}", (value,), Arguments()),)
        if (found := self.m.streams.attribute(value, name)) is not None:
            return found
        if name == "add_note":
            return (Partial("future.add_note", (value,), Arguments()),)
        for base in externals:
            prefix = _DISPATCHERS.get((base, name))
            if prefix is not None:
                return (Partial("dispatch", tuple(self._prefixed(value, prefix)), Arguments()),)
        if name == "start" and externals & (_THREADS | {"threading.Timer"}):
            run = self.m.attributes.find(value.cls, "run")
            if run:
                return tuple(Partial("bound", (self.m.bound(f, value),), Arguments()) for f in run)
            return value.fields.get("_target")
        return self._tuple_method(value, name)

    def _prefixed(self, value: Instance, prefix: str) -> list[Value]:
        names = {
            n for c in value.cls.order if isinstance(c, Class) for n in c.fields
            if isinstance(n, str) and n.startswith(prefix)
        }  # fmt: skip
        found = [f for n in sorted(names) for f in self.m.attributes.find(value.cls, n) or ()]
        return [self.m.bound(f, value) for f in found]

    def _tuple_method(self, value: Instance, name: str) -> Values | None:
        if value.cls.generated == "namedtuple" and name in ("_replace", "_asdict"):
            return (Partial(f"namedtuple.{name}", (value,), Arguments()),)
        if value.cls.generated == "model" and name in ("model_dump", "dict", "json", "model_dump_json"):
            return (Partial("namedtuple._asdict", (value,), Arguments()),)
        return None

    def class_attribute(self, value: Class, name: str) -> Values | None:
        """Class methods that generated classes have."""
        if value.generated == "namedtuple" and name == "_make":
            return (Partial("namedtuple._make", (value,), Arguments()),)
        if value.generated == "enum" and name == "__members__":
            table = Table()
            for key, values in value.fields.items():
                if any(isinstance(v, Instance) and v.cls is value for v in values):
                    table.items[self.m.const(str(key))] = values
            return (table,)
        return None

    # -- callables that know what they will do

    def call_partial(self, p: Partial, a: Arguments, frame: Frame, i: int) -> Values:
        """Call what one of the methods above made."""
        kind = p.kind
        if kind in ("partial", "partialmethod"):
            return self._run_partial(p, a, frame, i)
        if kind in ("same", "dataclass", "wraps"):
            return self._decorate(p, a)
        if kind == "constant":
            return p.functions
        if kind == "dispatch":
            for f in p.functions:
                self.m.calling.call(f, Arguments(((),)), frame, i)
            return ()
        if kind in ("bound", "compare"):
            handed = Arguments((*a.positional, *a.positional[:1])) if kind == "compare" else a
            return join(*(self.m.calling.call(f, handed, frame, i) for f in p.functions))
        if kind == "within":
            return self._within(p, a, frame, i)
        if kind == "thread":
            return self._run_thread(p, frame, i)
        if kind == "bind":
            return tuple(self.m.bound(f, r) for f in p.functions for r in self._first(a))
        if kind.startswith("property."):
            return self._property(p, kind[9:], a)
        if kind.startswith("object."):
            return self.object_method(p, kind[7:], a, frame, i)
        if kind.startswith("namedtuple."):
            return self._tuple_call(p, kind[11:], a, frame, i)
        if kind.startswith("stream."):
            return self.m.streams.method(p, kind[7:], a, frame, i)
        if kind.startswith("future."):
            return self._future(p, kind[7:], a, frame, i)
        if kind.startswith("singledispatch"):
            return self._dispatch(p, kind, a, frame, i)
        if kind == "subclasses":
            return (self._sequence("list", *((c,) for c in self.m.classes.all if p.functions[0] in c.bases)),)
        return self._getter(p, a, frame, i)

    def _run_partial(self, p: Partial, a: Arguments, frame: Frame, i: int) -> Values:
        first, rest = (a.positional[:1], a.positional[1:]) if p.kind == "partialmethod" else ((), a.positional)
        given = {k for k, _ in a.keywords}
        joined = Arguments(
            (*first, *p.arguments.positional, *rest),
            (*(k for k in p.arguments.keywords if k[0] not in given), *a.keywords),
            join(p.arguments.rest, a.rest), join(p.arguments.spread, a.spread),
        )  # fmt: skip
        return join(*(self.m.calling.call(f, joined, frame, i) for f in p.functions))

    def _decorate(self, p: Partial, a: Arguments) -> Values:
        if p.kind == "dataclass":
            return self._dataclass(a)
        if p.kind == "wraps":
            for f in self._first(a):
                if isinstance(f, Function):
                    self.m.heap.write(f.fields, "__wrapped__", p.functions)
        return self._first(a)

    def _run_thread(self, p: Partial, frame: Frame, i: int) -> Values:
        args, kwargs = p.arguments.positional
        handed = self._spread(args, frame, i) if args else Arguments()
        names, some = self.m.calling.opened(kwargs, frame, i)
        for f in p.functions:
            called = Arguments(handed.positional, tuple(names), handed.rest, some)
            self.m.containers.awaited(self.m.calling.call(f, called, frame, i), frame, i)
        return ()

    def _within(self, p: Partial, a: Arguments, frame: Frame, i: int) -> Values:
        """A function decorated with a context manager."""
        self.m.steps.entered(p.functions[0], frame, i)
        got = join(*(self.m.calling.call(f, a, frame, i) for f in p.functions[1:]))
        self.m.steps.left(p.functions[0], frame, i)
        return got

    def _property(self, p: Partial, name: str, a: Arguments) -> Values:
        out: list[Value] = []
        for d in p.functions:
            if isinstance(d, Descriptor):
                get, set_, delete = d.get, d.set, d.delete
                get = self._first(a) if name == "getter" else get
                set_ = self._first(a) if name == "setter" else set_
                delete = self._first(a) if name == "deleter" else delete
                out.append(Descriptor("property", get, set_, delete))
        return tuple(out)

    def object_method(self, p: Partial, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """Methods of ``object`` and ``type`` reached through ``super()``."""
        receiver = p.functions[0]
        if name == "__new__":
            pending = self.m.classes.pending()
            if pending is not None and any(c in pending.meta for v in a.positional[:1] for c in v):
                return (pending,)
            made = [c for c in self._first(a) if isinstance(c, Class)]
            return tuple(self.m.classes.instance(c) for c in made)
        if isinstance(receiver, Class) and name == "__call__":
            return self.m.classes.plain(receiver, a, frame, i)
        if not isinstance(receiver, Instance):
            return ()
        texts = [v.value for v in self._first(a) if isinstance(v, Const) and isinstance(v.value, str)]
        if name == "__init__":
            self.m.classes.base_init(receiver, a, frame, i)
            target = self._keyword(a, "target")
            if target:
                handed = Arguments((self._keyword(a, "args"), self._keyword(a, "kwargs")))
                receiver.fields["_target"] = (Partial("thread", target, handed),)
        elif name == "__setattr__":
            for t in texts:
                self.m.attributes.plain_set(receiver, t, self._first(a, 1), frame, i)
        elif name in ("__getattribute__", "__getattr__"):
            return join(*(self.m.attributes.plain(receiver, t, frame, i) for t in texts))
        elif name == "__enter__":
            return (receiver,)
        return ()

    def _future(self, p: Partial, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """Results put into futures, notes added to exceptions."""
        owner = p.functions[0]
        assert isinstance(owner, Instance)
        if name == "add_done_callback":
            for f in self._first(a):
                self.m.calling.call(f, Arguments(((owner,),)), frame, i)
        elif name == "set_result":
            self.m.heap.add(owner.fields, "_result", self._first(a))
        elif name == "add_note":
            notes = owner.fields.get("__notes__") or (self._sequence("list"),)
            owner.fields["__notes__"] = notes
            for n in notes:
                if isinstance(n, Sequence):
                    self.m.containers.append(n, self._first(a))
        return owner.fields.get("_result", ()) if name == "result" else ()

    def _tuple_call(self, p: Partial, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        owner = p.functions[0]
        if name == "_make" and isinstance(owner, Class):
            return self.m.classes.plain(owner, self._spread(self._first(a), frame, i), frame, i)
        if name == "_replace":
            return self._replace(Arguments((p.functions,), a.keywords), frame, i)
        return self.m.attributes.get(owner, "__dict__", frame, i)

    def _dispatch(self, p: Partial, kind: str, a: Arguments, frame: Frame, i: int) -> Values:
        """``singledispatch``: the registered function of the argument's class, else the default."""
        if kind.endswith(".register"):
            return self._register(p, a)
        if kind.endswith("+"):
            owner = p.functions[0]
            assert isinstance(owner, Partial)
            owner.arguments = Arguments((*owner.arguments.positional, p.arguments.positional[0], self._first(a)))
            return self._first(a)
        which = 1 if p.functions and self._is_method(p) and len(a.positional) > 1 else 0
        values = self._first(a, which)
        pairs = list(zip(p.arguments.positional[::2], p.arguments.positional[1::2], strict=False))
        chosen: Values = ()
        for v in values:
            hits = [f for classes, f in pairs if self.m.tests.is_instance(v, classes) is True]
            chosen = join(chosen, hits[-1] if hits else p.functions)
        if not values:
            chosen = join(p.functions, *(f for _, f in pairs))
        return join(*(self.m.calling.call(f, a, frame, i) for f in chosen))

    def _is_method(self, p: Partial) -> bool:
        first = p.functions[0]
        return isinstance(first, Function) and self.m.calling.owner(first) is not None

    def _register(self, p: Partial, a: Arguments) -> Values:
        owner = p.functions[0]
        assert isinstance(owner, Partial)
        first = self._first(a)
        if len(a.positional) == 2:
            owner.arguments = Arguments((*owner.arguments.positional, first, self._first(a, 1)))
            return self._first(a, 1)
        functions = [f for f in first if isinstance(f, Function)]
        if functions:
            classes = self._annotation(functions[0])
            owner.arguments = Arguments((*owner.arguments.positional, classes, first))
            return first
        return (Partial("singledispatch+", (owner,), Arguments((first,))),)

    def _annotation(self, function: Function) -> Values:
        params = self.m.sources.units[function.scope].scope.params
        params = params[1:] if self.m.calling.owner(function) is not None else params
        at = params[0].annotation if params else -1
        return (function.frame.values[at] or ()) if at >= 0 else ()

    def _getter(self, p: Partial, a: Arguments, frame: Frame, i: int) -> Values:
        """``itemgetter``, ``attrgetter`` and ``methodcaller`` objects."""
        values, known = self._first(a), p.arguments.positional
        if p.kind == "itemgetter":
            return join(*(self.m.containers.item(v, k, frame, i) for v in values for k in known))
        texts = [t.value for k in known[: 1 if p.kind == "methodcaller" else None] for t in k if isinstance(t, Const)]
        out: Values = ()
        for v in values:
            for text in texts:
                got: Values = (v,)
                for part in str(text).split("."):
                    got = join(*(self.m.attributes.get(g, part, frame, i) for g in got))
                if p.kind == "methodcaller":
                    handed = Arguments(known[1:], p.arguments.keywords)
                    got = join(*(self.m.calling.call(f, handed, frame, i) for f in got))
                out = join(out, got)
        return out
