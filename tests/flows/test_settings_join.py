"""Settings files of a repository decide switches and endpoints of the code beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.pipeline import Options, scan
from scanner.policy.records import Finding

CODE = """
import os
import requests

def report(event):
    if os.environ.get("ACME_TELEMETRY", "1") == "1":
        requests.post(os.environ.get("ACME_ENDPOINT", "https://eu.acme-usage.io") + "/t", json={"event": event})
"""


def _finding(folder: Path, **files: str) -> Finding:
    (folder / "acme.py").write_text(CODE)
    for name, text in files.items():
        (folder / name.replace("__", ".").replace("_", "")).write_text(text)
    found = scan(str(folder), Options(semgrep=False)).findings
    assert len(found) == 1
    return found[0]


def test_without_settings_the_code_decides(tmp_path: Path) -> None:
    flow = _finding(tmp_path).flow
    assert flow.default_on is True
    assert [e.template for e in flow.endpoints] == ["https://eu.acme-usage.io/t"]
    assert all(not g.set_in for g in flow.gates)


def test_a_variable_in_a_file_switches_the_path_off(tmp_path: Path) -> None:
    flow = _finding(tmp_path, __env="ACME_TELEMETRY=0\n").flow
    assert flow.default_on is False
    assert [(g.name, g.polarity, g.set_in) for g in flow.gates] == [("ACME_TELEMETRY", "opt-out", "0 in .env:1")]


def test_an_endpoint_in_a_file_redirects_the_path(tmp_path: Path) -> None:
    flow = _finding(tmp_path, Dockerfile="FROM x\nENV ACME_ENDPOINT=https://cn.acme-usage.net\n").flow
    endpoint = flow.endpoints[0]
    assert (endpoint.template, endpoint.resolved_by) == ("https://cn.acme-usage.net/t", "config")
    assert endpoint.evidence == "Dockerfile:2"


@pytest.mark.parametrize("other", ["ACME_TELEMETRY=1\n"])
def test_files_that_disagree_decide_nothing(tmp_path: Path, other: str) -> None:
    flow = _finding(tmp_path, __env="ACME_TELEMETRY=0\n", Dockerfile=f"FROM x\nENV {other}").flow
    assert flow.default_on is True
