"""Addresses: every notation a client accepts, and which never leave the network."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.destinations.addresses import read_address, why_local


@pytest.mark.parametrize(
    "text", ["", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "08.1.1.1", "0x", "1e3", "a.1", "1..2", "::g"]
)
def test_no_address(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0x7f.1", "127.0.0.1"), ("017700000001", "127.0.0.1"),
     ("10.256", "10.0.1.0"), ("fe80::1%eth0", "fe80::1"), ("::1", "::1")],
)  # fmt: skip
def test_notations_of_the_c_library(text: str, address: str) -> None:
    assert str(read_address(text)) == address


@given(st.ip_addresses())
def test_every_address_reads_back(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert read_address(str(address)) == address


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_a_public_address_is_a_transfer(text: str) -> None:
    address = read_address(text)
    assert address is not None and why_local(address) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [("169.254.169.254", "metadata"), ("100.100.100.200", "metadata"), ("100.64.0.1", "carrier"),
     ("203.0.113.5", "documentation"), ("2001:db8::1", "documentation"), ("224.0.0.1", "multicast"),
     ("64:ff9b::7f00:1", "machine"), ("::ffff:10.0.0.1", "not routed"), ("169.254.1.1", "link-local")],
)  # fmt: skip
def test_why_an_address_is_no_transfer(text: str, why: str) -> None:
    address = read_address(text)
    assert address is not None and why in why_local(address)
