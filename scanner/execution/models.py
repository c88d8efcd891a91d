"""The standard library in Python text: ``standard/MODULE.pym`` says what functions and classes do to what they are
given, and is run as the program is.

A model keeps, hands on and calls what the real thing keeps, hands on and calls; what it computes it leaves out. Names
a model does not bind are built-in functions, or those of ``intrinsics.py``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.execution.intrinsics import Intrinsics
from scanner.execution.records import Arguments, Class, External, Frame, Module, Value, Values
from scanner.facts.reader import read_facts
from scanner.facts.records import FileFacts

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

PREFIX = "<model>."
_FOLDER = Path(__file__).parent / "standard"
_ALIASES = {
    "<builtin>.open": "io.open", "<builtin>.bytearray": "builtins.bytearray", "codecs.open": "io.open",
    "gzip.open": "io.open", "bz2.open": "io.open", "lzma.open": "io.open", "aiofiles.open": "io.open",
    "os.fdopen": "io.open", "_io.StringIO": "io.StringIO",
}  # fmt: skip
"""Names whose model is that of another."""


@cache
def _names() -> frozenset[str]:
    return frozenset(p.stem for p in _FOLDER.glob("*.pym"))


@cache
def _facts(name: str) -> FileFacts | None:
    found = read_facts(f"<{name}>", "", (_FOLDER / f"{name}.pym").read_text(encoding="utf-8"), bindings=True)
    return found if isinstance(found, FileFacts) else None


class Models:
    """Finds what stands for an external name."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        self._own = Intrinsics(machine)
        self._modules: dict[str, Module | None] = {}
        self._found: dict[str, Value | None] = {}

    def call(self, name: str, a: Arguments, frame: Frame, i: int) -> Values | None:
        """Call an external that has a model; None for others."""
        if name.startswith(PREFIX):
            return self._own.call(name[len(PREFIX) :], a, frame, i)
        value = self.find(name)
        return self.m.calling.call(value, a, frame, i) if value is not None else None

    def find(self, name: str) -> Value | None:
        """The function or class that stands for an external name."""
        if name not in self._found:
            self._found[name] = None  # a model that needs itself on the way finds the external
            self._found[name] = self._look_up(_ALIASES.get(name, name))
        return self._found[name]

    def _look_up(self, name: str) -> Value | None:
        parts = name.split(".")
        for n in range(len(parts) - 1, 0, -1):
            prefix = ".".join(parts[:n])
            if prefix in _names():
                module = self._load(prefix)
                return self._inside(module, parts[n:]) if module is not None else None
        return None

    def _inside(self, module: Module, parts: list[str]) -> Value | None:
        found = module.fields.get(parts[0], ())
        for part in parts[1:]:
            owner = found[0] if found else None
            found = self.m.attributes.find(owner, part) or () if isinstance(owner, Class) else ()
        value = found[0] if found else None
        return None if isinstance(value, External | Module) or parts[0].startswith("_") else value

    def _load(self, name: str) -> Module | None:
        if name not in self._modules:
            facts = _facts(name)
            self._modules[name] = None
            if facts is not None:
                index = self.m.sources.add(facts, name, register=False, model=True)
                module = self._modules[name] = self.m.sources.modules[index]
                with self.m.heap.aside():
                    self.m.run_module(module)
        return self._modules[name]
