"""What is known of externals: names that lead to a catalog row are followed, the rest end where they are met."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.catalog.records import CallbackRow, Catalog, TypeRow

_MADE = ("queue.", "collections.", "multiprocessing.", "asyncio.", "functools.", "contextvars.", "janus.", "<builtin>.")
_MAX_PARTS = 6
"""Longer dotted paths than this are no import path anybody writes."""


@dataclass(frozen=True, slots=True)
class CallKnowledge:
    """What calling needs of the catalog, keyed by canonical name; ``memory`` has canonical names asked for before."""

    types: dict[str, TypeRow]
    callbacks: dict[str, CallbackRow]
    aliases: dict[str, str]
    prefixes: frozenset[str]
    memory: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def follows(self, name: str) -> bool:
        """Whether an external value is worth carrying on: results of calls only where a catalog row starts so."""
        if "()" not in name:
            return name.count(".") < _MAX_PARTS
        if name.startswith(_MADE) and name.count("()") == 1 and name.endswith("()"):
            return True
        return self.canonical(name) in self.prefixes

    def canonical(self, name: str) -> str:
        """The catalog's name of an external: call results lose their ``()``, definition places become public names."""
        known = self.memory.get(name)
        if known is None:
            known = self.memory[name] = self._canonical(name)
        return known

    def _canonical(self, name: str) -> str:
        name = name.replace("()", "")
        for _ in range(4):
            best = self._aliased(name)
            if best is None:
                return name
            name = best
        return name

    def _aliased(self, name: str) -> str | None:
        head, tail = name, ""
        while head:
            target = self.aliases.get(head)
            if target is not None and target != head:
                return target + tail
            if "." not in head:
                return None
            head, _, last = head.rpartition(".")
            tail = f".{last}{tail}"
        return None


_LAST: list[tuple[Catalog, CallKnowledge]] = []


def knowledge_of(catalog: Catalog) -> CallKnowledge:
    """The part of the catalog that calling needs; that of the last catalog asked for is kept."""
    if not _LAST or _LAST[0][0] is not catalog:
        _LAST[:] = [(catalog, _knowledge(catalog))]
    return _LAST[0][1]


def _knowledge(catalog: Catalog) -> CallKnowledge:
    names = [
        *(s.name for s in catalog.sinks), *(t.name for t in catalog.types), *(c.name for c in catalog.callbacks),
        *(e.name for e in catalog.environment), *(a.name for a in catalog.aliases),
        *(a.target for a in catalog.aliases),
        *(t.returns for t in catalog.types),
    ]  # fmt: skip
    prefixes = {".".join(n.split(".")[:i]) for n in names for i in range(1, n.count(".") + 2)}
    return CallKnowledge(
        {t.name: t for t in catalog.types}, {c.name: c for c in catalog.callbacks},
        {a.name: a.target for a in catalog.aliases}, frozenset(prefixes),
    )  # fmt: skip
