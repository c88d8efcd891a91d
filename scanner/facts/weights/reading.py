"""The verb of this room: a stream becomes ``WeightsFacts``. Formats are told by first bytes, not by name."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from scanner.facts.weights.arrays import InlineArrays, holds_objects
from scanner.facts.weights.containers import Member, is_tar, tar_members, zip_members
from scanner.facts.weights.limits import CODE, DEPTH, MEGABYTE, NESTED, PICKLES, SEARCHED, SNIFFED
from scanner.facts.weights.machine import Machine
from scanner.facts.weights.opcodes import may_start_pickle, starts_pickle
from scanner.facts.weights.recording import Recorder
from scanner.facts.weights.records import Note, Piece, WeightsFacts
from scanner.facts.weights.streams import Allowance, Broken, Expanded, Readable, Source
from scanner.facts.weights.templates import read_template, templates_in
from scanner.inputs.records import Skipped

_LEGACY = 0x1950A86A20F9469CFC6C
"""The number in front of what ``torch.save`` wrote before it wrote zip archives; four pickles follow it."""

_COMPRESSED = (
    (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "lzma"), (b"\x5d\0\0", "lzma"),
    (b"x\x01", "zlib"), (b"x\x5e", "zlib"), (b"x\x9c", "zlib"), (b"x\xda", "zlib"),
)  # fmt: skip
_UNREAD = ((b"\x04\x22\x4d\x18", "packed with lz4"), (b"\x28\xb5\x2f\xfd", "packed with zstd"),
           (b"7z\xbc\xaf", "packed with 7z"))  # fmt: skip
_TENSOR = re.compile(r"(?:^|/)(?:data|tensors|constants|storages?|\.data)/[\w.-]*\d+$|\.weights\.h5$")
_MODEL = re.compile(
    r"\.(?:pkl|pickle|pt|pth|ckpt|bin|joblib|dill|npy|npz|h5|hdf5|keras|onnx|gguf|nemo|mar)$|(?:^|/)pickle$"
)
_DULL = re.compile(
    r"\.(?:json|txt|md|yaml|yml|csv|proto|safetensors|png|jpg|so|dll|model|vocab|format|data)$|/version$"
)
_HEAD = 512
_TEMPLATE_FOLDER = "additional_chat_templates"
_TEMPLATE_FILES = frozenset({"tokenizer_config.json", "processor_config.json", "chat_template.json"})
_UNKNOWN = "is no model format this tool reads"


def read_weights(path: str, stream: Readable) -> WeightsFacts | Skipped:
    """Facts of one model file; ``Skipped`` when nothing of it could be read. ``path`` is only a label.

    ``stream`` gives bytes forward; where it can also seek (a file, a ranged reader), tensors are jumped over.
    """
    reading = Reading(path)
    try:
        name = reading.read(stream, path, 0)
    except (Broken, OSError, RecursionError, MemoryError) as error:
        reading.part(path, str(error) or "nests too deep")
        name = ""
    facts = WeightsFacts(path, name, tuple(reading.pieces), tuple(sorted(set(reading.notes), key=str)),
                         tuple(dict.fromkeys(reading.skipped)))  # fmt: skip
    if not name and not facts.pieces:
        return facts.skipped[0] if facts.skipped else Skipped(path, _UNKNOWN)
    return facts


class Reading:
    """State of reading one file and the files inside it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.allowance = Allowance()
        self.pieces: list[Piece] = []
        self.notes: list[Note] = []
        self.skipped: list[Skipped] = []

    def part(self, shown: str, reason: str) -> None:
        """Note that something was read in part, or not at all."""
        if len(self.skipped) < SNIFFED:
            self.skipped.append(Skipped(shown, reason))

    def read(self, stream: Readable, shown: str, depth: int) -> str:
        """Read one file and name its format, ``""`` for none. Raises ``Broken``."""
        if depth > DEPTH:
            raise Broken("lies in more archives within archives than are opened")
        head, stream = _peeked(stream)
        for magic, reason in _UNREAD:
            if head.startswith(magic):
                raise Broken(f"is {reason}, which is not read")
        packed = next((name for magic, name in _COMPRESSED if head.startswith(magic)), "")
        if packed:
            inner = self.read(Expanded(stream, packed, self.allowance), shown, depth + 1)
            return f"{inner}, {packed}" if inner else ""
        for test, reader in self._formats():
            if test(head):
                return reader(stream, shown, depth)
        return self._by_name(stream, head, shown)

    def _formats(self) -> tuple[tuple[Callable[[bytes], bool], Callable[[Readable, str, int], str]], ...]:
        return (
            (starts_pickle, self._pickle),
            (lambda head: head[:4] in (b"PK\x03\x04", b"PK\x05\x06"), self._zip),
            (is_tar, self._tar),
            (lambda head: head.startswith(b"\x93NUMPY"), self._array),
            (lambda head: head.startswith(b"\x89HDF\r\n\x1a\n"), self._hdf),
            (lambda head: head.startswith(b"GGUF"), self._gguf),
            (lambda head: head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 1 << 28, lambda *_: "safetensors"),
        )

    def _by_name(self, stream: Readable, head: bytes, shown: str) -> str:
        """Formats without a mark of their own."""
        name = PurePosixPath(shown).name.lower()
        if name.endswith((".jinja", ".jinja2")):
            return self.template(shown, Source(stream).peek(CODE).decode("utf-8", "replace"), "chat template")
        if name == "keras_metadata.pb":
            return self._hdf(stream, shown, 0).replace("hdf5", "keras metadata")
        if name.endswith((".pb", ".onnx")):
            from scanner.facts.weights.graphs import read_graph

            recorder = self._recorder(shown, 0)
            kind = read_graph(Source(stream), recorder, onnx=name.endswith(".onnx"))
            return self._done(recorder, shown, kind)
        if may_start_pickle(head):
            return self._pickle(stream, shown, 0, sure=False)
        return self._zip(stream, shown, 0) if name.endswith(".keras") and _can_seek(stream) else ""

    # -- pickles

    def _recorder(self, shown: str, depth: int) -> Recorder:
        return Recorder(shown, lambda data, offset: self._nested(data, shown, offset, depth + 1))

    def _done(self, recorder: Recorder, shown: str, kind: str) -> str:
        self.pieces += recorder.pieces()
        self.notes += recorder.all_notes()
        for api in sorted(recorder.flooded)[:8]:
            self.part(shown, f"read in part: too many calls of {api[:80] or 'one callable'}")
        return kind

    def _pickle(self, stream: Readable, shown: str, depth: int, sure: bool = True) -> str:
        recorder = self._recorder(shown, depth)
        source = Source(stream)
        machine = Machine(source, recorder, self.allowance)
        InlineArrays(machine)
        try:
            kind = _run_all(machine)
            self._trailing(source, shown, depth)
        except Broken as error:
            if not sure and not recorder.written:
                return ""
            self.part(shown, f"read in part: {error}")
            kind = "pickle"
        if machine.forgot and (recorder.notes or recorder.written):
            self.part(shown, "read in part: it keeps more values at once than are followed")
        return self._done(recorder, shown, kind)

    def _trailing(self, source: Source, shown: str, depth: int) -> None:
        """What follows the last pickle: data, or one more that does not say so. Only what calls something counts."""
        if not may_start_pickle(source.peek(2)):
            return
        place = f"{shown}!after@{source.offset}"
        recorder = self._recorder(place, depth)
        with suppress(Broken):
            Machine(source, recorder, self.allowance).run()
        if recorder.written:
            self._done(recorder, place, "")

    def _nested(self, data: bytes, shown: str, offset: int, depth: int) -> None:
        """Bytes handed to a call: perhaps a pickle or an archive."""
        if not (starts_pickle(data) or may_start_pickle(data) or data[:2] in (b"PK", b"x\x9c", b"\x1f\x8b")):
            return
        try:
            self.read(io.BytesIO(data), f"{shown}!bytes@{offset}", depth)
        except (Broken, OSError) as error:
            if starts_pickle(data):
                self.part(f"{shown}!bytes@{offset}", f"read in part: {error}")

    def _array(self, stream: Readable, shown: str, depth: int) -> str:
        source = Source(stream)
        if holds_objects(source):
            recorder = self._recorder(shown, depth)
            machine = Machine(source, recorder, self.allowance)
            try:
                machine.run()
            except Broken as error:
                self.part(shown, f"read in part: {error}")
            self._done(recorder, shown, "")
        return "numpy array"

    # -- archives

    def _zip(self, stream: Readable, shown: str, depth: int) -> str:
        whole = _seekable(stream)
        members = list(zip_members(whole, self.allowance))
        self._members(members, shown, depth)
        names = {m.name for m in members}
        return "torch archive" if any(n.endswith("/data.pkl") for n in names) else "zip archive"

    def _tar(self, stream: Readable, shown: str, depth: int) -> str:
        self._members(tar_members(stream, _can_seek(stream)), shown, depth)
        return "tar archive"

    def _members(self, members: object, shown: str, depth: int) -> None:
        sniffed = 0
        for member in cast("list[Member]", members):
            name = f"{shown}!{_printable(member.name)}"
            if _TENSOR.search(member.name):
                continue
            try:
                if member.name.endswith(".py"):
                    self._code(member, name)
                elif PurePosixPath(member.name).name == "config.json" and member.size < 8 * MEGABYTE:
                    self._config(member.open().read(8 * MEGABYTE), name)
                elif member.name.endswith((".yaml", ".yml")) and member.size < MEGABYTE:
                    self._yaml(member.open().read(MEGABYTE), name)
                elif _MODEL.search(member.name):
                    if not self.read(member.open(), name, depth + 1):
                        self.part(name, _UNKNOWN)
                elif not _DULL.search(member.name) and sniffed < SNIFFED and member.size > 2:
                    sniffed += 1
                    self.read(member.open(), name, depth + 1)
            except (Broken, OSError) as error:
                self.part(name, str(error)[:120])

    def _code(self, member: Member, name: str) -> None:
        text = Source(member.open()).peek(8 * MEGABYTE).decode("utf-8", "replace")
        if "\0" not in text:
            self.pieces.append(Piece(name, name, text, 0, ()))

    # -- configurations

    def _config(self, data: bytes, shown: str) -> None:
        from scanner.facts.weights.keras import read_config

        recorder = self._recorder(shown, 0)
        read_config(data, recorder)
        self._done(recorder, shown, "")

    def _yaml(self, data: bytes, shown: str) -> None:
        from scanner.facts.weights.keras import read_targets

        recorder = self._recorder(shown, 0)
        read_targets(data, recorder)
        self._done(recorder, shown, "")

    def _hdf(self, stream: Readable, shown: str, depth: int) -> str:
        from scanner.facts.weights.keras import find_config

        recorder = self._recorder(shown, depth)
        data = Source(stream).peek(SEARCHED)
        found = find_config(data, recorder)
        if not found and len(data) >= SEARCHED:
            self.part(shown, f"read in part: no configuration in its first {SEARCHED // MEGABYTE} MB")
        return self._done(recorder, shown, "hdf5")

    def _gguf(self, stream: Readable, shown: str, depth: int) -> str:
        from scanner.facts.weights.gguf import templates_of

        for key, text in templates_of(Source(stream)):
            self.template(shown, text, key)
        return "gguf"

    def template(self, shown: str, text: str, name: str) -> str:
        """A chat template: its expressions, as Python."""
        recorder = self._recorder(shown, 0)
        read_template(text, recorder)
        return self._done(recorder, shown, name)


def _run_all(machine: Machine) -> str:
    """Every pickle of a stream, and what kind of stream it is."""
    kind, wanted = "pickle", 1
    for count in range(1, PICKLES + 1):
        value = machine.run()
        if value == _LEGACY and count == 1:
            kind, wanted = "torch legacy", 5
        head = machine.source.peek(3)
        if not head or (count >= wanted and not starts_pickle(head)):
            break
    return kind


def _peeked(stream: Readable) -> tuple[bytes, Readable]:
    """The first bytes, and a stream that still has them."""
    if _can_seek(stream):
        head = stream.read(_HEAD)
        cast(BinaryIO, stream).seek(0)
        return head, stream
    source = Source(stream)
    return source.peek(_HEAD), _Rejoined(source)


class _Rejoined:
    """A stream that begins with what was looked at."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.peek(1) and self._source.buffer[self._source.position :][: size if size >= 0 else None]
        self._source.position += len(data)
        return data


def _can_seek(stream: Readable) -> bool:
    seekable = getattr(stream, "seekable", None)
    return seekable is not None and bool(seekable())


def _seekable(stream: Readable) -> BinaryIO:
    """The stream itself, or a bounded copy of one that only goes forward."""
    if _can_seek(stream):
        return cast(BinaryIO, stream)
    data = Source(stream).peek(NESTED + 1)
    if len(data) > NESTED:
        raise Broken(f"is an archive of more than {NESTED // MEGABYTE} MB within an archive")
    return io.BytesIO(data)


def _printable(name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "\ufffd", name)[:200]


def read_templates(path: str, text: str) -> WeightsFacts | None:
    """Facts of the chat templates in a tokenizer's settings; None for any other file."""
    pure = PurePosixPath(path)
    if pure.name in _TEMPLATE_FILES:
        templates = list(templates_in(text))
    elif pure.suffix == ".jinja" and (pure.stem == "chat_template" or pure.parent.name == _TEMPLATE_FOLDER):
        templates = [("chat template", text)]
    else:
        return None
    reading = Reading(path)
    for name, template in templates:
        reading.template(path, template, name)
    if not reading.pieces and not reading.notes:
        return None
    return WeightsFacts(path, "chat template", tuple(reading.pieces), tuple(reading.notes), ())
