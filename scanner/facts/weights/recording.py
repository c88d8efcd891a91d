"""What a pickle names and calls, written down as Python text with the byte offset of every line."""

from __future__ import annotations

import _compat_pickle
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scanner.facts.weights.commands import Command, commands
from scanner.facts.weights.folding import UNFOLDED, attribute, fold, folds, item, method
from scanner.facts.weights.limits import CALLABLES, CALLS_OF_ONE, CODE, ELEMENTS, PIECE
from scanner.facts.weights.plumbing import HANDED_ON, is_plumbing
from scanner.facts.weights.programs import literal_calls
from scanner.facts.weights.records import Note, Piece, Place
from scanner.facts.weights.rendering import call as call_text
from scanner.facts.weights.rendering import expression, imported, inlined, is_dotted, is_program, named
from scanner.facts.weights.values import Bound, Made, Name, Pairs, Partial, Value, flat

GIVEN_URL = "pickle.load.given_url"
"""Catalog name of a call in a model file that is handed an address, whatever its name."""
IN_MODEL_FILE = "in_model_file"
"""Catalog suffix of a callable that reaches a network, or may, when a model file calls it."""
COMMAND = "os.system"
"""Catalog prefix of a program a command line names: ``os.system.curl``."""

_URL = re.compile(
    r"(?<![\w.])(?:https?|wss?|ftps?|s3a?|gs|hf|oss|tcp|ssh|git\+https?|git)://[^\s'\"<>]+", re.IGNORECASE
)
_OVER_ELEMENTS = frozenset({"builtins.map", "builtins.filter", "itertools.starmap", "functools.reduce",
                            "_functools.reduce", "itertools.filterfalse", "itertools.takewhile"})  # fmt: skip
_NEW = frozenset({"copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__"})
_BEHIND = {"posix": "os", "nt": "os", "_pickle": "pickle", "_io": "io", "_socket": "socket", "__builtin__": "builtins"}
"""Modules that define what another one is known for: pickles name the former."""
_MAGIC_BYTES = b"\x80P\x93"
"""First bytes of a pickle, a zip archive, an array file."""
_NOTES = 64


class Recorder:
    """Writes down one model file. ``nested`` is handed bytes that may be a pickle or an archive of their own."""

    def __init__(self, shown: str, nested: Callable[[bytes, int], None] | None = None) -> None:
        self.shown = shown
        self.nested = nested
        self.notes: dict[tuple[str, str], None] = {}
        self.codes: dict[str, int] = {}
        self.names = 0
        self.flooded: set[str] = set()
        self.full: set[Name] = set()
        """Callables of which no further call is written out."""
        self._lines: list[str] = []
        self._places: list[Place] = []
        self._size = 0
        self._compiling = False
        self._unparsed = PIECE
        self._programs: dict[str, bool] = {}
        self._imports: set[str] = set()
        self._seen: dict[str, Made] = {}
        self._instances: dict[str, Made] = {}
        self._calls: Counter[str] = Counter()

    # -- results

    def pieces(self) -> tuple[Piece, ...]:
        """What was written down; empty when the file names nothing that matters."""
        out = []
        if self._lines:
            out.append(
                Piece(f"{self.shown}!load.py", self.shown, "\n".join(self._lines) + "\n", 0, tuple(self._places))
            )
        for code, offset in self.codes.items():
            shown = f"{self.shown}!code@{offset}"
            out.append(Piece(f"{shown}.py", shown, code, offset, ()))
        return tuple(out)

    @property
    def written(self) -> bool:
        """Whether any call was written out."""
        return bool(self._places)

    def all_notes(self) -> tuple[Note, ...]:
        return tuple(Note(kind, text) for kind, text in sorted(self.notes))

    def note(self, kind: str, text: str) -> None:
        """Keep what cannot be followed."""
        if len(self.notes) < _NOTES:
            self.notes[kind, text] = None

    # -- what the machine met

    def name(self, module: str, name: str, protocol: int) -> Name:
        """A global as the unpickler finds it: names of Python 2 are mapped as it maps them."""
        self.names += 1
        if protocol < 3:
            module, name = _compat_pickle.NAME_MAPPING.get((module, name), (module, name))
            module = _compat_pickle.IMPORT_MAPPING.get(module, module)
        found = _direct(Name(_BEHIND.get(module, module), name))
        self._import(found)
        if is_plumbing(found.dotted) and not _is_special(found.dotted):
            return replace(found, plain=True)
        return found

    def plain_call(self, args: Value, offset: int) -> None:
        """A call that only builds a value: files within its arguments count all the same."""
        if type(args) is tuple and self.nested is not None:
            for value in args:
                if type(value) is bytes and len(value) > 8 and value[0] in _MAGIC_BYTES:
                    self.nested(value, offset)

    def call(self, func: Value, args: Value, offset: int) -> Value:
        """``func(*args)``: its result where it can be computed, else what the written call gives."""
        arguments = args if isinstance(args, tuple) else tuple(args) if type(args) is list else None
        if isinstance(func, Partial):
            return self._later(func, arguments or (), offset)
        if arguments is None:
            return self._write(func, args, (), offset)
        if isinstance(func, Name):
            if func.dotted in _NEW and arguments:
                return self.new(arguments[0], arguments[1:], offset)
            value = fold(func.dotted, arguments)
            if value is not UNFOLDED:
                self._imported(value)
                return value
            handed = self._handed_on(func.dotted, arguments)
            if handed is not None:
                return self.call(handed[0], handed[1], offset)
            if func.dotted in _OVER_ELEMENTS and len(arguments) > 1:
                return self._over(func.dotted, arguments, offset)
        elif isinstance(func, Bound):
            value = method(func.obj, func.name, arguments)
            if value is not UNFOLDED:
                return value
        return self._write(func, arguments, (), offset)

    def new(self, cls: Value, args: Value, offset: int) -> Value:
        """``cls.__new__(cls, *args)``: no initialiser runs, and the arguments are left out."""
        self.plain_call(args, offset)
        if not isinstance(cls, Name) or is_plumbing(cls.dotted):
            return Made()
        made = self._instances.get(cls.dotted)
        if made is not None:
            return made
        if cls.dotted in ("functools.partial", "_functools.partial"):
            return Partial("partial", None, ())
        text = named(cls)
        made = self._emit(f"{cls.dotted}.__new__", f"{text}.__new__({text})", offset, 0, True)
        if len(self._instances) < CALLABLES:
            self._instances[cls.dotted] = made
        return made

    def build(self, obj: Value, state: Value, offset: int) -> None:
        """``obj.__setstate__(state)``, or the state put into its attributes."""
        if isinstance(obj, Partial) and isinstance(state, tuple) and len(state) > 1:
            obj.func, obj.args = state[0], tuple(state[1]) if isinstance(state[1], tuple | list) else ()
        if not isinstance(obj, Made):
            return
        if isinstance(obj.setstate, Name | Bound | Partial | Made):
            self.call(obj.setstate, (state,), offset)
        elif obj.variable and not obj.built:
            obj.built = True
            self._emit(f"{obj.variable}.__setstate__", f"{obj.variable}.__setstate__(None)", offset, 0, False)
        for part in state if isinstance(state, tuple) else (state,):
            if isinstance(part, Pairs) and "__setstate__" in part:
                obj.setstate = next((v for k, v in part.items() if k == "__setstate__"), obj.setstate)

    def line(self, api: str, text: str, offset: int) -> None:
        """A call that another reader found, as the source of a catalogued name."""
        self._import(Name(text.partition(".")[0], ""))
        self._emit(api, text, offset, 2, False, api)

    # -- kinds of calls

    @staticmethod
    def _handed_on(dotted: str, args: tuple[Value, ...]) -> tuple[Value, Value] | None:
        """Callable and arguments that a builder calls, or evaluates, in turn."""
        if dotted == "dill._dill._eval_repr" and args:
            return Name("builtins", "eval"), args[:1]
        where = HANDED_ON.get(dotted)
        if where is None or len(args) <= max(where[:2]):
            return None
        func, start, rest = where
        if isinstance(args[func], Name) and args[func].dotted in ("builtins.type", "abc.ABCMeta"):
            return None
        return args[func], args[start:] if rest else args[start]

    def _later(self, func: Partial, args: tuple[Value, ...], offset: int) -> Value:
        if func.how == "partial":
            return self.call(func.func, (*func.args, *args), offset)
        if not args:
            return Made()
        if func.how == "itemgetter":
            value = item(args[0], func.func)
        else:
            value = args[0]
            for part in str(func.func).split("."):
                value = attribute(value, part)
        if func.how == "methodcaller":
            return self.call(value, func.args, offset)
        return Made() if value is UNFOLDED else value

    def _over(self, dotted: str, args: tuple[Value, ...], offset: int) -> Value:
        """A call of the first argument with each element of the second."""
        func, elements = args[0], args[1]
        if not isinstance(elements, tuple | list):
            return self._write(func, (None,), (), offset)
        if dotted.endswith("reduce"):
            return self.call(func, tuple(elements[:2]), offset)
        made = []
        for element in elements[:16]:
            star = dotted.endswith("starmap") and isinstance(element, tuple | list)
            made.append(self.call(func, tuple(element) if star else (element,), offset))
        return made

    def _write(self, func: Value, args: Value, keywords: Value, offset: int, guessed: bool = False) -> Value:
        """A call that is written out, together with what its words say; of a ``guessed`` one only the catalog knows."""
        api = func.dotted if isinstance(func, Name) else func.name if isinstance(func, Bound) else ""
        if isinstance(args, tuple | list) and self._compiled(args, offset):
            return Made()
        if isinstance(func, Name) and is_plumbing(func.dotted):
            self.plain_call(args, offset)
            # The size of an array's elements is asked for where a pickler writes arrays between the opcodes.
            return args[0] if func.dotted == "numpy.dtype" and args and isinstance(args[0], str) else Made()
        if func is None:
            self.note("unknown-callable", f"a call of what could not be followed, at byte {offset}")
        if self._calls[api] >= CALLS_OF_ONE or len(self._calls) > CALLABLES or self._size > PIECE:
            self.flooded.add(api)
            if isinstance(func, Name) and len(self.full) < CALLABLES:
                self.full.add(func)
            return Made()
        code = inlined(args[0]) if api == "builtins.eval" and args and isinstance(args[0], str) else ""
        text = f"({code})" if code else call_text(expression(func), self._without_code(args), keywords)
        known = self._seen.get(text)
        if known is not None:
            return known
        self._calls[api] += 1
        made = self._emit(api or "an unknown callable", text, offset, 0, True)
        self._words(func, args, text, offset, guessed)
        self._look_inside(args, offset)
        return made

    # -- what arguments say

    def _words(self, func: Value, args: Value, text: str, offset: int, guessed: bool) -> None:
        """Readings of a call by its arguments: programs, addresses, or nothing but the callable's name."""
        api = func.dotted if isinstance(func, Name) else expression(func) if isinstance(func, Bound) else "?"
        given = args if isinstance(args, tuple | list) else ()
        if not guessed and (not api.rpartition(".")[2][:1].isupper() or api == "subprocess.Popen"):
            self._addresses(given, api, text, offset)
        if isinstance(func, Name) and is_dotted(func.dotted):
            short = func.dotted.removeprefix("builtins.")
            written = call_text(f"{short}.{IN_MODEL_FILE}", self._without_code(args))
            self._emit(api, written, offset, 3, False, text)

    def _addresses(self, given: Any, api: str, text: str, offset: int) -> None:
        """Programs and addresses among the arguments; a program text is read as code instead."""
        words = [v for v in given if not (isinstance(v, str | bytes) and self._is_code(v))]
        for found in _commands(words):
            self._command(found, api, text, offset)
        urls = sorted({m[0] for v in flat(words) if isinstance(v, str) for m in _URL.finditer(v[:8_192])})
        urls += [f"tcp://{v[0]}:{v[1]}" for v in words if _is_address(v)]
        for url in urls[:16]:
            self._import(Name("pickle", ""))
            self._emit(api, f"{GIVEN_URL}({url!a})", offset, 2, False, text)

    def _command(self, found: Command, api: str, text: str, offset: int) -> None:
        if found.code:
            self._code(found.code, offset)
        elif is_dotted(found.program):
            self._import(Name("os", ""))
            addresses = f"{found.addresses!a}" if found.addresses else ""
            self._emit(api, f"{COMMAND}.{found.program}({addresses})", offset, 1, False, text)

    def _look_inside(self, args: Value, offset: int) -> None:
        """Code strings, compiled code and nested files among the arguments."""
        if not isinstance(args, tuple | list):
            return
        for value in flat(args):
            if isinstance(value, bytes) and len(value) > 2 and self.nested is not None:
                self.nested(value, offset)
            if isinstance(value, str | bytes) and self._is_code(value):
                self._code(_as_text(value), offset)

    def _without_code(self, args: Value) -> Value:
        """The arguments, but for program text, which is a piece of its own."""
        if not isinstance(args, tuple):
            return args
        return tuple(None if isinstance(v, str | bytes) and self._is_code(v) else v for v in args)

    def _is_code(self, value: str | bytes) -> bool:
        if not 8 < len(value) < CODE:
            return False
        text = _as_text(value)
        if text not in self._programs:
            self._unparsed -= len(text)
            if self._unparsed < 0:
                self.flooded.add("code strings")
                return False
            self._programs[text] = is_program(text)
        return self._programs[text]

    def _code(self, code: str, offset: int) -> None:
        """Python text: a piece of its own, and the programs its calls start."""
        if len(self.codes) >= CALLS_OF_ONE or code in self.codes or not self._is_code(code):
            return
        self.codes[code] = offset
        for callee, given, text in literal_calls(code):
            self._addresses(given, callee, text, offset)
            for value in given:
                if isinstance(value, str | bytes) and self._is_code(value):
                    self._code(_as_text(value), offset)

    def _compiled(self, args: tuple[Value, ...] | list[Value], offset: int) -> bool:
        """Whether these are the pieces of a code object: bytecode, then the tuples of its constants and its names."""
        for value, constants, names in zip(args, args[1:], args[2:], strict=False):
            if isinstance(value, bytes) and isinstance(constants, tuple) and isinstance(names, tuple):
                self.compiled(constants, names, offset)
                return True
        return False

    def compiled(self, constants: Any, names: Any, offset: int) -> None:
        """Compiled code by its constants and names (see ``bytecode``)."""
        from scanner.facts.weights.bytecode import calls_of

        self._compiling = True
        for func, texts in calls_of(constants, names):
            self._import(func)
            self._write(func, texts, (), offset, guessed=func.module.partition(".")[0] not in sys.stdlib_module_names)
        self._compiling = False

    # -- lines

    def _imported(self, value: Value) -> None:
        if isinstance(value, Name):
            self._import(value)

    def _import(self, name: Name) -> None:
        text = imported(name)
        if text and text not in self._imports and len(self._imports) < CALLABLES:
            self._imports.add(text)
            self._lines.append(text)

    def _emit(self, api: str, text: str, offset: int, rank: int, named: bool, source: str = "") -> Made:
        known = self._seen.get(text)
        if known is not None:
            return known
        if self._size > PIECE or len(self._seen) > CALLABLES * 8:
            self.flooded.add(api)
            return Made()
        made = Made(f"v{len(self._lines) + 1}" if named else "")
        self._seen[text] = made
        line = f"{made.variable} = {text}" if named else text
        self._lines.append(line)
        self._size += len(line)
        self._places.append(Place(len(self._lines), offset, api, (source or text)[:400], rank, self._compiling))
        return made


def _is_address(value: Value) -> bool:
    """Whether a value is a host and a port, as sockets take them."""
    return (
        isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int)
        and 0 < value[1] < 65_536 and "." in value[0]
    )  # fmt: skip


def _is_special(dotted: str) -> bool:
    """Whether more is known of a builder than that it builds."""
    return dotted in _NEW or dotted in HANDED_ON or dotted == "dill._dill._eval_repr" or folds(dotted)


def _as_text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _commands(args: Any) -> list[Command]:
    found: list[Command] = []
    for value in list(args)[:ELEMENTS]:
        if isinstance(value, bytes):
            value = value[:4_096].decode("utf-8", "replace")
        if isinstance(value, str):
            found += commands(value) if " " in value.strip() else ()
        elif isinstance(value, tuple | list) and value and not isinstance(value, Pairs):
            words = [v if isinstance(v, str) else "python" if isinstance(v, Name) else "" for v in value]
            found += commands(words) if len(words) > 1 else ()
    return list(dict.fromkeys(found))


def _direct(name: Name) -> Name:
    """A global reached through another module's own imports: ``torch.serialization`` ``os.system``."""
    parts = name.name.split(".")
    for i in range(len(parts) - 2, -1, -1):
        if parts[i] in sys.stdlib_module_names:
            return Name(parts[i], ".".join(parts[i + 1 :]))
    return name
