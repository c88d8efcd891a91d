"""A patch: for each finding to be stopped the first change that can be made, checked before it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.catalog.records import OffArgumentRow
from scanner.facts.newer import readable
from scanner.policy.records import Finding, Report
from scanner.remedies.diffs import apply, unified
from scanner.remedies.planning import pin, plan, trusts_code, verification
from scanner.remedies.records import NOTHING_MORE, Aim, Edit, FilePatch, LeftOut, Patch, Wishes

if TYPE_CHECKING:
    from scanner.remedies.document import Document

Read = Callable[[str], str | None]
"""The text of a file of the target by its path; None for what cannot be changed."""

_NO_CODE = "it stands in no Python file of the target"


def make_patch(
    report: Report, aim: Aim, read: Read, rows: Iterable[OffArgumentRow] = (), wishes: Wishes = NOTHING_MORE
) -> Patch:
    """The changes that stop the findings of ``aim.stop``; certificates are checked and foreign code is pinned anywhere.

    A file that would no longer parse is not changed. Formatting elsewhere stays as it is.
    """
    bench = _Bench(read)
    left: list[LeftOut] = []
    known = tuple(rows)
    for finding in (*aim.stop, *aim.keep, *aim.off):
        reasons = (edit if isinstance(edit, str) else bench.attempt([edit]) for edit in _repairs(finding, wishes))
        left += [LeftOut(finding, reason) for reason in reasons if reason]
    for finding in aim.stop:
        if trusts_code(finding):
            continue
        planned = plan(finding, aim, known, wishes, package_of(report, finding))
        reason = planned if isinstance(planned, str) else bench.attempt(planned)
        if reason:
            left.append(LeftOut(finding, reason))
    files, broken = bench.finish()
    left += [LeftOut(f, broken[f.id]) for f in report.findings if f.id in broken]
    return Patch(files, tuple(left))


def _repairs(finding: Finding, wishes: Wishes) -> list[Edit | str]:
    """What makes a call safer without stopping it."""
    checked = verification(finding)
    found: list[Edit | str] = [checked] if checked else []
    return [*found, pin(finding, wishes)] if trusts_code(finding) else found


def package_of(report: Report, finding: Finding) -> str:
    """The first word of the variable that guards a call: the import package, else the name of the target."""
    first, slash, _ = finding.flow.sink.file.partition("/")
    name = first if slash and first not in ("src", "lib") else report.name or "APP"
    made = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    return made if made and not made[0].isdigit() else f"APP_{made}".rstrip("_")


class _Bench:
    """The files under change."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._documents: dict[str, tuple[str, Document] | str] = {}
        self._made: dict[tuple[object, ...], Edit] = {}

    def attempt(self, edits: list[Edit]) -> str:
        """Makes the first change that can be made; ``""``, or why none can."""
        from scanner.remedies.codemods import apply_edit

        reasons: dict[str, None] = {}
        for edit in edits:
            key = (edit.change, edit.file, edit.line, edit.column, edit.name, edit.value)
            if key in self._made:
                self._made[key] = replace(self._made[key], findings=(*self._made[key].findings, *edit.findings))
                return ""
            opened = self._open(edit.file)
            reason = opened if isinstance(opened, str) else apply_edit(opened[1], edit)
            if not reason:
                self._made[key] = edit
                return ""
            reasons[reason] = None
        return next(reversed(reasons), "nothing is known that would stop it")

    def _open(self, path: str) -> tuple[str, Document] | str:
        from scanner.remedies.document import Document, Unreadable

        if path not in self._documents:
            text = self._read(path) if path.endswith((".py", ".pyi")) else None
            try:
                self._documents[path] = _NO_CODE if text is None else (text, Document(text))
            except Unreadable as error:
                self._documents[path] = str(error)
        return self._documents[path]

    def finish(self) -> tuple[tuple[FilePatch, ...], dict[str, str]]:
        """The changed files, and the findings whose file had to stay as it was, with the reason."""
        files: list[FilePatch] = []
        broken: dict[str, str] = {}
        for path, opened in sorted(self._documents.items()):
            edits = tuple(edit for edit in self._made.values() if edit.file == path)
            if isinstance(opened, str) or not edits:
                continue
            before, document = opened
            after = document.text()
            reason = _problem(before, after)
            diff = unified(path, before, after)
            if not reason and apply(diff, before) != after:
                reason = "its diff does not give the changed file"
            if reason:
                broken |= {one: reason for edit in edits for one in edit.findings}
            elif diff:
                files.append(FilePatch(path, before, after, edits, diff))
        return tuple(files), broken


def _problem(before: str, after: str) -> str:
    """Why a changed file is not to be shown: it parsed before, and no longer does."""
    return "the changed file would not parse" if readable(before) and not readable(after) else ""
