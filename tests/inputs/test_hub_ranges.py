"""Parts of large files: few requests, few bytes, and no more than that whatever the server does."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scanner.inputs.hub import list_hub
from scanner.inputs.hub_ranges import BLOCK, FILE_BLOCKS, HubHolder
from scanner.inputs.hub_records import PLAIN
from scanner.inputs.records import Skipped


@pytest.fixture
def holder(hub: Any, tmp_path: Path) -> HubHolder:
    hub.root = tmp_path / "hub"
    folder = hub.root / "models" / "acme" / "large"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "pytorch_model.bin", "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
        archive.writestr("archive/data/0", b"\1" * 3_000_000)
    (folder / "config.json").write_text("{}")
    listing = list_hub("hf://acme/large", PLAIN)
    assert isinstance(listing.holder, HubHolder)
    hub.log.clear()
    return listing.holder


def _opened(holder: HubHolder) -> Any:
    stream = holder.open("pytorch_model.bin")
    assert not isinstance(stream, Skipped)
    return stream


def test_what_is_not_there_is_said(holder: HubHolder) -> None:
    assert holder.open("gone.bin") == Skipped("gone.bin", "is not in the repository")


def test_the_pickle_in_three_megabytes_costs_two_blocks(hub: Any, holder: HubHolder) -> None:
    for _ in range(2):
        with zipfile.ZipFile(_opened(holder)) as archive:
            assert archive.read("archive/data.pkl") == b"\x80\x02}q\x00."
    answers = [r for r in hub.log if r.status == 206]
    assert len(answers) == 2
    assert sum(r.body_bytes for r in answers) <= 2 * BLOCK
    assert [r.status for r in hub.log] == [302, 206, 206]


def test_the_address_of_a_store_may_expire(hub: Any, hub_module: Any, holder: HubHolder) -> None:
    stream = _opened(holder)
    stream.read(1)
    hub.faults["/lfs/"] = [hub_module.Fault(403)]
    stream.seek(-22, io.SEEK_END)
    assert stream.read(4) == b"PK\x05\x06"
    assert [r.status for r in hub.log] == [302, 206, 403, 302, 206]


def test_a_file_is_never_read_to_its_end(hub: Any, holder: HubHolder) -> None:
    stream = _opened(holder)
    with pytest.raises(OSError, match="never read whole"):
        stream.read()
    with pytest.raises(OSError, match="blocks of it would be needed"):
        while stream.read(BLOCK):
            pass
    assert sum(r.body_bytes for r in hub.log) <= FILE_BLOCKS * BLOCK


def test_a_server_that_ignores_ranges_is_not_read_to_the_end(hub: Any, hub_module: Any, holder: HubHolder) -> None:
    hub.faults["pytorch_model"] = [hub_module.Fault(), hub_module.Fault(no_range=True)]
    stream = _opened(holder)
    stream.seek(-22, io.SEEK_END)
    with pytest.raises(OSError, match="ignores ranges"):
        stream.read(22)


def test_seeking(holder: HubHolder) -> None:
    stream = _opened(holder)
    assert stream.read(2) == b"PK"
    assert stream.seek(-2, io.SEEK_CUR) == 0
    stream.seek(0, io.SEEK_END)
    assert stream.read(1) == b""
    with pytest.raises(OSError, match="before the beginning"):
        stream.seek(-1)
