"""Runs scopes abstractly: operations in order, both sides of every branch, loops twice, calls into their callees.

Abstract interpretation (Cousot and Cousot, POPL 1977) with one abstract object per evaluated allocation and strong
updates on it, so that on code that is short enough the result is close to what a run would do. Everything is bounded
by ``Budget``; a run that met a bound says so in ``cut``.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.execution.attributes import Attributes
from scanner.execution.builtin_calls import Builtins
from scanner.execution.builtin_methods import Methods
from scanner.execution.calling import Calling
from scanner.execution.classes import ClassMaker
from scanner.execution.heap import Heap, join
from scanner.execution.imports import Imports
from scanner.execution.iteration import Iteration
from scanner.execution.library import Library
from scanner.execution.models import Models
from scanner.execution.operators import Operators
from scanner.execution.records import Bound, Const, External, Frame, Function, Module, Ran, Value, Values
from scanner.execution.sources import Sources
from scanner.execution.steps import Steps
from scanner.execution.streams import Streams
from scanner.execution.taint import Taint
from scanner.execution.tests import Tests
from scanner.execution.text_methods import TextMethods
from scanner.execution.texts import Texts
from scanner.facts.blocks import BlockKind
from scanner.facts.records import Element, Scope
from scanner.program.externals import CallKnowledge


@dataclass(frozen=True, slots=True)
class Budget:
    """Operations run in all, frames at once, runs of one function at once."""

    operations: int = 300_000
    depth: int = 48
    recursion: int = 6

    @classmethod
    def for_size(cls, operations: int) -> Budget:
        """Enough to run a program of so many operations a dozen times over, up to some seconds of work."""
        return cls(min(200_000 + 12 * operations, 1_000_000))


_ROUNDS = 3
"""Further rounds of an outermost loop."""
_MAX_ELEMENTS = 6
"""Loops over more elements than this are run with all of them at once."""


class Machine:
    """State of one abstract run of a program; the parts that know the language hang off it."""

    def __init__(self, sources: Sources, knowledge: CallKnowledge, taint: Taint, budget: Budget) -> None:
        self.sources = sources
        self.knowledge = knowledge
        self.taint = taint
        self.budget = budget
        self.heap = Heap()
        self.edges: dict[Ran, None] = {}
        self.entered: dict[int, None] = {}
        self.stack: list[Frame] = []
        self.functions: list[Function] = []
        self.operations = 0
        self.cut = False
        self.merged = False
        self.last: dict[int, Values] = {}
        self._constants: dict[tuple[type, object], Const] = {}
        self._externals: dict[str, External] = {}
        self._bound: dict[tuple[int, int], tuple[Bound, Value, Value]] = {}
        self._paths: dict[int, list[tuple[int, ...]]] = {}
        self.operators = Operators(self)
        self.containers = Iteration(self)
        self.attributes = Attributes(self)
        self.classes = ClassMaker(self)
        self.imports = Imports(self)
        self.calling = Calling(self)
        self.builtins = Builtins(self)
        self.methods = Methods(self)
        self.text_methods = TextMethods(self)
        self.texts = Texts(self)
        self.streams = Streams(self)
        self.library = Library(self)
        self.models = Models(self)
        self.tests = Tests(self)
        self.steps = Steps(self)

    # -- values

    def const(self, value: str | bytes | int | float | bool | tuple[object, ...] | None) -> Const:
        """The interned constant."""
        key = (type(value), value)
        found = self._constants.get(key)
        if found is None:
            found = self._constants[key] = Const(value)
        return found

    def external(self, name: str) -> External:
        """The interned external."""
        found = self._externals.get(name)
        if found is None:
            found = self._externals[name] = External(name)
        return found

    def bound(self, function: Value, receiver: Value) -> Bound:
        """The interned bound callable."""
        key = (id(function), id(receiver))
        found = self._bound.get(key)
        if found is None:
            found = self._bound[key] = (Bound(function, receiver), function, receiver)
        return found[0]

    # -- edges

    def ran(self, frame: Frame, callee: int | str, line: int) -> None:
        """Record a call made by ``frame``; what a model of the library calls, the program's caller of it does."""
        if self.sources.is_model(frame.file):
            if frame.site is None or isinstance(callee, str):
                return
            frame, line = frame.site
        if isinstance(callee, int) and self.sources.is_model(self.sources.units[callee].file):
            name = self.sources.method_name(callee)
            if not name:
                return
            callee = name
        self.edges.setdefault(Ran(self.sources.runner(frame.scope), callee, line))

    # -- running

    def run_module(self, module: Module) -> None:
        """Run the code of a file once, as its first import does."""
        if module.started:
            return
        module.started = True
        unit = self.sources.unit(module.index, 0)
        module.fields.setdefault("__name__", (self.const(module.name),))
        self.run(self.frame(unit.index, None, module))

    def frame(self, scope: int, closure: Frame | None, module: Module) -> Frame:
        """A fresh frame for a scope."""
        unit = self.sources.units[scope]
        return Frame(scope, unit.scope, unit.file, module, closure, [None] * len(unit.scope.ops))

    def run(self, frame: Frame) -> None:
        """Run all operations of a frame, unless a bound is met."""
        if self.operations > self.budget.operations or len(self.stack) >= self.budget.depth:
            self.cut = True
            return
        if not self.sources.is_model(frame.file):
            self.entered.setdefault(self.sources.runner(frame.scope))
        self.stack.append(frame)
        frame.started = True
        try:
            self._range(frame, 0, len(frame.facts.ops), 0)
        finally:
            self.stack.pop()
        got = [frame.values[v] for v, b in frame.facts.returns if self._open(frame, b)]
        frame.returned = join(frame.returned, *(v for v in got if v is not None))
        if self.stack:
            self.stack[-1].raised = join(self.stack[-1].raised, frame.raised)

    def _open(self, frame: Frame, block: int, certain: int | None = None) -> bool:
        """Whether a block may have run, by the tests around it; below ``certain``: whether it has to."""
        table = frame.facts.block_table
        while block > 0 and block != certain:
            b = table[block]
            truth = self.tests.truth(frame, b.test) if b.kind is BlockKind.IF and b.test >= 0 else None
            if truth is None and certain is not None and b.kind is not BlockKind.BODY:
                return False
            if truth is not None and truth != b.polarity:
                return False
            block = b.parent
        return certain is None or block == certain

    def _range(self, frame: Frame, start: int, end: int, block: int) -> None:
        """Run operations ``start`` to ``end``, all of them in ``block`` or blocks inside it."""
        blocks, do = frame.facts.blocks, self.steps.run
        i = start
        while i < end:
            here = blocks[i]
            if here == block:
                do(frame, i)
                i += 1
                continue
            child = self._child(frame.facts, here, block)
            stop = i
            while stop < end and self._child(frame.facts, blocks[stop], block) == child:
                stop += 1
            sibling = self._sibling(frame, child, blocks, stop, end, block)
            if sibling is not None:
                other, last = sibling
                self._either(frame, (child, i, stop), (other, stop, last))
                i = last
            else:
                self._maybe(frame, child, i, stop)
                i = stop

    def _sibling(
        self, frame: Frame, child: int, blocks: tuple[int, ...], stop: int, end: int, block: int
    ) -> tuple[int, int] | None:
        """The other side of an ``if``, where it follows at once: its block and where it ends."""
        if stop >= end or blocks[stop] == block:
            return None
        other = self._child(frame.facts, blocks[stop], block)
        a, b = frame.facts.block_table[child], frame.facts.block_table[other]
        if a.kind is not BlockKind.IF or b.kind is not BlockKind.IF or a.test != b.test or a.polarity == b.polarity:
            return None
        last = stop
        while last < end and self._child(frame.facts, blocks[last], block) == other:
            last += 1
        return other, last

    def _either(self, frame: Frame, one: tuple[int, int, int], two: tuple[int, int, int]) -> None:
        """Two sides of a test: the second does not see what the first wrote."""
        table = frame.facts.block_table
        self.operators.tested(frame, table[one[0]].test)
        truth = self.tests.truth(frame, table[one[0]].test)
        if truth is not None:
            block, start, stop = one if truth == table[one[0]].polarity else two
            self._range(frame, start, stop, block)
            return
        frame.branches += 1
        first = self.heap.open()
        self._side(frame, *one)
        written = self.heap.undo(first)
        second = self.heap.open()
        self._side(frame, *two)
        self.heap.close(second, written)
        self.heap.redo(written)
        frame.branches -= 1

    def _maybe(self, frame: Frame, block: int, start: int, stop: int) -> None:
        """A block that may run."""
        b = frame.facts.block_table[block]
        if b.kind is BlockKind.TRY:
            self._try(frame, block, start, stop)
            return
        if b.kind is BlockKind.LOOP and self._rounds(frame, block, start, stop):
            return
        if b.kind is BlockKind.IF and b.test >= 0:
            self.operators.tested(frame, b.test)
            truth = self.tests.truth(frame, b.test)
            if truth is not None:
                if truth == b.polarity:
                    self._range(frame, start, stop, block)
                return
        frame.branches += 1
        with self.heap.branch():
            self._side(frame, block, start, stop)
            if b.kind is BlockKind.LOOP:
                self._repeat(frame, block, start, stop)
        frame.branches -= 1

    def _try(self, frame: Frame, block: int, start: int, stop: int) -> None:
        """The body of a ``try``: what it raises arrives at the handlers after it."""
        outer, frame.raised = frame.raised, frame.thrown
        self._range(frame, start, stop, block)
        frame.pending = frame.raised
        frame.raised = join(outer, frame.raised)

    def _repeat(self, frame: Frame, block: int, start: int, stop: int) -> None:
        """Further rounds of a loop, until no operation gives anything new."""
        for _ in range(_ROUNDS if not frame.repeating else 1):
            before = frame.values[start:stop]
            frame.repeating += 1
            self._side(frame, block, start, stop)
            frame.repeating -= 1
            if frame.values[start:stop] == before:
                break

    def _rounds(self, frame: Frame, block: int, start: int, stop: int) -> bool:
        """Run a loop over few, known elements one by one; False when they are not known."""
        first = frame.facts.ops[start]
        if not isinstance(first, Element) or frame.facts.blocks[start] != block or frame.repeating:
            return False
        sources = frame.values[first.obj] or ()
        parts = self.containers.parts(sources[0], frame, start) if len(sources) == 1 else None
        if parts is None or not 0 < len(parts) <= _MAX_ELEMENTS:
            return parts == []
        seen: list[list[Values | None]] = []
        for part in parts:
            frame.element = (start, part)
            self._range(frame, start, stop, block)
            seen.append(frame.values[start:stop])
            if any(b != block and self._open(frame, b, block) for v, b in frame.facts.returns):
                break
        for at in range(start, stop):
            rounds = [values[at - start] for values in seen]
            frame.rounds[at] = [v or () for v in rounds]
            if any(v is not None for v in rounds):
                frame.values[at] = join(*(v for v in rounds if v is not None))
        return True

    def _side(self, frame: Frame, block: int, start: int, stop: int) -> None:
        b = frame.facts.block_table[block]
        narrowed = self.tests.narrow(frame, b.test, b.polarity) if b.test >= 0 else None
        if narrowed is None:
            self._range(frame, start, stop, block)
            return
        at, values = narrowed
        kept, frame.values[at] = frame.values[at], values
        self._range(frame, start, stop, block)
        frame.values[at] = kept

    def _child(self, scope: Scope, block: int, ancestor: int) -> int:
        """The block directly inside ``ancestor`` that holds ``block``."""
        table = scope.block_table
        while table[block].parent != ancestor and table[block].parent >= 0:
            block = table[block].parent
        return block

    # -- where

    def line(self, frame: Frame, i: int) -> int:
        return frame.facts.lines[i]

    def path(self, frame: Frame) -> str:
        return self.sources.facts[frame.file].path

    def method_frame(self, frame: Frame) -> Frame | None:
        """The nearest frame around that runs a method: whose function was made in a class body."""
        at: Frame | None = frame
        while at is not None:
            if at.function is not None and at.function.frame.cls is not None:
                return at
            at = at.closure
        return None
