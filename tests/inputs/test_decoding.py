from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.inputs.decoding import Undecodable, decode


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\0b", "NUL bytes"),
        ("x = 1".encode("utf-16"), "NUL bytes"),
        (b"x = '\xff'", "is no utf-8 text|no readable encoding"),
        (b"# coding: rot13\n", "is no rot13 text"),
        (b"# coding: punycode\n", "is not read"),
        (b"# coding: ../../x\n", "no readable encoding"),
        (b"# coding: utf-7\n+2AA-", "is no utf-7 text"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "no readable encoding"),
    ],
)
def test_what_is_no_text_says_why(data, reason):
    with pytest.raises(Undecodable, match=reason):
        decode(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("\ufeffx = 'é'".encode(), "x = 'é'"),
        ("# coding: gbk\nx = '数据'".encode("gbk"), "# coding: gbk\nx = '数据'"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
    ],
)
def test_text_is_read_as_python_reads_it(data, text):
    assert decode(data) == text


def test_code_hidden_by_an_encoding_is_seen():
    assert [type(n) for n in ast.parse(decode(b"# coding: utf-7\n# +AAo-import os\n")).body] == [ast.Import]


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_a_reason(data):
    try:
        decode(data).encode()
    except Undecodable as error:
        assert str(error)
