"""``where``, ``explain``, ``rules``, ``callgraph``, and the page made from the help."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import scanner
from scanner.cli.callgraph import find_roots
from scanner.cli.manual import manual
from scanner.matching.records import PatternRule
from scanner.policy import RULES
from scanner.reports import render
from tests.cli.conftest import FakePipeline
from tests.reports.builder import make_finding, make_note, make_report

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
PATTERN = PatternRule(
    "otel-endpoint", "a/b.yaml", ("python",), "log-upload", "An exporter.", ("x",), ("y",), "high", ""
)


def test_where_answers_null_for_unknown_in_the_order_asked(run: Run) -> None:
    result = run("where", "zzz.example-host.io", "https://us.i.posthog.com/e", "--format", "json")
    unknown, posthog = json.loads(result.stdout)["destinations"]
    assert (unknown["input"], unknown["host"]) == ("zzz.example-host.io", "zzz.example-host.io")
    assert (unknown["operator"], unknown["country"]) == (None, None)
    assert (posthog["host"], posthog["operator_country"]) == ("us.i.posthog.com", "US")
    assert list(unknown) == [
        *("input", "host", "operator", "operator_country", "country", "region", "category", "confidence", "evidence"),
        *("parent", "parent_country"),
    ]


def test_where_shows_hostile_text_as_text(run: Run) -> None:
    result = run("where", "evil\x1b[31m.com\n::error::x")
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout and "Unknown" in result.stdout


def test_explain_shows_a_rule(run: Run) -> None:
    result = run("explain", "dc001")
    assert result.stdout.startswith("DC001  Data is sent back by default\n")
    assert "\nHow to stop it: " in result.stdout


def test_explain_shows_a_finding_of_a_saved_report_by_the_beginning_of_its_id(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(render(make_report(make_finding(), make_note(1), make_note(2)), "json"))
    result = run("explain", "4f1c", "--report", "r.json")
    assert "4f1c2a9b7d3e5f601122" in result.stdout and "MEM0_TELEMETRY=False" in result.stdout
    assert "2 findings" in run("explain", "a000", "--report", "r.json").stderr
    assert "no finding" in run("explain", "beef", "--report", "r.json").stderr


@pytest.mark.parametrize("arguments", [("DC999",), ("4f1c", "--report", "bad.json"), ("4f1c", "--report", "none.json")])
def test_explain_of_what_is_not_there_is_wrong_usage(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "bad.json").write_text("[]x")
    assert run("explain", *arguments).exit_code == 2


def test_rules_are_listed_and_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["scanner.matching"], "bundled_rules", lambda: (PATTERN,), raising=False)
    assert f"Reporting rules ({len(RULES)})" in run("rules", "list").stdout
    listed = json.loads(run("rules", "list", "--format", "json").stdout)
    assert [len(listed["rules"]), listed["patterns"][0]["id"]] == [len(RULES), "otel-endpoint"]
    assert "needs an import of: x" in run("rules", "show", "otel-endpoint").stdout
    assert "DC020" in run("rules", "show", "DC020").stdout
    assert run("rules", "show", "nonsense").exit_code == 2


def test_a_call_graph_is_printed(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    assert json.loads(run("callgraph", "--root", ".", "main.py").stdout) == {"": ["main.py"]}
    assert run("callgraph", "--root", ".", "--format", "dot").stdout == "dot of graph\n"
    assert run("callgraph").exit_code == 2
    assert run("callgraph", "--root", ".", "--all-in", ".").exit_code == 2


def test_many_call_graphs_come_from_one_process(run: Run, pipeline: FakePipeline, tmp_path: Path) -> None:
    for file in ("a/one/main.py", "a/one/sub/x.py", "a/two/pkg/__init__.py", "b/three/__init__.py", "b/three/main.py"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    assert [root.relative_to(tmp_path).as_posix() for root in find_roots(tmp_path)] == ["a/one", "a/two", "b/three"]
    graphs = json.loads(run("callgraph", "--all-in", ".", "main.py").stdout)
    assert graphs["a/one"] == {"one": ["main.py"]} and graphs["a/two"] == {"two": []}


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout == f"datacustoms, version {scanner.__version__}\n"


def test_the_public_face_delegates(pipeline: FakePipeline) -> None:
    report = scanner.scan("pkg", home=("de", "CN"), jobs=2, use_semgrep=False)
    assert isinstance(report, scanner.Report)
    ((target, options),) = pipeline.asked
    assert (target, options.home, options.jobs, options.semgrep) == ("pkg", ("DE", "CN"), 2, False)
    with pytest.raises(AttributeError):
        _ = scanner.nonsense


def test_the_page_of_commands_is_what_the_help_says() -> None:
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == manual(), "run: python -m scanner.cli.manual"


def test_the_page_of_the_json_report_names_every_field() -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    schema = json.loads((ROOT / "scanner/reports/schema/datacustoms-1.schema.json").read_text(encoding="utf-8"))
    names = {name for part in schema["$defs"].values() for name in part.get("properties", {})}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


def test_rules_are_shown_in_chinese(run: Run) -> None:
    page = run("rules", "show", "DC001", "--lang", "zh").stdout
    assert page.splitlines()[:2] == ["DC001  默认将数据回传", "默认严重程度：错误"]
    assert [line[:3] for line in page.splitlines() if line.endswith("。")] == ["内容：", "原因：", "如何停"]
    assert "默认将数据回传" in run("rules", "list", "--lang", "zh").stdout
    assert "默认将数据回传" in run("explain", "dc001", "--lang", "zh").stdout


def test_policy_packs_are_listed_shown_and_checked(run: Run, tmp_path: Path) -> None:
    assert "cn-genai-deployer" in run("policy", "list").stdout
    shown = run("policy", "show", "eu-controller").stdout
    own = tmp_path / "own.yaml"
    own.write_text(shown.replace("home: [EEA]", "home: [UK]"), encoding="utf-8")
    assert run("policy", "validate", "eu-controller").exit_code == 0
    checked = run("policy", "validate", str(own), "us-bulk-data")
    assert checked.exit_code == 2
    assert "own.yaml:7: 'UK' is no home jurisdiction. Write GB, the ISO code." in checked.stdout
    assert "us-bulk-data: valid" in checked.stdout
    assert json.loads(run("policy", "show", "schema").stdout)["title"] == "datacustoms policy pack"
    assert run("policy", "show", "nothing").exit_code == 2


def test_regimes_are_listed_and_shown_with_citation_source_and_date(run: Run) -> None:
    listed = run("policy", "regimes").stdout
    assert len(listed.splitlines()) >= 20 and "cn-pipl" in listed
    card = run("policy", "regimes", "us-doj-202").stdout
    assert "28 CFR part 202" in card and "Source: https://" in card and "Table of: 2026" in card
    assert "US_CONCERN, or run from there: closed by a rule" in card
    assert "个人信息保护法" in run("policy", "regimes", "CN-PIPL", "--lang", "zh").stdout
    wrong = run("policy", "regimes", "gdpr")
    assert wrong.exit_code == 2 and "uk-gdpr-v" in wrong.stderr
