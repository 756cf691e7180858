"""A text made ready for comparison: its story's tokens and shingles, without the site's furniture."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from watcher.text.furniture import furniture
from watcher.text.normalise import normalise
from watcher.text.sentences import Sentence
from watcher.text.shingles import shingles
from watcher.text.tokens import Tokens, tokens_of

_REPEATS = 6
"""Places kept of one shingle: a text that repeats itself a thousand times stays cheap."""
_LARGEST = 200_000
"""Characters that are compared. A page above that is no article, and what lies behind is not looked at."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Story tokens with their places in the given text; `mass[i]` is what the tokens before `i` count for, in words."""

    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    mass: Sequence[float]
    is_name: Sequence[bool]
    shingles: Sequence[tuple[int, int]]
    places: Mapping[int, Sequence[int]]
    vocabulary: frozenset[str]
    is_top: bool  # the story begins where the given text begins: no furniture was taken from above it

    @property
    def size(self) -> float:
        """The story's length in words."""
        return self.mass[-1]

    def between(self, start: int, end: int) -> float:
        """What the tokens from `start` to `end` count for, in words."""
        return self.mass[end] - self.mass[start]


@lru_cache(maxsize=512)
def prepare(text: str) -> Prepared:
    """Makes a text ready. The last few hundred are kept: candidates of one story come again and again."""
    text = text[:_LARGEST]
    folded = normalise(text)
    cut = tokens_of(folded)
    kept = _story(cut, furniture(text, folded))
    words = [cut.words[at] for at in kept]
    weights = [cut.weights[at] for at in kept]
    starts = array("L", (cut.starts[at] for at in kept))
    mass = array("d", [0.0])
    for weight in weights:
        mass.append(mass[-1] + weight)
    runs = shingles(words, weights)
    places: dict[int, list[int]] = {}
    for position, (value, _) in enumerate(runs):
        known = places.setdefault(value, [])
        if len(known) < _REPEATS:
            known.append(position)
    return Prepared(
        words=words,
        starts=starts,
        ends=array("L", (cut.ends[at] for at in kept)),
        mass=mass,
        is_name=_names(text, words, starts),
        shingles=runs,
        places=places,
        vocabulary=frozenset(words),
        is_top=bool(kept) and kept[0] == 0,
    )


def _story(cut: Tokens, site: Sequence[Sentence]) -> Sequence[int]:
    """The tokens that are not part of the furniture."""
    if not site:
        return range(len(cut))
    begins = [piece.start for piece in site]
    ends = [piece.end for piece in site]
    kept = []
    for at, start in enumerate(cut.starts):
        piece = bisect_right(begins, start) - 1
        if piece < 0 or start >= ends[piece]:
            kept.append(at)
    return kept


def _names(text: str, words: Sequence[str], starts: Sequence[int]) -> list[bool]:
    """Which tokens are written with a capital although no sentence begins there."""
    found = []
    for word, start in zip(words, starts, strict=True):
        is_capital = text[start].isupper() and not word.isdigit()
        found.append(is_capital and text[max(0, start - 2) : start].rstrip(" ")[-1:].isalnum())
    return found
