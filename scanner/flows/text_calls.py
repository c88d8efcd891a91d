"""Texts that come out of calls: reads of variables, string methods, fields of settings classes, wrappers."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import replace

from scanner.facts.records import Attribute, Call, Display, Item
from scanner.flows.index import Index
from scanner.flows.templates import MAX_LENGTH, UNKNOWN_TEXT, Text, concatenate, join_url, joined
from scanner.program.records import ScopeEntry
from scanner.vocabulary import UNKNOWN_PART

_SAME = frozenset({"strip", "rstrip", "lstrip", "lower", "casefold", "encode", "decode", "format_map", "removesuffix"})
_BRACES = re.compile(r"\{([^{}]*)\}")
_WRAPPERS = frozenset({
    "<builtin>.str", "httpx.URL", "yarl.URL", "pydantic.HttpUrl", "pydantic.AnyUrl", "urllib.parse.urlparse",
    "urllib.parse.urlsplit", "furl.furl", "pydantic.SecretStr",
})  # fmt: skip
_CASTS = frozenset({"typing.cast", "typing_extensions.cast"})
_FIELDS = frozenset(
    {"pydantic.Field", "dataclasses.field", "attr.ib", "attrs.field", "pydantic.fields.Field", "attr.attrib"}
)


class CallTexts(ABC):
    """What a call gives, told from the texts of its operands."""

    index: Index

    @abstractmethod
    def _at(self, node: int, depth: int) -> tuple[Text, ...]: ...

    @abstractmethod
    def _all(self, nodes: list[int], depth: int) -> tuple[Text, ...]: ...

    @abstractmethod
    def elements(self, node: int, key: object, limit: int = 400) -> list[int]:
        """Element nodes of the displays that may be at ``node``; ``key`` None means any."""

    def _environment_item(self, entry: ScopeEntry, obj: int, op: Item, depth: int) -> tuple[Text, ...] | None:
        values = self.index.solver.at(obj)
        names = {self.index.solver.values[v].name for v in values}
        if "os.environ" not in names:
            return None
        variables = [t.template for t in self._at(entry.base + op.key, depth)]
        return (replace(UNKNOWN_TEXT, overrides=tuple(sorted(variables))),) if variables else ()

    def _external(self, entry: ScopeEntry, node: int, op: Call, name: str, depth: int) -> tuple[Text, ...]:
        row = self.index.environment.get(name)
        if row is not None:
            return self.environment_read(node, depth)
        if name in ("urllib.parse.urljoin", "requests.compat.urljoin") and len(op.args) == 2:
            pairs = concatenate([self._at(entry.base + a, depth) or (UNKNOWN_TEXT,) for a in op.args], join_url)
            return pairs
        if name in ("posixpath.join", "os.path.join"):
            return concatenate(
                [self._at(entry.base + a, depth) or (UNKNOWN_TEXT,) for a in op.args], lambda a, b: f"{a}/{b}"
            )
        if name in _WRAPPERS and op.args:
            return self._at(entry.base + op.args[0], depth)
        if name in _CASTS and len(op.args) == 2:
            return self._at(entry.base + op.args[1], depth)
        if name in _FIELDS:
            return self._field(entry, op, depth)
        if name.endswith(".format") or name == "<builtin>.format":
            return ()
        return ()

    def _field(self, entry: ScopeEntry, op: Call, depth: int) -> tuple[Text, ...]:
        """The default of a field of a settings or data class."""
        out: list[Text] = []
        value = self.index.argument(entry, op, (0, "default"))
        if value is not None:
            out += self._at(value, depth)
        factory = self.index.argument(entry, op, ("default_factory", "factory"))
        if factory is not None:
            for v in self.index.solver.at(factory):
                known = self.index.solver.values[v]
                if known.kind in ("function", "bound"):
                    out += self._at(self.index.solver.node("return", known.ref), depth)
        names = self.index.argument(entry, op, ("env", "validation_alias", "alias"))
        overrides = tuple(t.template for t in self._at(names, depth)) if names is not None else ()
        return tuple(replace(t, overrides=joined(t.overrides, overrides)) for t in out)

    def environment_read(self, node: int, depth: int = 0) -> tuple[Text, ...]:
        """The default of an environment read, the variable's name as override."""
        variable, default = self.environment_operands(node)
        names = sorted({t.template for t in self._at(variable, depth)}) if variable is not None else []
        overrides = tuple(n for n in names if UNKNOWN_PART not in n)[:4]
        settled = [self.index.settings[n] for n in overrides if n in self.index.settings]
        if settled:
            return tuple(Text(s.value[:MAX_LENGTH], "config", s.file, s.line, overrides) for s in settled)
        texts = self._at(default, depth) if default is not None else ()
        known = [
            replace(t, how="env-default" if t.how == "constant" else t.how, overrides=joined(t.overrides, overrides))
            for t in texts
            if t.known
        ]
        return tuple(known) or (replace(UNKNOWN_TEXT, overrides=overrides),)

    def environment_operands(self, node: int) -> tuple[int | None, int | None]:
        """Nodes of the variable's name and of the default of an environment read; (None, None) for other calls."""
        found = self.index.op(node)
        for name in self.index.external_at.get(node, ()):
            row = self.index.environment.get(name)
            if row is not None and found is not None and isinstance(found[1], Call):
                entry, op = found[0], found[1]
                return self.index.argument(entry, op, row.variable), self.index.argument(entry, op, row.default)
        return None, None

    def _method(self, entry: ScopeEntry, op: Call, callee: Attribute, depth: int) -> tuple[Text, ...]:
        """String methods on a receiver whose text may be known."""
        receiver = entry.base + callee.obj
        if callee.name in _SAME:
            return tuple(self._stripped(t, callee.name, entry, op) for t in self._at(receiver, depth))
        if callee.name == "format":
            return tuple(self._formatted(entry, op, t, depth) for t in self._at(receiver, depth))
        if callee.name == "join" and op.args:
            return self._joined_text(entry, op, receiver, depth)
        if callee.name == "replace" and len(op.args) >= 2:
            old, new = (next(iter(self._at(entry.base + a, depth)), None) for a in op.args[:2])
            if old is not None and old.known and UNKNOWN_PART not in old.template:
                with_ = new.template if new is not None else ""
                texts = self._at(receiver, depth)
                return tuple(replace(t, template=t.template.replace(old.template, with_)) for t in texts)
            return self._at(receiver, depth)
        if callee.name in ("get", "pop", "setdefault") and op.args:
            key = self.index.constant(entry.base + op.args[0])
            nodes = self.elements(receiver, key)
            return self._all([*nodes, *(entry.base + a for a in op.args[1:2])], depth)
        if callee.name in ("copy_with", "join", "with_path", "get_secret_value"):
            return self._at(receiver, depth)
        return ()

    def _stripped(self, text: Text, method: str, entry: ScopeEntry, op: Call) -> Text:
        characters = self.index.constant(entry.base + op.args[0]) if op.args else None
        if method in ("strip", "rstrip", "lstrip") and (not op.args or isinstance(characters, str)):
            arguments = (characters,) if isinstance(characters, str) else ()
            return replace(text, template=getattr(text.template, method)(*arguments))
        return text

    def _formatted(self, entry: ScopeEntry, op: Call, text: Text, depth: int) -> Text:
        positional = [next(iter(self._at(entry.base + a, depth)), UNKNOWN_TEXT).template for a in op.args]
        keywords = {k: next(iter(self._at(entry.base + v, depth)), UNKNOWN_TEXT).template for k, v in op.keywords if k}
        counter = iter(range(1_000))

        def fill(match: re.Match[str]) -> str:
            field = re.split(r"[.!:\[]", match.group(1))[0]
            if field == "?":
                return match.group(0)
            if field == "" or field.isdigit():
                position = int(field) if field else next(counter)
                return positional[position] if position < len(positional) else UNKNOWN_PART
            return keywords.get(field, UNKNOWN_PART)

        return replace(text, template=_BRACES.sub(fill, text.template)[:MAX_LENGTH])

    def _joined_text(self, entry: ScopeEntry, op: Call, receiver: int, depth: int) -> tuple[Text, ...]:
        separator = next(iter(self._at(receiver, depth)), UNKNOWN_TEXT).template
        found = self.index.op(entry.base + op.args[0])
        if found is None or not isinstance(found[1], Display) or found[1].comprehension:
            return ()
        parts = [self._at(found[0].base + e, depth) or (UNKNOWN_TEXT,) for e in found[1].elements]
        return concatenate(parts, lambda a, b: f"{a}{separator}{b}")
