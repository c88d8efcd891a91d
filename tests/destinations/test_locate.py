"""Hosts, operators and countries: first what must stay Unknown or silent, then what must be told."""

from __future__ import annotations

import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalog.records import Catalog
from scanner.destinations import Destination, Resolver, locate, locate_text
from scanner.flows.records import Endpoint


@pytest.mark.parametrize(
    "text",
    ["", "garbage", "{?}", "{?}/v1/x", "https://{?}", "https://{?}/v1", "https://api.{?}", "http://x.notatld", "http://a..b.com",
     "http://-x.com", "/v1/chat", "telemetry.py", "https://", "https://%41.com/", "{?}{?}.com", "\ue000"],
)  # fmt: skip
def test_no_host_is_unknown_and_never_an_error(catalog: Catalog, text: str) -> None:
    where = locate_text(text, catalog)
    assert (where.host, where.operator, where.country, where.local) == ("", "", "", False)


@pytest.mark.parametrize(
    "text",
    ["http://127.0.0.1:8000", "http://localhost{?}", "http://[::1]:80/x", "10.0.0.4", "http://169.254.169.254/x",
     "192.0.2.7", "http://100.64.1.1", "http://0.0.0.0:1", "http://[::ffff:10.0.0.1]/", "printer.local",
     "metadata.google.internal", "http://jaeger:4317", "file:///etc/passwd", "https://api.example.com/v1", "http://{?}.svc.cluster.local"],
)  # fmt: skip
def test_the_machine_and_its_network_are_no_transfer(catalog: Catalog, text: str) -> None:
    assert locate_text(text, catalog).local


@pytest.mark.parametrize(
    "text",
    ["https://myres.openai.azure.com", "https://acct.blob.core.windows.net/c", "https://bucket.s3.amazonaws.com", "s3://bucket/key",
     "https://app.herokuapp.com", "https://d1.cloudfront.net", "https://aiplatform.googleapis.com", "https://api.openai.com/v1",
     "https://o1.ingest.{?}.sentry.io/1", "https://{?}.datadoghq.com", "https://api.ap9.datadoghq.com", "https://{?}.amazonaws.com",
     "https://ec2.zz-nowhere-9.amazonaws.com", "https://telemetry.dagster.io", "https://iterative-telemetry.herokuapp.com"],
)  # fmt: skip
def test_an_operator_without_a_region_has_no_country(catalog: Catalog, text: str) -> None:
    where = locate_text(text, catalog)
    assert where.operator and where.operator_country == "US" and where.country == ""


@pytest.mark.parametrize(
    "text", ["https://unknown-site.cn", "https://some.de/x", "http://47.91.0.1/", "https://x.com.evil.ru"]
)
def test_a_country_code_domain_or_an_address_decides_nothing(catalog: Catalog, text: str) -> None:
    where = locate_text(text, catalog)
    assert where.host and (where.operator, where.country, where.confidence) == ("", "", "low")


def test_a_suffix_matches_at_label_boundaries_only(catalog: Catalog) -> None:
    assert locate_text("https://nothuggingface.co", catalog).operator == ""
    assert locate_text("https://huggingface.co.evil.net", catalog).operator == ""


@pytest.mark.parametrize(
    ("text", "host", "operator", "home", "country"),
    [
        ("https://key@o123.ingest.us.sentry.io/1", "o123.ingest.us.sentry.io", "Sentry", "US", "US"),
        ("https://o1.ingest.de.sentry.io/1", "o1.ingest.de.sentry.io", "Sentry", "US", "DE"),
        ("https://us.i.posthog.com/batch/", "us.i.posthog.com", "PostHog", "US", "US"),
        ("https://eu.posthog.com", "eu.posthog.com", "PostHog", "US", "EU"),
        ("http://paddlepaddle.org.cn/x", "paddlepaddle.org.cn", "Baidu (PaddlePaddle)", "CN", "CN"),
        ("https://paddlenlp.bj.bcebos.com/a", "paddlenlp.bj.bcebos.com", "Baidu AI Cloud BOS", "CN", "CN"),
        ("wss://dashscope.aliyuncs.com/ws", "dashscope.aliyuncs.com", "Alibaba Cloud Model Studio", "CN", "CN"),
        ("dashscope-intl.aliyuncs.com:443", "dashscope-intl.aliyuncs.com", "Alibaba Cloud Model Studio", "CN", "SG"),
        ("https://b.oss-cn-hongkong.aliyuncs.com", "b.oss-cn-hongkong.aliyuncs.com", "Alibaba Cloud", "CN", "HK"),
        ("https://huggingface.co/api/telemetry", "huggingface.co", "Hugging Face", "US", "US"),
        ("https://x.s3.eu-west-1.amazonaws.com", "x.s3.eu-west-1.amazonaws.com", "Amazon Web Services", "US", "IE"),
        ("https://telemetry-321112.ew.r.appspot.com", "telemetry-321112.ew.r.appspot.com",
         "Evidently AI via Google App Engine", "GB", "BE"),
        ("https://eu.api.openai.com/v1", "eu.api.openai.com", "OpenAI", "US", "EU"),
        ("https://https://api.segment.io", "api.segment.io", "Twilio Segment", "US", "US"),
        ("HTTPS://API.Segment.IO./v1", "api.segment.io", "Twilio Segment", "US", "US"),
        ("https://{?}-ew.a.run.app", "{?}-ew.a.run.app", "Google Cloud Run", "US", "BE"),
    ],
)  # fmt: skip
def test_operator_home_and_country(
    catalog: Catalog, text: str, host: str, operator: str, home: str, country: str
) -> None:
    where = locate_text(text, catalog)
    assert (where.host, where.operator, where.operator_country, where.country) == (host, operator, home, country)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://key@evil.cn:443/x@api.openai.com", "evil.cn"),
        ("https://evil.cn?u=https://api.openai.com/v1", "evil.cn"),
        ("https://api.openai.com.evil.cn", "api.openai.com.evil.cn"),
        ("https://api\u3002openai\uff0ecom/v1", "api.openai.com"),
        ("https://\uff41pi.openai.com/v1", "api.openai.com"),
        ("HTTPS://API.OPENAI.COM.:443", "api.openai.com"),
        ("git@github.com:owner/name.git", "github.com"),
        ("Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=x", "ns.servicebus.windows.net"),
        ("host=db.eu-west-1.rds.amazonaws.com port=5432", "db.eu-west-1.rds.amazonaws.com"),
        ("kafka-1.confluent.cloud:9092,kafka-2.confluent.cloud:9092", "kafka-1.confluent.cloud"),
        ("abfss://c@acct.dfs.core.windows.net/x", "acct.dfs.core.windows.net"),
        ("http://0x8.8.0x8.010/", "8.8.8.8"),
    ],
)
def test_the_host_a_client_would_reach(catalog: Catalog, text: str, host: str) -> None:
    assert locate_text(text, catalog).host == host


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("https://eu-west-1.s3.amazonaws.com", ""),  # a bucket may be named like a region
        ("https://cn-beijing.oss-us-west-1.aliyuncs.com", "US"),
        ("https://logs.eu-west-1.s3.us-east-1.amazonaws.com", "US"),
        ("https://s3.eu-west-{?}.amazonaws.com", ""),
        ("https://{?}s3.eu-west-1.amazonaws.com", "IE"),
        ("https://x-{?}.a.run.app", ""),
        ("https://ap1.api.segment.io", ""),  # a name below a row that knows only its own host
        ("https://saffron.oncall.datadoghq.com", ""),
        ("https://x.cn-east-9.amazonaws.com.cn", "CN"),  # the whole cloud lies there
    ],
)
def test_a_region_counts_where_the_provider_puts_it(catalog: Catalog, text: str, country: str) -> None:
    assert locate_text(text, catalog).country == country


def test_what_hands_on_says_so(catalog: Catalog) -> None:
    for text in (
        "https://x.cloudfront.net",
        "https://openrouter.ai",
        "https://x.trycloudflare.com",
        "https://bit.ly/x",
    ):
        assert "onward: unknown" in locate_text(text, catalog).evidence


def test_the_first_host_of_a_text_answers_and_names_the_others(catalog: Catalog) -> None:
    where = locate_text("https://us.i.posthog.com,https://eu.i.posthog.com", catalog)
    assert where.host == "us.i.posthog.com" and "also names eu.i.posthog.com" in where.evidence


def test_several_urls_in_one_text(resolver: Resolver) -> None:
    found = resolver.resolve("https://api.modal.com,https://api.modal2.com")
    assert [where.host for where in found] == ["api.modal.com", "api.modal2.com"]


def test_an_idn_host_becomes_punycode(catalog: Catalog) -> None:
    assert locate_text("https://bücher.de/x", catalog).host == "xn--bcher-kva.de"


def test_an_unknown_part_after_the_host_lowers_the_confidence(resolver: Resolver) -> None:
    firm, open_end = resolver.resolve("https://api.segment.io/{?}")[0], resolver.resolve("https://api.segment.io{?}")[0]
    assert firm.host == open_end.host == "api.segment.io"
    assert (firm.confidence, open_end.confidence) == ("high", "low")


def test_confidence_follows_the_evidence(resolver: Resolver) -> None:
    assert resolver.resolve("https://api.mem0.ai")[0].confidence == "medium"
    assert resolver.resolve("https://api.segment.io", resolved_by="card")[0].confidence == "low"


def test_evidence_names_place_row_and_date(catalog: Catalog) -> None:
    endpoint = Endpoint("https://us.i.posthog.com", "env-default", "pkg/a.py:7", ("POSTHOG_HOST",))
    (where,) = locate(endpoint, catalog)
    assert where.overrides == ("POSTHOG_HOST",)
    assert all(part in where.evidence for part in ("pkg/a.py:7 (env-default)", "row us.i.posthog.com", "2026-11"))


def test_no_socket_is_opened(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert resolver.resolve("https://huggingface.co")[0].country == "US"


def test_a_host_costs_microseconds(catalog: Catalog, resolver: Resolver) -> None:
    hosts = [row.host_suffix for row in catalog.operators]

    def once() -> float:
        start = time.perf_counter()
        for host in hosts:
            resolver.resolve(host)
        return (time.perf_counter() - start) / len(hosts)

    assert min(once() for _ in range(5)) < 200e-6, "measured below 20 us on a quiet machine"


LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
HOLES = st.lists(st.sampled_from(["{?}", "https://", ".com", "a", ".", ":", "@", "/", "[", "posthog.com", "é", " "]))


@given(st.text() | HOLES.map("".join))
def test_no_text_crashes_the_resolver(resolver: Resolver, text: str) -> None:
    assert all(isinstance(where, Destination) for where in resolver.resolve(text))


@given(
    st.lists(LABELS, min_size=1, max_size=4),
    st.sampled_from(["com", "posthog.com", "us.i.posthog.com", "bj.bcebos.com", "local"]),
)
def test_resolving_its_own_host_again_changes_nothing(resolver: Resolver, labels: list[str], tail: str) -> None:
    first = resolver.resolve("https://" + ".".join([*labels, tail]))[0]
    again = resolver.resolve(first.host)[0]
    assert (first.operator, first.country, first.local) == (again.operator, again.country, again.local)


@given(st.lists(LABELS, min_size=1, max_size=3), st.integers(min_value=0))
def test_a_label_in_front_never_leads_to_a_stranger(
    catalog: Catalog, resolver: Resolver, labels: list[str], index: int
) -> None:
    """Whoever answers for a name below a row is that row, or one below it; glued to it, nobody it knows."""
    row = catalog.operators[index % len(catalog.operators)]
    below = resolver.resolve(f"https://{'.'.join(labels)}.{row.host_suffix}")[0]
    names = {one.operator for one in catalog.operators if f".{one.host_suffix}".endswith(f".{row.host_suffix}")}
    assert below.operator in names


@given(st.sampled_from(["evil.cn", "attacker.ru", "collector.de"]), st.integers(min_value=0))
def test_a_known_host_in_front_of_a_stranger_is_the_stranger(
    catalog: Catalog, resolver: Resolver, stranger: str, index: int
) -> None:
    row = catalog.operators[index % len(catalog.operators)]
    where = resolver.resolve(f"https://{row.host_suffix}.{stranger}")[0]
    assert (where.operator, where.country) == ("", "")


@given(st.lists(LABELS, max_size=3), st.integers(min_value=0))
def test_the_longest_suffix_wins(catalog: Catalog, resolver: Resolver, labels: list[str], index: int) -> None:
    row = catalog.operators[index % len(catalog.operators)]
    host = ".".join([*labels, row.host_suffix])
    longest = max(
        (one for one in catalog.operators if f".{host}".endswith(f".{one.host_suffix}")),
        key=lambda one: len(one.host_suffix),
    )
    assert resolver.resolve(f"https://{host}/")[0].operator == longest.operator


def test_a_parent_is_a_fact_of_its_own(catalog: Catalog) -> None:
    lone = locate_text("https://api.openai.com/v1", catalog)
    assert (lone.parent, lone.parent_country) == ("", "")
    owned = locate_text("https://open.feishu.cn/open-apis", catalog)
    assert (owned.operator_country, owned.parent, owned.parent_country) == ("CN", "ByteDance", "CN")
    abroad = locate_text("https://open.larksuite.com/open-apis", catalog)
    assert (abroad.operator_country, abroad.parent_country, abroad.country) == ("SG", "CN", "")
    assert "parent: ByteDance (" in abroad.evidence


@pytest.mark.parametrize(
    ("text", "host", "reads"),
    [
        ("https://api.\u043epenai.com/v1", "api.xn--penai-iye.com", "api.\u043epenai.com (CYRILLIC SMALL LETTER O)"),
        ("https://xn--bcher-kva.de", "xn--bcher-kva.de", "b\u00fccher.de (LATIN SMALL LETTER U WITH DIAERESIS)"),
        ("https://xn--zzzzzzzz9.com", "xn--zzzzzzzz9.com", ""),
    ],
)
def test_a_look_alike_is_a_stranger_and_spelt_out(catalog: Catalog, text: str, host: str, reads: str) -> None:
    where = locate_text(text, catalog)
    assert (where.operator, where.country) == ("", "")
    assert where.host == host and f"internationalised name: reads {reads}" in where.evidence
