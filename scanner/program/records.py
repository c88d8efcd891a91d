"""The linked program: modules, nodes, abstract values.

A *node* is an int: one per operation of every scope, further ones for attributes, elements, returns and cells. A node
points to a set of *values*, interned as ints; ``Value`` tells what an int stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.facts.records import FileFacts, Scope
from scanner.vocabulary import Certainty


class ValueKind(StrEnum):
    FUNCTION = "function"
    BOUND = "bound"
    CLASS = "class"
    INSTANCE = "instance"
    MODULE = "module"
    EXTERNAL = "external"
    CONTAINER = "container"
    METHOD = "container-method"
    PARTIAL = "partial"
    SUPER = "super"
    GENERATOR = "generator"


@dataclass(frozen=True, slots=True)
class Value:
    """An abstract value.

    ``ref`` is a scope (function, bound, class, instance, super, generator), a file (module) or a node (container,
    partial); ``other`` the receiver's value (bound, super, container-method) or the decorated scope of a wrapper
    (function), else -1; ``name`` the qualified name of an external or the name of a container method.
    """

    kind: ValueKind
    ref: int = -1
    other: int = -1
    name: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A call: ``site`` is the node of the call in scope ``caller``.

    ``kind`` is call, thread, exit, schedule, exception, callback, decorator, decorated, wrapped, property, context,
    body or code-string; ``via`` a scope passed through (a decorator), or -1.
    """

    caller: int
    site: int
    callee: int
    kind: str
    certainty: Certainty
    via: int = -1


@dataclass(frozen=True, slots=True)
class ExternalCall:
    """A call that leaves the program: ``name`` is the qualified name as imported, ``()`` marking call results."""

    caller: int
    site: int
    name: str


@dataclass(frozen=True, slots=True)
class ScopeEntry:
    """A scope of the program: ``index`` is its number, ``base`` the node of its first operation."""

    index: int
    file: int
    scope: Scope
    base: int
    parent: int


@dataclass(frozen=True, slots=True)
class Module:
    """A file as a module; ``name`` is dotted, ``is_package`` for ``__init__``."""

    index: int
    name: str
    facts: FileFacts
    is_package: bool
    first_scope: int
