"""``scan``: what it asks of the pipeline, where reports go, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from scanner.errors import NothingToScan, TargetError, UsageError
from tests.cli.conftest import FakePipeline
from tests.reports.builder import COVERAGE, make_finding, make_note, make_report

Run = Callable[..., Result]
CLEAN = make_report(coverage=COVERAGE.__class__(1, 1, (), 0, 0, 0, 0, (), (), 0, (("state", "used"),)))


def test_nothing_found_is_zero_and_silent_on_stderr(run: Run, pipeline: FakePipeline) -> None:
    result = run("scan")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "No path was found" in result.stdout
    assert [target for target, _ in pipeline.asked] == ["."]


def test_a_note_does_not_fail_unless_asked(run: Run, pipeline: FakePipeline) -> None:
    pipeline.reports["."] = make_report(make_note())
    assert run("scan").exit_code == 0
    assert run("scan", "--fail-on", "note").exit_code == 1


def test_findings_fail_unless_never(run: Run, pipeline: FakePipeline) -> None:
    pipeline.reports["."] = make_report(make_finding())
    assert run("scan").exit_code == 1
    assert run("scan", "--format", "sarif").exit_code == 1
    assert run("scan", "--fail-on", "never").exit_code == 0


def test_options_reach_the_pipeline(run: Run, pipeline: FakePipeline) -> None:
    run("scan", "a.whl", "--home", "de,FR", "--home", "CN", "--jobs", "3", "--no-semgrep", "--no-cache")
    ((target, options),) = pipeline.asked
    assert (target, options.home, options.jobs, options.semgrep) == ("a.whl", ("DE", "FR", "CN"), 3, False)


def test_piped_text_has_no_escapes_and_colour_can_be_forced(
    run: Run, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.reports["."] = make_report(make_finding())
    assert "\x1b[" not in run("scan").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("scan").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("scan").stdout


def test_formats_pair_with_outputs_and_the_rest_goes_to_stdout(
    run: Run, pipeline: FakePipeline, tmp_path: Path
) -> None:
    result = run("scan", "--format", "json", "--output", "a.out", "--format", "text")
    assert json.loads((tmp_path / "a.out").read_text())["schema"] == "datacustoms/1"
    assert result.stdout.startswith("datacustoms mem0ai")
    assert result.stderr == "datacustoms: wrote a.out\n"


def test_the_name_of_the_output_tells_the_format(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    result = run("scan", "-q", "--output", "a.json", "--output", "b.SARIF")
    assert json.loads((tmp_path / "a.json").read_text())["schema"] == "datacustoms/1"
    assert json.loads((tmp_path / "b.SARIF").read_text())["version"] == "2.1.0"
    assert (result.stdout, result.stderr) == ("", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "json", "--format", "text"),
        ("--format", "json", "--output", "a", "--output", "b"),
        ("--output", "missing/a.json"),
        ("--home", "UK"),
        ("--format", "yaml"),
        ("--fail-on", "fatal"),
        ("--jobs", "0"),
        ("--config", "missing.toml"),
        ("--policy", "x"),
    ],
)
def test_wrong_usage_is_two_before_anything_is_scanned(
    run: Run, pipeline: FakePipeline, arguments: tuple[str, ...]
) -> None:
    result = run("scan", *arguments)
    assert result.exit_code == 2
    assert result.stderr and not result.stdout
    assert pipeline.asked == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NothingToScan("empty holds no Python.", "Name another folder."), 3),
        (TargetError("x.whl is no zip."), 4),
        (UsageError("pypi: needs a name."), 2),
    ],
)
def test_a_target_that_cannot_be_scanned_is_one_line(
    run: Run, pipeline: FakePipeline, error: Exception, code: int
) -> None:
    pipeline.reports["."] = error
    result = run("scan")
    assert result.exit_code == code
    assert result.stderr == f"datacustoms: {error}\n"
    assert result.stdout == ""


def test_strict_fails_on_what_was_not_read(run: Run, pipeline: FakePipeline) -> None:
    assert run("scan", "--strict").exit_code == 4
    pipeline.reports["."] = CLEAN
    assert run("scan", "--strict").exit_code == 0
    pipeline.reports["."] = make_report(make_finding())
    assert run("scan", "--strict").exit_code == 1


def test_several_targets_are_one_document(run: Run, pipeline: FakePipeline) -> None:
    result = run("scan", "a", "b", "--format", "json")
    assert [report["target"] for report in json.loads(result.stdout)] == ["a", "b"]


def test_one_unreadable_target_leaves_the_others(run: Run, pipeline: FakePipeline) -> None:
    pipeline.reports["bad"] = TargetError("bad is no zip.")
    result = run("scan", "bad", "good", "--format", "json")
    assert (result.exit_code, result.stderr) == (4, "datacustoms: bad is no zip.\n")
    assert json.loads(result.stdout)["target"] == "good"


def test_no_readable_target_names_each(run: Run, pipeline: FakePipeline) -> None:
    pipeline.reports |= {"a": TargetError("a is gone."), "b": TargetError("b is gone.")}
    result = run("scan", "a", "b")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.splitlines() == ["datacustoms: a is gone.", "datacustoms: b is gone."]


def test_a_policy_pack_gives_homes_and_language_and_the_command_line_wins(run: Run, pipeline: FakePipeline) -> None:
    run("scan", "--policy", "cn-genai-deployer")
    run("scan", "--policy", "cn-genai-deployer", "--home", "DE", "--lang", "en")
    run("scan")
    asked = [options for _, options in pipeline.asked]
    assert [(one.home, one.language) for one in asked] == [(("CN",), "zh"), (("DE",), "en"), ((), "en")]
    assert [one.pack.id if one.pack else None for one in asked] == ["cn-genai-deployer", "cn-genai-deployer", None]
    assert asked[0].today and not asked[2].today


def test_a_wrong_pack_is_one_line_with_file_and_line(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("apiVersion: datacustoms/policy-1\nid: own\nhoem: [CN]\n", encoding="utf-8")
    result = run("scan", "--policy", "own.yaml")
    assert result.exit_code == 2 and pipeline.asked == []
    assert result.stderr.startswith("datacustoms: own.yaml:1: ") and "policy validate" in result.stderr


def test_a_pack_past_its_review_day_is_mentioned(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    text = "apiVersion: datacustoms/policy-1\nid: own\nas_of: 2020-01-01\nreview_by: 2021-01-01\n"
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    assert "was to be reviewed by 2021-01-01" in run("scan", "--policy", "own.yaml").stderr
    assert run("scan", "-q", "--policy", "own.yaml").stderr == ""


def test_documents_go_to_files_only(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    assert run("scan", "--format", "factsheet-docx").exit_code == 2
    assert run("scan", "--output", "sheet.docx", "--fail-on", "never").exit_code == 0
    assert (tmp_path / "sheet.docx").read_bytes().startswith(b"PK")
    assert run("scan", "--output", "register.csv", "--fail-on", "never").exit_code == 0
    assert (tmp_path / "register.csv").read_text(encoding="utf-8").startswith("id,package,")
