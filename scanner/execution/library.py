"""Functions of the standard library that call, keep or hand on what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.callables import Callables
from scanner.execution.concurrency import Concurrency
from scanner.execution.heap import join
from scanner.execution.making import Handler
from scanner.execution.records import (
    Arguments,
    Class,
    Fields,
    Frame,
    Instance,
    Partial,
    Table,
    Value,
    Values,
)

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_SAME = frozenset({
    "functools.lru_cache", "functools.cache", "functools.total_ordering", "contextlib.contextmanager",
    "contextlib.asynccontextmanager", "abc.abstractmethod", "typing.overload",
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


class Library(Concurrency, Callables):
    """Models of standard library calls; ``call`` gives None for what it does not know."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.kept: Fields = {}
        self._table: dict[str, Handler] = {
            "functools.partial": self._partial, "functools.partialmethod": self._partial_method,
            "functools.wraps": self._wraps, "functools.update_wrapper": self._update_wrapper,
            "functools.reduce": self._reduce, "functools.singledispatch": self._single_dispatch,
            "functools.singledispatchmethod": self._single_dispatch, "functools.cached_property": self._cached,
            "functools.cmp_to_key": self._compare_key, "operator.itemgetter": self._item_getter,
            "operator.attrgetter": self._attribute_getter, "operator.methodcaller": self._method_caller,
            "random.choice": self._any_of, "random.sample": self._listed,
            "itertools.chain.from_iterable": self._chain_from, "itertools.islice": self._cut,
            "itertools.cycle": self._elements, "itertools.repeat": self._repeat, "itertools.groupby": self._group_by,
            "itertools.product": self._product, "itertools.tee": self._tee, "collections.deque": self._deque,
            "collections.defaultdict": self._default_dict, "collections.OrderedDict": self._dict,
            "collections.namedtuple": self._named_tuple, "typing.NamedTuple": self._named_tuple,
            "typing.cast": self._second, "types.MethodType": self._method_type,
            "types.SimpleNamespace": self._namespace, "weakref.ref": self._reference,
            "weakref.WeakMethod": self._reference, "dataclasses.replace": self._replace,
            "dataclasses.make_dataclass": self._made_dataclass, "importlib.import_module": self._import,
            "asyncio.gather": self._gather, "asyncio.to_thread": self._to_thread, "threading.Timer": self._timer,
            "contextlib.closing": self._closing, "contextlib.aclosing": self._closing, "re.sub": self._substitute,
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
