"""Imports run modules; names of modules are looked up in what they have bound so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.records import Arguments, Const, Frame, Module, Sequence, Values
from scanner.facts.records import Import

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_MAX_STARS = 8


class Imports:
    """Import statements and module members."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine

    def run(self, frame: Frame, op: Import) -> Values:
        """What an import operation binds; modules on the way are run."""
        importer = self.m.sources.modules[frame.file]
        dotted = self.m.sources.absolute_name(op.module, op.level, importer)
        if not dotted:
            return ()
        if self.m.sources.is_model(frame.file):
            return (self.m.external(f"{dotted}.{op.name}" if op.name else dotted),)
        module = self.load(dotted)
        if op.name == "*":
            self._star(frame, module)
            return ()
        if not op.name:
            return self._named(dotted, module)
        if module is None:
            submodule = self.load(f"{dotted}.{op.name}")
            return (submodule,) if submodule is not None else (self.m.external(f"{dotted}.{op.name}"),)
        return self.get(module, op.name, frame) or ()

    def _named(self, dotted: str, module: Module | None) -> Values:
        if module is not None:
            return (module,)
        return (self.m.external(dotted),)

    def load(self, dotted: str) -> Module | None:
        """Run a module and the packages above it; None when the program has no such file."""
        sources = self.m.sources
        found: Module | None = None
        parts = dotted.split(".")
        for n in range(1, len(parts) + 1):
            name = ".".join(parts[:n])
            index = sources.find(name)
            found = sources.modules[index] if index is not None else None
            if found is not None:
                self.m.run_module(found)
                parent = sources.by_name.get(name.rpartition(".")[0])
                if parent is not None and n > 1:
                    sources.modules[parent].fields.setdefault(parts[n - 1], (found,))
        return found

    def _star(self, frame: Frame, module: Module | None) -> None:
        if module is None:
            return
        listed = module.fields.get("__all__")
        names = [n for n in module.fields if isinstance(n, str) and not n.startswith("_")]
        if listed and isinstance(listed[0], Sequence):
            values = self.m.containers.elements(listed[0])
            names = [v.value for v in values if isinstance(v, Const) and isinstance(v.value, str)]
        for name in names:
            found = self.get(module, name, frame)
            if found is not None:
                self.m.heap.write(frame.module.fields, name, found)

    def member(self, module: Module, name: str) -> Values | None:
        """What a global name is now, None when the module has not bound it."""
        found = module.fields.get(name)
        if found is None and name == "__name__":
            return (self.m.const(module.name),)
        return found

    def get(self, module: Module, name: str, frame: Frame, line: int = 0) -> Values | None:
        """``module.name``: a bound name, a submodule, or what a lazy ``__getattr__`` gives."""
        found = self.member(module, name)
        if found is not None:
            return found
        submodule = self.load(f"{module.name}.{name}")
        if submodule is not None and submodule is not module:
            return (submodule,)
        lazy = module.fields.get("__getattr__")
        if lazy:
            arguments = Arguments(((self.m.const(name),),))
            return tuple(v for f in lazy for v in self.m.calling.call(f, arguments, frame, line))
        return None
