"""Model files: what is found, what is not, and what reading them costs.

    python benchmarks/pickles.py [--tools PYTHON] [--quick]

1. Files that reach a network, from ``fixtures/pickles/build.py``: each must be found with its host.
2. Thirty benign checkpoints, made by torch, numpy, scikit-learn, joblib, dill and cloudpickle: none may give a finding.
3. A pickle of 12.6 MB with millions of opcodes: CPU time and peak memory beside picklescan.
4. Hostile files: time and memory of each.

``PYTHON`` is an interpreter with those packages and picklescan; without it an environment is made in ``.cache``.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import pickletools
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures" / "pickles"
PACKAGES = ("torch==2.13.0", "numpy", "scikit-learn", "joblib", "dill", "cloudpickle", "picklescan==1.0.5")
MANY_OPCODES = 12_600_000

_MEASURE = """
import sys, time
started = time.process_time()
{work}
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - started, int(peak.split()[1]) / 1024)
"""
_OURS = """
from scanner.facts.weights.reading import read_weights
with open(sys.argv[1], "rb") as stream:
    read_weights("many.pkl", stream)
"""
_THEIRS = """
from picklescan.scanner import scan_file_path
scan_file_path(sys.argv[1])
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tools", type=Path)
    parser.add_argument("--quick", action="store_true", help="smaller hostile files")
    arguments = parser.parse_args()
    tools = arguments.tools or _environment()
    with tempfile.TemporaryDirectory() as folder:
        good = [_reaching(Path(folder)), _benign(Path(folder), tools), _speed(Path(folder), tools)]
    _hostile(100_000 if arguments.quick else 1_000_000)
    return 0 if all(good) else 1


def _environment() -> Path:
    folder = HERE / ".cache" / "pickles"
    if not (folder / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "--quiet", "install", *PACKAGES], check=True)
    return folder / "bin" / "python"


def _script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, FIXTURES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _findings(folder: Path) -> dict[str, set[str]]:
    """Hosts by model file."""
    from scanner.pipeline import Options, scan

    found: dict[str, set[str]] = {}
    for finding in scan(str(folder), Options(semgrep=False)).findings:
        file = finding.flow.sink.file.partition("!")[0]
        found.setdefault(file, set()).update(d.host for d in finding.destinations)
    return found


def _reaching(folder: Path) -> bool:
    place = folder / "reaching"
    place.mkdir()
    wanted = _script("build").build(place)
    found = _findings(place)
    missed = sorted(f for f, host in wanted.items() if f not in found or (host and host not in found[f]))
    print(f"reaching: {len(wanted) - len(missed)} of {len(wanted)} found with their host; missed: {missed or 'none'}")
    return not missed


def _benign(folder: Path, tools: Path) -> bool:
    place = folder / "benign"
    place.mkdir()
    subprocess.run([str(tools), str(FIXTURES / "benign.py"), str(place)], check=True)
    made = [p for p in place.iterdir() if p.is_file()]
    found = _findings(place)
    print(f"benign: {len(made)} checkpoints, {len(found)} with a finding: {json.dumps(found, default=sorted)}")
    return not found


def _speed(folder: Path, tools: Path) -> bool:
    path = folder / "many.pkl"
    path.write_bytes(_many())
    count = sum(1 for _ in pickletools.genops(io.BytesIO(path.read_bytes())))
    ours = _measure(Path(sys.executable), _OURS, path)
    theirs = _measure(tools, _THEIRS, path)
    print(f"many opcodes: {path.stat().st_size / 1e6:.1f} MB, {count:,} opcodes")
    print(f"  ours       {ours[0]:6.2f} s CPU {ours[1]:6.0f} MB peak")
    print(f"  picklescan {theirs[0]:6.2f} s CPU {theirs[1]:6.0f} MB peak; ours takes {ours[0] / theirs[0]:.2f} of it")
    return ours[0] <= 0.5 * theirs[0] and ours[1] <= 60


def _many() -> bytes:
    """A list of small records: numbers, texts, tuples, dicts, and a date now and then."""
    import datetime
    import pickle  # noqa: TID251  # written here, never read

    day = datetime.datetime(2020, 1, 1)
    rows: list[object] = [
        {"id": i, "name": f"n{i}", "xs": [i * 0.5, (i, i % 7)], "at": day if i % 50 else day.replace(year=2021)}
        for i in range(230_000)
    ]
    data = pickle.dumps(rows, 4)
    while len(data) < MANY_OPCODES:
        rows += rows[: (MANY_OPCODES - len(data)) // 60 + 1]
        data = pickle.dumps(rows, 4)
    return data


def _measure(python: Path, work: str, path: Path) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of a fresh process."""
    out = subprocess.run(
        [str(python), "-c", _MEASURE.format(work=work), str(path)], check=True, capture_output=True, text=True
    ).stdout.splitlines()[-1]
    seconds, peak = out.split()
    return float(seconds), float(peak)


def _hostile(scale: int) -> None:
    from scanner.facts.weights.reading import read_weights

    print("hostile files:")
    for name, data in _script("hostile").hostile(scale).items():
        started = time.process_time()
        result = read_weights(name, io.BytesIO(data))
        spent = time.process_time() - started
        reasons = getattr(result, "skipped", ()) or (result,)
        print(f"  {name:24} {len(data):10,} bytes {spent:6.2f} s  {getattr(reasons[0], 'reason', 'read')[:70]}")


if __name__ == "__main__":
    raise SystemExit(main())
