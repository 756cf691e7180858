"""Where documents are compared by what they mean: pieces centred, weighed and summed, and what two of them share.

The sum of centred pieces finds more than any one of them, and more than the sum of their scores: it compares the title
of one document with the text of the other as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from watcher.stories.meaning.arrays import Array, packed, similarity, table, unit
from watcher.stories.meaning.means import Means

WEIGHTS = {"title": 0.4, "lead": 0.3, "rest": 0.3}
TEXT = ("lead", "rest")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A document's place: packed vectors, centred. Empty where it has nothing of the kind."""

    title: bytes = b""
    text: bytes = b""
    whole: bytes = b""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Cosines of two documents, -1 to 1, after centring: about 0 for two that have nothing to do with each other.

    None where one of them lacks what is compared.
    """

    whole: float | None = None
    titles: float | None = None
    texts: float | None = None
    crossed: float | None = None  # the better of: title of one, text of the other


class Space:
    """Places documents by the vectors of their pieces. Holds nothing but its means."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.stamp = f"{means.encoder}-{means.recipe}-{means.stamp}"

    def meaning(self, vectors: Mapping[str, bytes], language: str) -> Meaning:
        """The meaning of one document, from the vectors of its pieces as the encoder gave them."""
        return self.meanings([vectors], [language])[0]

    def meanings(self, documents: Sequence[Mapping[str, bytes]], languages: Sequence[str]) -> tuple[Meaning, ...]:
        """The same for many at once, which is quicker."""
        pieces = {kind: self._centred(kind, documents, languages) for kind in WEIGHTS}
        size = max((rows.shape[1] for rows in pieces.values()), default=0)
        if not size:
            return (Meaning(),) * len(documents)
        summed = {kind: _fitted(rows, size) * np.float32(WEIGHTS[kind]) for kind, rows in pieces.items()}
        text = sum((summed[kind] for kind in TEXT), np.zeros((len(documents), size), np.float32))
        made = (packed(unit(rows)) for rows in (summed["title"], text, summed["title"] + text))
        return tuple(Meaning(*row) for row in zip(*made, strict=True))

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


def likeness(a: Meaning, b: Meaning) -> Likeness:
    """What two documents share. Symmetric."""
    crossed = [found for found in (_compared(a.title, b.text), _compared(a.text, b.title)) if found is not None]
    return Likeness(
        whole=_compared(a.whole, b.whole),
        titles=_compared(a.title, b.title),
        texts=_compared(a.text, b.text),
        crossed=max(crossed, default=None),
    )


def _compared(a: bytes, b: bytes) -> float | None:
    return similarity(a, b) if a and b and len(a) == len(b) else None


def _fitted(rows: Array, size: int) -> Array:
    return rows if rows.shape[1] == size else np.zeros((len(rows), size), np.float32)
