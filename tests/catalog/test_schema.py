"""Malformed rows: each error names file, row and field, so that an author finds the spot."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.catalog import by_name, load
from scanner.errors import CatalogError

GOOD = (
    "{name: acme.send, distribution: acme, kind: telemetry, url: [0, url], payload: ['*'], source: acme 1.0, "
    "date: 2026-11-01}"
)


def pack(folder: Path, rows: str, head: str = "topic: sinks") -> tuple[Path, ...]:
    file = folder / "acme.yaml"
    file.write_text(f"{head}\nrows:\n{rows}\n", encoding="utf-8")
    return (file,)


def refused(paths: tuple[Path, ...]) -> str:
    with pytest.raises(CatalogError) as caught:
        load(paths)
    return str(caught.value)


def test_a_pack_adds_a_row(tmp_path: Path) -> None:
    row = by_name(load(pack(tmp_path, f"- {GOOD}")).sinks)["acme.send"]
    assert (row.url, row.payload, row.transport, row.constructor) == ((0, "url"), ("*",), "", False)


def test_a_pack_replaces_a_shipped_row(tmp_path: Path) -> None:
    row = "- {name: requests.post, distribution: requests, kind: upload, source: our proxy, date: 2026-11-01}"
    assert by_name(load(pack(tmp_path, row)).sinks)["requests.post"].kind == "upload"


def test_defaults_members_and_several_names(tmp_path: Path) -> None:
    head = "topic: sinks\ndefaults: {distribution: acme, kind: upload, source: acme 1.0, date: 2026-11-01}"
    found = load(pack(tmp_path, "- {name: [acme.A, acme.B], members: [put, post], kind: download}", head)).sinks
    acme = [row for row in found if row.distribution == "acme"]
    assert [row.name for row in acme] == ["acme.A.post", "acme.A.put", "acme.B.post", "acme.B.put"]
    assert {row.kind for row in acme} == {"download"}


def test_a_word_of_yaml_stays_a_word(tmp_path: Path) -> None:
    head = "topic: operators\ndefaults: {attribution: kb, source: a page, date: 2026-11-01}"
    found = load(pack(tmp_path, "- {host_suffix: acme.no, operator: Acme, home: NO}", head)).operators
    assert [row.home for row in found if row.operator == "Acme"] == ["NO"]


def test_a_folder_is_a_pack(tmp_path: Path) -> None:
    pack(tmp_path, f"- {GOOD}")
    assert "acme.send" in by_name(load((tmp_path,)).sinks)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("kind: telemetry", "kind: spying"), "kind"),
        (("kind: telemetry, ", ""), "kind"),
        (("source: acme 1.0, ", ""), "source"),
        ((", date: 2026-11-01", ""), "date"),
        (("date: 2026-11-01", "date: yesterday"), "date"),
        (("name: acme.send", "name: 'acme send'"), "name"),
        (("kind: telemetry", "kind: telemetry, hosts: [a.example]"), "hosts"),
        (("kind: telemetry", "kind: telemetry, method: FETCH"), "method"),
        (("kind: telemetry", "kind: telemetry, constructor: yes"), "constructor"),
        (("kind: telemetry", "kind: telemetry, default_hosts: ['https://a.example/x']"), "default_hosts"),
        (("kind: telemetry", "kind: telemetry, adds: [everything]"), "adds"),
        (("kind: telemetry", "kind: [telemetry, upload]"), "kind"),
        (("payload: ['*']", "payload: ['*', data]"), "payload"),
        (("url: [0, url]", "url: [{a: b}]"), "url"),
    ],
)
def test_a_bad_field_is_named(tmp_path: Path, change: tuple[str, str], field: str) -> None:
    good = GOOD.replace("acme.send", "acme.other")
    message = refused(pack(tmp_path, f"- {good}\n- {GOOD.replace(*change)}"))
    assert "acme.yaml" in message
    assert "row 2" in message
    assert f"field '{field}'" in message


def test_a_name_stands_once_in_a_pack(tmp_path: Path) -> None:
    message = refused(pack(tmp_path, f"- {GOOD}\n- {GOOD}"))
    assert "row 2 (acme.send), field 'name'" in message
    assert "row 1" in message


def test_a_source_names_a_call_or_a_parameter(tmp_path: Path) -> None:
    row = "- {data_class: prompt, call: acme.ask, parameter: asked, label: words, source: acme 1.0, date: 2026-11-01}"
    assert "row 1" in refused(pack(tmp_path, row, "topic: sources"))


def test_an_alias_is_one_hop(tmp_path: Path) -> None:
    row = "- {name: acme.http, target: httpx2, source: acme 1.0, date: 2026-11-01}"
    assert "httpx2" in refused(pack(tmp_path, row, "topic: aliases"))


@pytest.mark.parametrize(
    "text",
    [
        "topic: hosts\nrows: []",
        "topic: sinks\nrow: []",
        "topic: sinks\nrows: []\ncolour: red",
        "topic: sinks\nrows: [acme.send]",
        "topic: sinks\ndefaults: none\nrows: []",
        "topic: sinks\nrows: [{name: a, name: b}]",
        "rows: [",
        "just words",
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(text, encoding="utf-8")
    assert "acme.yaml" in refused((file,))


def test_a_pack_that_cannot_be_read(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"topic: \xff")
    assert "absent.yaml" in refused((tmp_path / "absent.yaml",))
    assert "latin.yaml" in refused((latin,))
