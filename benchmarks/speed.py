#!/usr/bin/env python3
"""What a scan costs, as ratios within one run: cold, warm, one changed file, memory, growth, start-up, semgrep, peers.

    python benchmarks/speed.py [--wheels DIR] [--runs N] [--only NAME ...] [--peers] [--write]

T is the CPU time of ``ast.parse`` over all Python files of the tree, P that of ``python -c pass``. The tree is that of
``large.py`` (transformers 5.23.0), unpacked into a temporary folder; growth copies a package of the corpus under new
names. Times are CPU seconds of a whole process and its children, medians of ``--runs`` runs taken in turn, so that a
noisy machine disturbs all of them alike. ``--peers`` adds tools of the package index, each in a venv of its own.
``--write`` puts the table into ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpus
import large
import page

HERE = Path(__file__).resolve().parent
GROWN = "langsmith"
PEERS = {
    "bandit": (["bandit==1.9.4"], ["bandit", "-q", "-r", "{tree}", "-f", "json", "-o", os.devnull], (0, 1)),
    "guarddog": (
        ["guarddog==3.2.0"],
        ["guarddog", "pypi", "scan", "{tree}", "--no-sandbox", "--output-format=json"],
        (0,),
    ),
    "pyan3": (["pyan3==2.9.0"], ["pyan3", "{files}", "--uses", "--no-defines", "--dot"], (0,)),
    # Its wheel needs pkg_resources and does not say so; the newest setuptools have it no more.
    "jarviscg": (["jarviscg==0.1.0rc6", "setuptools<81"], ["jarviscg", "--package", "{tree}", "{files}"], (0,)),
}
"""What is installed, how it is run on a package, and the exit codes of a run that came to its end."""

PEER_TREE = "gradio"
SECONDS = 900


@dataclass(frozen=True)
class Cost:
    """CPU seconds and peak megabytes of the largest process; ``code`` the exit status."""

    cpu: float
    megabytes: float
    code: int


@dataclass(frozen=True)
class Line:
    """A line of the table: what, its figure in words, the ratio that has a bar, the bar."""

    what: str
    figure: str
    ratio: float
    unit: str
    bar: str


def main() -> int:
    options = _options()
    with TemporaryDirectory() as name:
        bench = Bench(Path(name), options)
        table = _table(measure() for measure in bench.measures())
        peers = _table([bench.peers()]) if options.peers else []
    head = (
        f"{large.NAME} {large.VERSION} unless said; measured {datetime.now(UTC):%Y-%m-%d} by `make bench`, medians "
        f"of {options.runs} runs, CPU time, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"{_semgrep_version()}."
    )
    print(head)
    if options.write and not options.only:
        page.put("speed", f"## Speed\n\n{head}\n\n" + "\n".join(table))
    if options.write and peers:
        words = "Other tools on the same package, whole process, beside ours; one run. They answer other questions."
        page.put("peers", f"## Peers\n\n{words} {head}\n\n" + "\n".join(peers))
    return 0


def _table(measured: Iterable[Iterable[Line]]) -> list[str]:
    """Lines of Markdown, each printed as soon as it is known."""
    table = ["| what | measured | ratio | bar |", "|---|---|---|---|"]
    for lines in measured:
        for one in lines:
            ratio = "" if math.isnan(one.ratio) else f"{one.ratio:.2f} {one.unit}"
            table.append(f"| {one.what} | {one.figure} | {ratio} | {one.bar} |")
            print(table[-1], flush=True)
    return table


class Bench:
    """The trees and the figures that several lines share."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.options = folder, options
        self.cache = folder / "cache"
        self.tree = folder / "tree"
        if {"cold", "semgrep", "warm", "changed", "jobs"} & set(self._wanted()):
            with zipfile.ZipFile(large.fetched(options.wheels)) as archive:
                archive.extractall(self.tree)
        self.known: dict[str, float] = {}

    def _wanted(self) -> Sequence[str]:
        return self.options.only or ("startup", "cold", "semgrep", "warm", "changed", "jobs", "growth")

    def measures(self) -> Iterator[Callable[[], Iterator[Line]]]:
        for name in self._wanted():
            yield getattr(self, name)

    # -- lines

    def startup(self) -> Iterator[Line]:
        """``--version`` and ``--help`` beside the bare interpreter."""
        bare, version, usage = self._in_turn(
            lambda: run([sys.executable, "-c", "pass"]),
            lambda: run(_ours("--version")),
            lambda: run(_ours("--help")),
            runs=9,
        )
        yield Line("`--version`", f"{version.cpu * 1000:.0f} ms", version.cpu / bare.cpu, "P", "<= 5 P")
        yield Line("`--help`", f"{usage.cpu * 1000:.0f} ms", usage.cpu / bare.cpu, "P", "<= 5 P")

    def cold(self) -> Iterator[Line]:
        """Without a cache, with and without rules."""
        wheel = str(large.fetched(self.options.wheels))
        parse, plain, whole = self._in_turn(
            lambda: run([sys.executable, str(HERE / "large.py"), "--parse-only", wheel]),
            lambda: run(self._scan(self.tree, "--no-cache", "--no-semgrep")),
            lambda: run(self._scan(self.tree, "--no-cache")),
        )  # fmt: skip
        self.known |= {"T": parse.cpu, "cold": whole.cpu, "plain": plain.cpu}
        yield Line("cold, one job, without semgrep", f"{plain.cpu:.1f} s", plain.cpu / parse.cpu, "T", "<= 3.0 T")
        yield Line("cold, all bundled rules", f"{whole.cpu:.1f} s", whole.cpu / parse.cpu, "T", "")
        yield Line(
            "peak memory of the largest process, cold",
            f"{plain.megabytes:.0f} MB",
            plain.megabytes / 500,
            "x 500 MB",
            "<= 1",
        )

    def semgrep(self) -> Iterator[Line]:
        """The same rules on the whole tree by semgrep alone: its core, and the command people type."""
        core, typed = self._in_turn(lambda: run(self._core()), lambda: run(self._typed()), runs=1)
        cold = self.known.get("cold") or run(self._scan(self.tree, "--no-cache")).cpu
        yield Line(
            "cold with all rules / semgrep-core alone",
            f"{cold:.1f} s / {core.cpu:.1f} s",
            cold / core.cpu,
            "x",
            "<= 0.9 x",
        )
        yield Line(
            "cold with all rules / `semgrep scan`",
            f"{cold:.1f} s / {typed.cpu:.1f} s",
            cold / typed.cpu,
            "x",
            "<= 0.5 x",
        )

    def warm(self) -> Iterator[Line]:
        """Nothing changed since the last scan."""
        first = run(self._scan(self.tree))
        again = self._in_turn(lambda: run(self._scan(self.tree)))[0]
        self.known["kept"] = first.cpu
        yield Line(
            "warm, nothing changed / cold",
            f"{again.cpu:.2f} s / {first.cpu:.1f} s",
            again.cpu / first.cpu,
            "x",
            "<= 0.08 x",
        )

    def changed(self) -> Iterator[Line]:
        """One leaf file changed since the last scan: a function more, and a line more in one that was there."""
        first = self.known.get("kept") or run(self._scan(self.tree)).cpu
        leaf = self.tree / "transformers" / "models" / "bert" / "modeling_bert.py"
        costs = []
        for count in range(self.options.runs):
            leaf.write_text(
                leaf.read_text() + f"\n\ndef added_{count}(states, scale):\n    return states * scale + {count}\n"
            )
            costs.append(run(self._scan(self.tree)).cpu)
        again = statistics.median(costs)
        yield Line(
            "warm, one changed leaf file / cold", f"{again:.2f} s / {first:.1f} s", again / first, "x", "<= 0.15 x"
        )

    def jobs(self) -> Iterator[Line]:
        """Wall time of two jobs against one."""
        walls = []
        for jobs in ("1", "2"):
            started = time.monotonic()
            run(self._scan(self.tree, "--no-cache", "--jobs", jobs))
            walls.append(time.monotonic() - started)
        yield Line(
            "two jobs / one, cold, wall time",
            f"{walls[1]:.1f} s / {walls[0]:.1f} s",
            walls[1] / walls[0],
            "x",
            "<= 0.6 x",
        )

    def growth(self) -> Iterator[Line]:
        """Cold time of one to eight copies of a package, renamed."""
        manifest = {p["package"]: p for p in _manifest()}
        wheel = corpus.fetch_wheel(manifest[GROWN], corpus.CACHE / "wheels", True)
        costs = {}
        for copies in (1, 2, 4, 8):
            grown = self.folder / f"grown{copies}"
            for number in range(copies):
                _copy(wheel, grown, number)
            costs[copies] = self._in_turn(lambda grown=grown: run(self._scan(grown, "--no-cache", "--no-semgrep")))[
                0
            ].cpu  # type: ignore[misc]
        start = run(self._scan(_empty_package(self.folder), "--no-cache", "--no-semgrep")).cpu
        exponent = math.log((costs[8] - start) / (costs[1] - start)) / math.log(8)
        figure = ", ".join(f"{n}: {cost:.1f} s" for n, cost in costs.items())
        yield Line(f"growth exponent, {GROWN} once to eight times", figure, exponent, "", "<= 1.10")

    def peers(self) -> Iterator[Line]:
        """Other tools on one package, beside ours."""
        manifest = {p["package"]: p for p in _manifest()}
        tree = self.folder / "peers"
        with zipfile.ZipFile(corpus.fetch_wheel(manifest[PEER_TREE], corpus.CACHE / "wheels", True)) as archive:
            archive.extractall(tree)
        ours = run(self._scan(tree / PEER_TREE, "--no-cache"))
        yield Line(f"datacustoms, {PEER_TREE}", f"{ours.cpu:.1f} s, {ours.megabytes:.0f} MB", 1.0, "x", "")
        for name, (requirements, command, fine) in PEERS.items():
            tool = _installed(name, requirements)
            if tool is None:
                yield Line(f"{requirements[0]}, {PEER_TREE}", "cannot be installed here", math.nan, "x", "")
                continue
            files = [str(p) for p in sorted((tree / PEER_TREE).rglob("*.py"))]
            words = [
                w
                for part in command[1:]
                for w in (files if part == "{files}" else [part.format(tree=tree / PEER_TREE)])
            ]
            cost = run([str(tool / command[0]), *words])
            figure = f"{cost.cpu:.1f} s, {cost.megabytes:.0f} MB"
            if cost.code not in fine:
                yield Line(f"{requirements[0]}, {PEER_TREE}", f"{figure}, ends with {cost.code}", math.nan, "x", "")
                continue
            yield Line(f"{requirements[0]}, {PEER_TREE}", figure, cost.cpu / ours.cpu, "x", "")

    # -- commands

    def _scan(self, target: Path, *more: str) -> list[str]:
        os.environ["DATACUSTOMS_CACHE"] = str(self.cache)
        return _ours("scan", str(target), "--format", "json", "--fail-on", "never", "--quiet", *more)

    def _core(self) -> list[str]:
        return [sys.executable, str(HERE / "speed.py"), "--core-only", str(self.tree)]

    def _typed(self) -> list[str]:
        rules = HERE.parent / "semgrep-rules"
        return [
            str(Path(sys.executable).parent / "semgrep"), "scan", "--metrics=off", "--disable-version-check", "--quiet",
            "--no-git-ignore", "--max-target-bytes=0", "--json", "--jobs=1", f"--config={rules}", str(self.tree),
        ]  # fmt: skip

    def _in_turn(self, *measures: Callable[[], Cost], runs: int = 0) -> list[Cost]:
        """The median cost of each, runs taken in turn."""
        rounds = [[measure() for measure in measures] for _ in range(runs or self.options.runs)]
        return [sorted(column, key=lambda cost: cost.cpu)[len(column) // 2] for column in zip(*rounds, strict=True)]


def run(command: Sequence[str]) -> Cost:
    """Run to the end, output thrown away."""
    pid = os.posix_spawn(command[0], list(command), os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ])  # fmt: skip
    _, status, used = os.wait4(pid, 0)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


def _ours(*words: str) -> list[str]:
    return [str(Path(sys.executable).parent / "datacustoms"), *words]


def core_only(tree: Path) -> int:
    """All rules on all files, gates open, by the engine the scanner uses."""
    from dataclasses import replace

    from scanner.inputs import collect
    from scanner.matching import GateInput, bundled_rules, match
    from scanner.pipeline import texts_of

    snapshot = collect(str(tree))
    texts, _ = texts_of(snapshot)
    kinds = {f.path: f.kind for f in snapshot.files}
    files = [GateInput(p, texts[p], frozenset(), kinds[p]) for p in sorted(texts)]
    rules = [replace(rule, roots=(), leaves=()) for rule in bundled_rules()]
    return int(match(files, rules).status.state != "used")


def _copy(wheel: Path, folder: Path, number: int) -> None:
    """The package of a wheel under another name, its imports of itself renamed with it."""
    name = f"{GROWN}{number}"
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if member.startswith(f"{GROWN}/") and member.endswith(".py"):
                place = folder / name / member.partition("/")[2]
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(re.sub(rf"\b{GROWN}\b", name, archive.read(member).decode()))


def _manifest() -> list[dict[str, str]]:
    import json

    found: list[dict[str, str]] = json.loads((HERE / "corpus_manifest.json").read_text())["packages"]
    return found


def _empty_package(folder: Path) -> Path:
    place = folder / "empty"
    place.mkdir()
    (place / "nothing.py").write_text("")
    return place


def _installed(name: str, requirements: Sequence[str]) -> Path | None:
    """The ``bin`` folder of a venv with a peer in it, None when it cannot be installed."""
    venv = HERE / ".cache" / "peers" / name
    if not (venv / "done").exists():
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", *requirements]
        if subprocess.run(command, check=False).returncode:
            return None
        (venv / "done").touch()
    return venv / "bin"


def _semgrep_version() -> str:
    from importlib.metadata import version

    return f"semgrep {version('semgrep')}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, default=HERE / ".cache" / "large", metavar="DIR")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="NAME")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--core-only", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.core_only:
        raise SystemExit(core_only(options.core_only))
    return options


if __name__ == "__main__":
    sys.exit(main())
