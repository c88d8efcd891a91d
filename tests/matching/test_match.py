"""The seam to semgrep: silent where there is nothing to do, honest where it cannot be used, the same every time."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from scanner.matching import GateInput, bundled_rules, engine, match
from scanner.matching.engine import Engine, Outcome, Workspace
from scanner.matching.outcome import read_output

RULES = bundled_rules()
SENDS = GateInput(
    "pkg/a.py", 'import os\nos.system("curl -d x https://stats.example.org")\n', frozenset({"os"}), "python"
)


def seen(files: list[GateInput]) -> list[tuple[str, str, int, int]]:
    return [(m.rule, m.file, m.line, m.column) for m in match(files, RULES).matches]


def test_nothing_is_started_when_no_file_passes_a_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "run", None)
    plain = GateInput("a.py", "import json\njson.dumps(1)\n", frozenset({"json"}), "python")
    matches = match([plain], RULES)
    assert (matches.matches, matches.status.state, matches.status.files_gated_out) == ((), "not-needed", 1)


@pytest.mark.parametrize(("version", "state"), [("", "missing"), ("1.79.0", "too-old"), ("nonsense", "too-old")])
def test_a_semgrep_that_cannot_be_used_is_said_so(version: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "installed_version", lambda: version)
    status = match([SENDS], RULES).status
    assert status.state == state and "pip install 'semgrep>=1.180'" in status.detail


def test_floor_is_compared_as_numbers() -> None:
    assert engine.is_recent("1.180.0") and engine.is_recent("1.1000") and engine.is_recent("2.0.1")
    assert not engine.is_recent("1.9.0") and not engine.is_recent("1")


def test_matches_are_mapped_back_and_sorted() -> None:
    other = GateInput("-rf $(id)\n.py", SENDS.text, frozenset({"os"}), "python")
    unicode = GateInput(
        "z/é.py", "import os\nx = 'é'; os.system('curl -d x https://e.example.org')\n", frozenset(), "python"
    )
    found = seen([unicode, SENDS, other])
    assert found == [
        ("shell-command-uploads", "-rf $(id)\n.py", 2, 1),
        ("shell-command-uploads", "pkg/a.py", 2, 1),
        ("shell-command-uploads", "z/é.py", 2, 11),
    ]
    assert found == seen([other, unicode, SENDS])


def test_a_comment_in_the_scanned_file_does_not_silence_semgrep() -> None:
    assert seen([GateInput("a.py", SENDS.text.replace(")\n", ")  # nosemgrep\n"), frozenset({"os"}), "python")])


def test_every_way_to_run_semgrep_sees_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = GateInput("deploy/.env", "DO_NOT_TRACK=0\n", frozenset(), "settings")
    image = GateInput("Dockerfile", "FROM x\nRUN curl -d x https://stats.example.org\n", frozenset(), "settings")
    files = [SENDS, settings, image]
    ways = engine.engines
    by_core = match(files, RULES).matches
    assert [m.rule for m in by_core] == ["script-uploads", "telemetry-switched-on", "shell-command-uploads"]
    for name in ("osemgrep", "pysemgrep"):
        monkeypatch.setattr(engine, "engines", lambda s, j, name=name: [e for e in ways(s, j) if e.name == name])
        found = match(files, RULES)
        assert found.status.state == "used", found.status
        assert [(m.rule, m.file, m.line, m.column) for m in found.matches] == [
            (m.rule, m.file, m.line, m.column) for m in by_core
        ]


def test_a_failing_engine_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = engine.engines

    def broken_first(space: Workspace, jobs: int) -> list[Engine]:
        return [Engine("broken", Path("/bin/false"), ("false",)), *ways(space, jobs)]

    monkeypatch.setattr(engine, "engines", broken_first)
    assert match([SENDS], RULES).status.state == "used"


@pytest.mark.parametrize(
    "argv", [("sh", "-c", "echo '{\"results\": 7}'"), ("sh", "-c", "kill -9 $$"), ("sh", "-c", "sleep 60")]
)
def test_an_engine_that_crashes_hangs_or_babbles_fails_softly(
    argv: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "engines", lambda space, jobs: [Engine("odd", Path("/bin/sh"), argv)])
    monkeypatch.setattr("scanner.matching.matcher._seconds", lambda kept: 1.0)
    matches = match([SENDS], RULES)
    assert matches.matches == () and matches.status.state == "failed"
    assert matches.status.detail.startswith("odd: ")


def test_results_about_foreign_files_and_rules_are_dropped() -> None:
    place = {"line": 1, "col": 1}
    odd = [{"check_id": "x", "path": "f.py"}, 3, {"check_id": "shell-command-uploads", "path": "../../etc/passwd"}]
    good = {"check_id": "tmp.rules.shell-command-uploads", "path": "/t/f.py", "start": place, "end": place, "extra": []}
    reading = read_output(Outcome(0, "", json.dumps({"results": [*odd, good]}).encode()), {"f.py": "a.py"}, RULES)
    assert not isinstance(reading, str) and [m.file for m in reading.matches] == ["a.py"]


def test_nothing_of_the_caller_reaches_semgrep_but_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEMGREP_APP_TOKEN", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.org")
    environment = engine._environment(tmp_path)
    assert not {"SEMGREP_APP_TOKEN", "HTTPS_PROXY"} & set(environment)
    assert environment["SEMGREP_SEND_METRICS"] == "off" and environment["HOME"] == str(tmp_path)


def test_no_socket_is_opened_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", None)
    assert match([SENDS], RULES).status.state == "used"
