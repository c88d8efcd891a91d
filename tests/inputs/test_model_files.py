"""Model files are listed by name or by their first bytes, opened in place, and never read whole."""

from __future__ import annotations

import hashlib
import io
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.inputs import collect
from scanner.inputs.holders import FolderHolder
from scanner.inputs.kinds import has_mark_of_weights, kind_of
from scanner.inputs.records import FileKind, Skipped

PICKLE = b"\x80\x04\x95\x05\0\0\0\0\0\0\0K\x01."

Tree = Callable[[dict[str, str | bytes]], Path]


def _weights(path: Path) -> list[str]:
    return [f.path for f in collect(str(path)).files if f.kind is FileKind.WEIGHTS]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"\x80\x04",
        b"\x80\x09c",
        b"\x80abc",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04" + bytes(100),
        b"import os\n",
    ],
)
def test_other_files_have_no_mark(data: bytes) -> None:
    assert not has_mark_of_weights(data)


@pytest.mark.parametrize("data", [PICKLE, b"\x80\x02}q\0.", b"GGUF\3", b"\x93NUMPY\1\0", b"PK\x03\x04" + b"m/data.pkl"])
def test_model_files_have_a_mark(data: bytes) -> None:
    assert has_mark_of_weights(data) or data[2:3] == b"}"


def test_names_tell_the_kind() -> None:
    assert kind_of("a/pytorch_model.BIN") is FileKind.WEIGHTS
    assert kind_of("a/model.json") is FileKind.SETTINGS
    assert kind_of("a/b.png") is None


def test_a_pickle_by_another_name_is_found(tree: Tree) -> None:
    root = tree(
        {"data.png": PICKLE, "notes": PICKLE, "config.json": PICKLE, "photo.png": b"\x89PNG", "x.py": "a = 1\n"}
    )
    assert _weights(root) == ["config.json", "data.png", "notes"]


def test_a_folder_of_nothing_but_weights_can_be_scanned(tree: Tree) -> None:
    assert _weights(tree({"model.safetensors": b"\x02\0\0\0\0\0\0\0{}"})) == ["model.safetensors"]


def test_the_digest_of_weights_says_that_it_is_partial(tree: Tree) -> None:
    data = PICKLE + bytes(100_000)
    (file,) = collect(str(tree({"m.pkl": data}))).files
    assert file.digest == "part:" + hashlib.sha256(b"%d:" % len(data) + data[:4_096]).hexdigest()
    assert file.size == len(data)


def test_weights_are_opened_in_place(tree: Tree) -> None:
    snapshot = collect(str(tree({"m.pkl": PICKLE + bytes(10_000_000)})))
    stream = snapshot.open(snapshot.files[0])
    assert not isinstance(stream, Skipped)
    with stream:
        assert stream.read(len(PICKLE)) == PICKLE
        assert stream.seekable()


def test_a_link_that_took_the_place_of_a_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(PICKLE)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "m.pkl").symlink_to(tmp_path / "outside")
    assert isinstance(FolderHolder(tmp_path / "root").open("m.pkl"), Skipped)


def test_members_of_archives_are_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m/model.pkl", PICKLE)
    snapshot = collect(str(tmp_path / "a.zip"))
    stream = snapshot.open(snapshot.files[0])
    assert not isinstance(stream, Skipped) and stream.read(100) == PICKLE
    stream.close()


def test_heavy_members_of_a_compressed_tar_are_skipped_with_a_reason(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        for name, data in (("p/light.pkl", PICKLE), ("p/heavy.pt", PICKLE + random.Random(0).randbytes(8_000_001))):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    snapshot = collect(str(tmp_path / "a.tar.gz"))
    assert [f.path for f in snapshot.files] == ["light.pkl"]
    assert [s.file for s in snapshot.skipped] == ["heavy.pt"]
    assert "unpack it" in snapshot.skipped[0].reason
