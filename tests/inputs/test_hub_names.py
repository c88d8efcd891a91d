"""Names of repositories: what is none is refused before anything is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.inputs.hub_names import HubName, is_repository_id, parse_name


@pytest.mark.parametrize(
    "text",
    [
        "hf://",
        "hf://a/b/c",
        "hf://../x",
        "hf://a/..",
        "hf://a--b/c",
        "hf://a/b@",
        "hf://a b/c",
        "hf://files/a/b",
        "hf:/a",
    ],
)
def test_what_names_no_repository_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_name(text)


@pytest.mark.parametrize("text", ["/root/.cache/x/y", "./model", "C:\\models\\x", "a/b/c", "", "x" * 300, "models/a/b"])
def test_paths_are_no_ids(text: str) -> None:
    assert not is_repository_id(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hf://acme/plain", HubName("model", "acme/plain")),
        ("hf://gpt2", HubName("model", "gpt2")),
        ("hf://datasets/acme/pictures@refs/convert", HubName("dataset", "acme/pictures", "refs/convert")),
        ("hf://spaces/acme/demo@v1.0", HubName("space", "acme/demo", "v1.0")),
    ],
)
def test_names_are_read(text: str, name: HubName) -> None:
    assert parse_name(text) == name
    assert parse_name(text).text == text


def test_only_a_whole_commit_pins() -> None:
    assert parse_name(f"hf://acme/plain@{'a' * 40}").pinned
    assert not parse_name("hf://acme/plain@aaaaaaa").pinned


@given(st.text())
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        assert parse_name(text).id in text
    except UsageError:
        pass
