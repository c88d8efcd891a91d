"""Routes lead from where execution starts to a scope, the nearest entry point first."""

from __future__ import annotations

import json

from scanner import callgraph
from scanner.callgraph.records import CallGraph
from scanner.catalog import load
from scanner.facts.reader import read_facts
from scanner.facts.records import FileFacts
from scanner.inputs.records import DeclaredEntry
from scanner.program import Program, link


def built(files: dict[str, str], *declared: DeclaredEntry) -> tuple[Program, CallGraph]:
    facts = [f for path, text in files.items() if isinstance(f := read_facts(path, "", text), FileFacts)]
    program = link(facts, load())
    return program, callgraph.build(program, declared)


def names(program: Program, graph: CallGraph, target: str) -> list[tuple[str, list[str]]]:
    """Entry kind and the functions of each route to the function ``target``."""
    scopes = program.solver.scopes
    index = next(e.index for e in scopes if e.scope.name == target)
    return [
        (r.entry.kind, [scopes[r.entry.scope].scope.name, *(scopes[e.callee].scope.name for e in r.edges)])
        for r in callgraph.routes_to(graph, index, 12)
    ]


FILES = {
    "pkg/__init__.py": "from pkg.api import run\n__all__ = ['run']\n",
    "pkg/api.py": (
        "from pkg.send import _send\ndef run():\n    _middle()\ndef _middle():\n    _send()\ndef unused():\n    pass\n"
    ),
    "pkg/send.py": "def _send():\n    pass\n",
    "pkg/cli.py": "from pkg.api import run\ndef main():\n    run()\n",
}


def test_the_exported_function_comes_first() -> None:
    program, graph = built(FILES)
    routes = names(program, graph, "_send")
    assert routes[0] == ("api", ["run", "_middle", "_send"])
    assert not any("unused" in route for _, route in routes)


def test_a_declared_script_is_an_entry_point() -> None:
    program, graph = built(FILES, DeclaredEntry("console_scripts", "pkg", "pkg.cli", "main", "entry_points.txt"))
    assert ("script", ["main", "run", "_middle", "_send"]) in names(program, graph, "_send")


def test_a_private_function_nobody_calls_has_no_route() -> None:
    program, graph = built({"m.py": "def _lost():\n    pass\n"})
    assert names(program, graph, "_lost") == []


def test_module_level_code_is_an_entry_point() -> None:
    program, graph = built({"m.py": "def _at_import():\n    pass\n_at_import()\n"})
    assert names(program, graph, "_at_import") == [("import", ["<module>", "_at_import"])]


def test_wrappers_of_different_functions_stay_apart() -> None:
    text = (
        "def deco(f):\n    def w():\n        return f()\n    return w\n"
        "@deco\ndef _a():\n    pass\n@deco\ndef _b():\n    pass\ndef calls_a():\n    _a()\n"
    )
    program, graph = built({"m.py": text})
    assert all("calls_a" not in route for _, route in names(program, graph, "_b"))
    assert any("calls_a" in route for _, route in names(program, graph, "_a"))


def test_export_formats() -> None:
    program, _ = built(FILES)
    named = callgraph.of_program(program)
    assert json.loads(callgraph.export(named, "json"))["pkg.api.run"] == ["pkg.api._middle"]
    assert '"pkg.api.run" -> "pkg.api._middle";' in callgraph.export(named, "dot")
    assert "<graphml" in callgraph.export(named, "graphml")
    graph = callgraph.to_networkx(named)
    assert graph.edges["pkg.api.run", "pkg.api._middle"] == {"kind": "call", "certainty": "exact"}
    assert graph.nodes["pkg.api.run"]["file"] == "pkg/api.py"
