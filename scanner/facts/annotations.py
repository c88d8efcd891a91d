"""Which classes an annotation names: ``Optional``, unions and strings are opened, containers give their own class."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from scanner.facts.builder import ScopeBuilder
from scanner.facts.expressions import lower
from scanner.facts.records import Display, InstanceOf, Phi, Unknown
from scanner.facts.records import Mapping as MappingOp

if TYPE_CHECKING:
    from scanner.facts.reader import Reader


def annotation(r: Reader, b: ScopeBuilder, node: ast.expr | None) -> int:
    """The class or classes an annotation names, as one value; -1 for none."""
    if node is None:
        return -1
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, str) or len(node.value) > 500:
            return -1
        try:
            inner = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            return -1
        return -1 if isinstance(inner, ast.Constant) else annotation(r, b, _at_line(inner, node.lineno))
    if isinstance(node, ast.Name | ast.Attribute):
        return lower(r, b, node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _any_annotation(r, b, [node.left, node.right], node.lineno)
    if isinstance(node, ast.Subscript):
        head = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        inner_node = node.slice
        if head in ("Optional", "Union", "Annotated", "ClassVar", "Final", "Required", "NotRequired"):
            parts = list(inner_node.elts) if isinstance(inner_node, ast.Tuple) else [inner_node]
            return _any_annotation(r, b, parts[:1] if head == "Annotated" else parts, node.lineno)
        if head in _ELEMENTS or head in _MAPPINGS:
            return _container(r, b, head, inner_node, node.lineno)
        if head not in ("Type", "type", "Callable", "Literal"):
            return annotation(r, b, node.value)
    return -1


_ELEMENTS = frozenset({
    "list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "MutableSequence", "Iterable", "Iterator",
    "Collection", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator", "deque", "Deque",
})  # fmt: skip
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"})


def _container(r: Reader, b: ScopeBuilder, head: str, node: ast.expr, line: int) -> int:
    """A container of some instance of what the annotation of its elements names; -1 when they name nothing."""
    parts = list(node.elts) if isinstance(node, ast.Tuple) else [node]
    element = instance_of(r, b, parts[-1] if head in _MAPPINGS else parts[0], line)
    if element is None:
        return -1
    if head in _MAPPINGS:
        return b.emit(MappingOp((b.emit(Unknown(), line),), (element,)), line)
    return b.emit(Display("list", (element,), True), line)


def _at_line(node: ast.expr, line: int) -> ast.expr:
    for child in ast.walk(node):
        if isinstance(child, ast.expr):
            child.lineno = child.end_lineno = line
    return node


def _any_annotation(r: Reader, b: ScopeBuilder, parts: list[ast.expr], line: int) -> int:
    values = [v for v in (annotation(r, b, p) for p in parts) if v != -1]
    if len(values) < 2:
        return values[0] if values else -1
    return b.emit(Phi(tuple(values)), line)


def instance_of(r: Reader, b: ScopeBuilder, node: ast.expr, line: int) -> int | None:
    """Some instance of what an annotation names, or None when it names nothing we follow."""
    value = annotation(r, b, node)
    if value == -1 or isinstance(b.ops[value], Display | MappingOp):
        return None if value == -1 else value
    return b.emit(InstanceOf(value), line)
