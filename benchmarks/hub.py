"""Score of the card and config readers against the ground truth beside the checkout, and the cost of models.

``hub.py score [--truth FOLDER]``: FOLDER holds ``manifest.json`` and stored cards. Code repositories are never stored
there: one that lies as a checkout in ``FOLDER/repos/ORG__NAME`` is read as it is; of any other, configs are written
back from the manifest, so that their rows show only that the reader takes every form the real ones have.
``hub.py cost [--models N]``: invented models through the loopback hub with the real client; requests and bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from loopback_hub import LoopbackHub

from scanner.facts.cards import read_card
from scanner.facts.claims import Claims
from scanner.facts.repository import claims

TRUTH = Path(__file__).resolve().parents[2] / "shared" / "bench" / "hub"
WANTED = 0.97


class Tally:
    """Hits, misses and extras of one field."""

    def __init__(self) -> None:
        self.hit = self.missed = self.extra = 0

    def add(self, wanted: Iterable[Any], got: Iterable[Any]) -> None:
        wanted, got = set(wanted), set(got)
        self.hit += len(wanted & got)
        self.missed += len(wanted - got)
        self.extra += len(got - wanted)

    @property
    def f1(self) -> float:
        total = 2 * self.hit + self.missed + self.extra
        return 2 * self.hit / total if total else 1.0


def score(truth: Path) -> tuple[dict[str, Tally], int, int, int]:
    """Tallies by field, the number of cards read, of checkouts read, and of repositories written back."""
    manifest = json.loads((truth / "manifest.json").read_text(encoding="utf-8"))
    table: dict[str, Tally] = {}
    cards = real = back = 0
    for entry in manifest["cards"]:
        path = truth / entry["file"] if entry.get("file") else None
        if path is not None and path.is_file():
            cards += 1
            _score_card(table, entry, path.read_text(encoding="utf-8", errors="replace"))
    for entry in manifest["code_repos"]:
        folder = truth / "repos" / entry["repo"].replace("/", "__")
        real, back = (real + 1, back) if folder.is_dir() else (real, back + 1)
        found = _claims_of(folder) if folder.is_dir() else _written_back(entry)
        _score_repository(table, entry, found, "" if folder.is_dir() else " (written back)")
    return table, cards, real, back


def _score_card(table: dict[str, Tally], entry: dict[str, Any], text: str) -> None:
    card = read_card("README.md", text)
    other = dict(card.other)
    found = {
        "base_model": (entry.get("base_model", []), card.base_models),
        "datasets": (entry.get("datasets", []), card.datasets),
        "gating fields": (entry.get("gated_fields", []), [a.name for a in card.asked]),
        "URLs in code (hosts)": (entry.get("code_hosts", []), card.hosts("code")),
        "URLs in body (hosts)": (entry.get("body_hosts", []), card.hosts("code", "prose")),
        "library, pipeline, licence": (
            [("l", entry.get("library_name")), ("p", entry.get("pipeline_tag")), ("c", entry.get("card_license"))],
            [("l", other.get("library_name")), ("p", other.get("pipeline_tag")), ("c", other.get("license"))],
        ),
        "blocks of code": ([entry.get("code_blocks", 0)], [len(card.snippets)]),
    }
    for field, (wanted, got) in found.items():
        where = (entry.get("repo"), entry.get("path"))
        # The truth cuts long names and ends them with an ellipsis.
        cut = {w[:-1]: w for w in wanted if isinstance(w, str) and w.endswith("…")}
        got = [next((full for start, full in cut.items() if str(g).startswith(start)), g) for g in got]
        clean = [w.rstrip(",.") if isinstance(w, str) and "URL" in field else w for w in wanted]
        table.setdefault(field, Tally()).add([(where, w) for w in clean], [(where, g) for g in got])


def _claims_of(folder: Path) -> Claims:
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    texts = {}
    for name in names:
        path = folder / name
        if path.suffix in (".json", ".md", ".txt") and path.stat().st_size < 1_000_000:
            texts[name] = path.read_text(encoding="utf-8", errors="replace")
    return claims(texts, names)


def _written_back(entry: dict[str, Any]) -> Claims:
    configs: dict[str, dict[str, Any]] = {}
    for place, auto_map in entry["auto_map"].items():
        file, _, inner = place.partition(".json")
        node = configs.setdefault(f"{file}.json", {"model_type": "x"})
        for part in [p for p in inner.split(".") if p]:
            node = node.setdefault(part, {})
        node["auto_map"] = auto_map
    names = [*entry["custom_code_files"], *entry["pickle_files"], *entry["requirements_txt"], *configs]
    names += ["model.safetensors"] if entry["safetensors_present"] else []
    names += ["pytorch_model.bin.index.json"] if entry["pickle_by_index"] else []
    return claims({f: json.dumps(c) for f, c in configs.items()}, names)


def _score_repository(table: dict[str, Tally], entry: dict[str, Any], found: Claims, note: str) -> None:
    targets = {
        target
        for auto_map in entry["auto_map"].values()
        for value in auto_map.values()
        for target in (value if isinstance(value, list) else [value])
        if target
    }
    got = {f"{c.repository}--{c.target}" if c.repository else c.target for c in found.code if c.carrier == "auto_map"}
    files = {c.path.rpartition("/")[2] for c in found.code if c.carrier == "auto_map" and c.path}
    generates = any(c.carrier == "custom_generate" for c in found.code)
    rows = {
        "auto_map targets": (targets, got),
        "auto_map files": (entry["auto_map_code_files"], files),
        "custom code": (entry["custom_code_files"], found.custom_code),
        "pickles": (entry["pickle_files"], found.pickles),
        "pickles by index, safetensors, custom_generate": (
            [("i", entry["pickle_by_index"]), ("s", entry["safetensors_present"]), ("g", entry["custom_generate"])],
            [("i", found.pickle_by_index), ("s", bool(found.safe_weights)), ("g", generates)],
        ),
    }
    for field, (wanted, have) in rows.items():
        table.setdefault(field + note, Tally()).add(
            [(entry["repo"], w) for w in wanted], [(entry["repo"], g) for g in have]
        )


# -- cost


def make_models(root: Path, number: int) -> list[str]:
    """Invented models in the shapes of real ones: file counts and sizes around those of 14 real repositories
    with code (nine readable files, some 140 kB); every third has none. One modelling file stands in every tenth."""
    dice = random.Random(7)
    shared = _module("modeling_shared", 60_000, dice)
    names = []
    for i in range(number):
        name = f"org{i % 23}/model-{i:03}"
        folder = root / "models" / name
        folder.mkdir(parents=True)
        names.append(f"hf://{name}")
        custom = i % 3 != 0
        config: dict[str, Any] = {"model_type": "x", "architectures": ["X"]}
        if custom:
            config["auto_map"] = {"AutoConfig": "configuration_x.C", "AutoModel": "modeling_x.X"}
            (folder / "configuration_x.py").write_text(_module("configuration_x", dice.randint(2_000, 9_000), dice))
            text = shared if i % 10 == 0 else _module("modeling_x", dice.randint(30_000, 90_000), dice)
            (folder / "modeling_x.py").write_text(text)
            (folder / "tokenization_x.py").write_text(_module("tokenization_x", dice.randint(5_000, 20_000), dice))
            for extra in ("processing_x", "visual_x", "quantization_x")[: i % 4]:
                (folder / f"{extra}.py").write_text(_module(extra, dice.randint(5_000, 40_000), dice))
            (folder / "preprocessor_config.json").write_text('{"image_size": 448}')
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": "x" * dice.randint(500, 9_000)}))
        (folder / "generation_config.json").write_text("{}")
        (folder / "tokenizer.json").write_text("{}" + " " * dice.randint(50_000, 200_000))
        (folder / "vocab.json").write_text("{}" + " " * 100_000)
        card = (
            f"---\nlicense: mit\nbase_model: org0/model-{dice.randrange(number):03}\n---\n"
            + "Words. " * dice.randint(50, 3_000)
        )
        (folder / "README.md").write_text(card)
        weights = "pytorch_model.bin" if i % 7 == 0 else "model.safetensors"
        (folder / weights).write_bytes(b"\0" * 250_000)
        if i % 5 == 0:
            (folder / "requirements.txt").write_text("torch\ntransformers\n")
    return names


def _module(name: str, size: int, dice: random.Random) -> str:
    lines = [f'"""{name}"""', "import torch", "from transformers import PreTrainedModel", ""]
    while sum(map(len, lines)) < size:
        n = dice.randrange(10**9)
        lines.append(f"def step_{n}(x, y={n}):\n    z = torch.nn.functional.relu(x) + y\n    return z * {n % 97}\n")
    return "\n".join(lines) + "\n"


def cost(number: int) -> dict[str, Any]:
    """A list of models scanned, killed in the middle, and resumed; requests and bytes as the hub saw them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        names = make_models(root / "hub", number)
        (root / "list.txt").write_text("\n".join(names) + "\n")
        with LoopbackHub(root / "hub") as hub:
            return _killed_and_resumed(root, names, hub)


def _killed_and_resumed(root: Path, names: list[str], hub: LoopbackHub) -> dict[str, Any]:
    environment = os.environ | {"HF_ENDPOINT": hub.url, "HF_HOME": str(root / "hf")}
    command = [sys.executable, "-m", "scanner", "scan", "--from-file", str(root / "list.txt"), "--no-semgrep"]
    command += ["--state", str(root / "state.sqlite"), "--fail-on", "never"]
    middle = names[len(names) // 2].removeprefix("hf://")
    began = time.monotonic()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while child.poll() is None and not any(middle in r.path for r in hub.log[-40:]):
        time.sleep(0.01)
    child.kill()
    child.wait()
    before = len(hub.log)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds = time.monotonic() - began
    return _counted(names, hub, before) | {
        "seconds": round(seconds, 1),
        "last line": done.stdout.strip().splitlines()[-1],
    }


def _counted(names: list[str], hub: LoopbackHub, before: int) -> dict[str, Any]:
    requests, sent = [], []
    again = 0
    for name in names:
        path = f"/{name.removeprefix('hf://')}/"
        first = [r for r in hub.log if path in f"{r.path}/"]
        files = [r for r in first if "/resolve/" in r.path or "/lfs/" in r.path]
        distinct = {r.path: r for r in files}
        again += len(files) > len(distinct)
        requests.append(1 + len(distinct))
        sent.append(
            sum(r.body_bytes for r in distinct.values()) + max(r.body_bytes for r in first if "/api/" in r.path)
        )
    return {
        "models": len(names), "requests median": statistics.median(requests), "requests max": max(requests),
        "bytes median": int(statistics.median(sent)), "bytes max": max(sent),
        "requests before the kill": before, "requests in all": len(hub.log), "models fetched twice": again,
        "telemetry requests": sum("telemetry" in r.path or "harnesses" in r.path for r in hub.log),
        "with a token": sum("authorization" in r.headers for r in hub.log),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("score", "cost"))
    parser.add_argument("--truth", type=Path, default=TRUTH)
    parser.add_argument("--models", type=int, default=200)
    options = parser.parse_args()
    if options.what == "cost":
        for name, value in cost(options.models).items():
            print(f"{name:28} {value}")
        return 0
    if not (options.truth / "manifest.json").is_file():
        print(f"{options.truth} holds no manifest.json: name the folder with --truth.")
        return 3
    table, cards, real, back = score(options.truth)
    print(f"{cards} cards, {real} repositories as checkouts, {back} written back from the manifest\n")
    print(f"{'field':64} {'hit':>5} {'missed':>7} {'extra':>6} {'F1':>6}")
    for field, tally in table.items():
        print(f"{field:64} {tally.hit:>5} {tally.missed:>7} {tally.extra:>6} {tally.f1:>6.3f}")
    return int(min(t.f1 for t in table.values()) < WANTED)


if __name__ == "__main__":
    sys.exit(main())
