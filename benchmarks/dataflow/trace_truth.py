#!/usr/bin/env python3
"""Run the taint-query cases and compare what really flows with their labels.

    python benchmarks/dataflow/trace_truth.py [NAME ...]

This executes the files of ``fixtures/dataflow`` and nothing else: our own cases, one subprocess each, in an empty
temporary folder. It is no part of the scanner, which never executes what it reads.

While a case runs, every source expression gives an object of its own that carries the line it came from: a string made
of a token (``k012w`` for line 12), repeated. A sink looks at each argument. Value mode: it is one of these objects.
Taint mode: a token, or its reverse, stands in its text, whatever the case of the letters. Modules that are not
installed are made up; library functions named in the rules are replaced. A label holds when the sources seen at its
line are exactly those it names, and its line was reached; ``STATIC_ONLY`` lists the lines where running cannot tell.
Exit status 1 when a label and the run disagree.
"""

from __future__ import annotations

import ast
import asyncio
import atexit
import functools
import importlib
import importlib.machinery
import importlib.util
import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from labels import SUITE, BadLabel, Case, Rule, load_cases, load_rules, sink_lines

# A line that is run after the module, for functions nobody calls in the file.
DRIVER = re.compile(r"^# run: (.+)$", re.MULTILINE)

# "case:line" -> why running the case cannot confirm its label.
STATIC_ONLY: dict[str, str] = {
    "exceptions/carried:73": "a handler for another type is never entered",
    "unreachable/dead_code:18": "stands after return",
    "vendor/same_leaf:26": "has the name of a sink and is none",
    "vendor/same_leaf:32": "has the name of a sink and is none",
}


class Marked(str):
    """What a source gives: a string with an identity and the token of its line; like any string, its copy is itself."""

    __slots__ = ()

    def __copy__(self) -> Marked:
        return self

    def __deepcopy__(self, _: object) -> Marked:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


class Tracer:
    """Sources, sinks and what was seen of one rule in one program."""

    def __init__(self, rule: Rule, root: Path) -> None:
        self.rule, self.root = rule, root
        self.alive: list[object] = []
        self.objects: dict[int, tuple[str, int]] = {}
        self.tokens: dict[str, tuple[str, int]] = {}
        self.seen: set[tuple[str, int, str, int]] = set()
        self.reached: set[tuple[str, int]] = set()
        self.trees: dict[str, ast.Module] = {}

    def mark(self, file: str, line: int) -> Marked:
        token = f"k{line:03d}w"
        if self.tokens.setdefault(token, (file, line)) != (file, line):
            token = f"k{len(self.tokens) + 900:03d}w"
            self.tokens[token] = (file, line)
        value = Marked(token * 6)
        self.alive.append(value)
        self.objects[id(value)] = (file, line)
        return value

    def source(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(function):

            async def later(value: Marked) -> Marked:
                await asyncio.sleep(0)
                return value

            return functools.wraps(function)(lambda *_, **__: later(self.mark(*_place(sys._getframe(1)))))
        return functools.wraps(function)(lambda *_, **__: self.mark(*_place(sys._getframe(1))))

    def argument_source(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(value: object) -> None:
            frame = sys._getframe(1)
            place = (frame.f_code.co_filename, self.call(frame).args[0].lineno)
            self.alive.append(value)
            self.objects[id(value)] = place
            if isinstance(value, str):
                self.tokens[value.casefold()] = place

        return functools.wraps(function)(wrapper)

    def sink(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: object, **kwargs: object) -> None:
            frame = sys._getframe(1)
            call, file = self.call(frame), frame.f_code.co_filename
            given = [*call.args, *(k.value for k in call.keywords)]
            self.reached.update((file, node.lineno) for node in given)
            by_name = {k.arg: k.value for k in call.keywords if k.arg}
            lines = {node.lineno for node in given}
            pairs: list[tuple[int | str, object]] = [*enumerate(args), *kwargs.items()]
            for at, value in pairs:
                # With * or ** the argument an item came from is known only when all stand on one line.
                line = min(lines) if len(lines) == 1 else (call.args[at] if isinstance(at, int) else by_name[at]).lineno
                self.seen.update((*origin, file, line) for origin in self.origins(value))

        return functools.wraps(function)(wrapper)

    def origins(self, value: object) -> set[tuple[str, int]]:
        if self.rule.mode == "value":
            return {self.objects[id(value)]} if id(value) in self.objects else set()
        text = f"{value!s} {value!r}".casefold()
        return {place for token, place in self.tokens.items() if token in text or token[::-1] in text}

    def call(self, frame: FrameType) -> ast.Call:
        """The call expression a frame is in."""
        at = list(frame.f_code.co_positions())[frame.f_lasti // 2]
        for node in ast.walk(self.trees[frame.f_code.co_filename]):
            if (
                isinstance(node, ast.Call)
                and (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == at
            ):
                return node
        raise LookupError(f"no call at {frame.f_code.co_filename}:{at}")

    def role(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]] | None:
        for names, wrap in (
            (self.rule.sinks, self.sink),
            (self.rule.calls, self.source),
            (self.rule.arguments, self.argument_source),
        ):
            if name in names:
                return wrap
        return None


def _place(frame: FrameType) -> tuple[str, int]:
    position = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    assert position[0] is not None
    return frame.f_code.co_filename, position[0]


class Instrument(ast.NodeTransformer):
    """Puts the tracer into a module: reads of source names become marks, functions named in the rule are wrapped."""

    def __init__(self, tracer: Tracer, module: str, file: str) -> None:
        self.tracer, self.module, self.file = tracer, module, file

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.tracer.rule.names or not isinstance(node.ctx, ast.Load):
            return node
        call = ast.parse(f"__tracer__.mark({self.file!r}, {node.lineno})", mode="eval").body
        for part in ast.walk(call):
            ast.copy_location(part, node)
        return call

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        return self._function(node)

    def _function(self, node: Any) -> Any:
        for name in (node.name, f"{self.module}.{node.name}"):
            wrap = self.tracer.role(name)
            if wrap:
                decorator = ast.parse(f"__tracer__.{wrap.__name__}", mode="eval").body
                for part in ast.walk(decorator):
                    ast.copy_location(part, node)
                node.decorator_list.insert(0, decorator)
                return node
        return self.generic_visit(node)


class Loader(importlib.machinery.SourceFileLoader):
    """Compiles modules of the case with the tracer in them."""

    tracer: Tracer

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        tree = ast.parse(data)
        self.tracer.trees[path] = ast.parse(data)
        tree = Instrument(self.tracer, self.name, path).visit(tree)
        tree.body += ast.parse("\n".join(DRIVER.findall(data.decode()))).body
        code = compile(tree, path, "exec", dont_inherit=True)
        assert isinstance(code, CodeType)
        return code


def _finder(path: str) -> importlib.machinery.FileFinder:
    """The path hook for folders of the case; others go to the usual one."""
    if not Path(path).is_relative_to(Loader.tracer.root):
        raise ImportError(path)
    return importlib.machinery.FileFinder(path, (Loader, [".py"]))


def _replace_named(tracer: Tracer) -> None:
    """Put the tracer behind dotted names of other modules; modules that do not exist are made."""
    for name in tracer.rule.sinks | tracer.rule.calls:
        module_name, _, function = name.rpartition(".")
        if not module_name or (tracer.root / (module_name.replace(".", "/") + ".py")).exists():
            continue
        module = _module(module_name)
        wrap = tracer.role(name)
        assert wrap
        setattr(module, function, wrap(getattr(module, function, lambda *_, **__: None)))


def _module(name: str) -> ModuleType:
    if name.partition(".")[0] in sys.stdlib_module_names:
        return importlib.import_module(name)
    if name not in sys.modules:
        parent, _, leaf = name.rpartition(".")
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = []
        if parent:
            setattr(_module(parent), leaf, sys.modules[name])
    return sys.modules[name]


def run(path: Path, root: Path, rule: Rule) -> Tracer:
    """Execute one case under one rule in this process."""
    folder = root if root.is_dir() else root.parent
    tracer = Tracer(rule, folder)
    Loader.tracer = tracer
    _replace_named(tracer)
    entry = folder / "main.py" if root.is_dir() else path
    sys.path.insert(0, str(folder))
    sys.path_hooks.insert(0, _finder)
    sys.path_importer_cache.clear()
    import builtins

    builtins.__dict__["__tracer__"] = tracer
    loader = Loader("__main__", str(entry))
    spec = importlib.util.spec_from_loader("__main__", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.modules["__main__"] = module
    loader.exec_module(module)
    return tracer


def _child(path: Path, root: Path, rule: str) -> None:
    out = os.dup(1)
    os.dup2(2, 1)
    tracer = run(path, root, load_rules()[rule])
    atexit._run_exitfuncs()
    told = {
        "seen": [(line, sink) for file, line, at, sink in tracer.seen if at == str(path) == file],
        "elsewhere": [sink for file, _, at, sink in tracer.seen if at == str(path) != file],
        "reached": [line for file, line in tracer.reached if file == str(path)],
    }
    with os.fdopen(out, "w") as stream:
        json.dump(told, stream)


def check_all(cases: list[Case]) -> list[str]:
    """What is wrong with the labels, as sentences; several cases run at a time."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [problem for found in pool.map(check, cases) for problem in found]


def check(case: Case) -> list[str]:
    """What is wrong with the labels of one case, as sentences."""
    problems = []
    try:
        list(case.rows)
    except BadLabel as bad:
        return [str(bad)]
    for rule in case.rules:
        command = [sys.executable, "-B", __file__, "--child", str(case.path), str(case.root), rule.id]
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            problems.append(f"{case.name} [{rule.id}] failed: {done.stderr.strip()[-600:]}")
            continue
        problems += _compare(case, rule, json.loads(done.stdout))
    return problems


def _compare(case: Case, rule: Rule, told: dict[str, Any]) -> list[str]:
    problems = []
    rows = [row for row in case.rows if row.rule == rule.id]
    labelled = {row.sink for row in rows}
    sinks = {*told["reached"], *sink_lines(case.tree, rule)}
    problems += [f"{case.name}:{line} [{rule.id}] has no label" for line in sorted(sinks - labelled)]
    for line in sorted(labelled):
        if f"{case.name}:{line}" in STATIC_ONLY:
            continue
        where = f"{case.name}:{line} [{rule.id}]"
        if line not in told["reached"]:
            problems.append(f"{where} was not reached")
        seen = {source for source, sink in told["seen"] if sink == line}
        positive = [row for row in rows if row.sink == line and row.expected]
        if any(row.sources is None for row in positive):
            if line not in told["elsewhere"]:
                problems.append(f"{where} says flow from elsewhere, the run shows none")
        elif line in told["elsewhere"]:
            problems.append(f"{where} does not say that something flows from elsewhere")
        said = {source for row in positive for source in row.sources or ()}
        if said != seen:
            problems.append(f"{where} says {sorted(said)}, the run shows {sorted(seen)}")
    return problems


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        _child(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
        return 0
    chosen = [c for c in load_cases() if not sys.argv[1:] or any(name in c.name for name in sys.argv[1:])]
    problems = check_all(chosen)
    for problem in problems:
        print(problem)
    rows = [row for case in chosen for row in case.rows]
    yes = sum(row.expected for row in rows)
    print(f"{len(chosen)} cases of {SUITE.name}, {len(rows)} rows: {yes} flow, {len(rows) - yes} no flow")
    print(f"{len(problems)} disagree; {len(STATIC_ONLY)} lines not confirmed by running")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
