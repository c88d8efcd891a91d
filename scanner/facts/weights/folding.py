"""Calls whose result is computed because nothing is run for it: decoders, look-ups, imports by name."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import lzma
import zlib
from collections.abc import Callable
from typing import Any

from scanner.facts.weights.limits import TEXT
from scanner.facts.weights.values import Bound, Name, Pairs, Partial, Value

UNFOLDED: Any = object()
"""The call is none of these, or its arguments are not known."""

Arguments = tuple[Value, ...]

_ERRORS = (ValueError, TypeError, LookupError, binascii.Error, OSError, EOFError, zlib.error, lzma.LZMAError)
_TEXT_CODECS = frozenset({"ascii", "latin1", "latin-1", "iso-8859-1", "utf8", "utf-8", "utf-16", "utf_8", "utf-16-le"})
_NAMESPACES = ("__globals__", "__dict__", "__builtins__")
_IMPORTERS = frozenset({
    "importlib.import_module", "builtins.__import__", "importlib.__import__", "cloudpickle.cloudpickle.subimport",
    "dill._dill._import_module",
})  # fmt: skip


def fold(dotted: str, args: Arguments) -> Value:
    """The result of calling the global ``dotted``, or ``UNFOLDED``."""
    if not args:
        return UNFOLDED
    if dotted in _IMPORTERS:
        return Name(args[0], "") if _is_name(args[0]) else UNFOLDED
    rule = _RULES.get(dotted)
    if rule is None:
        return UNFOLDED
    try:
        value = rule(args)
    except _ERRORS:
        return UNFOLDED
    return value[:TEXT] if isinstance(value, str | bytes) else value


def folds(dotted: str) -> bool:
    """Whether calls of this global can be computed, or have their size asked for."""
    return dotted in _RULES or dotted in _IMPORTERS or dotted in ("numpy.dtype", "dill._dill._create_code")


def attribute(obj: Value, name: Value) -> Value:
    """``getattr(obj, name)``."""
    if not isinstance(name, str) or len(name) > 256:
        return UNFOLDED
    if isinstance(obj, Name):
        return Name(obj.module, f"{obj.name}.{name}" if obj.name else name) if len(obj.name) < 1024 else UNFOLDED
    return Bound(obj, name)


def item(obj: Value, key: Value) -> Value:
    """``obj[key]``; of ``sys.modules`` and of a module's namespace the global it means."""
    if isinstance(obj, Name) and isinstance(key, str):
        owner, _, last = obj.name.rpartition(".")
        if obj.dotted == "sys.modules":
            return Name(key, "")
        if last in _NAMESPACES:
            if key in ("__builtins__", "builtins"):
                return Name("builtins", "")
            module = "builtins" if last == "__builtins__" else obj.module
            return Name(module, key) if last != "__globals__" or not owner else Name(key, "")
    if isinstance(obj, Pairs):
        return next((v for k, v in obj.items() if k == key), UNFOLDED)
    if isinstance(obj, tuple | list | str | bytes) and isinstance(key, int) and -len(obj) <= key < len(obj):
        return obj[key]
    return UNFOLDED


def method(obj: Value, name: str, args: Arguments) -> Value:
    """A method of a literal that only computes, such as ``"..".encode()``."""
    rule = _METHODS.get(name)
    if rule is None or not isinstance(obj, str | bytes):
        return UNFOLDED
    try:
        value = rule(obj, args)
    except _ERRORS:
        return UNFOLDED
    return value[:TEXT] if isinstance(value, str | bytes) else value


def _is_name(value: Value) -> bool:
    return isinstance(value, str) and 0 < len(value) < 256


def _bytes(value: Value) -> bytes:
    if isinstance(value, str):
        return value.encode("latin-1", "replace")
    if isinstance(value, bytes):
        return value
    if isinstance(value, list | tuple) and value:
        return bytes(value)
    raise TypeError


def _text(args: Arguments) -> Value:
    if isinstance(args[0], bytes):
        encoding = str(args[1]).lower() if len(args) > 1 else "utf-8"
        return args[0].decode(encoding if encoding in _TEXT_CODECS else "utf-8", "replace")
    return args[0] if isinstance(args[0], str) else UNFOLDED


def _decode(args: Arguments) -> Value:
    encoding = str(args[1]).lower().replace("_", "-") if len(args) > 1 else "utf-8"
    data = args[0]
    if encoding in ("rot13", "rot-13") and isinstance(data, str):
        return codecs.decode(data, "rot13")
    decoder = _DECODERS.get(encoding.removesuffix("-codec"))
    if decoder is not None:
        return decoder(_bytes(data))
    return _bytes(data).decode(encoding if encoding in _TEXT_CODECS else "utf-8", "replace")


def _encode(args: Arguments) -> Value:
    if isinstance(args[0], str):
        encoding = str(args[1]).lower() if len(args) > 1 else "utf-8"
        if encoding in ("rot13", "rot_13"):
            return codecs.encode(args[0], "rot13")
        return args[0].encode(encoding if encoding in _TEXT_CODECS else "utf-8", "replace")
    return UNFOLDED


def _inflate(data: bytes) -> bytes:
    """zlib, gzip or raw deflate, bounded."""
    return zlib.decompressobj(47).decompress(data, TEXT)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64decode,
    "base-64": base64.b64decode,
    "hex": binascii.unhexlify,
    "zlib": _inflate,
    "zip": _inflate,
    "bz2": lambda data: bz2.BZ2Decompressor().decompress(data, TEXT),
}


def _first(function: Callable[[bytes], bytes]) -> Callable[[Arguments], Value]:
    return lambda args: function(_bytes(args[0]))


def _as_is(args: Arguments) -> Value:
    return args[0] if isinstance(args[0], str | bytes) else UNFOLDED


def _joined(args: Arguments) -> Value:
    left, right = args[:2]
    both = (isinstance(left, str) and isinstance(right, str)) or (isinstance(left, bytes) and isinstance(right, bytes))
    return left + right if both else UNFOLDED


def _replaced(obj: Any, old: Any, new: Any) -> Value:
    return obj.replace(old, new) if old and obj.count(old) * len(new) < TEXT else UNFOLDED


def _resolved(args: Arguments) -> Value:
    module, _, name = str(args[0]).partition(":")
    return Name(module, name) if _is_name(module) else UNFOLDED


def _later(how: str) -> Callable[[Arguments], Value]:
    return lambda args: Partial(how, args[0], tuple(args[1:]))


_RULES: dict[str, Callable[[Arguments], Value]] = {
    "builtins.getattr": lambda args: attribute(args[0], args[1]),
    "dill._dill._get_attr": lambda args: attribute(args[0], args[1]),
    "cloudpickle.cloudpickle._builtin_type": lambda args: Name("types", str(args[0])),
    "dill._dill._load_type": lambda args: Name("types", str(args[0])),
    "operator.getitem": lambda args: item(args[0], args[1]),
    "builtins.dict.get": lambda args: item(args[0], args[1]),
    "builtins.dict.__getitem__": lambda args: item(args[0], args[1]),
    "pkgutil.resolve_name": _resolved,
    "base64.b64decode": _first(base64.b64decode),
    "base64.standard_b64decode": _first(base64.b64decode),
    "base64.decodebytes": _first(base64.b64decode),
    "base64.urlsafe_b64decode": _first(base64.urlsafe_b64decode),
    "base64.b32decode": _first(base64.b32decode),
    "base64.b16decode": _first(base64.b16decode),
    "base64.b85decode": _first(base64.b85decode),
    "base64.a85decode": _first(base64.a85decode),
    "binascii.unhexlify": _first(binascii.unhexlify),
    "binascii.a2b_hex": _first(binascii.unhexlify),
    "binascii.a2b_base64": _first(binascii.a2b_base64),
    "builtins.bytes.fromhex": lambda args: bytes.fromhex(str(args[0])),
    "builtins.bytearray.fromhex": lambda args: bytes.fromhex(str(args[0])),
    "zlib.decompress": _first(_inflate),
    "gzip.decompress": _first(_inflate),
    "bz2.decompress": _first(lambda data: bz2.BZ2Decompressor().decompress(data, TEXT)),
    "lzma.decompress": _first(lambda data: lzma.LZMADecompressor(memlimit=64_000_000).decompress(data, TEXT)),
    "codecs.decode": _decode,
    "codecs.encode": _encode,
    "_codecs.encode": _encode,
    "_codecs.decode": _decode,
    "builtins.str": _text,
    "builtins.bytes": lambda args: _encode(args) if isinstance(args[0], str) else _bytes(args[0]),
    "builtins.bytearray": lambda args: _encode(args) if isinstance(args[0], str) else _bytes(args[0]),
    "io.BytesIO": _as_is,
    "_io.BytesIO": _as_is,
    "io.StringIO": _as_is,
    "_io.StringIO": _as_is,
    "builtins.compile": _as_is,
    "builtins.memoryview": _as_is,
    "operator.add": _joined,
    "operator.concat": _joined,
    "builtins.str.__add__": _joined,
    "builtins.str.join": lambda args: method(args[0], "join", args[1:]),
    "builtins.bytes.decode": lambda args: method(args[0], "decode", args[1:]),
    "builtins.str.encode": lambda args: method(args[0], "encode", args[1:]),
    "builtins.chr": lambda args: chr(args[0]),
    "functools.partial": _later("partial"),
    "_functools.partial": _later("partial"),
    "operator.attrgetter": _later("attrgetter"),
    "operator.itemgetter": _later("itemgetter"),
    "operator.methodcaller": _later("methodcaller"),
}

_METHODS: dict[str, Callable[[Any, Arguments], Value]] = {
    "encode": lambda obj, args: _encode((obj, *args)),
    "decode": lambda obj, args: _decode((obj, *args)),
    "join": lambda obj, args: obj.join(args[0]),
    "replace": lambda obj, args: _replaced(obj, args[0], args[1]),
    "lower": lambda obj, args: obj.lower(),
    "upper": lambda obj, args: obj.upper(),
    "strip": lambda obj, args: obj.strip(),
    "__getitem__": lambda obj, args: item(obj, args[0]),
    "read": lambda obj, args: obj,
}
