"""Code of a card as the engine reads it: Python lines where they stand, shell commands that send."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner.facts.claims import Card, Snippet

SNIPPET = re.compile(r"#L\d+\.py$")
"""What is added to the name of a card for each of its snippets."""
_MAGIC = re.compile(r"^(\s*)(?:[!%].*|\.\.\.\s*)$")
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.) ?")
_MOST = 40
_CHARACTERS = 60_000

_COMMAND = re.compile(r"(?:^|[\s;&|(])(?P<tool>curl|wget|http|https)\s(?P<rest>.*)", re.DOTALL)
_ADDRESS = re.compile(r"""(?:https?|wss?|ftp)://[^\s"'<>\\|;]+""")
_METHOD = re.compile(r"(?:-X|--request)[ =]?\"?([A-Z]{3,7})")
_DATA = re.compile(
    r"\s(?:-d|--data(?:-raw|-binary|-urlencode)?|-F|--form|--json|-T|--upload-file|--post-(?:data|file))\b"
)


@dataclass(frozen=True, slots=True)
class PythonSnippet:
    """A snippet as a file of its own: ``path`` names card and line, ``text`` keeps the card's line numbers."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ShellRequest:
    """A request that a shell command of a card makes."""

    file: str
    line: int
    tool: str
    method: str
    url: str
    sends: bool


def python_snippets(card: Card) -> tuple[tuple[PythonSnippet, ...], tuple[int, ...]]:
    """Snippets that are Python, and the lines of those that claim to be and are not."""
    import ast
    import warnings

    read, broken = [], []
    for snippet in card.snippets[:_MOST]:
        if snippet.language != "python" or len(snippet.text) > _CHARACTERS:
            continue
        text = _plain(snippet)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            broken.append(snippet.line)
            continue
        read.append(PythonSnippet(f"{card.file}#L{snippet.line}.py", text))
    return tuple(read), tuple(broken)


def _plain(snippet: Snippet) -> str:
    """Without prompts, output, magics and common indentation; as many lines before as the card has."""
    import textwrap

    lines = textwrap.dedent(snippet.text).split("\n")
    if any(line.lstrip().startswith(">>>") for line in lines):
        lines = [_PROMPT.sub("", line) if _PROMPT.match(line) else "" for line in lines]
    return "\n" * (snippet.line - 1) + "\n".join(_MAGIC.sub(r"\1", line) for line in lines) + "\n"


def shell_requests(card: Card) -> tuple[ShellRequest, ...]:
    """Requests of ``curl``, ``wget`` and HTTPie in the snippets that are shell."""
    out = []
    for snippet in card.snippets[:_MOST]:
        if snippet.language == "shell" and len(snippet.text) <= _CHARACTERS:
            for number, command in _commands(snippet):
                out += _requests(card.file, number, command)
    return tuple(out)


def _commands(snippet: Snippet) -> list[tuple[int, str]]:
    """Commands with continued lines joined, and with the lines of an open quote."""
    out: list[tuple[int, str]] = []
    open_end = False
    for number, line in enumerate(snippet.text.split("\n"), snippet.line):
        if open_end and out:
            out[-1] = (out[-1][0], f"{out[-1][1]}\n{line}")
        else:
            out.append((number, line))
        open_end = line.rstrip().endswith("\\") or out[-1][1].count("'") % 2 == 1
    return out


def _requests(file: str, line: int, command: str) -> list[ShellRequest]:
    match = _COMMAND.search(command)
    if match is None or command.lstrip().startswith("#"):
        return []
    sends = _DATA.search(command) is not None
    method = _METHOD.search(command)
    verb = method[1] if method else "POST" if sends else "GET"
    urls = dict.fromkeys(_ADDRESS.findall(match["rest"])[:1])
    return [ShellRequest(file, line, match["tool"], verb, url.rstrip(".,)"), sends) for url in urls]
