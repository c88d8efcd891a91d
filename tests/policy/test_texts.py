"""The catalogues of texts: no key is missing, placeholders agree, nothing speaks of what is legal."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from scanner.errors import CatalogError, UsageError
from scanner.policy.kinds import KINDS
from scanner.policy.legal_classes import data_name, load_data_classes
from scanner.policy.regimes import STATUSES, load_regimes
from scanner.policy.rules import RULES, rules_in
from scanner.policy.texts import LANGUAGES, load_texts
from scanner.policy.wording import gate_rule

USED = re.compile(r"""\bsay\(\s*f?["']([a-z_]+(?:\.[\w{}.\[\]-]+)+)["']""")
WORDS = re.compile(r"\b(illegal|unlawful|compliant|violat\w+)\b|违法|违规|合规")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_keys_and_placeholders_of_the_first(language: str) -> None:
    first, other = load_texts().entries, load_texts(language).entries
    assert first.keys() == other.keys()
    assert [key for key in first if _placeholders(first[key]) != _placeholders(other[key])] == []


def test_chinese_texts_are_chinese() -> None:
    texts = load_texts("zh")
    same = [key for key, text in texts.entries.items() if not re.search("[\u4e00-\u9fff]", text)]
    assert all(re.fullmatch(r"[\W\d{}a-z_]*", re.sub(r"\{\w+\}", "", texts.entries[key])) for key in same), same


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_the_code_asks_for_is_there(language: str, repository: Path) -> None:
    entries = load_texts(language).entries
    missing = []
    for file in sorted((repository / "scanner").rglob("*.py")):
        for key in USED.findall(file.read_text(encoding="utf-8")):
            pattern = re.escape(re.sub(r"\{[^}]*\}", "\0", key)).replace("\0", r"[\w.-]+")
            if not any(re.fullmatch(pattern, known) for known in entries):
                missing.append(f"{file.name}: {key}")
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_records_has_a_name(language: str) -> None:
    entries = load_texts(language).entries
    wanted = [f"kind.{kind}" for kind in KINDS] + [f"title.{kind}" for kind in KINDS]
    wanted += [f"status.{status}" for status in STATUSES]
    wanted += [f"rule.{rule.id}.{part}" for rule in RULES for part in ("title", "what", "why", "stop")]
    conditions = {c.fact for regime in load_regimes().regimes for rule in regime.rules for c in rule.when}
    wanted += [f"question.{fact}" for fact in conditions]
    assert [key for key in wanted if not entries.get(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_gives_a_verdict_about_the_law(language: str) -> None:
    spoken = [*load_texts(language).entries.values()]
    table = load_regimes()
    spoken += [dict(rule.needs)[language] for one in table.regimes for rule in (one.default, *one.rules) if rule]
    assert [text for text in spoken if WORDS.search(text)] == []


def test_what_is_put_in_is_never_read_as_a_template() -> None:
    assert load_texts().say("remedy.unset", name="{0.__class__} {x}") == "leave {0.__class__} {x} unset"


def test_a_text_or_language_nobody_wrote_is_an_error() -> None:
    with pytest.raises(CatalogError):
        load_texts().say("no.such.text")
    with pytest.raises(UsageError, match="en, zh"):
        load_texts("fr")


def test_data_classes_have_names_in_both_languages() -> None:
    assert all(row.en and row.zh and row.legal for row in load_data_classes().values())
    assert data_name("device_id", load_texts("zh")) == "设备标识"
    assert data_name("own_class", load_texts("zh")) == "own class"


def test_rules_are_told_in_chinese() -> None:
    first = rules_in(load_texts("zh"))[0]
    assert (first.id, first.title) == ("DC001", "默认将数据回传")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("must stay 'True'; anything else switches it off", "必须保持 'True'；其他值会关闭"),
        ("pass False to switch off", "传入 False 即关闭"),
        ("huggingface_hub honours it", "huggingface_hub 遵守该变量"),
        ("off unless set", "未设置即关闭"),
        ("something nobody translated", "something nobody translated"),
    ],
)
def test_value_rules_of_switches_are_retold(rule: str, told: str) -> None:
    assert gate_rule(rule, load_texts("zh")) == told
    assert gate_rule(rule, load_texts()) == rule


def test_every_citation_has_its_chinese_name() -> None:
    table = load_regimes()
    used = {one.citation for one in (*table.regimes, *table.blocking)}
    used |= {rule.citation for one in table.regimes for rule in (one.default, *one.rules) if rule}
    assert used == set(table.citations)
    assert all(re.search("[\u4e00-\u9fff]", text) for text in table.citations.values())
    assert table.cite("GDPR art. 48", "en") == "GDPR art. 48"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_called_as_an_argument_of_say(language: str) -> None:
    named = {key: _placeholders(text) & {"key", "self"} for key, text in load_texts(language).entries.items()}
    assert {key: names for key, names in named.items() if names} == {}
