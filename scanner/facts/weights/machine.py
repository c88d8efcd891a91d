"""A pickle machine that runs no pickle: it follows opcodes, keeps what calls are made of, and forgets the rest.

Memory does not grow with the file: frames and containers keep a bounded number of elements, and when frames and memo
hold more than ``BLOCKS`` objects, all but the names of globals is given up (``forgot``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from scanner.facts.weights.handlers import HANDLERS
from scanner.facts.weights.limits import BLOCKS, ELEMENTS, LONG_STRINGS, MARKS, OPCODES, SHORT, STACK, TEXT
from scanner.facts.weights.opcodes import CODES, FIXED, LARGEST_ARGUMENT
from scanner.facts.weights.recording import Recorder
from scanner.facts.weights.streams import Allowance, Broken, Source
from scanner.facts.weights.values import Name, Pairs, Value

_PADDING = bytes(LARGEST_ARGUMENT)
_MEMOIZE, _SHORT_TEXT, _BINPUT, _BINGET = (CODES[n] for n in ("MEMOIZE", "SHORT_BINUNICODE", "BINPUT", "BINGET"))
_MARK, _BYTE, _WORD, _INT = (CODES[n] for n in ("MARK", "BININT1", "BININT2", "BININT"))
_LIST, _DICT = CODES["EMPTY_LIST"], CODES["EMPTY_DICT"]
_SETITEMS, _APPENDS, _TUPLE2 = CODES["SETITEMS"], CODES["APPENDS"], CODES["TUPLE2"]
_STOP = CODES["STOP"]
_OPEN = 32 * STACK
_NAMES = 20_000


class Machine:
    """Follows the pickles of one stream; every call goes to ``recorder``."""

    def __init__(self, source: Source, recorder: Recorder, allowance: Allowance) -> None:
        self.source = source
        self.recorder = recorder
        self.after_build: Callable[[Value, Value], None] = _nothing
        """Called with object and state after a BUILD: a pickler of arrays puts raw bytes there."""
        self.modules: set[str] = set()
        self.allowance = allowance
        self.forgot = False
        self._baseline = sys.getallocatedblocks()
        self._reset()

    def _reset(self) -> None:
        self.stack: list[Value] = []
        self.frames: list[list[Value]] = []
        self.memo: dict[int, Value] = {}
        self.shift = 0
        """Entries given up: the next MEMOIZE is number ``len(memo) + shift``."""
        self.protocol = 0
        self._long = LONG_STRINGS
        self._padded = False

    def run(self) -> Value:
        """Follow one pickle from here to its STOP and give what it makes. Raises ``Broken``; calls met so far stay."""
        self._reset()
        try:
            return self._loop()
        except Broken:
            raise
        except (IndexError, TypeError, AttributeError, OverflowError, ValueError) as error:
            raise Broken(f"is no well-formed pickle at byte {self.source.offset}") from error
        finally:
            if self._padded:
                self.source.buffer = self.source.buffer[:-LARGEST_ARGUMENT]

    def _loop(self) -> Value:
        # One long loop: a checkpoint has millions of opcodes, and a call for each would double the time.
        fixed, source = FIXED, self.source
        buffer, position, safe = b"", 0, -1
        stack, memo, shift = self.stack, self.memo, 0
        while True:
            if position > safe:
                if safe >= 0:
                    source.position = position
                safe = self._window()
                buffer, position, memo, shift = source.buffer, source.position, self.memo, self.shift
            op = buffer[position]
            position += 1
            width = fixed[op]
            if width >= 0:
                stack.append(None)
                position += width
            elif op == _MEMOIZE:
                memo[len(memo) + shift] = stack[-1]
            elif op == _SHORT_TEXT and position + buffer[position] < safe:
                end = position + 1 + buffer[position]
                stack.append(buffer[position + 1 : end].decode("utf-8", "replace"))
                position = end
            elif op == _BINPUT:
                memo[buffer[position]] = stack[-1]
                position += 1
            elif op == _BYTE:
                stack.append(buffer[position])
                position += 1
            elif op == _BINGET:
                stack.append(memo.get(buffer[position]))
                position += 1
            elif op == _MARK:
                self.frames.append(stack)
                self.stack = stack = []
            elif op == _DICT:
                stack.append(Pairs())
            elif op == _LIST:
                stack.append([])
            elif op == _SETITEMS or op == _APPENDS:
                items = stack
                self.stack = stack = self.frames.pop()
                target = stack[-1]
                if isinstance(target, list) and len(target) < ELEMENTS:
                    target.extend(items[: ELEMENTS - len(target)])
            elif op == _TUPLE2:
                stack[-2:] = [(stack[-2], stack[-1])]
            elif op == _WORD:
                stack.append(buffer[position] | buffer[position + 1] << 8)
                position += 2
            elif op == _INT:
                stack.append(int.from_bytes(buffer[position : position + 4], "little", signed=True))
                position += 4
            elif op == _STOP:
                source.position = position
                return stack[-1] if stack else None
            else:
                source.position = position
                HANDLERS[op](self)
                buffer, position, stack = source.buffer, source.position, self.stack
                safe = len(buffer) - LARGEST_ARGUMENT - 1

    def _window(self) -> int:
        """Have more bytes in the buffer; the last position at which an opcode may be read without looking."""
        source = self.source
        if self._padded and source.position >= len(source.buffer) - LARGEST_ARGUMENT:
            raise Broken("ends before its STOP")
        while len(source.buffer) - source.position <= LARGEST_ARGUMENT and not self._padded:
            if not source.more():
                source.buffer += _PADDING
                self._padded = True
        if self._padded and source.position >= len(source.buffer) - LARGEST_ARGUMENT:
            raise Broken("ends before its STOP")
        self.allowance.opcodes -= len(source.buffer) - source.position
        if self.allowance.opcodes < 0:
            raise Broken(f"has more than {OPCODES // 1_000_000} million opcodes")
        self._restrain()
        return len(source.buffer) - LARGEST_ARGUMENT - 1

    def _restrain(self) -> None:
        """Hold to the bounds on memory."""
        if len(self.stack) > STACK:
            del self.stack[: -STACK // 2]
            self.forgot = True
        if len(self.frames) > MARKS or sum(map(len, self.frames)) > _OPEN:
            raise Broken(f"nests deeper than {MARKS:,}, or keeps too many values open")
        if sys.getallocatedblocks() - self._baseline > BLOCKS:
            self._forget()

    def _forget(self) -> None:
        """Give up memo and open values, but for the names of globals."""
        kept = {k: v for k, v in self.memo.items() if isinstance(v, Name) or (type(v) is str and v in self.modules)}
        if len(kept) > _NAMES:
            kept = {}
        self.shift += len(self.memo) - len(kept)
        self.memo = kept
        for frame in (self.stack, *self.frames):
            frame[:-ELEMENTS] = [None] * max(0, len(frame) - ELEMENTS)
            frame[:] = [v if isinstance(v, str | Name) else [] if isinstance(v, list) else None for v in frame]
        self.forgot = True

    # -- for the handlers

    def kept(self, size: int) -> bytes:
        """A counted argument, cut to what is kept of it."""
        most = TEXT if size <= SHORT or self._long > 0 else SHORT
        if size > SHORT:
            self._long -= min(size, most)
            self.allowance.opcodes += size
        return self.source.keep(size, most)

    def pop_mark(self) -> list[Value]:
        """The values above the last mark, which is taken off."""
        items = self.stack
        self.stack = self.frames.pop()
        return items


def _nothing(obj: Value, state: Value) -> None:
    """Most pickles go on after a BUILD."""
