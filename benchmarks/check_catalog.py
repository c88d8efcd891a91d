#!/usr/bin/env python3
"""Prove the rows of the catalog against the releases they were read from.

    python benchmarks/check_catalog.py [--wheels DIR] [--only DISTRIBUTION ...] [--lock] [-v]

The parts of a row's ``source`` that begin with a distribution and a version name its evidence. pip fetches those
wheels, pinned by SHA-256 in ``catalog_wheels.json`` (``--wheels`` names a folder that has them), and they are read in
place: nothing is unpacked, imported or run. Of each row is asked whether

- its name exists, through re-exports, base classes, annotated attributes, stubs, lazy exports and service models;
- each default host, or each known part of one, stands in the text of the evidence;
- each variable (``environment_url``, ``switches``) does;
- each argument it names, by word or by position, is a parameter there.

Rows of the standard library are a matter of ``tests/catalog``. ``--lock`` writes the pins of the wheels it finds in the
folder. Exit status 1 when something is not proven and not listed with its reason in ``catalog_exceptions.json``.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from catalog_names import Found, Library, parameters
from catalog_wheels import Pin, Wheel, fetch, normal, read_pins

from scanner.catalog import Catalog, load
from scanner.catalog.records import SinkRow

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache" / "catalog" / "wheels"
LOCK = HERE / "catalog_wheels.json"
EXCEPTIONS = HERE / "catalog_exceptions.json"
PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*) (?P<version>\d[\w.!+]*)(?= |$)")
BOTO = ("botocore.client.BaseClient.", "boto3.resources.base.ServiceResource.", "googleapiclient.discovery.build.")


@dataclass(frozen=True, order=True)
class Claim:
    """One thing a row says of a release. ``what`` is name, host, variable or argument."""

    topic: str
    name: str
    what: str
    value: str
    pins: tuple[tuple[str, str], ...]


def pins_of(source: str) -> tuple[tuple[str, str], ...]:
    """Distributions and versions a source names, CPython left out."""
    found = (PIN.match(part.strip()) for part in source.split(";"))
    pins = [(normal(m["name"]), m["version"]) for m in found if m]
    return tuple(p for p in pins if p[0] != "cpython")


def claims(catalog: Catalog) -> Iterator[Claim]:
    """Everything the catalog says of code, row by row."""
    for topic in ("sinks", "types", "callbacks", "environment", "sanitizers", "propagators"):
        for row in getattr(catalog, topic, ()):
            if row.name.endswith((".in_model_file", ".given_url")):
                continue  # a name of our own, for what a model file calls
            pins = pins_of(row.source)
            yield Claim(topic, row.name, "name", row.name, pins)
            if isinstance(row, SinkRow):
                yield from _of_sink(row, pins)
            if topic == "types" and not row.returns.startswith("argument:"):
                yield Claim(topic, row.name, "returns", row.returns, pins)
    for source in catalog.sources:
        if source.call:
            yield Claim("sources", source.call, "name", source.call, pins_of(source.source))
    for alias in catalog.aliases:
        yield Claim("aliases", alias.name, "name", alias.name, pins_of(alias.source))
    for gate in getattr(catalog, "gates", ()):
        yield Claim("gates", gate.name, "variable", gate.name, pins_of(gate.source))


def _of_sink(row: SinkRow, pins: tuple[tuple[str, str], ...]) -> Iterator[Claim]:
    for host in row.default_hosts:
        yield Claim("sinks", row.name, "host", host, pins)
    for variable in (*row.environment_url, *row.switches, *row.environment_region):
        yield Claim("sinks", row.name, "variable", variable.partition("=")[0], pins)
    for ref in (*row.url, *row.payload):
        if ref != "*":
            yield Claim("sinks", row.name, "argument", str(ref), pins)
    for ref in row.receiver_url:
        yield Claim("sinks", row.name, "receiver argument", str(ref), pins)


class Prover:
    """Answers claims from wheels."""

    def __init__(self, catalog: Catalog, wheels: dict[tuple[str, str], Wheel]) -> None:
        self.wheels = wheels
        self.returns = {row.name: row.returns for row in catalog.types}
        self.targets = {row.name: row.target for row in catalog.aliases}
        self.whole = Library([wheel for _, wheel in sorted(wheels.items(), reverse=True)], [])
        self._libraries: dict[tuple[tuple[str, str], ...], Library] = {}
        self._found: dict[tuple[str, tuple[tuple[str, str], ...]], Found | None] = {}

    def library(self, pins: tuple[tuple[str, str], ...]) -> Library:
        """The wheels of ``pins``, then the newest of every other distribution."""
        if pins not in self._libraries:
            names = {name for name, _ in pins}
            others = [wheel for (name, _), wheel in sorted(self.wheels.items(), reverse=True) if name not in names]
            self._libraries[pins] = Library([self.wheels[p] for p in pins], others)
        return self._libraries[pins]

    def why_not(self, claim: Claim) -> str:
        """``""`` when the claim holds, else what is wrong."""
        if not claim.pins:
            return "names no release"
        absent = [f"{n} {v}" for n, v in claim.pins if (n, v) not in self.wheels]
        if absent:
            return f"no wheel of {', '.join(absent)}"
        ask = {
            "name": self._name, "returns": self._returns, "host": self._host, "variable": self._says,
            "receiver argument": self._receiver,
        }  # fmt: skip
        return ask.get(claim.what, self._argument)(claim)

    def find(self, name: str, pins: tuple[tuple[str, str], ...]) -> Found | None:
        key = (name, pins)
        if key not in self._found:
            self._found[key] = self._find(name, pins)
        return self._found[key]

    def _find(self, name: str, pins: tuple[tuple[str, str], ...]) -> Found | None:
        library = self.library(pins)
        found = library.resolve(name)
        if found is not None:
            return found
        for made, gives in self.returns.items():
            if name.startswith(f"{made}.") and library.resolve(made) is not None:
                whole = gives + name[len(made) :]
                found = library.resolve(whole) or self.whole.resolve(whole)
                if found is not None:
                    return found
        return None

    def _name(self, claim: Claim) -> str:
        for prefix in BOTO:
            if claim.value.startswith(prefix) and self._made(claim.value.removeprefix(prefix), claim.pins):
                return ""
        return "" if self.find(claim.value, claim.pins) is not None else "no such name"

    def _returns(self, claim: Claim) -> str:
        return "" if self.whole.resolve(claim.value) is not None else "no such name"

    def _made(self, method: str, pins: tuple[tuple[str, str], ...]) -> bool:
        """A method botocore or boto3 makes from a model, or boto3 adds to a client by its name."""
        own = [self.wheels[p] for p in pins]
        leaf = method.rpartition(".")[2]
        added = [w.read(m) for w in own for m in w.members if m.endswith("boto3/s3/inject.py")]
        return any(method in w.operations for w in own) or any(f"def {leaf}(" in text for text in added)

    def _host(self, claim: Claim) -> str:
        host = claim.value.rpartition(":")[0] if re.search(r":\d+$", claim.value) else claim.value
        wheels = [self.wheels[p] for p in claim.pins]
        if host == "localhost":
            return (
                ""
                if any(w.says(t) for w in wheels for t in ("localhost", "127.0.0.1", "0.0.0.0"))
                else "not in its text"
            )
        known = [part.strip(".-") for part in host.split("{?}")]
        parts = [part for part in known if "." in part or len(known) == 1] or [p for p in known if p]
        unseen = [p for p in parts if not any(w.says(p) for w in wheels)]
        return f"{', '.join(unseen)} not in its text" if unseen else ""

    def _says(self, claim: Claim) -> str:
        wheels = [self.wheels[p] for p in claim.pins]
        if any(wheel.says(claim.value) for wheel in wheels):
            return ""
        # A settings class joins a quoted prefix to the name of a field: "TRACELOOP_" + base_url.
        words = claim.value.split("_")
        for cut in range(1, len(words)):
            head, tail = "_".join(words[:cut]), "_".join(words[cut:])
            quoted = any(w.says(f"{q}{h}_{q}") for w in wheels for q in "\"'" for h in (head, head.lower()))
            if quoted and any(w.says(t) for w in wheels for t in (tail, tail.lower())):
                return ""
        return "not in its text"

    def _argument(self, claim: Claim) -> str:
        found = self.find(claim.name, claim.pins)
        return "" if found is None else _takes(self.library(claim.pins), found, claim.value)

    def _receiver(self, claim: Claim) -> str:
        """Some way to make the receiver takes the argument: a class the name begins with, or a maker in ``types``."""
        parts = claim.name.split(".")
        prefixes = [".".join(parts[:i]) for i in range(len(parts) - 1, 0, -1)]
        prefixes += [made for made, gives in self.returns.items() if gives in prefixes]
        makers = [f for p in prefixes if (f := self.find(p, claim.pins)) is not None]
        makers = [f for f in makers if isinstance(f.node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
        answers = [_takes(self.library(claim.pins), found, claim.value) for found in makers]
        return "" if "" in answers or not answers else answers[-1]


def _takes(library: Library, found: Found, ref: str) -> str:
    """``""`` when the callable takes the argument, or hands on what it gets, or does not say what it takes."""
    args = parameters(library, found)
    if args is None:
        return ""
    decorated = isinstance(found.node, ast.FunctionDef) and any(
        "overload" in ast.unparse(d) for d in found.node.decorator_list
    )
    if decorated:
        return ""
    positional = [a.arg for a in (*args.posonlyargs, *args.args)]
    bound = positional[1:] if positional[:1] in (["self"], ["cls"], ["_self"]) else positional
    if ref.isdecimal():
        return "" if int(ref) < len(bound) or args.vararg is not None else f"has no position {ref}"
    named = {*bound, *(a.arg for a in args.kwonlyargs)}
    return "" if ref in named or args.kwarg is not None else f"has no argument {ref!r}"


def lock(pins: set[tuple[str, str]], folder: Path) -> None:
    """Write the lock file anew from the wheels in ``folder``."""
    known = read_pins(LOCK) if LOCK.exists() else {}
    found: dict[tuple[str, str], Pin] = {key: pin for key, pin in known.items() if key in pins}
    for path in sorted(folder.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        if (normal(name), version) in pins:
            data = path.read_bytes()
            mac = re.search(r"macosx_\w+", path.name)
            digest = hashlib.sha256(data).hexdigest()
            pin = Pin(normal(name), version, path.name, digest, len(data), mac[0] if mac else "")
            found[pin.key] = pin
    wheels = [asdict(pin) for _, pin in sorted(found.items())]
    LOCK.write_text(json.dumps({"wheels": wheels}, indent=0) + "\n", encoding="utf-8")


def main() -> int:
    options = _options()
    catalog = load()
    every = [c for c in claims(catalog) if c.pins or not _standard(c)]
    wanted = {normal(name) for name in options.only}
    asked = [c for c in every if not wanted or {n for n, _ in c.pins} & wanted]
    pins = {pin for claim in asked for pin in claim.pins}
    options.wheels.mkdir(parents=True, exist_ok=True)
    if options.lock:
        lock({pin for claim in every for pin in claim.pins}, options.wheels)
    locked = read_pins(LOCK)
    paths = {pin: fetch(locked[pin], options.wheels) for pin in sorted(pins) if pin in locked}
    prover = Prover(catalog, {pin: Wheel(path) for pin, path in paths.items() if path is not None})
    return report(asked, prover, json.loads(EXCEPTIONS.read_text(encoding="utf-8")), options.verbose)


def report(asked: list[Claim], prover: Prover, reasons: dict[str, str], verbose: bool) -> int:
    """Print what is not proven and the shares; the exit status."""
    total: Counter[tuple[str, str]] = Counter()
    proven: Counter[tuple[str, str]] = Counter()
    unexplained = 0
    for claim in sorted(set(asked)):
        why = prover.why_not(claim)
        total[claim.topic, claim.what] += 1
        proven[claim.topic, claim.what] += not why
        if why:
            reason = next((r for key, r in reasons.items() if claim.value == key or claim.name.startswith(key)), "")
            unexplained += not reason
            where = ", ".join(f"{n} {v}" for n, v in claim.pins)
            word = "listed" if reason else "NOT PROVEN"
            print(f"{word}: {claim.topic} {claim.name}: {claim.what} {claim.value!r}: {why} [{where}] {reason}")
    for key in sorted(total):
        print(f"{key[0]:12} {key[1]:18} {proven[key]}/{total[key]} = {proven[key] / total[key]:.3f}")
    sinks = {c.name for c in asked if c.topic == "sinks"}
    homes = {c.pins[0][0] for c in asked if c.topic == "sinks" and c.pins}
    print(f"{len(sinks)} sink names in {len(homes)} distributions")
    return int(unexplained > 0)


def _standard(claim: Claim) -> bool:
    """Whether the name begins in the standard library, which ``tests/catalog`` imports and looks into."""
    first = claim.name.split(".")[0]
    return (
        first in sys.stdlib_module_names
        or first == "<builtin>"
        or claim.topic == "gates"
        or claim.name.startswith("<builtin>")
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--wheels", type=Path, default=CACHE)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--lock", action="store_true", help="write the pins of the wheels found in the folder")
    parser.add_argument("-v", "--verbose", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
