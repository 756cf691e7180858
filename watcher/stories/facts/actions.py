"""What is done: news words of many languages as concepts, found by the beginnings of words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from watcher.stories.facts.numerals import base_language
from watcher.stories.facts.words import Reading, fold_word
from watcher.types import UNKNOWN_LANGUAGE

_TABLE = Path(__file__).with_name("actions.toml")
_LONGEST = 14
_JOINED = frozenset({"han", "hiragana", "katakana", "hangul", "thai"})
_NEAREST = {"da": "sv", "no": "sv", "uk": "ru", "bg": "ru", "cs": "pl"}
"""What a language has no cues of its own for, it reads by a neighbour's."""
_PREFIXES = {
    "ar": re.compile("^(?:و|ف)?(?:ال|لل|[بلكسيتن])"),
    "he": re.compile("^[ושכ]{0,2}[בלמה]?"),
}
"""Short words and persons that are written onto the front of a word."""


@dataclass(frozen=True, slots=True)
class _Cues:
    """One language's cues, each to its concept: beginnings of words, whole words, and by first sign those that may
    stand anywhere, longest first."""

    beginnings: Mapping[str, str]
    whole: Mapping[str, str]
    joined: Mapping[str, tuple[tuple[str, str], ...]]


_ANYWHERE = frozenset({"zh", "ja", "ko", "th"})


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads(_TABLE.read_text("utf-8"))
    return table


@cache
def _cues(language: str) -> _Cues:
    beginnings: dict[str, str] = {}
    whole: dict[str, str] = {}
    joined: dict[str, list[tuple[str, str]]] = {}
    for concept, languages in _table().items():
        read_by = language if language in languages else _NEAREST.get(language, language)
        for name, cues in languages.items():
            if name != read_by and language != UNKNOWN_LANGUAGE:
                continue
            for cue in cues.split():
                folded = fold_word(cue.lstrip("="))
                if name in _ANYWHERE:
                    joined.setdefault(folded[0], []).append((folded, concept))
                else:
                    (whole if cue.startswith("=") else beginnings).setdefault(folded, concept)
    longest = {sign: tuple(sorted(found, key=lambda row: -len(row[0]))) for sign, found in joined.items()}
    return _Cues(beginnings, whole, longest)


def concepts() -> tuple[str, ...]:
    """The names of all concepts."""
    return tuple(_table())


def actions(reading: Reading) -> list[tuple[str, int, int]]:
    """The concepts a text names, with the place of the word that says so."""
    language = base_language(reading.language)
    found = [
        (concept, word.start, word.end)
        for word in reading.words
        if word.script not in _JOINED and (concept := _concept(word.folded, language)) is not None
    ]
    text = reading.text
    if not text.isascii():
        for match in _EASTERN.finditer(text):
            found.extend(_joined_cues(text, match.start(), match.end(), _cues(language).joined))
    return found


@lru_cache(maxsize=1 << 14)
def _concept(word: str, language: str) -> str | None:
    cues = _cues(language)
    concept = cues.whole.get(word) or _beginning(word, cues.beginnings)
    prefix = _PREFIXES.get(language) if concept is None else None
    if prefix is not None and (stem := prefix.sub("", word)) != word:
        concept = cues.whole.get(stem) or _beginning(stem, cues.beginnings)
    return concept


_EASTERN = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")


def _beginning(word: str, table: Mapping[str, str]) -> str | None:
    for length in range(min(len(word), _LONGEST), 2, -1):
        concept = table.get(word[:length])
        if concept is not None:
            return concept
    return None


def _joined_cues(
    text: str, start: int, end: int, table: Mapping[str, tuple[tuple[str, str], ...]]
) -> list[tuple[str, int, int]]:
    found = []
    last = start
    for place in range(start, end - 1):
        cues = table.get(text[place])
        if cues is None or place < last:
            continue
        for cue, concept in cues:
            if text.startswith(cue, place):
                last = place + len(cue)
                found.append((concept, place, last))
                break
    return found
