"""The files remedies can be written as: a new one is one function and one line in ``FILES``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from scanner.errors import UsageError
from scanner.policy.records import Report
from scanner.remedies import allow_lists, allow_proxies, switch_files
from scanner.remedies.records import NOTHING_MORE, Aim, Wishes

Written = Callable[[Report, Aim, Wishes], str]

FILES: Mapping[str, Written] = MappingProxyType(
    {
        "env": switch_files.env,
        "shell": switch_files.shell,
        "dockerfile": switch_files.dockerfile,
        "kubernetes": switch_files.config_map,
        "kubernetes-env": switch_files.container_env,
        "networkpolicy": allow_lists.network_policy,
        "cilium": allow_lists.cilium,
        "nftables": allow_lists.nftables,
        "squid": allow_proxies.squid,
        "envoy": allow_proxies.envoy,
    }
)
"""Name to writer; every file ends with a newline and is the same for the same report."""


def render_file(name: str, report: Report, aim: Aim, wishes: Wishes = NOTHING_MORE) -> str:
    """One file; raises ``UsageError`` for an unknown name."""
    if name not in FILES:
        raise UsageError(f"{name[:20]!r} is no file of remedies.", f"Use one of {', '.join(FILES)}.")
    return FILES[name](report, aim, wishes)
