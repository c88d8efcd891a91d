#!/usr/bin/env python3
"""A real repository of 207 Python files, a commit that moves lines and one that adds a foreign return by default.

    python benchmarks/pull_request.py [--wheels DIR] [--json] [--write]

The wheel of Sphinx 8.2.3 is fetched by pip, checked against its SHA-256 and committed to a fresh git repository. Hook,
``diff``, the script of the action and SARIF are asked about both changes: nothing for the first, one and the same path
for the second. Exit status 1 when an answer is another.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import page

HERE = Path(__file__).resolve().parent
NAME, VERSION = "sphinx", "8.2.3"
ARTIFACT = f"{NAME}-{VERSION}-py3-none-any.whl"
SHA256 = "4405915165f13521d875a8c29c8970800a0141c14cc5416a38feca4ea5d9b9c3"
HOST = "api.mixpanel.com"
SENDER = '''"""How builds are used."""

from __future__ import annotations

import platform

import requests

ADDRESS = "https://api.mixpanel.com/track"


def report_build(project: str) -> None:
    """Tell how Sphinx is used."""
    requests.post(ADDRESS, json={"project": project, "system": platform.platform()}, timeout=3)
'''
OPTIONS = ("--home", "DE", "--quiet")
SCANNER = (sys.executable, "-m", "scanner")
HOOK = (sys.executable, "-m", "scanner.hook")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, default=HERE / ".cache" / "pull_request", metavar="DIR")
    parser.add_argument("--json", action="store_true", help="print the answers as JSON")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        answers = asked_all(fetched(options.wheels), Path(folder))
    print(json.dumps(answers, indent=1) if options.json else table(answers))
    if options.write:
        page.put("pull request", f"## A pull request\n\n{table(answers)}\n")
    right = all(not one["moved"] and len(one["added"]) == 1 for one in answers["paths"].values())
    return 0 if right and len({tuple(one["added"]) for one in answers["paths"].values()}) == 1 else 1


def asked_all(wheel: Path, folder: Path) -> dict[str, Any]:
    """What each of the four says about both changes (call and file of each path), and the seconds it took."""
    root = folder / "repository"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(root)
    git(root, "init", "-q", "-b", "main")
    commit(root, "base")
    base = git(root, "rev-parse", "HEAD")
    paths: dict[str, dict[str, list[str]]] = {}
    seconds: dict[str, dict[str, float]] = {}
    for change, made in (("moved", move_lines), ("added", add_return)):
        git(root, "checkout", "-q", "-B", change, base)
        made(root)
        git(root, "add", "-A")
        for name, ask in (("hook", hook), ("diff", diff), ("action", action), ("sarif", sarif)):
            if name == "diff":
                commit(root, change)
            started = cpu()
            paths.setdefault(name, {})[change] = ask(root, base, folder / f"{change}-{name}")
            seconds.setdefault(name, {})[change] = cpu() - started
    bare = min(timed([sys.executable, "-c", "pass"], root) for _ in range(5))
    git(root, "checkout", "-q", "-B", "again", base)
    one = root / NAME / "application.py"
    one.write_text(f"# Licence: BSD\n{one.read_text(encoding='utf-8')}", encoding="utf-8")
    git(root, "add", "-A")
    quick = min(timed([*HOOK], root) for _ in range(5))
    files = sum(name.endswith(".py") for name in git(root, "ls-files").splitlines())
    return {"paths": paths, "seconds": seconds, "bare": bare, "quick": quick, "files": files}


# -- the changes


def move_lines(root: Path) -> None:
    """A licence above every module of the package, and empty lines."""
    for file in sorted((root / NAME).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        file.write_text(f"# Licence: BSD\n#\n\n\n{text}\n", encoding="utf-8")


def add_return(root: Path) -> None:
    """A module that sends, called whenever an application is made; everything else moves down."""
    move_lines(root)
    (root / NAME / "util" / "usage.py").write_text(SENDER, encoding="utf-8")
    file = root / NAME / "application.py"
    text = file.read_text(encoding="utf-8")
    text = text.replace("import docutils, logging\n", "import docutils, logging, usage\n", 1)
    start = "        self.verbosity = verbosity\n"
    assert "logging, usage" in text and start in text
    file.write_text(text.replace(start, f"{start}        usage.report_build(str(srcdir))\n", 1), encoding="utf-8")


# -- who is asked; each answers with the call and the file of every path it shows


def hook(root: Path, base: str, out: Path) -> list[str]:
    """The commit hook, which prints text."""
    said = run([*HOOK, *OPTIONS, "--fail-on", "note"], root)
    shown = [line for line in said.splitlines() if line.startswith(("NEW", "REDIRECTED", "SWITCH", "ON BY", "DATA"))]
    calls = re.findall(r"└ ([\w.]+)\(\)\s+(\S+\.py):\d+", said)
    assert len(calls) == len(shown)
    return [told(api, file) for api, file in calls]


def diff(root: Path, base: str, out: Path) -> list[str]:
    """Two revisions compared."""
    said = json.loads(run([*SCANNER, "diff", base, "HEAD", *OPTIONS, "--format", "json"], root))
    return sorted({told(one["finding"]["sink"]["api"], one["finding"]["sink"]["file"]) for one in said["changes"]})


def action(root: Path, base: str, out: Path) -> list[str]:
    """The script of the GitHub action, by its annotations."""
    out.mkdir()
    event = {"pull_request": {"number": 1, "base": {"sha": base}}}
    (out / "event.json").write_text(json.dumps(event))
    given = {"RUNNER_TEMP": str(out), "GITHUB_EVENT_PATH": str(out / "event.json"), "INPUT_HOME": "DE"}
    given |= {"GITHUB_OUTPUT": str(out / "outputs"), "GITHUB_STEP_SUMMARY": str(out / "summary")}
    lines = run([sys.executable, str(HERE.parent / "action" / "judge.py")], root, **given).splitlines()
    shown = [line for line in lines if line.startswith("::")]
    changes = json.loads((out / "datacustoms-reports" / "changes.json").read_text())["changes"]
    assert len(shown) == sum(one["kind"] != "removed" for one in changes)
    return [told(one["finding"]["sink"]["api"], one["finding"]["sink"]["file"]) for one in changes]


def sarif(root: Path, base: str, out: Path) -> list[str]:
    """Code scanning: results of the head whose fingerprint the base does not have."""
    before, after = (results(root, target) for target in (f"git:{base}", "git:HEAD"))
    known = {one["partialFingerprints"]["primaryLocationLineHash"] for one in before}
    new = [one for one in after if one["partialFingerprints"]["primaryLocationLineHash"] not in known]
    calls = [one["codeFlows"][0]["threadFlows"][0]["locations"][-1]["location"] for one in new]
    apis = [one["message"]["text"].split(" calls ")[1].split(" ")[0] for one in calls]
    files = [one["physicalLocation"]["artifactLocation"]["uri"] for one in calls]
    return [told(api, file) for api, file in zip(apis, files, strict=True)]


def results(root: Path, target: str) -> list[dict[str, Any]]:
    """SARIF results of a target."""
    said = run([*SCANNER, "scan", target, *OPTIONS, "--fail-on", "never", "--format", "sarif"], root)
    found = json.loads(said)["runs"][0]["results"]
    assert isinstance(found, list)
    return found


def told(api: str, file: str) -> str:
    return f"{api} {file}"


# -- running


def fetched(folder: Path) -> Path:
    """The pinned wheel."""
    path = folder / ARTIFACT
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", str(folder), f"{NAME}=={VERSION}"], check=True)
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{path.name} is not the pinned file; delete it and try again")
    return path


def git(root: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(("git", *who, *arguments), cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


def run(command: list[str], root: Path, **variables: str) -> str:
    """Standard output of a command that may find something."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PRE_COMMIT_"))}
    done = subprocess.run(command, cwd=root, env=clean | variables, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[1:4]} ended with {done.returncode}")
    return done.stdout


def cpu() -> float:
    """Processor seconds of all children so far."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def timed(command: list[str], root: Path) -> float:
    """Wall seconds of a command."""
    started = time.perf_counter()
    run(command, root)
    return time.perf_counter() - started


# -- telling


def table(answers: dict[str, Any]) -> str:
    """The answers as Markdown."""
    head = (
        f"{NAME} {VERSION} as a repository, {answers['files']} Python files; one commit moves lines in all of them, "
        f"one adds a module that posts to {HOST} whenever an application is made. "
        f"Measured {datetime.now(UTC):%Y-%m-%d} by `python benchmarks/pull_request.py`, semgrep on, 1 process, "
        f"Python {platform.python_version()}, {os.cpu_count()} cores."
    )
    lines = ["| asked | lines moved: paths | CPU s | return added: paths | CPU s |", "|---|---|---|---|---|"]
    for name, one in answers["paths"].items():
        took = answers["seconds"][name]
        shown = ", ".join(f"`{path}`" for path in one["added"]) or "none"
        added = f"{len(one['added'])}: {shown} | {took['added']:.2f}"
        lines.append(f"| {name} | {len(one['moved'])} | {took['moved']:.2f} | {added} |")
    ratio = answers["quick"] / answers["bare"]
    foot = (
        f"The hook where nothing that matters changed: {answers['quick']:.3f} s, "
        f"{ratio:.1f} x `python -c pass` ({answers['bare']:.3f} s) in the same run, one moved file staged."
    )
    return "\n".join([head, "", *lines, "", foot])


if __name__ == "__main__":
    sys.exit(main())
