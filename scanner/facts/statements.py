"""Lowers statements: control flow becomes blocks and joins, definitions become scopes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from scanner.facts.annotations import annotation, instance_of
from scanner.facts.blocks import BlockKind
from scanner.facts.builder import Layer, ScopeBuilder
from scanner.facts.expressions import OPERATORS, bind, call_operands, lower, slice_bounds
from scanner.facts.names import bind_name
from scanner.facts.patterns import pattern
from scanner.facts.records import (
    Binary,
    Call,
    Caught,
    Class,
    Const,
    DeleteAttribute,
    DeleteItem,
    Element,
    Enter,
    Exit,
    Import,
    Phi,
    Raise,
    ScopeKind,
    SetSlice,
    Unknown,
)

if TYPE_CHECKING:
    from scanner.facts.reader import Reader

_NEVER_RETURNS = frozenset({"sys.exit", "exit", "quit", "os._exit", "os.abort"})


def run(r: Reader, b: ScopeBuilder, body: Sequence[ast.stmt]) -> None:
    """Lower a statement list; what follows an exit is dead and left out."""
    for node in body:
        if b.exited:
            return
        handler = _STATEMENTS.get(type(node))
        if handler is not None:
            handler(r, b, node)


def _expression(r: Reader, b: ScopeBuilder, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Constant):
        return
    lower(r, b, node.value)
    if isinstance(node.value, ast.Call) and dotted(node.value.func) in _NEVER_RETURNS:
        b.exited = True


def dotted(node: ast.expr) -> str:
    """``a.b.c`` as text, or "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _assign(r: Reader, b: ScopeBuilder, node: ast.Assign) -> None:
    value = lower(r, b, node.value)
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == "__all__":
            r.note_exported(node.value)
        bind(r, b, target, value)


def _annotated(r: Reader, b: ScopeBuilder, node: ast.AnnAssign) -> None:
    if b.kind is ScopeKind.CLASS and isinstance(node.target, ast.Name):
        b.fields.append(node.target.id)
    instance = instance_of(r, b, node.annotation, node.lineno)
    if node.value is not None:
        value = lower(r, b, node.value)
        if instance is not None and not isinstance(node.value, ast.Constant):
            value = b.emit(Phi((value, instance)), node.lineno)
        bind(r, b, node.target, value)
    elif instance is not None and b.kind is not ScopeKind.MODULE:
        bind(r, b, node.target, instance)


def _augmented(r: Reader, b: ScopeBuilder, node: ast.AugAssign) -> None:
    if isinstance(node.target, ast.Name) and node.target.id == "__all__":
        r.note_exported(node.value)
    current = lower(r, b, node.target)
    value = b.emit(Binary(OPERATORS[type(node.op)], current, lower(r, b, node.value), True), node.lineno)
    bind(r, b, node.target, value)


def _return(r: Reader, b: ScopeBuilder, node: ast.Return) -> None:
    value = lower(r, b, node.value) if node.value else b.emit(Const(None), node.lineno)
    b.returns.append((value, b.block))
    b.exited = True


def _raise(r: Reader, b: ScopeBuilder, node: ast.Raise) -> None:
    value = -1 if node.exc is None else lower(r, b, node.exc)
    b.emit(Raise(value, -1 if node.cause is None else lower(r, b, node.cause)), node.lineno)
    b.exited = True


def _if(r: Reader, b: ScopeBuilder, node: ast.If) -> None:
    test = lower(r, b, node.test)
    before = b.block
    then, then_exits = _branch(r, b, node.body, test, True, before)
    other, other_exits = _branch(r, b, node.orelse, test, False, before)
    if then_exits and other_exits:
        b.exited = True
    elif then_exits:
        b.layer.own.update(other)
        b.open_block(BlockKind.IF, test, False)
    elif other_exits:
        b.layer.own.update(then)
        b.open_block(BlockKind.IF, test, True)
    else:
        b.join_choice(test, then, other, node.lineno)


def _branch(
    r: Reader, b: ScopeBuilder, body: Sequence[ast.stmt], test: int, polarity: bool, before: int
) -> tuple[dict[str, int], bool]:
    b.push()
    b.open_block(BlockKind.IF, test, polarity)
    run(r, b, body)
    exits, b.exited, b.block = b.exited, False, before
    return b.pop().own, exits


def _for(r: Reader, b: ScopeBuilder, node: ast.For | ast.AsyncFor) -> None:
    source = lower(r, b, node.iter)
    before = b.block
    loop = b.push(loop=True)
    b.open_block(BlockKind.LOOP, -1, True)
    bind(r, b, node.target, b.emit(Element(source, isinstance(node, ast.AsyncFor)), node.lineno))
    run(r, b, node.body)
    b.exited, b.block = False, before
    b.pop()
    _loop_end(r, b, loop, node)


def _loop_end(r: Reader, b: ScopeBuilder, loop: Layer, node: ast.For | ast.AsyncFor | ast.While) -> None:
    """Join the ways out of a loop: its end, past ``else``, and every ``break``."""
    breaks = loop.breaks
    if not node.orelse or not breaks:
        b.close_loop(loop, node.lineno)
        run(r, b, node.orelse)
        return
    loop.breaks = []
    b.close_loop(loop, node.lineno)
    before = b.block
    b.push()
    b.open_block(BlockKind.CASE, -1, True)
    run(r, b, node.orelse)
    exits, b.exited, b.block = b.exited, False, before
    own = b.pop().own
    b.join_any([*breaks, *([] if exits else [own])], node.lineno, fall_through=False)


def _while(r: Reader, b: ScopeBuilder, node: ast.While) -> None:
    before = b.block
    loop = b.push(loop=True)
    b.open_block(BlockKind.LOOP, -1, True)
    test = lower(r, b, node.test)
    b.open_block(BlockKind.IF, test, True)
    run(r, b, node.body)
    b.exited, b.block = False, before
    b.pop()
    breaks = bool(loop.breaks)
    _loop_end(r, b, loop, node)
    if isinstance(node.test, ast.Constant) and node.test.value and not breaks:
        b.exited = True


def _break(r: Reader, b: ScopeBuilder, node: ast.Break) -> None:
    loop = b.loop_layer()
    if loop is not None:
        loop.breaks.append(b.flatten(loop))
    b.exited = True


def _continue(r: Reader, b: ScopeBuilder, node: ast.Continue) -> None:
    loop = b.loop_layer()
    if loop is not None:
        loop.continues.append(b.flatten(loop))
    b.exited = True


def _try(r: Reader, b: ScopeBuilder, node: Any) -> None:
    before, line, returned = b.block, node.lineno, len(b.returns)
    b.push()
    b.open_block(BlockKind.TRY, -1, True)
    run(r, b, node.body)
    tried = dict(b.layer.own)
    if not b.exited:
        run(r, b, node.orelse)
    exits, b.exited, b.block = b.exited, False, before
    ended = b.pop().own
    live = [] if exits else [ended]
    for handler in node.handlers:
        own, handler_exits = _handler(r, b, handler, tried, before)
        if not handler_exits:
            live.append(own)
    if not live:
        b.exited = True
    elif len(live) == 1:
        b.layer.own.update(live[0])
    else:
        b.join_any(live, line, fall_through=False)
    if node.finalbody:
        exited, b.exited = b.exited, False
        final = len(b.returns)
        run(r, b, node.finalbody)
        if b.exited and len(b.returns) > final:
            del b.returns[returned:final]  # a return in ``finally`` takes the place of the others
        b.exited = b.exited or exited


def _handler(
    r: Reader, b: ScopeBuilder, node: ast.ExceptHandler, tried: dict[str, int], before: int
) -> tuple[dict[str, int], bool]:
    b.push()
    for name, value in tried.items():
        earlier = b.lookup(name)
        if earlier is not None and earlier != value:
            b.layer.own[name] = b.emit(Phi((earlier, value)), node.lineno)
        else:
            b.layer.own[name] = value
    kind = lower(r, b, node.type) if node.type is not None else -1
    b.open_block(BlockKind.HANDLER, kind, True)
    if node.name:
        bind_name(b, node.name, b.emit(Caught(kind), node.lineno), node.lineno)
    run(r, b, node.body)
    exits, b.exited, b.block = b.exited, False, before
    return b.pop().own, exits


def _with(r: Reader, b: ScopeBuilder, node: ast.With | ast.AsyncWith) -> None:
    entered_values: list[tuple[int, int]] = []
    is_async = isinstance(node, ast.AsyncWith)
    for item in node.items:
        value = lower(r, b, item.context_expr)
        entered = b.emit(Enter(value, is_async), item.context_expr.lineno)
        if item.optional_vars is not None:
            bind(r, b, item.optional_vars, entered)
        entered_values.append((value, item.context_expr.lineno))
    run(r, b, node.body)
    for value, line in reversed(entered_values):
        b.emit(Exit(value, is_async), line)
    if b.exited and isinstance(node.body[-1], ast.Raise):
        b.exited = False  # a context manager may swallow the exception


def _assert(r: Reader, b: ScopeBuilder, node: ast.Assert) -> None:
    test = lower(r, b, node.test)
    b.open_block(BlockKind.IF, test, True)


def _import(r: Reader, b: ScopeBuilder, node: ast.Import) -> None:
    for alias in node.names:
        r.note_import(alias.name)
        if alias.asname:
            bind_name(b, alias.asname, b.emit(Import(alias.name, 0, ""), node.lineno), node.lineno)
        else:
            root = alias.name.split(".")[0]
            if root != alias.name:
                b.emit(Import(alias.name, 0, ""), node.lineno)
            bind_name(b, root, b.emit(Import(root, 0, ""), node.lineno), node.lineno)


def _import_from(r: Reader, b: ScopeBuilder, node: ast.ImportFrom) -> None:
    module, level = node.module or "", node.level
    if level == 0:
        r.note_import(module)
    for alias in node.names:
        if alias.name == "*":
            r.stars.append((module, level))
            b.emit(Import(module, level, "*"), node.lineno)
            b.starred = b.detail.bindings
            continue
        value = b.emit(Import(module, level, alias.name), node.lineno)
        bind_name(b, alias.asname or alias.name, value, node.lineno)


def _global(r: Reader, b: ScopeBuilder, node: ast.Global) -> None:
    if b.kind is not ScopeKind.MODULE:
        b.globals.update(node.names)


def _nonlocal(r: Reader, b: ScopeBuilder, node: ast.Nonlocal) -> None:
    b.nonlocals.update(node.names)


def _decorate(r: Reader, b: ScopeBuilder, node: Any, value: int) -> int:
    """Apply decorators, innermost first."""
    decorators = [lower(r, b, d) for d in node.decorator_list]
    for decorator, d in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        b.calls += 1
        op = Call(decorator, (value,), (), d.col_offset + 1, d.end_lineno or d.lineno, True)
        value = b.emit(op, d.lineno)
    return value


def _function(r: Reader, b: ScopeBuilder, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    value = r.define_function(b, node, node.name, ScopeKind.FUNCTION)
    bind_name(b, node.name, _decorate(r, b, node, value), node.lineno)


def _class(r: Reader, b: ScopeBuilder, node: ast.ClassDef) -> None:
    child = r.open_scope(b, ScopeKind.CLASS, node.name, node)
    args, keywords = call_operands(r, b, node.bases, node.keywords)
    child.bases, child.keywords = list(args), list(keywords)
    child.decorators = [decorator_text(d) for d in node.decorator_list]
    run(r, child, node.body)
    value = b.emit(Class(child.index), node.lineno)
    bind_name(b, node.name, _decorate(r, b, node, value), node.lineno)


def decorator_text(node: ast.expr) -> str:
    """The dotted name of a decorator, its call left out."""
    return dotted(node.func if isinstance(node, ast.Call) else node)


def _match(r: Reader, b: ScopeBuilder, node: ast.Match) -> None:
    subject = lower(r, b, node.subject)
    before, live = b.block, []
    total = False
    for case in node.cases:
        b.push()
        test = pattern(r, b, case.pattern, subject)
        b.open_block(BlockKind.CASE if test == -1 else BlockKind.IF, test, True)
        if case.guard is not None:
            b.open_block(BlockKind.IF, lower(r, b, case.guard), True)
        elif isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
            total = True
        run(r, b, case.body)
        exits, b.exited, b.block = b.exited, False, before
        own = b.pop().own
        if not exits:
            live.append(own)
    if total and not live:
        b.exited = True
    elif live:
        b.join_any(live, node.lineno, fall_through=not total)


def _delete(r: Reader, b: ScopeBuilder, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Attribute):
            b.emit(DeleteAttribute(lower(r, b, target.value), target.attr), node.lineno)
        elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
            b.emit(DeleteItem(lower(r, b, target.value), lower(r, b, target.slice)), node.lineno)
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            b.emit(SetSlice(lower(r, b, target.value), *slice_bounds(r, b, target.slice), -1), node.lineno)
        elif isinstance(target, ast.Name):
            b.delete(target.id, node.lineno)


def _type_alias(r: Reader, b: ScopeBuilder, node: Any) -> None:
    value = annotation(r, b, node.value)
    bind_name(b, node.name.id, value if value != -1 else b.emit(Unknown(), node.lineno), node.lineno)


_STATEMENTS: dict[type[ast.stmt], Callable[[Reader, ScopeBuilder, Any], None]] = {
    ast.Expr: _expression, ast.Assign: _assign, ast.AnnAssign: _annotated, ast.AugAssign: _augmented,
    ast.Return: _return, ast.Raise: _raise, ast.If: _if, ast.For: _for, ast.AsyncFor: _for, ast.While: _while,
    ast.Break: _break, ast.Continue: _continue, ast.Try: _try, ast.TryStar: _try, ast.With: _with, ast.AsyncWith: _with,
    ast.Assert: _assert, ast.Import: _import, ast.ImportFrom: _import_from, ast.Global: _global,
    ast.Nonlocal: _nonlocal, ast.FunctionDef: _function, ast.AsyncFunctionDef: _function, ast.ClassDef: _class,
    ast.Match: _match, ast.Delete: _delete,
}  # fmt: skip
if hasattr(ast, "TypeAlias"):
    _STATEMENTS[ast.TypeAlias] = _type_alias
