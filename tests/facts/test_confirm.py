"""Calls re-read through libcst: places, exact source, guards, and texts that must not hurt."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scanner.facts.comments import suppressions
from scanner.facts.confirm import SOURCE_LIMIT, ConfirmedCall, Unconfirmed, confirm


def calls(text: str, *lines: int) -> tuple[ConfirmedCall, ...]:
    found = confirm(text, frozenset(lines or range(1, text.count("\n") + 2)))
    assert not isinstance(found, Unconfirmed), found
    return found


def test_a_line_without_a_call_confirms_nothing() -> None:
    assert calls("x = 1\n# post(1)\n'post(2)'\n") == ()
    assert calls("x = post(1)\n", 2, 99, -1) == ()
    assert confirm("", frozenset({1})) == ()


@pytest.mark.parametrize(
    "text", ["x = f(\n", "\0", "x = f(" + "-" * 20_000 + "1)\n", "x = f(" + "(" * 3_000 + ")" * 3_000 + ")"]
)
def test_what_cannot_be_read_gives_a_reason(text: str) -> None:
    assert isinstance(confirm(text, frozenset({1})), Unconfirmed)


def test_a_readable_statement_is_confirmed_beside_one_too_deep() -> None:
    text = "f(1)\nx = g(" + " and ".join(["a"] * 5_000) + ")\n"
    assert [c.callee for c in calls(text, 1, 2)] == ["f"]


def test_source_is_exact() -> None:
    (call,) = calls('(requests . post)(\n    url,  # where\n    json = {"a": 1}, *rest, **(more))\n', 1)
    assert (call.line, call.column, call.callee) == (1, 1, "(requests . post)")
    assert call.arguments == (("", "url"), ("json", '{"a": 1}'), ("", "*rest"), ("", "**(more)"))
    assert call.source.endswith("**(more))") and "# where" in call.source


def test_source_is_cut() -> None:
    (call,) = calls(f"post('{'x' * 1000}')\n")
    assert len(call.source) == len(call.arguments[0][1]) == SOURCE_LIMIT


def test_columns_count_bytes_as_ast_does() -> None:
    (call,) = calls("é = 'é'; post(1)\n")
    assert call.column == ast.parse("é = 'é'; post(1)\n").body[1].col_offset + 1  # type: ignore[attr-defined]


GUARDED = """\
class Client:
    '''A client.'''

    class Inner:
        if DEBUG:
            @decorated(flag)
            def send(self, a, b=default()):
                if not self.enabled:
                    return None
                elif a and post(1):
                    while more():
                        post(2)
                else:
                    return post(3) if a > 1 else post(4)
                return [post(5) for x in a if x if b] or post(6)
"""


def test_guards_are_those_inside_the_function() -> None:
    guards = {c.source: c.guards for c in calls(GUARDED)}
    enabled, rest = ("not self.enabled", False), ("a and post(1)", False)
    assert guards["decorated(flag)"] == guards["default()"] == (("DEBUG", True),)
    assert guards["post(1)"] == (enabled, ("a", True))
    assert guards["post(2)"] == (enabled, ("a and post(1)", True), ("more()", True))
    assert guards["more()"] == (enabled, ("a and post(1)", True))
    assert guards["post(3)"] == (enabled, rest, ("a > 1", True))
    assert guards["post(4)"] == (enabled, rest, ("a > 1", False))
    assert guards["post(5)"] == (("x", True), ("b", True))
    assert guards["post(6)"] == (("[post(5) for x in a if x if b]", False),)


@pytest.mark.parametrize(
    "text",
    [
        "x = '''\n'''; f(1)\n",
        "a = 1; f(a); g(\n2); h(3)\n",
        "class A: x = f(1)\n",
        "class A(\n  B): x = f(1); y = g(2)\n",
        "class A(f(1)):\n\tdef g(self):\n\t\treturn h('''\n  é''', k(2))\n",
        "@d(1)\n@e(2)\ndef f(): return g(3)\n",
        "if a:\r\n    f(1)\r\nelse:\r\n    g(\\\r\n  2)\r\n",
        "x = f(1)",
        "async def f():\n    async with g(1) as x, h(2):\n        await k(3)\n",
        "match f(1):\n    case A(b=1) if g(2):\n        h(3)\n",
    ],
)
def test_every_call_ast_knows_is_confirmed(text: str) -> None:
    wanted = {(n.lineno, n.col_offset + 1) for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)}
    assert {(c.line, c.column) for c in calls(text)} == wanted


def test_own_source_is_confirmed_whole() -> None:
    text = Path(ast.__file__).read_text("utf-8")[:60_000].rpartition("\n\n\n")[0] + "\n"
    wanted = {(n.lineno, n.col_offset + 1) for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)}
    inside = {(n.lineno) for f in ast.walk(ast.parse(text)) if isinstance(f, ast.JoinedStr) for n in ast.walk(f)
              if isinstance(n, ast.Call)}  # fmt: skip
    found = {(c.line, c.column) for c in calls(text)}
    assert {place for place in wanted - found if place[0] not in inside} == set()


# -- suppressions


@pytest.mark.parametrize("text", ["", "x = '# datacustoms: allow[DC001] no'\n", "# datacustoms is a tool\n", "x = (\n"])
def test_no_suppression(text: str) -> None:
    assert suppressions(text) == ()


def test_a_suppression_speaks_about_its_line_or_the_next_line_of_code() -> None:
    text = (
        "post(1)  # datacustoms: allow[DC001] own server -- ada, until 2027-01-31\n"
        "\n# datacustoms: allow[DC002, code-string-sends] agreed\n# more\n\npost(2)\n"
    )
    first, second = suppressions(text)
    assert (first.line, first.applies_to, first.rules) == (1, 1, ("DC001",))
    assert (first.reason, first.owner, first.until, first.problem) == ("own server", "ada", "2027-01-31", "")
    assert (second.line, second.applies_to, second.rules) == (3, 6, ("DC002", "code-string-sends"))
    assert (second.reason, second.owner, second.until, second.problem) == ("agreed", "", "", "")


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("allow[DC001]", "gives no reason"),
        ("allow[] because", "names no rule"),
        ("ignore", "expected"),
        ("allow[DC001] because -- ada, until soon", "is no date"),
    ],
)
def test_a_void_suppression_says_why(comment: str, problem: str) -> None:
    (only,) = suppressions(f"post(1)  # datacustoms: {comment}\n")
    assert problem in only.problem
