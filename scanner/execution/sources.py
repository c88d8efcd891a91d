"""The files abstract execution runs: modules by name, scopes by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scanner.execution.records import Module
from scanner.facts.records import FileFacts, Scope, ScopeKind
from scanner.program.modules import absolute, module_names

Finder = Callable[[str], FileFacts | None]
"""Brings the facts of a module by dotted name, from beside the files given."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A scope of the program and where it stands; ``parent`` is -1 for modules."""

    index: int
    file: int
    scope: Scope
    parent: int


class Sources:
    """All files of a program. ``read`` turns the text of an executed string into facts."""

    def __init__(
        self, files: Iterable[FileFacts], read: Callable[[str, str], FileFacts | None], find: Finder | None = None
    ) -> None:
        self.read = read
        self._find = find
        self._missing: set[str] = set()
        self.units: list[Unit] = []
        self.facts: list[FileFacts] = []
        self.modules: list[Module] = []
        self.first: list[int] = []
        self.by_name: dict[str, int] = {}
        self.packages: set[str] = set()
        self._models: set[int] = set()
        ordered = sorted(files, key=lambda f: f.path)
        names = module_names(f.path for f in ordered)
        for facts in ordered:
            self.add(facts, names[facts.path])

    def add(self, facts: FileFacts, name: str, register: bool = True, model: bool = False) -> int:
        """Add a file as module ``name``; gives its index. An executed string is not to be imported: not registered.

        ``model``: it stands for a module of the standard library and is no part of the program.
        """
        index, first = len(self.modules), len(self.units)
        if model:
            self._models.add(index)
        self.modules.append(Module(index, name))
        self.facts.append(facts)
        self.first.append(first)
        if register and (name not in self.by_name or facts.path.endswith("__init__.py")):
            self.by_name[name] = index
        parts = name.split(".")
        self.packages |= {".".join(parts[:i]) for i in range(1, len(parts))}
        for scope in facts.scopes:
            parent = -1 if scope.parent < 0 else first + scope.parent
            self.units.append(Unit(len(self.units), index, scope, parent))
        return index

    def is_model(self, file: int) -> bool:
        """Whether a file stands for a module of the standard library."""
        return file in self._models

    def find(self, name: str) -> int | None:
        """The module of a dotted name: one that is here, or one that ``find`` brings."""
        index = self.by_name.get(name)
        if index is None and self._find is not None and name not in self._missing:
            self._missing.add(name)
            facts = self._find(name)
            if facts is not None:
                index = self.add(facts, name)
        return index

    def unit(self, file: int, scope: int) -> Unit:
        """Scope number ``scope`` of a file."""
        return self.units[self.first[file] + scope]

    def absolute_name(self, module: str, level: int, importer: Module) -> str:
        """The absolute name a (relative) import means."""
        is_package = self.facts[importer.index].path.endswith("__init__.py")
        return absolute(module, level, importer.name, is_package)

    def runner(self, scope: int) -> int:
        """The function or module whose code a scope is part of, as callers are named."""
        unit = self.units[scope]
        while unit.scope.kind in (ScopeKind.CLASS, ScopeKind.CODE_STRING):
            unit = self.units[unit.parent]
        return unit.index

    def method_name(self, scope: int) -> str:
        """A method of a model as calls of it are named: of a class ``f_Class`` after the function that makes it; "" for
        functions, which have a name of their own, special methods and classes nobody can name."""
        parts = self.units[scope].scope.name.split(".")
        if len(parts) != 2 or parts[1].startswith("_"):
            return ""
        module = self.modules[self.units[scope].file].name
        owner = parts[0].partition("_")[0]
        return f"{'<builtin>' if module == 'builtins' else module}.{owner}().{parts[1]}" if owner else ""

    def name(self, scope: int) -> str:
        """Dotted module path, then functions and classes joined by dots."""
        unit = self.units[scope]
        module = self.modules[unit.file].name
        return module if unit.scope.kind is ScopeKind.MODULE else f"{module}.{unit.scope.name}"
