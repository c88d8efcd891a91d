"""Settings files: what is wrong is named with file and key, what is right is used below the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import FakePipeline
from tests.reports.builder import make_finding, make_report

Run = Callable[..., Result]


def test_no_settings_and_foreign_settings_change_nothing(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nfail-on = 3\n")
    assert run("scan").exit_code == 0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("datacustoms.toml", 'fail_on = "never"', "datacustoms.toml: unknown key 'fail_on'"),
        ("pyproject.toml", "[tool.datacustoms]\nhoem = 'DE'", "pyproject.toml: unknown key 'hoem'"),
        ("datacustoms.toml", "jobs = true", "datacustoms.toml: jobs must be a whole number"),
        ("datacustoms.toml", "home = 3", "datacustoms.toml: home must be"),
        ("datacustoms.toml", 'format = "yaml"', "datacustoms.toml: format must be"),
        ("datacustoms.toml", 'fail-on = "fatal"', "datacustoms.toml: fail-on must be one of error"),
        ("datacustoms.toml", "home = [", "datacustoms.toml is not valid TOML"),
        ("pyproject.toml", "[tool]\ndatacustoms = 3 # tool.datacustoms", "must be a table"),
        ("datacustoms.toml", b"home = '\xff'", "datacustoms.toml cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(
    run: Run, pipeline: FakePipeline, tmp_path: Path, name: str, text: str | bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    result = run("scan")
    assert result.exit_code == 2
    assert said in result.stderr
    assert pipeline.asked == []


@pytest.mark.parametrize("name", ["datacustoms.toml", "pyproject.toml"])
def test_settings_are_used_and_the_command_line_wins(
    run: Run, pipeline: FakePipeline, tmp_path: Path, name: str
) -> None:
    head = "[tool.datacustoms]\n" if name == "pyproject.toml" else ""
    (tmp_path / name).write_text(f'{head}home = ["DE", "CN"]\nfail-on = "never"\nformat = "json"\njobs = 2\n')
    pipeline.reports["."] = make_report(make_finding())
    result = run("scan")
    assert result.exit_code == 0
    assert result.stdout.startswith("{")
    assert (pipeline.asked[0][1].home, pipeline.asked[0][1].jobs) == (("DE", "CN"), 2)
    assert run("scan", "--fail-on", "error").exit_code == 1


def test_a_named_file_wins_over_the_folder(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "datacustoms.toml").write_text('home = "DE"')
    (tmp_path / "other.toml").write_text('home = "CN"')
    run("scan", "--config", "other.toml")
    assert pipeline.asked[0][1].home == ("CN",)


def test_policy_and_language_may_stand_in_the_settings(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "datacustoms.toml").write_text('policy = "eu-controller"\nlang = "zh"\n', encoding="utf-8")
    run("scan")
    run("scan", "--policy", "us-bulk-data", "--lang", "en")
    asked = [(options.pack.id, options.home, options.language) for _, options in pipeline.asked]
    assert asked == [("eu-controller", ("EEA",), "zh"), ("us-bulk-data", ("US",), "en")]
    (tmp_path / "datacustoms.toml").write_text('lang = "fr"\n', encoding="utf-8")
    assert run("scan").exit_code == 2
