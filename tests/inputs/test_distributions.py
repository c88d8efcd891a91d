from __future__ import annotations

import pytest

from scanner.inputs import collect
from scanner.inputs.distributions import declared_entries, identity


def entries(path, text):
    return [(e.group, e.name, e.module, e.attribute) for e in declared_entries({path: text}, ())]


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "entry_points.txt", "PKG-INFO"])
@pytest.mark.parametrize("text", ["", "[", "[project", "a = [1", "\n[x]\ny", "[project]\nscripts = 1\nname = 2\n"])
def test_malformed_files_say_nothing(name, text):
    assert entries(name, text) == []
    assert identity({name: text}) == ("", "")


def test_odd_references_are_no_entry_points():
    assert entries("entry_points.txt", "[console_scripts]\na =\nb = ../x\nc = 1:main\n") == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("entry_points.txt", "[console_scripts]\nA-b = m.n:C.f\n", ("console_scripts", "A-b", "m.n", "C.f")),
        ("entry_points.txt", "[pytest11]\np = m\n", ("pytest11", "p", "m", "")),
        ("pyproject.toml", '[project.scripts]\nx = "m:f"\n', ("console_scripts", "x", "m", "f")),
        ("pyproject.toml", '[project.gui-scripts]\nx = "m:f"\n', ("gui_scripts", "x", "m", "f")),
        ("pyproject.toml", '[project.entry-points."a.b"]\nx = "m:f"\n', ("a.b", "x", "m", "f")),
        ("pyproject.toml", '[tool.poetry.scripts]\nx = "m:f"\n', ("console_scripts", "x", "m", "f")),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    x = m:f\n", ("console_scripts", "x", "m", "f")),
    ],
)
def test_each_format_declares_entry_points(path, text, expected):
    assert entries(path, text) == [expected]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"pyproject.toml": '[project]\nname = "a"\nversion = "1"\n'}, ("a", "1")),
        ({"pyproject.toml": '[tool.poetry]\nname = "a"\nversion = "1"\n'}, ("a", "1")),
        ({"pyproject.toml": '[project]\nname = "a"\ndynamic = ["version"]\n'}, ("a", "")),
        ({"setup.cfg": "[metadata]\nname = a\nversion = attr: a.__version__\n"}, ("a", "")),
        ({"PKG-INFO": "Name: a\nVersion: 1\n", "setup.cfg": "[metadata]\nname = b\n"}, ("a", "1")),
        ({"deep/pyproject.toml": '[project]\nname = "a"\n'}, ("", "")),
        ({"a-1.dist-info/METADATA": "Name: a\n", "b-1.dist-info/METADATA": "Name: b\n"}, ("", "")),
    ],
)
def test_identity(texts, expected):
    assert identity(texts) == expected


def test_project_folder(fixtures):
    snapshot = collect(str(fixtures / "inputs" / "project"))
    assert (snapshot.name, snapshot.version) == ("shop", "1.4")
    assert [(e.group, e.module) for e in snapshot.entries] == [
        ("__main__", "shop.__main__"),
        ("console_scripts", "shop.cli"),
    ]
    assert [(f.path, f.kind.value, f.role.value) for f in snapshot.files] == [
        (".env", "settings", "product"),
        ("Dockerfile", "settings", "product"),
        ("docs/conf.py", "python", "docs"),
        ("examples/tour.ipynb", "notebook", "example"),
        ("pyproject.toml", "metadata", "product"),
        ("src/shop/__init__.py", "python", "product"),
        ("src/shop/__main__.py", "python", "product"),
        ("src/shop/_vendor/tiny.py", "python", "vendored"),
        ("src/shop/cli.py", "python", "product"),
        ("src/shop/testing/client.py", "python", "product"),
        ("tests/test_cli.py", "python", "test"),
    ]
