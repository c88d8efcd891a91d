"""Worker processes: the same facts whatever their number, and a file that kills one is skipped alone."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from scanner import parsing
from scanner.inputs import collect
from scanner.inputs.records import Skipped

KILLER = "import os  # kills\n"


def read_chunk(files: Sequence[parsing.File]) -> list[bytes | tuple[str, str]]:
    """As ``parsing.read_chunk``, except that one file ends the process, as a fault of the interpreter would."""
    if any(text == KILLER for _, _, text in files):
        os._exit(9)
    return parsing.read_chunk(files)


@pytest.fixture
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("many")
    texts = {f"m{i}.py": f"def f{i}(x):\n    return x + {i}\n" for i in range(12)} | {"killer.py": KILLER}
    for name, text in texts.items():
        (root / name).write_text(text)
    texts["root"] = str(root)
    return texts


def test_the_number_of_jobs_changes_nothing(sources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_POOL_BYTES", 0)
    root = sources.pop("root")
    snapshot = collect(root)
    one, two = (parsing.read_all(snapshot, sources, jobs, lambda *a: None) for jobs in (1, 2))
    assert one == two


def test_a_file_that_kills_its_process_is_skipped_alone(
    sources: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "_POOL_BYTES", 0)
    monkeypatch.setattr(parsing, "read_chunk", read_chunk)
    snapshot = collect(sources.pop("root"))
    facts, skipped = parsing.read_all(snapshot, sources, 2, lambda *a: None)
    assert skipped == [Skipped("killer.py", "the process that read it died")]
    assert len(facts) == 12
