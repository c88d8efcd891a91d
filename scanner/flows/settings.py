"""Keys of settings: ``SETTINGS["sync"]``, ``config.get("telemetry", {}).get("enabled")``, read where a path decides.

Which mapping holds settings is told by its name, or its class: a key of an answer or of a payload is no switch.
"""

from __future__ import annotations

import re

from scanner.facts.records import AnyOp, Attribute, Call, Free, Global, Item, Param
from scanner.flows.index import Index
from scanner.program.records import ScopeEntry, ValueKind

_WORDS = frozenset("setting settings config configuration configs cfg conf preference preferences prefs".split())
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_DEPTH = 4
_LONGEST = 60


def setting_at(index: Index, entry: ScopeEntry, op: AnyOp, depth: int = 0) -> str:
    """The dotted key an operation reads of a settings object; "" when it reads none."""
    if isinstance(op, Item):
        obj, key = op.obj, index.constant(entry.base + op.key)
    elif isinstance(op, Call) and op.args and isinstance(get := entry.scope.ops[op.func], Attribute):
        if not (get.name == "get" or _words(get.name) & _WORDS):
            return ""
        obj, key = get.obj, index.constant(entry.base + op.args[0])
        if get.name != "get" and isinstance(key, str):
            return key if key.isprintable() and len(key) <= _LONGEST else ""
    else:
        return ""
    if not isinstance(key, str) or not key.isprintable() or not 0 < len(key) <= _LONGEST or depth > _DEPTH:
        return ""
    outer = setting_at(index, entry, entry.scope.ops[obj], depth + 1)
    if outer:
        return f"{outer}.{key}"
    return key if _is_settings(index, entry, obj) else ""


def _is_settings(index: Index, entry: ScopeEntry, obj: int) -> bool:
    op = entry.scope.ops[obj]
    if isinstance(op, Global | Attribute | Free):
        name = op.name
    elif isinstance(op, Param):
        name = entry.scope.params[op.index].name
    else:
        name = ""
    if _words(name) & _WORDS:
        return True
    values = (index.solver.values[v] for v in index.solver.at(entry.base + obj))
    classes = (index.solver.scopes[v.ref].scope.name for v in values if v.kind is ValueKind.INSTANCE)
    return any(_words(name) & _WORDS for name in classes)


def _words(name: str) -> frozenset[str]:
    return frozenset(w.lower() for w in _WORD.findall(name))
