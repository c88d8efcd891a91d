from __future__ import annotations

import pickle
import random
import stat
import tarfile
import zipfile

import pytest

from scanner.errors import TargetError
from scanner.inputs import archives, collect, holders

from .conftest import paths, reasons

ESCAPES = [
    "../evil.py",
    "pkg/../../evil.py",
    "/etc/evil.py",
    "C:/evil.py",
    "a\\..\\evil.py",
    "pkg//evil.py",
    "./evil.py",
]


@pytest.mark.parametrize("name", ESCAPES)
def test_names_that_leave_a_wheel_are_skipped(zipped, name):
    snapshot = collect(str(zipped("x-1-py3-none-any.whl", ("pkg/a.py", ""), (name, "bad = 1"))))
    assert paths(snapshot) == ["pkg/a.py"]
    assert set(reasons(snapshot)) == {name}


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil.py"])
def test_names_that_leave_an_sdist_are_skipped(tarred, name):
    snapshot = collect(str(tarred("x-1.tar.gz", ("x-1/a.py", ""), (name, "bad = 1"))))
    assert paths(snapshot) == ["a.py"]
    assert set(reasons(snapshot)) == {name}


def test_nothing_is_written_anywhere(zipped, tmp_path):
    archive = zipped("x-1-py3-none-any.whl", ("pkg/a.py", ""), ("../evil.py", ""))
    before = sorted(tmp_path.rglob("*"))
    collect(str(archive))
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent / "evil.py").exists()


def test_link_in_a_zip_is_skipped(zipped):
    link = zipfile.ZipInfo("pkg/link.py")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    snapshot = collect(str(zipped("x.zip", ("pkg/a.py", ""), (link, "/etc/passwd"))))
    assert reasons(snapshot) == {"pkg/link.py": "symbolic link in an archive"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_link_or_device_in_an_sdist_is_skipped(tarred, kind):
    odd = tarfile.TarInfo("x-1/odd.py")
    odd.type, odd.linkname = kind, "/etc/passwd"
    snapshot = collect(str(tarred("x-1.tar.gz", ("x-1/a.py", ""), (odd, ""))))
    assert paths(snapshot) == ["a.py"]
    assert set(reasons(snapshot)) == {"odd.py"}


def test_zip_bomb_is_skipped_by_its_ratio(zipped):
    snapshot = collect(str(zipped("x.zip", ("a.py", ""), ("bomb.py", b"#" * 5_000_000))))
    assert paths(snapshot) == ["a.py"]
    assert "taken for a zip bomb" in reasons(snapshot)["bomb.py"]


def test_member_that_lies_about_its_size_is_skipped(zipped):
    path = zipped("x.zip", ("a.py", ""), ("liar.py", random.Random(1).randbytes(5_000)))
    data = path.read_bytes()
    path.write_bytes(data.replace((5_000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    snapshot = collect(str(path))
    assert paths(snapshot) == ["a.py"]
    assert "liar.py" in reasons(snapshot)


def test_tar_bomb_stops_and_keeps_what_came_before(tarred):
    path = tarred("x-1.tar.gz", ("x-1/a.py", "x = 1"), ("x-1/zeros.bin", bytes(60_000_000)), ("x-1/b.py", ""))
    snapshot = collect(str(path))
    assert paths(snapshot) == ["a.py"]
    assert "expands to more than" in reasons(snapshot)["(rest of the archive)"]


def test_many_members_are_cut_off(zipped, tarred, monkeypatch):
    monkeypatch.setattr(archives, "ARCHIVE_MEMBERS", 5)
    members = [(f"x-1/m{i}.py", "") for i in range(9)]
    for path in (zipped("x.zip", *members), tarred("x-1.tar.gz", *members)):
        snapshot = collect(str(path))
        assert len(snapshot.files) == 5
        assert reasons(snapshot) == {"(rest of the archive)": "more than 5 members"}


def test_sum_of_all_members_is_bounded(zipped, tarred, monkeypatch):
    monkeypatch.setattr(archives, "ARCHIVE_BYTES", 25)
    members = [(f"x-1/m{i}.py", "#" * 10) for i in range(4)]
    for path in (zipped("x.zip", *members), tarred("x-1.tar.gz", *members)):
        snapshot = collect(str(path))
        assert len(snapshot.files) == 2
        assert set(reasons(snapshot).values()) == {"beyond what is read of one archive"}


def test_huge_directory_is_not_read(zipped, monkeypatch):
    path = zipped("x.zip", *[(f"{i}.py", "") for i in range(100)])
    monkeypatch.setattr(holders, "DIRECTORY_BYTES", 1_000)
    with pytest.raises(TargetError, match="directory"):
        collect(str(path))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_bounded_are_skipped(zipped, method):
    packed = zipfile.ZipInfo("b.py")
    packed.compress_type = method
    assert "packed by method" in reasons(collect(str(zipped("x.zip", ("a.py", ""), (packed, "x")))))["b.py"]


def test_encrypted_member_is_skipped(zipped):
    path = zipped("x.zip", ("a.py", ""), ("b.py", ""))
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert reasons(collect(str(path))) == {"b.py": "encrypted"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_with_one_name_the_last_is_read(zipped, tarred):
    twins = (("x-1/a.py", "first"), ("x-1/a.py", "last"), ("x-1/setup.py", ""))
    for path in (zipped("x-1.zip", *twins), tarred("x-1.tar.gz", *twins)):
        snapshot = collect(str(path))
        assert snapshot.read(snapshot.files[0]) == "last"
        assert len(snapshot.files) == 2
        assert list(reasons(snapshot).values()) == ["another member of the same name follows"]


@pytest.mark.parametrize("name", ["x.whl", "x.zip", "x-1.tar.gz"])
@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x05\x06", b"\x1f\x8b\x08"])
def test_what_is_no_archive_is_an_error(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TargetError) as caught:
        collect(str(tmp_path / name))
    assert caught.value.next_step


def test_truncated_archives_never_crash(tarred, zipped):
    members = [(f"x-1/m{i}.py", f"x = {i}") for i in range(5)]
    for path in (tarred("x-1.tar.gz", *members), zipped("x-1.zip", *members)):
        data = path.read_bytes()
        for cut in range(1, len(data), 13):
            path.write_bytes(data[:cut])
            try:
                collect(str(path))
            except TargetError:
                pass


def test_single_top_folder_of_an_sdist_is_taken_away(tarred):
    snapshot = collect(str(tarred("shop-1.2.tar.gz", ("shop-1.2/shop/a.py", ""), ("shop-1.2/setup.py", ""))))
    assert paths(snapshot) == ["setup.py", "shop/a.py"]
    assert (snapshot.name, snapshot.version) == ("shop", "1.2")


def test_package_in_a_zip_keeps_its_folder(zipped):
    assert paths(collect(str(zipped("x.zip", ("pkg/__init__.py", ""), ("pkg/setup.py", ""))))) == [
        "pkg/__init__.py",
        "pkg/setup.py",
    ]


def test_wheel_says_its_name_version_and_entry_points(zipped):
    wheel = zipped(
        "shop_ai-2.0-py3-none-any.whl",
        ("shop/__init__.py", ""),
        ("shop/__main__.py", "print()"),
        ("shop_ai-2.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: shop-ai\nVersion: 2.0\n\nName: no\n"),
        ("shop_ai-2.0.dist-info/entry_points.txt", "[console_scripts]\nshop = shop.cli:main [extra]\n"),
        ("shop/_vendor/x.dist-info/entry_points.txt", "[console_scripts]\nx = x:main\n"),
    )
    snapshot = collect(str(wheel))
    assert (snapshot.name, snapshot.version) == ("shop-ai", "2.0")
    assert [(e.group, e.name, e.module, e.attribute) for e in snapshot.entries] == [
        ("__main__", "shop", "shop.__main__", ""),
        ("console_scripts", "shop", "shop.cli", "main"),
    ]


def test_snapshot_can_be_handed_to_another_process(zipped, tarred):
    for path in (zipped("x.zip", ("a.py", "x = 1")), tarred("x-1.tar.gz", ("x-1/a.py", "x = 1"))):
        snapshot = collect(str(path))
        snapshot.read(snapshot.files[0])
        copy = pickle.loads(pickle.dumps(snapshot))
        assert copy.read(copy.files[0]) == "x = 1"
