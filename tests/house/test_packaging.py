"""The wheel, however it is built, holds everything a scan needs; it needs a package index to install."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.network


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _hatch(target: str, source: Path, output: Path) -> Path:
    _run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", output, cwd=source)
    return next(output.glob("*.whl" if target == "wheel" else "*.tar.gz"))


@pytest.fixture(scope="module")
def wheels(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel built from the checkout, and one built from the sdist."""
    direct = _hatch("wheel", repository, tmp_path_factory.mktemp("direct"))
    sdist = _hatch("sdist", repository, tmp_path_factory.mktemp("sdist"))
    unpacked = tmp_path_factory.mktemp("unpacked")
    _run(sys.executable, "-m", "tarfile", "-e", sdist, unpacked, cwd=unpacked)
    tree = next(unpacked.iterdir())
    return {"direct": direct, "from sdist": _hatch("wheel", tree, tmp_path_factory.mktemp("again"))}


@pytest.mark.parametrize("way", ["direct", "from sdist"])
def test_wheel_holds_rules_tables_and_schema(wheels: dict[str, Path], repository: Path, way: str) -> None:
    names = set(zipfile.ZipFile(wheels[way]).namelist())
    rules = {f"scanner/_rules/{p.relative_to(repository / 'semgrep-rules')}" for p in _rules(repository)}
    assert rules and rules <= names
    data = {str(p.relative_to(repository)) for p in (repository / "scanner").rglob("data/*") if p.is_file()}
    assert data and data <= names
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"scanner"}


def test_installed_command_finds_the_bundled_rules(wheels: dict[str, Path], repository: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    _run(home / "bin" / "python", "-m", "pip", "install", "--quiet", wheels["direct"], cwd=tmp_path)
    listed = _run(home / "bin" / "datacustoms", "rules", "list", cwd=tmp_path)
    assert [rule for p in _rules(repository) for rule in _ids(p) if rule not in listed] == []
    place = _run(home / "bin" / "python", "-c", "import scanner; print(scanner.__file__)", cwd=tmp_path)
    assert str(home) in place


def _ids(path: Path) -> list[str]:
    return re.findall(r"^\s*- id: *([\w.-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)


def _rules(repository: Path) -> list[Path]:
    return [p for p in (repository / "semgrep-rules").rglob("*.y*ml") if not p.name.endswith(".test.yaml")]
