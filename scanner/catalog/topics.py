"""The schema: one topic per kind of row, with the fields it must have and the words they may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from scanner.catalog.records import (
    AddressRow,
    AliasRow,
    CallbackRow,
    ConstantRow,
    CountryRow,
    EnvironmentRow,
    GroupRow,
    HostPatternRow,
    OffArgumentRow,
    OperatorRow,
    ParentRow,
    PropagatorRow,
    RegionRow,
    RewriteRow,
    SanitizerRow,
    SinkRow,
    SourceRow,
    TypeRow,
)

Row = (
    SinkRow
    | TypeRow
    | CallbackRow
    | EnvironmentRow
    | ConstantRow
    | SourceRow
    | SanitizerRow
    | AliasRow
    | RewriteRow
    | OffArgumentRow
    | PropagatorRow
    | OperatorRow
    | RegionRow
    | HostPatternRow
    | AddressRow
    | CountryRow
    | GroupRow
    | ParentRow
)

KINDS = frozenset(
    "generic telemetry error-reporting log-upload remote-inference remote-compute outsourcing upload download "
    "remote-code model-file probe".split()
)
TRANSPORTS = frozenset("https http websocket grpc tcp udp dns whois smtp ftp ssh".split()) | {""}
METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS argument".split()) | {""}
TRIGGERS = frozenset("call thread exit schedule exception".split())
EFFECTS = frozenset("hash truncate mask redact aggregate encrypt".split())
GRADES = frozenset("doc sdk measured kb check".split())
REACHES = frozenset("host below all".split())
DATA_CLASSES = frozenset(
    "prompt model_output file_content environment credential source_code exception log_record device_id hostname "
    "user_id platform location training_data weights usage".split()
)

_DOTTED = r"(?:<builtin>\.)?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_HOST = r"(?:[a-z0-9_-]|\{\?\})+(?:\.(?:[a-z0-9_-]|\{\?\})+)*"
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"

SHAPES: Mapping[str, re.Pattern[str]] = MappingProxyType({
    "name": re.compile(_DOTTED),
    "target": re.compile(_DOTTED),
    "call": re.compile(rf"(?:{_DOTTED})?"),
    "parameter": re.compile(rf"(?:{_VARIABLE})?"),
    "returns": re.compile(rf"(?:argument:\d|{_DOTTED})"),
    "module_url": re.compile(_DOTTED),
    "default_hosts": re.compile(rf"{_HOST}(?::\d+)?"),
    "host": re.compile(_HOST),
    "effective": re.compile(_HOST),
    "host_suffix": re.compile(_HOST),
    "environment_url": re.compile(_VARIABLE),
    "variables": re.compile(_VARIABLE),
    "environment_region": re.compile(_VARIABLE),
    "versions": re.compile(r"(?:(?:<|<=|>|>=|==|!=)\d[\w.]*(?:,(?!$)|$))*"),
    "switches": re.compile(rf"{_VARIABLE}(?:=.*)?"),
    "home": re.compile(r"(?:[A-Z]{2})?"),
    "country": re.compile(r"(?:[A-Z]{2})?"),
    "date": re.compile(r"(?:before )?\d{4}(?:-\d{2}){0,2}"),
})  # fmt: skip
"""How the text of a field must look, whatever the topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of row: its record, the fields that name a row, those it must have, and the words of some fields."""

    name: str
    record: type[Row]
    key: tuple[str, ...] = ("name",)
    required: tuple[str, ...] = ()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)


TOPICS: Mapping[str, Topic] = MappingProxyType({
    topic.name: topic
    for topic in (
        Topic(
            "sinks",
            SinkRow,
            required=("distribution", "kind"),
            words={"kind": KINDS, "transport": TRANSPORTS, "method": METHODS, "adds": DATA_CLASSES},
        ),
        Topic("types", TypeRow, required=("returns",)),
        Topic("callbacks", CallbackRow, required=("callback", "trigger"), words={"trigger": TRIGGERS}),
        Topic("environment", EnvironmentRow, required=("variable",)),
        Topic("constants", ConstantRow, required=("variables",)),
        Topic("sources", SourceRow, ("call", "parameter"), ("data_class", "label"), {"data_class": DATA_CLASSES}),
        Topic("sanitizers", SanitizerRow, required=("effect",), words={"effect": EFFECTS, "keeps": DATA_CLASSES}),
        Topic("propagators", PropagatorRow),
        Topic("aliases", AliasRow, required=("target",)),
        Topic("rewrites", RewriteRow, ("distribution", "host"), ("effective",)),
        Topic("off_arguments", OffArgumentRow, required=("argument", "value", "distribution")),
        Topic(
            "operators",
            OperatorRow,
            ("host_suffix",),
            ("operator",),
            {
                "reach": REACHES | {""},
                "host_evidence": GRADES | {""},
                "attribution": GRADES | {""},
                "country_evidence": GRADES | {""},
            },
        ),
        Topic("regions", RegionRow, ("cloud", "region"), ("country",)),
        Topic("host_patterns", HostPatternRow, ("cloud", "regex"), ("suffixes", "example", "country_rule")),
        Topic("addresses", AddressRow, ("network",), ("category",)),
        Topic("countries", CountryRow, ("code",), ("english", "chinese")),
        Topic("parents", ParentRow, ("operator",), ("parent",), {"evidence": GRADES}),
        Topic("groups", GroupRow, ("code",), ("english", "chinese", "countries")),
    )
})  # fmt: skip
"""Every topic; a topic is also a field of ``Catalog``."""
