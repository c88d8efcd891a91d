"""Many targets: each once, results kept, failures never clean, a killed run resumed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.fleet import read_list, rules_key, run
from scanner.pipeline import Options
from scanner.store import Inventory, Row

PLAIN = Options(semgrep=False)


def _run(targets: list[str], state: Path, options: Options = PLAIN) -> tuple[list[Row], Inventory]:
    inventory = Inventory(state, "test")
    return list(run(targets, options, inventory)), inventory


def test_lists(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("\ufeff# models\nhf://acme/a\n\n hf://acme/b \nhf://acme/a\n")
    assert read_list(path) == ("hf://acme/a", "hf://acme/b")
    path.write_text("# nothing\n")
    for wrong in (path, tmp_path / "gone"):
        with pytest.raises(UsageError):
            read_list(wrong)


def test_a_state_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no database " * 100)
    with pytest.raises(UsageError):
        Inventory(tmp_path / "x", "1")


def test_the_key_changes_with_what_judges() -> None:
    keys = {rules_key(o) for o in (PLAIN, Options(semgrep=False, home=("CN",)), Options(), Options(follow=2))}
    assert len(keys) == 4


def test_a_second_run_asks_for_the_commit_only(hub: Any, tmp_path: Path) -> None:
    first, _ = _run(["hf://acme/vision", "hf://acme/plain"], tmp_path / "s")
    asked = len(hub.log)
    again, _ = _run(["hf://acme/vision", "hf://acme/plain"], tmp_path / "s")
    assert len(hub.log) - asked == 2
    assert [(r.severities, r.places, r.kept) for r in again] == [(r.severities, r.places, True) for r in first]
    assert [r.requests for r in first] == [9, 3]


def test_a_pinned_target_is_not_asked_for_again(hub: Any, tmp_path: Path) -> None:
    target = f"hf://acme/plain@{hub.commit('models', 'acme/plain')}"
    _run([target], tmp_path / "s")
    asked = len(hub.log)
    (row,), _ = _run([target], tmp_path / "s")
    assert (row.kept, len(hub.log)) == (True, asked)


def test_other_rules_are_another_result(hub: Any, tmp_path: Path) -> None:
    _run(["hf://acme/plain"], tmp_path / "s")
    (row,), _ = _run(["hf://acme/plain"], tmp_path / "s", Options(semgrep=False, home=("CN",)))
    assert not row.kept


def test_a_failure_is_a_row_and_is_tried_again(hub: Any, hub_module: Any, tmp_path: Path) -> None:
    hub.faults["acme/gated/revision"] = [hub_module.Fault(401, (("X-Error-Code", "GatedRepo"),))]
    targets = ["hf://acme/nothing", "hf://acme/gated", "hf://acme/plain"]
    rows, inventory = _run(targets, tmp_path / "s")
    assert [r.state for r in rows] == ["not read", "not read", "done"]
    assert len(inventory.reports()) == 1
    again, _ = _run(targets, tmp_path / "s")
    assert [(r.state, r.kept) for r in again] == [("not read", False), ("done", False), ("done", True)]


def test_equal_files_are_analysed_once(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "modeling.py").write_text("import requests\nrequests.post('https://api.openai.com/v1')\n")
    rows, inventory = _run([str(tmp_path / n) for n in "abc"], tmp_path / "s")
    assert (inventory.shelf.misses, inventory.shelf.hits) == (1, 2)
    assert len({r.places for r in rows}) == 1


def test_equal_files_are_fetched_once(hub: Any, tmp_path: Path) -> None:
    hub.root = tmp_path / "hub"
    for name in ("a", "b"):
        folder = hub.root / "models" / "acme" / name
        folder.mkdir(parents=True)
        (folder / "modeling.py").write_text("import requests\n")
        (folder / "config.json").write_text(f'{{"name": "{name}"}}')
    rows, _ = _run(["hf://acme/a", "hf://acme/b"], tmp_path / "s")
    assert [r.requests for r in rows] == [3, 2]


def test_a_killed_run_is_resumed_and_nothing_is_lost_or_done_twice(hub: Any, tmp_path: Path) -> None:
    names = sorted(p.name for p in (hub.root / "models/acme").iterdir())
    listing = tmp_path / "list.txt"
    listing.write_text("".join(f"hf://acme/{n}\n" for n in names))
    command = [sys.executable, "-m", "scanner", "scan", "--from-file", str(listing), "--state", str(tmp_path / "s"),
               "--no-semgrep", "--fail-on", "never"]  # fmt: skip
    child = subprocess.Popen(command, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}, stdout=subprocess.DEVNULL)
    while child.poll() is None and not any("/resolve/" in r.path and f"acme/{names[5]}/" in r.path for r in hub.log):
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = len(Inventory(tmp_path / "s", "x").reports())
    assert 0 < kept < len(names)
    done = subprocess.run(command, env=os.environ.copy(), capture_output=True, text=True, check=True)
    assert f"{len(names)} of {len(names)} targets read ({kept} kept from earlier)" in done.stdout
    assert len(Inventory(tmp_path / "s", "x").reports()) == len(names)
    fetched = Counter(r.path for r in hub.log if "/resolve/" in r.path and "embed-code" not in r.path)
    # The one request that was under way when the run was killed may be made again.
    assert sum(fetched.values()) - len(fetched) <= 1
