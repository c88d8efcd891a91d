"""Wheels read in place: their modules as syntax trees, their text, and the pins by which pip fetches them."""

from __future__ import annotations

import ast
import gzip
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

PLATFORM = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"]
for _name in ("2014_x86_64", "_2_17_x86_64", "_2_28_x86_64", "_2_5_x86_64", "1_x86_64"):
    PLATFORM += ["--platform", f"manylinux{_name}"]
PLATFORM += ["--platform", "linux_x86_64", "--platform", "any"]
"""Every machine asks for the same file: CPython 3.11 on x86-64 Linux."""

TEXT = (".py", ".pyi", ".json", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".txt", ".js", ".md", ".rst", "METADATA")


def normal(distribution: str) -> str:
    """A distribution's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


@dataclass(frozen=True)
class Pin:
    """One file of an index. ``platform`` replaces the usual one where only another machine's wheel is small."""

    name: str
    version: str
    file: str
    sha256: str
    size: int
    platform: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return normal(self.name), self.version


def read_pins(path: Path) -> dict[tuple[str, str], Pin]:
    """The lock file, by normalised name and version."""
    pins = [Pin(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["wheels"]]
    return {pin.key: pin for pin in pins}


def fetch(pin: Pin, folder: Path) -> Path | None:
    """The wheel of a pin, fetched by pip with its hash when it is not there; None when it cannot be had."""
    path = folder / pin.file
    if not path.is_file():
        wanted = folder / f"{pin.file}.txt"
        wanted.write_text(f"{pin.name}=={pin.version} --hash=sha256:{pin.sha256}\n", encoding="utf-8")
        place = PLATFORM if not pin.platform else [*PLATFORM[:9], "--platform", pin.platform]
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
        ]
        subprocess.run([*command, *place, "-d", str(folder), "-r", str(wanted)], check=False)
        wanted.unlink()
    return path if path.is_file() else None


class Wheel:
    """One wheel file. Nothing of it is unpacked, imported or run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = zipfile.ZipFile(path)
        self.members = {re.sub(r"^[^/]+\.data/(?:purelib|platlib)/", "", n): n for n in self.archive.namelist()}

    def read(self, member: str) -> str:
        return self.archive.read(self.members[member]).decode("utf-8", errors="replace")

    @cached_property
    def packages(self) -> frozenset[str]:
        """Dotted names of all folders."""
        folders = {member.rpartition("/")[0] for member in self.members}
        up = {"/".join(f.split("/")[: i + 1]) for f in folders for i in range(f.count("/") + 1)}
        return frozenset(f.replace("/", ".") for f in up if f)

    @cache  # noqa: B019 - one wheel lives as long as the process
    def files(self, module: str) -> tuple[str, ...]:
        """Members that hold a module: its source, then its stub."""
        inner = module.replace(".", "/")
        endings = ("/__init__.py", ".py", "/__init__.pyi", ".pyi")
        return tuple(f"{inner}{e}" for e in endings if f"{inner}{e}" in self.members)

    @cache  # noqa: B019
    def tree(self, member: str) -> ast.Module:
        try:
            return ast.parse(self.read(member))
        except (SyntaxError, ValueError):
            return ast.Module([], [])

    @cache  # noqa: B019
    def says(self, words: str) -> bool:
        """Whether some file of the wheel holds ``words``: text files first, then binaries."""
        wanted = words.encode()
        names = sorted(self.members.values(), key=lambda n: not n.endswith(TEXT))
        return any(wanted in self._bytes(n) for n in names if not n.endswith("/"))

    def _bytes(self, name: str) -> bytes:
        data = self.archive.read(name)
        return gzip.decompress(data) if name.endswith(".json.gz") else data

    @cached_property
    def operations(self) -> frozenset[str]:
        """Methods botocore makes from the service models of this wheel, and boto3 from its resource models."""
        found: set[str] = set()
        for member in self.members.values():
            if re.search(r"/service-2\.json(\.gz)?$", member):
                found.update(_snake(name) for name in json.loads(self._bytes(member))["operations"])
            elif member.endswith("/resources-1.json"):
                found.update(_resource_actions(json.loads(self._bytes(member))))
            elif "/discovery_cache/documents/" in member and member.endswith(".json"):
                found.update(_discovered(json.loads(self._bytes(member)), ""))
        return frozenset(found)


def _resource_actions(model: dict[str, dict[str, dict[str, object]]]) -> set[str]:
    parts = [*model.get("resources", {}).items(), ("", model.get("service", {}))]
    out: set[str] = set()
    for name, body in parts:
        for action in (*_keys(body, "actions"), *_keys(body, "batchActions")):
            out.add(f"{name}.{_snake(action)}".lstrip("."))
    return out


def _discovered(document: dict[str, Any], prefix: str) -> set[str]:
    """Methods googleapiclient makes from a discovery document."""
    out = {prefix + name for name in document.get("methods", {})}
    for name, resource in document.get("resources", {}).items():
        out |= _discovered(resource, f"{prefix}{name}.")
    return out


def _keys(body: dict[str, object], key: str) -> list[str]:
    found = body.get(key, {})
    return list(found) if isinstance(found, dict) else []


def _snake(name: str) -> str:
    """``InvokeModelWithResponseStream`` as botocore spells the method."""
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
