"""The semgrep processes: where they are, how they are told to be silent, and what they are allowed to cost.

``semgrep-core`` is the engine itself and starts in 0.1 s; called ``osemgrep`` it is the same file with the full command
line; ``pysemgrep``, the Python command, takes 1.9 s. Core's interface is not promised to stay, hence the order and the
fallbacks. Offline, the version check alone would hang for over 90 s, so it is off by flag and by environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

FLOOR = (1, 180)
"""Oldest semgrep whose core reads the target format used here."""
RULE_SECONDS = 10
"""One rule on one file."""
MEMORY_MIB = 2_000
OUTPUT_BYTES = 128 * 1024 * 1024

_SILENT = ("--metrics=off", "--disable-version-check", "--disable-nosem", "--no-git-ignore", "--json", "--quiet")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Files of one run, all below the private folder ``root``."""

    root: Path
    rules: Path
    targets: Path
    sources: Path


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to run semgrep: ``executable`` is started with ``argv`` (``argv[0]`` is the name it goes by)."""

    name: str
    executable: Path
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process left: its exit code, or why it has none, and its standard output."""

    code: int
    problem: str
    output: bytes


def installed_version() -> str:
    """Version of the semgrep distribution in this environment, ``""`` when there is none; starts no process."""
    try:
        return metadata.version("semgrep")
    except metadata.PackageNotFoundError:
        return ""


def is_recent(version: str) -> bool:
    """Whether a version is at least ``FLOOR``; one nobody can parse is not."""
    parts = version.split(".")
    return len(parts) > 1 and all(part.isdecimal() for part in parts[:2]) and tuple(map(int, parts[:2])) >= FLOOR


def engines(space: Workspace, jobs: int) -> Iterator[Engine]:
    """Ways to run semgrep over ``space``, fastest first."""
    limits = (f"--timeout={RULE_SECONDS}", f"--max-memory={MEMORY_MIB}", f"--jobs={jobs}")
    scan = ("scan", *_SILENT, *limits, "--max-target-bytes=0", f"--config={space.rules}")
    binary = core()
    if binary is not None:
        flags = ("-json_nodots", "-j", str(jobs), "-timeout", str(RULE_SECONDS), "-max_memory", str(MEMORY_MIB))
        yield Engine(
            "core", binary, ("semgrep-core", "-rules", str(space.rules), "-targets", str(space.targets), *flags)
        )
        yield Engine("osemgrep", binary, ("osemgrep", *scan, "--experimental", str(space.sources)))
    command = Path(sys.executable).parent / "pysemgrep"
    if command.is_file():
        yield Engine("pysemgrep", command, ("pysemgrep", *scan, str(space.sources)))


def core() -> Path | None:
    """The engine inside the installed distribution, found without importing it."""
    found = util.find_spec("semgrep")
    for folder in (found.submodule_search_locations or []) if found else []:
        binary = Path(folder) / "bin" / "semgrep-core"
        if binary.is_file():
            return binary
    return None


def run(engine: Engine, space: Workspace, seconds: float) -> Outcome:
    """Run to the end or to the time limit; nothing on standard input, output bounded, no child left behind."""
    output = space.root / f"{engine.name}.json"
    with output.open("wb") as sink:
        try:
            process = subprocess.Popen(
                engine.argv,
                executable=engine.executable,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.DEVNULL,
                cwd=space.root,
                env=_environment(space.root),
                start_new_session=True,
            )
        except OSError as problem:
            return Outcome(-1, f"cannot be started ({problem.strerror})", b"")
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return Outcome(-1, f"took longer than {seconds:.0f} s", b"")
        finally:
            _end(process)
    if output.stat().st_size > OUTPUT_BYTES:
        return Outcome(code, "wrote too much", b"")
    return Outcome(code, f"ended by signal {-code}" if code < 0 else "", output.read_bytes())


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment(root: Path) -> dict[str, str]:
    """Nothing of the caller's but the path: no token, no proxy, no settings; all writing goes to ``root``."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(root),
        "TMPDIR": str(root),
        "XDG_CONFIG_HOME": str(root),
        "XDG_CACHE_HOME": str(root),
        "LC_ALL": "C.UTF-8",
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "SEMGREP_SETTINGS_FILE": str(root / "settings.yml"),
        "SEMGREP_LOG_FILE": str(root / "semgrep.log"),
        "SEMGREP_VERSION_CACHE_PATH": str(root / "version"),
        "OTEL_SDK_DISABLED": "true",
    }


def describe(tried: Sequence[tuple[Engine, str]]) -> str:
    """What each engine that was tried ran into."""
    return "; ".join(f"{engine.name}: {problem}" for engine, problem in tried) or "no semgrep engine found"
