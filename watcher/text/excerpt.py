"""Where the words of a search stand in what was found: marks in a title, and the piece of a text that shows most."""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.text.words import Run, is_paired, runs
from watcher.types import Passage, Term

LENGTH = 240  # characters of an excerpt: three lines of a page, as search engines have taught people
_LEAD = 60  # of them before the first mark
_SPACE = re.compile(r"\s")
_REACH = 24  # how far an edge may move to stand between two words

Marks = tuple[Passage, ...]


def marks(text: str, terms: Sequence[Term]) -> Marks:
    """Every place where one of the terms stands, in order, none within another."""
    return _apart([passage for passage, _ in _places(text, terms)])


def excerpt(text: str, terms: Sequence[Term], length: int = LENGTH) -> tuple[Passage, Marks]:
    """The piece of a text with the most different terms, the earliest of several; and its marks, within the piece."""
    places = _places(text, terms)
    start = _best(places, length)
    piece = _trimmed(text, max(0, start - _LEAD) if start > _LEAD else 0, length)
    inside = [found for found, _ in places if piece.start <= found.start and found.end <= piece.end]
    return piece, tuple(Passage(mark.start - piece.start, mark.end - piece.start) for mark in _apart(inside))


def _places(text: str, terms: Sequence[Term]) -> list[tuple[Passage, int]]:
    """Places with the number of the term that stands there, in order."""
    if not terms:
        return []
    found: list[tuple[Passage, int]] = []
    stands = list(runs(text))
    by_first = [(number, term, is_paired(term.runs[0])) for number, term in enumerate(terms)]
    for place, run in enumerate(stands):
        for number, term, paired in by_first:
            if paired and len(term.runs) == 1:
                found += [(passage, number) for passage in _within(run, term.runs[0])]
            elif (passage := _phrase(stands, place, term)) is not None:
                found.append((passage, number))
    return sorted(found, key=lambda each: (each[0].start, -each[0].end))


def _within(run: Run, wanted: str) -> list[Passage]:
    """A paired run holds whatever stands anywhere within it."""
    found: list[Passage] = []
    start = run.text.find(wanted)
    while start >= 0:
        found.append(Passage(*run.span(start, start + len(wanted))))
        start = run.text.find(wanted, start + len(wanted))
    return found


def _phrase(stands: Sequence[Run], place: int, term: Term) -> Passage | None:
    """Runs next to one another: of the first the end, of the last the beginning where it is paired."""
    first, last = stands[place], len(term.runs) - 1
    if place + last >= len(stands):
        return None
    for number, wanted in enumerate(term.runs):
        has = stands[place + number].text
        begins = number == last and (term.begins or is_paired(wanted))
        ends = number == 0 and is_paired(wanted)
        if not (has == wanted or (begins and has.startswith(wanted)) or (ends and has.endswith(wanted))):
            return None
    start = first.start
    if last and is_paired(first.text):
        start = first.span(len(first.text) - len(term.runs[0]), len(first.text))[0]
    final = stands[place + last]
    end = final.span(0, len(term.runs[last]))[1] if is_paired(final.text) else final.end
    return Passage(start, end)


def _best(places: Sequence[tuple[Passage, int]], length: int) -> int:
    """Where the piece with the most different terms begins."""
    best, most = 0, 0
    for index, (passage, _) in enumerate(places):
        inside: set[int] = set()
        for other, number in places[index:]:
            if other.end > passage.start + length - _LEAD:
                break
            inside.add(number)
        if len(inside) > most:
            best, most = passage.start, len(inside)
    return best


def _trimmed(text: str, start: int, length: int) -> Passage:
    """From there so many characters, its edges moved to where a word begins and ends if one does near by."""
    end = min(len(text), start + length)
    if start and (space := _SPACE.search(text, start, start + _REACH)):
        start = space.end()
    if end < len(text):
        near = [space.start() for space in _SPACE.finditer(text, max(start, end - _REACH), end)]
        end = near[-1] if near else end
    piece = text[start:end]
    return Passage(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def _apart(passages: Sequence[Passage]) -> Marks:
    """Those that overlap or touch are one."""
    found: list[Passage] = []
    for passage in sorted(passages, key=lambda each: (each.start, each.end)):
        if found and passage.start <= found[-1].end:
            found[-1] = Passage(found[-1].start, max(found[-1].end, passage.end))
        else:
            found.append(passage)
    return tuple(found)
