"""Names that no table knows: capitalised words, acronyms, @handles; Latin letters in texts of other scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from watcher.stories.facts.sounds import HAN_NAME, skeleton, variants
from watcher.stories.facts.words import Reading, Word

_HANDLE = re.compile(r"(?<![\w.@])@([A-Za-z0-9_]{3,30})")
_CASED = frozenset({"latin", "cyrillic", "greek"})
_SHORTEST = 3
_GENITIVE_LANGUAGES = frozenset({"de", "sv", "da", "no", "nl", "lb"})
# Endings of names by case, longest first, so that a name has one key: Меркель, Меркеля; Wangs, Wang.
_ENDINGS = {
    "cyrillic": re.compile(
        "(?<=.{4})(?:ского|скому|скими|ским|ская|скую|ской|скии|ский|ами|ями|ого|ому|ой|ом|ым|ем|ей|еи|ои|ов|ев|ах|ях|"
        "а|я|у|ю|е|и|ы|ь|й)$"
    ),
    "greek": re.compile("(?<=.{4})(?:ους|ος|ου|ον|ας|ης|η|α|ο|ι|ς)$"),
}  # fmt: skip
_PARTICLES = re.compile(
    "(?<=..)(?:에서는|으로는|이라고|라고|에게|에서|으로|까지|부터|처럼|보다|에는|들이|들은|들을|은|는|이|가|을|를|의|에|와|과|도|로|만)$"
)
_ARABIC_ARTICLE = re.compile("^(?:[وفبلك]?ال|لل)(?=.{3})")


class NamedWord(NamedTuple):
    """One word of a name: its folded form ("" in scripts without capitals), its sounds, and where it stands."""

    key: str
    stem: str
    script: str
    shown: str
    sound: str
    other_sounds: tuple[str, ...]
    start: int
    end: int
    is_sure: bool = True  # False: a capital that may stand for the sentence's beginning, or for a German noun


def names(readings: Sequence[Reading], is_common: Callable[[str], bool]) -> list[list[NamedWord]]:
    """The words of names in each of a document's parts.

    A capital counts in the middle of a sentence. At a sentence's beginning, and in a title that capitalises every word,
    it counts where the same word is a name elsewhere, or is neither written small nor `is_common`.
    """
    sure: set[str] = set()
    small: set[str] = set()
    for reading in readings:
        small.update(word.folded for word in reading.words if not word.is_capital)
        if not _capitalises(reading):
            sure.update(word.folded for word in reading.words if word.is_capital and not word.opens)
    return [_in_part(reading, sure, small, is_common) for reading in readings]


def _capitalises(reading: Reading) -> bool:
    """True for a text that writes most longer words with a capital: an English headline, a line of capitals."""
    longer = [word for word in reading.words if word.script in _CASED and len(word.text) > 3]
    return len(longer) > 2 and sum(word.is_capital for word in longer) > 0.6 * len(longer)


def _in_part(reading: Reading, sure: set[str], small: set[str], is_common: Callable[[str], bool]) -> list[NamedWord]:
    shouted = _capitalises(reading)
    is_cased = _is_mostly(reading, _CASED)
    found: list[NamedWord] = []
    looked_at = [
        (place, word)
        for place, word in enumerate(reading.words)
        if (word.is_capital or not is_cased or word.script in _UNCASED) and len(word.text) >= _SHORTEST
    ]
    for place, word in looked_at:
        if word.script in _CASED:
            is_sure = (not word.opens and not shouted) or word.folded in sure or not is_cased
            if word.folded in small and (word.opens or not is_sure):
                continue
            if is_sure and reading.language in _CAPITAL_NOUNS:
                found.append(_named(word, _has_capital_beside(reading, place)))
            elif is_sure or not is_common(word.folded):
                found.append(_named(word, is_sure))
        elif word.script in _UNCASED:
            found.append(_named(word, word.script == "katakana"))
    for match in _HANDLE.finditer(reading.text):
        handle = match.group().lower()
        found.append(NamedWord(handle, handle, "latin", handle, "", (), *match.span()))
    if reading.language in ("zh", "und"):
        found.extend(_transcribed(reading.text))
    return found


_UNCASED = frozenset({"katakana", "hangul", "arabic", "hebrew"})
_SOUND_ONLY = frozenset({"hangul", "arabic", "hebrew"})
_CAPITAL_NOUNS = frozenset({"de", "lb"})


def _has_capital_beside(reading: Reading, place: int) -> bool:
    """True for one of two capitalised words in a row: where every noun has a capital, names are told by that."""
    words = reading.words
    for left in (place - 1, place):
        if left >= 0 and left + 1 < len(words) and reading.between(left, left + 1) == " ":
            other = words[left if left < place else place + 1]
            if other.is_capital and not other.opens:
                return True
    return False


def _is_mostly(reading: Reading, scripts: frozenset[str]) -> bool:
    inside = sum(len(word.text) for word in reading.words if word.script in scripts)
    return 2 * inside >= sum(len(word.text) for word in reading.words if word.script != "digit")


def _named(word: Word, is_sure: bool) -> NamedWord:
    script = word.script
    key = stem(word.folded, script)
    known_by = "" if script in _SOUND_ONLY else key
    sounds = skeleton(key, script), variants(key, script)
    return NamedWord(known_by, key, script, word.text, *sounds, word.start, word.end, is_sure)


@lru_cache(maxsize=1 << 15)
def stem(folded: str, script: str) -> str:
    """The word without what its language puts on a name: genitive, case, particle, article."""
    match script:
        case "cyrillic" | "greek":
            return _ENDINGS[script].sub("", folded)
        case "hangul":
            return _PARTICLES.sub("", folded)
        case "arabic":
            return _ARABIC_ARTICLE.sub("", folded)
    return folded


def names_base(key: str, language: str) -> str:
    """The name without the s of a genitive that has no apostrophe (Wangs, Huaweis); Davis has one of its own."""
    return key[:-1] if language in _GENITIVE_LANGUAGES and key.endswith("s") and len(key) > 4 else key


def _transcribed(text: str) -> list[NamedWord]:
    """Foreign names in Chinese characters; most of what is found is ordinary words, which rarity tells."""
    found = []
    for match in HAN_NAME.finditer(text):
        for part in re.split("[·・‧]", match.group()):
            if len(part) >= _SHORTEST:
                sound = skeleton(part, "han")
                found.append(NamedWord("", part[:2], "han", part, sound, (), *match.span(), False))
    return found
