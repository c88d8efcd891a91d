"""Remedies: what stops the paths of a report. Switch files, egress allow-lists, and a patch of the scanned code.

``choose`` says which findings are to be stopped; ``switches``, ``egress`` and ``make_patch`` say with what; ``compare``
tells what a second scan shows. Nothing here writes a file or opens a connection.
"""

from __future__ import annotations

from scanner.remedies.choosing import choose
from scanner.remedies.comparing import compare
from scanner.remedies.egress import egress
from scanner.remedies.files import FILES, render_file
from scanner.remedies.patching import make_patch
from scanner.remedies.records import Aim, Egress, Patch, SwitchPlan, Wishes
from scanner.remedies.switches import switches

__all__ = [
    "FILES",
    "Aim",
    "Egress",
    "Patch",
    "SwitchPlan",
    "Wishes",
    "choose",
    "compare",
    "egress",
    "make_patch",
    "render_file",
    "switches",
]
