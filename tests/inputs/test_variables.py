"""Variables that settings files of a repository set."""

from __future__ import annotations

import pytest

from scanner.inputs.variables import read_variables


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env", "# A_B=1\nlower=1\nA_B=$OTHER\nA_B='open\n"),
        ("c.yml", "a: b\nA_B: {x: 1}\nA_B: ${{ secrets.X }}\n- name: A_B\n  other: x\n  value: y\n"),
        ("Dockerfile", "RUN A_B=1\nENV A_B=$X\n"),
        ("a.json", '{"A_B": "1"}'),
    ],
)
def test_nothing_is_set(path: str, text: str) -> None:
    assert read_variables(path, text) == ()


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".env.prod", 'A_B="x y" # z\nexport C_D=1 # note\nE_F=\n', [
            ("A_B", "x y", 1), ("C_D", "1", 2), ("E_F", "", 3)]),
        ("Dockerfile", "FROM x\nENV A_B=1 \\\n", [("A_B", "1", 2)]),
        ("c.yaml", "environment:\n  A_B: 'no'\n  - C_D=https://x.example.org/a#b\n", [
            ("A_B", "no", 2), ("C_D", "https://x.example.org/a#b", 3)]),
        ("k.yml", "env:\n- name: A_B\n  value: \"false\"\n", [("A_B", "false", 3)]),
    ],
)  # fmt: skip
def test_set(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(v.name, v.value, v.line) for v in read_variables(path, text)] == expected
