"""Lowers expressions: one function per node type, each returns the index of the value it made."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from scanner.facts.blocks import BlockKind
from scanner.facts.builder import ScopeBuilder
from scanner.facts.names import bind_name, mangled, placeholder_parts, read_name
from scanner.facts.records import (
    Attribute,
    Await,
    Binary,
    Call,
    Choice,
    Compare,
    Const,
    Convert,
    Display,
    Element,
    Format,
    Item,
    Logic,
    Mapping,
    ScopeKind,
    SetAttribute,
    SetItem,
    SetSlice,
    Slice,
    Star,
    Unary,
    Unknown,
    Unpack,
    Yield,
)

if TYPE_CHECKING:
    from scanner.facts.reader import Reader

MAX_TEXT = 20_000
"""Longer literals are cut: nobody writes a URL or a code string that long."""

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.MatMult: "@",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Not: "not", ast.USub: "-", ast.UAdd: "+",
    ast.Invert: "~", ast.And: "and", ast.Or: "or",
}  # fmt: skip


def lower(r: Reader, b: ScopeBuilder, node: ast.expr) -> int:
    """The value of ``node``."""
    return _LOWER.get(type(node), _unknown)(r, b, node)


def _unknown(r: Reader, b: ScopeBuilder, node: Any) -> int:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            lower(r, b, child)
    return b.emit(Unknown(), node.lineno)


def _constant(r: Reader, b: ScopeBuilder, node: ast.Constant) -> int:
    value = node.value
    if isinstance(value, str):
        if r.code_strings and len(value) > 30 and r.looks_like_code(value):
            return r.code_string(b, value, (), node)
        if b.placeholders and (parts := placeholder_parts(b, value, node.lineno)):
            return b.emit(Format(parts), node.lineno)
        return b.emit(Const(value if len(value) <= MAX_TEXT else value[:MAX_TEXT]), node.lineno)
    if isinstance(value, bytes):
        return b.emit(Const(value[:MAX_TEXT].decode("latin-1"), True), node.lineno)
    if value is None or isinstance(value, bool | float):
        return b.emit(Const(value), node.lineno)
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return b.emit(Const(value), node.lineno)
    return b.emit(Unknown(), node.lineno)


def _name(r: Reader, b: ScopeBuilder, node: ast.Name) -> int:
    return read_name(b, node.id, node.lineno)


def _attribute(r: Reader, b: ScopeBuilder, node: ast.Attribute) -> int:
    return b.emit(Attribute(lower(r, b, node.value), mangled(b, node.attr)), node.end_lineno or node.lineno)


def _subscript(r: Reader, b: ScopeBuilder, node: ast.Subscript) -> int:
    obj = lower(r, b, node.value)
    if isinstance(node.slice, ast.Slice):
        return b.emit(Slice(obj, *slice_bounds(r, b, node.slice)), node.lineno)
    return b.emit(Item(obj, lower(r, b, node.slice)), node.lineno)


def slice_bounds(r: Reader, b: ScopeBuilder, node: ast.Slice) -> tuple[int, int, int]:
    """The three bounds of a slice as values, -1 for one left out."""
    parts = (node.lower, node.upper, node.step)
    low, up, step = (-1 if n is None else lower(r, b, n) for n in parts)
    return low, up, step


def _slice(r: Reader, b: ScopeBuilder, node: ast.Slice) -> int:
    return b.emit(Unknown(), getattr(node, "lineno", b.line))


def call_operands(
    r: Reader, b: ScopeBuilder, args: list[ast.expr], keywords: list[ast.keyword]
) -> tuple[tuple[int, ...], tuple[tuple[str, int], ...]]:
    """Lower the arguments of a call in evaluation order."""
    positional = tuple(lower(r, b, a) for a in args)
    return positional, tuple((k.arg or "", lower(r, b, k.value)) for k in keywords)


def _call(r: Reader, b: ScopeBuilder, node: ast.Call) -> int:
    func = lower(r, b, node.func)
    args, keywords = call_operands(r, b, node.args, node.keywords)
    b.calls += 1
    r.calls += 1
    end = node.end_lineno or node.lineno
    lines: tuple[int, ...] = ()
    if end > node.lineno and b.detail.bindings:
        lines = tuple(a.lineno for a in (*node.args, *(k.value for k in node.keywords)))
    return b.emit(Call(func, args, keywords, node.col_offset + 1, end, False, lines), node.lineno)


def _starred(r: Reader, b: ScopeBuilder, node: ast.Starred) -> int:
    return b.emit(Star(lower(r, b, node.value)), node.lineno)


def _logic(r: Reader, b: ScopeBuilder, node: ast.BoolOp) -> int:
    op = OPERATORS[type(node.op)]
    before = b.block
    values: list[int] = []
    for i, part in enumerate(node.values):
        if i:
            b.open_block(BlockKind.IF, values[-1], op == "and")
        values.append(lower(r, b, part))
    b.block = before
    return b.emit(Logic(op, tuple(values)), node.lineno)


def _choice(r: Reader, b: ScopeBuilder, node: ast.IfExp) -> int:
    test = lower(r, b, node.test)
    before = b.open_block(BlockKind.IF, test, True)
    then = lower(r, b, node.body)
    b.block = before
    b.open_block(BlockKind.IF, test, False)
    other = lower(r, b, node.orelse)
    b.block = before
    return b.emit(Choice(test, then, other), node.lineno)


def _compare(r: Reader, b: ScopeBuilder, node: ast.Compare) -> int:
    left = lower(r, b, node.left)
    others = tuple(lower(r, b, c) for c in node.comparators)
    return b.emit(Compare(left, tuple(OPERATORS[type(o)] for o in node.ops), others), node.lineno)


def _unary(r: Reader, b: ScopeBuilder, node: ast.UnaryOp) -> int:
    return b.emit(Unary(OPERATORS[type(node.op)], lower(r, b, node.operand)), node.lineno)


def _binary(r: Reader, b: ScopeBuilder, node: ast.BinOp) -> int:
    # Long concatenations nest to the left: unwound, so that a thousand-term sum needs no thousand frames.
    spine: list[ast.BinOp] = []
    first: ast.expr = node
    while isinstance(first, ast.BinOp):
        spine.append(first)
        first = first.left
    value = lower(r, b, first)
    for part in reversed(spine):
        value = b.emit(Binary(OPERATORS[type(part.op)], value, lower(r, b, part.right)), part.lineno)
    return value


def _format(r: Reader, b: ScopeBuilder, node: ast.JoinedStr) -> int:
    if r.code_strings and sum(len(str(v.value)) for v in node.values if isinstance(v, ast.Constant)) > 30:
        text, parts = _template(r, b, node)
        if parts is not None and r.looks_like_code(text):
            return r.code_string(b, text, tuple(parts), node)
    return b.emit(Format(tuple(lower(r, b, v) for v in node.values)), node.lineno)


def _template(r: Reader, b: ScopeBuilder, node: ast.JoinedStr) -> tuple[str, list[int] | None]:
    """The text of an f-string with a name for each part; the parts are lowered only when it looks like code."""
    text = ""
    exprs: list[ast.expr] = []
    for v in node.values:
        if isinstance(v, ast.Constant):
            text += str(v.value)
        elif isinstance(v, ast.FormattedValue):
            text += f"datacustoms_part_{len(exprs)}_"
            exprs.append(v.value)
    if not r.looks_like_code(text):
        return text, None
    return text, [lower(r, b, e) for e in exprs]


_CONVERSIONS = {ord("s"): "str", ord("r"): "repr", ord("a"): "ascii"}


def _formatted(r: Reader, b: ScopeBuilder, node: ast.FormattedValue) -> int:
    value = lower(r, b, node.value)
    kind = _CONVERSIONS.get(node.conversion)
    return value if kind is None else b.emit(Convert(value, kind), node.lineno)


def _display(kind: str) -> Callable[[Reader, ScopeBuilder, Any], int]:
    def go(r: Reader, b: ScopeBuilder, node: Any) -> int:
        return b.emit(Display(kind, tuple(lower(r, b, e) for e in node.elts)), node.lineno)

    return go


def _dict(r: Reader, b: ScopeBuilder, node: ast.Dict) -> int:
    keys, values = [], []
    for key, value in zip(node.keys, node.values, strict=True):
        keys.append(-1 if key is None else lower(r, b, key))
        values.append(lower(r, b, value))
    return b.emit(Mapping(tuple(keys), tuple(values)), node.lineno)


def _comprehend(r: Reader, b: ScopeBuilder, generators: list[ast.comprehension]) -> Iterator[None]:
    """Open the loops of a comprehension, hand over for the element, close them."""
    before = b.block
    b.push()
    b.walrus = {}
    for g in generators:
        source = lower(r, b, g.iter)
        b.open_block(BlockKind.LOOP, -1, True)
        element = b.emit(Element(source, bool(g.is_async)), g.iter.lineno)
        bind(r, b, g.target, element)
        for test in g.ifs:
            b.open_block(BlockKind.IF, lower(r, b, test), True)
    yield
    # Only a walrus may outlive the comprehension; keeping the rest would shadow globals.
    b.pop()
    b.block = before
    b.layer.own.update(b.walrus)
    b.walrus = {}


def _comprehension(kind: str) -> Callable[[Reader, ScopeBuilder, Any], int]:
    def go(r: Reader, b: ScopeBuilder, node: Any) -> int:
        for _ in _comprehend(r, b, node.generators):
            element = lower(r, b, node.elt)
        return b.emit(Display(kind, (element,), True), node.lineno)

    return go


def _dict_comprehension(r: Reader, b: ScopeBuilder, node: ast.DictComp) -> int:
    for _ in _comprehend(r, b, node.generators):
        key, value = lower(r, b, node.key), lower(r, b, node.value)
    return b.emit(Mapping((key,), (value,)), node.lineno)


def _lambda(r: Reader, b: ScopeBuilder, node: ast.Lambda) -> int:
    b.lambdas += 1
    return r.define_function(b, node, f"<lambda{b.lambdas}>", ScopeKind.LAMBDA)


def _await(r: Reader, b: ScopeBuilder, node: ast.Await) -> int:
    return b.emit(Await(lower(r, b, node.value)), node.lineno)


def _yield(r: Reader, b: ScopeBuilder, node: ast.Yield | ast.YieldFrom) -> int:
    b.is_generator = True
    value = lower(r, b, node.value) if node.value else b.emit(Const(None), node.lineno)
    return b.emit(Yield(value, isinstance(node, ast.YieldFrom)), node.lineno)


def _walrus(r: Reader, b: ScopeBuilder, node: ast.NamedExpr) -> int:
    value = lower(r, b, node.value)
    bind(r, b, node.target, value)
    if node.target.id not in b.globals and node.target.id not in b.nonlocals:
        b.walrus[node.target.id] = value
    return value


_LOWER: dict[type[ast.expr], Callable[[Reader, ScopeBuilder, Any], int]] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Subscript: _subscript, ast.Slice: _slice,
    ast.Call: _call, ast.Starred: _starred, ast.BoolOp: _logic, ast.IfExp: _choice, ast.Compare: _compare,
    ast.UnaryOp: _unary, ast.BinOp: _binary, ast.JoinedStr: _format, ast.FormattedValue: _formatted,
    ast.List: _display("list"), ast.Tuple: _display("tuple"), ast.Set: _display("set"), ast.Dict: _dict,
    ast.ListComp: _comprehension("list"), ast.SetComp: _comprehension("set"),
    ast.GeneratorExp: _comprehension("generator"), ast.DictComp: _dict_comprehension, ast.Lambda: _lambda,
    ast.Await: _await, ast.Yield: _yield, ast.YieldFrom: _yield, ast.NamedExpr: _walrus,
}  # fmt: skip


def bind(r: Reader, b: ScopeBuilder, target: ast.expr, value: int) -> None:
    """Assign ``value`` to a target of any form."""
    line = target.lineno
    if isinstance(target, ast.Name):
        bind_name(b, target.id, value, line)
    elif isinstance(target, ast.Attribute):
        b.emit(SetAttribute(lower(r, b, target.value), mangled(b, target.attr), value), line)
    elif isinstance(target, ast.Subscript):
        obj = lower(r, b, target.value)
        if isinstance(target.slice, ast.Slice):
            b.emit(SetSlice(obj, *slice_bounds(r, b, target.slice), value), line)
        else:
            b.emit(SetItem(obj, lower(r, b, target.slice), value), line)
    elif isinstance(target, ast.Tuple | ast.List):
        _bind_sequence(r, b, target.elts, value, line)
    elif isinstance(target, ast.Starred):
        bind(r, b, target.value, value)


def _bind_sequence(r: Reader, b: ScopeBuilder, targets: list[ast.expr], value: int, line: int) -> None:
    star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    op = b.ops[value]
    plain = (
        isinstance(op, Display) and not op.comprehension and not any(isinstance(b.ops[e], Star) for e in op.elements)
    )
    if plain and star is None and isinstance(op, Display) and len(op.elements) == len(targets):
        for t, element in zip(targets, op.elements, strict=True):
            bind(r, b, t, element)
        return
    for i, t in enumerate(targets):
        index = i if star is None or i <= star else i - len(targets)
        after = 0 if star is None else len(targets) - star - 1
        bind(r, b, t, b.emit(Unpack(value, index, i == star, after), line))
