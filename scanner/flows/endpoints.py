"""Where a sink sends: the texts at its URL arguments, its receiver's constructor, the SDK's settings and defaults."""

from __future__ import annotations

import re
from dataclasses import replace

from scanner.catalog.records import ArgumentRef, SinkRow
from scanner.facts.records import Call, Mapping
from scanner.flows.index import Index
from scanner.flows.records import Endpoint
from scanner.flows.suppliers import Suppliers
from scanner.flows.templates import Text
from scanner.flows.texts import Texts
from scanner.program.records import ScopeEntry
from scanner.vocabulary import UNKNOWN_PART

_REGION = re.compile(r"[a-z0-9][a-z0-9.-]{1,40}")
"""What a region, site or zone is called; anything else fills no host."""
UNKNOWN_ENDPOINT = Endpoint("", "unknown", "")


class Endpoints:
    """Resolves the destinations of sink calls of one program."""

    def __init__(self, index: Index, texts: Texts) -> None:
        self.index = index
        self.texts = texts
        self.suppliers = Suppliers(index, texts, index.catalog)

    def of(self, entry: ScopeEntry, node: int, call: Call, row: SinkRow) -> tuple[Endpoint, ...]:
        """Endpoints of one sink call, sorted; one unknown endpoint when nothing is known."""
        given = self._arguments(entry, call, row.url)
        base, closed = self._receiver(entry, call, row)
        if base and all(not _absolute(t.template) for t in given):
            given = [_under(b, t) for b in base for t in given] if given else base
        if not any(t.known for t in given):
            given = [*given, *self._settings(row)]
        known = _urls([t for t in given if t.known])
        endpoints = [self._endpoint(t, entry, node) for t in known]
        if not known and row.default_hosts and not closed:
            overrides = tuple(sorted({*row.environment_url, *(o for t in given for o in t.overrides)}))
            evidence = f"{row.name} ({row.source}, {row.date})"
            regions = self._regions(entry, call, row)
            endpoints = [
                _in_region(Endpoint(h, "sdk-default", evidence, overrides), r)
                for h in row.default_hosts
                for r in regions or [None]
            ]
        if not endpoints:
            overrides = tuple(sorted({o for t in given for o in t.overrides}))
            endpoints = [Endpoint("", "unknown", "", overrides)]
        if all(e.template == "" or e.template.startswith(UNKNOWN_PART) for e in endpoints):
            endpoints = self._supplied(entry, call, row, endpoints)
        return tuple(sorted(set(endpoints)))

    def _supplied(self, entry: ScopeEntry, call: Call, row: SinkRow, unknown: list[Endpoint]) -> list[Endpoint]:
        """Endpoints without a host, with the requests whose answers held the address in their evidence."""
        argument = self.index.argument(entry, call, row.url)
        found = self.suppliers.of(argument) if argument is not None else ()
        evidence = [(e, "; ".join(filter(None, (e.evidence, f"supplied by: {one}")))) for e in unknown for one in found]
        return [replace(e, evidence=text) for e, text in evidence] or unknown

    def _regions(self, entry: ScopeEntry, call: Call, row: SinkRow) -> list[Text | None]:
        """Region names given to the call, to the constructor of its receiver, or by a settings file of the target."""
        if not row.region and not row.environment_region:
            return []
        found = self._arguments(entry, call, row.region) if row.region else []
        for _, maker, made in self.index.receiver_makers(entry, call) if row.region else ():
            value = self.index.argument(maker, made, row.region)
            found += list(self.texts.at(value)) if value is not None else []
        settled = [self.index.settings[n] for n in row.environment_region if n in self.index.settings]
        if not any(t.known for t in found):
            found = [Text(s.value, "config", s.file, s.line) for s in settled]
        return [t for t in found if _REGION.fullmatch(t.template)]

    def _endpoint(self, text: Text, entry: ScopeEntry, node: int) -> Endpoint:
        how = text.how
        if how == "constant" and (text.file, text.line) == self.index.place(node):
            how = "literal"
        return Endpoint(text.template, how, f"{text.file}:{text.line}" if text.file else "", text.overrides)

    def _arguments(self, entry: ScopeEntry, call: Call, refs: tuple[ArgumentRef, ...]) -> list[Text]:
        value = self.index.argument(entry, call, refs)
        if value is None:
            value = self._spread(entry, call, refs)
        return [] if value is None else self.url_texts(value)

    def _spread(self, entry: ScopeEntry, call: Call, refs: tuple[ArgumentRef, ...]) -> int | None:
        """``f(**{"url": x})`` and ``f(*[x])``."""
        for name, value in call.keywords:
            if name:
                continue
            found = self.index.op(entry.base + value)
            if found is not None and isinstance(found[1], Mapping):
                for k, v in zip(found[1].keys, found[1].values, strict=True):
                    if k >= 0 and self.index.constant(found[0].base + k) in refs:
                        return found[0].base + v
        return None

    def url_texts(self, node: int) -> list[Text]:
        """Texts at a URL argument; of a request object the texts at its own URL argument."""
        texts = list(self.texts.at(node))
        if any(t.known for t in texts):
            return texts
        for made, entry, call in self.index.makers(node):
            for name in self.index.external_at.get(made, ()):
                row = self.index.types.get(name)
                if row is not None and row.carries_url:
                    value = self.index.argument(entry, call, row.carries_url)
                    if value is not None:
                        texts += self.texts.at(value)
        return texts

    def _receiver(self, entry: ScopeEntry, call: Call, row: SinkRow) -> tuple[list[Text], bool]:
        """Texts at the URL arguments of the constructor of the receiver; and whether an address is given to each that
        nobody can read and that is never None: then the default of the SDK is not where it goes."""
        if not row.receiver_url:
            return [], False
        out: list[Text] = []
        makers = self.index.receiver_makers(entry, call)
        values = [self.index.argument(maker, made, row.receiver_url) for _, maker, made in makers]
        for value in values:
            out += self.texts.at(value) if value is not None else ()
        usable = [t for t in out if t.known or t.overrides]
        closed = bool(values) and all(value is not None and not self.index.may_be_none(value) for value in values)
        return usable, closed and not usable

    def _settings(self, row: SinkRow) -> list[Text]:
        """Module attributes a program assigns to redirect the SDK (``posthog.host = ...``)."""
        out: list[Text] = []
        for stored, sources in sorted(self.index.solver.external_stores.items()):
            if self.index.program.knowledge.canonical(stored) in row.module_url:
                out += [t for s in sources for t in self.texts.at(s)]
        return out


def _in_region(endpoint: Endpoint, region: Text | None) -> Endpoint:
    """The region fills the last unknown part of a default host."""
    head, part, tail = endpoint.template.rpartition(UNKNOWN_PART)
    if region is None or not part:
        return endpoint
    evidence = f"{endpoint.evidence}; region {region.template} at {region.file}:{region.line}"
    return replace(endpoint, template=f"{head}{region.template}{tail}", evidence=evidence)


def _urls(texts: list[Text]) -> list[Text]:
    """Without words that are no URL, where others are: a name that stands for an address in one of several cases."""
    if not any("://" in t.template for t in texts):
        return texts
    return [
        t for t in texts if "://" in t.template or t.template.startswith(("/", UNKNOWN_PART)) or _absolute(t.template)
    ]


def _absolute(template: str) -> bool:
    head = template.split("/", 1)[0]
    return "://" in template or (not template.startswith(("/", UNKNOWN_PART)) and "." in head)


def _under(base: Text, path: Text) -> Text:
    if base.template.endswith(UNKNOWN_PART) or not path.template:
        return base
    joined = f"{base.template.rstrip('/')}/{path.template.lstrip('/')}"
    return replace(base, template=joined, overrides=tuple(sorted({*base.overrides, *path.overrides})))
