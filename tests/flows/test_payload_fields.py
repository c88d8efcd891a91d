"""The names of what leaves, through the ways programs hand it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.pipeline import Options, scan

CASES = {
    "dict in a dict, spread and updated": (
        "import platform, requests\n"
        "def send(extra):\n"
        "    inner = {'os': platform.system(), **{'a': extra}}\n"
        "    inner.update({'b': extra})\n"
        "    inner['c'] = extra\n"
        "    requests.post('https://t.fieldsdemo.dev', json={'event': 'x', 'data': inner})\n",
        {"os", "a", "b", "c", "event"},
    ),
    "through a queue, and not through another": (
        "import queue, threading, requests\n"
        "class Sender:\n"
        "    def __init__(self):\n"
        "        self.jobs = queue.Queue()\n"
        "        self.other = queue.Queue()\n"
        "        threading.Thread(target=self.work).start()\n"
        "    def add(self, version):\n"
        "        self.jobs.put(('/route', {'version': version}))\n"
        "        self.other.put(('/route', {'hidden': version}))\n"
        "    def work(self):\n"
        "        route, payload = self.jobs.get()\n"
        "        requests.post('https://t.fieldsdemo.dev', json=payload)\n",
        {"version"},
    ),
    "a model that is dumped": (
        "import requests\nfrom pydantic import BaseModel\n"
        "class Base(BaseModel):\n    user_id: str\n"
        "class Event(Base):\n    rows: int\n    language: str = 'en'\n"
        "def send(rows, user):\n"
        "    event = Event(rows=rows, user_id=user)\n"
        "    requests.post('https://t.fieldsdemo.dev', json=event.model_dump())\n",
        {"user_id", "rows", "language"},
    ),
    "a request object, rebuilt pairs": (
        "import json\nfrom urllib.request import Request, urlopen\n"
        "def send(model):\n"
        "    params = {'model': model, 'none': None}\n"
        "    params = dict([(k, v) for k, v in params.items() if v is not None][:25])\n"
        "    urlopen(Request('https://t.fieldsdemo.dev', data=json.dumps({'params': params}).encode()))\n",
        {"model", "none"},
    ),
    "a query in the URL": (
        "import platform, requests\n"
        "def send(version):\n"
        "    requests.get('https://t.fieldsdemo.dev/p?version=' + version + '&platform=' + platform.system())\n",
        {"version", "platform"},
    ),
    "headers of the client, without those that say nothing of the user": (
        "import httpx\n"
        "def send(key):\n"
        "    client = httpx.Client(base_url='https://t.fieldsdemo.dev', headers={'X-Key': key, 'Accept': 'a/b'})\n"
        "    client.post('/x', json={'q': key}, headers={'Content-Type': 'application/json'})\n",
        {"X-Key", "q"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_name_that_leaves_and_no_other(name: str, tmp_path: Path) -> None:
    text, wanted = CASES[name]
    (tmp_path / "sender.py").write_text(text, encoding="utf-8")
    findings = scan(str(tmp_path), Options(semgrep=False)).findings
    assert {part.name for finding in findings for part in finding.flow.payload} == wanted
