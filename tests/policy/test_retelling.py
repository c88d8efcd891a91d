"""Facts told in English, told again: nothing is dropped, and every shape the engine makes has its words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.callgraph.entries import _RANKS
from scanner.catalog import load
from scanner.catalog.names import country_names
from scanner.destinations import locate, locate_text
from scanner.destinations.records import evidence_parts
from scanner.flows.records import Endpoint
from scanner.policy.countries import COUNTRIES, HOME_GROUPS
from scanner.policy.retelling import evidence, note, reason, retold
from scanner.policy.texts import LANGUAGES, load_texts
from tests.destinations.conftest import expected_hosts

ZH, EN = load_texts("zh"), load_texts("en")
CHINESE = re.compile("[\u4e00-\u9fff]")
EDGES = "thread exit schedule exception callback decorator decorated wrapped property context body code-string".split()


def test_english_stays_word_for_word() -> None:
    text = "host: as given (literal); country: unknown, no row knows this host"
    assert "; ".join(evidence(text, EN)) == text


@given(st.text(max_size=80))
def test_a_shape_nobody_translated_stays_as_it_is(text: str) -> None:
    assert reason(f"~{text}~", ZH) == f"~{text}~"
    assert isinstance(note(text, ZH), str)


def test_all_evidence_of_the_table_of_hosts_speaks_chinese() -> None:
    parts = {part for row in expected_hosts() for part in evidence_parts(locate_text(row[0], load()).evidence)}
    silent = sorted(part for part in parts if not CHINESE.match(retold("evidence", part, ZH)))
    assert silent == []
    reasons = {part for part in parts if part.startswith("country: unknown, ")}
    told = {part: retold("evidence", part, ZH) for part in reasons}
    assert [part for part, text in told.items() if re.search("[a-z]{3}.* [a-z]{3}", text)] == []


def test_evidence_of_a_default_host_keeps_its_row() -> None:
    endpoint = Endpoint("https://o1.ingest.{?}.sentry.io/1", "sdk-default", "sentry_sdk.init (sdk 2, 2026-11-24)")
    (where,) = locate(endpoint, load())
    first = evidence(where.evidence, ZH)[0]
    assert first == "主机：sentry_sdk.init (sdk 2, 2026-11-24)（SDK 默认值）"


def test_the_parent_stands_in_the_evidence() -> None:
    told = evidence(locate_text("https://api.github.com", load()).evidence, ZH)
    assert any(part.startswith("母公司：Microsoft") for part in told)


@pytest.mark.parametrize("kind", [*_RANKS, *EDGES, "no caller found", "decorates pkg.f"])
def test_notes_of_steps_have_their_words(kind: str) -> None:
    assert CHINESE.search(note(kind, ZH)), kind


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("compiled extension: not read", "编译的扩展模块：未读取"),
        ("syntax error: invalid syntax (line 3)", "语法错误：invalid syntax (line 3)"),
        ("larger than 10 MB", "大于 10 MB"),
    ],
)
def test_reasons_why_a_file_was_not_read(why: str, told: str) -> None:
    assert reason(why, ZH) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_and_group_has_a_name(language: str) -> None:
    texts = load_texts(language)
    assert [code for code in (*COUNTRIES, *HOME_GROUPS) if texts.country(code) == code] == []


def test_names_come_from_the_catalog_unless_a_text_says_otherwise() -> None:
    assert ZH.country("KG") == f"{country_names('chinese')['KG']}（KG）"
    assert (EN.country("HK"), ZH.country("TW")) == ("Hong Kong (HK)", "中国台湾（TW）")


@pytest.mark.parametrize("area", ["evidence", "note", "skip", "gaterule", "field", "why", "opaque"])
def test_every_template_of_an_area_is_read_back(area: str) -> None:
    """What the English template says with sample values comes out in the words of the same key."""
    for key, template in EN.entries.items():
        if key.startswith(f"{area}."):
            said = re.sub(r"\{(\w+)\}", lambda found: {"grade": "doc", "country": "US"}.get(found[1], "x1"), template)
            assert CHINESE.search(retold(area, said, ZH)), key
