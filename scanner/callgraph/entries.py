"""Where execution can start: scripts, the public API, module-level code, callbacks."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.callgraph.records import EntryPoint
from scanner.facts.records import ScopeKind
from scanner.inputs.records import DeclaredEntry
from scanner.program.linking import Program
from scanner.program.records import ScopeEntry

_THREADS = frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process"})
_RANKS = {"api": 0, "script": 1, "public": 2, "import": 3, "callback": 4}


def entry_points(program: Program, declared: Iterable[DeclaredEntry]) -> dict[int, EntryPoint]:
    """Every entry point of the program, one per scope."""
    scripts = _scripts(program, declared)
    exported = _exported(program)
    found: dict[int, EntryPoint] = {}
    for entry in program.solver.scopes:
        kind = "script" if entry.index in scripts else _kind(program, entry, exported)
        if kind:
            found[entry.index] = EntryPoint(entry.index, kind, _RANKS[kind])
    return found


def _kind(program: Program, entry: ScopeEntry, exported: set[int]) -> str:
    scope = entry.scope
    if scope.kind is ScopeKind.MODULE:
        return "import"
    if scope.kind is not ScopeKind.FUNCTION:
        return ""
    if _is_nested(program, entry):
        return ""
    if runs_in_thread(program, entry.index):
        return "callback"
    top = _top(program, entry)
    if not _public(scope.name):
        return "callback" if _overrides_external(program, entry) else ""
    return "api" if top in exported else "public"


def _public(name: str) -> bool:
    return all(not part.startswith("_") or (part.startswith("__") and part.endswith("__")) for part in name.split("."))


def _is_nested(program: Program, entry: ScopeEntry) -> bool:
    parent = entry.parent
    while parent >= 0:
        if program.solver.scopes[parent].scope.kind in (ScopeKind.FUNCTION, ScopeKind.LAMBDA):
            return True
        parent = program.solver.scopes[parent].parent
    return False


def _top(program: Program, entry: ScopeEntry) -> int:
    """The scope of the top-level class or function ``entry`` belongs to."""
    top = entry
    while top.parent >= 0 and program.solver.scopes[top.parent].scope.kind is not ScopeKind.MODULE:
        top = program.solver.scopes[top.parent]
    return top.index


def runs_in_thread(program: Program, scope: int) -> bool:
    """Whether a scope is the ``run`` of a thread or process class: ``start`` calls it, users do not."""
    cls = program.solver.enclosing_class(scope)
    named = program.solver.scopes[scope].scope.name.endswith(".run")
    return named and cls >= 0 and bool(_THREADS & set(program.classes.externals(cls)))


def _overrides_external(program: Program, entry: ScopeEntry) -> bool:
    cls = program.solver.enclosing_class(entry.index)
    return cls >= 0 and bool(program.classes.externals(cls))


def _scripts(program: Program, declared: Iterable[DeclaredEntry]) -> set[int]:
    """Scopes that console scripts and plugin groups name, and ``__main__`` modules."""
    solver = program.solver
    found = {m.first_scope for m in solver.modules if m.name.rsplit(".", 1)[-1] == "__main__"}
    for d in declared:
        module = solver.find_module(d.module)
        if module is None:
            continue
        for e in solver.scopes[solver.modules[module].first_scope :]:
            if e.file != module:
                break
            if e.scope.name == d.attribute and e.scope.kind is ScopeKind.FUNCTION:
                found.add(e.index)
    return found


def _exported(program: Program) -> set[int]:
    """Top-level functions and classes that ``__all__`` or the ``__init__`` of a package hands out."""
    solver, out = program.solver, set()
    for module in solver.modules:
        if not module.is_package and module.facts.exported is None:
            continue
        names = module.facts.exported
        for name in names if names is not None else program.classes.globals[module.index]:
            node = solver.named_nodes.get(("global", module.index, name))
            if node is None:
                nodes = program.classes.globals[module.index].get(name, ())
            else:
                nodes = (node,)
            for n in nodes:
                out |= {solver.values[v].ref for v in solver.at(n) if solver.values[v].kind in ("function", "class")}
    return out
