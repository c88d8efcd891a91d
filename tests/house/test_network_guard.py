"""The guard every other test relies on."""

from __future__ import annotations

import socket

import pytest


def test_connections_are_refused() -> None:
    with pytest.raises(AssertionError, match="connection"):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    with pytest.raises(AssertionError, match="connection"), socket.socket() as one:
        one.connect(("192.0.2.1", 80))
    with pytest.raises(AssertionError, match="connection"):
        socket.getaddrinfo("example.com", 80)
