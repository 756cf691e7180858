"""What is done: news words of many languages as concepts, found by the beginnings of words."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from watcher.stories.facts.words import Reading, fold_word

_TABLE = Path(__file__).with_name("actions.toml")
_LONGEST = 14
_JOINED = frozenset({"han", "hiragana", "katakana", "hangul", "thai"})
_ARABIC_PREFIX = re.compile("^(?:و|ف)?(?:ال|لل|[بلكسيتن])")


@cache
def _cues() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Beginnings of words, whole words, and cues of scripts without spaces (and of Korean), each to its concept."""
    beginnings: dict[str, str] = {}
    whole: dict[str, str] = {}
    joined: dict[str, str] = {}
    for concept, cues in tomllib.loads(_TABLE.read_text("utf-8")).items():
        for cue in cues.split():
            folded = fold_word(cue.lstrip("="))
            table = joined if re.search("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]", cue) else beginnings
            (whole if cue.startswith("=") else table).setdefault(folded, concept)
    return beginnings, whole, joined


def concepts() -> tuple[str, ...]:
    """The names of all concepts."""
    return tuple(tomllib.loads(_TABLE.read_text("utf-8")))


def actions(reading: Reading) -> list[tuple[str, int, int]]:
    """The concepts a text names, with the place of the word that says so."""
    found: list[tuple[str, int, int]] = []
    for word in reading.words:
        if word.script not in _JOINED and (concept := _concept(word.folded, word.script == "arabic")) is not None:
            found.append((concept, word.start, word.end))
    text = reading.text
    if not text.isascii():
        for match in _EASTERN.finditer(text):
            found.extend(_joined_cues(text, match.start(), match.end()))
    return found


@lru_cache(maxsize=1 << 14)
def _concept(word: str, is_arabic: bool) -> str | None:
    beginnings, whole, _ = _cues()
    concept = whole.get(word) or _beginning(word, beginnings)
    if concept is None and is_arabic and (stem := _ARABIC_PREFIX.sub("", word)) != word:
        concept = _beginning(stem, beginnings)
    return concept


_EASTERN = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")


def _beginning(word: str, table: dict[str, str]) -> str | None:
    for length in range(min(len(word), _LONGEST), 2, -1):
        concept = table.get(word[:length])
        # A cue of three letters is a whole word, or nearly: "ban", "vet" begin too many others.
        if concept is not None and (length > 3 or len(word) <= 4):
            return concept
    return None


@cache
def _by_sign() -> dict[str, tuple[tuple[int, str, str], ...]]:
    """The cues of scripts without spaces by their first sign, longest first: length, cue, concept."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for cue, concept in _cues()[2].items():
        found.setdefault(cue[0], []).append((len(cue), cue, concept))
    return {sign: tuple(sorted(cues, reverse=True)) for sign, cues in found.items()}


def _joined_cues(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    table = _by_sign()
    found = []
    last = start
    for place in range(start, end - 1):
        cues = table.get(text[place])
        if cues is None or place < last:
            continue
        for length, cue, concept in cues:
            if text.startswith(cue, place):
                found.append((concept, place, place + length))
                last = place + length
                break
    return found
