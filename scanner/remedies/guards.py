"""Guards: a call that sends runs only when a variable asks for it.

What is sent back is left out in silence: a call whose result nobody uses is wrapped, and a function that gives nothing
back returns. Everything else fails as an unreachable host would: an upload that is left out must not look like one
that was made.
Imports libcst: import this module inside the function that needs it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import libcst as cst

from scanner.policy.rules import RETURNS
from scanner.remedies.document import Document, Function, last_name

_CATCHING = frozenset({"Exception", "BaseException", "OSError", "IOError", "EnvironmentError", "ConnectionError"})
_SPARE = "_datacustoms_os"
_BINDING = (
    cst.AssignTarget,
    cst.Param,
    cst.AsName,
    cst.For,
    cst.CompFor,
    cst.NamedExpr,
    cst.AnnAssign,
    cst.FunctionDef,
)
_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def guard(document: Document, call: cst.Call, variable: str, value: str, kind: str) -> str:
    """Guards the statement of a call that sends; ``""``, or why it cannot be done. ``kind`` is the kind of finding."""
    statement = _statement(document, call)
    if isinstance(statement, str):
        return statement
    function = document.function(statement)
    quiet = kind in RETURNS
    wrapped = quiet and _is_unused(statement)
    if not wrapped and function is None:
        return "it runs while the module is imported, which would fail"
    if (statement, variable) in document.guarded:
        return ""
    document.guarded.add((statement, variable))
    asked = f"{_os(document)}.environ.get({json.dumps(variable)})"
    if wrapped:
        head = cst.parse_statement(
            f"if {asked} == {json.dumps(value)}:\n    pass\n", document.module.config_for_parsing
        )
        document.change(statement, lambda node: _wrapped(head, node))
        return ""
    reason = json.dumps(f"{kind.replace('-', ' ')} is switched off; set {variable}={value} to allow it")
    leaves = (
        quiet and function is not None and _gives_nothing(document, function) and not _is_caught(document, statement)
    )
    exit_ = "return" if leaves else f"raise ConnectionError({reason})"
    lines = f"if {asked} != {json.dumps(value)}:\n    {exit_}\n"
    new = cst.parse_statement(lines, document.module.config_for_parsing)
    document.change(statement, lambda node: _preceded(new, node))
    return ""


def _statement(document: Document, call: cst.Call) -> _Statement | str:
    """The statement of a block that holds a call, or why it has none that can be guarded."""
    below: cst.CSTNode = call
    for node in document.above(call):
        if isinstance(node, cst.Lambda):
            return "it stands in a lambda"
        if isinstance(node, cst.SimpleStatementSuite):
            return "it shares a line with its condition"
        if isinstance(node, cst.FunctionDef | cst.ClassDef) and below is not node.body:
            return "it stands in a decorator or a default"
        if isinstance(node, cst.IndentedBlock | cst.Module):
            assert isinstance(below, cst.SimpleStatementLine | cst.BaseCompoundStatement)
            return below
        if isinstance(node, cst.If) and isinstance(below, cst.If):
            return "it stands in the condition of an elif"
        if isinstance(node, cst.Match) and isinstance(below, cst.MatchCase):
            return "it stands in the condition of a case"
        below = node
    return "it stands in no statement"


def _is_unused(statement: _Statement) -> bool:
    """Whether a statement is one expression whose value is dropped."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    small = statement.body[0]
    return isinstance(small, cst.Expr) and not isinstance(small.value, cst.Yield)


def _is_caught(document: Document, statement: cst.CSTNode) -> bool:
    """Whether a handler of the same function would take the failure of a connection."""
    below = statement
    for node in document.above(statement):
        if isinstance(node, cst.FunctionDef):
            return False
        if isinstance(node, cst.Try) and below is node.body and any(_catches(h) for h in node.handlers):
            return True
        below = node
    return False


def _catches(handler: cst.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = [e.value for e in handler.type.elements] if isinstance(handler.type, cst.Tuple) else [handler.type]
    return any(last_name(kind) in _CATCHING for kind in kinds)


def _gives_nothing(document: Document, function: Function) -> bool:
    """Whether a function returns no value and yields none."""
    own = (n for n in document.parents if isinstance(n, cst.Return | cst.Yield) and document.function(n) is function)
    return all(isinstance(node, cst.Return) and node.value is None for node in own)


def _wrapped(head: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(head, cst.If) and isinstance(node, cst.SimpleStatementLine)
    body = cst.IndentedBlock([node.with_changes(leading_lines=())])
    return head.with_changes(body=body, leading_lines=node.leading_lines)


def _preceded(new: cst.CSTNode, node: cst.CSTNode) -> cst.FlattenSentinel[cst.BaseStatement]:
    """Comments above the statement stay above both."""
    assert isinstance(new, cst.If) and isinstance(node, cst.BaseStatement)
    lines: Sequence[cst.EmptyLine] = getattr(node, "leading_lines", ())
    first = new.with_changes(leading_lines=lines)
    return cst.FlattenSentinel([first, node.with_changes(leading_lines=()) if lines else node])


# -- the module that knows the environment


def _os(document: Document) -> str:
    """The name ``os`` has in the file; imported where it is not."""
    names = [n for n in document.parents if isinstance(n, cst.Name) and n.value == "os"]
    name = _SPARE if any(_binds(document, n) for n in names) else "os"
    if name not in document.imports | _imported(document):
        document.change(document.module, lambda node: _with_import(node, name))
        document.imports.add(name)
    return name


def _binds(document: Document, name: cst.Name) -> bool:
    """Whether the name means something else than the module somewhere, or is local to a function."""
    parent = document.parents[name]
    if isinstance(parent, cst.Attribute | cst.Arg):
        return False
    if isinstance(parent, cst.ImportAlias):
        return isinstance(document.parents[parent], cst.ImportFrom) or document.function(parent) is not None
    return isinstance(parent, _BINDING) and getattr(parent, "iter", None) is not name


def _imported(document: Document) -> set[str]:
    """Modules imported on the top level of the file under their own name."""
    lines = (line for line in document.module.body if isinstance(line, cst.SimpleStatementLine))
    imports = (small for line in lines for small in line.body if isinstance(small, cst.Import))
    return {a.evaluated_name for small in imports for a in small.names if a.asname is None}


def _with_import(module: cst.CSTNode, name: str) -> cst.Module:
    assert isinstance(module, cst.Module)
    body = list(module.body)
    place = _first_import(body)
    line = cst.parse_statement("import os\n" if name == "os" else f"import os as {name}\n")
    assert isinstance(line, cst.SimpleStatementLine)
    smaller = _smaller_imports(body, place)
    if not smaller and place < len(body) and _is_import(body[place]):
        following = body[place]
        lines: Sequence[cst.EmptyLine] = getattr(following, "leading_lines", ())
        line = line.with_changes(leading_lines=lines)
        body[place] = following.with_changes(leading_lines=())
    place += smaller
    return module.with_changes(body=[*body[:place], line, *body[place:]])


def _smaller_imports(body: Sequence[cst.CSTNode], place: int) -> int:
    """How many plain imports before ``os`` stand in an unbroken run from ``place`` on."""
    for number in range(place, len(body)):
        line = body[number]
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        plain = isinstance(small, cst.Import) and small.names[0].evaluated_name < "os"
        lines: Sequence[cst.EmptyLine] = getattr(line, "leading_lines", ())
        if not plain or (number > place and lines):
            return number - place
    return len(body) - place


def _first_import(body: Sequence[cst.CSTNode]) -> int:
    """Where an import may stand first: after the docstring and what comes from ``__future__``."""
    after = 0
    for number, line in enumerate(body):
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) and line.body else None
        if (number == 0 and _is_text(small)) or _is_future(small):
            after = number + 1
    return after


def _is_text(small: cst.CSTNode | None) -> bool:
    return isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString | cst.ConcatenatedString)


def _is_future(small: cst.CSTNode | None) -> bool:
    return isinstance(small, cst.ImportFrom) and small.module is not None and last_name(small.module) == "__future__"


def _is_import(line: cst.CSTNode) -> bool:
    if not isinstance(line, cst.SimpleStatementLine):
        return False
    return isinstance(line.body[0], cst.Import | cst.ImportFrom)
