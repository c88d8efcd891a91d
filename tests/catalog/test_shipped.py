"""What the shipped rows promise: every one can be checked, and the names meet each other."""

from __future__ import annotations

from importlib import import_module

import pytest

from scanner.catalog import Catalog, by_name, load


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def _imported(name: str) -> object:
    """The object a dotted name of the standard library stands for."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise AssertionError(f"no module of {name}")


def test_reading_or_configuring_is_no_sink(catalog: Catalog) -> None:
    sinks = by_name(catalog.sinks)
    for name in (
        "socket.gethostname",
        "requests.Session",
        "httpx.Client",
        "posthog.Posthog",
        "os.getenv",
        "openai.OpenAI",
    ):
        assert name not in sinks


def test_every_row_has_source_and_date(catalog: Catalog) -> None:
    tables = [getattr(catalog, topic) for topic in Catalog.__slots__ if topic != "date"]
    assert all(tables)
    assert all(row.source and row.date for rows in tables for row in rows)
    assert catalog.date >= "2026-11-23"


def test_rows_are_sorted_and_stand_once(catalog: Catalog) -> None:
    for topic in ("sinks", "types", "callbacks", "environment", "sanitizers", "aliases"):
        names = [row.name for row in getattr(catalog, topic)]
        assert names == sorted(set(names))


def test_names_of_the_standard_library_exist(catalog: Catalog) -> None:
    rows = [row for topic in ("sinks", "callbacks", "environment", "sanitizers") for row in getattr(catalog, topic)]
    for name in {row.name for row in rows if row.source.startswith("CPython")}:
        if not name.startswith(("<builtin>", "telnetlib")):  # telnetlib left the library with Python 3.13
            _imported(name.removesuffix(".in_model_file").removesuffix(".given_url"))


def test_a_sink_tells_where_it_sends(catalog: Catalog) -> None:
    """A row of a vendor's SDK knows a host or the argument that holds one; otherwise every finding would be Unknown."""
    dumb = {
        row.name
        for row in catalog.sinks
        if not (row.url or row.receiver_url or row.module_url or row.default_hosts or row.environment_url or row.region)
        and not row.name.endswith(".in_model_file")  # a program that a model file starts may do anything
    }
    elsewhere = (
        "aioftp applicationinsights asyncssh aws_xray_sdk confluent_kafka ftplib ngrok opentelemetry paramiko pycurl "
        "sacred scp snowplow_tracker socketio torch twisted whois zmq"
    )
    assert {name.split(".")[0] for name in dumb} <= set(elsewhere.split())


def test_aliases_lead_to_something_known(catalog: Catalog) -> None:
    topics = ("sinks", "types", "callbacks", "environment")
    names = {row.name for topic in topics for row in getattr(catalog, topic)}
    for alias in catalog.aliases:
        assert any(name == alias.target or name.startswith(f"{alias.target}.") for name in names), alias


@pytest.mark.parametrize(
    ("name", "kind", "field", "expected"),
    [
        ("requests.post", "generic", "payload", (1, 2, "data", "json", "files", "params", "headers")),
        ("requests.Session.request", "generic", "url", (1, "url")),
        ("urllib.request.urlopen", "generic", "url", (0, "url")),
        ("httpx.Client.post", "generic", "receiver_url", ("base_url",)),
        ("posthog.Posthog.capture", "telemetry", "default_hosts", ("us.i.posthog.com",)),
        ("posthog.capture", "telemetry", "module_url", ("posthog.host", "posthog.api_host")),
        ("segment.analytics.track", "telemetry", "default_hosts", ("api.segment.io",)),
        ("sentry_sdk.init", "error-reporting", "constructor", True),
        ("dashscope.Generation.call", "remote-inference", "default_hosts", ("dashscope.aliyuncs.com",)),
        ("whois.whois", "download", "transport", "whois"),
    ],
)
def test_senders_seen_in_real_packages(catalog: Catalog, name: str, kind: str, field: str, expected: object) -> None:
    row = by_name(catalog.sinks)[name]
    assert row.kind == kind
    assert getattr(row, field) == expected


def test_private_telemetry_sender_of_the_hub_ignores_its_switch(catalog: Catalog) -> None:
    sinks = by_name(catalog.sinks)
    public = sinks["huggingface_hub.utils.send_telemetry"]
    private = sinks["huggingface_hub.utils._telemetry._send_telemetry_in_thread"]
    assert "HF_HUB_DISABLE_TELEMETRY=1" in public.switches
    assert "HF_HUB_DISABLE_TELEMETRY=1" not in private.switches


def test_hub_session_is_an_http_client(catalog: Catalog) -> None:
    assert by_name(catalog.types)["huggingface_hub.utils.get_session"].returns == "httpx.Client"
    assert by_name(catalog.aliases)["httpx2"].target == "httpx"


def test_threads_and_exit_hooks(catalog: Catalog) -> None:
    rows = by_name(catalog.callbacks)
    thread, hook = rows["threading.Thread"], rows["atexit.register"]
    assert (thread.callback, thread.arguments, thread.keywords) == ((1, "target"), (3, "args"), (4, "kwargs"))
    assert (hook.callback, hook.rest, hook.trigger) == ((0, "func"), True, "exit")


def test_a_hash_of_a_device_still_names_the_device(catalog: Catalog) -> None:
    rows = by_name(catalog.sanitizers)
    assert "device_id" in rows["hashlib.sha256"].keeps
    assert rows["presidio_anonymizer.AnonymizerEngine.anonymize"].keeps == ()


def test_an_encoding_is_no_safeguard(catalog: Catalog) -> None:
    sanitizers = {row.name for row in catalog.sanitizers}
    carried = {row.name for row in catalog.propagators}
    assert {"base64.b64encode", "gzip.compress", "json.dumps"} <= carried
    assert not carried & sanitizers


def test_posthog_rewrites_its_hosts(catalog: Catalog) -> None:
    assert {row.host: row.effective for row in catalog.rewrites} == {
        "app.posthog.com": "us.i.posthog.com",
        "us.posthog.com": "us.i.posthog.com",
        "eu.posthog.com": "eu.i.posthog.com",
    }
