"""What a scan costs, counted in work and not in seconds: files parsed and decoded, links, solver steps, semgrep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanner.matching import matcher
from scanner.pipeline import Options, scan
from scanner.program.solver import Solver
from scanner.store import Cache
from scanner.store.shelf import Shelf

SENDER = 'import requests\n\n\ndef report(text):\n    requests.post("https://a.workdemo.dev/v1", json={"text": text})\n'
LAYER = """class Layer{0}:
    def __init__(self, width, norm=None):
        self.width = width
        self.norm = norm or build{0}

    def forward(self, states):
        for part in states:
            part = self.norm(part) if self.width > 3 else part
        return [self.norm(one) for one in states]


def build{0}(width):
    return Layer{0}(width)
"""


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts what is done from now on."""
    done: Counter[str] = Counter()

    def counted(name: str, original: Callable[..., Any], size: Callable[..., int] = lambda *a: 1) -> Callable[..., Any]:
        def run(*args: Any, **more: Any) -> Any:
            done[name] += size(*args)
            return original(*args, **more)

        return run

    from scanner import program
    from scanner.facts import reader

    monkeypatch.setattr(reader, "read_facts", counted("parsed", reader.read_facts))
    monkeypatch.setattr(program, "link", counted("linked", program.link))
    monkeypatch.setattr(Solver, "_merge", counted("steps", Solver._merge))
    monkeypatch.setattr(Shelf, "facts", counted("decoded", Shelf.facts))
    monkeypatch.setattr(matcher, "_run", counted("semgrep", matcher._run, lambda kept, *_: len(kept)))
    return done


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "sender.py").write_text(SENDER)
    (root / "start.py").write_text('import torch\n\nmodel = torch.hub.load("someone/repo", "m", trust_repo=True)\n')
    for number in range(20):
        (root / f"layer{number}.py").write_text(LAYER.format(number))
    return root


def _scan(tree: Path, folder: Path, options: Options) -> None:
    cache = Cache(folder, pytest.fail)
    try:
        scan(str(tree), replace(options, cache=cache))
    finally:
        cache.close()


def test_cold_warm_and_changed(tree: Path, tmp_path: Path, work: Counter[str]) -> None:
    kept = tmp_path / "kept"
    _scan(tree, kept, Options())
    assert (work["parsed"], work["linked"]) == (22, 1)
    assert work["semgrep"] <= 2, "the gates let files through that no rule is about"
    work.clear()
    _scan(tree, kept, Options())
    assert not +work, "nothing changed, and something was done"
    (tree / "layer7.py").write_text(LAYER.format(7) + "\n\ndef more(states):\n    return states * 7\n")
    _scan(tree, kept, Options())
    assert (work["parsed"], work["linked"], work["semgrep"]) == (1, 0, 0)
    assert work["decoded"] <= 2
    work.clear()
    (tree / "sender.py").write_text(SENDER.replace("a.workdemo", "b.workdemo"))
    _scan(tree, kept, Options())
    assert (work["parsed"], work["linked"]) == (1, 1)


def test_steps_of_the_solver_grow_with_the_operations(tree: Path, work: Counter[str]) -> None:
    plain = Options(semgrep=False)
    scan(str(tree), plain)
    once = work["steps"]
    for number in range(20, 160):
        (tree / f"layer{number}.py").write_text(LAYER.format(number))
    work.clear()
    scan(str(tree), plain)
    assert work["steps"] < 8 * once * 1.1, "eight times the program costs more than eight times the steps"
