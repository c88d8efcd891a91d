"""Egress allow-lists of proxies: Squid and Envoy. Both see the name of the host, not its address."""

from __future__ import annotations

from scanner.policy.records import Report
from scanner.remedies.egress import by_port, egress
from scanner.remedies.records import Aim, OpenHost, Wishes
from scanner.remedies.text import yaml_text
from scanner.remedies.wording import about_host, commented, head, not_listed

PORT = 3128
_TYPES = "type.googleapis.com/envoy.extensions"


def squid(report: Report, aim: Aim, wishes: Wishes) -> str:
    """A whole ``squid.conf``: one list of names per port, everything else refused."""
    found = egress(aim, wishes)
    ports = by_port(found.hosts)
    text = commented([*head(report, "Egress (Squid)"), *not_listed(found)])
    text += f"http_port {PORT}\nacl datacustoms_tunnel method CONNECT\n"
    for port, hosts in ports:
        text += f"\nacl datacustoms_port_{port} port {port}\n"
        for host in hosts:
            text += commented(about_host(host)) + _acl(host, port)
        for kind in sorted({_kind(host) for host in hosts}):
            tunnel = "" if port == 80 else "datacustoms_tunnel "
            text += f"http_access allow {tunnel}datacustoms_port_{port} datacustoms_{kind}_{port}\n"
    return text + "\nhttp_access deny all\n"


def _kind(host: OpenHost) -> str:
    return "addresses" if host.is_address else "names"


def _acl(host: OpenHost, port: int) -> str:
    if host.is_address:
        return f"acl datacustoms_addresses_{port} dst {host.name}\n"
    # A leading dot stands for the name and everything below it; -n: an address is not looked up.
    return f"acl datacustoms_names_{port} dstdomain -n {host.name.removeprefix('*')}\n"


def envoy(report: Report, aim: Aim, wishes: Wishes) -> str:
    """A whole bootstrap: a forward proxy with one virtual host per name; other names find none and get 404."""
    found = egress(aim, wishes)
    hosts = "".join(
        commented(about_host(host), " " * 18) + _virtual_host(number, host, port)
        for number, (host, port) in enumerate((h, p) for h in found.hosts for p in h.ports)
    )
    cluster = _CLUSTER if found.hosts else " []\n"
    hosts = f"\n{hosts}" if hosts else " []\n"
    talk = [*head(report, "Egress (Envoy)"), *not_listed(found)]
    return commented(talk) + _LISTENER.format(port=PORT, types=_TYPES, hosts=hosts) + cluster.format(types=_TYPES)


def _virtual_host(number: int, host: OpenHost, port: int) -> str:
    names = [f"{host.name}:{port}", *([host.name] if port == 80 else [])]
    if ":" in host.name:
        names = [f"[{host.name}]:{port}"]
    domains = ", ".join(yaml_text(name) for name in names)
    connect = _route("connect_matcher: {}", ", upgrade_configs: [{upgrade_type: CONNECT, connect_config: {}}]")
    plain = _route('prefix: "/"', "") if port == 80 else ""
    return (
        f"                  - name: open_{number}\n                    domains: [{domains}]\n"
        f"                    routes:\n{connect}{plain}"
    )


def _route(match: str, more: str) -> str:
    return (
        f"                      - match: {{{match}}}\n"
        f"                        route: {{cluster: resolved{more}}}\n"
    )  # fmt: skip


_LISTENER = """\
static_resources:
  listeners:
    - name: egress
      address: {{socket_address: {{address: 0.0.0.0, port_value: {port}}}}}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": {types}.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: egress
                upgrade_configs: [{{upgrade_type: CONNECT}}]
                http_filters:
                  - name: envoy.filters.http.dynamic_forward_proxy
                    typed_config:
                      "@type": {types}.filters.http.dynamic_forward_proxy.v3.FilterConfig
                      dns_cache_config: {{name: names, dns_lookup_family: V4_PREFERRED}}
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": {types}.filters.http.router.v3.Router
                route_config:
                  name: egress
                  virtual_hosts:{hosts}  clusters:"""
_CLUSTER = """
    - name: resolved
      lb_policy: CLUSTER_PROVIDED
      cluster_type:
        name: envoy.clusters.dynamic_forward_proxy
        typed_config:
          "@type": {types}.clusters.dynamic_forward_proxy.v3.ClusterConfig
          dns_cache_config: {{name: names, dns_lookup_family: V4_PREFERRED}}
"""
