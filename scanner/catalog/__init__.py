"""The catalog: what the tool knows of other people's packages and hosts, as rows with source and date."""

from __future__ import annotations

from scanner.catalog.loading import by_name, load
from scanner.catalog.records import (
    AddressRow,
    AliasRow,
    ArgumentRef,
    CallbackRow,
    Catalog,
    CountryRow,
    EnvironmentRow,
    GroupRow,
    HostPatternRow,
    OffArgumentRow,
    OperatorRow,
    PropagatorRow,
    RegionRow,
    RewriteRow,
    SanitizerRow,
    SinkRow,
    SourceRow,
    TypeRow,
)

__all__ = [
    "AddressRow",
    "AliasRow",
    "ArgumentRef",
    "CallbackRow",
    "Catalog",
    "CountryRow",
    "EnvironmentRow",
    "GroupRow",
    "HostPatternRow",
    "OffArgumentRow",
    "OperatorRow",
    "PropagatorRow",
    "RegionRow",
    "RewriteRow",
    "SanitizerRow",
    "SinkRow",
    "SourceRow",
    "TypeRow",
    "by_name",
    "load",
]
