from __future__ import annotations

import json
import os
import socket
import zipfile

import pytest

from scanner.errors import NothingToScan, TargetError, UsageError
from scanner.inputs import collect
from scanner.inputs.downloads import cache_folder

from .conftest import paths


@pytest.mark.parametrize(
    ("target", "error", "code"),
    [
        ("no/such/place", TargetError, 4),
        ("nul\0byte", TargetError, 4),
        ("x" * 5_000, TargetError, 4),
        (os.devnull, TargetError, 4),
        ("hf://org//name", UsageError, 2),
        ("hf-cache:", UsageError, 2),
        ("pypi:", UsageError, 2),
        ("pypi:--index-url=x", UsageError, 2),
        ("pypi:./x", UsageError, 2),
        ("pypi:a @ https://h/x.whl", UsageError, 2),
        ("installed:no-such-distribution", TargetError, 4),
        ("installed:", TargetError, 4),
    ],
)
def test_bad_targets_say_what_is_wrong_and_what_to_do(target, error, code):
    with pytest.raises(error) as caught:
        collect(target)
    assert caught.value.exit_code == code
    assert caught.value.message and caught.value.next_step


def test_file_that_is_no_python_holds_nothing_to_scan(tree):
    with pytest.raises(NothingToScan):
        collect(str(tree({"a.png": b"\x89PNG\r\n\x1a\n\0"}) / "a.png"))


def test_huge_file_named_by_the_user_is_an_error(tree):
    path = tree({"big.py": ""}) / "big.py"
    os.truncate(path, 50_000_000)
    with pytest.raises(TargetError, match="larger than 8 MB"):
        collect(str(path))


def test_file_named_by_the_user_is_product(tree):
    snapshot = collect(str(tree({"tests/test_a.py": "x = 1"}) / "tests" / "test_a.py"))
    assert [(f.path, f.role.value) for f in snapshot.files] == [("test_a.py", "product")]
    assert snapshot.read(snapshot.files[0]) == "x = 1"


def test_installed_distribution_is_read_by_its_record():
    snapshot = collect("installed:pluggy")
    assert snapshot.name == "pluggy" and snapshot.version
    assert "pluggy/__init__.py" in paths(snapshot)


def _install(site, name, record, **extra):
    info = site / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1\n")
    (info / "RECORD").write_text("".join(f"{path},,\n" for path in record))
    for file, text in extra.items():
        (info / file.replace("_json", ".json")).write_text(text)


def test_record_that_points_outside_is_not_followed(tmp_path, monkeypatch):
    site = tmp_path / "site"
    _install(site, "odd", ["odd.py", "../secret.py", "/etc/passwd", "gone.py"])
    (site / "odd.py").write_text("")
    (tmp_path / "secret.py").write_text("")
    monkeypatch.syspath_prepend(str(site))
    snapshot = collect("installed:odd")
    assert paths(snapshot) == ["odd.py"]
    # Python 3.12 and later leave out of the record what is not there.
    assert {s.file for s in snapshot.skipped} - {"gone.py"} == {"../secret.py", "/etc/passwd"}


def test_editable_install_is_read_where_it_lies(tmp_path, monkeypatch, tree):
    root = tree({"pkg/__init__.py": ""})
    url = {"url": root.as_uri(), "dir_info": {"editable": True}}
    _install(tmp_path / "site", "edit", ["_edit.pth"], direct_url_json=json.dumps(url))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert paths(collect("installed:edit")) == ["pkg/__init__.py"]


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder pip takes packages from instead of any index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("DATACUSTOMS_CACHE", str(tmp_path / "cache"))
    return folder


def test_wheel_is_fetched_once_and_kept(index):
    wheel = index / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "x = 1")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    first = collect("pypi:tiny==1.0")
    wheel.unlink()
    assert paths(first) == paths(collect("pypi:Tiny==1")) != []
    assert [p.name for p in cache_folder().rglob("*") if p.is_file()] == [wheel.name]


def test_sdist_is_never_built(index, tarred, tmp_path, monkeypatch):
    trap = tmp_path / "executed"
    setup = f"import pathlib\npathlib.Path({str(trap)!r}).write_text('x')\n"
    sdist = tarred("trap-1.0.tar.gz", ("trap-1.0/setup.py", setup), ("trap-1.0/PKG-INFO", "Name: trap\nVersion: 1.0\n"))
    sdist.rename(index / sdist.name)
    with pytest.raises(TargetError, match="download its sdist yourself") as caught:
        collect("pypi:trap==1.0")
    assert caught.value.exit_code == 4
    assert not trap.exists()
    assert paths(collect(str(index / sdist.name))) == ["PKG-INFO", "setup.py"]


def test_module_in_the_current_folder_is_not_imported_by_pip(index, tmp_path, monkeypatch):
    (tmp_path / "pip.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TargetError) as caught:
        collect("pypi:missing")
    assert "taken over" not in caught.value.message


def test_local_targets_open_no_connection(tree, zipped):
    assert socket.socket.connect.__name__ == "_refuse"
    collect(str(tree({"a.py": ""})))
    collect(str(zipped("x.zip", ("a.py", ""))))
