"""Dotted names looked up in wheels by reading: re-exports, base classes, annotated and assigned attributes, stubs,
lazy exports, properties, aliases, and methods made from service models."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog_wheels import Wheel

DEEP = 16
"""Re-exports of re-exports further than this are a loop."""
_HAND_BACK = {"synchronize_api", "cast"}
"""Functions that make an API of the class they are given."""
_HANDS_ON = {"Optional", "Type", "ClassVar", "Final", "Annotated", "Awaitable", "Coroutine", "cached_property"}


@dataclass(frozen=True)
class Found:
    """What a name stands for: its module and the node that makes it (None: the module itself). ``scope`` is the
    function around the node, whose own imports count; ``owner`` the class it was found in (``Self``)."""

    wheel: Wheel
    module: str
    node: ast.AST | None = None
    member: str = ""
    scope: ast.AST | None = None
    owner: Found | None = None

    def at(self, node: ast.AST, scope: ast.AST | None = None, owner: Found | None = None) -> Found:
        return Found(self.wheel, self.module, node, self.member, scope, owner or self.owner)


class Library:
    """Wheels searched in order: those a row names, then all others for what they import."""

    def __init__(self, own: list[Wheel], others: list[Wheel]) -> None:
        self.own = own
        self.wheels = [*own, *(w for w in others if w not in own)]
        self._members: dict[tuple[str, str], Found | None] = {}

    def resolve(self, name: str) -> Found | None:
        """What a dotted name stands for; its first part must be in an own wheel."""
        parts = name.split(".")
        found = self.module(parts[0], self.own)
        for at, part in enumerate(parts[1:], start=1):
            # A submodule and a variable of the same name: whoever goes on to a member means the module.
            found = self.attribute(found, part, 0) or self.attribute(self.module(".".join(parts[:at])), part, 0)
        return found

    def module(self, name: str, wheels: list[Wheel] | None = None) -> Found | None:
        for wheel in wheels if wheels is not None else self.wheels:
            if wheel.files(name):
                return Found(wheel, name)
        for wheel in wheels if wheels is not None else self.wheels:
            if name in wheel.packages:
                return Found(wheel, name)
        return None

    def attribute(self, found: Found | None, name: str, depth: int) -> Found | None:
        if found is None or depth > DEEP:
            return None
        if found.node is None:
            return self.member(found.module, name, depth + 1)
        if isinstance(found.node, ast.ClassDef):
            return self._of_class(found, found.node, name, depth + 1)
        for hint, scope in _hints(found.node, found.scope):
            result = self.attribute(self.expression(hint, found.at(found.node, scope), depth + 1), name, depth + 1)
            if result is not None:
                return result
        return None

    def member(self, module: str, name: str, depth: int) -> Found | None:
        """A module-level name: a definition, a re-export, a submodule or a lazy export."""
        if depth > DEEP:
            return None
        key = (module, name)
        if key not in self._members:
            self._members[key] = None
            self._members[key] = self._member(module, name, depth)
        return self._members[key]

    def _member(self, module: str, name: str, depth: int) -> Found | None:
        files = [(wheel, member) for wheel in self.wheels for member in wheel.files(module)]
        sources = [(w, m) for w, m in files if m.endswith(".py")]
        found = self._first_bound(sources, module, name, depth) or self.module(f"{module}.{name}")
        found = found or next((f for w, m in sources if (f := self._lazy(w, module, m, name))), None)
        return found or self._first_bound([f for f in files if f not in sources], module, name, depth)

    def _first_bound(self, files: list[tuple[Wheel, str]], module: str, name: str, depth: int) -> Found | None:
        """The last class or function bound to a name, as it is what an importer sees, or else its first binding."""
        results: list[Found] = []
        stars: list[tuple[ast.stmt, Found]] = []
        for wheel, member in files:
            here = Found(wheel, module, None, member)
            for statement in _flat(wheel.tree(member).body):
                if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
                    stars.append((statement, here))
                elif (result := self._bound(statement, here, name, depth)) is not None:
                    results.append(result)
        if not results:
            found = (self._bound(statement, here, name, depth) for statement, here in reversed(stars))
            return next((result for result in found if result is not None), None)
        made = [r for r in results if isinstance(r.node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
        written = [r for r in made if r.member.endswith(".py") and "dummy" not in r.member]
        return (written or made or [None])[-1] or next(iter(results), None)

    def _of_class(self, found: Found, node: ast.ClassDef, name: str, depth: int) -> Found | None:
        for statement in _flat(node.body):
            if _defines(statement, name):
                value = getattr(statement, "value", None)
                if (
                    isinstance(value, ast.Name)
                    and value.id != name
                    and (twin := self._of_class(found, node, value.id, depth))
                ):
                    return twin
                return found.at(statement, None, found)
        for method in node.body:
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                for inner in ast.walk(method):
                    if _sets_on_self(inner, name):
                        return found.at(inner, method, found)
        for base in node.bases:
            result = self.attribute(self._base(base, found, node, depth), name, depth)
            if result is not None:
                return result
        return self._set_on_class(found, node, name)

    def _base(self, base: ast.expr, found: Found, node: ast.ClassDef, depth: int) -> Found | None:
        """A base class; one of the same name is what the module imported under it before."""
        if getattr(base, "id", "") != node.name:
            return self.expression(base, found, depth)
        imports = [s for s in _flat(found.wheel.tree(found.member).body) if isinstance(s, ast.ImportFrom)]
        return next((f for s in imports if (f := self._bound(s, found, node.name, depth))), None)

    def _set_on_class(self, found: Found, node: ast.ClassDef, name: str) -> Found | None:
        """``Class.name = ...`` after the class."""
        for statement in _flat(found.wheel.tree(found.member).body):
            for target in _targets(statement):
                if isinstance(target, ast.Attribute) and ast.unparse(target) == f"{node.name}.{name}":
                    return found.at(statement)
        return None

    def _bound(self, statement: ast.stmt, here: Found, name: str, depth: int) -> Found | None:
        if isinstance(statement, ast.ImportFrom):
            source = _absolute(here, statement)
            for alias in statement.names:
                if alias.name == "*" and name.startswith("_"):
                    continue
                if alias.name == "*" or (alias.asname or alias.name) == name:
                    result = self.member(source, name if alias.name == "*" else alias.name, depth + 1)
                    if result is not None:
                        return result
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                if (alias.asname or alias.name.split(".")[0]) == name:
                    return self.module(alias.name if alias.asname else name)
        elif _defines(statement, name):
            return self._assigned(statement, here, name, depth) or here.at(statement)
        return None

    def _assigned(self, statement: ast.stmt, here: Found, name: str, depth: int) -> Found | None:
        """``a = b`` and ``a = b.c``: the other thing, where it is known."""
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Name | ast.Attribute) and getattr(value, "id", "") != name:
            return self.expression(value, here, depth + 1)
        return None

    def _lazy(self, wheel: Wheel, module: str, member: str, name: str) -> Found | None:
        """A name a package only spells as text (a table of lazy imports), defined somewhere below it."""
        if not re.search(rf"[\"']{name}[\"']", wheel.read(member)) or "__init__" not in member:
            return None
        folder = member.rpartition("/")[0] + "/"
        for below in sorted(m for m in wheel.members if m.startswith(folder) and m.endswith(".py") and m != member):
            if re.search(
                rf"^(?:class|def|async def) {name}\b|^{name} *(?::[^=\n]+)?= ", wheel.read(below), re.MULTILINE
            ):
                inner = below.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                return self.member(inner, name, 4)
        return None

    def expression(self, node: ast.AST | None, here: Found, depth: int) -> Found | None:
        """What an annotation, base class or callee stands for."""
        if depth > DEEP:
            return None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value.strip(), mode="eval").body
            except SyntaxError:
                return None
        if isinstance(node, ast.Subscript):
            spelled = getattr(node.value, "id", getattr(node.value, "attr", ""))
            inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            node = inner if spelled in _HANDS_ON else node.value
            return self.expression(node, here, depth + 1)
        if isinstance(node, ast.BinOp):
            return self.expression(node.left, here, depth + 1) or self.expression(node.right, here, depth + 1)
        if isinstance(node, ast.BoolOp):
            return next((f for v in node.values if (f := self.expression(v, here, depth + 1))), None)
        if isinstance(node, ast.Call):
            handed_on = getattr(node.func, "id", getattr(node.func, "attr", "")) in _HAND_BACK and node.args
            return self.expression(node.args[0] if handed_on else node.func, here, depth + 1)
        if isinstance(node, ast.Name) and node.id in ("Self", "cls", "self") and here.owner is not None:
            return here.owner
        if isinstance(node, ast.Name):
            return self._named(node.id, here, depth)
        if isinstance(node, ast.Attribute):
            return self.attribute(self.expression(node.value, here, depth + 1), node.attr, depth + 1)
        return None

    def _named(self, name: str, here: Found, depth: int) -> Found | None:
        for inner in ast.walk(here.scope) if here.scope is not None else ():
            if isinstance(inner, ast.ImportFrom | ast.Import):
                result = self._bound(inner, here, name, depth + 1)
                if result is not None:
                    return result
            elif isinstance(inner, ast.arg) and inner.arg == name and inner.annotation is not None:
                result = self.expression(inner.annotation, here, depth + 1)
                if result is not None:
                    return result
        return self.member(here.module, name, depth + 1)


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a body, those of its branches included."""
    for statement in body:
        yield statement
        for name in ("body", "orelse", "finalbody"):
            if isinstance(statement, ast.If | ast.Try | ast.With):
                yield from _flat(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            yield from _flat(handler.body)


def _defines(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name == name
    return any(getattr(target, "id", None) == name for target in _targets(node))


def _sets_on_self(node: ast.AST, name: str) -> bool:
    attributes = [target for target in _targets(node) if isinstance(target, ast.Attribute)]
    return any(getattr(a.value, "id", "") == "self" and a.attr == name for a in attributes)


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [e for t in node.targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _hints(node: ast.AST, scope: ast.AST | None) -> Iterator[tuple[ast.AST | None, ast.AST | None]]:
    """Expressions that tell the class of what a node gives, each with the function whose imports it may use."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.returns, None
        values = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
        yield from ((value, node) for value in values)
        returned = {ast.unparse(value) for value in values if isinstance(value, ast.Name | ast.Attribute)}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assign) and any(ast.unparse(t) in returned for t in inner.targets):
                yield inner.value, node
    elif isinstance(node, ast.AnnAssign):
        yield node.annotation, scope
    yield getattr(node, "value", None), scope


def _absolute(here: Found, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = here.module.split(".") if "/__init__.py" in here.member else here.module.split(".")[:-1]
    parts = parts[: len(parts) - (node.level - 1)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def parameters(library: Library, found: Found) -> ast.arguments | None:
    """The parameters of a function, or of a class's constructor; None when they are not written down."""
    node: ast.AST | None = found.node
    if isinstance(node, ast.ClassDef):
        made = library.attribute(found, "__init__", 0)
        node = made.node if made is not None else None
    return node.args if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
