"""Scans each declared distribution once, together with its companions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from scanner.dependencies.memory import file_fingerprint, fingerprint, keep, recall
from scanner.dependencies.records import Egress
from scanner.errors import TargetError
from scanner.inputs.downloads import cache_folder, download
from scanner.inputs.records import Dependency
from scanner.pipeline import Options, scan
from scanner.policy.records import Finding, Report

RETURNS = frozenset({"telemetry", "error-reporting", "log-upload"})
MOST_COMPANIONS = 6
_SENDERS = ("telemetry", "analytics", "usage", "tracking", "metrics")

Tell = Callable[[str, int, int], None]


def examine(
    dependencies: Sequence[Dependency], options: Options, *, fetch: bool, fresh: bool, tell: Tell
) -> tuple[Egress, ...]:
    """A row per dependency, in the order given. ``fetch`` allows pip to download what is not installed; ``fresh`` reads
    no row of an earlier run."""
    rows, salt = [], _salt(options)
    for done, one in enumerate(dependencies):
        tell(one.name, done, len(dependencies))
        try:
            rows.append(_row(one, options, fetch, fresh, salt))
        except TargetError as error:
            rows.append(_empty(one, "failed", str(error)))
    return tuple(rows)


def _row(one: Dependency, options: Options, fetch: bool, fresh: bool, salt: str) -> Egress:
    installed = _installed_version(one.name)
    if installed and (installed == one.version or not one.version or not fetch):
        sisters = companions(one.name)
        key = fingerprint((one.name, *sisters), salt)
        target = "installed:" + ",".join((one.name, *sisters))
        row = _remembered(target, key, replace(one, version=installed), sisters, options, fresh)
        if one.version and installed != one.version and row.state == "scanned":
            return replace(row, state="other-version", reason=f"{one.version} is declared")
        return row
    if not fetch:
        return _empty(one, "missing", "not installed beside this tool; --download fetches its wheel")
    wheel = download(f"{one.name}=={one.version}" if one.version else one.name)
    version = wheel.name.split("-")[1]
    return _remembered(str(wheel), file_fingerprint((wheel,), salt), replace(one, version=version), (), options, fresh)


def _remembered(
    target: str, key: str, one: Dependency, sisters: tuple[str, ...], options: Options, fresh: bool
) -> Egress:
    folder = cache_folder() / "dependencies"
    known = None if fresh else recall(folder, key)
    if known is not None:
        return known
    row = summarize(one.name, one.version, scan(target, options), sisters)
    keep(folder, key, row)
    return row


def _salt(options: Options) -> str:
    from scanner.catalog import load
    from scanner.matching import with_own

    rules = hash_of("".join(rule.definition for rule in with_own(options.rules))) if options.semgrep else "off"
    own = "".join(path.read_text("utf-8", errors="replace") for path in options.catalogs)
    return f"{load(options.catalogs).date}\0{hash_of(own)}\0{options.home}\0{rules}"


def hash_of(text: str) -> str:
    """SHA-256 of a text, in hex."""
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def companions(name: str) -> tuple[str, ...]:
    """Installed distributions that belong to one program with ``name``, sorted: of those it requires without an extra,
    the ones that share the first part of its name, or whose name says that they report."""
    try:
        required = metadata.distribution(name).requires or []
    except (metadata.PackageNotFoundError, ValueError):
        return ()
    found = set()
    for text in required:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        other = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and _is_sister(canonicalize_name(name), other) and _installed_version(other):
            found.add(other)
    return tuple(sorted(found))[:MOST_COMPANIONS]


def _is_sister(name: str, other: str) -> bool:
    same = name.split("-")[0] == other.split("-")[0] and len(other.split("-")[0]) > 2
    return other != name and (same or any(part in _SENDERS for part in other.split("-")))


def _installed_version(name: str) -> str:
    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, ValueError):
        return ""


def _empty(one: Dependency, state: str, reason: str) -> Egress:
    return Egress(one.name, one.version, state, reason, 0, 0, 0, (), (), (), (), False)


def summarize(name: str, version: str, report: Report, sisters: tuple[str, ...]) -> Egress:
    """The row of a report: only what product code does, and nothing that stays on the machine."""
    out = [f for f in report.findings if f.flow.role == "product" and not _stays(f)]
    returns = [f for f in out if f.kind in RETURNS and f.flow.default_on is not False]
    places = [where for f in returns for where in f.destinations if not where.local]
    return Egress(
        name, version, "scanned", "", sum(f.flow.default_on is True for f in returns),
        sum(f.flow.default_on is None for f in returns), len(out),
        tuple(sorted({where.host for where in places if where.host})),
        tuple(sorted({where.country for where in places})),
        tuple(sorted({gate.name for f in returns for gate in f.flow.gates if gate.polarity == "opt-out"})),
        sisters, False,
    )  # fmt: skip


def _stays(finding: Finding) -> bool:
    return bool(finding.destinations) and all(where.local for where in finding.destinations)
