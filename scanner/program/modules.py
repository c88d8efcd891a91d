"""Which dotted module each file is, and which file an import means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

_SOURCE_ROOTS = frozenset({"src", "lib", "python"})


def module_names(paths: Iterable[str]) -> dict[str, str]:
    """Path -> dotted module name.

    A file's import root is the folder above its topmost package (folder with ``__init__.py``); outside packages it is
    the target's root, or a source folder (``src``) below it.
    """
    paths = sorted(paths)
    packages = {str(PurePosixPath(p).parent) for p in paths if PurePosixPath(p).name == "__init__.py"}
    return {p: _dotted(p, packages) for p in paths}


def _dotted(path: str, packages: set[str]) -> str:
    pure = PurePosixPath(path)
    parts = list(pure.parts[:-1])
    keep = len(parts)
    while keep and "/".join(parts[:keep]) in packages:
        keep -= 1
    if keep == len(parts):
        keep = 1 if parts and parts[0] in _SOURCE_ROOTS else 0
    stem = pure.stem
    dotted = [*parts[keep:], *([] if stem == "__init__" else [stem])]
    return ".".join(dotted) or stem


def absolute(module: str, level: int, importer: str, importer_is_package: bool) -> str:
    """The absolute name a relative import means (language reference, 5.7); "" when it leaves the top package."""
    if level == 0:
        return module
    parts = importer.split(".")
    drop = level - 1 if importer_is_package else level
    if drop > len(parts):
        return ""
    base = parts[: len(parts) - drop]
    return ".".join([*base, module] if module else base)
