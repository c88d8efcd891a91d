"""Addresses: reading them in every notation a resolver accepts, and which of them never leave the network.

``inet_aton`` of the C library reads ``127.1``, ``2130706433`` and ``0x7f.1`` as loopback, and so do the HTTP clients
that call it: a host in such a notation is an address, not a name.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_WIDTHS = {1: (32,), 2: (8, 24), 3: (8, 8, 16), 4: (8, 8, 8, 8)}
"""Bits of each part of a dotted address, by the number of parts."""

_METADATA = frozenset({"169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "fd00:ec2::254"})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_CARRIER = ipaddress.IPv4Network("100.64.0.0/10")
_DOCUMENTATION = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)


def read_address(host: str) -> Address | None:
    """The address a host without brackets, port and zone stands for; None when it is a name."""
    first = host[:1]
    if ":" in host:
        return _version_six(host)
    if not first.isdigit() or not (host[-1:].isdigit() or "x" in host):
        return None  # names are the common case
    return _version_four(host)


@lru_cache(maxsize=1024)
def why_local(address: Address) -> str:
    """Why nothing leaves the network when it is sent to an address, ``""`` when it does."""
    inner = embedded(address)
    if str(inner) in _METADATA:
        return "metadata service of the cloud the program runs in"
    if any(inner in network for network in _DOCUMENTATION if network.version == inner.version):
        return "documentation address (RFC 5737, RFC 3849)"
    if inner.is_loopback or inner.is_unspecified:
        return "this machine"
    if inner.is_link_local:
        return "link-local address"
    if inner.is_multicast:
        return "multicast address"
    if inner.version == 4 and inner in _CARRIER:
        return "shared address space of a carrier (RFC 6598)"
    return "" if inner.is_global else "address that is not routed on the public network"


def embedded(address: Address) -> Address:
    """The IPv4 address inside a mapped or translated IPv6 address; any other address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _version_six(host: str) -> Address | None:
    try:
        return ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return None


def _version_four(host: str) -> Address | None:
    parts = host.split(".")
    widths = _WIDTHS.get(len(parts))
    if widths is None or len(host) > 64:
        return None
    value = 0
    for part, width in zip(parts, widths, strict=True):
        number = _number(part)
        if number is None or number >= 1 << width:
            return None
        value = value << width | number
    return ipaddress.IPv4Address(value)


def _number(text: str) -> int | None:
    if not text.isascii():
        return None
    base = 16 if text[:2] in ("0x", "0X") else 8 if len(text) > 1 and text[0] == "0" else 10
    digits = text[2:] if base == 16 else text
    if not digits.isalnum():
        return None
    try:
        return int(digits, base)
    except ValueError:
        return None
