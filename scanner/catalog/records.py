"""Rows of the catalog: knowledge as data, each row with its source and date.

An *argument reference* names an argument of a call: an ``int`` is a position (the receiver of a method not counted),
a ``str`` a keyword.
"""

from __future__ import annotations

from dataclasses import dataclass

ArgumentRef = int | str


@dataclass(frozen=True, slots=True)
class SinkRow:
    """A call that sends bytes towards a network.

    ``name`` is the qualified name as an importing program would write it; a method of an instance is ``Class.method``.
    ``distribution`` is the name on the package index, ``stdlib`` for the standard library.
    ``kind`` is a finding kind of the JSON report, or ``generic`` when the call alone does not tell (``requests.post``).
    ``transport`` is the protocol when no URL names one.
    ``method`` is an HTTP verb, ``""`` when unknown, or ``argument`` when the first argument is the verb.
    ``url`` are the arguments that hold the URL or host; ``receiver_url`` the arguments of the constructor of the
    receiver that do; ``module_url`` module attributes (``posthog.host``) a program assigns to redirect the SDK.
    ``payload`` are the arguments whose content leaves; ``("*",)`` means all of them.
    ``default_hosts`` is where it goes when nobody says otherwise (``{?}`` for a part nobody knows, such as a region),
    ``environment_url`` variables that override it.
    ``switches`` are environment variables the SDK itself honours, each ``NAME`` or ``NAME=value``.
    ``constructor`` is true when building the object already arranges the sending (exporters, ``sentry_sdk.init``).
    ``adds`` are the data classes the SDK sends by itself.
    ``region`` are the arguments, of the call or of the constructor of the receiver, that name a region, and
    ``environment_region`` the variables that do: the region fills the last ``{?}`` of a default host.
    ``versions`` are the releases the row holds for (PEP 440), ``""`` for all.
    """

    name: str
    distribution: str
    kind: str
    method: str
    transport: str
    url: tuple[ArgumentRef, ...]
    receiver_url: tuple[ArgumentRef, ...]
    module_url: tuple[str, ...]
    payload: tuple[ArgumentRef, ...]
    default_hosts: tuple[str, ...]
    environment_url: tuple[str, ...]
    switches: tuple[str, ...]
    constructor: bool
    adds: tuple[str, ...]
    source: str
    date: str
    region: tuple[ArgumentRef, ...] = ()
    environment_region: tuple[str, ...] = ()
    versions: str = ""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """What calling an external callable gives.

    ``returns`` is the qualified name of the class of the result, or ``argument:N`` when it hands back argument N.
    ``carries_url`` / ``carries_payload`` are arguments a URL or payload travels in
    (``urllib.request.Request(url, data)``). ``switches`` are variables that silence every request of the object, as
    in ``SinkRow``.
    """

    name: str
    returns: str
    carries_url: tuple[ArgumentRef, ...]
    carries_payload: tuple[ArgumentRef, ...]
    source: str
    date: str
    switches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """An external callable that later calls one of its arguments.

    ``callback`` is the argument that is called, ``arguments`` the one holding its positional arguments as a tuple,
    ``keywords`` the one holding its keyword arguments as a dict; ``rest`` is true when the remaining positional
    arguments are handed on (``atexit.register(f, *args)``). ``trigger`` is thread, exit, schedule, exception or call.
    """

    name: str
    callback: tuple[ArgumentRef, ...]
    arguments: tuple[ArgumentRef, ...]
    keywords: tuple[ArgumentRef, ...]
    rest: bool
    trigger: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class EnvironmentRow:
    """An external callable that reads an environment variable: where its name and default stand."""

    name: str
    variable: tuple[ArgumentRef, ...]
    default: tuple[ArgumentRef, ...]
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class ConstantRow:
    """A module attribute of a distribution that is true when one of ``variables`` is set to one of ``values``.

    Case does not matter; no ``values`` means any that is not empty. With nothing set it is false.
    """

    name: str
    variables: tuple[str, ...]
    values: tuple[str, ...]
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where data of a class enters.

    ``call`` names a callable whose result it is, or an attribute that holds it (``sys.version``); ``parameter`` is the
    name of a parameter. A row has one of the two. ``label`` says in words what the data is.
    """

    data_class: str
    call: str
    parameter: str
    label: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class SanitizerRow:
    """A call that removes or weakens a data class; ``effect`` is hash, truncate, mask, redact, aggregate or encrypt.

    ``keeps`` are the data classes that remain what they are: the hash of a MAC address names the same device as the
    address does, and a truncated path still tells a file.
    """

    name: str
    effect: str
    source: str
    date: str
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PropagatorRow:
    """An external call whose result carries the data of its ``arguments``, and of the ``receiver`` when that is true.

    ``keys`` is true when the fields of a dict stay readable (``json.dumps``, ``urlencode``).
    """

    name: str
    arguments: tuple[ArgumentRef, ...]
    receiver: bool
    keys: bool
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class AliasRow:
    """``name`` is another place a program may import ``target`` from: a re-export, or where it is really defined.

    An alias holds for everything below it (``posthog.client.Client.capture`` is ``posthog.Posthog.capture``).
    """

    name: str
    target: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class RewriteRow:
    """``distribution`` sends to host ``effective`` when a program asks for ``host``."""

    host: str
    effective: str
    distribution: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class OffArgumentRow:
    """A keyword argument that silences everything an SDK would send: ``name`` is the callable that takes it (a class
    for its constructor), ``value`` the Python literal that does."""

    name: str
    argument: str
    value: str
    distribution: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """Who runs the hosts under ``host_suffix``.

    ``home`` is the operator's home country (ISO 3166-1 alpha-2); ``data_region`` is where data is received: a country,
    ``EU``, ``global``, ``per-resource``, ``labelN`` or empty for unknown. ``reach`` says for which names below the
    suffix the data region holds: ``host`` (the suffix itself only), ``below`` (unless a label in between names a
    region) or ``all``.

    Grades: ``host_evidence`` of the host, ``attribution`` of who runs it, ``country_evidence`` of the data region.
    ``doc`` is the vendor's documentation, ``sdk`` the text of the vendor's own pinned distribution, ``measured`` the
    text of somebody else's, ``kb`` memory, ``check`` a doubt: the last two are unverified and lower the confidence.
    """

    host_suffix: str
    operator: str
    home: str
    data_region: str
    reach: str
    category: str
    note: str
    host_evidence: str
    attribution: str
    country_evidence: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A cloud region and the country it lies in."""

    cloud: str
    region: str
    country: str
    label: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class HostPatternRow:
    """A regular expression with a ``region`` group that reads a region out of a host name.

    ``suffixes`` are the domains (with a space between) below which it is tried; longer ones first. ``country_rule``
    is ``table`` (the regions of ``cloud``), ``cloud`` (of the cloud the ``cloud`` group names), ``any`` (of aws, gcp
    and azure), ``unknown``, or pairs ``region:country`` with ``*`` for none.
    """

    cloud: str
    suffixes: str
    regex: str
    region_group: str
    example: str
    country_rule: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class AddressRow:
    """Who answers under a range of addresses everybody knows; ``category`` ``local`` is a platform's own."""

    network: str
    operator: str
    home: str
    category: str
    note: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class ParentRow:
    """The company that owns an operator, as far up as is known: ``operator`` is its name in the operator rows.

    ``parent_country`` is the parent's home; ``evidence`` a grade as in ``OperatorRow``.
    """

    operator: str
    parent: str
    parent_country: str
    evidence: str
    note: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country or territory (ISO 3166-1 alpha-2) and its names."""

    code: str
    english: str
    chinese: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of countries, its names and its countries (codes with a space between)."""

    code: str
    english: str
    chinese: str
    countries: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything the catalog knows; rows of a topic are sorted by their name and stand once.

    ``date`` is the newest date on a row (ISO 8601).
    """

    date: str
    sinks: tuple[SinkRow, ...]
    types: tuple[TypeRow, ...]
    callbacks: tuple[CallbackRow, ...]
    environment: tuple[EnvironmentRow, ...]
    sources: tuple[SourceRow, ...]
    sanitizers: tuple[SanitizerRow, ...]
    operators: tuple[OperatorRow, ...]
    regions: tuple[RegionRow, ...]
    host_patterns: tuple[HostPatternRow, ...]
    aliases: tuple[AliasRow, ...] = ()
    rewrites: tuple[RewriteRow, ...] = ()
    addresses: tuple[AddressRow, ...] = ()
    countries: tuple[CountryRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    propagators: tuple[PropagatorRow, ...] = ()
    parents: tuple[ParentRow, ...] = ()
    constants: tuple[ConstantRow, ...] = ()
    off_arguments: tuple[OffArgumentRow, ...] = ()
