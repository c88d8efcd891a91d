"""Readers of the files the room writes: the strictest there are, each for one format."""

from __future__ import annotations

import importlib
import io
import subprocess
import warnings
from pathlib import Path
from typing import Any

import yaml
from dockerfile_parse import DockerfileParser
from dotenv import dotenv_values

ENVOY = "type.googleapis.com/"


def read_env(text: str) -> dict[str, str | None]:
    return dict(dotenv_values(stream=io.StringIO(text), interpolate=True))


def read_shell(text: str, names: tuple[str, ...]) -> dict[str, str]:
    """What a POSIX shell has in its variables after it sourced the text."""
    subprocess.run(["sh", "-n"], input=text, text=True, check=True, capture_output=True)
    show = "".join(f'printf "%s\\0" "${{{name}}}"\n' for name in names)
    done = subprocess.run(["sh", "-eu"], input=text + show, text=True, check=True, capture_output=True, env={})
    return dict(zip(names, done.stdout.split("\0"), strict=False))


def read_image(text: str) -> dict[str, str]:
    """The ENV of an image, every instruction being one."""
    parser = DockerfileParser(fileobj=io.BytesIO(f"FROM scratch\n{text}".encode()))
    kinds = {one["instruction"] for one in parser.structure} - {"COMMENT"}
    assert kinds <= {"FROM", "ENV"}, kinds
    return dict(parser.envs)


def read_kubernetes(text: str) -> dict[str, Any]:
    """A document checked against the schemas of Kubernetes, strictly."""
    import kubernetes_validate

    document = yaml.safe_load(text)
    kubernetes_validate.validate(document, "1.29", strict=True)
    assert isinstance(document, dict)
    return document


def read_cilium(text: str) -> dict[str, Any]:
    """A policy of the shape its reference describes, and no other key."""
    document: dict[str, Any] = yaml.safe_load(text)
    assert (document["apiVersion"], document["kind"]) == ("cilium.io/v2", "CiliumNetworkPolicy")
    assert set(document) == {"apiVersion", "kind", "metadata", "spec"}
    assert set(document["spec"]) == {"endpointSelector", "egress"}
    for rule in document["spec"]["egress"]:
        assert set(rule) in (set(), {"toEndpoints", "toPorts"}, {"toFQDNs", "toPorts"}, {"toCIDR", "toPorts"})
        for ports in rule.get("toPorts", ()):
            assert set(ports) <= {"ports", "rules"}
            assert all(set(p) == {"port", "protocol"} and isinstance(p["port"], str) for p in ports["ports"])
            assert all(set(one) in ({"matchName"}, {"matchPattern"}) for one in ports.get("rules", {}).get("dns", ()))
        assert all(set(one) in ({"matchName"}, {"matchPattern"}) for one in rule.get("toFQDNs", ()))
    return document


def read_envoy(text: str) -> dict[str, Any]:
    """A bootstrap checked against the protocol buffers of Envoy, unknown fields refused."""
    document: dict[str, Any] = yaml.safe_load(text)
    _message("envoy.config.bootstrap.v3.Bootstrap", document)
    return document


def _message(name: str, fields: dict[str, Any]) -> None:
    package, _, kind = name.rpartition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pydantic, about how the messages are written
        module = importlib.import_module(f"envoy_data_plane.{package}")
    getattr(module, kind).from_dict(_without_any(fields), ignore_unknown_fields=False)


def _without_any(value: Any) -> Any:
    """The value without its typed configurations, each of which is checked as the message it names."""
    if isinstance(value, list):
        return [_without_any(one) for one in value]
    if not isinstance(value, dict):
        return value
    typed = value.get("typed_config")
    if typed is not None:
        assert typed["@type"].startswith(ENVOY)
        _message(typed["@type"].removeprefix(ENVOY), {k: v for k, v in typed.items() if k != "@type"})
    return {k: _without_any(v) for k, v in value.items() if k != "typed_config"}


def read_nftables(text: str) -> None:
    """The real ``nft``, which checks and changes nothing."""
    done = subprocess.run(["/usr/sbin/nft", "-c", "-f", "-"], input=text, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def read_squid(text: str, folder: Path) -> None:
    """The real ``squid``, which parses and ends; its warnings count."""
    place = folder / "squid.conf"
    place.write_text(text, encoding="utf-8")
    command = ["/usr/sbin/squid", "-k", "parse", "-f", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "ERROR" in line or "WARNING" in line]


def active(text: str) -> list[str]:
    """The lines of a file that are no comments."""
    return [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
