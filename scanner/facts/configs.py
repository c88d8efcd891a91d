"""What the configs of a repository make a loader do: import code, fetch other repositories.

Sources, read 2026-11-23: transformers 5.23.0 ``dynamic_module_utils.py`` (auto_map, ``repo--module.Class``) and
``pipelines/__init__.py`` (custom_pipelines); diffusers 0.42.1 ``dynamic_modules_utils.py``; sentence-transformers 6.0
``util/misc.py``; MLflow ``MLmodel``; hub-docs, custom handlers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from scanner.facts.claims import CodeReference, Fetched, Origin
from scanner.facts.frontmatter import split
from scanner.inputs.hub_names import is_repository_id

_DEEPEST = 12
_MOST = 500
"""References and origins kept of one file."""
_OWN_LIBRARIES = frozenset({"diffusers", "transformers", "onnxruntime", "optimum", "flax", "torch"})
_NAMES = ("base_model_name_or_path", "_name_or_path", "mm_vision_tower", "vision_tower", "backbone_name_or_path")
_DIRECT_URL = re.compile(r"(?:git|hg|svn|bzr)\+[a-z]+://\S+|https?://\S+")


def read_config(file: str, content: str, names: frozenset[str]) -> tuple[tuple[CodeReference, ...], tuple[Origin, ...]]:
    """Code and other repositories that one JSON config names; ``names`` are all files of the repository.

    A file that is no JSON gives nothing; nothing is raised.
    """
    document = _json(content)
    if not isinstance(document, (dict, list)):
        return (), ()
    where = _Where(file, content, names)
    code: set[CodeReference] = set()
    origins: set[Origin] = set()
    for key, node in _nodes(document):
        code.update(_of_auto_map(where, key, node.get("auto_map")))
        code.update(_of_pipelines(where, node.get("custom_pipelines")))
        origins.update(_names_in(where, key, node))
    name = PurePosixPath(file).name
    if name == "model_index.json" and isinstance(document, dict):
        code.update(_of_components(where, document))
    if name == "modules.json" and isinstance(document, list):
        code.update(_of_modules(where, document))
    origins.update(Origin(c.file, c.line, "code-from", c.repository) for c in code if c.repository)
    return tuple(sorted(code)[:_MOST]), tuple(sorted(origins)[:_MOST])


def read_pipeline(file: str, content: str) -> tuple[Fetched, ...]:
    """A ``custom_pipeline`` without a slash in a diffusers index: code the loader takes from a shared collection."""
    document = _json(content)
    name = document.get("custom_pipeline") if isinstance(document, dict) else None
    if not isinstance(name, str) or "/" in name or name.endswith(".py") or not name:
        return ()
    return (Fetched(file, _line(content, name), "pipeline", name[:200]),)


def read_requirements(file: str, content: str) -> tuple[Fetched, ...]:
    """Requirements that are fetched from an address of their own, and package indices that replace the usual one."""
    out = []
    for number, line in enumerate(content[:200_000].split("\n"), 1):
        plain = line.partition(" #")[0].strip()
        if plain.startswith("#") or len(plain) > 2_000:
            continue
        match = _DIRECT_URL.search(plain)
        if match:
            index = plain.startswith(("-i", "--index-url", "--extra-index-url", "-f", "--find-links"))
            out.append(Fetched(file, number, "index" if index else "requirement", match[0].removeprefix("git+")))
    return tuple(out[:_MOST])


def read_mlmodel(file: str, content: str, names: frozenset[str]) -> tuple[CodeReference, ...]:
    """The module an MLflow model is loaded with, and the code that lies beside it."""
    document = dict(split(f"---\n{content}\n---\n").fields)
    flavors = document.get("flavors")
    flavor = flavors.get("python_function") if isinstance(flavors, dict) else None
    if not isinstance(flavor, dict):
        return ()
    where = _Where(file, content, names)
    out = []
    module = flavor.get("loader_module")
    if isinstance(module, str):
        out.append(where.reference("mlflow", "loader_module", module, "load", module))
    folder = flavor.get("code")
    if isinstance(folder, str):
        inside = str(PurePosixPath(file).parent / folder)
        out += [
            CodeReference(file, _line(content, folder), "mlflow", "code", n, "", n, "load")
            for n in sorted(names)
            if n.startswith(f"{inside}/") and n.endswith(".py")
        ]
    return tuple(out)


def by_name(names: frozenset[str], kind: str, app_file: str) -> tuple[CodeReference, ...]:
    """Files that run because of what they are called."""
    out = []
    for name, carrier, trigger in (
        ("handler.py", "handler", "endpoint"),
        ("custom_generate/generate.py", "custom_generate", "generate"),
    ):
        if name in names:
            out.append(CodeReference(name, 1, carrier, "", name, "", name, trigger))
    if kind == "space":
        app = app_file if app_file in names else "app.py"
        found = [n for n in (app, "Dockerfile") if n in names]
        out += [CodeReference(n, 1, "space", "", n, "", n, "load") for n in found]
    if kind == "dataset":
        scripts = [n for n in sorted(names) if "/" not in n and n.endswith(".py")]
        out += [CodeReference(n, 1, "script", "", n, "", n, "load") for n in scripts]
    return tuple(out)


class _Where:
    """A config file: its place, its text for line numbers, and what lies beside it."""

    def __init__(self, file: str, content: str, names: frozenset[str]) -> None:
        self.file = file
        self.content = content
        self._names = names
        self._folder = PurePosixPath(file).parent

    def line(self, text: str) -> int:
        return _line(self.content, text)

    def own(self, module: str) -> str:
        """The file of a dotted module beside the config, or at the root; ``""`` when it is not here."""
        path = module.strip(".").replace(".", "/") + ".py"
        for candidate in (str(self._folder / path), path):
            if candidate in self._names:
                return candidate
        return ""

    def reference(self, carrier: str, key: str, target: str, trigger: str, module: str) -> CodeReference:
        return CodeReference(self.file, self.line(target), carrier, key, target[:300], "", self.own(module), trigger)

    def dotted(self, carrier: str, key: str, target: str, trigger: str) -> CodeReference:
        """``module.Class``, or ``org/other--module.Class`` for a class of another repository."""
        repository, mark, inner = target.rpartition("--")
        module = inner.rpartition(".")[0]
        if not mark or not is_repository_id(repository):
            return self.reference(carrier, key, target, trigger, module)
        return CodeReference(self.file, self.line(target), carrier, key, inner[:300], repository, "", trigger)


def _of_auto_map(where: _Where, key: str, value: object) -> Iterator[CodeReference]:
    """Values are ``module.Class`` or lists of such (a slow and a fast tokenizer, either may be null)."""
    items: Mapping[Any, Any] = value if isinstance(value, dict) else {}
    if isinstance(value, list):  # an old form: [slow, fast] of a tokenizer
        items = {"AutoTokenizer": value}
    for name, target in items.items():
        full = f"{key}.{name}" if key else str(name)
        for one in target if isinstance(target, (list, tuple)) else [target]:
            if isinstance(one, str) and "." in one:
                yield where.dotted("auto_map", full, one, "load")


def _of_pipelines(where: _Where, value: object) -> Iterator[CodeReference]:
    for task, entry in value.items() if isinstance(value, dict) else ():
        target = entry.get("impl") if isinstance(entry, dict) else None
        if isinstance(target, str) and "." in target:
            yield where.dotted("custom_pipelines", str(task), target, "load")


def _of_components(where: _Where, document: Mapping[str, Any]) -> Iterator[CodeReference]:
    """``"unet": ["my_unet", "MyUNet"]``: a library that is a file of the repository is code of the repository."""
    for name, value in document.items():
        if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], str):
            beside = [f"{name}/{value[0]}.py", f"{value[0]}.py", f"{name.lstrip('_')}/{value[0]}.py"]
            path = next((p for p in beside if where.own(p.removesuffix(".py").replace("/", "."))), "")
            if value[0] not in _OWN_LIBRARIES and path:
                found = where.own(path.removesuffix(".py").replace("/", "."))
                target = f"{value[0]}.{value[1]}"
                yield CodeReference(
                    where.file, where.line(value[0]), "model_index", name, target, "", found, "load"
                )  # fmt: skip


def _of_modules(where: _Where, document: list[Any]) -> Iterator[CodeReference]:
    """sentence-transformers: any dotted class but its own; a file of the repository, or of another one."""
    for entry in document[:_MOST]:
        target = entry.get("type") if isinstance(entry, dict) else None
        if isinstance(target, str) and "." in target and not target.startswith("sentence_transformers."):
            yield where.dotted("modules", str(entry.get("name", "")), target, "load")


def _names_in(where: _Where, key: str, node: Mapping[str, Any]) -> Iterator[Origin]:
    for name in _NAMES:
        value = node.get(name)
        if isinstance(value, str) and value and len(value) < 500 and ("/" in value or name.startswith("base")):
            relation = "adapter" if name.startswith("base") else "name"
            revision = node.get("revision") if relation == "adapter" else None
            pinned = revision if isinstance(revision, str) else ""
            yield Origin(where.file, where.line(value), relation, value, pinned)


def _nodes(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All mappings of a document with their dotted keys, bounded in depth and number."""
    waiting: list[tuple[str, Any, int]] = [("", document, 0)]
    seen = 0
    while waiting and seen < 20_000:
        key, node, depth = waiting.pop()
        seen += 1
        if isinstance(node, dict):
            yield key, node
        if depth < _DEEPEST and isinstance(node, (dict, list)):
            items = node.items() if isinstance(node, dict) else ((None, n) for n in node[:_MOST])
            for name, value in items:
                if isinstance(value, (dict, list)) and name != "auto_map":
                    waiting.append((key if name is None else f"{key}.{name}".strip("."), value, depth + 1))


def _json(content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _line(content: str, text: str) -> int:
    """The first line a text stands in, 1 when it stands nowhere as it is."""
    at = content.find(text)
    return content.count("\n", 0, at) + 1 if at >= 0 else 1
