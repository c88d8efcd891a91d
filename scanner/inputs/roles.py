"""Which part each file plays in its distribution, by the names of its folders."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from scanner.inputs.records import FileRole

_VENDORED = frozenset(
    {
        "_vendor", "_vendored", "_vendored_packages", "vendor", "vendored", "third_party", "thirdparty", "3rdparty",
        "extern", "site-packages", "node_modules",
    }
)  # fmt: skip
_TESTS = frozenset(
    {
        "tests", "_tests", "test_data", "testdata", "unit_tests", "unittests", "integration_tests", "functional_tests",
        "e2e_tests",
    }
)  # fmt: skip
_TEST_FILES = ("test_*.py", "*_test.py", "conftest.py")

# Names that mean nothing inside an import package, where ``pkg/demo`` is as good a module name as any.
_TESTS_OUTSIDE = frozenset({"test", "testing", "e2e", "fixtures"})
_EXAMPLES_OUTSIDE = frozenset(
    {
        "examples", "example", "samples", "demos", "demo", "tutorials", "tutorial", "cookbook", "cookbooks",
        "notebooks", "benchmarks", "benchmark",
    }
)  # fmt: skip
_EXAMPLES_INSIDE = frozenset({"examples"})
_DOCS_OUTSIDE = frozenset({"docs", "doc"})


class Roles:
    """Roles of the files of one target.

    ``paths`` are all its Python files (POSIX, relative); ``name`` is the name of the distribution: a top folder of that
    name is the product, whatever it is called.
    """

    def __init__(self, paths: Iterable[str], name: str) -> None:
        paths = tuple(paths)
        self._packages = {_folder(p) for p in paths if PurePosixPath(p).name == "__init__.py"}
        test_files = [PurePosixPath(p) for p in paths if _is_test_file(PurePosixPath(p).name)]
        self._tested = {str(folder) for p in test_files for folder in p.parents}
        self._own = _plain(name)
        self._known: dict[str, FileRole] = {}

    def of(self, path: str) -> FileRole:
        """The role of one file."""
        names = {self._known_role(folder) for folder in self._folders(path)}
        if _is_test_file(PurePosixPath(path).name):
            names.add(FileRole.TEST)
        for role in (FileRole.VENDORED, FileRole.TEST, FileRole.EXAMPLE, FileRole.DOCS):
            if role in names:
                return role
        return FileRole.PRODUCT

    def _folders(self, path: str) -> list[str]:
        """Folders of a path, outermost first, without the one that is named as the distribution."""
        parts = PurePosixPath(path).parts[:-1]
        folders = ["/".join(parts[: i + 1]) for i in range(len(parts))]
        return folders[1:] if parts and _plain(parts[0]) == self._own else folders

    def _known_role(self, folder: str) -> FileRole:
        if folder not in self._known:
            self._known[folder] = self._role_of_folder(folder)
        return self._known[folder]

    def _role_of_folder(self, folder: str) -> FileRole:
        name = folder.rpartition("/")[2].lower()
        if name in _VENDORED:
            return FileRole.VENDORED
        if name in _TESTS or (name == "test" and folder in self._tested):
            return FileRole.TEST
        return self._inside(name) if self._inside_package(folder) else self._outside(name, folder)

    @staticmethod
    def _inside(name: str) -> FileRole:
        return FileRole.EXAMPLE if name in _EXAMPLES_INSIDE else FileRole.PRODUCT

    def _outside(self, name: str, folder: str) -> FileRole:
        if name in _TESTS_OUTSIDE and folder not in self._packages:
            return FileRole.TEST
        if name in _EXAMPLES_OUTSIDE:
            return FileRole.EXAMPLE
        return FileRole.DOCS if name in _DOCS_OUTSIDE else FileRole.PRODUCT

    def _inside_package(self, folder: str) -> bool:
        """Whether an enclosing folder is an import package."""
        parents = PurePosixPath(folder).parents
        return any(str(parent) in self._packages for parent in parents)


def _is_test_file(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _TEST_FILES)


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _plain(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")
