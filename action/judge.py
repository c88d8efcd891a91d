"""The scan of the GitHub action: reports, what a pull request makes worse, annotations, summary, outputs.

Reads its inputs from ``INPUT_*`` and what the runner says from ``GITHUB_*``; runs the scanner of its own environment,
isolated (``-I``), so that nothing of the scanned folder is imported. Ends with 0 whatever was found: a later step of
the action fails the job, after the reports are uploaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from notices import annotation_lines

MOST_SUMMARY = 1_000_000
"""Bytes of a job summary: GitHub refuses a step's beyond 1 MiB."""
_SUFFIXES = {
    "markdown": "md",
    "text": "txt",
    "register": "csv",
    "register-json": "json",
    "factsheet": "md",
    "tia": "md",
}
_SUFFIXES |= {"art30": "csv", "junit": "xml", "gitlab": "json", "cyclonedx": "json", "cyclonedx-1.7": "json"}
_SUFFIXES |= {"factsheet-docx": "docx", "tia-docx": "docx"}
FOUND = (0, 1)


class Job:
    """One run: where the target lies, what is asked of it, and where reports go."""

    def __init__(self) -> None:
        self.target = _input("target") or "."
        self.is_folder = Path(self.target).is_dir()
        self.where = Path(self.target).resolve() if self.is_folder else Path.cwd()
        self.reports = Path(os.environ["RUNNER_TEMP"]).resolve() / "datacustoms-reports"
        self.reports.mkdir(parents=True, exist_ok=True)
        stance = (("--home", _input("home")), ("--policy", _file_or_name(_input("policy"))))
        self.stance = [part for name, value in stance if value for part in (name, value)]
        baseline = _file_or_name(_input("baseline"))
        self.limits = ["--fail-on", _input("fail-on") or "error", *(("--baseline", baseline) if baseline else ())]
        self.prefix = _prefix(self.where) if self.is_folder else ""

    def run(self, *arguments: str) -> int:
        """The exit code of the scanner; what it says goes to the log."""
        command = [sys.executable, "-I", "-m", "scanner", *arguments]
        return subprocess.run(command, cwd=self.where, stdout=sys.stderr, check=False).returncode

    def file(self, name: str) -> Path:
        """A report by name."""
        return self.reports / name


def main() -> None:
    """See the module."""
    job = Job()
    extra = [name for name in _input("format").replace(",", " ").split() if name not in ("json", "sarif", "markdown")]
    code = _scan(job, extra)
    head = _findings(job.file("report.json"))
    base = _base(job)
    if base and code in FOUND:
        code, worse = _compare(job, base)
    else:
        worse = [one for one in head if one["baseline_state"] == "new"]
    _place_below(job.file("report.sarif"), job.prefix)
    for line in annotation_lines(worse, job.prefix, _changed(base)):
        print(line)
    _summarize(job.file("changes.md") if base else job.file("report.md"), base, code)
    _write_outputs(job, worse, code, bool(base))


def _scan(job: Job, extra: list[str]) -> int:
    wanted = [("json", "report.json"), ("sarif", "report.sarif"), ("markdown", "report.md")]
    wanted += [(name, f"report-{name}.{_SUFFIXES.get(name, name)}") for name in extra]
    outputs = [part for form, name in wanted for part in ("--format", form, "--output", str(job.file(name)))]
    return job.run("scan", "." if job.is_folder else job.target, "--quiet", *outputs, *job.stance, *job.limits)


def _compare(job: Job, base: str) -> tuple[int, list[dict[str, Any]]]:
    """What the pull request makes worse, and the exit code that follows from it."""
    before, after = job.file("base.json"), str(job.file("report.json"))
    scanned = job.run("scan", f"git:{base}", "--quiet", "--format", "json", "--output", str(before), *job.stance)
    # A base without anything to scan has no report; diff takes the revision itself for empty then.
    side = str(before) if scanned in FOUND else f"git:{base}"
    code = 0
    for form, name in (("json", "changes.json"), ("markdown", "changes.md"), ("sarif", "changes.sarif")):
        told = ("--format", form, "--output", str(job.file(name)), "--quiet")
        code = job.run("diff", side, after, *told, *job.stance, *job.limits)
    _place_below(job.file("changes.sarif"), job.prefix)
    if code not in FOUND:
        return code, []
    changes = json.loads(job.file("changes.json").read_text(encoding="utf-8"))["changes"]
    unique = {one["finding"]["id"]: one["finding"] for one in changes if one["kind"] != "removed"}
    return code, list(unique.values())


def _base(job: Job) -> str:
    """The commit a pull request is compared with, fetched where the checkout lacks it; ``""`` when there is none."""
    if not job.is_folder:
        return ""
    commit = _event().get("pull_request", {}).get("base", {}).get("sha", "")
    if not isinstance(commit, str) or not commit.isalnum():
        return ""
    if _git("cat-file", "-e", f"{commit}^{{commit}}") is None:
        _git("fetch", "--quiet", "--no-tags", "--depth=1", "origin", commit)
    if _git("cat-file", "-e", f"{commit}^{{commit}}") is not None:
        return commit
    print("datacustoms: the base of the pull request cannot be fetched; everything found is reported", file=sys.stderr)
    return ""


def _changed(base: str) -> frozenset[str]:
    """Files that differ from the base, relative to the root of the repository."""
    told = _git("diff", "--name-only", "--no-ext-diff", "-z", base) if base else None
    return frozenset(filter(None, (told or "").split("\0")))


def _event() -> dict[str, Any]:
    file = os.environ.get("GITHUB_EVENT_PATH", "")
    if not file or not Path(file).is_file():
        return {}
    event = json.loads(Path(file).read_text(encoding="utf-8"))
    return event if isinstance(event, dict) else {}


def _git(*arguments: str) -> str | None:
    """What git prints; None when it fails."""
    ran = subprocess.run(("git", *arguments), capture_output=True, check=False)
    return ran.stdout.decode("utf-8", "replace") if ran.returncode == 0 else None


def _prefix(folder: Path) -> str:
    """The folder relative to the root of the repository, with a slash; ``""`` for the root itself."""
    root = (_git("rev-parse", "--show-toplevel") or str(Path.cwd())).rstrip("\n")
    inside = folder.is_relative_to(Path(root).resolve())
    relative = folder.relative_to(Path(root).resolve()).as_posix() if inside else "."
    return "" if relative == "." else f"{relative}/"


def _place_below(file: Path, prefix: str) -> None:
    """Put the folder of the target before every path of a SARIF file, for paths there are relative to the root."""
    if not prefix or not file.is_file():
        return

    def placed(node: Any) -> Any:
        if isinstance(node, list):
            return [placed(one) for one in node]
        if not isinstance(node, dict):
            return node
        told = {key: placed(value) for key, value in node.items()}
        if told.get("uriBaseId") == "%SRCROOT%" and "uri" in told:
            told["uri"] = str(PurePosixPath(prefix) / told["uri"])
        return told

    document = placed(json.loads(file.read_text(encoding="utf-8")))
    file.write_text(json.dumps(document, ensure_ascii=True) + "\n", encoding="utf-8")


def _findings(report: Path) -> list[dict[str, Any]]:
    """Findings of the report that are not accepted."""
    if not report.is_file():
        return []
    document = json.loads(report.read_text(encoding="utf-8"))
    return [one for one in document["findings"] if not one["suppressed"]]


def _summarize(file: Path, base: str, code: int) -> None:
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return
    about = f"Compared with {base[:12]}: what is new or worse.\n\n" if base else ""
    text = file.read_text(encoding="utf-8") if file.is_file() else f"datacustoms ended with exit code {code}.\n"
    with Path(place).open("a", encoding="utf-8") as summary:
        summary.write((about + text).encode("utf-8")[:MOST_SUMMARY].decode("utf-8", "ignore"))


def _write_outputs(job: Job, worse: list[dict[str, Any]], code: int, compared: bool) -> None:
    numbers = {f"{level}s": sum(one["severity"] == level for one in worse) for level in ("error", "warning", "note")}
    names = {"report-json": "report.json", "report-sarif": "report.sarif", "report-markdown": "report.md"}
    names |= {"changes-json": "changes.json", "changes-sarif": "changes.sarif", "changes-markdown": "changes.md"}
    there = {output: str(job.file(name)) for output, name in names.items() if job.file(name).is_file()}
    told = {**numbers, "findings": len(worse), "compared": str(compared).lower(), "exit-code": code}
    told |= {"reports": str(job.reports), **there}
    place = os.environ.get("GITHUB_OUTPUT")
    lines = [f"{name}={value}" for name, value in told.items() if "\n" not in str(value)]
    if place:
        with Path(place).open("a", encoding="utf-8") as outputs:
            outputs.write("\n".join(lines) + "\n")


def _input(name: str) -> str:
    return os.environ.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()


def _file_or_name(text: str) -> str:
    """An input that may name a file: made absolute, for the scanner runs in the folder of the target."""
    return str(Path(text).resolve()) if text and Path(text).is_file() else text


if __name__ == "__main__":
    main()
