"""Models of threads, executors, event loops and context stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.iterators import Iterators
from scanner.execution.records import (
    Arguments,
    Const,
    Frame,
    Instance,
    Partial,
    Value,
    Values,
)

if TYPE_CHECKING:
    pass


class Concurrency(Iterators):
    """What runs later, elsewhere or on leaving."""

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

    def _closing(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (Partial("closing", self._first(a), Arguments()),)

    def _reference(self, a: Arguments, frame: Frame, i: int) -> Values:
        return (self._constant(self._first(a)),)
