"""For every test: no connection leaves this process unless the test is marked ``network``."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


class ConnectionAttempt(AssertionError):
    """The code under test tried to reach the network."""


def _refuse(*_: Any, **__: Any) -> Any:
    raise ConnectionAttempt("a connection was attempted; mark the test `network` if it needs one")


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Replace what opens connections and asks for addresses."""
    if request.node.get_closest_marker("network") is None:
        for name in ("connect", "connect_ex", "sendto"):
            monkeypatch.setattr(socket.socket, name, _refuse)
        for name in ("getaddrinfo", "gethostbyname", "create_connection"):
            monkeypatch.setattr(socket, name, _refuse)
    yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout these tests belong to."""
    return REPOSITORY


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of scanned examples."""
    return REPOSITORY / "fixtures"


def _script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def builder(fixtures: Path) -> ModuleType:
    """``fixtures/pickles/build.py``."""
    return _script(fixtures / "pickles" / "build.py")


@pytest.fixture(scope="session")
def attacker(fixtures: Path) -> ModuleType:
    """``fixtures/pickles/hostile.py``."""
    return _script(fixtures / "pickles" / "hostile.py")
