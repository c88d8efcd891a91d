"""What a project says it depends on: requirements files, ``pyproject.toml``, lock files, the installed environment.

Formats: pip's requirements file format; PEP 508, 621, 735 (dependency groups) and 751 (``pylock.toml``); ``uv.lock``
and ``poetry.lock`` as their tools write them. Nothing is resolved and nothing is asked of an index.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from scanner.errors import TargetError, UsageError
from scanner.inputs.limits import DECLARED_DEPTH, DECLARED_FILES, SETTINGS_BYTES
from scanner.inputs.records import Declared, Dependency, Skipped

LOCKS = ("uv.lock", "poetry.lock")
_PYLOCK = re.compile(r"pylock(?:\.[^.]+)?\.toml")
_LOCK_BYTES = 40 * SETTINGS_BYTES
_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_INCLUDED = re.compile(r"(?:-r|--requirement)(?:\s+|=)(\S+)")
_PER_REQUIREMENT = re.compile(r"\s--(?:hash|config-settings|global-option)[=\s].*$")


def read_declared(path: Path) -> Declared:
    """The dependencies a file declares, sorted and each once.

    A line that names no package (a folder, an address) is a ``Skipped``. Raises ``TargetError`` for a file that cannot
    be read and ``UsageError`` for one of a kind not known.
    """
    if path.suffix == ".txt" or path.suffix == ".in":
        return _Requirements(path).read()
    reader = _reader(path.name)
    if reader is None:
        raise UsageError(
            f"{path}: not a list of dependencies.", "Name requirements.txt, pyproject.toml or a lock file."
        )
    skipped: list[Skipped] = []
    found = list(reader(str(path), _document(path), skipped))
    return _declared(path, found, skipped)


def declaring_files(folder: Path) -> tuple[Path, ...]:
    """The files of a folder to read when none is named: a lock file, else requirements, else ``pyproject.toml``."""
    locks = [folder / name for name in LOCKS] + sorted(
        p for p in folder.glob("pylock*.toml") if _PYLOCK.fullmatch(p.name)
    )
    for candidates in (locks, sorted(folder.glob("requirements*.txt")), [folder / "pyproject.toml"]):
        found = tuple(path for path in candidates if path.is_file())
        if found:
            return found
    return ()


def installed_distributions() -> Declared:
    """Every distribution installed beside this tool, with its version."""
    names = {(canonicalize_name(d.metadata["Name"] or ""), d.version) for d in metadata.distributions()}
    found = [Dependency(name, version, "", "", 0) for name, version in names if name]
    return Declared("installed", tuple(sorted(found)), ())


def _declared(path: Path, found: Iterable[Dependency], skipped: Iterable[Skipped]) -> Declared:
    first: dict[tuple[str, str], Dependency] = {}
    for one in sorted(found):
        first.setdefault((one.name, one.version), one)
    return Declared(str(path), tuple(first.values()), tuple(sorted(skipped, key=lambda s: (s.file, s.reason))))


def _text(path: Path, limit: int) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise TargetError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    if len(data) > limit:
        raise TargetError(f"{path} is larger than a list of dependencies may be ({limit // 1_000} kB).")
    return data.decode("utf-8-sig", "replace")


# -- requirements files


class _Requirements:
    """A requirements file and those it names with ``-r``, which must lie below its own folder."""

    def __init__(self, path: Path) -> None:
        self._top = path
        self._root = path.resolve().parent
        self._seen: set[Path] = set()
        self._skipped: list[Skipped] = []

    def read(self) -> Declared:
        return _declared(self._top, self._file(self._top, 0), self._skipped)

    def _file(self, path: Path, depth: int) -> list[Dependency]:
        resolved = path.resolve()
        if resolved in self._seen:
            return []
        if depth > DECLARED_DEPTH or len(self._seen) >= DECLARED_FILES:
            self._skipped.append(Skipped(str(path), "one requirements file too many"))
            return []
        self._seen.add(resolved)
        return [
            d for number, line in _lines(_text(path, SETTINGS_BYTES)) for d in self._line(path, number, line, depth)
        ]

    def _line(self, path: Path, number: int, line: str, depth: int) -> list[Dependency]:
        included = _INCLUDED.match(line)
        if included:
            return self._included(path, number, included[1], depth)
        if line.startswith(("-e", "--editable")):
            self._skipped.append(Skipped(f"{path}:{number}", "an editable folder or address"))
            return []
        if line.startswith("-"):
            return []
        found = _requirement(_PER_REQUIREMENT.sub("", line), str(path), number)
        if found is None:
            self._skipped.append(Skipped(f"{path}:{number}", "names no package"))
            return []
        return [found]

    def _included(self, path: Path, number: int, name: str, depth: int) -> list[Dependency]:
        other = path.parent / name
        if not other.resolve().is_relative_to(self._root) or not other.is_file():
            self._skipped.append(Skipped(f"{path}:{number}", f"{name[:80]} is not below the folder of the file"))
            return []
        return self._file(other, depth + 1)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first, comments and blanks left out."""
    number = 1
    joined = _CONTINUED.sub("\0", text)
    for raw in joined.split("\n"):
        first, number = number, number + 1 + raw.count("\0")
        line = _COMMENT.sub("", raw.replace("\0", " ")).strip()
        if line:
            yield first, line


def _requirement(text: str, file: str, line: int) -> Dependency | None:
    """A PEP 508 requirement; None for what names no package. The version is the one it pins, if it pins one."""
    try:
        found = Requirement(text.strip())
    except InvalidRequirement:
        return None
    pins = [s.version for s in found.specifier if s.operator in ("==", "===") and not s.version.endswith(".*")]
    version = pins[0] if len(pins) == 1 else ""
    return Dependency(canonicalize_name(found.name), version, str(found.specifier), file, line)


# -- TOML


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path, _LOCK_BYTES))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise TargetError(f"{path} is not valid TOML: {str(error)[:200]}.") from error


Reader = Callable[[str, dict[str, Any], list[Skipped]], Iterator[Dependency]]


def _reader(name: str) -> Reader | None:
    if name == "pyproject.toml":
        return _project
    if name in LOCKS:
        return _lock("package")
    return _lock("packages") if _PYLOCK.fullmatch(name) else None


def _project(file: str, document: dict[str, Any], skipped: list[Skipped]) -> Iterator[Dependency]:
    project, groups = _table(document, "project"), _table(document, "dependency-groups")
    optional = _table(project, "optional-dependencies")
    listed = [project.get("dependencies"), *optional.values(), *groups.values()]
    for text in (text for one in listed if isinstance(one, list) for text in one if isinstance(text, str)):
        found = _requirement(text, file, 0)
        if found is None:
            skipped.append(Skipped(file, f"{text[:80]!r} names no package"))
        else:
            yield found
    poetry = _table(document, "tool", "poetry")
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(poetry, "group", name, "dependencies") for name in _table(poetry, "group")]
    for name, wanted in (item for table in tables for item in table.items() if item[0] != "python"):
        version = wanted if isinstance(wanted, str) else _table({"it": wanted}, "it").get("version", "")
        exact = version if isinstance(version, str) and re.fullmatch(r"\d[\w.!+-]*", version) else ""
        yield Dependency(canonicalize_name(name), exact, str(version), file, 0)


def _lock(key: str) -> Reader:
    def read(file: str, document: dict[str, Any], skipped: list[Skipped]) -> Iterator[Dependency]:
        packages = document.get(key)
        for one in packages if isinstance(packages, list) else []:
            name, version = (one.get("name"), one.get("version")) if isinstance(one, dict) else (None, None)
            if not isinstance(name, str):
                skipped.append(Skipped(file, "a package without a name"))
            elif not isinstance(version, str) or _is_local(one):
                skipped.append(Skipped(file, f"{name[:80]} comes from a folder or an address"))
            else:
                yield Dependency(canonicalize_name(name), version, f"=={version}", file, 0)

    return read


def _is_local(package: dict[str, Any]) -> bool:
    source = package.get("source")
    local = ("virtual", "editable", "directory", "git", "url", "path")
    from_tool = isinstance(source, dict) and (any(k in source for k in local) or source.get("type") in local)
    return from_tool or any(k in package for k in ("vcs", "directory", "archive"))


def _table(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        value = document.get(key)
        document = value if isinstance(value, dict) else {}
    return document
