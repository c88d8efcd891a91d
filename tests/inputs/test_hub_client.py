"""The real client against a hub on this machine: what it asks, what it never asks, and every way it can go wrong."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from scanner.errors import TargetError
from scanner.inputs.hub import list_hub, parse_name, plan
from scanner.inputs.hub_client import HubClient
from scanner.inputs.hub_records import PLAIN, Access, Repository
from scanner.inputs.records import Skipped
from scanner.inputs.targets import collect

QUICK = replace(PLAIN, waits=(0.0, 0.0), seconds=5.0)


class Clock:
    """Remembers how long somebody wanted to wait."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


def _resolved(access: Access = QUICK) -> tuple[HubClient, Repository]:
    client = HubClient(access, Clock())
    return client, client.resolve(parse_name("hf://acme/plain"))


def test_nothing_but_the_commit_and_the_files_is_asked_for(hub: Any) -> None:
    collect("hf://acme/plain")
    commit = hub.commit("models", "acme/plain")
    assert [(r.method, r.path, r.status) for r in hub.log] == [
        ("GET", "/api/models/acme/plain/revision/main?securityStatus=true&blobs=true", 200),
        ("GET", f"/acme/plain/resolve/{commit}/README.md", 200),
        ("GET", f"/acme/plain/resolve/{commit}/config.json", 200),
    ]


def test_no_telemetry_no_token_no_download_count(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("CLAUDECODE", "1")
    collect("hf://acme/vision")
    assert not any("telemetry" in r.path or "harnesses" in r.path for r in hub.log)
    assert not any(h in r.headers for r in hub.log for h in ("authorization", "x-hf-download-counter"))
    assert not any("torch/" in r.headers["user-agent"] or "agent/" in r.headers["user-agent"] for r in hub.log)


def test_a_token_goes_along_when_it_was_given(hub: Any) -> None:
    collect("hf://acme/plain", Access(token="hf_given"))
    assert {r.headers.get("authorization") for r in hub.log} == {"Bearer hf_given"}


def test_a_plan_costs_one_request(hub: Any) -> None:
    found = plan("hf://acme/plain", PLAIN)
    assert len(hub.log) == 1
    assert [f.path for f in found.chosen] == ["README.md", "config.json"]
    assert {f.path for f in found.files} - {f.path for f in found.chosen} == {"model.safetensors", "tokenizer.json"}


def test_the_commit_is_in_the_snapshot(hub: Any) -> None:
    snapshot = collect("hf://acme/plain")
    assert snapshot.repository is not None
    assert snapshot.repository.commit == hub.commit("models", "acme/plain")
    assert "model.safetensors" in snapshot.names
    assert (snapshot.repository.spent.requests, snapshot.repository.endpoint) == (3, hub.url)


@pytest.mark.parametrize(
    ("target", "words"),
    [("hf://acme/nothing", "does not exist, or is private"), ("hf://acme/plain@v9", "has no revision 'v9'")],
)
def test_what_is_missing_is_said(hub: Any, target: str, words: str) -> None:
    with pytest.raises(TargetError, match=words):
        collect(target)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, "GatedRepo", "is gated"), (403, "GatedRepo", "is gated"), (401, "", "does not exist, or is private"),
        (403, "", "refused by the hub"), (500, "", "answered 500"), (429, "", "limits the rate"),
    ],
)  # fmt: skip
def test_a_refusal_is_said_and_never_clean(
    hub: Any, hub_module: ModuleType, status: int, code: str, words: str
) -> None:
    headers = (("X-Error-Code", code),) if code else ()
    hub.faults["/api/models"] = [hub_module.Fault(status, headers)] * 3
    with pytest.raises(TargetError, match=words):
        HubClient(QUICK, Clock()).resolve(parse_name("hf://acme/plain"))


def test_after_429_the_time_the_hub_names_is_waited(hub: Any, hub_module: ModuleType) -> None:
    hub.faults["/api/models"] = [hub_module.Fault(429, (("Retry-After", "7"),))]
    hub.faults["README"] = [hub_module.Fault(429, (("RateLimit", '"resolvers";r=0;t=42'),)), hub_module.Fault(503)]
    clock = Clock()
    client = HubClient(replace(PLAIN, waits=(1.0, 2.0, 3.0)), clock)
    repository = client.resolve(parse_name("hf://acme/plain"))
    assert isinstance(client.read(repository, "README.md", 10_000), bytes)
    assert clock.waited == [7.0, 42.0, 2.0]
    assert client.spent.requests == len(hub.log)


def test_a_gated_file_is_skipped_with_the_reason(hub: Any) -> None:
    hub.gated = frozenset({"acme/plain"})
    client, repository = _resolved()
    assert repository.gated == "auto"
    assert client.read(repository, "config.json", 1_000) == Skipped(
        "config.json", "gated: the hub refuses it to this user (403)"
    )


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"cut": True}, "the connection broke"), ({"slow": 2.0}, "the connection broke"),
        ({"status": 302, "headers": (("Location", "http://169.254.169.254/latest"),)}, "redirected to 169.254.169.254"),
        ({"status": 302, "headers": (("Location", "file:///etc/passwd"),)}, "redirected to"),
        ({"status": 404}, "is not there"), ({"status": 401}, "wants a token"),
    ],
)  # fmt: skip
def test_a_file_that_goes_wrong_is_skipped(
    hub: Any, hub_module: ModuleType, fault: dict[str, Any], reason: str
) -> None:
    client, repository = _resolved(replace(QUICK, seconds=1.0))
    hub.faults["README"] = [hub_module.Fault(**fault)]
    got = client.read(repository, "README.md", 10_000)
    assert isinstance(got, Skipped)
    assert reason in got.reason


def test_redirects_without_end_end(hub: Any, hub_module: ModuleType) -> None:
    client, repository = _resolved()
    hub.faults["README"] = [hub_module.Fault(302, (("Location", "/acme/plain/resolve/x/README.md"),))] * 50
    assert client.read(repository, "README.md", 10_000) == Skipped("README.md", "redirected too often")


def test_large_files_are_followed_to_their_store(hub: Any) -> None:
    hub.large = 10
    client, repository = _resolved()
    got = client.read(repository, "README.md", 10_000)
    assert isinstance(got, bytes)
    assert [r.status for r in hub.log[-2:]] == [302, 200]


def test_a_range_is_a_range_also_when_the_server_knows_none(hub: Any, hub_module: ModuleType) -> None:
    client, repository = _resolved()
    whole = client.read(repository, "README.md", 10_000)
    assert isinstance(whole, bytes)
    assert client.read(repository, "README.md", 10, start=4, end=13) == whole[4:14]
    hub.faults["README"] = [hub_module.Fault(no_range=True)]
    assert client.read(repository, "README.md", 10, start=4, end=13) == whole[4:14]


def test_content_that_is_not_what_was_listed_is_not_used(hub: Any, hub_module: ModuleType) -> None:
    hub.faults["config.json"] = [hub_module.Fault(garbage=True)]
    listing = list_hub("hf://acme/plain", QUICK)
    assert [s.file for s in listing.skipped if "listed" in s.reason or "larger" in s.reason] == ["config.json"]


def test_garbage_of_the_api_is_said(hub: Any, hub_module: ModuleType) -> None:
    hub.faults["/api/models"] = [hub_module.Fault(garbage=True)]
    with pytest.raises(TargetError, match="no usable answer"):
        collect("hf://acme/plain", QUICK)


def test_a_moved_repository_is_named(hub: Any) -> None:
    hub.moved = {"old/name": "acme/plain"}
    snapshot = collect("hf://old/name")
    assert snapshot.repository is not None
    assert (snapshot.repository.id, snapshot.repository.moved_from) == ("acme/plain", "old/name")


def test_offline_is_said_and_asks_nothing(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(TargetError, match="HF_HUB_OFFLINE is set"):
        collect("hf://acme/plain")
    assert hub.log == []


def test_a_hub_that_is_not_there_is_said(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(TargetError, match=r"http://127.0.0.1:9 gave no usable answer"):
        collect("hf://acme/plain", QUICK)
