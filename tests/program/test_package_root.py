"""A folder that is itself a package imports itself by its own name."""

from __future__ import annotations

from pathlib import Path

from scanner.pipeline import Options, scan


def _hosts(root: Path) -> set[str]:
    return {d.host for f in scan(str(root), Options(semgrep=False)).findings for d in f.destinations}


def test_absolute_imports_of_itself_are_found(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "__init__.py").write_text("from shop.settings import ADDRESS\n")
    (root / "settings.py").write_text('ADDRESS = "https://a.shopdemo.dev"\n')
    (root / "sender.py").write_text("import requests\nimport shop\nrequests.post(shop.ADDRESS, json={})\n")
    assert _hosts(root) == {"a.shopdemo.dev"}


def test_a_folder_of_packages_has_no_such_name(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "settings.py").write_text('ADDRESS = "https://a.shopdemo.dev"\n')
    (root / "sender.py").write_text("import requests\nfrom shop.settings import ADDRESS\nrequests.post(ADDRESS)\n")
    assert _hosts(root) == {""}
