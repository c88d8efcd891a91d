"""Names of countries and groups alone, without reading the rest of the catalog."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_FILES = ("countries.csv", "country_groups.csv")


@cache
def country_names(column: str) -> Mapping[str, str]:
    """Names by code (ISO 3166-1 alpha-2, or a group); ``column`` is ``english`` or ``chinese``."""
    data = files("scanner.catalog").joinpath("data")
    rows = (row for name in _FILES for row in csv.DictReader(data.joinpath(name).read_text("utf-8").splitlines()))
    return MappingProxyType({row["code"]: row[column] for row in rows})
