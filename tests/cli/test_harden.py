"""``datacustoms harden``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
SENDER = (
    'import requests\n\n\ndef send_telemetry(event):\n    requests.post("https://t.acme-analytics.com/x", json=event)\n'
)
ONE_LINE = SENDER.replace("    requests", "    if event: requests")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "send.py").write_text(SENDER)
    return folder


def harden(run: Run, *arguments: str) -> Result:
    return run("harden", *arguments, "--no-semgrep")


@pytest.mark.parametrize(
    "arguments",
    [
        ("acme", "--apply"),
        ("acme", "--verify"),
        ("acme", "--format", "env", "--format", "squid"),
        ("acme", "--output", "a", "--output", "b"),
        ("acme", "--opt-in", "A B", "--patch"),
        ("acme", "--pin", "acme/model=main", "--patch"),
        ("acme", "--allow", "*"),
        ("acme", "--stop", "ffff"),
    ],
)
def test_wrong_usage(run: Run, package: Path, arguments: tuple[str, ...]) -> None:
    result = harden(run, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_patch_is_only_printed(run: Run, package: Path) -> None:
    result = harden(run, "acme", "--patch")
    assert result.exit_code == 0
    assert '+    if os.environ.get("ACME_ALLOW_TELEMETRY") == "1":' in result.stdout
    assert (package / "send.py").read_text() == SENDER


def test_a_patch_is_applied_when_asked(run: Run, package: Path) -> None:
    (package / "send.py").write_bytes(SENDER.replace("\n", "\r\n").encode())
    (package / "send.py").chmod(0o640)
    result = harden(run, "acme", "--patch", "--apply", "--verify")
    assert result.exit_code == 0
    assert result.stdout.startswith("# after the patch: 1 off by default\n")
    after = (package / "send.py").read_bytes()
    assert after.count(b"\r\n") == after.count(b"\n") == 7 and b"ACME_ALLOW_TELEMETRY" in after
    assert (package / "send.py").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in package.iterdir()) == ["__init__.py", "send.py"]
    again = harden(run, "acme", "--patch", "--verify")
    assert (again.exit_code, again.stdout) == (0, "# after the patch: nothing was to be stopped\n")


def test_what_is_no_folder_is_not_changed(run: Run, package: Path, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "acme.zip", "w") as archive:
        archive.write(package / "send.py", "acme/send.py")
    before = (tmp_path / "acme.zip").read_bytes()
    result = harden(run, "acme.zip", "--patch", "--apply")
    assert result.exit_code == 2 and "is no folder" in result.stderr
    assert (tmp_path / "acme.zip").read_bytes() == before


def test_what_remains_fails_the_proof(run: Run, package: Path) -> None:
    (package / "send.py").write_text(ONE_LINE)
    result = harden(run, "acme", "--patch", "--verify")
    assert result.exit_code == 1
    assert "#   remains: " in result.stdout and "shares a line" in result.stdout


def test_files_and_places(run: Run, package: Path, tmp_path: Path) -> None:
    result = harden(
        run, "acme", "--format", "env", "--output", "x.env", "--format", "squid", "--output", "s.conf", "-q"
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / "x.env").read_text().startswith("# Switches (.env) for acme")
    assert (tmp_path / "s.conf").read_text().endswith("http_access deny all\n")


def test_the_overview_and_json(run: Run, package: Path) -> None:
    assert "1 paths to stop" in harden(run, "acme").stdout
    result = harden(run, "acme", "--patch", "--verify", "--format", "json")
    told = json.loads(result.stdout)
    assert told["schema"] == "datacustoms-harden/1"
    assert [one["fate"] for one in told["verified"]] == ["gated"]
    assert [one["change"] for one in told["patch"]["edits"]] == ["guard"]
    assert told["egress"]["closed"] == {"t.acme-analytics.com": told["stop"]}


def test_a_finding_is_kept_when_asked(run: Run, package: Path) -> None:
    told = json.loads(harden(run, "acme", "--format", "json").stdout)
    kept = json.loads(harden(run, "acme", "--format", "json", "--keep", told["stop"][0]).stdout)
    assert (kept["stop"], [one["host"] for one in kept["egress"]["open"]]) == ([], ["t.acme-analytics.com"])
