"""Where the words of a search stand in what was found: marks in a title, and the piece of a text that shows most."""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.text.words import Runs, comparable, is_findable, is_paired, runs, spans
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
    found: list[tuple[Passage, int]] = []
    stands: Runs | None = None
    if alone := {
        number: term for number, term in enumerate(terms) if len(term.runs) == 1 and is_findable(term.runs[0])
    }:
        folded = comparable(text)
        for number, term in alone.items():
            found += [(Passage(*span), number) for span in spans(folded, term.runs[0], term.begins)]
    for number, term in enumerate(terms):
        if number in alone:
            continue
        stands = stands or runs(text)
        wanted = term.runs[0]
        if not is_paired(wanted):
            places = [place for place, has in enumerate(stands.texts) if has == wanted]
            if term.begins and len(term.runs) == 1:
                places = [place for place, has in enumerate(stands.texts) if has.startswith(wanted)]
        else:
            places = [place for place, has in enumerate(stands.texts) if wanted in has]
        for place in places:
            found += [(passage, number) for passage in _at(stands, place, term)]
    return sorted(found, key=lambda each: (each[0].start, -each[0].end))


def _at(stands: Runs, place: int, term: Term) -> list[Passage]:
    """Where a term stands in, or from, a run that holds its first one."""
    if len(term.runs) == 1 and is_paired(term.runs[0]):
        return _within(stands, place, term.runs[0])
    passage = _phrase(stands, place, term)
    return [] if passage is None else [passage]


def _within(stands: Runs, place: int, wanted: str) -> list[Passage]:
    """A paired run holds whatever stands anywhere within it."""
    found: list[Passage] = []
    has = stands.texts[place]
    start = has.find(wanted)
    while start >= 0:
        found.append(Passage(*stands.part(place, start, start + len(wanted))))
        start = has.find(wanted, start + len(wanted))
    return found


def _phrase(stands: Runs, place: int, term: Term) -> Passage | None:
    """Runs next to one another: of the first the end, of the last the beginning where it is paired."""
    last = len(term.runs) - 1
    if place + last >= len(stands.texts):
        return None
    for number, wanted in enumerate(term.runs):
        has = stands.texts[place + number]
        begins = number == last and (term.begins or is_paired(wanted))
        ends = number == 0 and is_paired(wanted)
        if not (has == wanted or (begins and has.startswith(wanted)) or (ends and has.endswith(wanted))):
            return None
    start, _ = stands.span(place)
    if last and is_paired(has := stands.texts[place]):
        start, _ = stands.part(place, len(has) - len(term.runs[0]), len(has))
    _, end = stands.span(place + last)
    if is_paired(stands.texts[place + last]):
        _, end = stands.part(place + last, 0, len(term.runs[last]))
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
    piece = text[start:end].rstrip()
    return Passage(start + len(piece) - len(piece.lstrip()), start + len(piece))


def _apart(passages: Sequence[Passage]) -> Marks:
    """Those that overlap or touch are one."""
    found: list[Passage] = []
    for passage in sorted(passages, key=lambda each: (each.start, each.end)):
        if found and passage.start <= found[-1].end:
            found[-1] = Passage(found[-1].start, max(found[-1].end, passage.end))
        else:
            found.append(passage)
    return tuple(found)
