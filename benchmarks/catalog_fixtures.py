#!/usr/bin/env python3
"""Give each sink row its line in ``fixtures/catalog``: one file per pack, one function per distribution.

    python benchmarks/catalog_fixtures.py

What stands below the line ``HAND`` of a fixture is kept: cases that must stay silent, each with its reason.
``tests/catalog`` fails when a row has no line, a line has no row, or the scanner does not find what a line says.
"""

from __future__ import annotations

from collections import defaultdict
from importlib.resources import files
from pathlib import Path

from scanner.catalog.documents import read_documents
from scanner.catalog.rows import spread

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "catalog"
UNCALLABLE = "sinks_loading.yaml"
"""Its names are written down by the reader of model files; no program can call them."""
HAND = "# Written by hand from here on."
MAKERS = {
    "botocore.client.BaseClient": 'boto3.client("any")',
    "boto3.resources.base.ServiceResource": 'boto3.resource("s3")',
}
STATIC = (
    "from_",
    "load",
    "create",
    "call",
    "init",
    "enable",
    "download",
    "annotate",
    "submit_",
    "driver",
    "connect",
    "run",
    "send",
)


def packs() -> dict[str, dict[str, list[str]]]:
    """Names of sink rows by distribution, by topic of the pack."""
    out: dict[str, dict[str, list[str]]] = {}
    data = files("scanner.catalog").joinpath("data")
    for file in sorted(data.iterdir(), key=lambda f: f.name):
        if not file.name.startswith("sinks_") or file.name == UNCALLABLE:
            continue
        names: dict[str, list[str]] = defaultdict(list)
        for _, raw, place in read_documents(file.name, file.read_text(encoding="utf-8")):
            for single in spread(raw, place):
                names[str(single["distribution"])].append(str(single["name"]))
        out[file.name.removeprefix("sinks_").removesuffix(".yaml")] = dict(names)
    return out


def call_of(name: str) -> tuple[str, str]:
    """The module to import and the call, as a program would write it."""
    for prefix, maker in MAKERS.items():
        if name.startswith(f"{prefix}."):
            return "boto3", f"{maker}{name[len(prefix) :]}(value)"
    parts = name.split(".")
    upper = next((i for i, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
    made = upper < len(parts) - 1 and not (upper == len(parts) - 2 and parts[-1].startswith(STATIC))
    head = ".".join(parts[: upper + 1]) + ("()" if made and parts[upper][:1].isupper() else "")
    return ".".join(parts[:upper]), ".".join([head, *parts[upper + 1 :]]) + "(value)"


def written(topic: str, names: dict[str, list[str]]) -> str:
    """The generated part of a fixture."""
    modules = sorted({call_of(name)[0] for listed in names.values() for name in listed})
    lines = [f'"""Calls of ``sinks_{topic}.yaml``: one line for each row."""', ""]
    lines += [f"import {module}" for module in modules]
    for distribution in sorted(names, key=str.lower):
        word = "".join(c if c.isalnum() else "_" for c in distribution.lower())
        lines += ["", "", f"def of_{word}(value):"]
        lines += [f"    {call_of(name)[1]}  # sink: {name}" for name in sorted(names[distribution])]
    return "\n".join(lines) + f"\n\n\n{HAND}\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for topic, names in packs().items():
        path = FOLDER / f"{topic}.py"
        kept = path.read_text(encoding="utf-8").partition(f"{HAND}\n")[2] if path.exists() else ""
        path.write_text(written(topic, names) + kept, encoding="utf-8")


if __name__ == "__main__":
    main()
