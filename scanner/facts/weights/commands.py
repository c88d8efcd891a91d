"""Programs that a command line starts, and the addresses its words name. Commands are hostile text and bounded."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_MOST = 4_096
_SEGMENTS = 32
_SPLIT = re.compile(r"&&|\|\||[;|&\n`]|\$\(|<\(|\)")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_PROGRAM = re.compile(r"[A-Za-z][\w+-]*(?:\.exe|\.\d+)?")
_SOCKET = re.compile(r"/dev/(tcp|udp)/([^/\s]+)/(\d+)")
_ENCODED = re.compile(
    r"(?:echo|printf)\s+(?:-n\s+)?['\"]?([A-Za-z0-9+/]{12,}={0,2})['\"]?\s*\|\s*(?:openssl\s+)?base64\s+-"
)
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://\S+|(?:[\w.-]+@)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[:/]\S*)?|(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\S*)?)",
    re.IGNORECASE,
)
_WRAPPERS = frozenset(
    {"sudo", "env", "nohup", "time", "exec", "command", "setsid", "timeout", "xargs", "nice", "start"}
)
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "busybox", "cmd", "cmd.exe"})
_PYTHON = re.compile(r"python[\d.]*w?(?:\.exe)?|pypy[\d.]*")
_POWERSHELL = frozenset({"powershell", "powershell.exe", "pwsh"})


@dataclass(frozen=True, slots=True)
class Command:
    """A program as an identifier, the addresses among its words joined by spaces, and Python code it is given."""

    program: str
    addresses: str
    code: str = ""


def commands(value: str | Sequence[str], depth: int = 3) -> Iterator[Command]:
    """The commands of a shell line, or of a list of words."""
    if depth < 0:
        return
    if isinstance(value, str):
        text = value[:_MOST]
        for encoded in list(_ENCODED.finditer(text))[:4]:
            yield from commands(_plain(encoded[1]), depth - 1)
        for found in list(_SOCKET.finditer(text))[:_SEGMENTS]:
            yield Command("dev_tcp", f"{found[1]}://{found[2]}:{found[3]}")
        if not depth:
            return
        for line in _lines(text):
            yield from _of_words(line, depth)
    else:
        yield from _of_words([word[:_MOST] for word in value[:256]], depth)


def _lines(text: str) -> list[list[str]]:
    """The words of each simple command; quotes are honoured where they close."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";|&()<>\n`")
    lexer.whitespace = " \t\r"
    lexer.commenters = ""
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        return [part.split() for part in _SPLIT.split(text)[:_SEGMENTS]]
    lines: list[list[str]] = [[]]
    for word in words:
        if word.strip(";|&()\n`") == "" and word:
            lines.append([])
        else:
            lines[-1].append(word)
    return lines[:_SEGMENTS]


def _of_words(words: list[str], depth: int) -> Iterator[Command]:
    words = _unwrapped(words)
    program = _name(words[0]) if words else ""
    if not program:
        return
    rest = words[1:]
    if program in _SHELLS:
        yield from commands(_after(rest, ("-c", "/c", "-lc", "-ic")), depth - 1)
    elif _PYTHON.fullmatch(program) and "-m" in rest[:-1]:
        yield from _of_words(rest[rest.index("-m") + 1 :], depth)
    elif _PYTHON.fullmatch(program) and "-c" in rest:
        yield Command("python", "", _after(rest, ("-c",)))
    else:
        if program in _POWERSHELL:
            rest = [*rest, *_decoded(rest)]
        yield Command(re.sub(r"\W", "_", program), _addresses(rest))


def _unwrapped(words: list[str]) -> list[str]:
    """Without assignments, wrappers and their options in front."""
    i = 0
    wrapped = False
    while i < len(words):
        word = words[i]
        if _name(word) in _WRAPPERS:
            wrapped = True
        elif not (_ASSIGNMENT.fullmatch(word) or (wrapped and (word.startswith("-") or word.isdigit()))):
            break
        i += 1
    return words[i:]


def _name(word: str) -> str:
    if "://" in word:
        return ""
    name = PurePosixPath(word.replace("\\", "/")).name
    return name if _PROGRAM.fullmatch(name) and len(name) < 64 else ""


def _after(words: list[str], options: tuple[str, ...]) -> str:
    for i, word in enumerate(words[:-1]):
        if word.lower() in options:
            return words[i + 1]
    return ""


def _addresses(words: list[str]) -> str:
    found = (match[0] for word in words[:256] if (match := _ADDRESS.search(word)))
    return " ".join(list(found)[:16])


def _plain(encoded: str) -> str:
    """What ``base64 -d`` would print."""
    try:
        return base64.b64decode(encoded).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _decoded(words: list[str]) -> list[str]:
    """The words of ``-EncodedCommand``: base64 of UTF-16."""
    encoded = [w for w in words if len(w) > 15 and re.fullmatch(r"[A-Za-z0-9+/=]+", w)]
    try:
        return [part for w in encoded for part in base64.b64decode(w).decode("utf-16-le").split()]
    except (binascii.Error, ValueError):
        return []
