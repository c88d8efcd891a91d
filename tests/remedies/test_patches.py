"""Patches of the examples: what stays as it is first, then what changes, and what a second scan shows."""

from __future__ import annotations

import ast
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scanner.hardening import Hardened
from scanner.remedies import Wishes, choose, make_patch
from scanner.remedies.diffs import apply
from scanner.remedies.document import Document, Unreadable
from tests.remedies.sources import report, sent_back

EXAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "harden"
UNTOUCHED = sorted(path.name for path in (EXAMPLES / "untouched").iterdir())
CHANGED = sorted(path.name for path in (EXAMPLES / "changed").iterdir())
REASONS = {
    "in_a_lambda.py": "it stands in a lambda",
    "one_line.py": "it shares a line with its condition",
    "unknown_host.py": "its host is not known",
    "no_commit.py": "no commit of the repository is known",
}
FATES = {
    "argument.py": ["switched off by argument", "switched off by argument"],
    "exporter.py": ["gone", "gone"],
    "pinned.py": ["pinned", "pinned"],
    "unchecked.py": ["certificate checked"],
}
Harden = Callable[[str], Hardened]


@pytest.mark.parametrize("name", UNTOUCHED)
def test_untouched(name: str, hardened: Harden) -> None:
    done = hardened(f"untouched/{name}")
    assert done.patch is not None
    assert done.patch.files == ()
    assert [one.reason[: len(REASONS.get(name, ""))] for one in done.patch.left] == (
        [REASONS[name]] if name in REASONS else []
    )


@pytest.mark.parametrize("name", CHANGED)
def test_changed_as_expected(name: str, hardened: Harden, examples: Path) -> None:
    done = hardened(f"changed/{name}")
    assert done.patch is not None and done.patch.left == ()
    after = (examples / "expected" / name).read_text(encoding="utf-8")
    assert [one.after for one in done.patch.files] == [after]
    assert apply(done.patch.diff, (examples / "changed" / name).read_text(encoding="utf-8")) == after
    ast.parse(after)


@pytest.mark.parametrize("name", CHANGED)
def test_a_second_scan_shows_it(name: str, hardened: Harden) -> None:
    outcomes = hardened(f"changed/{name}").outcomes
    assert outcomes is not None
    assert [one.fate.value for one in outcomes] == FATES.get(name, ["off by default"])


@pytest.mark.parametrize(
    "name", ["result_unused", "result_used", "returns_nothing", "caught", "shadowed", "local_import"]
)
def test_a_guarded_sender_is_silent_until_asked(name: str, examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    fake = ModuleType("requests")

    class Answer:
        status_code = 200

        def raise_for_status(self) -> None: ...
        def json(self) -> dict[str, str]:
            return {"id": "1"}

    def post(url: str, **data: Any) -> Answer:
        sent.append(url)
        return Answer()

    vars(fake)["post"] = post
    monkeypatch.setitem(sys.modules, "requests", fake)
    send = runpy.run_path(str(examples / "expected" / f"{name}.py"))["send_telemetry"]
    arguments: list[Any] = ["linux", "e"] if name == "shadowed" else [["e"]]
    try:
        send(*arguments)
    except ConnectionError as error:
        assert name == "result_used" and "RESULT_USED_ALLOW_TELEMETRY=1" in str(error)
    assert sent == []
    monkeypatch.setenv(f"{name.upper()}_ALLOW_TELEMETRY", "1")
    send(*arguments)
    assert len(sent) == 1


def test_the_variable_of_a_guard_can_be_chosen(examples: Path) -> None:
    text = (examples / "changed" / "result_used.py").read_text(encoding="utf-8")
    finding = sent_back(1, flow_sink_file="a.py", flow_sink_line=7, flow_sink_column=14, flow_sink_api="requests.post")
    told = report(finding)
    patch = make_patch(told, choose(told), {"a.py": text}.get, (), Wishes(opt_in="OURS=yes"))
    assert 'if os.environ.get("OURS") != "yes":' in patch.diff


def test_a_call_that_is_not_there_is_left_as_it_is() -> None:
    told = report(sent_back(1, flow_sink_file="a.py", flow_sink_line=1, flow_sink_column=1))
    patch = make_patch(told, choose(told), {"a.py": "x = 1\n"}.get)
    assert (patch.files, [one.reason for one in patch.left]) == ((), ["the call was not found"])


@pytest.mark.parametrize("file", ["card.md#L3.py", "m.bin!data.pkl", "n.ipynb", "gone.py"])
def test_what_is_no_python_file_is_left_as_it_is(file: str) -> None:
    told = report(sent_back(1, flow_sink_file=file))
    patch = make_patch(told, choose(told), lambda path: None)
    assert [one.reason for one in patch.left] == ["it stands in no Python file of the target"]


@pytest.mark.parametrize("text", ["def (", "x = " + "(" * 5000 + ")" * 5000, "x = 1\n" * 400_000])
def test_a_file_that_cannot_be_read_is_no_crash(text: str) -> None:
    with pytest.raises(Unreadable):
        Document(text)


@pytest.mark.parametrize("kind", ["upload", "remote-code", "download"])
def test_what_is_no_telemetry_fails_and_is_not_left_out_in_silence(kind: str) -> None:
    text = "import os\n\n\ndef keep(client, path):\n    client.upload_file(path)\n"
    sink = {"flow_sink_file": "a.py", "flow_sink_line": 5, "flow_sink_column": 5, "flow_sink_api": "s3.upload_file"}
    told = report(sent_back(1, kind=kind, **sink))
    patch = make_patch(told, choose(told), {"a.py": text}.get)
    assert '        raise ConnectionError("' in patch.diff and "\n     client.upload_file(path)\n" in patch.diff


def test_a_module_does_not_fail_when_it_is_imported() -> None:
    sink = {"flow_sink_file": "a.py", "flow_sink_line": 1, "flow_sink_column": 1, "flow_sink_api": "s3.upload_file"}
    told = report(sent_back(1, kind="upload", **sink))
    patch = make_patch(told, choose(told), {"a.py": "upload_file('x')\n"}.get)
    assert (patch.files, [one.reason for one in patch.left]) == (
        (),
        ["it runs while the module is imported, which would fail"],
    )
