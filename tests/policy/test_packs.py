"""Policy packs: what is wrong is refused with file, line and remedy; what is right becomes records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from scanner.errors import UsageError
from scanner.policy.pack_nodes import LARGEST, PackProblems, compose
from scanner.policy.pack_shape import policy_schema
from scanner.policy.packs import bundled_packs, bundled_text, check_pack, load_pack

TODAY = "2026-11-24"
HEAD = "apiVersion: datacustoms/policy-1\nid: own\nas_of: 2026-11-24\nreview_by: 2027-01-01\n"


def problems(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "pack.yaml"
    file.write_text(text, encoding="utf-8")
    return [str(one).removeprefix(f"{tmp_path}/") for one in check_pack(str(file), TODAY)]


@pytest.mark.parametrize("name", bundled_packs())
def test_bundled_packs_are_valid_and_named_like_their_file(name: str) -> None:
    assert check_pack(name, TODAY) == ()
    pack = load_pack(name, TODAY)
    assert pack.id == name and pack.title("zh") != pack.title("en")
    assert pack.review_by > pack.as_of


def test_the_bundled_packs() -> None:
    assert set(bundled_packs()) == {"cn-genai-deployer", "eu-controller", "us-bulk-data", "nothing-leaves"}


def test_a_minimal_pack_is_enough(tmp_path: Path) -> None:
    assert problems(tmp_path, HEAD) == []


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("hoem: [CN]\n", r"pack\.yaml:5: the pack has no field 'hoem'\. Write 'home'\."),
        ("home: [UK]\n", r"pack\.yaml:5: 'UK' is no home jurisdiction\. Write GB, the ISO code\."),
        ("home:\n  - CN\n  - Narnia\n", r"pack\.yaml:7: 'Narnia' is no home jurisdiction\. Write an ISO 3166"),
        ("home: CN\n", r"pack\.yaml:5: home wants a list\. Put it in brackets: \[CN\]\."),
        ("destinations:\n  allow: {countries: [de]}\n", r"pack\.yaml:6: 'de' is no country\. Write DE in capitals\."),
        (
            "destinations:\n  allow: {countries: [EEA]}\n  deny:\n    countries: [FR]\n",
            r"pack\.yaml:8: 'FR' is denied here and allowed on line 6\. Take it out of one",
        ),
        (
            "destinations:\n  allow: {hosts: [a.example]}\n  deny: {hosts: [a.example]}\n",
            r"pack\.yaml:7: 'a\.example' is denied here and allowed on line 6\.",
        ),
        ("destinations: {deny: {categories: [tunel]}}\n", r":5: 'tunel' is no category of operators\. Write 'tunnel'"),
        ("destinations: {deny: {operators: [Hugging Fase]}}\n", r":5: 'Hugging Fase' is no .*Write 'Hugging Face'"),
        (
            "destinations: {deny: {hosts: ['https://a.example/x']}}\n",
            r":5: 'https://a.example/x' is no host\. Write the",
        ),
        ("destinations: {unknown_host: warn}\n", r":5: unknown_host cannot be 'warn'\. Write 'warning'\."),
        (
            "exceptions:\n  - {reason: r, owner: o, until: 2026-11-23, hosts: [a.example]}\n",
            r":6: this exception ended on 2026-11-23\. Ask its owner to renew it",
        ),
        ("exceptions:\n  - {reason: r, owner: o, until: 2027-01-01}\n", r":6: this exception would accept everything"),
        ("exceptions:\n  - {reason: r, until: 2027-01-01, kinds: [probe]}\n", r":6: .*lacks the field 'owner'"),
        (
            "exceptions:\n  - {reason: r, owner: o, until: 2027-02-30, kinds: [probe]}\n",
            r":6: until: '2027-02-30' is no",
        ),
        (
            "exceptions:\n  - {reason: r, owner: o, until: 2027-01-01, rules: [DC01]}\n",
            r":6: 'DC01' is no rule\. Write",
        ),
        ("profile: {ciio: maybe}\n", r":5: ciio wants true or false or null"),
        ("profile: {persons_pi_since_jan1: -1}\n", r":5: persons_pi_since_jan1 cannot be -1\. Write 0 or more"),
        ("profile: {sector: [none, banking]}\n", r":5: sector says none and something else"),
        ("profile: {ftz_on_negative_list: true}\n", r":5: a negative list without a zone\. Name the free-trade zone"),
        ("data_classes: {promt: {legal: [personal_info]}}\n", r":5: 'promt' is no data class\. Write 'prompt'\."),
        (
            "safeguards:\n  redaction: {data: [promt], on_missing: note}\n",
            r":6: 'promt' is no data class\. Write 'prompt'",
        ),
        ("severity: {matrix: [{level: fatal}]}\n", r":5: level cannot be 'fatal'\. Use one of error, note, warning"),
        ("id: again\n", r":5: 'id' stands twice \(first on line 2\)\. Keep one"),
        ("title: {en: 5}\n", r':5: en wants a text\. Put it in quotes: "5"\.'),
        ("home: [CN\n", r": this is no valid YAML"),
        ("a: &x [1]\nb: *x\n", r":6: a pack may not use YAML aliases"),
        ("---\nid: second\n", r": a second YAML document"),
        ("x: " + "[" * 40 + "]" * 40 + "\n", r":5: nested deeper than"),
    ],
)
def test_what_is_wrong_is_named_with_line_and_remedy(tmp_path: Path, added: str, said: str) -> None:
    found = problems(tmp_path, HEAD + added)
    assert any(re.search(said, one) for one in found), found


def test_norway_needs_no_quotes_and_off_is_a_level(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text(HEAD + "home: [NO]\ndestinations: {unknown_host: off}\n", encoding="utf-8")
    pack = load_pack(str(file), TODAY)
    assert (pack.home, pack.unknown_host) == (("NO",), "")


def test_a_wrong_pack_stops_with_its_first_problem(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text(HEAD + "hoem: [CN]\nfoo: 1\n", encoding="utf-8")
    with pytest.raises(PackProblems, match=r"pack\.yaml:5: .*hoem.*1 more") as raised:
        load_pack(str(file), TODAY)
    assert raised.value.exit_code == 2


def test_a_name_that_is_no_file_and_no_pack_gets_a_hint() -> None:
    with pytest.raises(UsageError, match="cn-genai-deployer"):
        load_pack("cn-genai", TODAY)


def test_a_pack_that_is_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    large, binary = tmp_path / "large.yaml", tmp_path / "binary.yaml"
    large.write_bytes(b"#" * (LARGEST + 1))
    binary.write_bytes(b"\xff\xfe\x00")
    for file in (large, binary):
        with pytest.raises(UsageError):
            check_pack(str(file), TODAY)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_brings_the_reader_down(text: str) -> None:
    try:
        compose("x.yaml", text)
    except PackProblems as refused:
        assert refused.problems[0].line >= 1


@pytest.mark.parametrize("name", bundled_packs())
def test_the_shipped_schema_says_the_same(name: str) -> None:
    Draft202012Validator.check_schema(policy_schema())
    Draft202012Validator(policy_schema()).validate(compose(name, bundled_text(name)).value)


def test_the_schema_refuses_what_we_refuse() -> None:
    validator = Draft202012Validator(policy_schema())
    base = compose("head", HEAD).value
    assert validator.is_valid(base)
    assert not validator.is_valid({**base, "hoem": ["CN"]})
    assert not validator.is_valid({**base, "home": "CN"})
    assert not validator.is_valid({**base, "exceptions": [{"reason": "r"}]})
