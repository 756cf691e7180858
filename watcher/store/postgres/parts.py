"""Vectors of words (`tsvector`) made of our own words, with every place where one stands.

PostgreSQL keeps 255 places of a word and 16,383 places in all, and drops the others without a word about it; a vector
takes a megabyte at most. So a long article becomes several parts, which overlap: no phrase falls between two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from watcher.store.wordrows import ID_BITS, IndexRow

_MOST_PLACES = 12_000
_MOST_OF_WORD = 255
_MOST_BYTES = 500_000
OVERLAP = 100  # words: a longer phrase is looked for piece by piece (`words`)
# What an outlet's words begin with, which are found as an outlet's alone; other labels begin with one point.
OUTLET = ".."
# A label says which ten days and sixteen hours an article is of: words are looked for in the newest first (`words`).
SHARE_BITS = ID_BITS + 10


def vectors(row: IndexRow) -> list[str]:
    """The vectors of an article, as the server reads them: one, or several where it is long."""
    places = list(_places(row))
    marks = [*(word for word in row.labels.split() if word.startswith(".")), share_label(row.row >> SHARE_BITS)]
    return [_written(places[start:end], marks) for start, end in _cut(places)]


def share_label(share: int) -> str:
    """What is found in all articles of a share of time, and in no other; other labels are sixteens or one letter."""
    return f".t{share}"


def _places(row: IndexRow) -> Iterator[tuple[int, str, str]]:
    """Each word with its place and weight. A place stays free between title and text: no phrase goes across."""
    place = 0
    outlet = [OUTLET + word for word in row.labels.split() if not word.startswith(".")]
    for words, weight in ((row.title.split(), "A"), (row.text.split(), ""), (outlet, "B")):
        for word in words:
            place += 1
            yield place, word, weight
        place += 1


def _cut(places: Sequence[tuple[int, str, str]]) -> Iterator[tuple[int, int]]:
    start = 0
    while True:
        end = _end(places, start)
        yield start, end
        if end >= len(places):
            return
        start = end - OVERLAP  # a part has 255 words at least, or everything


def _end(places: Sequence[tuple[int, str, str]], start: int) -> int:
    """Where the part ends that begins here."""
    times: defaultdict[str, int] = defaultdict(int)
    size = 0
    for number in range(start, min(len(places), start + _MOST_PLACES)):
        word = places[number][1]
        times[word] += 1
        size += len(word.encode()) + 8  # an entry and a place beside the word itself
        if times[word] > _MOST_OF_WORD or size > _MOST_BYTES:
            return number
    return min(len(places), start + _MOST_PLACES)


def _written(places: Sequence[tuple[int, str, str]], marks: Sequence[str]) -> str:
    found: defaultdict[str, list[str]] = defaultdict(list)
    before = places[0][0] - 1 if places else 0
    for place, word, weight in places:
        found[word].append(f"{place - before}{weight}")
    told = [f"{quoted(word)}:{','.join(at)}" for word, at in found.items()]
    return " ".join([*told, *map(quoted, marks)])


def quoted(word: str) -> str:
    """A word as vectors and queries have it: whatever it is made of, it is a word."""
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
