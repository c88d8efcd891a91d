"""Class order: the bases of every class, found by name before anything flows, and the MRO."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.facts.records import (
    Attribute,
    Call,
    Choice,
    Class,
    Free,
    Global,
    Import,
    Item,
    Outer,
    Phi,
    ScopeKind,
)  # fmt: skip
from scanner.program.records import Module
from scanner.program.solver import Solver

_DEPTH = 40


class Classes:
    """Bases and linearisations. A base is a scope number, or the qualified name of an external class."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.bases: dict[int, tuple[int | str, ...]] = {}
        self.subclasses: dict[int, list[int]] = {}
        self._found: dict[int, dict[str, tuple[int, ...]]] = {}
        self._order: dict[int, tuple[int | str, ...]] = {}
        self._externals: dict[int, tuple[str, ...]] = {}
        self.members: dict[int, dict[str, tuple[int, ...]]] = {}
        self.globals: list[dict[str, tuple[int, ...]]] = []
        for module in solver.modules:
            entry = solver.scopes[module.first_scope]
            self.globals.append({b.name: tuple(entry.base + v for v in b.values) for b in entry.scope.bindings})
        classes = [e for e in solver.scopes if e.scope.kind is ScopeKind.CLASS]
        for entry in classes:
            self.members[entry.index] = {b.name: tuple(entry.base + v for v in b.values) for b in entry.scope.bindings}
        for entry in classes:
            outer = solver.scopes[entry.parent]
            found: list[int | str] = []
            for base in entry.scope.bases:
                found += [c for c in self.resolve(outer.index, base) if c not in found and c != entry.index]
            self.bases[entry.index] = tuple(found)
            for base_class in found:
                if isinstance(base_class, int):
                    self.subclasses.setdefault(base_class, []).append(entry.index)

    # -- by name

    def resolve(self, scope: int, value: int, depth: int = 0) -> list[int | str]:
        """The classes a value names, following names only; no value flow."""
        if value < 0 or depth > _DEPTH:
            return []
        entry = self.solver.scopes[scope]
        op = entry.scope.ops[value]
        module = self.solver.modules[entry.file]
        if isinstance(op, Class):
            return [module.first_scope + op.scope]
        if isinstance(op, Global):
            return self.global_name(module, op.name, depth + 1)
        if isinstance(op, Outer):
            return self.resolve(module.first_scope + op.scope, op.value, depth + 1)
        if isinstance(op, Free):
            outer = self.solver.scope_of(module, op.scope)
            hits = [b for b in outer.scope.bindings if b.name == op.name]
            return [c for b in hits for v in b.values for c in self.resolve(outer.index, v, depth + 1)]
        if isinstance(op, Import):
            return self.imported(module, op, depth + 1)
        if isinstance(op, Attribute):
            owners = self.resolve(scope, op.obj, depth + 1)
            return [c for o in owners for c in self.member(o, op.name, depth + 1)]
        if isinstance(op, Item):
            return self.resolve(scope, op.obj, depth + 1)
        if isinstance(op, Phi):
            return _unique(c for v in op.sources for c in self.resolve(scope, v, depth + 1))
        if isinstance(op, Choice):
            return _unique(c for v in (op.then, op.other) for c in self.resolve(scope, v, depth + 1))
        if isinstance(op, Call) and op.decorator:
            return self.resolve(scope, op.args[0], depth + 1)
        return []

    def global_name(self, module: Module, name: str, depth: int = 0) -> list[int | str]:
        """Classes a module-level name stands for; star imports are searched after the module's own names."""
        if depth > _DEPTH:
            return []
        nodes = self.globals[module.index].get(name)
        if nodes:
            base = self.solver.scopes[module.first_scope].base
            return _unique(c for n in nodes for c in self.resolve(module.first_scope, n - base, depth + 1))
        for star, level in module.facts.stars:
            target = self.solver.find_module(self.solver.absolute_name(star, level, module))
            if target is not None and target != module.index:
                found = self.global_name(self.solver.modules[target], name, depth + 5)
                if found:
                    return found
        return []

    def imported(self, module: Module, op: Import, depth: int) -> list[int | str]:
        """What an import operation binds: modules are written ``module:N`` strings no class is called by."""
        dotted = self.solver.absolute_name(op.module, op.level, module)
        target = self.solver.find_module(dotted)
        if not op.name:
            return [dotted if target is None else f"module:{target}"]
        if target is not None:
            found = self.global_name(self.solver.modules[target], op.name, depth)
            if found:
                return found
        submodule = self.solver.find_module(f"{dotted}.{op.name}")
        if submodule is not None:
            return [f"module:{submodule}"]
        return [] if target is not None else [f"{dotted}.{op.name}"]

    def member(self, owner: int | str, name: str, depth: int) -> list[int | str]:
        """``owner.name`` by name."""
        if isinstance(owner, int):
            nodes = self.members.get(owner, {}).get(name, ())
            base = self.solver.scopes[owner].base
            return _unique(c for n in nodes for c in self.resolve(owner, n - base, depth + 1))
        if owner.startswith("module:"):
            module = self.solver.modules[int(owner[7:])]
            found = self.global_name(module, name, depth + 1)
            submodule = self.solver.find_module(f"{module.name}.{name}")
            return found or ([f"module:{submodule}"] if submodule is not None else [])
        submodule = self.solver.find_module(f"{owner}.{name}")
        return [f"module:{submodule}"] if submodule is not None else [f"{owner}.{name}"]

    # -- order

    def order(self, cls: int) -> tuple[int | str, ...]:
        """Method resolution order, the class first (C3; falls back to depth-first where C3 has no answer)."""
        known = self._order.get(cls)
        if known is None:
            self._order[cls] = (cls,)  # a cycle in hostile source ends here
            known = self._order[cls] = self._linearise(cls)
        return known

    def _linearise(self, cls: int) -> tuple[int | str, ...]:
        bases = self.bases.get(cls, ())
        tails: list[list[int | str]] = [list(self.order(b)) if isinstance(b, int) else [b] for b in bases]
        merged = _merge([*(list(t) for t in tails), list(bases)])
        if merged is None:
            merged = _unique(c for tail in tails for c in tail)
        return (cls, *merged)

    def externals(self, cls: int) -> tuple[str, ...]:
        """External classes among the ancestors."""
        known = self._externals.get(cls)
        if known is None:
            known = self._externals[cls] = tuple(c for c in self.order(cls) if isinstance(c, str))
        return known

    def find(self, cls: int, name: str, after: int = -1) -> tuple[int, ...]:
        """Nodes of the first definition of ``name`` in the order of ``cls`` (``after``: past that class, for super)."""
        known = self._found.get(cls)
        if known is None:
            known = self._found[cls] = {}
        key = name if after < 0 else f"{after}:{name}"
        nodes = known.get(key)
        if nodes is None:
            nodes = known[key] = self._find(cls, name, after)
        return nodes

    def _find(self, cls: int, name: str, after: int) -> tuple[int, ...]:
        order = self.order(cls)
        if after >= 0 and after in order:
            order = order[order.index(after) + 1 :]
        for c in order:
            if isinstance(c, int):
                nodes = self.members[c].get(name)
                if nodes:
                    return nodes
        return ()

    def descendants(self, cls: int, limit: int) -> tuple[int, ...] | None:
        """All subclasses, direct and indirect; None when there are more than ``limit``."""
        seen: list[int] = []
        stack = list(self.subclasses.get(cls, ()))
        while stack:
            c = stack.pop()
            if c not in seen:
                seen.append(c)
                if len(seen) > limit:
                    return None
                stack += self.subclasses.get(c, ())
        return tuple(sorted(seen))


def _merge(sequences: list[list[int | str]]) -> list[int | str] | None:
    """The C3 merge of the language's MRO; None when the classes have no consistent order."""
    out: list[int | str] = []
    sequences = [s for s in sequences if s]
    while sequences:
        for s in sequences:
            head = s[0]
            if not any(head in other[1:] for other in sequences):
                break
        else:
            return None
        out.append(head)
        sequences = [rest for s in sequences if (rest := [c for c in s if c != head])]
    return out


def _unique(items: Iterable[int | str]) -> list[int | str]:
    return list(dict.fromkeys(items))
