"""Where sentences begin and end, in any script.

A rule, not a model: a terminator ends a sentence unless it stands in a number, after an abbreviation or an initial,
or before a lower-case letter. A line break always ends one: article text comes as a paragraph a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Terminators that need no space after them (CJK, Devanagari, Urdu, Arabic question mark) and those that do.
_HARD = "。！？｡।॥۔؟"
_SOFT = ".!?…"
_CLOSERS = "\"'”’»›」』）)]】》〉"
_END = re.compile(rf"[{_HARD}]+[{re.escape(_CLOSERS)}]*|[{re.escape(_SOFT)}]+[{re.escape(_CLOSERS)}]*(?=\s|$)|\n+")

# Abbreviations that are followed by a name or a number and so hardly ever end a sentence.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st sr jr inc ltd co corp vs no nos vol fig gen gov sen rep approx est dept "
    "jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k e.g i.e "
    "z.b d.h u.a bzw ca nr dipl ing mio mrd bspw inkl str evtl usw vgl "
    "sra dra exmo av art pág ex eua núm "
    "sig dott avv ecc p.es "
    "m mme mlle env éd "
    "г гг т.е т.д т.п руб млн млрд тыс им".split()
)
_LAST_WORD = re.compile(r"[^\s(\[«“\"']+$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `start` to `end` (not included) of the text, without surrounding white space."""

    start: int
    end: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """Splits a text into sentences; together they hold every character that is not white space."""
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] == "\n" or not _continues(text, start, match):
            _append(found, text, start, match.end())
            start = match.end()
    _append(found, text, start, len(text))
    return tuple(found)


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text as strings."""
    return tuple(text[sentence.start : sentence.end] for sentence in sentences(text))


def _append(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if stripped := piece.strip():
        begin = start + len(piece) - len(piece.lstrip())
        found.append(Sentence(begin, begin + len(stripped)))


def _continues(text: str, start: int, match: re.Match[str]) -> bool:
    """True when this terminator does not end a sentence."""
    if match.group()[0] != ".":
        return False
    after = text[match.end() :].lstrip(" \t")[:1]
    if after.islower() and "\n" not in text[match.end() : match.end() + 1]:
        return True
    if len(match.group()) > 1:
        return False
    word = _LAST_WORD.search(text[start : match.start()])
    if word is None:
        return False
    last = word.group().lower()
    # "30. Januar", "J. Huang": an ordinal or an initial. "Plan B." at a sentence's end is rare enough that splitting
    # late (one longer sentence) is the better mistake.
    is_initial = len(last) == 1 and last.isalpha()
    is_ordinal = last.isdigit() and len(last) <= 2
    return last in _ABBREVIATIONS or is_initial or is_ordinal
