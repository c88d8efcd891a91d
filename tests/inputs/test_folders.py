from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.errors import NothingToScan, TargetError
from scanner.inputs import collect
from scanner.inputs.limits import FILE_BYTES

from .conftest import paths, reasons


def test_tool_folders_are_passed_over(tree):
    root = tree({"a.py": "", ".git/hook.py": "", "__pycache__/a.pyc": "", ".mypy_cache/x.py": ""})
    snapshot = collect(str(root))
    assert paths(snapshot) == ["a.py"]
    assert snapshot.skipped == ()


def test_environments_and_builds_are_said_to_be_skipped(tree):
    root = tree(
        {
            "a.py": "",
            "setup.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/x.py": "",
            "build/lib/a.py": "",
            "node_modules/n.py": "",
            "cache/CACHEDIR.TAG": "",
        }
    )
    snapshot = collect(str(root))
    assert paths(snapshot) == ["a.py", "setup.py"]
    assert reasons(snapshot) == {
        "build/": "build output: not read",
        "cache/": "cache: not read",
        "env/": "virtual environment: not read",
        "node_modules/": "installed packages: not read",
    }


def test_package_called_build_is_read(tree):
    assert "build/__init__.py" in paths(collect(str(tree({"setup.py": "", "build/__init__.py": ""}))))


def test_links_are_never_followed(tree, tmp_path):
    outside = tmp_path / "secret.py"
    outside.write_text("password = 1")
    root = tree({"pkg/a.py": "x = 1"})
    (root / "out.py").symlink_to(outside)
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    (root / "same").symlink_to("pkg")
    snapshot = collect(str(root))
    assert paths(snapshot) == ["pkg/a.py"]
    assert reasons(snapshot) == {
        "loop": "symbolic link to nothing, or to itself",
        "out.py": "symbolic link that leaves the target",
        "same": "symbolic link: not followed, the target has the file itself",
        "up": "symbolic link that leaves the target",
    }


def test_file_swapped_for_a_link_after_listing_is_not_read(tree, tmp_path):
    (tmp_path / "secret.py").write_text("password = 1")
    root = tree({"a.py": "x = 1"})
    snapshot = collect(str(root))
    (root / "a.py").unlink()
    (root / "a.py").symlink_to(tmp_path / "secret.py")
    assert "cannot be read" in snapshot.read(snapshot.files[0]).reason


def test_file_changed_after_listing_is_not_read(tree):
    root = tree({"a.py": "x = 1"})
    snapshot = collect(str(root))
    (root / "a.py").write_text("x = 2")
    assert snapshot.read(snapshot.files[0]).reason == "changed while it was scanned"


def test_huge_sparse_file_is_skipped_by_its_size(tree):
    root = tree({"a.py": "", "big.py": ""})
    os.truncate(root / "big.py", 50_000_000)
    snapshot = collect(str(root))
    assert paths(snapshot) == ["a.py"]
    assert reasons(snapshot) == {"big.py": f"larger than {FILE_BYTES // 1_000_000} MB"}


def test_pipe_is_not_opened(tree):
    root = tree({"a.py": ""})
    os.mkfifo(root / "pipe.py")
    assert reasons(collect(str(root))) == {"pipe.py": "is no regular file"}


def test_bad_bytes_are_skipped_and_the_rest_read(tree):
    root = tree(
        {
            "good.py": "x = 'ü'",
            "latin.py": b"# coding: latin-1\nx = '\xfc'",
            "wrong.py": b"x = '\xfc'",
            "nul.py": b"x\0y",
            "odd.py": b"# coding: no-such\n",
        }
    )
    snapshot = collect(str(root))
    assert paths(snapshot) == ["good.py", "latin.py"]
    assert [snapshot.read(f) for f in snapshot.files] == ["x = 'ü'", "# coding: latin-1\nx = 'ü'"]
    assert set(reasons(snapshot)) == {"wrong.py", "nul.py", "odd.py"}


@pytest.mark.parametrize("name", [b"caf\xe9.py", b"line\nfeed.py", "\u202eyp.evil.py".encode()])
def test_name_that_would_forge_a_report_is_skipped(tree, name):
    root = tree({"a.py": ""})
    Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_text("")
    snapshot = collect(str(root))
    assert paths(snapshot) == ["a.py"]
    assert [s.reason for s in snapshot.skipped] == ["has control characters in its name"]
    assert "\ufffd" in snapshot.skipped[0].file


def test_compiled_code_is_said_to_be_unread(tree):
    snapshot = collect(str(tree({"a.py": "", "native.so": b"\x7fELF", "fast.pyx": ""})))
    assert set(reasons(snapshot)) == {"native.so", "fast.pyx"}


def test_script_without_suffix_is_known_by_its_first_line(tree):
    root = tree({"bin/run": "#!/usr/bin/env python3\nx = 1\n", "bin/other": "#!/bin/sh\n", "LICENSE": "python"})
    assert paths(collect(str(root))) == ["bin/run"]


def test_empty_folder_holds_nothing_to_scan(tree):
    with pytest.raises(NothingToScan) as caught:
        collect(str(tree({"picture.png": b"\x89PNG\0"})))
    assert caught.value.exit_code == 3 and caught.value.next_step


def test_folder_whose_only_file_is_unreadable_is_an_error(tree):
    with pytest.raises(TargetError) as caught:
        collect(str(tree({"nul.py": b"\0"})))
    assert caught.value.exit_code == 4
    assert "nul.py holds NUL bytes" in caught.value.message


def test_two_collections_are_equal(tree):
    root = tree({f"pkg/m{i}.py": "" for i in range(30)})
    first, second = collect(str(root)), collect(str(root))
    assert first == second
    assert paths(first) == sorted(paths(first))
