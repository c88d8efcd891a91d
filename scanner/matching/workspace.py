"""What semgrep is shown: copies of the kept files under neutral names, in folders that carry the gates.

Scanned names appear nowhere: a file is its number, with the suffix its language is recognised by. Files that passed the
same gates share a folder, and each rule excludes the folders of files it is not for; the ``paths`` of the rule itself
are part of its gate. So one process runs all rules, each on its own files, and every engine understands it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from scanner.matching.engine import Workspace
from scanner.matching.gating import Kept, analyzer_of
from scanner.matching.records import GateInput, PatternRule

_SUFFIXES = {"python": ".py", "bash": ".sh", "yaml": ".yaml", "json": ".json", "dockerfile": ".dockerfile"}


def furnish(root: Path, kept: Sequence[Kept], rules: Sequence[PatternRule]) -> tuple[Workspace, Mapping[str, str]]:
    """Write rules, targets and sources below the empty folder ``root``; also gives the scanned path of each written
    file, by its name. Raises ``OSError``."""
    space = Workspace(root, root / "rules.json", root / "targets.json", root / "sources")
    folders = _folders(kept)
    names: dict[str, str] = {}
    targets: list[object] = []
    for number, one in enumerate(kept):
        place = f"{folders[one.rules]}/{_neutral_name(number, one.file)}"
        path = space.sources / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.file.text, "utf-8", errors="replace", newline="")
        names[path.name] = one.file.path
        targets += (["CodeTarget", _target(path, place, analyzer)] for analyzer in one.analyzers)
    routed = [_routed(rule, folders) for rule in rules]
    space.rules.write_text(json.dumps({"rules": [rule for rule in routed if rule]}), "utf-8")
    space.targets.write_text(json.dumps(["Targets", targets]), "utf-8")
    return space, names


def _folders(kept: Sequence[Kept]) -> dict[frozenset[str], str]:
    """A folder name for each set of rules some file passed."""
    folders: dict[frozenset[str], str] = {}
    for one in kept:
        folders.setdefault(one.rules, f"passed-{len(folders)}")
    return folders


def _neutral_name(number: int, file: GateInput) -> str:
    return f"f{number:06}{_SUFFIXES.get(analyzer_of(file), '.env')}"


def _target(path: Path, place: str, analyzer: str) -> dict[str, object]:
    """``ppath`` is what the rules' ``paths`` are compared with."""
    return {"path": {"fpath": str(path), "ppath": f"/{place}"}, "analyzer": analyzer, "products": ["sast"]}


def _routed(rule: PatternRule, folders: Mapping[frozenset[str], str]) -> dict[str, object] | None:
    """The rule, kept out of the folders it is not for; None when there is no file for it at all."""
    foreign = [folder for passed, folder in folders.items() if rule.id not in passed]
    if len(foreign) == len(folders):
        return None
    definition: dict[str, object] = json.loads(rule.definition)
    definition["paths"] = {"exclude": foreign}
    return definition
