"""What the rarer opcodes do to the pickle machine: one small function each, after the comments of ``pickletools``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.facts.weights.limits import ELEMENTS, TEXT
from scanner.facts.weights.opcodes import CODES, COUNTED
from scanner.facts.weights.streams import Broken
from scanner.facts.weights.values import Made, Name, Pairs, Value

if TYPE_CHECKING:
    from scanner.facts.weights.machine import Machine

Handler = Callable[["Machine"], None]

_NAME = 1_024
"""Bytes of the longest module or attribute name that is believed."""
_NUMBER = 64


class _Handlers(dict[int, Handler]):
    """By code; a code that is no opcode ends the pickle."""

    def __missing__(self, key: int) -> Handler:
        def refuse(machine: Machine) -> None:
            raise Broken(f"is no pickle: no opcode is 0x{key:02x}, at byte {machine.source.offset - 1}")

        return refuse


HANDLERS: dict[int, Handler] = _Handlers()


def _on(*names: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        HANDLERS.update({CODES[name]: handler for name in names})
        return handler

    return register


# -- literals


def _counted(code: int) -> Handler:
    size, is_text = COUNTED[code]

    def push(machine: Machine) -> None:
        data = machine.kept(int.from_bytes(machine.source.take(size), "little"))
        machine.stack.append(data.decode("utf-8", "replace") if is_text else data)

    return push


HANDLERS.update({code: _counted(code) for code in COUNTED})


@_on("STRING")
def _string(machine: Machine) -> None:
    line = machine.source.line(TEXT).strip()
    machine.stack.append(_unquoted(line))


def _unquoted(line: bytes) -> str:
    """A Python 2 string literal."""
    try:
        value = ast.literal_eval("b" + line.decode("ascii", "replace"))
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return line.strip(b"'\"").decode("utf-8", "replace")


@_on("UNICODE")
def _unicode(machine: Machine) -> None:
    line = machine.source.line(TEXT)
    try:
        machine.stack.append(line.decode("raw-unicode-escape"))
    except UnicodeDecodeError:
        machine.stack.append(line.decode("utf-8", "replace"))


@_on("INT", "LONG", "FLOAT")
def _number(machine: Machine) -> None:
    text = machine.source.line(_NUMBER).strip().rstrip(b"L")
    machine.stack.append(int(text) if text.lstrip(b"-").isdigit() else None)


@_on("LONG1")
def _long1(machine: Machine) -> None:
    data = machine.source.take(machine.source.take(1)[0])
    machine.stack.append(int.from_bytes(data, "little", signed=True))


@_on("LONG4")
def _long4(machine: Machine) -> None:
    machine.source.skip(int.from_bytes(machine.source.take(4), "little"))
    machine.stack.append(None)


# -- containers


@_on("EMPTY_TUPLE")
def _empty_tuple(machine: Machine) -> None:
    machine.stack.append(())


@_on("EMPTY_SET")
def _empty_set(machine: Machine) -> None:
    machine.stack.append([])


@_on("TUPLE1")
def _tuple1(machine: Machine) -> None:
    machine.stack[-1] = (machine.stack[-1],)


@_on("TUPLE3")
def _tuple3(machine: Machine) -> None:
    machine.stack[-3:] = [(machine.stack[-3], machine.stack[-2], machine.stack[-1])]


@_on("TUPLE")
def _tuple(machine: Machine) -> None:
    items = machine.pop_mark()
    machine.stack.append(tuple(items[:ELEMENTS]))


@_on("LIST", "FROZENSET")
def _list(machine: Machine) -> None:
    items = machine.pop_mark()
    machine.stack.append(items[:ELEMENTS])


@_on("DICT")
def _dict(machine: Machine) -> None:
    items = machine.pop_mark()
    machine.stack.append(Pairs(items[:ELEMENTS]))


@_on("APPEND")
def _append(machine: Machine) -> None:
    value, target = machine.stack.pop(), machine.stack[-1]
    if isinstance(target, list) and len(target) < ELEMENTS:
        target.append(value)


@_on("SETITEM")
def _setitem(machine: Machine) -> None:
    value, key, target = machine.stack.pop(), machine.stack.pop(), machine.stack[-1]
    if isinstance(target, list) and len(target) < ELEMENTS:
        target += (key, value)


@_on("ADDITEMS")
def _additems(machine: Machine) -> None:
    items = machine.pop_mark()
    target = machine.stack[-1]
    if isinstance(target, list) and len(target) < ELEMENTS:
        target += items[: ELEMENTS - len(target)]


# -- stack and memo


@_on("POP")
def _pop(machine: Machine) -> None:
    if machine.stack:
        machine.stack.pop()
    else:
        machine.pop_mark()


@_on("POP_MARK")
def _pop_mark(machine: Machine) -> None:
    machine.pop_mark()


@_on("DUP")
def _dup(machine: Machine) -> None:
    machine.stack.append(machine.stack[-1])


@_on("PUT")
def _put(machine: Machine) -> None:
    machine.memo[int(machine.source.line(_NUMBER))] = machine.stack[-1]


@_on("LONG_BINPUT")
def _long_binput(machine: Machine) -> None:
    machine.memo[int.from_bytes(machine.source.take(4), "little")] = machine.stack[-1]


@_on("GET")
def _get(machine: Machine) -> None:
    machine.stack.append(machine.memo.get(int(machine.source.line(_NUMBER))))


@_on("LONG_BINGET")
def _long_binget(machine: Machine) -> None:
    machine.stack.append(machine.memo.get(int.from_bytes(machine.source.take(4), "little")))


# -- things that say nothing


@_on("PROTO")
def _proto(machine: Machine) -> None:
    machine.protocol = machine.source.take(1)[0]
    if machine.protocol > 5:
        raise Broken(f"is a pickle of protocol {machine.protocol}, which is not known")


@_on("FRAME")
def _frame(machine: Machine) -> None:
    machine.source.take(8)


@_on("READONLY_BUFFER")
def _readonly(machine: Machine) -> None:
    """The buffer on top stays."""


@_on("NEXT_BUFFER")
def _next_buffer(machine: Machine) -> None:
    machine.stack.append(None)


@_on("PERSID")
def _persid(machine: Machine) -> None:
    machine.source.line(_NAME)
    machine.stack.append(None)


@_on("BINPERSID")
def _binpersid(machine: Machine) -> None:
    machine.stack[-1] = None


def _extension(size: int) -> Handler:
    def push(machine: Machine) -> None:
        code = int.from_bytes(machine.source.take(size), "little")
        machine.recorder.note("extension-code", f"registered name {code}, at byte {machine.source.offset}")
        machine.stack.append(None)

    return push


HANDLERS.update({CODES["EXT1"]: _extension(1), CODES["EXT2"]: _extension(2), CODES["EXT4"]: _extension(4)})


# -- names and calls


def _name(machine: Machine, module: Value, name: Value) -> Name | None:
    """The global, after it was recorded; None when its name was given up, or no name."""
    if not (isinstance(module, str) and isinstance(name, str)) or len(module) + len(name) > _NAME:
        machine.recorder.note("unknown-global", f"a name that is computed, at byte {machine.source.offset}")
        return None
    machine.modules.add(module)
    return machine.recorder.name(module, name, machine.protocol)


@_on("GLOBAL")
def _global(machine: Machine) -> None:
    module = machine.source.line(_NAME + 1).decode("utf-8", "replace")
    name = machine.source.line(_NAME + 1).decode("utf-8", "replace")
    machine.stack.append(_name(machine, module, name))


@_on("STACK_GLOBAL")
def _stack_global(machine: Machine) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    machine.stack.append(_name(machine, module, name))


@_on("REDUCE")
def _reduce(machine: Machine) -> None:
    args, func = machine.stack.pop(), machine.stack[-1]
    if type(func) is Name and func.plain:
        machine.recorder.plain_call(args, machine.source.offset - 1)
        machine.stack[-1] = Made()
        return
    if type(func) is Name and func in machine.recorder.full:
        machine.stack[-1] = Made()
        return
    machine.stack[-1] = machine.recorder.call(func, args, machine.source.offset - 1)


@_on("INST")
def _inst(machine: Machine) -> None:
    offset = machine.source.offset - 1
    module = machine.source.line(_NAME + 1).decode("utf-8", "replace")
    name = machine.source.line(_NAME + 1).decode("utf-8", "replace")
    args = tuple(machine.pop_mark()[:ELEMENTS])
    machine.stack.append(machine.recorder.call(_name(machine, module, name), args, offset))


@_on("OBJ")
def _obj(machine: Machine) -> None:
    items = machine.pop_mark()
    func, args = items[0], tuple(items[1:ELEMENTS])
    machine.stack.append(machine.recorder.call(func, args, machine.source.offset - 1))


@_on("NEWOBJ")
def _newobj(machine: Machine) -> None:
    args, cls = machine.stack.pop(), machine.stack[-1]
    machine.stack[-1] = machine.recorder.new(cls, args, machine.source.offset - 1)


@_on("NEWOBJ_EX")
def _newobj_ex(machine: Machine) -> None:
    _, args, cls = machine.stack.pop(), machine.stack.pop(), machine.stack[-1]
    machine.stack[-1] = machine.recorder.new(cls, args, machine.source.offset - 1)


@_on("BUILD")
def _build(machine: Machine) -> None:
    state, obj = machine.stack.pop(), machine.stack[-1]
    machine.recorder.build(obj, state, machine.source.offset - 1)
    machine.after_build(obj, state)
