"""``scan`` with a hub, a list and the cache, as a user types it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scanner.cli import main


def _scan(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["scan", "--no-semgrep", *arguments])


def test_a_plan_fetches_nothing_else(hub: Any, tmp_path: Path) -> None:
    done = _scan("--plan", "hf://acme/vision", str(tmp_path), "pypi:acme")
    assert done.exit_code == 0
    assert "9 requests" in done.stdout
    assert f"{tmp_path}: nothing is fetched" in done.stdout
    assert len(hub.log) == 1


def test_another_hub_is_named(hub: Any) -> None:
    assert f"the hub asked is {hub.url} (HF_ENDPOINT)" in _scan("hf://acme/plain").stderr


@pytest.mark.parametrize(
    ("target", "code", "words"),
    [
        ("hf://acme/nothing", 4, "does not exist"),
        ("hf://acme//x", 2, "names no repository"),
        ("hf-cache:", 3, "holds no"),
    ],
)
def test_what_cannot_be_read_is_said(hub: Any, target: str, code: int, words: str) -> None:
    done = _scan(target)
    assert (done.exit_code, words in done.output) == (code, True)


def test_a_list_gives_one_table(hub: Any, tmp_path: Path) -> None:
    listing = tmp_path / "list.txt"
    listing.write_text("hf://acme/vision\nhf://acme/plain\nhf://acme/nothing\n")
    state = str(tmp_path / "state.sqlite")
    done = _scan("--from-file", str(listing), "--state", state)
    assert done.exit_code == 4
    lines = done.stdout.splitlines()
    assert lines[0].split()[:6] == ["target", "commit", "state", "error", "warning", "note"]
    assert [line.split()[0] for line in lines[1:4]] == ["hf://acme/vision", "hf://acme/plain", "hf://acme/nothing"]
    assert "not read" in lines[3]
    assert "2 of 3 targets read (0 kept from earlier)" in lines[-1]
    assert "2 kept from earlier" in _scan("--from-file", str(listing), "--state", state).stdout
    assert _scan("--from-file", str(listing), "--state", state, "--fail-on", "warning").exit_code == 1
    assert _scan("--from-file", str(listing), "--format", "json").exit_code == 2


def test_the_whole_cache(hub: Any, tmp_path: Path) -> None:
    import huggingface_hub

    commit = hub.commit("models", "acme/vision")
    cache = tmp_path / "hf" / "hub"
    huggingface_hub.snapshot_download("acme/vision", revision=commit, endpoint=hub.url, cache_dir=cache, token=False)
    hub.log.clear()
    done = _scan("hf-cache:", "--state", str(tmp_path / "s"))
    assert "hf-cache:models/acme/vision" in done.stdout
    assert "acme-fonts.oss-cn-beijing.aliyuncs.com (CN)" in done.stdout
    assert hub.log == []
