"""A text cut into words of every script, each with what the readers of facts ask about it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
CYRILLIC = "\u0400-\u052f"
HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
KATAKANA = "\u30a1-\u30fa\u30fc\u30fd\u30fe"
HANGUL = "\uac00-\ud7a3"

_WORD = re.compile(
    rf"(?P<latin>[{LATIN}]+)"
    rf"|(?P<digit>[0-9]+)"
    rf"|(?P<cyrillic>[{CYRILLIC}]+)"
    rf"|(?P<han>[{HAN}]+)"
    rf"|(?P<katakana>[{KATAKANA}]+)"
    r"|(?P<hiragana>[\u3041-\u309f]+)"
    rf"|(?P<hangul>[{HANGUL}]+)"
    r"|(?P<arabic>[\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f]+)"
    r"|(?P<greek>[\u0370-\u03ff\u1f00-\u1fff]+)"
    r"|(?P<hebrew>[\u0591-\u05f4]+)"
    r"|(?P<indic>[\u0900-\u0963\u0970-\u0dff]+)"
    r"|(?P<thai>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)"
    r"|(?P<other>[^\W\d_]+)"
)
# Spaces that only ever group digits, and the Swiss apostrophe: joined before all white space becomes one.
_GROUPING = re.compile(r"(?<=[0-9])[\u00a0\u2007\u2009\u202f'\u2019](?=[0-9]{3}(?![0-9]))")
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u209f]+")  # footnote marks: NFKC would make them figures
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\u0000-\u0008\u000e-\u001f]+")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_LETTERS = str.maketrans({
    "ı": "i", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ё": "е",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا",
})  # fmt: skip
_SENTENCE_END = ".!?:…。！？;\n\"“„«»”‘'(|•–—「『"


class Word(NamedTuple):
    """A run of letters of one script, or of digits. `opens`: it begins a sentence, a quotation or a line."""

    text: str
    folded: str
    script: str
    start: int
    end: int
    opens: bool
    is_capital: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A text made plain (compatibility forms, digits of all scripts) and cut into words."""

    text: str
    words: Sequence[Word]
    language: str
    is_title: bool = False

    def between(self, first: int, second: int) -> str:
        """What stands between two words, by their positions in the list."""
        return self.text[self.words[first].end : self.words[second].start]


def plain(text: str) -> str:
    """The text with one form for every letter and digit; case and line breaks stay."""
    if text.isascii():
        return (_GROUPING.sub("", text) if "'" in text else text).translate(_TABS)
    text = _GROUPING.sub("", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFKC", _RAISED.sub(" ", text))
    return _OTHER_DIGITS.sub(lambda digits: "".join(map(_digit, digits.group())), text).translate(_TABS)


_TABS = {ord("\t"): " ", ord("\r"): "\n", ord("\u2028"): "\n", ord("\u2029"): "\n", ord("\u2010"): "-",
         ord("\u2011"): "-", ord("\u2212"): "-", ord("\u066b"): ".", ord("\u066c"): ",",
         ord("\u066a"): "%"}  # fmt: skip
_OTHER_DIGITS = re.compile(r"(?![0-9])\d+")


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character))


@lru_cache(maxsize=1 << 16)
def fold_word(word: str) -> str:
    """A word without case and accents."""
    if word.isascii():
        return word.lower()
    opened = unicodedata.normalize("NFD", word.casefold().translate(_LETTERS))
    return unicodedata.normalize("NFC", _MARKS.sub("", opened)).translate(_LETTERS)


def read(text: str, language: str, is_title: bool = False) -> Reading:
    """Cuts a text that `plain` made into words."""
    words: list[Word] = []
    end = 0
    opens = True
    for match in _WORD.finditer(text):
        written, start = match.group(), match.start()
        gap = text[end:start]
        if end and gap != " ":
            opens = any(sign in _SENTENCE_END for sign in gap)
        end = match.end()
        script = match.lastgroup or "other"
        words.append(Word(written, fold_word(written), script, start, end, opens, written[0].isupper()))
        opens = False
    return Reading(text, words, language, is_title)
