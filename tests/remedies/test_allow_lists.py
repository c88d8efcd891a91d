"""Allow-lists open exactly the known hosts of what is kept, and say what they cannot name."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.policy.records import Report
from scanner.remedies import Wishes, choose, egress, render_file
from tests.remedies.sources import report, sent_back, used
from tests.remedies.validators import (
    active,
    read_cilium,
    read_envoy,
    read_kubernetes,
    read_nftables,
    read_squid,
)

FORMATS = ("networkpolicy", "cilium", "nftables", "squid", "envoy")
MANY = report(
    used(1, "https://api.acme-models.com/v1"),
    used(2, "https://api.acme-models.com:8443/v1"),
    used(3, "http://plain.acme-models.com/"),
    used(4, "https://203.0.112.7:9000"),
    used(5, "https://[2a00:1450::1]/"),
    used(6, "https://{?}.acme-models.com"),
    used(7, destinations=()),
    sent_back(8),
    sent_back(9, host="api.acme-models.com"),
    sent_back(10, rule="DC004", host="later.acme-analytics.com"),
)
WISHES = Wishes(allow=("*.acme-store.com", "own.acme-store.com:8080"))


def written(name: str, told: Report = MANY, wishes: Wishes = WISHES) -> str:
    return render_file(name, told, choose(told), wishes)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("closed", ["t.acme-analytics.com", "later.acme-analytics.com", "{?}"])
def test_a_host_nobody_needs_is_named_in_comments_only(name: str, closed: str) -> None:
    text = written(name)
    assert closed in text and closed not in "\n".join(active(text))


def test_local_hosts_need_no_hole() -> None:
    local = used(1)
    local = used(1, destinations=(type(local.destinations[0])(*("http://127.0.0.1", "127.0.0.1"), *[""] * 8, True),))
    assert egress(choose(report(local))).hosts == ()


def test_unknown_hosts_are_named() -> None:
    found = egress(choose(MANY))
    assert [f.id for f in found.unknown] == [f"b{7:019d}"]
    assert [name for name, _ in found.partly] == ["{?}.acme-models.com"]


def test_hosts_ports_and_who_shares_them() -> None:
    found = {h.name: h for h in egress(choose(MANY), WISHES).hosts}
    assert {name: h.ports for name, h in found.items()} == {
        "*.acme-store.com": (443,),
        "203.0.112.7": (9000,),
        "2a00:1450::1": (443,),
        "api.acme-models.com": (443, 8443),
        "own.acme-store.com": (8080,),
        "plain.acme-models.com": (80,),
    }
    assert [f.id for f in found["api.acme-models.com"].shared_with] == [f"a{9:019d}"]


@pytest.mark.parametrize("bad", ["", "a b", "http://a.example", "a.example:0", "a.example:x", "*", "x;y.z", "-a.b"])
def test_what_is_no_host_is_not_allowed(bad: str) -> None:
    with pytest.raises(UsageError, match="is no host"):
        egress(choose(MANY), Wishes(allow=(bad,)))


def test_network_policy() -> None:
    document = read_kubernetes(written("networkpolicy"))
    blocks = [t["ipBlock"]["cidr"] for rule in document["spec"]["egress"] for t in rule["to"] if "ipBlock" in t]
    assert blocks == ["203.0.112.7/32", "2a00:1450::1/128"]
    assert document["spec"]["policyTypes"] == ["Egress"]
    nothing = read_kubernetes(written("networkpolicy", report(), Wishes()))
    assert [p["port"] for rule in nothing["spec"]["egress"] for p in rule["ports"]] == [53, 53]


def test_cilium() -> None:
    rules = read_cilium(written("cilium"))["spec"]["egress"]
    names = [next(iter(one.values())) for rule in rules for one in rule.get("toFQDNs", ())]
    assert names == ["**.acme-store.com", "api.acme-models.com", "own.acme-store.com", "plain.acme-models.com"]
    asked = [next(iter(one.values())) for one in rules[0]["toPorts"][0]["rules"]["dns"]]
    assert asked == names
    assert read_cilium(written("cilium", report(), Wishes()))["spec"]["egress"] == [{}]


def test_envoy() -> None:
    document = read_envoy(written("envoy"))
    chain = document["static_resources"]["listeners"][0]["filter_chains"][0]
    hosts = chain["filters"][0]["typed_config"]["route_config"]["virtual_hosts"]
    assert [domain for one in hosts for domain in one["domains"]] == [
        "*.acme-store.com:443",
        "203.0.112.7:9000",
        "[2a00:1450::1]:443",
        "api.acme-models.com:443",
        "api.acme-models.com:8443",
        "own.acme-store.com:8080",
        *("plain.acme-models.com:80", "plain.acme-models.com"),
    ]
    assert read_envoy(written("envoy", report(), Wishes()))["static_resources"]["clusters"] == []


def test_squid_refuses_what_it_does_not_name() -> None:
    lines = active(written("squid"))
    assert lines[-1] == "http_access deny all"
    assert "acl datacustoms_names_443 dstdomain -n api.acme-models.com" in lines
    assert "acl datacustoms_names_443 dstdomain -n .acme-store.com" in lines
    assert active(written("squid", report(), Wishes()))[-1] == "http_access deny all"


def test_nftables_drops_what_it_does_not_name() -> None:
    text = written("nftables")
    assert "type filter hook output priority filter; policy drop;" in text
    assert "nftset=/api.acme-models.com/4#inet#datacustoms_egress#open4_443,6#inet#" in text
    assert [line.strip() for line in active(text) if "elements" in line] == [
        "elements = { 2a00:1450::1 }",
        "elements = { 203.0.112.7 }",
    ]


@pytest.mark.egress
@pytest.mark.parametrize("told", [MANY, report()])
def test_the_real_programs_take_them(told: Report, tmp_path: Path) -> None:
    read_nftables(written("nftables", told))
    read_squid(written("squid", told), tmp_path)
