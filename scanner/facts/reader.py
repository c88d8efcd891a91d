"""From the text of one file to its facts: one pass over the tree ``ast`` parses.

Function bodies wait in a queue until the scope around them is complete, so a closure's names are settled when it is
read and nesting of definitions costs no stack.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections import deque
from typing import Any

from scanner.facts.annotations import annotation
from scanner.facts.builder import LEAN, Detail, ScopeBuilder
from scanner.facts.expressions import lower
from scanner.facts.records import Const, FileFacts, Format, Function, Param, Parameter, ScopeKind
from scanner.facts.statements import decorator_text, run
from scanner.inputs.records import Skipped
from scanner.vocabulary import MODULE_LEVEL

_CODE = re.compile(r"^\s*(?:import|from)\s+[\w.]+", re.MULTILINE)
_RUNS_CODE = tuple(re.compile(rf"{word}\b") for word in ("exec", "eval", "compile"))
_SHARED = tuple(re.compile(rf"{word}[ \t]+([\w \t,]+)") for word in ("global", "nonlocal"))
"""Each begins with its letters, which the regular expression engine looks for many times faster than for alternatives
or a word boundary."""
_STACK = 6_000
"""Frames allowed while one tree is walked: CPython's own parser stops at 200 nested brackets long before."""


class Reader:
    """State of one file being read."""

    def __init__(self, code_strings: bool, detail: Detail = LEAN) -> None:
        self.detail = detail
        self.builders: list[ScopeBuilder] = []
        self.queue: deque[tuple[ScopeBuilder, Any]] = deque()
        self.imports: set[str] = set()
        self.stars: list[tuple[str, int]] = []
        self.exported: list[str] | None = None
        self.calls = 0
        self.code_strings = code_strings

    def note_import(self, module: str) -> None:
        self.imports.add(module)

    def note_exported(self, node: ast.expr) -> None:
        """Add the literal names of an ``__all__`` assignment."""
        if isinstance(node, ast.List | ast.Tuple):
            names = [e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
            self.exported = [*(self.exported or []), *names]

    def open_scope(self, parent: ScopeBuilder | None, kind: ScopeKind, name: str, node: Any) -> ScopeBuilder:
        """A new scope, named within its file."""
        if parent is not None and parent.kind is not ScopeKind.MODULE:
            name = f"{parent.name}.{name}"
        line = getattr(node, "lineno", 1)
        end = getattr(node, "end_lineno", None) or line
        builder = ScopeBuilder(kind, name, len(self.builders), parent, line, end)
        builder.detail = self.detail
        self.builders.append(builder)
        return builder

    def define_function(self, b: ScopeBuilder, node: Any, name: str, kind: ScopeKind) -> int:
        """Make a function or lambda value; its body is read later."""
        child = self.open_scope(b, kind, name, node)
        child.params = self._parameters(b, node.args)
        child.is_async = isinstance(node, ast.AsyncFunctionDef)
        if kind is ScopeKind.FUNCTION:
            child.decorators = [decorator_text(d) for d in node.decorator_list]
            child.returns_annotation = annotation(self, b, node.returns)
        values = [child.emit(Param(i), child.line) for i in range(len(child.params))]
        for p, value in zip(child.params, values, strict=True):
            child.store(p.name, value)
        self.queue.append((child, node))
        return b.emit(Function(child.index), node.lineno)

    def _parameters(self, b: ScopeBuilder, a: ast.arguments) -> list[Parameter]:
        plain = [*a.posonlyargs, *a.args]
        defaults = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
        out = [
            self._parameter(b, p, "positional-only" if i < len(a.posonlyargs) else "positional", d)
            for i, (p, d) in enumerate(zip(plain, defaults, strict=True))
        ]
        if a.vararg:
            out.append(self._parameter(b, a.vararg, "star", None))
        out += [self._parameter(b, p, "keyword", d) for p, d in zip(a.kwonlyargs, a.kw_defaults, strict=True)]
        if a.kwarg:
            out.append(self._parameter(b, a.kwarg, "double-star", None))
        return out

    def _parameter(self, b: ScopeBuilder, p: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
        value = -1 if default is None else lower(self, b, default)
        return Parameter(p.arg, kind, value, annotation(self, b, p.annotation))

    def looks_like_code(self, text: str) -> bool:
        """Whether a string literal may be a program handed to an interpreter."""
        return "\n" in text[:MAX_CODE] and len(text) < MAX_CODE and _CODE.search(text) is not None

    def code_string(self, b: ScopeBuilder, text: str, parts: tuple[int, ...], node: Any) -> int:
        """A string that is a program: its scope reads the parts of the f-string as outer values."""
        names = {f"datacustoms_part_{i}_": p for i, p in enumerate(parts)}
        value = b.emit(Format(parts) if parts else Const(text), node.lineno)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(_dedent(text))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return value
        ast.increment_lineno(tree, node.lineno - 1)
        child = self.open_scope(b, ScopeKind.CODE_STRING, f"<code string {node.lineno}>", node)
        child.placeholders = names
        # Read at once: a part must be seen as it is where the string is built.
        run(self, child, tree.body)
        return value

    def drain(self) -> None:
        """Read the bodies that wait."""
        while self.queue:
            child, node = self.queue.popleft()
            if child.kind is ScopeKind.LAMBDA:
                child.returns.append((lower(self, child, node.body), 0))
            else:
                run(self, child, node.body)
                if not child.exited:
                    child.returns.append((child.emit(Const(None), child.end_line), child.block))


MAX_CODE = 20_000


def _dedent(text: str) -> str:
    import textwrap

    return textwrap.dedent(text)


def read_facts(
    path: str, digest: str, text: str, *, bindings: bool = False, marked: frozenset[str] = frozenset()
) -> FileFacts | Skipped:
    """Facts of one file, or why there are none. ``path`` is only a label; nothing is opened.

    ``bindings`` and ``marked`` ask for more detail, see ``Detail``; abstract execution needs it.
    """
    tree = _parse(text)
    if isinstance(tree, str):
        return Skipped(path, tree)
    detail = Detail(bindings, marked, _shared_names(text))
    reader = Reader(_runs_code(text), detail)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _STACK))
    try:
        module = reader.open_scope(None, ScopeKind.MODULE, MODULE_LEVEL, tree)
        run(reader, module, tree.body)
        reader.drain()
    except RecursionError:
        return Skipped(path, "expressions nest too deep to analyse")
    finally:
        sys.setrecursionlimit(limit)
    scopes = tuple(b.finish() for b in reader.builders)
    exported = None if reader.exported is None else tuple(sorted(set(reader.exported)))
    imports, stars = tuple(sorted(reader.imports)), tuple(sorted(set(reader.stars)))
    return FileFacts(path, digest, scopes, imports, stars, exported, reader.calls)


def _runs_code(text: str) -> bool:
    """Whether a file mentions what runs strings as programs: ``exec``, ``eval``, ``compile``, ``-c``."""
    if '"-c"' in text or "'-c'" in text:
        return True
    return any(_begins_word(text, found.start()) for word in _RUNS_CODE for found in word.finditer(text))


def _begins_word(text: str, at: int) -> bool:
    before = text[at - 1] if at else " "
    return not (before.isalnum() or before == "_")


def _shared_names(text: str) -> frozenset[str]:
    """Names after ``global`` and ``nonlocal``, found by pattern: one too many costs an operation, no more."""
    lines = (found.group(1) for word in _SHARED for found in word.finditer(text) if _begins_word(text, found.start()))
    return frozenset(name.strip() for line in lines for name in line.split(","))


def _parse(text: str) -> ast.Module | str:
    """The tree, or the reason there is none; syntax newer than this interpreter is lowered first."""
    try:
        return _quiet_parse(text)
    except SyntaxError as error:
        from scanner.facts.newer import rewrite

        older = rewrite(text)
        if older is not None:
            try:
                return _quiet_parse(older)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
        return f"syntax error: {error.msg} (line {error.lineno})"
    except ValueError as error:
        return f"not Python source: {error}"
    except (RecursionError, MemoryError):
        return "nests too deep to parse"


def _quiet_parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
