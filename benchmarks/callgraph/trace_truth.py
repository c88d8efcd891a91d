"""Checks the expected graphs of `fixtures/callgraph` against what the interpreter does.

    python benchmarks/callgraph/trace_truth.py [FEATURE[/CASE]]...

Each case is our own fixture and is run in a process of its own under `sys.setprofile`; the pairs of calling and called
function are compared with its `callgraph.json`.  This is for our own fixtures only: the product never executes what it
scans.  A `case.json` with `runs` (a list of environments) is run once in each: the graph holds what any of them shows.

Compared are calls of the case's functions and of builtin functions (not of builtin classes: the interpreter reports
none).  Code in class bodies, comprehensions and generator expressions belongs to the scope it is written in.  Resuming
a generator is no call.  The caller of a generator or coroutine, and of what a thread, the exit of the interpreter or
Python code of the standard library calls, is not seen: somebody must call it in the expected graph.  `STATIC_ONLY`
names the cases that running cannot show, with the reason.
"""

from __future__ import annotations

import ast
import atexit
import builtins
import dis
import json
import os
import runpy
import subprocess
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "callgraph"

_UNCALLED = "a function the case does not call: the text alone says what it would run"
#: Cases whose graph holds branches one run cannot all take, and why.
STATIC_ONLY: dict[str, str] = {
    "annotations/alias_of_type": _UNCALLED,
    "annotations/annotated_generic": _UNCALLED,
    "annotations/attribute": _UNCALLED,
    "annotations/attribute_in_init": _UNCALLED,
    "annotations/cast": _UNCALLED,
    "annotations/class_object": _UNCALLED,
    "annotations/imported_under_type_checking": _UNCALLED,
    "annotations/return_annotation": _UNCALLED,
    "annotations/string_annotation": _UNCALLED,
    "annotations/uncalled_base_means_subclasses": _UNCALLED,
    "annotations/uncalled_dict_values": _UNCALLED,
    "annotations/uncalled_list": _UNCALLED,
    "annotations/uncalled_optional": _UNCALLED,
    "annotations/uncalled_parameter": _UNCALLED,
    "code_strings/python_dash_c": "the call happens in a child process",
    "public/uncalled_attribute_set_in_init": _UNCALLED,
    "public/uncalled_calls_parameter_default": _UNCALLED,
    "public/uncalled_decorated": _UNCALLED,
    "public/uncalled_function": _UNCALLED,
    "public/uncalled_function_of_imported_module": _UNCALLED,
    "public/uncalled_method_on_self": _UNCALLED,
    "public/uncalled_uses_module_object": _UNCALLED,
}

Edges = set[tuple[str, str]]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_UNSEEN = "?"
#: Code flags of generators, coroutines and asynchronous generators.
_RESUMABLE = 0x20 | 0x80 | 0x200


class Names:
    """The dotted names of the code objects of the files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known: dict[tuple[str, int, str], str] = {}
        self.lambdas: dict[str, list[tuple[ast.Lambda, str]]] = {}
        for path in root.rglob("*.py"):
            parts = path.relative_to(root).with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            self.known[(str(path), 0, "<module>")] = module
            self.lambdas[str(path)] = []
            self._read(str(path), ast.parse(path.read_text()), module, {})

    def _read(self, file: str, node: ast.AST, scope: str, counts: dict[str, int]) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and child is node.args:
                continue  # read with the scope around
            if child in getattr(node, "decorator_list", ()):
                continue
            inner = scope
            if isinstance(child, _DEFINITIONS):
                inner = f"{scope}.{child.name}"
                first = min([child.lineno, *(one.lineno for one in child.decorator_list)])
                self.known[(file, first, child.name)] = scope if isinstance(child, ast.ClassDef) else inner
                for outside in child.decorator_list:
                    self._read(file, ast.Expr(outside), scope, counts)
            elif isinstance(child, ast.Lambda):
                counts[scope] = counts.get(scope, 0) + 1
                inner = f"{scope}.<lambda{counts[scope]}>"
                self.lambdas[file].append((child, inner))
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                self._read(file, child.args, scope, counts)
            self._read(file, child, inner, counts)

    def of(self, code: CodeType) -> str | None:
        """The name of a function or module of the case; of a class body or comprehension nothing."""
        if code.co_name == "<module>":
            return self.known.get((code.co_filename, 0, "<module>"))
        if code.co_name == "<lambda>":
            return self._lambda(code)
        return self.known.get((code.co_filename, code.co_firstlineno, code.co_name))

    def _lambda(self, code: CodeType) -> str | None:
        places = [one.positions for one in dis.get_instructions(code) if one.opname != "RESUME" and one.positions]
        spots = [(p.lineno, p.col_offset) for p in places if p.lineno is not None and p.end_col_offset]
        best: tuple[tuple[int, int], str] | None = None
        for node, name in self.lambdas.get(code.co_filename, []):
            start, end = (node.body.lineno, node.body.col_offset), (node.body.end_lineno, node.body.end_col_offset)
            if spots and all(start <= spot <= end for spot in spots) and (best is None or start > best[0]):
                best = (start, name)
        return best[1] if best else None


class Tracer:
    """Collects caller and callee of every call of a case's function and of a builtin function."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.edges: Edges = set()

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and _starts(frame) and self._is_function(frame.f_code):
            callee = self.names.of(frame.f_code)
            if callee:
                seen = not frame.f_code.co_flags & _RESUMABLE and self._is_own(frame.f_back)
                self.edges.add((self._scope(frame.f_back) if seen else _UNSEEN, callee))
        elif event == "c_call" and self._is_own(frame):
            name = _builtin(arg)
            if name:
                self.edges.add((self._scope(frame), name))

    def _is_own(self, frame: FrameType | None) -> bool:
        return frame is not None and frame.f_code.co_filename.startswith(str(self.names.root))

    def _is_function(self, code: CodeType) -> bool:
        return code.co_name not in ("<module>", "<listcomp>", "<genexpr>", "<setcomp>", "<dictcomp>") and bool(
            code.co_flags & 2  # CO_NEWLOCALS: class bodies have none
        )

    def _scope(self, frame: FrameType | None) -> str:
        while frame is not None:
            if self._is_own(frame):
                name = self._enclosing(frame.f_code)
                if name:
                    return name
            frame = frame.f_back
        return _UNSEEN

    def _enclosing(self, code: CodeType) -> str | None:
        found = self.names.of(code)
        if (found and self._is_function(code)) or code.co_name == "<module>":
            return found
        return self._around(code)

    def _around(self, code: CodeType) -> str | None:
        """The innermost function whose lines hold a comprehension's or a class body's code."""
        path = code.co_filename
        if not Path(path).is_file():
            return None
        best, module = None, self.names.known[(path, 0, "<module>")]
        todo: list[tuple[CodeType, str]] = [(compile(Path(path).read_text(), path, "exec", dont_inherit=True), module)]
        while todo:
            outer, name = todo.pop()
            for inner in (one for one in outer.co_consts if isinstance(one, CodeType)):
                if inner == code:
                    best = name
                named = self.names.of(inner) if self._is_function(inner) else None
                todo.append((inner, named or name))
        return best


def _starts(frame: FrameType) -> bool:
    """False when a generator or coroutine is resumed."""
    resumes = [
        one.offset for one in dis.get_instructions(frame.f_code) if one.opname == "RESUME" and (one.arg or 0) == 0
    ]
    first = resumes[0] if resumes else 0
    return frame.f_lasti <= first


def _builtin(function: Any) -> str | None:
    owner = getattr(function, "__self__", None)
    name = function.__name__
    if owner is builtins:
        return None if name == "__build_class__" else f"<builtin>.{name}"
    kind = owner if isinstance(owner, type) else type(owner)
    if owner is not None and kind.__module__ == "builtins" and kind.__name__ in dir(builtins):
        return f"<builtin>.{kind.__name__}.{name}"
    return None


def trace(root: Path) -> Edges:
    """Runs `main.py` of a case in this process and gives its edges; meant for a process of its own."""
    tracer = Tracer(Names(root))
    sys.path.insert(0, str(root))
    sys.argv = [str(root / "main.py")]
    threading.setprofile(tracer)
    sys.setprofile(tracer)
    try:
        runpy.run_path(str(root / "main.py"), run_name="__main__")
    except SystemExit:
        pass
    except BaseException as error:
        sys.excepthook(type(error), error, None)
    atexit._run_exitfuncs()
    sys.setprofile(None)
    return tracer.edges


def expected(root: Path) -> Edges:
    """The edges of a case's `callgraph.json`."""
    graph = json.loads((root / "callgraph.json").read_text())
    return {(caller, callee) for caller, callees in graph.items() for callee in callees}


def differences(root: Path) -> list[str]:
    """What the run of a case says against its expected graph."""
    settings: dict[str, Any] = {}
    if (root / "case.json").exists():
        settings = json.loads((root / "case.json").read_text())
    traced: Edges = set()
    command = [sys.executable, __file__, "--one", str(root)]
    for environment in settings.get("runs", [{}]):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment}
        )
        try:
            traced |= {(caller, callee) for caller, callee in json.loads(done.stdout.splitlines()[-1])}
        except (ValueError, IndexError):
            return [f"does not run: {done.stderr[-300:]}"]
    modules = {Names(root).known[key] for key in Names(root).known if key[2] == "<module>"}
    loose = settings.get("in_case_only", False)
    wanted = {edge for edge in expected(root) if _compared(edge[1], modules, loose)}
    seen = {edge for edge in traced if _compared(edge[1], modules, loose)}
    called = {callee for _, callee in wanted}
    unseen = {callee for caller, callee in seen if caller == _UNSEEN}
    missing = {edge for edge in seen - wanted if edge[0] != _UNSEEN or edge[1] not in called}
    extra = {edge for edge in wanted - seen if edge[1] not in unseen}
    return [f"not expected: {a} -> {b}" for a, b in sorted(missing)] + [
        f"never happens: {a} -> {b}" for a, b in sorted(extra)
    ]


def _compared(callee: str, modules: set[str], loose: bool) -> bool:
    if callee.startswith("<builtin>."):
        name = callee.split(".")[1]
        return not loose and ("." in callee[10:] or not isinstance(getattr(builtins, name, None), type))
    return any(callee.startswith(f"{module}.") for module in modules)


def main(wanted: list[str]) -> int:
    """Prints every disagreement; 1 when there is one outside `STATIC_ONLY`."""
    count = wrong = 0
    for path in sorted(FIXTURES.rglob("callgraph.json")):
        name = path.parent.relative_to(FIXTURES).as_posix()
        if wanted and not any(name == one or name.startswith(f"{one}/") for one in wanted):
            continue
        count += 1
        found = [] if name in STATIC_ONLY else differences(path.parent)
        wrong += bool(found)
        for line in found:
            print(f"{name}: {line}")
    print(f"{count} cases, {wrong} disagree, {len(STATIC_ONLY)} static only")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print("\n" + json.dumps(sorted(trace(Path(sys.argv[2])))))
    else:
        sys.exit(main(sys.argv[1:]))
