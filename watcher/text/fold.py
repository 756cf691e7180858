"""One normalisation for names and texts: case, width and accents fall away, and every offset can be traced back.

Dakuten, Arabic vowel signs and Hebrew points are accents here; Devanagari and Thai vowel signs are letters.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# Marks that change how a letter sounds, not which word it is. Vowel signs of Indic scripts and Thai are left alone.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u093c\u09bc\u0a3c\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe00-\ufe2f]+"
)
_APOSTROPHES = "’‘ʼ´′＇‛ʹ"
_HYPHENS = "‐‑‒–—−﹣－"
_SAME = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_HYPHENS, "-"),
    "ı": "i",  # Turkish: NVIDIA in lower case
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",  # Arabic and Persian spellings of one letter
    "æ": "ae", "ø": "o", "ł": "l", "đ": "d",
}  # fmt: skip


def _fold_character(character: str) -> str:
    """What one character becomes: mostly one character, sometimes none (accents, invisible ones) or several."""
    if character in _SAME:
        return _SAME[character]
    if character == "\n" or character in "\r\u2028\u2029\x85\x0b\x0c":
        return "\n"
    category = unicodedata.category(character)
    if category == "Cf":
        return ""  # zero-width joiners, soft hyphens, marks of direction
    if category in ("Zs", "Cc"):
        return " "
    if category == "Cs":
        return "\ufffd"  # half a surrogate pair has no UTF-8, which the automaton works on
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", character)).casefold()
    # `lower` besides `casefold`: Cherokee folds upwards, and a folded character has to stay itself.
    composed = unicodedata.normalize("NFC", plain).lower()
    return "".join(_SAME.get(letter, letter) for letter in composed)


class _Table(dict[int, str]):
    """A translation table that learns each character when it first meets it: at most all of Unicode, once."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


_TABLE = _Table()
# With fewer different characters outside ASCII, replacing one after the other beats a look at every character: 0.8 ms
# against 2.4 ms for 63 kB of English or German.
FEW = 40


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where its characters stood in the original."""

    text: str
    original: str
    starts: tuple[int, ...] = ()  # folded offsets at which the distance to the original changes
    shifts: tuple[int, ...] = ()  # that distance, from there on

    def origin(self, offset: int) -> int:
        """The offset in the original of the character at `offset` of the folded text (its end for the end)."""
        if not self.starts:
            return offset
        place = bisect_right(self.starts, offset) - 1
        return min(offset + self.shifts[place] if place >= 0 else offset, len(self.original))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original that `start` to `end` (not included) of the folded text came from."""
        # An accent that was dropped belongs to the letter before it; half an expansion is still the whole character.
        return self.origin(start), min(max(self.origin(end), self.origin(end - 1) + 1), len(self.original))


def fold(text: str) -> Folded:
    """Folds a text in C; only characters that become none or several cost a look each."""
    if text.isascii():
        return Folded(text.translate(_TABLE), text)
    present = set(text)
    unusual = [character for character in present if not " " <= character <= "~"]
    if len(unusual) <= FEW:
        # What a character becomes stays itself when folded again, so the order of the replacements does not matter.
        plain = text
        for character in unusual:
            plain = plain.replace(character, _TABLE[ord(character)])
        plain = plain.lower()
    else:
        plain = text.translate(_TABLE)
    uneven = [character for character in unusual if len(_TABLE[ord(character)]) != 1]
    if not uneven:
        return Folded(plain, text)
    starts: list[int] = []
    shifts: list[int] = []
    shift = 0
    for match in re.finditer("[" + "".join(map(re.escape, uneven)) + "]", text):
        length = len(_TABLE[ord(match.group())])
        place = match.start() - shift
        if length == 0:
            shift += 1
            starts.append(place)
            shifts.append(shift)
        else:
            # Every character of an expansion comes from the one that was expanded.
            for extra in range(1, length):
                shift -= 1
                starts.append(place + extra)
                shifts.append(shift)
    return Folded(plain, text, tuple(starts), tuple(shifts))


def folded(text: str) -> str:
    """The folded text alone, for names and cues."""
    return fold(text).text


def cue_pattern(lines: str) -> str:
    """A pattern part that matches any of the cues, longest first: they are given a language a line, split by `|`."""
    cues = [re.escape(folded(cue.strip())) for cue in re.split(r"[|\n]", lines) if cue.strip()]
    return "|".join(sorted(cues, key=len, reverse=True))
