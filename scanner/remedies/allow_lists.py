"""Egress allow-lists of the machine and the cluster: NetworkPolicy, Cilium, nftables."""

from __future__ import annotations

import ipaddress

from scanner.policy.records import Report
from scanner.remedies.egress import by_port, egress
from scanner.remedies.records import Aim, Egress, OpenHost, Wishes
from scanner.remedies.text import inert, label, yaml_text
from scanner.remedies.wording import about_host, commented, head, not_listed

PROXY_LABEL = "datacustoms-egress-proxy"
_TABLE = "datacustoms_egress"
_DNS_PEER = """\
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
"""


def network_policy(report: Report, aim: Aim, wishes: Wishes) -> str:
    """A Kubernetes NetworkPolicy: DNS, addresses that are known, and a proxy for everything that has a name."""
    found = egress(aim, wishes)
    name = label(report.name)
    talk = [
        *head(report, "Egress (Kubernetes NetworkPolicy)"),
        "A NetworkPolicy knows addresses only. Names go through pods labelled",
        f"app: {PROXY_LABEL}, to which the squid or envoy list belongs; these are the names:",
        *(line for host in found.hosts for line in about_host(host)),
        *not_listed(found),
        "does not stop: questions to DNS, which can carry data",
    ]
    return commented(talk) + (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: datacustoms-egress-{name}\nspec:\n"
        f"  podSelector:\n    matchLabels:\n      app: {name}\n  policyTypes: [Egress]\n  egress:\n"
        f"    - to:\n{_DNS_PEER}      ports:\n"
        "        - {protocol: UDP, port: 53}\n        - {protocol: TCP, port: 53}\n"
        f"{_proxy_rule(found)}{''.join(_block_rule(host) for host in found.hosts if host.is_address)}"
    )


def _proxy_rule(found: Egress) -> str:
    if all(host.is_address for host in found.hosts):
        return ""
    return (
        f"    - to:\n        - podSelector:\n            matchLabels:\n              app: {PROXY_LABEL}\n"
        "      ports:\n        - {protocol: TCP, port: 3128}\n"
    )


def _block_rule(host: OpenHost) -> str:
    ports = "".join(f"        - {{protocol: TCP, port: {port}}}\n" for port in host.ports)
    return f"    - to:\n        - ipBlock:\n            cidr: {yaml_text(_network(host))}\n      ports:\n{ports}"


def cilium(report: Report, aim: Aim, wishes: Wishes) -> str:
    """A CiliumNetworkPolicy: names, each on its ports, and DNS questions about these names only."""
    found = egress(aim, wishes)
    name = label(report.name)
    names = [host for host in found.hosts if not host.is_address]
    top = (
        f"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: datacustoms-egress-{name}\nspec:\n"
        f"  endpointSelector:\n    matchLabels:\n      app: {name}\n"
    )
    talk = [*head(report, "Egress (Cilium)"), *not_listed(found)]
    if not found.hosts:
        return commented(talk) + top + "  egress:\n    - {}\n"
    return commented(talk) + top + "  egress:\n" + (_cilium_dns(names) if names else "") + _cilium_rules(found)


def _cilium_dns(names: list[OpenHost]) -> str:
    asked = "".join(f"              - {_match(host)}\n" for host in names)
    return (
        '    - toEndpoints:\n        - matchLabels:\n            "k8s:io.kubernetes.pod.namespace": kube-system\n'
        '            "k8s:k8s-app": kube-dns\n'
        '      toPorts:\n        - ports:\n            - {port: "53", protocol: ANY}\n'
        f"          rules:\n            dns:\n{asked}"
    )


def _cilium_rules(found: Egress) -> str:
    rules = ""
    for host in found.hosts:
        to = f"toCIDR: [{yaml_text(_network(host))}]" if host.is_address else f"toFQDNs: [{_match(host)}]"
        ports = ", ".join(f'{{port: "{port}", protocol: TCP}}' for port in host.ports)
        rules += commented(about_host(host), "    ") + f"    - {to}\n      toPorts:\n        - ports: [{ports}]\n"
    return rules


def _match(host: OpenHost) -> str:
    """Cilium's ``*`` stands for one label or a part of one; ``**.`` for any number of them."""
    if host.name.startswith("*."):
        return f"{{matchPattern: {yaml_text('**' + host.name[1:])}}}"
    return f"{{matchName: {yaml_text(host.name)}}}"


def nftables(report: Report, aim: Aim, wishes: Wishes) -> str:
    """Rules for ``nft -f``: a set of addresses per port, which dnsmasq fills with what the names resolve to."""
    found = egress(aim, wishes)
    ports = by_port(found.hosts)
    talk = [
        *head(report, "Egress (nftables, for a machine or a network namespace of its own)"),
        "nft knows addresses only. These lines belong into the configuration of dnsmasq (2.87 or newer), which adds",
        "the addresses of exactly these names to the sets:",
        *(f"  {line}" for line in _dnsmasq(ports)),
        *(line for host in found.hosts for line in about_host(host)),
        *not_listed(found),
        "does not stop: questions to DNS, and other names on the same addresses",
    ]
    sets = "".join(_sets(port, hosts) for port, hosts in ports)
    rules = "".join(
        f"    ip daddr @open4_{port} tcp dport {port} accept\n    ip6 daddr @open6_{port} tcp dport {port} accept\n"
        for port, _ in ports
    )
    return "#!/usr/sbin/nft -f\n" + commented(talk) + (
        f"table inet {_TABLE}\ndelete table inet {_TABLE}\ntable inet {_TABLE} {{\n{sets}"
        "  chain output {\n    type filter hook output priority filter; policy drop;\n"
        '    oifname "lo" accept\n    ct state established,related accept\n'
        "    meta l4proto { tcp, udp } th dport 53 accept\n"
        "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept\n"
        f"{rules}    counter\n  }}\n}}\n"
    )  # fmt: skip


def _dnsmasq(ports: list[tuple[int, list[OpenHost]]]) -> list[str]:
    lines = []
    for port, hosts in ports:
        for host in hosts:
            if not host.is_address:
                sets = f"4#inet#{_TABLE}#open4_{port},6#inet#{_TABLE}#open6_{port}"
                lines.append(f"nftset=/{inert(host.name.removeprefix('*.'))}/{sets}")
    return lines


def _sets(port: int, hosts: list[OpenHost]) -> str:
    addresses = [ipaddress.ip_address(host.name) for host in hosts if host.is_address]
    text = ""
    for version in (4, 6):
        known = ", ".join(str(a) for a in addresses if a.version == version)
        elements = f"    elements = {{ {known} }}\n" if known else ""
        text += f"  set open{version}_{port} {{\n    type ipv{version}_addr\n{elements}  }}\n"
    return text


def _network(host: OpenHost) -> str:
    return str(ipaddress.ip_network(host.name))
