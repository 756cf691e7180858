"""Who might be near a vector, by the signs of its numbers alone; and who is, once those few have been read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watcher.stories.meaning.arrays import similarities

_CANDIDATES = 1_000
"""Vectors that are compared exactly. Of the 20 nearest among 100,000, by cosine, 999 in 1,000 are among them
(`bench/meaning.py --index`)."""
_FIRST_ROOM = 1_024

Words = NDArray[np.uint64]


class Codes:
    """For each article: its id, its moment, and its vector's signs as bits, 64 to a number (a row of all articles)."""

    def __init__(self) -> None:
        self._count = 0
        self._articles = np.zeros(_FIRST_ROOM, np.int64)
        self._moments = np.zeros(_FIRST_ROOM, np.int64)
        self._signs: Words = np.zeros((0, _FIRST_ROOM), np.uint64)

    def __len__(self) -> int:
        return self._count

    def articles(self, places: Sequence[int]) -> list[int]:
        found: list[int] = self._articles[list(places)].tolist()
        return found

    def moment(self, place: int) -> int:
        return int(self._moments[place])

    def add(self, rows: Sequence[tuple[int, int, bytes]]) -> None:
        """Adds (article, moment, packed vector) rows behind the others."""
        if not rows:
            return
        signs = _signs([vector for _, _, vector in rows])
        self._make_room(len(rows), len(signs))
        held = slice(self._count, self._count + len(rows))
        self._articles[held] = [article for article, _, _ in rows]
        self._moments[held] = [moment for _, moment, _ in rows]
        self._signs[:, held] = signs
        self._count += len(rows)

    def near(self, vector: bytes, since: int, until: int, limit: int) -> list[int]:
        """Places of those in [since, until) whose signs differ least, in rising order.

        All that differ as much as the last one taken are taken too: who is found does not depend on who came first.
        """
        moments = self._moments[: self._count]
        inside = (moments >= since) & (moments < until)
        if not inside.any():  # news has nothing behind it yet
            return []
        differing = _differing(self._signs[:, : self._count], _signs([vector])[:, 0])
        differing[~inside] = len(vector) + 1
        wanted = min(max(_CANDIDATES, 4 * limit), int(inside.sum()))
        if not wanted:
            return []
        reached = np.cumsum(np.bincount(differing, minlength=len(vector) + 2))
        cut = int(np.searchsorted(reached, wanted))
        places: list[int] = np.flatnonzero((differing <= cut) & inside).tolist()
        return places

    def _make_room(self, more: int, width: int) -> None:
        if len(self._signs) != width:
            self._signs = np.zeros((width, len(self._articles)), np.uint64)
        room = len(self._articles)
        if self._count + more <= room:
            return
        grown = max(self._count + more, room + room // 2)
        self._articles = _grown(self._articles, grown)
        self._moments = _grown(self._moments, grown)
        self._signs = _grown(self._signs, grown)


def best(vector: bytes, articles: Sequence[int], held: Sequence[bytes], limit: int) -> tuple[tuple[int, float], ...]:
    """(article, cosine) of the nearest, best first, then by article."""
    scores = np.round(similarities(vector, held), 6)
    numbers = np.asarray(articles, np.int64)
    order = np.lexsort((numbers, -scores))[:limit]
    return tuple(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))


def _signs(vectors: Sequence[bytes]) -> Words:
    """A column a vector."""
    rows = np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), -1) > 0
    bits = np.packbits(rows, axis=1)
    padded = np.zeros((len(vectors), -(-bits.shape[1] // 8) * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return np.ascontiguousarray(padded.view(np.uint64).T)


def _differing(signs: Words, mine: Words) -> NDArray[np.int16]:
    """How many signs differ, for each column. Row by row: no second table of the whole size is made."""
    total = np.zeros(signs.shape[1], np.int16)
    for row, own in zip(signs, mine, strict=True):
        total += np.bitwise_count(row ^ own)
    return total


def _grown(array: NDArray[Any], size: int) -> NDArray[Any]:
    grown = np.zeros((*array.shape[:-1], size), array.dtype)
    grown[..., : array.shape[-1]] = array
    return grown
