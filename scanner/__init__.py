"""datacustoms: every path by which data can leave Python code, drawn up to the host, its operator and country.

>>> import scanner
>>> report = scanner.scan("path/to/package", home=("DE",))  # doctest: +SKIP

Everything but the version is imported on use, so that ``import scanner`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scanner.errors import DatacustomsError
    from scanner.policy.records import Finding, Report

__all__ = ["DatacustomsError", "Finding", "Report", "__version__", "scan"]

__version__ = "0.1.0"

_PLACES = {
    "DatacustomsError": "scanner.errors",
    "Finding": "scanner.policy.records",
    "Report": "scanner.policy.records",
}


def scan(
    target: str,
    *,
    home: tuple[str, ...] = (),
    policy: str = "",
    language: str = "en",
    jobs: int = 1,
    use_semgrep: bool = True,
) -> Report:
    """Reads ``target`` without running it and reports every path by which data can leave.

    ``target`` is a folder, a file, a wheel, an sdist, a zip, ``pypi:NAME[==VERSION]`` or ``installed:NAME``. ``home``
    are ISO 3166-1 alpha-2 codes or groups (``EEA``); with none, destinations are reported and no regime is assessed.
    ``policy`` is the file of a policy pack or the name of a bundled one; ``language`` of the texts is en or zh.
    ``jobs`` is the number of processes; the result does not depend on it. Raises ``DatacustomsError``.
    """
    from datetime import date

    from scanner.pipeline import Options
    from scanner.pipeline import scan as run
    from scanner.policy import parse_home
    from scanner.policy.packs import load_pack

    today = date.today().isoformat()
    pack = load_pack(policy, today) if policy else None
    homes = parse_home(",".join(home)) or (pack.home if pack else ())
    return run(target, Options(homes, jobs, use_semgrep, pack=pack, today=today if pack else "", language=language))


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)
