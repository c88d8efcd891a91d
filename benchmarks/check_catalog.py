#!/usr/bin/env python3
"""Prove that the names of the catalog exist in the releases its rows were read from.

    python benchmarks/check_catalog.py [--wheels DIR] [--only DISTRIBUTION ...]

The first two words of a row's ``source`` are a distribution and a version: pip fetches those wheels (or ``--wheels``
names a folder that has them), their Python files are parsed, and each name is looked up through re-exports, base
classes and annotated attributes. Nothing is imported or run. Rows of the standard library are a matter of
``tests/catalog``; rows from memory and rows for older interfaces are counted only. Exit status 1 when a name is
missing that is not made at run time.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scanner.catalog import Catalog, load

CACHE = Path(__file__).resolve().parent / ".cache" / "catalog"
PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*) (?P<version>\d[\w.]*)\b")
MADE_AT_RUN_TIME = (
    "botocore.client.BaseClient.", "boto3.resources.base.ServiceResource.",  # from service models
    "modal.Function.", "deepgram.DeepgramClient.listen.", "schedule.every.", "langfuse.Langfuse.",
    "google.cloud.logging.Client.logger.", "ultralytics.Platform", "trio.", "fastapi.", "mistralai.",
    "requests.packages.", "websockets.client.", "transformers.utils.cached_files", "huggingface_hub.send_telemetry",
    "langfuse.client.", "posthog.client.", "openai._client.",
)  # fmt: skip
"""Names that are no definition in a file: made at run time, lazy, or import paths of neighbouring releases."""

Found = tuple[str, Path | None, ast.AST | None]
"""Module, its file, and the node a name stands for (None: the module itself)."""


class Library:
    """The unpacked wheels, searched as one tree."""

    def __init__(self, roots: list[Path]) -> None:
        self.roots = roots

    @cache  # noqa: B019 - one library lives as long as the process
    def file(self, module: str) -> Path | None:
        """The file of a module, a folder for a namespace package, None when there is none."""
        inner = module.replace(".", "/")
        for ending in ("/__init__.py", ".py", ""):
            for root in self.roots:
                path = root / f"{inner}{ending}"
                if path.is_file() or (not ending and path.is_dir()):
                    return path
        return None

    @cache  # noqa: B019
    def tree(self, path: Path) -> ast.Module:
        return ast.parse(path.read_text(encoding="utf-8"))

    def resolve(self, name: str) -> Found | None:
        """What a dotted name stands for."""
        first, *rest = name.split(".")
        found: Found | None = (first, self.file(first), None) if self.file(first) else None
        for part in rest:
            found = self.attribute(found, part, 0)
        return found

    def attribute(self, found: Found | None, name: str, depth: int) -> Found | None:
        if found is None or depth > 12:
            return None
        module, _, node = found
        if node is None:
            return self.member(module, name, depth + 1)
        if isinstance(node, ast.ClassDef):
            return self._of_class(found, node, name, depth + 1)
        for hint in _hints(node):
            result = self.attribute(self.expression(hint, module, depth + 1), name, depth + 1)
            if result is not None:
                return result
        return None

    def _of_class(self, found: Found, node: ast.ClassDef, name: str, depth: int) -> Found | None:
        for statement in _flat(node.body):
            if _defines(statement, name):
                return (found[0], found[1], statement)
        for inner in ast.walk(node):
            if _sets_on_self(inner, name):
                return (found[0], found[1], inner)
        for base in node.bases:
            result = self.attribute(self.expression(base, found[0], depth), name, depth)
            if result is not None:
                return result
        return None

    def member(self, module: str, name: str, depth: int) -> Found | None:
        """A module-level name: a definition, a re-export, a lazy export or a submodule."""
        path = self.file(module)
        if path is None or depth > 12:
            return None
        if path.is_file():
            for statement in _flat(self.tree(path).body):
                result = self._bound(statement, module, path, name, depth)
                if result is not None:
                    return result
        inner = f"{module}.{name}"
        if self.file(inner) is not None:
            return (inner, self.file(inner), None)
        return self._lazy(module, path, name)

    def _bound(self, statement: ast.stmt, module: str, path: Path, name: str, depth: int) -> Found | None:
        if isinstance(statement, ast.ImportFrom):
            source = _absolute(module, path, statement)
            for alias in statement.names:
                if alias.name == "*" or (alias.asname or alias.name) == name:
                    wanted = name if alias.name == "*" else alias.name
                    result = self.member(source, wanted, depth + 1)
                    if result is not None:
                        return result
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                if (alias.asname or alias.name.split(".")[0]) == name:
                    target = alias.name if alias.asname else name
                    return (target, self.file(target), None)
        elif _defines(statement, name):
            value = getattr(statement, "value", None)
            if isinstance(value, ast.Name) and value.id != name:
                return self.member(module, value.id, depth + 1) or (module, path, statement)
            return (module, path, statement)
        return None

    def _lazy(self, module: str, path: Path, name: str) -> Found | None:
        """A name a package only spells as text (a table of lazy imports), defined somewhere below it."""
        if path.name != "__init__.py" or not re.search(rf"[\"']{name}[\"']", path.read_text(encoding="utf-8")):
            return None
        for below in sorted(path.parent.rglob("*.py")):
            text = below.read_text(encoding="utf-8", errors="replace")
            if below != path and re.search(rf"^(?:class|def|async def) {name}\b", text, re.MULTILINE):
                inner = ".".join(below.relative_to(path.parent).with_suffix("").parts).removesuffix(".__init__")
                return self.member(f"{module}.{inner}", name, 8)
        return None

    def expression(self, node: ast.expr | None, module: str, depth: int) -> Found | None:
        """What an annotation, base class or callee stands for."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body
        if isinstance(node, ast.Subscript):
            optional = isinstance(node.value, ast.Name) and node.value.id in ("Optional", "Type")
            node = node.slice if optional else node.value
        if isinstance(node, ast.BinOp):
            node = node.left
        if isinstance(node, ast.Name):
            return self.member(module, node.id, depth + 1)
        if isinstance(node, ast.Attribute):
            return self.attribute(self.expression(node.value, module, depth + 1), node.attr, depth + 1)
        return None


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
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _hints(node: ast.AST) -> Iterator[ast.expr | None]:
    """Expressions that tell the class of what a node gives."""
    if isinstance(node, ast.FunctionDef):
        yield node.returns
    elif isinstance(node, ast.AnnAssign):
        yield node.annotation
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call):
        yield value.func


def _absolute(module: str, path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    parts = parts[: len(parts) - (node.level - 1)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def claims(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Every (name, source) the catalog claims to be real."""
    for rows in (catalog.sinks, catalog.types, catalog.callbacks, catalog.environment, catalog.sanitizers):
        for row in rows:
            yield row.name, row.source
    yield from ((row.call, row.source) for row in catalog.sources if row.call)
    yield from ((row.target, row.source) for row in catalog.aliases)


def fetch(pins: set[tuple[str, str]], wheels: Path) -> list[Path]:
    """Unpack the Python files of each pinned wheel into a folder of its own; pip fetches what is not there."""
    roots: list[Path] = []
    for name, version in sorted(pins):
        stem = f"{re.sub(r'[-.]+', '_', name)}-{version}-"
        if not any(w.name.lower().startswith(stem.lower()) for w in wheels.glob("*.whl")):
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d"]
            subprocess.run([*command, str(wheels), f"{name}=={version}"], check=False)
        here = [wheel for wheel in sorted(wheels.glob("*.whl")) if wheel.name.lower().startswith(stem.lower())]
        roots += [_unpack(wheel, CACHE / "src" / stem.rstrip("-")) for wheel in here[:1]]
    return roots


def _unpack(wheel: Path, folder: Path) -> Path:
    if not folder.exists():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [n for n in archive.namelist() if n.endswith(".py") and ".." not in n])
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--wheels", type=Path, default=CACHE / "wheels")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    options.wheels.mkdir(parents=True, exist_ok=True)
    catalog = load()
    claimed = sorted(set(claims(catalog)))
    pinned = [(n, m["name"], m["version"]) for n, s in claimed if "(older" not in s and (m := PIN.match(s))]
    pinned = [p for p in pinned if p[1] != "CPython" and (not options.only or p[1] in options.only)]
    library = Library(fetch({(d, v) for _, d, v in pinned}, options.wheels))
    returns = {row.name: row.returns for row in catalog.types}
    missing = [(n, d, v) for n, d, v in pinned if not _known(library, n, returns)]
    for name, distribution, version in missing:
        print(f"missing: {name} in {distribution} {version}")
    print(f"{len(claimed)} names claimed, {len(pinned)} looked up, {len(missing)} missing")
    return 1 if missing else 0


def _known(library: Library, name: str, returns: dict[str, str]) -> bool:
    if name.startswith(MADE_AT_RUN_TIME) or library.resolve(name) is not None:
        return True
    made = [made for made in returns if name.startswith(f"{made}.")]
    return any(library.resolve(returns[made] + name[len(made) :]) is not None for made in made)


if __name__ == "__main__":
    sys.exit(main())
