"""A card becomes its claims: where a model comes from, what it asks of people, which addresses it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.facts.claims import AskedField, Card, Mention, Snippet
from scanner.facts.frontmatter import METADATA_BYTES, FrontMatter, split, text, texts

CARD_BYTES = 1_000_000
_MOST = 2_000
"""URLs, and snippets, kept of one card."""

_URL = re.compile(
    r"""\b(?:https?|wss?|ftp)://(?:[^\s/@<>"'`)]{1,80}@)?([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252}))(?::\d+)?([^\s<>"'`|\\^{}\[\]，。；：、（）《》】”’]{0,2000})"""
)
_FENCE = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")
_LANGUAGES = {
    "python": "python", "py": "python", "python3": "python", "pycon": "python", "ipython": "python",
    "bash": "shell", "sh": "shell", "shell": "shell", "console": "shell", "zsh": "shell", "curl": "shell",
    "cmd": "shell", "powershell": "shell", "json": "json", "jsonc": "json",
}  # fmt: skip
_TRUST = re.compile(r"""trust_remote_code["']?\s*[=:]\s*(?:True|true)\b|--trust[-_]remote[-_]code\b""")
_ID = re.compile(
    r"""\b(?:from_pretrained|pipeline|snapshot_download|hf_hub_download|load_dataset|SentenceTransformer|CrossEncoder|InferenceClient|AutoModel|load_lora_weights|repo_id|model_id|model_name|model_path|model|checkpoint)\b[^"'\n]{0,60}["']([A-Za-z0-9][\w.-]*/[\w.-]+)["']"""
)
_KEPT = (
    "license", "license_name", "license_link", "library_name", "pipeline_tag", "language", "new_version", "inference",
    "inference_provider", "inference_providers", "sdk", "app_file", "app_port", "app_build_command", "hf_oauth",
    "hf_oauth_scopes", "preload_from_hub", "buckets", "metrics", "tags", "thumbnail", "extra_gated_prompt",
    "extra_gated_heading", "domain", "frameworks", "tasks",
)  # fmt: skip


def read_card(file: str, content: str) -> Card:
    """The claims of one card; never raises, whatever the text is."""
    front = split(content[:CARD_BYTES])
    snippets, prose = _snippets(front)
    mentions = sorted({*_mentions(front.raw, 2, "metadata"), *_in_prose(prose), *_in_code(snippets)})
    code = "\n".join(s.text for s in snippets)
    return Card(
        file=file,
        state=front.state,
        base_models=texts(front.get("base_model", "base_models")),
        relation=text(front.get("base_model_relation")),
        datasets=texts(front.get("datasets", "dataset")),
        models=texts(front.get("models")),
        asked=_asked(front.get("extra_gated_fields")),
        other=_other(front),
        mentions=tuple(mentions[:_MOST]),
        snippets=snippets,
        hub_ids=tuple(sorted(set(_ID.findall(code)))),
        trusts_remote_code=_TRUST.search(code) is not None,
    )


def is_card(content: str) -> bool:
    """Whether a README begins with the metadata of a hub card."""
    keys = {name for name, _ in split(content[:METADATA_BYTES]).fields}
    return bool(keys & {"license", "base_model", "pipeline_tag", "library_name", "datasets", "sdk", "tags", "language"})


def _other(front: FrontMatter) -> tuple[tuple[str, str], ...]:
    found = {name: text(front.get(name)) for name in _KEPT}
    found["license"] = found["license"] or text(front.get("licence"))
    return tuple(sorted((name, value[:500]) for name, value in found.items() if value))


def _asked(value: Any) -> tuple[AskedField, ...]:
    """Fields as a mapping of name to type, or as a list of such mappings."""
    parts = value if isinstance(value, list) else [value]
    found: dict[str, str] = {}
    for part in parts:
        if isinstance(part, str) and "{" not in part:
            found[part[:200]] = "text"
        for name, kind in part.items() if isinstance(part, dict) else ():
            if isinstance(name, str) and "{" not in name:
                found[name[:200]] = text(kind.get("type")) if isinstance(kind, dict) else text(kind)
    return tuple(AskedField(name, kind) for name, kind in sorted(found.items()))


# -- body


def _snippets(front: FrontMatter) -> tuple[tuple[Snippet, ...], list[tuple[int, str]]]:
    """Blocks of code, and the lines that are prose with their numbers."""
    snippets: list[Snippet] = []
    prose: list[tuple[int, str]] = []
    block: list[str] = []
    fence, info, start = "", "", 0
    for number, line in enumerate(front.body.split("\n"), front.body_line):
        match = _FENCE.match(line)
        if not fence and match:
            fence, info, start, block = match["fence"], match["info"], number + 1, []
        elif fence and match and not match["info"].strip() and _closes(fence, match["fence"]):
            snippets.append(_snippet(info, block, start))
            fence = ""
        elif fence:
            block.append(line)
        else:
            prose.append((number, line))
    if fence:
        snippets.append(_snippet(info, block, start))
    return tuple(snippets[:_MOST]), prose


def _closes(opened: str, fence: str) -> bool:
    return fence[0] == opened[0] and len(fence) >= len(opened)


def _snippet(info: str, block: list[str], start: int) -> Snippet:
    word = re.split(r"[\s,{}:.]+", info.strip().strip("{}.").lower())[0]
    content = "\n".join(block)
    return Snippet(_LANGUAGES.get(word, "") or _guess(word, content), content, start)


def _guess(word: str, content: str) -> str:
    """The language of a block that names none."""
    if word:
        return ""
    if re.search(r"^\s*(?:>>> )?(?:from [\w.]+ import |import \w)", content, re.M):
        return "python"
    return "shell" if re.search(r"^\s*(?:\$ )?(?:curl|wget|pip|git|huggingface-cli|hf) ", content, re.M) else ""


def _in_prose(prose: list[tuple[int, str]]) -> Iterator[Mention]:
    for number, line in prose:
        yield from _mentions(line, number, "prose")


def _in_code(snippets: tuple[Snippet, ...]) -> Iterator[Mention]:
    for snippet in snippets:
        yield from _mentions(snippet.text, snippet.line, "code")


def _mentions(content: str, first: int, where: str) -> Iterator[Mention]:
    for number, line in enumerate(content.split("\n"), first):
        for match in _URL.finditer(line[:20_000]):
            host = match[1].rstrip(".-_").lower()
            rest = match[2].rstrip(".,;:!?)]*_~")
            if host:
                yield Mention(f"{line[match.start() : match.start(1)]}{host}{rest}", host, number, where)
