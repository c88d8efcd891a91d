"""Unified diffs: they give the changed text again, here and in ``git apply``."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.remedies.diffs import Misfit, apply, unified

LINES = st.text(st.sampled_from("ab \t\x0c\u2028\\-+@#"), max_size=4)
FILES = st.lists(LINES, max_size=12).map("\n".join)


def test_no_change_is_no_diff() -> None:
    assert unified("a.py", "x\n", "x\n") == ""


@given(FILES, FILES)
def test_a_diff_gives_the_changed_text(before: str, after: str) -> None:
    assert apply(unified("a.py", before, after), before) == after


def test_a_diff_refuses_another_text() -> None:
    with pytest.raises(Misfit, match="line 1"):
        apply(unified("a.py", "x\ny\n", "x\nz\n"), "w\ny\n")
    with pytest.raises(Misfit, match="not there"):
        apply("@@ -9,1 +9,1 @@\n-x\n+y\n", "x\n")


@pytest.mark.parametrize("name", ["a.py", "a b.py", 'q"uote.py', "tab\tnew\nline.py", "back\\slash.py", "é.py"])
@pytest.mark.parametrize(("before", "after"), [("x\ny\n", "x\nz\n"), ("x", "y"), ("x\n\x0cy\n", "x\n\x0cz")])
def test_git_applies_it(name: str, before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(before.encode())
    diff = unified(name, before, after)
    command = ["git", "apply", "--unsafe-paths", "-"]
    done = subprocess.run(command, input=diff.encode(), cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name).read_bytes() == after.encode()


def test_a_name_cannot_begin_another_file() -> None:
    header = unified("x\n+++ b/etc/passwd", "a\n", "b\n").splitlines()
    assert [line for line in header if line.startswith("+++")] == [r'+++ "b/x\012+++ b/etc/passwd"']
