"""A change that cannot bear on any path is answered from the last report; every other one links again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanner.pipeline import Options, scan
from scanner.policy.records import Report
from scanner.program import link
from scanner.store import Cache

PLAIN = Options(semgrep=False)
FILES = {
    "__init__.py": "from pkg.sender import Client\n",
    "sender.py": """import os
import requests
from pkg.settings import ADDRESS, OPTIONS


class Client:
    def __init__(self, address=ADDRESS):
        self.address = address
        self.session = requests.Session()

    def report(self, prompt):
        if os.environ.get("PKG_TELEMETRY") == "0":
            return
        self.session.post(self.address, json={"prompt": prompt})
        self.session.get(OPTIONS["address"])
""",
    "settings.py": 'ADDRESS = "https://good-demo.dev/v1"\nLIMIT = 3\nOPTIONS = {"address": "https://third-demo.dev"}\n',
    "switch.py": 'import os\n\nNO_TRACKING = os.environ.get("PKG_NO_TRACKING")\n',
    "leaf.py": """import math

from pkg.settings import OPTIONS


class Layer:
    def __init__(self, width):
        self.width = width

    def forward(self, states):
        if self.width > 3:
            states = states * 2
        return math.sqrt(states) + self.width


def build(width):
    return Layer(width)
""",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "pkg"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text)
    return root


def _scan(package: Path, folder: Path) -> Report:
    cache = Cache(folder, pytest.fail)
    try:
        return scan(str(package), replace(PLAIN, cache=cache))
    finally:
        cache.close()


SILENT = {
    "a comment": FILES["leaf.py"] + "# words\n",
    "a blank line": FILES["leaf.py"].replace("def build", "\n\ndef build"),
    "a function": FILES["leaf.py"] + "\n\ndef added(states, scale):\n    return states * scale + 1\n",
    "a method": FILES["leaf.py"].replace(
        "    def forward", "    def backward(self, states):\n        return states\n\n    def forward"
    ),
    "another number": FILES["leaf.py"].replace("* 2", "* 4"),
    "another condition": FILES["leaf.py"].replace("> 3", "> 4"),
}


@pytest.mark.parametrize("what", sorted(SILENT))
def test_what_bears_on_nothing_is_answered_from_the_last_report(
    package: Path, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _scan(package, tmp_path / "kept")
    (package / "leaf.py").write_text(SILENT[what])
    fresh = scan(str(package), PLAIN)
    monkeypatch.setattr("scanner.program.link", lambda *a: pytest.fail("the program was linked"))
    after = _scan(package, tmp_path / "kept")
    assert after.findings == before.findings == fresh.findings
    assert after.coverage.calls == fresh.coverage.calls


SPEAKING = {
    "a sender of its own": (
        "leaf.py",
        "import math",
        'import math\nimport requests\nrequests.get("https://good-demo.dev/x")',
    ),
    "a call of a sender": ("leaf.py", "def build(width):", "def build(width):\n    client.report(width)"),
    "an object that sends": ("leaf.py", "def build(width):", "def build(width, session):\n    session.post(width)"),
    "another address": ("settings.py", "https://good-demo.dev/v1", "https://other-demo.dev/v1"),
    "an address set from elsewhere": ("leaf.py", "self.width = width", "self.address = width"),
    "an item set from elsewhere": (
        "leaf.py",
        "def build(width):",
        'def build(width):\n    OPTIONS["address"] = "https://other-demo.dev"',
    ),
    "items put in from elsewhere": (
        "leaf.py",
        "def build(width):",
        'def build(width):\n    OPTIONS.update(address="https://other-demo.dev")',
    ),
    "a switch that is read at last": ("leaf.py", "import math", "import math\nfrom pkg.switch import NO_TRACKING"),
    "a dynamic call": ("leaf.py", "return Layer(width)", "return getattr(Layer, width)(setattr(Layer, width, 1))"),
    "a name in a string": ("leaf.py", "return Layer(width)", 'return getattr(width, "report")()'),
    "a base": ("leaf.py", "class Layer:", "from pkg.sender import Client\nclass Layer(Client):"),
    "a gate that is gone": ("sender.py", '"PKG_TELEMETRY"', '"PKG_OTHER"'),
    "the line of a step": ("sender.py", "import os\n", "import os\n\n"),
    "a star import": ("leaf.py", "import math", "from pkg.sender import *\nimport math"),
}


@pytest.mark.parametrize("what", sorted(SPEAKING))
def test_what_may_bear_on_a_path_links_again(
    package: Path, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scan(package, tmp_path / "kept")
    name, old, new = SPEAKING[what]
    assert old in FILES[name]
    (package / name).write_text(FILES[name].replace(old, new))
    fresh = scan(str(package), PLAIN)
    linked: list[int] = []
    monkeypatch.setattr("scanner.program.link", lambda *a, **k: linked.append(1) or link(*a, **k))
    assert _scan(package, tmp_path / "kept") == fresh
    assert linked


def test_a_change_after_a_change_is_compared_with_the_first(package: Path, tmp_path: Path) -> None:
    _scan(package, tmp_path / "kept")
    for what in ("a function", "another number"):
        (package / "leaf.py").write_text(SILENT[what])
        _scan(package, tmp_path / "kept")
    (package / "leaf.py").write_text(FILES["leaf.py"].replace("self.width = width", "self.address = width"))
    assert _scan(package, tmp_path / "kept") == scan(str(package), PLAIN)
