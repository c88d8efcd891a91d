"""The verb of this room: link files into a program and solve it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.catalog.records import Catalog
from scanner.facts.records import FileFacts, ScopeKind
from scanner.program.attributes import Attributes
from scanner.program.calling import Calling
from scanner.program.classes import Classes
from scanner.program.constraints import Constraints
from scanner.program.containers import Containers
from scanner.program.externals import CallKnowledge, knowledge_of
from scanner.program.records import Edge, ExternalCall, ValueKind
from scanner.program.solver import MEGAMORPHIC, Solver

_MAX_SUBCLASSES = MEGAMORPHIC
"""A class with more subclasses does not see each of them as its receiver unless the program builds one."""


@dataclass(frozen=True, slots=True)
class Program:
    """The solved program: edges and external calls sorted by where they stand."""

    solver: Solver
    classes: Classes
    knowledge: CallKnowledge
    constraints: Constraints
    edges: tuple[Edge, ...]
    external: tuple[ExternalCall, ...]
    calls: int
    calls_resolved: int


def link(
    files: Iterable[FileFacts],
    catalog: Catalog,
    *,
    library: bool = True,
    entries: frozenset[str] = frozenset(),
    root: str = "",
) -> Program:
    """Solve the program.

    ``library``: any public function may be called from outside, so every scope is analysed and methods see an instance
    of their class. Otherwise only what the module-level code of ``entries`` (paths; all when empty) reaches is.
    ``root`` is what the folder is called that the paths are below: a package that is scanned by itself imports itself
    by that name.
    """
    solver = Solver(files, root)
    classes = Classes(solver)
    containers = Containers(solver)
    knowledge = knowledge_of(catalog)
    attributes = Attributes(solver, classes, containers, knowledge)
    calling = Calling(solver, attributes, containers, knowledge, lenient=library)
    constraints = Constraints(solver, attributes, containers, calling)
    if library:
        for entry in solver.scopes:
            constraints.activate(entry.index)
        _seed_receivers(solver, classes, attributes)
    else:
        solver.on_call = constraints.activate
        for module in solver.modules:
            if not entries or module.facts.path in entries:
                constraints.activate(module.first_scope)
    solver.run()
    _keep_undecided_decorators(solver, constraints)
    return _finish(solver, classes, knowledge, constraints)


def _seed_receivers(solver: Solver, classes: Classes, attributes: Attributes) -> None:
    """Methods may be called from outside on an instance of their class or of a subclass."""
    for entry in solver.scopes:
        cls = solver.enclosing_class(entry.index)
        if cls < 0 or entry.scope.kind is not ScopeKind.FUNCTION or "staticmethod" in entry.scope.decorators:
            continue
        kind = ValueKind.CLASS if "classmethod" in entry.scope.decorators else ValueKind.INSTANCE
        for receiver in (cls, *(classes.descendants(cls, _MAX_SUBCLASSES) or ())):
            name = entry.scope.name.rsplit(".", 1)[-1]
            if receiver == cls or not any(name in classes.members[c] for c in _between(classes, receiver, cls)):
                attributes.receive(entry.index, solver.value(kind, receiver))


def _between(classes: Classes, receiver: int, cls: int) -> list[int]:
    """Classes that come before ``cls`` in the order of ``receiver``: an override there hides the method of ``cls``."""
    order = classes.order(receiver)
    stop = order.index(cls) if cls in order else len(order)
    return [c for c in order[:stop] if isinstance(c, int)]


def _keep_undecided_decorators(solver: Solver, constraints: Constraints) -> None:
    """A decorator nobody could resolve most likely hands the function on."""
    for site, func, decorated in constraints.decorators:
        if not solver.at(func):
            solver.flow(decorated, site)
    solver.run()


def _finish(solver: Solver, classes: Classes, knowledge: CallKnowledge, constraints: Constraints) -> Program:
    edges = tuple(sorted(solver.edges.values(), key=lambda e: (e.caller, e.site, e.callee, e.kind, e.via)))
    external = tuple(sorted(solver.external.values(), key=lambda e: (e.caller, e.site, e.name)))
    resolved = {e.site for e in edges} | {e.site for e in external}
    calls = sum(m.facts.calls for m in solver.modules)
    return Program(solver, classes, knowledge, constraints, edges, external, calls, min(calls, len(resolved)))
