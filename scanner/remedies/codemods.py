"""Changes to one file: defaults of switches, arguments, exporters, commits, certificates; guards are in ``guards``.

Each function makes its change and gives ``""``, or the reason why it cannot.
Imports libcst: import this module inside the function that needs it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import libcst as cst

from scanner.remedies.document import Document, dotted, last_name
from scanner.remedies.exporters import drop_exporter
from scanner.remedies.guards import guard
from scanner.remedies.records import Change, Edit

_READERS = frozenset({"get", "getenv"})
_UNCHECKED = ("verify", "ssl", "verify_ssl")
_REPOSITORY = ("pretrained_model_name_or_path", "repo_id", "path", "model", "model_id")

Codemod = Callable[[Document, Edit], str]


def apply_edit(document: Document, edit: Edit) -> str:
    """Makes one change; ``""``, or why it cannot be made."""
    return _CODEMODS[edit.change](document, edit)


def _default(document: Document, edit: Edit) -> str:
    """``os.getenv(NAME, "on")`` gets the default that switches off."""
    read = [c for c in document.calls() if document.line(c) == edit.line and _reads(c, edit.name)]
    if len(read) != 1:
        return "the place that reads the variable was not found"
    call = read[0]
    given = next((a for a in call.args[1:] if a.keyword is None or a.keyword.value == "default"), None)
    if given is None:
        document.change(call, lambda node: _with_argument(node, cst.Arg(cst.SimpleString(json.dumps(edit.value)))))
    else:
        document.change(given, lambda node: node.with_changes(value=_like(given.value, edit.value)))
    return ""


def _reads(call: cst.Call, name: str) -> bool:
    """Whether a call reads this variable; a name that is no literal is believed."""
    if last_name(call.func) not in _READERS or not call.args or any(a.star for a in call.args):
        return False
    first = call.args[0].value
    if isinstance(first, cst.SimpleString):
        return first.evaluated_value == name
    return isinstance(first, cst.Name | cst.Attribute)


def _like(old: cst.BaseExpression, text: str) -> cst.SimpleString:
    """A string in the quotes the old one had."""
    quotes = old.quote if isinstance(old, cst.SimpleString) and len(old.quote) == 1 else '"'
    inner = json.dumps(text)[1:-1]
    return cst.SimpleString(f"'{inner}'" if quotes == "'" and '\\"' not in inner and "'" not in inner else f'"{inner}"')


def _parameter(document: Document, edit: Edit) -> str:
    """``def f(telemetry=True)`` gets the default that switches off."""
    for node in document.parents:
        if not isinstance(node, cst.Param) or node.name.value != edit.name or node.default is None:
            continue
        function = document.function(node)
        if function is not None and edit.line in (document.line(node), document.line(function)):
            document.change(node.default, lambda _: cst.Name(edit.value))
            return ""
    return "the parameter was not found"


def _argument(document: Document, edit: Edit) -> str:
    """A call, or every constructor of a class, gets a keyword argument."""
    at = document.call_at(edit.line, edit.column, edit.name.rpartition(".")[2]) if edit.column else None
    known = [at] if at is not None else _made_by(document, edit.name)
    if not known:
        return "the constructor was not found in the file of the call"
    keyword, _, value = edit.value.partition("=")
    if any(_has_stars(call) for call in known):
        return "its arguments are unpacked, so what they hold is not known"
    for call in known:
        _set_keyword(document, call, keyword, value)
    return ""


def _made_by(document: Document, name: str) -> list[cst.Call]:
    """Calls of a qualified name, as the imports of the file have it."""
    names = _imports(document)
    found = []
    for call in document.calls():
        head, dot, rest = dotted(call.func).partition(".")
        if head and names.get(head, head) + dot + rest == name:
            found.append(call)
    return sorted(found, key=document.line)


def _imports(document: Document) -> dict[str, str]:
    """Local name to qualified name, of every import of the file."""
    found: dict[str, str] = {}
    for node in document.parents:
        if not isinstance(node, cst.ImportAlias):
            continue
        statement = document.parents[node]
        local = node.evaluated_alias or node.evaluated_name.partition(".")[0]
        if isinstance(statement, cst.ImportFrom) and statement.module is not None and not statement.relative:
            found[node.evaluated_alias or node.evaluated_name] = f"{dotted(statement.module)}.{node.evaluated_name}"
        elif isinstance(statement, cst.Import):
            found[local] = node.evaluated_name if node.evaluated_alias else local
    return found


def _has_stars(call: cst.Call) -> bool:
    return any(argument.star == "**" for argument in call.args)


def _pin(document: Document, edit: Edit) -> str:
    """``from_pretrained("org/name")`` gets ``revision=``; a revision that is no commit is replaced."""
    call = document.call_at(edit.line, edit.column, edit.name)
    if call is None:
        return "the call was not found"
    if _has_stars(call):
        return "its arguments are unpacked, so what they hold is not known"
    if repository_of(call) != edit.value.partition("=")[0]:
        return "the repository is not written at the call"
    _set_keyword(document, call, "revision", json.dumps(edit.value.partition("=")[2]))
    return ""


def repository_of(call: cst.Call) -> str:
    """The repository a call names as a literal, ``""`` where it names none."""
    for number, argument in enumerate(call.args):
        named = argument.keyword.value in _REPOSITORY if argument.keyword else number == 0 and not argument.star
        if named and isinstance(argument.value, cst.SimpleString) and isinstance(argument.value.evaluated_value, str):
            return argument.value.evaluated_value
    return ""


def _verify(document: Document, edit: Edit) -> str:
    """``verify=False`` becomes ``verify=True``."""
    call = document.call_at(edit.line, edit.column, edit.name)
    held = [a for a in call.args if a.keyword is not None and a.keyword.value in _UNCHECKED] if call else []
    if not held:
        return "the argument that switches the check off was not found"
    for argument in held:
        document.change(argument.value, lambda _: cst.Name("True"))
    return ""


def _guard(document: Document, edit: Edit) -> str:
    variable, _, value = edit.value.partition("=")
    name, _, kind = edit.name.partition(":")
    call = document.call_at(edit.line, edit.column, name)
    return guard(document, call, variable, value, kind) if call is not None else "the call was not found"


def _drop(document: Document, edit: Edit) -> str:
    call = document.call_at(edit.line, edit.column, edit.name)
    return drop_exporter(document, call) if call is not None else "the call was not found"


# -- arguments


def _set_keyword(document: Document, call: cst.Call, keyword: str, value: str) -> None:
    expression = cst.parse_expression(value)
    held = next((a for a in call.args if a.keyword is not None and a.keyword.value == keyword), None)
    if held is not None:
        document.change(held.value, lambda _: expression)
        return
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    new = cst.Arg(expression, cst.Name(keyword), equal)
    document.change(call, lambda node: _with_argument(node, new))


def _with_argument(node: cst.CSTNode, new: cst.Arg) -> cst.Call:
    """A call with one more argument, laid out as the others are."""
    assert isinstance(node, cst.Call)
    if not node.args:
        return node.with_changes(args=[new])
    *before, last = node.args
    closing = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    between = _between(before, node)
    comma = cst.Comma(whitespace_after=closing) if isinstance(last.comma, cst.Comma) else cst.MaybeSentinel.DEFAULT
    end = cst.SimpleWhitespace("") if isinstance(last.comma, cst.Comma) else closing
    last = last.with_changes(comma=cst.Comma(whitespace_after=between), whitespace_after_arg=cst.SimpleWhitespace(""))
    return node.with_changes(args=[*before, last, new.with_changes(comma=comma, whitespace_after_arg=end)])


def _between(before: Sequence[cst.Arg], node: cst.Call) -> cst.BaseParenthesizableWhitespace:
    """The space between two arguments of a call: a line break where each has its own line."""
    for argument in reversed(before):
        if isinstance(argument.comma, cst.Comma):
            return argument.comma.whitespace_after
    own_line = isinstance(node.whitespace_before_args, cst.ParenthesizedWhitespace)
    return node.whitespace_before_args if own_line else cst.SimpleWhitespace(" ")


_CODEMODS: Mapping[Change, Codemod] = MappingProxyType(
    {
        Change.DEFAULT: _default,
        Change.PARAMETER: _parameter,
        Change.ARGUMENT: _argument,
        Change.GUARD: _guard,
        Change.DROP: _drop,
        Change.PIN: _pin,
        Change.VERIFY: _verify,
    }
)
