"""Files, streams and variables that carry data from one place of a program to another, by path or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.execution.heap import join
from scanner.execution.records import Arguments, Class, Const, Frame, Instance, Partial, Table, Value, Values

if TYPE_CHECKING:
    from scanner.execution.machine import Machine

_OPENERS = frozenset(
    {"<builtin>.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "aiofiles.open"}
)
_MADE = frozenset({
    "io.StringIO", "io.BytesIO", "tempfile.TemporaryFile", "tempfile.NamedTemporaryFile",
    "tempfile.SpooledTemporaryFile",
})  # fmt: skip
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_WRITERS = frozenset({"write", "writelines", "write_text", "write_bytes", "set"})
_READERS = frozenset({"read", "readline", "readlines", "getvalue", "read_text", "read_bytes", "get", "getbuffer"})


class Streams:
    """Open files by path, streams in memory, context variables, thread locals, the environment."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        self.environment = Table()
        self._cls = Class(-1, "stream", (), generated="stream")
        self._cls.order = (self._cls,)
        self._local = Class(-1, "local", ())
        self._local.order = (self._local,)
        self._files: dict[str, Instance] = {}

    def call(self, name: str, a: Arguments, frame: Frame, i: int) -> Values | None:
        """Make a stream; None for other names."""
        first = a.positional[0] if a.positional else ()
        if name in _OPENERS:
            return self._open(first, a)
        if name in _PATHS:
            return (self._file(self._path(first)),)
        if name in _MADE:
            made = Instance(self._cls)
            made.fields["_text"] = first if name.startswith("io.") else ()
            return (made,)
        if name == "contextvars.ContextVar":
            made = Instance(self._cls)
            made.fields["_text"] = next((v for k, v in a.keywords if k == "default"), ())
            return (made,)
        if name == "threading.local":
            return (Instance(self._local),)
        if name in ("os.getenv", "os.environ.get"):
            found = self.m.containers.look_up(self.environment, first)
            return join(found, *a.positional[1:2]) or None
        return None

    def _path(self, values: Values) -> str:
        for v in values:
            if isinstance(v, Const):
                return str(v.value)
            if isinstance(v, Instance) and v.cls is self._cls:
                return next((p for p, f in self._files.items() if f is v), "")
        return ""

    def _file(self, path: str) -> Instance:
        found = self._files.get(path) if path else None
        if found is None:
            found = Instance(self._cls)
            if path:
                self._files[path] = found
        return found

    def _open(self, path: Values, a: Arguments) -> Values:
        """A file; opening it to write empties it."""
        file = self._file(self._path(path))
        modes = join(*a.positional[1:2], *(v for k, v in a.keywords if k == "mode"))
        if any(isinstance(m, Const) and "w" in str(m.value) for m in modes):
            self.m.heap.write(file.fields, "_text", ())
        return (file,)

    def attribute(self, value: Instance, name: str) -> Values | None:
        """A method of a stream."""
        if value.cls is not self._cls:
            return None
        return (Partial(f"stream.{name}", (value,), Arguments()),)

    def method(self, p: Partial, name: str, a: Arguments, frame: Frame, i: int) -> Values:
        """Call a method of a stream."""
        stream = p.functions[0]
        if not isinstance(stream, Instance):
            return ()
        if name in _WRITERS:
            values = join(*a.positional)
            if name in ("set", "write_text", "write_bytes"):
                self.m.heap.write(stream.fields, "_text", values)
            else:
                self.write(stream, values)
        elif name in _READERS:
            return stream.fields.get("_text", ()) or (join(*a.positional) if name == "get" else ())
        elif name == "open":
            return (stream,)
        return ()

    def write(self, stream: Value, values: Values) -> None:
        """Put something into a stream, after what is there."""
        if isinstance(stream, Instance) and stream.cls is self._cls:
            self.m.heap.add(stream.fields, "_text", values)
