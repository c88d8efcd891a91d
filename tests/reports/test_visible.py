"""Scanned text: what is harmless stays as it is, what could be obeyed becomes visible."""

from __future__ import annotations

import json

import pytest

from scanner.reports.visible import dump_json, visible


@pytest.mark.parametrize(
    "text",
    ["us.i.posthog.com", "[2001:db8::beef]:443", "std::vector", "数据.cn", "Müller", "a:b::1", "{?}.s3.amazonaws.com"],
)
def test_ordinary_text_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m", "\\x9b31m"),
        ("two\nlines\r\t", "two\\nlines\\r\\t"),
        ("evil\u202etxt", "evil\\u202etxt"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("byte\udcff", "byte\\udcff"),
        ("tag\U000e0041", "tag\\ue0041"),
        ("::error file=a::x", ": :error file=a::x"),
        ("##[add-mask]x", "# #[add-mask]x"),
    ],
)
def test_what_a_terminal_or_log_would_obey_becomes_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_length_is_bounded() -> None:
    assert len(visible("x" * 10_000)) == 300


def test_json_keeps_the_value_and_hides_the_danger() -> None:
    hostile = "</script>\x1b[0m\x9b\u202e\u2028\udcff##[stop-commands]\n::error::x"
    text = dump_json({"a": hostile})
    assert json.loads(text) == {"a": hostile}
    text.encode("utf-8")
    for danger in ("</", "\x1b", "\x9b", "\u202e", "\u2028", "##["):
        assert danger not in text
    assert not any(line.strip().startswith("::") for line in text.splitlines())


def test_json_ends_with_one_newline_and_keeps_letters() -> None:
    assert dump_json({"b": "ü", "a": 1}) == '{\n  "b": "ü",\n  "a": 1\n}\n'
