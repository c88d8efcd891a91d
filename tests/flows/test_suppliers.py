"""Addresses a server hands out are named after that server; the host itself stays unknown."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from scanner.destinations.records import Destination
from scanner.pipeline import Options, scan


def _uploads(folder: Path, code: str) -> list[Destination]:
    (folder / "up.py").write_text("import json\nimport requests\nimport httpx\n" + dedent(code))
    found = scan(str(folder), Options(semgrep=False)).findings
    return [where for one in found if one.flow.sink.method == "PUT" for where in one.destinations]


@pytest.mark.parametrize(
    "code",
    [
        "def send(url, data):\n    requests.put(url, data=data)\n",
        "def send(data):\n    requests.put(open('where').read(), data=data)\n",
        "def send(base, data):\n    requests.put(requests.get(base).json()['url'], data=data)\n",
    ],
)
def test_an_address_from_anywhere_else_is_supplied_by_nobody(tmp_path: Path, code: str) -> None:
    assert [(w.host, w.supplied_by) for w in _uploads(tmp_path, code)] == [("", "")]


@pytest.mark.parametrize(
    "code",
    [
        """
        def send(data):
            ticket = requests.post("https://api.vendor.io/tickets", json={}).json()
            requests.put(ticket["upload"]["url"], data=data)
        """,
        """
        class Client:
            def __init__(self):
                self.session = requests.Session()
            def _ask(self):
                return json.loads(self.session.get("https://api.vendor.io/new").text)["url"]
            def send(self, data):
                requests.put(self._ask() + "/parts", data=data)
        """,
        """
        async def send(data):
            async with httpx.AsyncClient() as client:
                answer = await client.get("https://api.vendor.io/x")
                await client.put(answer.headers["location"], content=data)
        """,
        """
        def send(data):
            for part in requests.get("https://api.vendor.io/parts").json()["parts"]:
                requests.put(f"{part['url']}?n=1", data=data)
        """,
    ],
)
def test_the_server_whose_answer_held_it_is_named(tmp_path: Path, code: str) -> None:
    (where,) = _uploads(tmp_path, code)
    assert (where.host, where.country, where.supplied_by) == ("", "", "api.vendor.io")
    assert "supplied by: https://api.vendor.io/" in where.evidence and "up.py:" in where.evidence


def test_a_default_host_is_not_replaced_by_an_answer(tmp_path: Path) -> None:
    code = """
    def send(data, url="https://up.vendor.io/x"):
        requests.put(url or requests.get("https://api.vendor.io/u").json()["url"], data=data)
    """
    assert [(w.host, w.supplied_by) for w in _uploads(tmp_path, code)] == [("up.vendor.io", "")]
