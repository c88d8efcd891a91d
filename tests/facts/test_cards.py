"""Cards as they are: broken, templated, without metadata; and what they claim."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.facts.cards import is_card, read_card
from scanner.facts.claims import AskedField
from scanner.facts.snippets import python_snippets, shell_requests

TEMPLATE = "---\nlicense: {license}\nbase_model: {base_model}\ndatasets:\n- {dataset_0}\n---\nText.\n"


@pytest.mark.parametrize(
    "text",
    ["", "---", "---\n---", "# Only words\n\nAbout base_model: x/y.", TEMPLATE, "---\n- a\n- b\n---\n", "\ufeff"],
)
def test_what_claims_nothing_claims_nothing(text: str) -> None:
    card = read_card("README.md", text)
    assert (card.base_models, card.datasets, card.asked, card.mentions) == ((), (), (), ())
    assert not is_card(TEMPLATE.replace("license", "x").replace("base_model", "y").replace("datasets", "z"))


@pytest.mark.parametrize(
    ("text", "bases"),
    [
        ("---\nbase_model: acme/plain\n---\n", ("acme/plain",)),
        ("\ufeff---\r\nbase_model: acme/plain\r\n---\r\nText", ("acme/plain",)),
        ("---\nbase_model:\n- acme/a\n- acme/b\n---\n", ("acme/a", "acme/b")),
        ("---\nbase_model: [acme/a, acme/a]\n---\n", ("acme/a",)),
        ("---\nlicense: {x}\ntags: [open\nbase_model: acme/plain\n---\n", ("acme/plain",)),
        ("---\ntitle: a: b: c\nbase_model:\n\t- acme/plain\n---\n", ("acme/plain",)),
        ("---\nbase_model: acme/plain\n\n# No end of the metadata\n", ("acme/plain",)),
        ("\n\n---\nbase_model: 'acme/plain'\n...\nText", ("acme/plain",)),
        ("---\nbase_model: /root/.cache/huggingface/hub/x\n---\n", ("/root/.cache/huggingface/hub/x",)),
        ("---\nbase_model: !!python/object/apply:os.system ['id']\nlicense: mit\n---\n", ()),
    ],
)
def test_the_base_is_read_whatever_state_the_metadata_is_in(text: str, bases: tuple[str, ...]) -> None:
    assert tuple(b for b in read_card("README.md", text).base_models if "python" not in b) == bases


def test_fields_that_matter() -> None:
    text = (
        "---\nlicence: mit\ndatasets: wikipedia\nbase_model_relation: quantized\npipeline_tag: text-generation\n"
        "inference: false\nlibrary_name: peft\n---\n"
    )
    card = read_card("README.md", text)
    assert (card.datasets, card.relation) == (("wikipedia",), "quantized")
    assert dict(card.other) == {
        "license": "mit", "pipeline_tag": "text-generation", "inference": "false", "library_name": "peft",
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        "  Name: text\n  geo: ip_location\n",
        "  Name: text\n  geo: ip_location\n  {bad: [\n",
        "- Name: text\n- geo: ip_location\n",
        "- Name: text\n  geo: ip_location\n",
    ],
)
def test_what_is_asked_of_people(fields: str) -> None:
    card = read_card("README.md", f"---\nextra_gated_fields:\n{fields}---\n")
    assert card.asked == (AskedField("Name", "text"), AskedField("geo", "ip_location"))


@pytest.mark.parametrize(
    ("line", "hosts"),
    [
        ("no address at all: huggingface.co", ()),
        ("[![badge](https://img.example.org/x)](https://www.example.org/)", ("img.example.org", "www.example.org")),
        ("见 https://example.cn，还有 http://b.example.cn/x。", ("b.example.cn", "example.cn")),
        ("<https://Example.ORG:8080/a?b=c>.", ("example.org",)),
        ("https://user:pass@example.org/", ("example.org",)),
    ],
)
def test_hosts_of_prose(line: str, hosts: tuple[str, ...]) -> None:
    assert read_card("README.md", line).hosts("prose") == hosts


CODE = """---
license: mit
---
Use it:

```python
>>> import requests
>>> requests.post("https://api.example.org/v1", json={})
{'answer': 1}
```

  ~~~py
  %pip install x
  model = AutoModel.from_pretrained("acme/plain", trust_remote_code=True)
  ~~~

```bash
# curl https://commented.example.org
curl -X PUT https://put.example.org/x \\
  --data '{"a":
  1}'
wget https://files.example.org/a.zip
pip install acme
```

```
import os
```
```python
never closed = https://open.example.org
"""


def test_code_keeps_its_place_and_language() -> None:
    card = read_card("README.md", CODE)
    assert [(s.language, s.line) for s in card.snippets] == [
        ("python", 7), ("python", 13), ("shell", 18), ("python", 27), ("python", 30),
    ]  # fmt: skip
    assert card.hosts("prose") == ()
    assert card.hub_ids == ("acme/plain",)
    assert card.trusts_remote_code


def test_python_snippets_keep_line_numbers_and_lose_prompts() -> None:
    read, broken = python_snippets(read_card("README.md", CODE))
    assert [s.path for s in read] == ["README.md#L7.py", "README.md#L13.py", "README.md#L27.py"]
    assert read[0].text.split("\n")[6:9] == [
        "import requests",
        'requests.post("https://api.example.org/v1", json={})',
        "",
    ]
    assert broken == (30,)


def test_shell_requests() -> None:
    found = [(r.tool, r.method, r.url, r.sends, r.line) for r in shell_requests(read_card("README.md", CODE))]
    assert found == [
        ("curl", "PUT", "https://put.example.org/x", True, 19),
        ("wget", "GET", "https://files.example.org/a.zip", False, 22),
    ]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("-:[]{}#`~\n\t \"'&*!|>%@ahttp:/.x,0\ufeff")))
def test_any_text_is_read(text: str) -> None:
    read_card("README.md", "---\n" + text)
    read_card("README.md", text)


@pytest.mark.parametrize(
    "text",
    [
        "---\n" + "[" * 50_000 + "\n---\n", "---\na: &a [x]\n" + "".join(f"b{i}: [*a, *a]\n" for i in range(5_000)),
        "https://" * 100_000, "```\n" * 100_000, "a" * 1_000_000, "---\n" + "- " * 100_000,
        "---\na: &a [1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nbase_model: *c\n---\n",
        '"""' + "from_pretrained(" * 20_000, "[![x](https://a.b/" * 20_000, "```sh\n" + "curl '" * 20_000,
    ],
)  # fmt: skip
def test_hostile_cards_end_soon(text: str) -> None:
    began = time.monotonic()
    card = read_card("README.md", text)
    shell_requests(card)
    python_snippets(card)
    assert time.monotonic() - began < 10
