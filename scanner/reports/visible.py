"""Scanned text made safe to show: one line, nothing hidden, nothing a terminal or a CI log would obey.

Names, URLs and paths come from code nobody trusts. Terminal escapes, line breaks, bidirectional overrides ("Trojan
Source", CVE-2021-42574), zero-width characters and lone surrogates are shown as escapes; workflow commands that a
GitHub Actions runner would take from a log line (``::name::``, ``##[name]``) are broken up.
"""

from __future__ import annotations

import json
import re
from typing import Any

_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_COMMAND = re.compile(r"::(?=[A-Za-z][\w-]*[^:]*::)|##(?=\[)")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_RAW_IN_JSON = re.compile("[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def visible(text: str, limit: int = 300) -> str:
    """``text`` on one line without control characters, at most ``limit`` characters."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return _COMMAND.sub(_apart, _HIDDEN.sub(_escape, shown))


def dump_json(document: Any) -> str:
    """``document`` as indented JSON with a final newline; keys keep their order.

    Characters that are harmless in JSON but not in a terminal, a log or an HTML page that embeds it are written as
    escapes, which every JSON reader turns back into the same text.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    text = _RAW_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    return text.replace("</", "<\\/").replace("##[", "#\\u0023[") + "\n"


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    number = ord(character)
    return _NAMED.get(character) or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")


def _apart(found: re.Match[str]) -> str:
    return " ".join(found.group())
