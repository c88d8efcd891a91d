"""A read of a local name is the definition that reaches it; joins keep their condition, blocks their guard."""

from __future__ import annotations

import sys

import msgspec
import pytest

from scanner.facts.reader import read_facts
from scanner.facts.records import Call, Choice, Const, FileFacts, Global, Phi, Scope
from scanner.inputs.records import Skipped


def facts(text: str) -> FileFacts:
    found = read_facts("m.py", "", text)
    assert isinstance(found, FileFacts)
    return found


def function(text: str, name: str = "f") -> Scope:
    return next(s for s in facts(text).scopes if s.name == name)


def without_lines(scope: Scope) -> list[object]:
    return [msgspec.structs.replace(op, end_line=0) if isinstance(op, Call) else op for op in scope.ops]


def returned(scope: Scope) -> object:
    (value, _), *_ = scope.returns
    return scope.ops[value]


def test_the_last_assignment_reaches() -> None:
    assert returned(function("def f():\n    x = 1\n    x = 2\n    return x\n")) == Const(2)


def test_a_branch_joins_with_its_test() -> None:
    scope = function("def f(c):\n    x = 1\n    if c:\n        x = 2\n    return x\n")
    join = returned(scope)
    assert isinstance(join, Choice)
    assert (scope.ops[join.then], scope.ops[join.other]) == (Const(2), Const(1))


def test_a_branch_that_leaves_joins_nothing() -> None:
    scope = function("def f(c):\n    x = 1\n    if c:\n        x = 2\n        return 0\n    return x\n")
    assert [scope.ops[v] for v, _ in scope.returns] == [Const(0), Const(1)]


def test_what_follows_an_early_return_is_guarded_by_its_opposite() -> None:
    scope = function("def f(c):\n    if c:\n        return\n    g()\n")
    call = next(i for i, op in enumerate(scope.ops) if isinstance(op, Call))
    block = scope.block_table[scope.blocks[call]]
    assert (block.kind, block.test, block.polarity) == ("if", 0, False)


def test_a_loop_carries_its_value() -> None:
    scope = function("def f(xs):\n    n = 0\n    for x in xs:\n        n = g(n)\n    return n\n")
    calls = [i for i, op in enumerate(scope.ops) if isinstance(op, Call)]
    carried = scope.ops[scope.ops[calls[0]].args[0]]  # type: ignore[union-attr]
    assert isinstance(carried, Phi) and calls[0] in carried.sources


def test_a_handler_may_see_the_value_before() -> None:
    scope = function("def f():\n    x = 1\n    try:\n        x = g()\n    except E:\n        return x\n    return 0\n")
    seen = returned(scope)
    assert isinstance(seen, Phi) and Const(1) in [scope.ops[s] for s in seen.sources]


def test_a_comprehension_keeps_its_names_to_itself() -> None:
    assert returned(function("def f(xs):\n    [y for y in xs]\n    return y\n")) == Global("y")


def test_module_names_end_with_their_last_value() -> None:
    module = facts("X = 1\nX = 2\n").scopes[0]
    assert [module.ops[v] for b in module.bindings if b.name == "X" for v in b.values] == [Const(2)]


def test_a_value_a_call_may_have_seen_is_kept() -> None:
    module = facts("X = 1\ng()\nX = 2\n").scopes[0]
    assert [module.ops[v] for b in module.bindings if b.name == "X" for v in b.values] == [Const(2), Const(1)]


def test_a_code_string_is_a_scope_with_its_parts() -> None:
    code = 'f"""\nimport requests\nrequests.post(\'{t}\')\n"""'
    text = f'import sys\ndef f(t):\n    c = {code}\n    run([sys.executable, "-c", c])\n'
    names = [s.name for s in facts(text).scopes]
    assert any(n.startswith("f.<code string") for n in names)


def test_facts_survive_encoding() -> None:
    found = facts("def f(a, *b, c=1, **d):\n    return {a: b}[c] if d else f'{a}'\n")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=FileFacts) == found


def test_blank_lines_change_lines_only() -> None:
    text = "import os\n\n\ndef f(x):\n    if x:\n        return os.getenv('A')\n    return x\n"
    spaced = facts("\n\n" + text.replace("\n    return x", "\n\n    return x"))
    plain = facts(text)
    assert [without_lines(s) for s in spaced.scopes] == [without_lines(s) for s in plain.scopes]
    assert spaced.scopes[1].line == plain.scopes[1].line + 2


@pytest.mark.parametrize("text", ["(" * 300 + ")" * 300, "x = " + "-" * 5_000 + "1", "x = " + "[" * 150 + "]" * 150])
def test_deep_nesting_is_read_or_skipped(text: str) -> None:
    assert isinstance(read_facts("m.py", "", text), FileFacts | Skipped)


def test_a_long_sum_needs_no_deep_stack() -> None:
    limit = sys.getrecursionlimit()
    assert isinstance(facts("x = " + " + ".join("'a'" for _ in range(2_000))), FileFacts)
    assert sys.getrecursionlimit() == limit


def test_dunder_all_is_collected() -> None:
    assert facts("__all__ = ['a']\n__all__ += ['b']\n").exported == ("a", "b")
