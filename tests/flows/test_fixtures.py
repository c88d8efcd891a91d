"""Packages in ``fixtures/flows`` say on the line what must be found there and what must stay silent."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.pipeline import Options, scan
from scanner.policy.records import Report

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "flows"
_SINK = re.compile(r"# sink: (?P<host>\S+) (?P<default>on|off|unknown)(?P<switches>.*)$")
PACKAGES = sorted(p.name for p in ROOT.iterdir() if p.is_dir())


def _scan(name: str) -> Report:
    """The report, without what is said about switches."""
    report = scan(str(ROOT / name), Options(semgrep=False))
    return replace(report, findings=tuple(f for f in report.findings if f.kind != "switch"))


def _expected(name: str) -> dict[tuple[str, int], re.Match[str]]:
    out = {}
    for path in sorted((ROOT / name).rglob("*.py")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = _SINK.search(line)
            if found:
                out[path.relative_to(ROOT / name).as_posix(), number] = found
    return out


def test_a_package_without_sinks_is_silent() -> None:
    report = _scan("quiet")
    assert report.findings == ()
    assert report.coverage.parsed == 2


@pytest.mark.parametrize("name", PACKAGES)
def test_marked_lines_and_no_others_are_found(name: str) -> None:
    expected = _expected(name)
    found = {(f.flow.sink.file, f.flow.sink.line): f for f in _scan(name).findings}
    strings = {k for k, f in found.items() if any(e.resolved_by == "code-string" for e in f.flow.endpoints)}
    if name != "hidden":
        assert not strings
    assert set(found) - {k for k in found if k not in expected and name == "hidden"} == set(expected)


@pytest.mark.parametrize("name", [n for n in PACKAGES if n != "quiet"])
def test_hosts_defaults_and_switches(name: str) -> None:
    found = {(f.flow.sink.file, f.flow.sink.line): f for f in _scan(name).findings}
    for place, mark in _expected(name).items():
        finding = found[place]
        assert {d.host or "unknown" for d in finding.destinations} == {mark["host"]}, place
        assert finding.flow.default_on == {"on": True, "off": False, "unknown": None}[mark["default"]], place
        wanted = dict(s.partition("=")[::2] for s in mark["switches"].split())
        switches = {g.name: g.off_value for g in finding.flow.gates if g.kind == "env"}
        assert {n: switches.get(n) for n in wanted} == wanted, place


def _chain(name: str, file: str, function: str) -> list[str]:
    for f in _scan(name).findings:
        if f.flow.sink.file == file and f.flow.sink.function == function:
            return [s.function for s in f.flow.chain.steps]
    raise AssertionError(f"no finding in {function}")


def test_a_chain_crosses_modules_and_threads() -> None:
    chain = _chain("default_on", "tracker/telemetry.py", "_post")
    assert chain == ["run", "send_event", "_post"]


def test_a_chain_begins_at_the_subclass_users_import() -> None:
    chain = _chain("client", "service/client.py", "Base._request")
    assert chain == ["Service.complete", "Base._request"]


def test_a_decorated_function_leads_to_its_wrapper() -> None:
    chain = _chain("hidden", "hidden/__init__.py", "_track")
    assert "counted" in chain or "counted.wrapper" in chain


def test_triggers() -> None:
    triggers = {d.host: f.flow.trigger for f in _scan("hidden").findings for d in f.destinations}
    assert triggers["bye.hiddendemo.dev"] == "exit"
    assert triggers["worker.hiddendemo.dev"] == "thread"


def test_a_code_string_is_read_with_its_parts() -> None:
    sites = [f for f in _scan("hidden").findings if f.flow.sink.function == "detached"]
    assert [d.host for f in sites for d in f.destinations] == ["hiddendemo.dev"]


def test_payload_fields_are_named_and_classified() -> None:
    (finding,) = _scan("default_on").findings
    fields = {(p.name, p.data_class) for p in finding.flow.payload}
    assert ("prompt", "prompt") in fields
    assert any(name == "os" and data == "platform" for name, data in fields)


def test_an_override_is_offered() -> None:
    (finding,) = _scan("default_on").findings
    assert finding.flow.endpoints[0].overrides == ("TRACKER_URL",)
    assert finding.flow.endpoints[0].resolved_by == "env-default"
