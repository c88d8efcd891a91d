"""Syntax newer than the interpreter: what is left alone, what is refused, what is lowered line for line."""

from __future__ import annotations

import ast
import sys

import pytest

from scanner.facts.depth import too_deep
from scanner.facts.newer import rewrite


@pytest.mark.parametrize("text", ["", "x = 1\n", "x = f'{a}'\n", "try:\n    pass\nexcept (A, B):\n    pass\n"])
def test_what_reads_already_is_left_alone(text: str) -> None:
    assert rewrite(text) == text


@pytest.mark.parametrize("text", ["f(\n", "print 'x'\n", 'x = f"{d["a"\n', "type X =\n", "\0", "x = " + "(" * 5000])
def test_what_nobody_reads_is_refused(text: str) -> None:
    assert rewrite(text) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("def f[T: int = str, *Ts, **P](x: T) -> T:\n    return post(x)\n", "def f(x: T) -> T:\n    return post(x)\n"),
        ("class A[\n    T,  # note\n](Base):\n    x = 1\n", "class A \\\n  \\\n  (Base):\n    x = 1\n"),
        ("if 1:\n    type X[T] = list[T]\n", "if 1:\n    X = list[T]\n"),
        ("type X = (\n    int\n)\ny = 2\n", "X = (\n    int\n)\ny = 2\n"),
        ("try:\n    pass\nexcept A, B:\n    pass\n", "try:\n    pass\nexcept (A, B):\n    pass\n"),
        ("try:\n    pass\nexcept* A, B:\n    pass\n", "try:\n    pass\nexcept* (A, B):\n    pass\n"),
        ('x = t"a{b}"\n', 'x = f"a{b}"\n'),
        ('x = f"{d["a"]}/v1"\n', 'x = "" + d["a"] + "/v1"\n'),
        ('x = t"{d["a"]}"\n', 'x = "" + d["a"]\n'),
        ('x = f"{"\\n".join(a)!r:>{w}}"\ny = 3\n', 'x = "" + "\\n".join(a) + w\ny = 3\n'),
        ('x = f"{\n    a  # note\n}{b["c"]}"\ny = 3\n', 'x = ("" + (\n    a\n) + b["c"])\ny = 3\n'),
        ('x = ("a"\n  f"{d["b"]}"\n  "c") % 3\n', 'x = (("a" + \n ("" + d["b"]) + \n "c")) % 3\n'),
        ('x = rf"\\d{{{d["a"]}\\w"\n', 'x = "" + "\\\\d{" + d["a"] + "\\\\w"\n'),
        ('x = f"""a"{d["""b"""]}"\n"""\n', 'x = "" + """a\\"""" + d["""b"""] + """"\n"""\n'),
        ('x = f"{f"{f"{f"{1}"}"}"}"\n', None),
    ],
)
def test_newer_syntax_is_lowered(text: str, same: str | None) -> None:
    lowered = rewrite(text)
    assert lowered is not None
    assert lowered.count("\n") == text.count("\n")
    ast.parse(lowered)
    if same is not None and lowered != text:
        # From 3.12 on a t-string with nested quotes need only become the f-string with the same ones.
        readable = [text.replace('t"', 'f"', 1)] if sys.version_info >= (3, 12) and 't"' in text else []
        assert _shape(lowered) in [_shape(t) for t in (same, *readable)]


def test_statements_keep_their_lines() -> None:
    text = 'import os\n\ndef f[T](\n    x: T,\n):\n    url = f"{os.environ["A"]}/x"\n    return post(url, x)\n'
    lowered = rewrite(text)
    assert lowered is not None
    calls = [n for n in ast.walk(ast.parse(lowered)) if isinstance(n, ast.Call)]
    assert [(c.lineno, c.col_offset) for c in calls] == [(7, 11)]


def _shape(text: str) -> list[str]:
    """The tree without columns and without the empty string a sum may begin with."""
    return [ast.dump(s) + str(s.lineno) for s in ast.parse(text).body if ast.dump(s).replace("Constant(value='')", "")]


CHAINS = [
    "(",
    "[",
    "-",
    "not ",
    "lambda:",
    "lambda a,:",
    "f(a, ",
    "{1:",
    "a.",
    "a if b else ",
    "a and ",
    "a[b,1]+",
    "'a' ",
]


@pytest.mark.parametrize("chain", CHAINS)
def test_hostile_depth_never_reaches_the_native_parser(chain: str) -> None:
    assert not too_deep("x = " + chain * 90)
    assert too_deep("x = " + chain * 5000)
    text = "type X = " + chain * 5000
    assert rewrite(text) in (None, text)  # left alone where the interpreter itself reads it


@pytest.mark.parametrize(
    "prefix",
    [
        "if a:\n pass\n",
        "x = f'{",
        'x = f"{"',
        'x = f"{f"{',
        "x = f'''{a}''' + ",
        'x = f"{x:\'}" + ',
        "x = rf'\\{",
        "x = '''\n''' + ",
    ],
)
def test_strings_hide_no_depth(prefix: str) -> None:
    assert too_deep(prefix + ("elif a:\n pass\n" if prefix.startswith("if") else "(") * 5000)


def test_long_flat_code_is_not_deep() -> None:
    rows = "".join(f"    ('name {n} (', -{n}, {{'a': [1, 2]}}),\n" for n in range(3000))
    calls = "".join(f"if f({n}):\n    y = lambda: g(a, b)\nelif z:\n    pass\ndef h(): pass\n" for n in range(900))
    assert not too_deep(f"x = [\n{rows}]\n" + calls)
