"""A repository as one picture: silent where nothing happens, and every carrier with its trigger."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scanner.pipeline import Options, scan
from scanner.policy.records import Finding, Report
from scanner.reports import render
from scanner.reports.json_report import json_schema

PLAIN = Options(semgrep=False)


def _scan(name: str, options: Options = PLAIN) -> Report:
    return scan(name, options)


def _hosts(report: Report) -> set[tuple[str, str, str]]:
    return {(d.host, f.flow.trigger, f.rule) for f in report.findings for d in f.destinations}


def _at(report: Report, host: str) -> Finding:
    (found,) = [f for f in report.findings if any(d.host == host for d in f.destinations)]
    return found


@pytest.mark.parametrize("name", ["plain", "encoder", "flavored", "broken-card"])
def test_a_model_that_only_computes_gives_nothing(hub: Any, name: str) -> None:
    assert _scan(f"hf://acme/{name}").findings == ()


def test_a_package_with_a_readme_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "# X\n\n```python\nimport requests\nrequests.post('https://api.openai.com')\n```\n"
    )
    (tmp_path / "x.py").write_text("VALUE = 1\n")
    report = _scan(str(tmp_path))
    assert (report.findings, report.repository) == ((), None)


def test_docstrings_are_not_run(hub: Any) -> None:
    assert "docs.example.org" not in {host for host, _, _ in _hosts(_scan("hf://acme/vision"))}


def test_a_tokenizer_that_fetches_a_font_at_import(hub: Any) -> None:
    found = _at(_scan("hf://acme/vision"), "acme-fonts.oss-cn-beijing.aliyuncs.com")
    (where,) = found.destinations
    assert (found.flow.sink.file, found.flow.sink.line, found.flow.trigger) == ("tokenization_acme.py", 10, "import")
    assert (where.operator, where.country, where.region) == ("Alibaba Cloud", "CN", "cn-beijing")
    assert (str(found.severity), found.rule) == ("warning", "DC020")


def test_snippets_and_prose_of_a_card_are_documentation(hub: Any) -> None:
    report = _scan("hf://acme/vision")
    for host, line in (("dashscope.aliyuncs.com", 20), ("api.deepseek.com", 25), ("api.acme-models.cn", 13)):
        found = _at(report, host)
        assert (found.flow.sink.file, found.flow.sink.line) == ("README.md", line)
        assert (found.flow.trigger, found.flow.role, str(found.severity)) == ("doc", "docs", "note")
    assert ("README.md#L31", "is no Python") in report.coverage.skipped
    assert "vision.example.org" not in {host for host, _, _ in _hosts(report)}


def test_own_code_says_when_it_runs(hub: Any) -> None:
    assert ("api.openai.com", "generate", "DC010") in _hosts(_scan("hf://acme/vision"))
    assert ("api.anthropic.com", "endpoint", "DC010") in _hosts(_scan("hf://acme/endpoint"))
    assert ("collect.acme-stats.io", "generate", "DC010") in _hosts(_scan("hf://acme/decoder"))


def test_what_runs_is_listed(hub: Any) -> None:
    report = _scan("hf://acme/vision")
    assert report.repository is not None
    shown = {(c.carrier, c.key, c.path, c.trigger) for c in report.repository.code}
    assert shown == {
        ("auto_map", "AutoConfig", "configuration_acme.py", "load"),
        ("auto_map", "AutoModelForCausalLM", "modeling_acme.py", "load"),
        ("auto_map", "AutoTokenizer", "tokenization_acme.py", "load"),
        ("auto_map", "llm_config.AutoModel", "modeling_inner.py", "load"),
        ("custom_pipelines", "picture-talk", "talking.py", "load"),
    }


def test_code_of_another_repository_is_read_at_its_own_commit(hub: Any) -> None:
    report = _scan("hf://acme/embed")
    commit = hub.commit("models", "acme/embed-code")
    assert _hosts(report) >= {("huggingface.co", "load", "DC021")}
    sending = _at(report, "collect.acme-stats.io")
    assert sending.flow.sink.file == f"acme--embed-code@{commit[:12]}/modeling_embed.py"
    assert report.repository is not None
    assert {(o.relation, o.name, o.commit) for o in report.repository.origins} == {
        ("code-from", "acme/embed-code", commit),
        ("base", "acme/encoder", ""),
    }


def test_a_folder_never_leads_to_the_network(hub: Any, fixtures: Path) -> None:
    report = _scan(str(fixtures / "hub/models/acme/embed"), replace(PLAIN, follow=9))
    assert hub.log == []
    assert ("huggingface.co", "load", "DC021") in _hosts(report)


def test_following_goes_as_far_as_it_may(hub: Any) -> None:
    def commits(follow: int) -> dict[str, bool]:
        found = _scan("hf://acme/embed", replace(PLAIN, follow=follow)).repository
        assert found is not None
        return {o.name: bool(o.commit) for o in found.origins if o.relation != "code-from"}

    assert commits(0) == {"acme/encoder": False}
    assert commits(1) == {"acme/encoder": True}
    assert commits(5) == {"acme/encoder": True, "acme/plain": True}


def test_what_cannot_be_followed_is_said(hub: Any, hub_module: Any) -> None:
    hub.faults["embed-code/revision"] = [hub_module.Fault(403, (("X-Error-Code", "GatedRepo"),))]
    report = _scan("hf://acme/embed")
    assert report.repository is not None
    notes = {o.note for o in report.repository.origins if o.relation == "code-from"}
    assert any("is gated" in note for note in notes)
    assert any("is gated" in reason for _, reason in report.coverage.skipped)


def test_what_loaders_do_by_themselves(hub: Any) -> None:
    found = _at(_scan("hf://acme/bin-only"), "safetensors-convert.hf.space")
    assert (found.rule, found.flow.trigger, found.flow.default_on) == ("DC001", "load", True)
    assert {"DISABLE_SAFETENSORS_CONVERSION", "HF_HUB_OFFLINE"} == {g.name for g in found.flow.gates}
    assert _hosts(_scan("hf://acme/adapter")) == {("huggingface.co", "load", "DC020")}
    assert _hosts(_scan("hf://acme/pipeline")) == {("huggingface.co", "load", "DC021")}


def test_requirements_from_elsewhere(hub: Any) -> None:
    assert _hosts(_scan("hf://acme/endpoint")) >= {
        ("github.com", "cli", "DC021"),
        ("packages.acme-models.cn", "cli", "DC021"),
    }


def test_gating_hands_personal_data_to_the_publisher(hub: Any) -> None:
    found = _at(_scan("hf://acme/gated"), "huggingface.co")
    assert found.kind == "upload"
    assert {p.data_class for p in found.flow.payload} >= {"email", "date_of_birth", "country", "ip_location"}


def test_a_path_on_somebodys_disk_is_no_base(hub: Any) -> None:
    found = _scan("hf://acme/adapter").repository
    assert found is not None
    (note,) = [o.note for o in found.origins if o.relation == "base"]
    assert note == "base unknown: a path on the publisher's disk, it hints at Qwen/Qwen2___5-7B (ModelScope)"


def test_spaces_and_dataset_scripts(hub: Any) -> None:
    assert {host for host, _, _ in _hosts(_scan("hf://spaces/acme/demo"))} == {"api.openai.com"}
    assert {host for host, _, _ in _hosts(_scan("hf://datasets/acme/pictures"))} == {"data.acme-models.cn"}


def test_the_hub_and_a_folder_give_the_same_findings(hub: Any, fixtures: Path) -> None:
    def told(report: Report) -> list[str]:
        return [f.id for f in report.findings if f.rule != "DC011"]

    for name in ("vision", "endpoint", "bin-only", "pipeline", "decoder", "adapter"):
        assert told(_scan(f"hf://acme/{name}")) == told(_scan(str(fixtures / "hub/models/acme" / name)))


def test_every_report_has_the_repository(hub: Any) -> None:
    report = _scan("hf://acme/embed")
    whole = json.loads(render(report, "json"))
    Draft202012Validator(json.loads(json_schema())).validate(whole)
    document = whole["repository"]
    assert (document["name"], document["endpoint"], document["pinned"]) == ("acme/embed", hub.url, False)
    assert "code-from acme/embed-code" in render(report, "text")
    assert render(_scan("hf://acme/embed"), "json") == render(report, "json")


def test_hostile_names_cannot_forge_lines(hub: Any, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"auto_map": {"AutoModel": "x\x1b[2J\n.Forged"}}))
    (tmp_path / "model.safetensors").write_text("x")
    text = render(_scan(str(tmp_path)), "text")
    assert "\x1b" not in text
    assert "\n.Forged" not in text


def test_a_pickle_in_a_remote_archive_is_read_in_parts(hub: Any, tmp_path: Path) -> None:
    hub.root = tmp_path / "hub"
    folder = hub.root / "models" / "acme" / "calls"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "pytorch_model.bin", "w") as archive:
        opener = b"\x80\x02curllib.request\nurlopen\nX\x16\x00\x00\x00https://c.example.com/\x85R."
        archive.writestr("archive/data.pkl", opener)
        archive.writestr("archive/data/0", b"\1" * 3_000_000)
    report = _scan("hf://acme/calls")
    assert [(f.rule, f.flow.sink.file, f.flow.trigger) for f in report.findings] == [
        ("DC022", "pytorch_model.bin!archive/data.pkl", "load")
    ]
    assert sum(r.body_bytes for r in hub.log) < 70_000
    assert report.repository is not None
    assert report.repository.requests == len(hub.log) <= 5
