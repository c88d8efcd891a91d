"""Registry files: a word on a block of addresses, and never a country of data."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.catalog.records import Catalog
from scanner.destinations import locate_text
from scanner.destinations.addresses import read_address
from scanner.destinations.registry import read_registry, with_registry
from scanner.errors import UsageError

FILE = """2|apnic|20261124|3|19830613|20261123|+1000
apnic|*|ipv4|*|3|summary
apnic|CN|ipv4|47.91.0.0|65536|20150101|allocated
apnic|JP|ipv6|2001:218::|32|20150101|assigned
apnic|AU|ipv4|1.0.0.0|256|20110811|reserved
apnic|XX|asn|1|1|20110811|allocated
apnic|DE|ipv4|nonsense|256|20110811|allocated
apnic|DE|ipv4|5.0.0.0|-3|20110811|allocated
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "delegated-apnic-latest"
    file.write_text(FILE)
    return file


@pytest.mark.parametrize(
    ("address", "country"),
    [("47.91.3.4", "CN"), ("47.92.0.0", ""), ("47.90.255.255", ""), ("1.0.0.1", ""), ("5.0.0.1", ""),
     ("2001:218::1", "JP"), ("2001:219::1", ""), ("::ffff:47.91.0.1", "CN"), ("0.0.0.1", "")],
)  # fmt: skip
def test_the_block_decides(path: Path, address: str, country: str) -> None:
    read = read_address(address)
    assert read is not None and read_registry(path).country(read) == country


def test_it_is_evidence_and_no_country(catalog: Catalog, path: Path) -> None:
    where = with_registry(locate_text("http://47.91.0.1/x", catalog), read_registry(path))
    assert (where.country, where.confidence) == (
        "",
        "low",
    ) and "registry: CN by delegated-apnic-latest" in where.evidence


@pytest.mark.parametrize("text", ["https://api.openai.com", "http://10.0.0.1", "http://8.8.8.8"])
def test_names_local_addresses_and_unknown_blocks_stay_as_they_are(catalog: Catalog, path: Path, text: str) -> None:
    where = locate_text(text, catalog)
    assert with_registry(where, read_registry(path)) == where


def test_a_file_of_another_kind_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("hello\n")
    with pytest.raises(UsageError, match="no block"):
        read_registry(tmp_path / "other")
    with pytest.raises(UsageError, match="cannot be read"):
        read_registry(tmp_path / "absent")
