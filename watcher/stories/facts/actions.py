"""What is done: news words of many languages as concepts, found by the beginnings of words."""

from __future__ import annotations

import re
import tomllib
from functools import cache
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
    beginnings, whole, joined = _cues()
    found: list[tuple[str, int, int]] = []
    for word in reading.words:
        if word.script in _JOINED:
            continue
        folded = word.folded
        concept = whole.get(folded) or _beginning(folded, beginnings)
        if concept is None and word.script == "arabic" and (stem := _ARABIC_PREFIX.sub("", folded)) != folded:
            concept = _beginning(stem, beginnings)
        if concept is not None:
            found.append((concept, word.start, word.end))
    text = reading.text
    if not text.isascii():
        for match in _EASTERN.finditer(text):
            found.extend(_joined_cues(text, match.start(), match.end(), joined))
    return found


_EASTERN = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")


def _beginning(word: str, table: dict[str, str]) -> str | None:
    for length in range(min(len(word), _LONGEST), 2, -1):
        concept = table.get(word[:length])
        # A cue of three letters is a whole word, or nearly: "ban", "vet" begin too many others.
        if concept is not None and (length > 3 or len(word) <= 4):
            return concept
    return None


def _joined_cues(text: str, start: int, end: int, table: dict[str, str]) -> list[tuple[str, int, int]]:
    found = []
    place = start
    while place < end - 1:
        for length in (6, 5, 4, 3, 2):
            concept = table.get(text[place : place + length])
            if concept is not None and place + length <= end:
                found.append((concept, place, place + length))
                place += length - 1
                break
        place += 1
    return found
