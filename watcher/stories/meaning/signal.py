"""The signal: how much two documents mean the same, from the vectors that were made of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from watcher.stories.meaning.pieces import RECIPE
from watcher.stories.meaning.space import Likeness, Meaning, Space
from watcher.stories.signal import NOTHING, Score
from watcher.types import Document, Key

REMEMBERED = 512
"""Documents whose place stays at hand: candidates of one story come again and again."""


class MeaningSignal:
    """Satisfies `stories.signal.Signal`. No keys: who is near is asked of an index, not of the archive."""

    name = "meaning"
    version = RECIPE

    def __init__(self, space: Space, remembered: int = REMEMBERED) -> None:
        self._space = space
        self._placed = lru_cache(maxsize=remembered)(_place)

    def keys(self, document: Document) -> tuple[Key, ...]:  # noqa: ARG002  # a signal's signature
        return ()

    def score(self, a: Document, b: Document) -> Score:
        """Symmetric; nothing where one of the two has no vectors. Features that cannot be told are left out."""
        found = self.likeness(a, b)
        if found.whole is None:
            return NOTHING
        return Score(max(0.0, found.whole), features=_features(found))

    def likeness(self, a: Document, b: Document) -> Likeness:
        """All that the judge may weigh."""
        return self._space.likeness(self.meaning(a), self.meaning(b))

    def meaning(self, document: Document) -> Meaning:
        """The document's place: `whole` is what an index holds and is asked with."""
        return self._placed(self._space, document.vectors, document.language)


def _place(space: Space, vectors: tuple[tuple[str, bytes], ...], language: str) -> Meaning:
    return space.meaning(dict(vectors), language)


def _features(found: Likeness) -> Mapping[str, float]:
    given = {"whole": found.whole, "titles": found.titles, "texts": found.texts, "crossed": found.crossed}
    return {name: value for name, value in given.items() if value is not None}
