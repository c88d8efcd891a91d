"""How deep a recursive parser would go into a text: the guard in front of libcst's native parser.

That parser overflows the C stack, and with it the process, on hostile nesting (measured with libcst 1.9.0 on 8 MiB of
stack: 2,000 brackets, 4,000 lambdas, 9,000 elifs), and its time grows with the square of the depth. So whatever goes to
it is measured first, by a lexer that knows nested f-strings as Python 3.12 defines them.
"""

from __future__ import annotations

import re

LIMIT = 600
"""Depth beyond which a text is not handed to libcst."""

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\f]+|\#[^\r\n]*|\\\r?\n|\\\r)
    |(?P<newline>\r?\n|\r)
    |(?P<nested>(?:[rR]?[fFtT]|[fFtT][rR])(?:\"\"\"|'''|"|'))
    |(?P<string>[rRbBuU]{0,2}(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'))
    |(?P<deep>(?:lambda|elif)\b)
    |(?P<word>(?:and|or|not|if|else|await|in|is)\b)
    |(?P<name>\w+)
    |(?P<open>[(\[{])
    |(?P<close>[)\]}])
    |(?P<comma>[,;])
    |(?P<operator>[^\w\s])""",
    re.VERBOSE | re.DOTALL,
)
_LITERAL = {
    quote: re.compile(rf"(?:[^{{}}\\{quote[0]}]|\\[^{{}}]|\\|\{{\{{|\}}\}}{tail})+", re.DOTALL)
    for quote, tail in (('"""', '|"(?!"")'), ("'''", "|'(?!'')"), ('"', ""), ("'", ""))
}
"""The text of an f-string up to its end or a replacement field."""
_SPECIFICATION = re.compile(r"[^{}]+")


class _Level:
    """An open bracket, f-string (``quote`` is how it ends) or replacement field, which may have come to its format
    specification. ``operators`` counts from the last comma, ``lambdas`` from the opening."""

    __slots__ = ("field", "lambdas", "operators", "quote", "specification")

    def __init__(self, quote: str = "", field: bool = False) -> None:
        self.quote = quote
        self.field = field
        self.specification = False
        self.operators = 1
        self.lambdas = 0

    @property
    def weight(self) -> int:
        return self.operators + self.lambdas


def too_deep(text: str, limit: int = LIMIT) -> bool:
    """Whether brackets, operators or ``elif`` chain beyond ``limit``; text no lexer could read counts as deep."""
    return _Measure(text, limit).exceeds()


class _Measure:
    def __init__(self, text: str, limit: int) -> None:
        self.text = text
        self.limit = limit
        self.stack = [_Level()]
        self.below = 0
        self.elifs = 0

    def exceeds(self) -> bool:
        position = 0
        while 0 <= position < len(self.text):
            level = self.stack[-1]
            if level.quote:
                position = self._literal(_LITERAL[level.quote], level.quote, position)
            elif level.specification:
                position = self._literal(_SPECIFICATION, "}", position)
            else:
                position = self._code(position)
        return position < 0

    def _literal(self, run: re.Pattern[str], closing: str, position: int) -> int:
        """A run of f-string text, then the end of the string or of the field it formats, or the next field."""
        matched = run.match(self.text, position)
        end = matched.end() if matched else position
        if self.text.startswith(closing, end):
            return self._pop(end + len(closing))
        if self.text.startswith("{", end):
            return self._push(_Level(field=True), end + 1)
        return end if end > position else -1

    def _code(self, position: int) -> int:
        matched = _TOKEN.match(self.text, position)
        if matched is None:
            return -1
        kind, token, end = matched.lastgroup, matched.group(), matched.end()
        level = self.stack[-1]
        if kind == "open":
            return self._push(_Level(), end)
        if kind == "nested":
            return self._push(_Level(token.lstrip("rRfFtT")), end)
        if kind == "close":
            return self._pop(end)
        if kind == "comma":
            level.operators = 1
        elif kind == "newline":
            self._newline(end)
        elif kind == "deep":
            level.lambdas += token == "lambda"
            self.elifs += token == "elif"
        elif kind in ("word", "operator", "string"):
            level.operators += 1
            level.specification = level.field and token == ":"
        return end if self.below + level.weight <= self.limit and self.elifs <= self.limit else -1

    def _newline(self, end: int) -> None:
        if len(self.stack) == 1:
            self.stack = [_Level()]
            if self.text[end : end + 4] in ("def ", "clas", "impo", "from"):
                self.elifs = 0

    def _push(self, level: _Level, end: int) -> int:
        self.below += self.stack[-1].weight
        self.stack.append(level)
        return end if self.below < self.limit else -1

    def _pop(self, end: int) -> int:
        if len(self.stack) == 1:
            return -1
        self.stack.pop()
        self.below -= self.stack[-1].weight
        self.stack[-1].operators += 1
        return end
