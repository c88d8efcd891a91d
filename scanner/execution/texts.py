"""Code in strings: ``exec`` and ``eval`` of text that is known run in the namespace around them, unexecuted by us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.records import Frame, Values

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_MAX_TEXT = 20_000
_MAX_STRINGS = 40


class Texts:
    """Parses executed strings into facts and runs those."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        self._files: dict[str, int] = {}

    def run(self, text: str, frame: Frame, i: int) -> Frame | None:
        """Run statements; names they bind become names of the module around."""
        index = self._file(text, frame)
        if index is None:
            return None
        unit = self.m.sources.unit(index, 0)
        made = Frame(frame.scope, unit.scope, index, frame.module, frame, [None] * len(unit.scope.ops))
        made.cells = frame.cells
        made.repeating = frame.repeating
        self.m.run(made)
        return made

    def evaluate(self, text: str, frame: Frame, i: int) -> Values:
        """The value of an expression."""
        made = self.run(f"__value__ = (\n{text.strip()}\n)", frame, i)
        return () if made is None else made.module.fields.pop("__value__", ())

    def _file(self, text: str, frame: Frame) -> int | None:
        known = self._files.get(text)
        if known is not None or len(text) > _MAX_TEXT or len(self._files) >= _MAX_STRINGS:
            return known
        facts = self.m.sources.read(self.m.path(frame), text)
        if facts is None:
            return None
        self._files[text] = self.m.sources.add(facts, self.m.sources.modules[frame.file].name, False)
        return self._files[text]
