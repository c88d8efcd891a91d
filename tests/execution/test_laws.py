"""Laws of abstract execution: what may not matter does not, and hostile programs end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.callgraph import adjacency, of_run
from scanner.catalog import Catalog, load
from scanner.execution import Budget, Rule, Run, execute
from scanner.facts.reader import read_facts
from scanner.facts.records import FileFacts

FILES = {
    "main.py": "import tools\nfrom pkg import send\n\ndef go():\n    send(tools.make())\n\ngo()\n",
    "tools.py": "def make():\n    return Box()\n\nclass Box:\n    def open(self):\n        return make()\n",
    "pkg/__init__.py": "from pkg.wire import send\n",
    "pkg/wire.py": "def send(box):\n    box.open()\n",
}
UNRELATED = "class Box:\n    def open(self):\n        pass\n\ndef send(box):\n    box.open()\n\nsend(Box())\n"


@cache
def _catalog() -> Catalog:
    return load()


def _facts(path: str, text: str, marked: frozenset[str] = frozenset()) -> FileFacts:
    found = read_facts(path, "", text, bindings=True, marked=marked)
    assert isinstance(found, FileFacts)
    return found


def _run(files: Mapping[str, str], budget: Budget | None = None) -> Run:
    facts = [_facts(p, t) for p, t in files.items()]
    return execute(facts, _catalog(), entries=frozenset({"main.py"}), budget=budget)


def _graph(files: Mapping[str, str]) -> dict[str, list[str]]:
    return adjacency(of_run(_run(files)))


@settings(deadline=None)
@given(st.permutations(sorted(FILES)))
def test_the_order_of_files_does_not_matter(order: list[str]) -> None:
    assert _graph({path: FILES[path] for path in order}) == _graph(FILES)


@given(st.sampled_from(["other.py", "a.py", "zz/deep.py", "pkg_more.py"]))
def test_an_unrelated_file_changes_no_edge(path: str) -> None:
    assert _graph({**FILES, path: UNRELATED}) == _graph(FILES)


@given(st.integers(0, 5), st.integers(0, 5))
def test_blank_lines_move_findings_and_change_nothing_else(before: int, inside: int) -> None:
    text = "\n" * before + "def f():\n" + "\n" * inside + "    SINK(SOURCE)\n"
    rule = Rule("r", False, frozenset({"SOURCE"}), frozenset(), frozenset(), frozenset({"SINK"}))
    run = execute([_facts("m.py", text, frozenset({"SOURCE"}))], _catalog(), rules=[rule], library=True)
    assert [a.sink_line for a in run.arrivals] == [before + inside + 2]


def test_mutual_and_deep_recursion_end() -> None:
    text = "def a(n):\n    return b(n)\ndef b(n):\n    return a(a(b(n)))\na(1)\n"
    assert _graph({"main.py": text})["main.b"] == ["main.a", "main.b"]


def test_calls_that_multiply_are_cut_and_said() -> None:
    text = "".join(f"def f{i}():\n    f{i + 1}()\n    f{i + 1}()\n    f{i + 1}()\n" for i in range(40))
    run = _run({"main.py": text + "def f40():\n    pass\nf0()\n"}, Budget(operations=20_000))
    assert run.operations < 25_000
    assert ("main.f39", "main.f40") in {(a, b) for a, bs in adjacency(of_run(run)).items() for b in bs}


def test_a_wide_dispatch_table_is_no_wall() -> None:
    functions = "".join(f"def f{i}(): pass\n" for i in range(3000))
    table = "T = {" + ", ".join(f"'k{i}': f{i}" for i in range(3000)) + "}\nT['k7']()\n"
    assert _graph({"main.py": functions + table})["main"] == ["main.f7"]


def test_many_subclasses_are_no_wall() -> None:
    classes = "class A:\n    def run(self): pass\n" + "".join(f"class B{i}(A): pass\n" for i in range(3000))
    assert _graph({"main.py": classes + "B2999().run()\n"})["main"] == ["main.A.run"]


def test_a_loop_over_itself_ends() -> None:
    text = "xs = []\nfor x in xs:\n    xs.append(xs)\nwhile xs:\n    xs = [xs]\n"
    assert not _run({"main.py": text}).cut


def test_values_that_nest_without_end_are_cut() -> None:
    text = "x = iter([])\n" + "x = iter(x)\n" * 9_000 + "for y in x:\n    pass\n"
    assert _graph({"main.py": text})["main"] == ["<builtin>.iter"]


def test_calls_that_are_no_longer_told_apart_are_said() -> None:
    assert not _run({"main.py": "def f(x): return x\n" + "f(1)\n" * 50}).merged
    assert _run({"main.py": "def f(x): return x\n" + "f(1)\n" * 200}).merged
