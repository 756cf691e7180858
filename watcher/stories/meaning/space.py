"""Where documents are compared by what they mean: pieces centred, weighed and summed, and what two of them share.

The sum of centred pieces finds more than any one of them, and more than the sum of their scores: it compares the title
of one document with the text of the other as well. What is compared is whitened (`whitening`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from watcher.stories.meaning.arrays import Array, packed, similarity, table
from watcher.stories.meaning.means import Means

WEIGHTS = {"title": 0.4, "lead": 0.3, "opening": 0.3}
TEXT = ("lead", "opening")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A document's place: packed vectors, centred. Empty where it has nothing of the kind."""

    language: str
    title: bytes = b""
    text: bytes = b""
    whole: bytes = b""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Cosines of two documents after centring, -1 to 1: about 0 for two that have nothing to do with each other.

    Across languages they are measured by what the two languages let through (`Means.expected`), so that one cut means
    nearly the same in every pair. None where one of the two lacks what is compared.
    """

    whole: float | None = None
    titles: float | None = None
    texts: float | None = None
    crossed: float | None = None  # the better of: title of one, text of the other


class Space:
    """Places documents by the vectors of their pieces. Holds nothing but its means."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.languages = frozenset(language for kind in means.kinds.values() for language in kind.languages)
        self.stamp = f"{means.encoder}-{means.recipe}-{means.stamp}"

    def meaning(self, vectors: Mapping[str, bytes], language: str) -> Meaning:
        """The meaning of one document, from the vectors of its pieces as the encoder gave them."""
        return self.meanings([vectors], [language])[0]

    def meanings(self, documents: Sequence[Mapping[str, bytes]], languages: Sequence[str]) -> tuple[Meaning, ...]:
        """The same for many at once, which is quicker."""
        pieces = {kind: self._centred(kind, documents, languages) for kind in WEIGHTS}
        size = max((rows.shape[1] for rows in pieces.values()), default=0)
        if not size:
            return tuple(map(Meaning, languages))
        summed = {kind: _fitted(rows, size) * np.float32(WEIGHTS[kind]) for kind, rows in pieces.items()}
        text = sum((summed[kind] for kind in TEXT), np.zeros((len(documents), size), np.float32))
        together = (summed["title"], text, summed["title"] + text)
        made = (packed(self._means.whitened(rows)) for rows in together)
        return tuple(Meaning(*row) for row in zip(languages, *made, strict=True))

    def likeness(self, a: Meaning, b: Meaning) -> Likeness:
        """What two documents share. Symmetric."""
        expected = self._means.expected(a.language, b.language)
        crossed = [_compared(a.title, b.text, expected), _compared(a.text, b.title, expected)]
        return Likeness(
            whole=_compared(a.whole, b.whole, expected),
            titles=_compared(a.title, b.title, expected),
            texts=_compared(a.text, b.text, expected),
            crossed=max((found for found in crossed if found is not None), default=None),
        )

    def _centred(self, kind: str, documents: Sequence[Mapping[str, bytes]], languages: Sequence[str]) -> Array:
        """One row a document; zeros where it has no such piece."""
        places: dict[str, list[int]] = {}
        for place, (document, language) in enumerate(zip(documents, languages, strict=True)):
            if document.get(kind):
                places.setdefault(language, []).append(place)
        if not places:
            return np.zeros((len(documents), 0), np.float32)
        size = len(documents[next(iter(places.values()))[0]][kind])
        rows = np.zeros((len(documents), size), np.float32)
        for language, held in places.items():
            rows[held] = self._means.centred(kind, language, table([documents[place][kind] for place in held]))
        return rows


def _compared(a: bytes, b: bytes, expected: float) -> float | None:
    if not a or len(a) != len(b):
        return None
    return max(-1.0, min(1.0, similarity(a, b) / expected))


def _fitted(rows: Array, size: int) -> Array:
    return rows if rows.shape[1] == size else np.zeros((len(rows), size), np.float32)
