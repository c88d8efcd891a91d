"""Trees and archives made on the spot."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scanner.inputs.records import FileRole, Snapshot

Content = Mapping[str, str | bytes]


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def paths(snapshot: Snapshot, role: FileRole | None = None) -> list[str]:
    return [f.path for f in snapshot.files if role is None or f.role is role]


def reasons(snapshot: Snapshot) -> dict[str, str]:
    return {s.file: s.reason for s in snapshot.skipped}


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Content], Path]:
    """Write files below a fresh folder."""

    def write(content: Content) -> Path:
        root = tmp_path / "tree"
        root.mkdir(exist_ok=True)
        for name, text in content.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(_bytes(text))
        return root

    return write


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Path]:
    """Write a zip file; members may be ``ZipInfo`` for what no honest tool would write."""

    def write(name: str, *members: tuple[str | zipfile.ZipInfo, str | bytes]) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members:
                archive.writestr(member, _bytes(content))
        return path

    return write


@pytest.fixture
def tarred(tmp_path: Path) -> Callable[..., Path]:
    """Write a ``.tar.gz``; members may be ``TarInfo`` of any type."""

    def write(name: str, *members: tuple[str | tarfile.TarInfo, str | bytes]) -> Path:
        path = tmp_path / name
        with tarfile.open(path, "w:gz") as archive:
            for member, content in members:
                info = tarfile.TarInfo(member) if isinstance(member, str) else member
                data = _bytes(content)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return path

    return write
