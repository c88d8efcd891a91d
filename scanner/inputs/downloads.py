"""A wheel from the package index, through pip's own download: nothing is built, nothing of it is executed.

Wheels only: pip prepares the metadata of an sdist by running its build backend, even to download it
(``pip download`` of 23 to 26, whatever its options), so an sdist is for the user to fetch.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from scanner.errors import TargetError, UsageError
from scanner.inputs.limits import PIP_SECONDS

_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:==(?P<version>[A-Za-z0-9.!+_-]+))?")


def cache_folder() -> Path:
    """Where downloads are kept: ``$DATACUSTOMS_CACHE``, else ``datacustoms`` in the user's cache folder (XDG)."""
    own = os.environ.get("DATACUSTOMS_CACHE")
    if own:
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "datacustoms"


def download(requirement: str) -> Path:
    """The wheel of ``NAME`` or ``NAME==VERSION`` for the running interpreter; a pinned one is kept and used again.

    Raises ``UsageError`` for any other requirement, ``TargetError`` when pip finds or fetches no wheel.
    """
    match = _REQUIREMENT.fullmatch(requirement)
    if match is None:
        raise UsageError(f"pypi:{requirement} names no package.", "Write pypi:NAME or pypi:NAME==VERSION.")
    shelf = cache_folder() / "wheels" / f"py{sys.version_info.major}{sys.version_info.minor}"
    kept = _kept(shelf, match["name"], match["version"]) if match["version"] else None
    return kept or _fetch(requirement, shelf)


def _kept(shelf: Path, name: str, version: str) -> Path | None:
    from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
    from packaging.version import InvalidVersion, Version

    for wheel in sorted(shelf.glob("*.whl")):
        try:
            found, number, _, _ = parse_wheel_filename(wheel.name)
            if found == canonicalize_name(name) and number == Version(version):
                return wheel
        except (InvalidWheelFilename, InvalidVersion):
            continue
    return None


def _fetch(requirement: str, shelf: Path) -> Path:
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=shelf, prefix=".fetch-") as folder:
            _run_pip(requirement, folder)
            wheels = sorted(Path(folder).glob("*.whl"))
            if len(wheels) != 1:
                raise TargetError(f"pip fetched no wheel of {requirement}.", _next_step(requirement))
            return wheels[0].replace(shelf / wheels[0].name)
    except OSError as error:
        raise TargetError(f"{shelf} cannot be written: {error.strerror}.", "Set DATACUSTOMS_CACHE.") from error


def _run_pip(requirement: str, folder: str) -> None:
    # -P and a folder of our own: nothing that lies in the current directory is imported by the new interpreter.
    command = [sys.executable, "-P", "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"]
    command += ["--no-deps", "--only-binary", ":all:", "--dest", folder, requirement]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            timeout=PIP_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise TargetError(f"Fetching {requirement} took more than {PIP_SECONDS} s.", "Try again.") from error
    if done.returncode == 0:
        return
    if "No module named pip" in done.stderr:
        raise TargetError("pip is not installed beside this tool.", "Install pip, or fetch the wheel and scan it.")
    raise TargetError(f"pip fetched no wheel of {requirement}: {_reason(done.stderr)}", _next_step(requirement))


def _reason(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.startswith("ERROR:")]
    return (lines[0].removeprefix("ERROR:").strip() if lines else "no reason given")[:300]


def _next_step(requirement: str) -> str:
    return (
        f"Check name and version. If {requirement} has no wheel, download its sdist yourself and scan the .tar.gz: "
        "pip would run the package's own code to build it."
    )
