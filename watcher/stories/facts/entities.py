"""Who and what is known by different names in different scripts, found in any of them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from watcher.errors import WatcherError
from watcher.stories.facts.words import LATIN, Reading
from watcher.text.finder import Finder
from watcher.text.fold import fold, folded

_LATIN = re.compile(f"[0-9{LATIN}]+")
_TABLE = Path(__file__).with_name("entities.toml")
NOBODY = "nobody"
"""Words that look like a name and are none: "Meta de inflação", "Llama la atención". Ids are languages, or any."""
TYPES = ("company", "person", "product", "country", "place", "institution", NOBODY)
ACTORS = frozenset({"company", "person", "country", "institution"})
"""Kinds of entities that do something in the news."""
_SHORT = 3  # letters: such names are found only as they are written
_ACCENTED = 6  # letters up to which a name with an accent it does not have is another word: Über is not Uber
_IGNORED = "\u0307"  # the dot of İ


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing with all its names; the first is the one that is shown."""

    id: str
    type: str
    names: tuple[str, ...]


class EntitiesError(WatcherError):
    """A table of entities that cannot be used; says what stands where."""


def parse(text: str, name: str = "entities.toml") -> tuple[Entity, ...]:
    """The entities of a table in TOML: a section for each type, in it `id = ["name", ...]`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EntitiesError(f"{name} is not TOML: {error}") from error
    found: list[Entity] = []
    for kind, rows in table.items():
        if kind not in TYPES or not isinstance(rows, dict):
            raise EntitiesError(f"{name}: [{kind}] is no type of entity; known are {', '.join(TYPES)}")
        for id_, names in rows.items():
            if not isinstance(names, list) or not names or not all(isinstance(n, str) and n.strip() for n in names):
                raise EntitiesError(f"{name}: {kind}.{id_} has to be a list of names, and has to hold one")
            found.append(Entity(id_, kind, tuple(names)))
    return tuple(found)


@cache
def shipped() -> tuple[Entity, ...]:
    """The entities that come with the program."""
    return parse(_TABLE.read_text("utf-8"))


def merge(entities: Iterable[Entity], further: Iterable[Entity]) -> tuple[Entity, ...]:
    """One table of two: what has a known id gets more names, a name of the second table goes to its entity there."""
    extra = tuple(further)
    claimed = {folded(name): entity.id for entity in extra for name in entity.names}
    merged: dict[str, Entity] = {}
    for entity in entities:
        names = tuple(name for name in entity.names if claimed.get(folded(name), entity.id) == entity.id)
        if names:
            merged[entity.id] = Entity(entity.id, entity.type, names)
    for entity in extra:
        known = merged.get(entity.id)
        names = (*known.names, *entity.names) if known else entity.names
        merged[entity.id] = Entity(entity.id, known.type if known else entity.type, tuple(dict.fromkeys(names)))
    return tuple(merged.values())


@dataclass(frozen=True, slots=True)
class Named:
    """One place where an entity is named, in the text as given."""

    entity: Entity
    start: int
    end: int


class Entities:
    """Finds entities in texts; made once from a table."""

    def __init__(self, table: Iterable[Entity] | None = None) -> None:
        self.table = tuple(shipped() if table is None else table)
        self.by_id: Mapping[str, Entity] = {entity.id: entity for entity in self.table}
        pairs = [(entity, name) for entity in self.table for name in entity.names]
        self._short = {name: entity for entity, name in pairs if _is_short(name)}
        self._long = [(entity, name) for entity, name in pairs if not _is_short(name)]
        self._finder = Finder([name for _, name in self._long])

    def find(self, reading: Reading) -> list[Named]:
        """Every entity named in the text, the longest name where several begin, none inside another."""
        text = fold(reading.text)
        spans = [(text.span(place.start, place.end), self._long[place.index]) for place in self._finder.find(text)]
        named = [
            Named(entity, *span)
            for span, (entity, name) in spans
            if _is_written(reading.text, span[0], name) and _may_stand(reading, span[0], entity, name)
        ]
        if self._short:
            named += [
                Named(self._short[word.text], word.start, word.end)
                for word in reading.words
                if word.text in self._short and not _is_shouted(reading, word.start)
            ]
        named.sort(key=lambda place: (place.start, -place.end))
        kept: list[Named] = []
        for place in named:
            if not kept or place.start >= kept[-1].end:
                kept.append(place)
        return [place for place in kept if place.entity.type != NOBODY]


@cache
def known() -> Entities:
    """The finder of the shipped table, made when first asked for."""
    return Entities()


def _is_short(name: str) -> bool:
    return len(name) <= _SHORT and _LATIN.fullmatch(name) is not None  # Vietnamese Mỹ is not English "my"


def _is_written(text: str, start: int, name: str) -> bool:
    """In scripts with capitals a name has one: "apple" is a fruit. Names that begin small may (iPhone)."""
    return not name[0].isupper() or text[start].isupper() or any(letter.isupper() for letter in text[start : start + 4])


def _may_stand(reading: Reading, start: int, entity: Entity, name: str) -> bool:
    """False for a word of the language that only looks like the name, by its accents or by its place."""
    if not name[0].isupper() or " " in name:
        return entity.type != NOBODY or _is_of(entity, reading, start)
    if len(name) <= _ACCENTED and _accents(reading.text[start : start + len(name)]) - _accents(name):
        return False
    if entity.type == NOBODY:
        return _is_of(entity, reading, start)
    at = _word_at(reading, start)
    if at < 0 or not reading.words[at].opens or reading.words[at].text[1:] != reading.words[at].text[1:].lower():
        return True
    word = reading.words[at].folded
    others = [other for other in reading.words if other.folded == word]
    return all(other.is_capital for other in others) or any(other.is_capital and not other.opens for other in others)


def _is_of(entity: Entity, reading: Reading, start: int) -> bool:
    """Words that are nobody count in their language, where a sentence begins; those of any language everywhere."""
    if entity.id == "any":
        return True
    at = _word_at(reading, start)
    return entity.id == reading.language and at >= 0 and reading.words[at].opens


def _word_at(reading: Reading, start: int) -> int:
    """The number of the word that begins there; -1 inside one."""
    at = bisect_left(reading.words, start, key=lambda word: word.start)
    return at if at < len(reading.words) and reading.words[at].start == start else -1


def _accents(written: str) -> set[str]:
    if written.isascii():
        return set()
    return {sign for sign in unicodedata.normalize("NFD", written) if unicodedata.combining(sign) and sign != _IGNORED}


def _is_shouted(reading: Reading, start: int) -> bool:
    """True inside a line of capitals, where "US" may be "us"."""
    around = reading.text[max(0, start - 15) : start + 18]
    letters = [letter for letter in around if letter.isalpha() and letter.isascii()]
    return len(letters) > 10 and all(letter.isupper() for letter in letters)
