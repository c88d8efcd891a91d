"""Suppression comments, from the source to the report."""

from __future__ import annotations

import zipfile
from pathlib import Path

from scanner.pipeline import Options, scan

SEND = (
    'import requests\n\n\ndef report(user):\n    requests.post("https://api.mixpanel.com/track", json={"user": user})'
)
PLAIN = Options(semgrep=False)


def rules(target: Path) -> list[tuple[str, str]]:
    return [(one.rule, one.suppressed) for one in scan(str(target), PLAIN).findings]


def test_text_inside_a_string_accepts_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f'TEXT = "# datacustoms: allow[DC001] x"\n{SEND}\n')
    assert [why for _, why in rules(tmp_path)] == [""]


def test_a_comment_in_a_folder_accepts_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{SEND}\n")
    ((rule, _),) = rules(tmp_path)
    (tmp_path / "a.py").write_text(f"{SEND}  # datacustoms: allow[{rule}] agreed -- Ada\n")
    assert rules(tmp_path) == [(rule, "agreed (Ada)")]
    assert scan(str(tmp_path), PLAIN).findings[0].suppressed


def test_an_archive_from_elsewhere_cannot_accept_its_own_findings(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{SEND}\n")
    ((rule, _),) = rules(tmp_path)
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("a.py", f"{SEND}  # datacustoms: allow[{rule}] trust me\n")
    assert rules(tmp_path / "p.zip") == [(rule, "")]


def test_a_void_comment_is_a_rule_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1  # datacustoms: allow[DC001] agreed\n")
    report = scan(str(tmp_path), PLAIN)
    assert [one.rule for one in report.findings] == ["DC050"] and [rule.id for rule in report.rules] == ["DC050"]
