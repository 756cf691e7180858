"""The words by which articles are found: one tokeniser for what is stored, what is asked, and what is marked.

Case, width, accents and the digits of other scripts are folded; a number is one word however it is grouped. Scripts
that write no spaces, and Korean, whose particles grow onto a word, are cut into overlapping pairs of characters, the
last character of a run standing alone behind them: so whatever stands within a run is found as a phrase of pairs, and
one character as the beginning of a pair. Words go into an index with spaces between: it need not know any script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import add

from watcher.text.fold import Folded, fold
from watcher.text.scripts import SPACELESS_RANGES

# Scripts of which any two neighbours make a word; punctuation that stands within their ranges ends a run.
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb"
_ENDS = frozenset("\u0e3f\u0e4f\u0e5a\u0e5b\u30a0\u30fb\u3099\u309a\u309b\u309c") | frozenset(
    map(chr, (*range(0x104A, 0x1050), *range(0x17D4, 0x17DB)))
)


def _without(ranges: str, left_out: frozenset[str]) -> str:
    """The character class without some characters: a look-ahead before every character took half of the time."""
    kept: list[str] = []
    for first, last in re.findall("(.)(?:-(.))?", ranges):
        start = ord(first)
        for cut in sorted(ord(each) for each in left_out if ord(first) <= ord(each) <= ord(last or first)):
            kept += [f"{chr(start)}-{chr(cut - 1)}"] if cut > start else []
            start = cut + 1
        kept += [f"{chr(start)}-{last or first}"] if start <= ord(last or first) else []
    return "".join(kept)


_PAIRED = f"[{_without(SPACELESS_RANGES, _ENDS)}{_HANGUL}]"
_PLAIN = rf"[^\W_{SPACELESS_RANGES}{_HANGUL}]"
# Vowel signs of Indic scripts are part of a word; Python's \w leaves them out.
_SIGN = "[\u0900-\u0963\u0966-\u0dff]"
_RUN = re.compile(rf"(?:[0-9]+[.,])+[0-9]+{_PLAIN}*|(?:{_PLAIN}|{_SIGN})(?:{_PLAIN}+|{_SIGN}+)*|{_PAIRED}+")
_WORD_GOES_ON = re.compile(f"(?:{_PLAIN}|{_SIGN})+")
_UNLIKE = re.compile(rf"\d|\A{_SIGN}")
_FIRST_PAIRED = re.compile(_PAIRED)
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_LONGEST = 64  # characters of a word; what is longer is no word, and is cut the same way wherever it is met
# Of a longer text no more is looked at: fifty pages.
MOST_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of a text: words, and runs of scripts that are cut into pairs; where each stands in the folded text."""

    folded: Folded
    texts: list[str]
    starts: list[int]
    ends: list[int]

    def span(self, number: int) -> tuple[int, int]:
        """Where a run stands in the given text."""
        return self.folded.span(self.starts[number], self.ends[number])

    def part(self, number: int, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` to `end` of a paired run stand in the given text."""
        return self.folded.span(self.starts[number] + start, self.starts[number] + end)


def is_paired(run: str) -> bool:
    """True for a run that is cut into pairs of characters."""
    return _FIRST_PAIRED.match(run) is not None


def runs(text: str) -> Runs:
    """The runs of a text, each with its place."""
    folded = comparable(text)
    found = list(_RUN.finditer(folded.text))
    return Runs(folded, [_plain(run[0]) for run in found], [run.start() for run in found], [run.end() for run in found])


def plain_runs(text: str) -> list[str]:
    """The runs of a text alone: several times as fast."""
    return [_plain(run) for run in _RUN.findall(comparable(text).text)]


def indexed(text: str) -> str:
    """What an index is given of a text: its words, with spaces between."""
    words: list[str] = []
    for run in plain_runs(text):
        if is_paired(run):
            words += map(add, run, run[1:])
            words.append(run[-1])
        else:
            words.append(run)
    return " ".join(words)


def is_findable(run: str) -> bool:
    """True for a run that stands in a comparable text as it is: no number, which may be grouped there.

    What begins with a vowel sign may stand right behind one, as a run of its own.
    """
    return len(run) < _LONGEST and not _UNLIKE.search(run)


def spans(folded: Folded, run: str, begins: bool) -> list[tuple[int, int]]:
    """Where a findable run stands in the given text, or what begins with it; a paired one within any other one.

    Many times as fast as to look at all runs: a page of results asks for it forty times.
    """
    found: list[tuple[int, int]] = []
    text, length, paired = folded.text, len(run), is_paired(run)
    start = text.find(run)
    while start >= 0:
        rest = None if paired else _WORD_GOES_ON.match(text, start + length)
        end = rest.end() if rest else start + length
        is_cut = not paired and start > 0 and _WORD_GOES_ON.match(text, start - 1) is not None
        if not is_cut and (rest is None or begins):
            found.append(folded.span(start, end))
        start = text.find(run, end)
    return found


def comparable(text: str) -> Folded:
    """A text folded for the comparison of its words, digits of other scripts included."""
    text = text[:MOST_CHARACTERS]
    folded = fold(text)
    if text.isascii() or not _OTHER_DIGIT.search(folded.text):
        return folded
    digits = {ord(digit): str(int(digit)) for digit in set(_OTHER_DIGIT.findall(folded.text))}
    return Folded(folded.text.translate(digits), folded.original, folded.starts, folded.shifts)


def _plain(run: str) -> str:
    """A word as it is compared: a number without its grouping, with a point before its decimals."""
    if run[0].isdecimal() and ("." in run or "," in run):
        run = re.sub("[.,]", "", run) if _GROUPED.fullmatch(run) else run.replace(",", ".")
    return run if len(run) <= _LONGEST or is_paired(run) else run[:_LONGEST]
