"""The oldest client that is allowed makes the same requests as the newest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.network
@pytest.mark.parametrize("version", ["1.0.0"])
def test_another_client_version(version: str, tmp_path: Path, repository: Path) -> None:
    place = tmp_path / "client"
    install = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--target", str(place)]
    subprocess.run([*install, f"huggingface_hub=={version}"], check=True, timeout=600)
    environment = os.environ | {"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    said = "import huggingface_hub; print(huggingface_hub.__version__)"
    seen = subprocess.run([sys.executable, "-c", said], env=environment, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == version
    tests = [f"tests/inputs/test_hub_{name}.py" for name in ("client", "cache")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3_000:]
