"""The verb of this room: run a program from its entry files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.catalog.records import Catalog
from scanner.execution.machine import Budget, Machine
from scanner.execution.records import Arrival, Class, Function, Instance, Module, Ran
from scanner.execution.sources import Finder, Sources
from scanner.execution.taint import Rule, Taint
from scanner.facts.reader import read_facts
from scanner.facts.records import FileFacts, ScopeKind
from scanner.program.externals import knowledge_of

_MAX_HEIRS = 3
"""Subclasses an inherited method is run for, beside its own class."""
_STACK = 4_000
"""Frames allowed: an abstract call takes some fifteen, and their depth is bounded by the budget."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: calls by scope, scopes entered, tokens arrived; ``cut`` when a bound ended it early,
    ``merged`` when calls of a function were no longer told apart.

    ``places`` maps scopes to dotted name, file and line.
    """

    calls: tuple[Ran, ...]
    entered: tuple[int, ...]
    arrivals: tuple[Arrival, ...]
    places: dict[int, tuple[str, str, int]]
    operations: int
    cut: bool
    merged: bool


def execute(
    files: Iterable[FileFacts],
    catalog: Catalog,
    *,
    entries: frozenset[str] = frozenset(),
    rules: Iterable[Rule] = (),
    library: bool = False,
    budget: Budget | None = None,
    find: Finder | None = None,
) -> Run:
    """Run the module code of ``entries`` (paths; all files when empty) and what it reaches.

    ``find`` brings modules that are imported and not among the files. ``library``: functions that nothing called are
    called as well, from outside, with unknown arguments. The facts must have been read with ``bindings``.
    """
    taint = Taint(rules)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _STACK))
    try:
        return _execute(files, catalog, entries, taint, library, budget, find)
    finally:
        sys.setrecursionlimit(limit)


def _execute(
    files: Iterable[FileFacts],
    catalog: Catalog,
    entries: frozenset[str],
    taint: Taint,
    library: bool,
    budget: Budget | None,
    find: Finder | None,
) -> Run:
    sources = Sources(files, lambda path, text: _read(path, text, taint.marked), find)
    size = sum(len(u.scope.ops) for u in sources.units)
    machine = Machine(sources, knowledge_of(catalog), taint, budget or Budget.for_size(size))
    chosen = [m for m in sources.modules if not entries or sources.facts[m.index].path in entries]
    try:
        _run_entries(machine, chosen)
        if library:
            _call_the_rest(machine)
    except RecursionError:
        machine.cut = True  # values that nest without end: what was seen so far stands
    places = {u.index: (sources.name(u.index), sources.facts[u.file].path, u.scope.line) for u in sources.units}
    return Run(
        tuple(machine.edges), tuple(machine.entered), tuple(sorted(taint.arrivals)), places, machine.operations,
        machine.cut, machine.merged,
    )  # fmt: skip


def _run_entries(machine: Machine, chosen: list[Module]) -> None:
    for module in chosen:
        if not module.started:
            module.fields["__name__"] = (machine.const("__main__"),)
            machine.run_module(module)


def _read(path: str, text: str, marked: frozenset[str]) -> FileFacts | None:
    found = read_facts(path, "", text, bindings=True, marked=marked)
    return found if isinstance(found, FileFacts) else None


def _call_the_rest(machine: Machine) -> None:
    """Call every function that was defined and never entered, in order of definition; they may define others."""
    done: set[int] = set()
    receivers: dict[int, Instance] = {}
    position = 0
    while position < len(machine.functions):
        function = machine.functions[position]
        position += 1
        if function.scope in machine.entered or function.scope in done:
            continue
        done.add(function.scope)
        if not machine.taint.closed(machine.sources.name(function.scope)):
            _call(machine, function, receivers)


def _call(machine: Machine, function: Function, receivers: dict[int, Instance]) -> None:
    cls = machine.calling.owner(function)
    unit = machine.sources.units[function.scope]
    if cls is None or "staticmethod" in unit.scope.decorators:
        machine.calling.call_unknown(function, None, function.frame)
        return
    name = unit.scope.name.rsplit(".", 1)[-1]
    static = "classmethod" in unit.scope.decorators or name == "__new__"
    for c in _heirs(machine, cls, name):
        receiver = c if static else _receiver(machine, c, receivers)
        machine.calling.call_unknown(function, receiver, function.frame)


def _heirs(machine: Machine, cls: Class, name: str) -> list[Class]:
    """The class and some of its subclasses that inherit the method."""
    inherited = machine.attributes.find(cls, name)
    below = [
        c for c in machine.classes.all
        if c is not cls and cls in c.order and machine.attributes.find(c, name) == inherited
    ]  # fmt: skip
    return [cls, *below[:_MAX_HEIRS]]


def _receiver(machine: Machine, cls: Class, receivers: dict[int, Instance]) -> Instance:
    """One object of a class for all its methods, its constructor run with unknown arguments."""
    known = receivers.get(id(cls))
    if known is not None:
        return known
    made = receivers[id(cls)] = machine.classes.instance(cls)
    for f in machine.attributes.find(cls, "__init__") or ():
        if isinstance(f, Function) and machine.sources.units[f.scope].scope.kind is ScopeKind.FUNCTION:
            machine.calling.call_unknown(f, made, f.frame)
    return made
