"""Compiled code without a disassembler: which modules its names spell out, and which constants could be arguments.

Bytecode differs with every version of Python; the tuples of names and constants beside it do not. Names stand in the
order of their first use, so ``requests``, ``post`` in a row spell ``requests.post``. What is read this way is a guess
about which constant goes where, and none about what is called.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

from scanner.facts.weights.rendering import is_dotted
from scanner.facts.weights.values import Name, flat

_MOST = 64
_LONGEST = 3


def calls_of(constants: Any, names: Any) -> Iterator[tuple[Name, tuple[str, ...]]]:
    """Callables and the texts they may be given: every run of names that starts with what may be a module."""
    words = [str(name)[:128] for name in list(names)[:_MOST] if isinstance(name, str) and is_dotted(name)]
    texts = tuple(_ordered([c[:4_096] for c in islice(flat(constants), _MOST) if isinstance(c, str)])[:8])
    modules = [w for w in dict.fromkeys(words) if w.split(".")[0] in sys.stdlib_module_names or _follows(words, w)]
    for module in modules:
        start = words.index(module)
        for length in range(1, _LONGEST + 1):
            chain = words[start + 1 : start + 1 + length]
            if chain and "." in module and chain[0] == module.rpartition(".")[2]:
                # ``import a.b`` binds ``a``, perhaps to a local variable: what follows begins with ``b``.
                chain = words[start + 2 : start + 2 + length]
            if len(chain) == length and all("." not in part for part in chain):
                yield Name(module, ".".join(chain)), texts


def _follows(words: list[str], word: str) -> bool:
    """Whether other names come after it, so that it may be a module."""
    return words.index(word) + 1 < len(words)


def _ordered(texts: list[str]) -> list[str]:
    """Addresses first, then what looks like a command, then the rest."""
    return sorted(dict.fromkeys(texts), key=lambda t: ("://" not in t, " " not in t))
