"""What a project declares, in each format; what names no package is said, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import TargetError, UsageError
from scanner.inputs.declared import declaring_files, read_declared


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def pairs(path: Path) -> list[tuple[str, str]]:
    return [(d.name, d.version) for d in read_declared(path).dependencies]


def test_requirements_say_what_names_no_package(tmp_path: Path) -> None:
    path = written(
        tmp_path, "requirements.txt", "./local\n-e git+https://git.example.org/x\nhttps://x.example.org/a.whl\n"
    )
    declared = read_declared(path)
    assert declared.dependencies == ()
    assert [s.file.rpartition(":")[2] for s in declared.skipped] == ["1", "2", "3"]


def test_requirements(tmp_path: Path) -> None:
    written(tmp_path, "more/base.txt", "Torch==2.4.0 ; python_version > '3'\n-r ../requirements.txt\n")
    text = "# x\nA_b==1.0 \\\n  --hash=sha256:00\nc>=2,<3  # note\n-r more/base.txt\n-r /etc/passwd\n--index-url https://x\n"
    path = written(tmp_path, "requirements.txt", text)
    declared = read_declared(path)
    assert [(d.name, d.version, d.line) for d in declared.dependencies] == [
        ("a-b", "1.0", 2), ("c", "", 4), ("torch", "2.4.0", 1),
    ]  # fmt: skip
    assert [s.file for s in declared.skipped] == [f"{path}:6"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["a==1", "b"]\n[dependency-groups]\ndev = ["c"]\n',
         [("a", "1"), ("b", ""), ("c", "")]),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\na = "^1"\nb = {version = "2.0"}\n',
         [("a", ""), ("b", "2.0")]),
        ("uv.lock", '[[package]]\nname="a"\nversion="1"\n[[package]]\nname="me"\nversion="0"\nsource={editable="."}\n',
         [("a", "1")]),
        ("poetry.lock", '[[package]]\nname="A"\nversion="1"\n'
         '[[package]]\nname="g"\nversion="2"\n[package.source]\ntype="git"\n',
         [("a", "1")]),
        ("pylock.dev.toml", '[[packages]]\nname="a"\nversion="1"\n[[packages]]\nname="b"\n', [("a", "1")]),
    ],
)  # fmt: skip
def test_toml(tmp_path: Path, name: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(written(tmp_path, name, text)) == expected


def test_broken_and_unknown_files_are_errors(tmp_path: Path) -> None:
    with pytest.raises(TargetError):
        read_declared(written(tmp_path, "uv.lock", "[[["))
    with pytest.raises(TargetError):
        read_declared(tmp_path / "requirements.txt")
    with pytest.raises(UsageError):
        read_declared(written(tmp_path, "Pipfile", ""))


def test_a_lock_file_stands_before_what_it_was_made_from(tmp_path: Path) -> None:
    assert declaring_files(tmp_path) == ()
    project = written(tmp_path, "pyproject.toml", "")
    assert declaring_files(tmp_path) == (project,)
    lock = written(tmp_path, "uv.lock", "")
    assert declaring_files(tmp_path) == (lock,)
