"""Every text people read, by id, in every language: ``data/texts.LANGUAGE.yaml``.

The catalogues hold templates with ``{placeholders}``; what is put in is never read as a template. Reports and the
command line take their words from here as well. Names of countries come from the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from scanner.catalog.names import country_names
from scanner.errors import CatalogError, UsageError
from scanner.policy.tables import read_table

LANGUAGES: tuple[str, ...] = ("en", "zh")
"""Languages with a catalogue; the first one is the default."""


_COLUMNS = {"en": "english", "zh": "chinese"}
"""Where the names of countries stand; a text ``country.CODE`` of a catalogue is used instead of that name."""


@dataclass(frozen=True, slots=True)
class Texts:
    """One catalogue."""

    language: str
    entries: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The text with this id, filled in; raises ``CatalogError`` when there is none."""
        if key not in self.entries:
            raise CatalogError(f"texts.{self.language}.yaml has no text {key!r}.", "Add it to every language.")
        return self.entries[key].format_map(values)

    def word(self, area: str, name: str) -> str:
        """The word for ``name`` in an area (``status``, ``kind``), or the name itself when nobody translated it."""
        return self.entries.get(f"{area}.{name}", name)

    def listed(self, items: Iterable[str], kind: str = "comma") -> str:
        """Items in one line; ``kind`` is comma, code (names from code: a line may break between
        them), and, or sentence."""
        line = ""
        for item in items:
            line = self.say(f"list.{kind}", first=line, rest=item) if line else item
        return line

    def country(self, code: str) -> str:
        """``United States (US)``, or the code alone where no name is known."""
        name = self.entries.get(f"country.{code}")
        return self.say("place.country", name=name, code=code) if name else code


@cache
def load_texts(language: str = LANGUAGES[0]) -> Texts:
    """The catalogue of a language, read once. Raises ``UsageError`` for a language without one."""
    if language not in LANGUAGES:
        raise UsageError(f"{language[:20]!r} is no language of the reports.", f"Use one of {', '.join(LANGUAGES)}.")
    names = {f"country.{code}": name for code, name in country_names(_COLUMNS[language]).items()}
    return Texts(language, MappingProxyType(names | dict(read_table(f"texts.{language}.yaml")["texts"])))
