"""The units of comparison: words, or single characters in scripts that put no spaces between words.

Each token knows its place in the given text, so that whatever is found can be shown there.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.text.normalise import Normalised, normalise
from watcher.text.scripts import SPACELESS_RANGES

# Vowel signs of Indic scripts are part of a word; Python's \w leaves them out.
_LETTER = rf"(?:(?![{SPACELESS_RANGES}])[^\W_]|[\u0900-\u0963\u0966-\u0dff])"
# Korean writes counters and particles onto a number (18.42포인트): it is cut off there.
_TOKEN = re.compile(
    rf"[{SPACELESS_RANGES}]|(?:[0-9]+[.,])*[0-9]+(?=[\uac00-\ud7a3])|(?:[0-9]+[.,])+[0-9]+{_LETTER}*|{_LETTER}+"
)
_FIGURE = re.compile(r"[0-9][0-9.]*[a-z]{0,3}")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")

# What one token counts for, in words. A Chinese or Japanese word has about two characters, a Thai, Lao, Khmer or
# Myanmar one about four signs (vowel and tone signs are characters of their own).
_HAN_WORD = 0.5
_THAI_WORD = 0.25
_THAI_LIKE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_SPACELESS = re.compile(f"[{SPACELESS_RANGES}]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text: folded words, where each starts and ends in the given text, what each counts for."""

    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    weights: Sequence[float]

    def __len__(self) -> int:
        return len(self.words)


def tokens(text: str) -> Tokens:
    """Cuts a text into tokens. A number is one token however its thousands are grouped (50.000 = 50,000)."""
    return tokens_of(normalise(text))


def tokens_of(folded: Normalised) -> Tokens:
    """Cuts a text that is folded already into tokens."""
    words: list[str] = []
    starts, ends = array("L"), array("L")
    weights = array("d")
    for match in _TOKEN.finditer(folded.text):
        word = match.group()
        words.append(_number(word) if word[0].isdigit() else word)
        starts.append(folded.offsets[match.start()])
        # ½ becomes two tokens that both stand where it stood.
        ends.append(max(folded.offsets[match.end()], folded.offsets[match.end() - 1] + 1))
        weights.append(word_weight(word))
    return Tokens(words, starts, ends, weights)


def word_weight(word: str) -> float:
    """What a token counts for, in words."""
    if len(word) > 1 or not _SPACELESS.match(word):
        return 1.0
    return _THAI_WORD if _THAI_LIKE.match(word) else _HAN_WORD


def is_figure(word: str) -> bool:
    """True for a number, a unit or an ending written onto it or not: 50000, 3.5, 12th, 910c."""
    return _FIGURE.fullmatch(word) is not None


def _number(word: str) -> str:
    """A number without its grouping, with a point before its decimals; anything behind it stays (3.5bn)."""
    if "." not in word and "," not in word:
        return word
    if _GROUPED.fullmatch(word):
        return word.replace(".", "").replace(",", "")
    return word.replace(",", ".")
