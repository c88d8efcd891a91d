"""Gates: what is kept away from semgrep, and what must not be."""

from __future__ import annotations

import pytest

from scanner.matching.gating import Kept, analyzer_of, survivors
from scanner.matching.records import GateInput, PatternRule


def rule(*languages: str, roots: tuple[str, ...] = (), leaves: tuple[str, ...] = ()) -> PatternRule:
    return PatternRule("r", "r.yaml", languages, "telemetry", "m.", roots, leaves, "low", "oss_return")


def python(text: str, *roots: str) -> GateInput:
    return GateInput("a.py", text, frozenset(roots), "python")


POST = rule("python", roots=("requests",), leaves=("post",))


@pytest.mark.parametrize(
    "file",
    [
        python("import json\npost()", "json"),
        python("import requests\nrequests.posting()", "requests"),
        python("# as requests does: post\nimport os", "os"),
        GateInput("a.sh", "requests post", frozenset(), "settings"),
    ],
)
def test_gated_out(file: GateInput) -> None:
    assert survivors([file], [POST]) == ()


@pytest.mark.parametrize(
    "file",
    [
        python("import requests\nrequests.post()", "requests"),
        python("import os, importlib\nimportlib.import_module('requests').post()", "os", "importlib"),
        python("requests.post(  # no import facts, the file may not parse"),
        GateInput("a.ipynb", "requests.post()", frozenset({"requests"}), "notebook"),
    ],
)
def test_kept(file: GateInput) -> None:
    assert survivors([file], [POST]) == (Kept(file, ("python",), frozenset({"r"})),)


def test_a_rule_without_a_gate_keeps_every_file_of_its_language() -> None:
    assert [k.analyzers for k in survivors([python("")], [rule("python"), rule("bash"), rule("generic")])] == [
        ("python",)
    ]


def test_settings_are_read_as_what_they_are_and_by_generic_rules() -> None:
    names = ["Dockerfile.gpu", "a.dockerfile", "run.sh", "c.yml", "c.JSON", ".env", "x.toml"]
    files = [GateInput(f"d/{name}", "", frozenset(), "settings") for name in names]
    assert [analyzer_of(f) for f in files] == ["dockerfile", "dockerfile", "bash", "yaml", "json", "", ""]
    kept = survivors(files, [rule("docker"), rule("generic")])
    assert {k.file.path: k.analyzers for k in kept}["d/Dockerfile.gpu"] == ("dockerfile", "generic")
    assert {k.file.path: k.analyzers for k in kept}["d/.env"] == ("generic",)
