"""The YAML tables of this room, read with the C parser where PyYAML has it."""

from __future__ import annotations

from importlib.resources import files
from typing import Any


def read_table(name: str) -> dict[str, Any]:
    """The table of that file name in ``data``. Raises ``yaml.YAMLError`` when it is no YAML."""
    import yaml

    text = files("scanner.policy").joinpath("data", name).read_text(encoding="utf-8")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        table: dict[str, Any] = loader.get_single_data()
    finally:
        loader.dispose()
    return table
