"""Reads and assignments of names: local definitions, enclosing scopes, globals, private names."""

from __future__ import annotations

from scanner.facts.builder import ScopeBuilder
from scanner.facts.records import (
    Const,
    Free,
    Global,
    Named,
    Outer,
    ScopeKind,
    StoreFree,
    StoreGlobal,
)  # fmt: skip


def placeholder_parts(b: ScopeBuilder, text: str, line: int) -> tuple[int, ...]:
    """Split a literal of a code string at the names that stand for parts of the enclosing f-string."""
    parts: list[int] = []
    rest = text
    while rest:
        hits = [(rest.find(name), name) for name in b.placeholders if name in rest]
        if not hits:
            break
        at, name = min(hits)
        if at:
            parts.append(b.emit(Const(rest[:at]), line))
        parts.append(outer_value(b, b.placeholders[name], line))
        rest = rest[at + len(name) :]
    if parts and rest:
        parts.append(b.emit(Const(rest), line))
    return tuple(parts)


def outer_value(b: ScopeBuilder, value: int, line: int) -> int:
    assert b.parent is not None
    return b.emit(Outer(b.parent.index, value), line)


def read_name(b: ScopeBuilder, name: str, line: int) -> int:
    """The value a name has here: a local definition, an enclosing one, or a global."""
    value = _reached(b, name, line)
    return b.emit(Named(name, value), line) if name in b.detail.marked else value


def _reached(b: ScopeBuilder, name: str, line: int) -> int:
    if name in b.placeholders:
        return outer_value(b, b.placeholders[name], line)
    if name not in b.globals and name not in b.nonlocals:
        value = b.lookup(name)
        if value is not None:
            anew = name in b.detail.shared or (b.starred and b.kind is ScopeKind.MODULE)
            return _again(b, name, line) if anew else value
    if name in b.globals:
        return b.emit(Global(name), line)
    outer = b.parent
    live = b.kind in (ScopeKind.CLASS, ScopeKind.CODE_STRING)
    while outer is not None and outer.kind is not ScopeKind.MODULE:
        if outer.kind is not ScopeKind.CLASS:
            if live and (value := outer.lookup(name)) is not None:
                return b.emit(Outer(outer.index, value), line)
            if name in outer.defs:
                outer.captured.add(name)
                return b.emit(Free(outer.index, name), line)
            live = False
        outer = outer.parent
    if live and outer is not None and (value := outer.lookup(name)) is not None:
        return b.emit(Outer(outer.index, value), line)
    return b.unbound_read(name, line)


def _again(b: ScopeBuilder, name: str, line: int) -> int:
    """A read by its owner of a name that inner functions assign."""
    if b.kind is ScopeKind.MODULE:
        return b.emit(Global(name), line)
    if b.kind is ScopeKind.CLASS:
        return b.layer.own.get(name, -1) if name in b.layer.own else b.emit(Global(name), line)
    b.captured.add(name)
    return b.emit(Free(b.index, name), line)


def mangled(b: ScopeBuilder, name: str) -> str:
    """A private name inside a class carries the name of the class (language reference, 6.2.1)."""
    if not name.startswith("__") or name.endswith("__"):
        return name
    at: ScopeBuilder | None = b
    while at is not None and at.kind is not ScopeKind.CLASS:
        at = at.parent
    owner = at.name.rsplit(".", 1)[-1].lstrip("_") if at is not None else ""
    return f"_{owner}{name}" if owner else name


def bind_name(b: ScopeBuilder, name: str, value: int, line: int) -> None:
    """Assign to a name, honouring ``global`` and ``nonlocal``."""
    if b.kind is ScopeKind.CLASS:
        name = mangled(b, name)
    if name in b.globals:
        b.emit(StoreGlobal(name, value), line)
        return
    if name in b.nonlocals:
        outer = b.parent
        while outer is not None and (name not in outer.defs or outer.kind is ScopeKind.CLASS):
            outer = outer.parent
        if outer is not None:
            outer.captured.add(name)
            b.emit(StoreFree(outer.index, name, value), line)
        return
    b.store(name, value)
