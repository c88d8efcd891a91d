"""A region given to an SDK decides the host, and with it the country."""

from __future__ import annotations

from pathlib import Path

from scanner.destinations.records import Destination
from scanner.pipeline import Options, scan

CODE = """
import boto3

def send(body):
    client = boto3.client("s3"{region})
    client.put_object(Bucket="b", Key="k", Body=body)
"""


def _destinations(folder: Path, region: str, **files: str) -> tuple[Destination, ...]:
    (folder / "store.py").write_text(CODE.format(region=region))
    for name, text in files.items():
        (folder / name).write_text(text)
    return scan(str(folder), Options(semgrep=False)).findings[0].destinations


def test_without_a_region_the_country_is_unknown(tmp_path: Path) -> None:
    assert [d.country for d in _destinations(tmp_path, "")] == [""]


def test_a_region_argument_names_the_country(tmp_path: Path) -> None:
    (found,) = _destinations(tmp_path, ', region_name="eu-central-1"')
    assert (found.host, found.country) == ("s3.eu-central-1.amazonaws.com", "DE")
    assert "store.py:5" in found.evidence


def test_a_region_in_a_settings_file_names_the_country(tmp_path: Path) -> None:
    (found,) = _destinations(tmp_path, "", Dockerfile="FROM x\nENV AWS_DEFAULT_REGION=ap-southeast-1\n")
    assert (found.host, found.country) == ("s3.ap-southeast-1.amazonaws.com", "SG")


def test_what_is_no_region_fills_no_host(tmp_path: Path) -> None:
    assert [d.country for d in _destinations(tmp_path, ', region_name="x y/../evil"')] == [""]
