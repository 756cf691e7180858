"""Names that no table knows: capitalised words, acronyms, @handles; Latin letters in texts of other scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from watcher.stories.facts.sounds import HAN_NAME, skeleton, variants
from watcher.stories.facts.words import Reading, Word

_HANDLE = re.compile(r"(?<![\w.@])@([A-Za-z0-9_]{3,30})")
_CASED = frozenset({"latin", "cyrillic", "greek"})
_SHORTEST = 3
_GENITIVE = re.compile("(?<=.{3})['’]?s$")
# Endings of names by case, longest first, so that a name has one key: Меркель, Меркеля; Wangs, Wang.
_ENDINGS = {
    "cyrillic": re.compile("(?<=.{4})(?:ского|скому|скими|ским|ская|скую|ской|ский|ами|ями|ого|ому|ой|ом|ым|ем|ей|ов|ев|ах|ях|а|я|у|ю|е|и|ы|ь|й)$"),
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


def names(readings: Sequence[Reading], is_common: Callable[[str], bool]) -> list[list[NamedWord]]:
    """The words of names in each of a document's parts.

    A capital counts in the middle of a sentence. At a sentence's beginning, and in a title that capitalises every word,
    it counts where the same word is a name elsewhere, or is neither written small nor `is_common`.
    """
    sure: set[str] = set()
    small: set[str] = set()
    for reading in readings:
        shouted = _capitalises(reading)
        for word in reading.words:
            if word.script in _CASED:
                if not word.is_capital:
                    small.add(word.folded)
                elif not word.opens and not shouted:
                    sure.add(word.folded)
    return [_in_part(reading, sure, small, is_common) for reading in readings]


def _capitalises(reading: Reading) -> bool:
    """True for a text that writes most longer words with a capital: an English headline, a line of capitals."""
    longer = [word for word in reading.words if word.script in _CASED and len(word.text) > 3]
    return len(longer) > 2 and sum(word.is_capital for word in longer) > 0.6 * len(longer)


def _in_part(reading: Reading, sure: set[str], small: set[str], is_common: Callable[[str], bool]) -> list[NamedWord]:
    shouted = _capitalises(reading)
    is_latin = _is_mostly(reading, _CASED)
    found: list[NamedWord] = []
    for word in reading.words:
        if word.script in _CASED:
            if len(word.text) < _SHORTEST or not (word.is_capital or not is_latin):
                continue
            is_sure = (not word.opens and not shouted) or word.folded in sure or not is_latin
            if is_sure and not (word.folded in small and word.opens) or (
                not is_sure and word.folded not in small and not is_common(word.folded)
            ):
                found.append(_named(word))
        elif word.script == "katakana" and len(word.text) >= _SHORTEST:
            found.append(_named(word))
        elif word.script in ("hangul", "arabic", "hebrew") and len(word.text) >= _SHORTEST:
            found.append(_named(word, is_sound_only=True))
    for match in _HANDLE.finditer(reading.text):
        handle = match.group().lower()
        found.append(NamedWord(handle, handle, "latin", handle, "", (), *match.span()))
    if reading.language in ("zh", "und"):
        found.extend(_transcribed(reading.text))
    return found


def _is_mostly(reading: Reading, scripts: frozenset[str]) -> bool:
    inside = sum(len(word.text) for word in reading.words if word.script in scripts)
    return 2 * inside >= sum(len(word.text) for word in reading.words if word.script != "digit")


def _named(word: Word, is_sound_only: bool = False) -> NamedWord:
    key = stem(word)
    sound = skeleton(key, word.script)
    known_by = "" if is_sound_only else key
    return NamedWord(
        known_by, key, word.script, word.text, sound, variants(key, word.script), word.start, word.end
    )


def stem(word: Word) -> str:
    """The word without what its language puts on a name: genitive, case, particle, article."""
    match word.script:
        case "latin":
            return _GENITIVE.sub("", word.folded)
        case "cyrillic" | "greek":
            return _ENDINGS[word.script].sub("", word.folded)
        case "hangul":
            return _PARTICLES.sub("", word.folded)
        case "arabic":
            return _ARABIC_ARTICLE.sub("", word.folded)
    return word.folded


def _transcribed(text: str) -> list[NamedWord]:
    """Foreign names in Chinese characters; most of what is found is ordinary words, which rarity tells."""
    found = []
    for match in HAN_NAME.finditer(text):
        for part in re.split("[·・‧]", match.group()):
            if len(part) >= _SHORTEST:
                sound = skeleton(part, "han")
                found.append(NamedWord("", part[:2], "han", part, sound, (), *match.span()))
    return found
