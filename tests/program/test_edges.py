"""Who calls whom in small programs: an edge that must not be there beside those that must."""

from __future__ import annotations

import random

import pytest

from scanner.callgraph import adjacency, of_program
from scanner.catalog import load
from scanner.facts.reader import read_facts
from scanner.facts.records import FileFacts
from scanner.program import link


def graph(files: dict[str, str], *, shuffle: int | None = None) -> dict[str, list[str]]:
    """Callees by caller of code reachable from module level."""
    facts = [read_facts(path, "", text) for path, text in files.items()]
    if shuffle is not None:
        random.Random(shuffle).shuffle(facts)
    assert all(isinstance(f, FileFacts) for f in facts)
    return adjacency(of_program(link(facts, load(), library=False)))  # type: ignore[arg-type]


TWO = "def a():\n    pass\ndef b():\n    pass\n"

# name: (code of main.py, edges that must be there, edges that must not)
CASES: dict[str, tuple[str, list[str], list[str]]] = {
    "overwritten name": (TWO + "f = a\nf = b\nf()\n", ["main>main.b"], ["main>main.a"]),
    "branches join": (TWO + "f = a if input() else b\nf()\n", ["main>main.a", "main>main.b"], []),
    "default argument": (TWO + "def g(f=a):\n    f()\ng()\n", ["main.g>main.a"], ["main.g>main.b"]),
    "keyword argument": (TWO + "def g(x, f):\n    f()\ng(f=b, x=a)\n", ["main.g>main.b"], ["main.g>main.a"]),
    "star arguments": (TWO + "def g(*fs):\n    fs[1]()\ng(a, b)\n", ["main.g>main.b"], ["main.g>main.a"]),
    "double star": (TWO + "def g(**k):\n    k['x']()\ng(x=a, y=b)\n", ["main.g>main.a"], ["main.g>main.b"]),
    "returned function": (TWO + "def g():\n    return a\ng()()\n", ["main>main.g", "main>main.a"], ["main>main.b"]),
    "closure": (
        TWO + "def outer(f):\n    def inner():\n        f()\n    return inner\nouter(b)()\n",
        ["main.outer.inner>main.b"], ["main.outer.inner>main.a"],
    ),
    "dict by key": (TWO + "d = {'a': a, 'b': b}\nd['b']()\n", ["main>main.b"], ["main>main.a"]),
    "dict by unknown key": (TWO + "d = {'a': a, 'b': b}\nd[input()]()\n", ["main>main.a", "main>main.b"], []),
    "tuple unpacking": (TWO + "x, y = b, a\nx()\n", ["main>main.b"], ["main>main.a"]),
    "list of functions": (TWO + "for f in [a, b]:\n    f()\n", ["main>main.a", "main>main.b"], []),
    "comprehension": (TWO + "[f() for f in [a]]\n", ["main>main.a"], ["main>main.b"]),
    "lambda": (TWO + "f = lambda: a()\nf()\n", ["main>main.<lambda1>", "main.<lambda1>>main.a"], ["main>main.b"]),
    "map": (TWO + "list(map(a, [1]))\n", ["main>main.a", "main><builtin>.map"], ["main>main.b"]),
    "partial": (
        "import functools\n" + TWO + "def g(f):\n    f()\nfunctools.partial(g, b)()\n",
        ["main>main.g", "main.g>main.b"], ["main.g>main.a"],
    ),
    "getattr": (
        "class C:\n    def m(self): pass\n    def n(self): pass\ngetattr(C(), 'm')()\n",
        ["main>main.C.m"], ["main>main.C.n"],
    ),
    "method through self": (
        "class C:\n    def m(self):\n        self.n()\n    def n(self): pass\n    def o(self): pass\nC().m()\n",
        ["main>main.C.m", "main.C.m>main.C.n"], ["main.C.m>main.C.o"],
    ),
    "attribute holds an instance": (
        "class A:\n    def go(self): pass\nclass B:\n    def go(self): pass\n"
        "class C:\n    def __init__(self):\n        self.x = A()\n    def run(self):\n        self.x.go()\nC().run()\n",
        ["main>main.C.__init__", "main.C.run>main.A.go"], ["main.C.run>main.B.go"],
    ),
    "override": (
        "class A:\n    def run(self):\n        self.step()\n    def step(self): pass\n"
        "class B(A):\n    def step(self): pass\nB().run()\n",
        ["main>main.A.run", "main.A.run>main.B.step"], ["main.A.run>main.A.step"],
    ),
    "super": (
        "class A:\n    def m(self): pass\nclass B(A):\n    def m(self):\n        super().m()\nB().m()\n",
        ["main>main.B.m", "main.B.m>main.A.m"], ["main>main.A.m"],
    ),
    "diamond": (
        "class A:\n    def m(self): pass\nclass B(A): pass\nclass C(A):\n    def m(self): pass\n"
        "class D(B, C): pass\nD().m()\n",
        ["main>main.C.m"], ["main>main.A.m"],
    ),
    "static and class methods": (
        "class C:\n    @staticmethod\n    def s(): pass\n    @classmethod\n    def c(cls):\n        cls.s()\nC.c()\n",
        ["main>main.C.c", "main.C.c>main.C.s"], ["main>main.C.s"],
    ),
    "property": (
        "class C:\n    @property\n    def p(self): pass\n    @property\n    def q(self): pass\nC().p\n",
        ["main>main.C.p"], ["main>main.C.q"],
    ),
    "callable instance": (
        "class C:\n    def __call__(self): pass\nc = C()\nc()\n", ["main>main.C.__call__"], ["main>main.C.__init__"],
    ),
    "context manager": (
        "class C:\n    def __enter__(self): return self\n    def __exit__(self, *a): pass\n    def m(self): pass\n"
        "with C() as c:\n    c.m()\n",
        ["main>main.C.__enter__", "main>main.C.__exit__", "main>main.C.m"], [],
    ),
    "generator": (
        TWO + "def g():\n    yield a\nfor f in g():\n    f()\n",
        ["main>main.g", "main>main.a"], ["main>main.b"],
    ),
    "decorator": (
        TWO + "def deco(f):\n    def w():\n        f()\n    return w\n@deco\ndef c():\n    b()\nc()\n",
        ["main>main.deco", "main>main.deco.w", "main.deco.w>main.c", "main.c>main.b"], ["main>main.c", "main.c>main.a"],
    ),
    "thread": (
        "import threading\n" + TWO + "threading.Thread(target=a).start()\n",
        ["main>main.a", "main>threading.Thread"], ["main>main.b"],
    ),
    "global from a function": (
        TWO + "f = a\ndef s():\n    global f\n    f = b\ndef r():\n    f()\ns()\nr()\n", ["main.r>main.b"], [],
    ),
    "dead code after return": (TWO + "def g():\n    return\n    a()\ng()\n", ["main>main.g"], ["main.g>main.a"]),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str) -> None:
    code, must, must_not = CASES[name]
    found = {f"{caller}>{callee}" for caller, callees in graph({"main.py": code}).items() for callee in callees}
    assert set(must) <= found
    assert not set(must_not) & found


PACKAGE = {
    "pkg/__init__.py": "from pkg.one import first\nfrom .two import *\nfrom . import three\n",
    "pkg/one.py": "def first():\n    second()\ndef second():\n    pass\n",
    "pkg/two.py": "__all__ = ['third']\ndef third():\n    pass\ndef _hidden():\n    pass\n",
    "pkg/three.py": "import pkg.one as alias\ndef fourth():\n    alias.first()\n",
    "main.py": "import pkg\nfrom pkg import first as f\nf()\npkg.third()\npkg.three.fourth()\n",
}


def test_imports_of_every_form() -> None:
    found = graph(PACKAGE)
    assert found["main"] == ["pkg.one.first", "pkg.three.fourth", "pkg.two.third"]
    assert found["pkg.one.first"] == ["pkg.one.second"]
    assert found["pkg.three.fourth"] == ["pkg.one.first"]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_files_changes_nothing(seed: int) -> None:
    assert graph(PACKAGE, shuffle=seed) == graph(PACKAGE)


def test_an_unrelated_file_changes_no_edge() -> None:
    more = graph({**PACKAGE, "other.py": "def first():\n    pass\nfirst()\n"})
    del more["other"], more["other.first"]
    assert more == graph(PACKAGE)


def test_recursion_ends() -> None:
    found = graph({"main.py": "def a():\n    b()\n    a()\ndef b():\n    a()\na()\n"})
    assert found["main.a"] == ["main.a", "main.b"]


def test_five_thousand_entries_end() -> None:
    functions = "\n".join(f"def f{i}(): pass" for i in range(5_000))
    table = "T = {" + ", ".join(f"'k{i}': f{i}" for i in range(5_000)) + "}\nT['k7']()\nT[input()]()\n"
    assert "main.f7" in graph({"main.py": functions + "\n" + table})["main"]
