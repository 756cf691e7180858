"""From a document to its facts: every reader in turn over title, opening and body, then rarity and place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from watcher.stories.facts import rarity
from watcher.stories.facts.actions import actions
from watcher.stories.facts.dates import days
from watcher.stories.facts.entities import ACTORS, Entities, known
from watcher.stories.facts.marks import BODY, LEAD, TITLE, Facts
from watcher.stories.facts.models import models
from watcher.stories.facts.names import NamedWord, names, names_base, stem
from watcher.stories.facts.numbers import Amount, amounts
from watcher.stories.facts.quotes import quotes
from watcher.stories.facts.tally import Tally
from watcher.stories.facts.units import MONEY, PERCENT, SPANS
from watcher.stories.facts.wordnumbers import spelled
from watcher.stories.facts.words import Reading, plain, read
from watcher.text.furniture import story, without_furniture
from watcher.types import Document

LEAD_LENGTH = 500
"""Characters of the body that are its opening; in scripts without spaces, where a character says more, half of them."""
_LONGEST = 20_000
"""Characters that are read: what a long page says behind them is background."""
_LONGEST_TITLE = 500
_ROLE_NEAR = 24  # characters behind a number in which what it counts is looked for
_BREATH = re.compile(r"[,;:!?\n]|\.\s|[。、！？؛،।]")
_FIRST_SENTENCE = re.compile(r"(?s).{30,300}?(?:[.!?](?=\s)|[。！？])|.{0,300}")
_MOST_ACTORS = 6


class _Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def extract(document: Document, entities: Entities | None = None) -> Facts:
    """Everything a document says that survives translation and retelling. Any text is accepted."""
    gathered = gather(document, entities)
    actors, deeds = tuple(gathered.actors), tuple(gathered.deeds)
    return Facts(gathered.language, gathered.tally.marks(), actors[:_MOST_ACTORS], deeds[:_MOST_ACTORS])


@dataclass(frozen=True, slots=True)
class Gathered:
    """All facts of a document, before the strongest are chosen; who acts and what is done at its front, in order."""

    language: str
    tally: Tally
    actors: Mapping[str, None]
    deeds: Mapping[str, None]


def gather(document: Document, entities: Entities | None = None) -> Gathered:
    """Reads a document with every reader."""
    finder = known() if entities is None else entities
    language = document.language if document.language != "und" else _guess(document.text or document.title)
    published = document.published.date() if document.published else None
    if published is not None and not 2 < published.year < 9998:
        published = None
    headline, text = _story(document)
    title = read(plain(headline), language, is_title=True)
    body = read(plain(text), language)
    tally = Tally()
    actors: dict[str, None] = {}
    deeds: dict[str, None] = {}
    named = names((title, body), lambda word: rarity.is_common("w:" + word[:_STEM]))
    for part, words in zip((title, body), named, strict=True):
        reader = _Part(part, published, finder, tally)
        reader.read(words)
        actors.update(dict.fromkeys(reader.actors))
        deeds.update(dict.fromkeys(reader.deeds))
    return Gathered(language, tally, actors, deeds)


def _story(document: Document) -> tuple[str, str]:
    """Headline and text as the story tells them: a headline that stands in the text is not told twice."""
    given, cut = document.title[:_LONGEST_TITLE], document.text[:_LONGEST]
    title, told = story(without_furniture(cut) or cut, given)
    return title, told


_LANGUAGES = (
    ("ja", re.compile("[\u3041-\u30ff]")), ("ko", re.compile("[\uac00-\ud7a3]")), ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")), ("ar", re.compile("[\u0620-\u06ff]")),
)  # fmt: skip


def _guess(text: str) -> str:
    """A language for a text whose own is unknown, by script alone; "und" for Latin letters."""
    start = text[:600]
    for language, letters in _LANGUAGES:
        if len(letters.findall(start)) > 0.1 * len(start):
            return language
    return "und"


_SPACELESS = frozenset({"han", "thai"})
_UNREAD = frozenset({"digit", "hiragana"})
_STEM = 6  # letters: what most of a word's forms, and its cousins in related languages, begin with alike
_STEM_KOREAN = 3


class _Part:
    """One part of a document (title or body) on its way into the tally."""

    def __init__(self, part: Reading, published: date | None, finder: Entities, tally: Tally) -> None:
        self._part, self._published, self._finder, self._tally = part, published, finder, tally
        first = _FIRST_SENTENCE.match(part.text)
        self._first = len(part.text) if part.is_title else first.end() if first else 0
        self._lead = _lead_end(part)
        self.actors: list[str] = []
        self.deeds: list[str] = []

    def read(self, named: Sequence[NamedWord]) -> None:
        """Every reader in turn; what one has read as a day, a model or an entity the others leave alone."""
        part = self._part
        found_days = days(part, self._published)
        found_models = [model for model in models(part.text, part.language) if not _inside(model.start, found_days)]
        for day in found_days:
            self._tally.add("date", day.key, day.shown, self._place(day.start), weight=day.weight, also=day.also)
        for model in found_models:
            weight = rarity.weight(model.key, "model")
            self._tally.add(
                "model", model.key, model.shown, self._place(model.start),
                weight=min(weight, 1.0) if model.is_common else weight, also=model.also,
            )  # fmt: skip
        self._read_numbers(found_days, [(model.start, model.end, model.key) for model in found_models])
        entities = self._read_entities()
        self._read_actions()
        for key, shown, start, _ in quotes(part):
            self._tally.add("quote", key, shown, self._place(start))
        self._read_names(named, (*entities, *found_days))
        self._read_words()

    def _place(self, start: int) -> int:
        if self._part.is_title:
            return TITLE
        return LEAD if start < self._lead else BODY

    def _read_numbers(self, found_days: Iterable[_Span], found_models: Sequence[tuple[int, int, str]]) -> None:
        text = self._part.text
        spans = [(day.start, day.end) for day in found_days]
        taken = [*spans, *((start, end) for start, end, _ in found_models)]
        spelled_out = [a for a in spelled(self._part) if not any(start <= a.start < end for start, end in spans)]
        for amount in (*amounts(text, self._part.language, taken), *spelled_out):
            self._add_number(amount, _counted(text, amount, found_models))

    def _add_number(self, amount: Amount, role: str) -> None:
        key, place = number_key(amount), self._place(amount.start)
        if amount.bare and 1900 <= amount.value < 2100:
            year = f"{amount.value:.0f}"
            self._tally.add("date", f"d:{year}", year, place, weight=0.5, also=(key,))
            return
        also = tuple(_value_key(value, amount.unit) for value in amount.also)
        self._tally.add(
            "number", key, shown_number(amount), place,
            weight=_number_weight(amount, key), also=also, unit=amount.unit, role=role,
        )  # fmt: skip

    def _read_entities(self) -> Sequence[_Span]:
        found = self._finder.find(self._part)
        for place in found:
            key = "e:" + place.entity.id
            self._tally.add("entity", key, place.entity.names[0], self._place(place.start))
            if place.start < self._first and place.entity.type in ACTORS:
                self.actors.append(key)
        return found

    def _read_actions(self) -> None:
        """Deeds count at the front alone: further down every article has somebody confirm or launch something."""
        for concept, start, _ in actions(self._part):
            key = "a:" + concept
            if (place := self._place(start)) != BODY:
                self._tally.add("action", key, concept, place)
            if start < self._first:
                self.deeds.append(key)

    def _read_names(self, named: Sequence[NamedWord], already: Iterable[_Span]) -> None:
        """Names outside the places that are read as entities or days."""
        spans = sorted((place.start, place.end) for place in already)
        at = 0
        for word in sorted(named, key=lambda found: found.start):
            while at < len(spans) and spans[at][1] <= word.start:
                at += 1
            if at >= len(spans) or spans[at][0] > word.start:
                self._add_name(word)

    def _add_name(self, word: NamedWord) -> None:
        place = self._place(word.start)
        ordinary = rarity.weight(word_key(word.key or word.stem, word.script), "name")
        if ordinary < (_ORDINARY if word.key else rarity.UNSEEN["name"]):
            return  # without capitals only words that are not known at all can be names
        most = 5.0 if word.is_sure else _UNSURE
        if word.key:
            weight = min(rarity.weight("k:" + word.key, "name"), ordinary + 0.5, most)
            base = names_base(word.key, self._part.language)
            bases = ("k:" + base,) if base != word.key else ()
            self._tally.add("name", "k:" + word.key, word.shown, place, weight=weight, also=bases)
        if word.sound:
            also = tuple("s:" + sound for sound in word.other_sounds)
            self._tally.add(
                "sound", "s:" + word.sound, word.shown, place, weight=min(sound_weight(word.sound), most), also=also
            )

    def _read_words(self) -> None:
        """The beginnings of ordinary words; in Chinese and Japanese pairs of characters."""
        add, title, lead = self._tally.add, self._part.is_title, self._lead
        for word in self._part.words:
            if word.start > _WORDS_UP_TO:
                break
            place = TITLE if title else LEAD if word.start < lead else BODY
            if word.script not in _SPACELESS:
                if rare := _rare_word(word.folded, word.script):
                    add("word", rare[0], word.text, place, weight=rare[1])
            elif word.start < _WORDS_UP_TO // 4:
                text = word.text
                for at in range(len(text) - 1):
                    if rare := _rare_pair(text[at : at + 2]):
                        add("word", rare[0], text[at : at + 2], place, weight=rare[1])


_LEAST_WORD = 1.5
"""Rarity of the ordinary words that are kept: what a fifth of all stories say tells nothing."""


@lru_cache(maxsize=1 << 15)
def _rare_word(folded: str, script: str) -> tuple[str, float] | None:
    """The key and rarity of a word that tells something."""
    if script in _UNREAD or len(folded) <= (1 if script == "hangul" else 3):
        return None
    key = word_key(stem(folded, script), script)
    weight = rarity.weight(key, "word")
    return (key, weight) if weight >= _LEAST_WORD else None


@lru_cache(maxsize=1 << 15)
def _rare_pair(signs: str) -> tuple[str, float] | None:
    weight = rarity.weight("w:" + signs, "word")
    return ("w:" + signs, weight) if weight >= _LEAST_WORD else None


_WORDS_UP_TO = 3000
"""Characters in which ordinary words are read (a quarter of them in scripts without spaces): the rest adds little."""
_UNSURE = 2.2
"""Most that a word counts of which it is not sure that it is a name."""
_ORDINARY = 2.0
"""Rarity of a word's beginning below which a capital makes no name of it."""


def _counted(text: str, amount: Amount, found_models: Sequence[tuple[int, int, str]]) -> str:
    """What a number counts: the model named behind it in the same breath. Money and shares count no cards."""
    if amount.unit == PERCENT or amount.unit in MONEY:
        return ""
    near = amount.end + _ROLE_NEAR
    start, key = next(((start, key) for start, _, key in found_models if amount.end <= start <= near), (0, ""))
    return "" if not key or _BREATH.search(text, amount.end, start) else key


def _lead_end(part: Reading) -> int:
    """Where the opening ends."""
    spaceless = sum(word.end - word.start for word in part.words[:80] if word.script in ("han", "hiragana", "katakana"))
    return LEAD_LENGTH // 2 if spaceless > 60 else LEAD_LENGTH


def _inside(start: int, spans: Iterable[_Span]) -> bool:
    return any(span.start <= start < span.end for span in spans)


def word_key(stemmed: str, script: str) -> str:
    """The key of an ordinary word: its beginning."""
    return "w:" + stemmed[: _STEM_KOREAN if script == "hangul" else _STEM]


def number_key(amount: Amount) -> str:
    """The key of an amount. Shares are a kind of their own; other units are told apart when amounts are compared."""
    return _value_key(amount.value, amount.unit)


def _value_key(value: float, unit: str) -> str:
    return f"{'p' if unit == PERCENT else 'n'}:{value:.9g}"


def _number_weight(amount: Amount, key: str) -> float:
    """More figures are rarer; so are large numbers, shares and money."""
    figures = len(f"{amount.value:.8g}".replace(".", "").split("e")[0].strip("0"))
    guess = 0.4 + 1.1 * min(figures, 4)
    if amount.value >= 1000:
        guess += 1.0
    elif amount.value <= 12:
        guess -= 0.6
    if amount.unit in MONEY or (amount.unit and amount.unit not in SPANS):
        guess += 0.4
    elif amount.unit in SPANS:
        guess -= 0.5
    return max(0.2, min(guess, rarity.weight(key, "number") + 1.0, 5.0))


def sound_weight(sound: str) -> float:
    """A long skeleton is rarer than a short one, whatever was learned."""
    return min(rarity.weight("s:" + sound, "sound"), 0.5 + 0.75 * len(sound))


def shown_number(amount: Amount) -> str:
    """An amount as evidence shows it: 50,000; 60 %; 2,000,000,000,000 USD."""
    value = f"{amount.value:,.0f}" if amount.value == int(amount.value) else f"{amount.value:,.6g}"
    return f"{value} {amount.unit}" if amount.unit and amount.unit != "unit" else value
