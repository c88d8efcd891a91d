"""For every test: no connection leaves this process unless the test is marked ``network``."""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
_OPENING = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
_ASKING = {name: getattr(socket, name) for name in ("getaddrinfo", "create_connection")}
_LOOPBACK = ("127.0.0.1", "localhost")


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


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with an empty cache of its own."""
    monkeypatch.setenv("DATACUSTOMS_CACHE", str(tmp_path_factory.mktemp("cache")))


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
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def hub_module() -> ModuleType:
    """The server in ``benchmarks/loopback_hub.py``."""
    return _script(REPOSITORY / "benchmarks" / "loopback_hub.py")


@pytest.fixture
def loopback(no_network: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections to this machine, and to nowhere else."""

    def guarded(original: Callable[..., Any], place: int) -> Callable[..., Any]:
        def opened(*args: Any, **options: Any) -> Any:
            address = args[place]
            host = address[0] if isinstance(address, tuple) else address
            return original(*args, **options) if host in _LOOPBACK else _refuse()

        return opened

    for name, original in _OPENING.items():
        monkeypatch.setattr(socket.socket, name, guarded(original, 1))
    for name, original in _ASKING.items():
        monkeypatch.setattr(socket, name, guarded(original, 0))


@pytest.fixture
def hub(
    loopback: None, hub_module: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fixtures: Path
) -> Iterator[Any]:
    """A hub that serves ``fixtures/hub``, and an environment in which it is the hub."""
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("TELEMETRY", "XET", "IMPLICIT_TOKEN", "PROGRESS_BARS", "UPDATE_CHECK", "SYMLINKS_WARNING"):
        monkeypatch.setenv(f"HF_HUB_DISABLE_{name}", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    with hub_module.LoopbackHub(fixtures / "hub") as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


@pytest.fixture(scope="session")
def builder(fixtures: Path) -> ModuleType:
    """``fixtures/pickles/build.py``."""
    return _script(fixtures / "pickles" / "build.py")


@pytest.fixture(scope="session")
def attacker(fixtures: Path) -> ModuleType:
    """``fixtures/pickles/hostile.py``."""
    return _script(fixtures / "pickles" / "hostile.py")
