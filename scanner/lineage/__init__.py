"""The joined picture of a repository: what it is made from, and what runs when it loads, each with its commit.

``read`` takes the claims of a snapshot, ``follow`` fetches what they lead to, ``describe`` is what a report shows.
"""

from __future__ import annotations

from scanner.lineage.records import CodeShown, OriginShown, Provenance, Reading
from scanner.lineage.walking import describe, follow, read

__all__ = ["CodeShown", "OriginShown", "Provenance", "Reading", "describe", "follow", "read"]
