"""Configurations that name what is called: Keras models (``.keras``, ``.h5``) and ``_target_`` entries of YAML."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from scanner.facts.weights.limits import MEGABYTE
from scanner.facts.weights.marshalled import code_objects
from scanner.facts.weights.recording import GIVEN_URL, Recorder
from scanner.facts.weights.rendering import is_dotted
from scanner.facts.weights.streams import Broken
from scanner.facts.weights.values import Pairs

_START = re.compile(rb'\{"(?:class_name|module|name|config|registered_name)":')
_STARTS = 256
_CONFIG = 8 * MEGABYTE
_NODES = 200_000
_OWN = ("keras", "tensorflow", "tf_keras", "tf")
_REMOTE = re.compile(r"(?:https?|ftp|gs|s3|hdfs|hf)://\S+", re.IGNORECASE)
_TARGET = re.compile(r"^\s*(?:-\s*)?['\"]?_target_['\"]?\s*:\s*['\"]?([A-Za-z_][\w.]*)['\"]?\s*(?:#.*)?$", re.MULTILINE)


def read_config(data: bytes, recorder: Recorder) -> bool:
    """Write down what a Keras configuration in JSON calls when it is loaded; False when it is none."""
    try:
        document = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    _walk(document, recorder, 0)
    return isinstance(document, dict) and "class_name" in document


def find_config(data: bytes, recorder: Recorder) -> bool:
    """The same for a configuration somewhere in the front of an HDF5 file: an attribute, stored as it is."""
    found, after = False, 0
    for match in list(_START.finditer(data))[:_STARTS]:
        if match.start() < after:
            continue
        text = data[match.start() : match.start() + _CONFIG].partition(b"\0")[0].decode("utf-8", "replace")
        try:
            document, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            continue
        after = match.start() + end
        _walk(document, recorder, match.start())
        found = True
    return found


def read_targets(data: bytes, recorder: Recorder) -> None:
    """Write down the callables that ``_target_`` entries of a YAML file name; their arguments are not read."""
    for match in list(_TARGET.finditer(data.decode("utf-8", "replace")))[:256]:
        module, _, name = match[1].rpartition(".")
        if module:
            recorder.call(recorder.name(module, name, 4), (), match.start())


def _walk(document: Any, recorder: Recorder, offset: int) -> None:
    """Every object of a configuration; a queue, so that nesting costs no stack."""
    waiting = [document]
    for _ in range(_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            _object(node, recorder, offset)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    recorder.note("configuration-cut", "more objects than are read")


def _object(node: dict[str, Any], recorder: Recorder, offset: int) -> None:
    kind, config, module = node.get("class_name"), node.get("config"), node.get("module")
    fields = config if isinstance(config, dict) else {}
    if kind == "__lambda__":
        _compiled(fields.get("code"), recorder, offset)
    if kind == "Lambda":
        function = fields.get("function")
        _compiled(function[0] if isinstance(function, list) and function else None, recorder, offset)
        if isinstance(function, str) and isinstance(fields.get("module"), str):
            _callable(fields["module"], function, fields.get("arguments"), recorder, offset)
    if isinstance(module, str) and isinstance(kind, str) and module.split(".")[0] not in _OWN:
        # A configuration may name any importable object: as a class it is called, as a function referred to.
        name = config if kind == "function" and isinstance(config, str) else kind
        _callable(module, name, config, recorder, offset)
    for key, value in fields.items():
        if isinstance(value, str) and isinstance(kind, str) and is_dotted(kind) and (found := _REMOTE.match(value)):
            recorder.line(f"{kind}({key[:64]})", f"{GIVEN_URL}({found[0][:2_000]!a})", offset)


def _callable(module: str, name: str, arguments: Any, recorder: Recorder, offset: int) -> None:
    given = arguments.values() if isinstance(arguments, dict) else arguments if isinstance(arguments, list) else ()
    values = tuple(_value(v, 3) for v in list(given)[:16])
    recorder.call(recorder.name(module[:256], name[:256], 4), values, offset)


def _value(value: Any, depth: int) -> Any:
    """A JSON value as a value of the recorder."""
    if isinstance(value, list):
        return [_value(v, depth - 1) for v in value[:64]] if depth else None
    if isinstance(value, dict):
        return Pairs(p for k, v in list(value.items())[:32] for p in (k, _value(v, depth - 1))) if depth else None
    return value if isinstance(value, str | int | None) else None


def _compiled(text: Any, recorder: Recorder, offset: int) -> None:
    """A lambda: base64 of marshalled code."""
    if not isinstance(text, str) or len(text) > MEGABYTE:
        return
    recorder.note("compiled-lambda", f"a Lambda layer with compiled code, near byte {offset}")
    try:
        for constants, names in code_objects(base64.b64decode(text)):
            recorder.compiled(constants, names, offset)
    except (Broken, binascii.Error, ValueError) as error:
        recorder.note("compiled-unread", str(error)[:80])
