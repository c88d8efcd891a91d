"""Which hosts have to stay reachable: those of the findings that are kept, and no others."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

from scanner.destinations.records import Destination
from scanner.errors import UsageError
from scanner.policy.records import Finding
from scanner.remedies.records import NOTHING_MORE, Aim, Egress, OpenHost, Wishes
from scanner.remedies.text import HOST
from scanner.vocabulary import UNKNOWN_PART

_PORTS = {"http": 80, "ws": 80, "ftp": 21, "ssh": 22, "smtp": 25, "whois": 43, "dns": 53}
_TLS = 443


def egress(aim: Aim, wishes: Wishes = NOTHING_MORE) -> Egress:
    """The hosts a program needs; raises ``UsageError`` for an allowed host that is none."""
    ports: dict[str, set[int]] = defaultdict(set)
    needed: dict[str, dict[str, Finding]] = defaultdict(dict)
    partly: dict[str, dict[str, Finding]] = defaultdict(dict)
    unknown: list[Finding] = []
    for finding in aim.keep:
        remote = [where for where in finding.destinations if not where.local]
        for where in remote:
            if UNKNOWN_PART in where.host:
                partly[where.host][finding.id] = finding
            elif _is_named(where.host):
                needed[where.host][finding.id] = finding
                ports[where.host].add(_port(where, finding))
        if (remote or not finding.destinations) and not any(_is_named(where.host) for where in remote):
            unknown += [] if any(UNKNOWN_PART in where.host for where in remote) else [finding]
    for name in wishes.allow:
        host, port = _allowed(name)
        needed.setdefault(host, {})
        ports[host].add(port)
    stopped = _stopped(aim)
    hosts = tuple(
        OpenHost(
            name, tuple(sorted(ports[name])), _by_id(needed[name]), _by_id(stopped.get(name, {})), _is_address(name)
        )
        for name in sorted(needed)
    )
    closed = tuple((name, _by_id(found)) for name, found in sorted(stopped.items()) if name not in needed)
    return Egress(hosts, closed, tuple((n, _by_id(f)) for n, f in sorted(partly.items())), tuple(unknown))


def by_port(hosts: Iterable[OpenHost]) -> list[tuple[int, list[OpenHost]]]:
    """The hosts of each port, ports in order: how lists are written that know one port at a time."""
    found: dict[int, list[OpenHost]] = defaultdict(list)
    for host in hosts:
        for port in host.ports:
            found[port].append(host)
    return sorted(found.items())


def _stopped(aim: Aim) -> dict[str, dict[str, Finding]]:
    found: dict[str, dict[str, Finding]] = defaultdict(dict)
    for finding in (*aim.stop, *aim.off):
        for where in finding.destinations:
            if where.host and not where.local:
                found[where.host][finding.id] = finding
    return found


def _by_id(findings: dict[str, Finding]) -> tuple[Finding, ...]:
    return tuple(findings[key] for key in sorted(findings))


def _is_named(host: str) -> bool:
    return HOST.fullmatch(host) is not None or _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _port(where: Destination, finding: Finding) -> int:
    """The port of the URL, else that of its scheme, else that of the transport; 443 where nothing is known."""
    try:
        split = urlsplit(where.url if "://" in where.url else f"//{where.url}")
        port = split.port
    except ValueError:
        return _TLS
    scheme = split.scheme or finding.flow.sink.scheme
    return port or _PORTS.get(scheme, _TLS)


def _allowed(text: str) -> tuple[str, int]:
    """``HOST`` or ``HOST:PORT``; ``*.name`` is everything below a name."""
    host, _, port = text.partition(":") if text.count(":") == 1 else (text, "", "")
    good = _is_named(host.lower()) and (not port or (port.isascii() and port.isdigit() and 0 < int(port) < 65536))
    if not good:
        raise UsageError(f"{text[:60]!r} is no host.", "Write example.org, *.example.org or example.org:8443.")
    return host.lower(), int(port or _TLS)
