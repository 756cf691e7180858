"""Every pair of documents put before a scorer, whether it would have met in a stream or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from watcher.stories.judge import StoryJudge
from watcher.stories.stream import NEAREST, Stream
from watcher.types import Document, Key, Match, Relation

_TILE = 96
"""Documents in a tile. Pairs are walked tile by tile, so that what a judge keeps prepared (the 256 titles and 512 texts
last seen) serves a hundred comparisons instead of one."""
_SAID_YES = (Relation.COPY, Relation.RETELLING)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with the stories it is known to tell, and its value in each field whose inner pairs are left out."""

    document: Document
    gold: frozenset[str]
    groups: tuple[str | None, ...] = ()

    def tells_what(self, other: Labelled) -> bool:
        """True if both tell one story."""
        return not self.gold.isdisjoint(other.gold)

    def is_ignored_with(self, other: Labelled) -> bool:
        """True if the pair is neither same nor different: one running affair, two stories."""
        same_group = any(
            ours is not None and ours == theirs for ours, theirs in zip(self.groups, other.groups, strict=True)
        )
        return same_group and not self.tells_what(other)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents by their places, what is known of them, and what the scorer said."""

    a: int
    b: int
    same: bool
    relation: Relation
    score: float
    candidate: bool = True  # the two would have met: one's keys find the other

    @property
    def said(self) -> bool:
        """True if the scorer says that both tell the same."""
        return self.relation in _SAID_YES


class Scorer(Protocol):
    """What is measured."""

    def prepare(self, documents: Sequence[Document]) -> None:
        """Called once, before anything else, with all documents: the place to encode them in batches."""
        ...

    def __call__(self, a: Document, b: Document) -> Match: ...

    def candidates(self, documents: Sequence[Document]) -> Iterable[tuple[int, int]]:
        """The pairs (lower place first) that would be proposed for comparison."""
        ...

    def stories(self, documents: Sequence[Document]) -> Sequence[str]:
        """The story each document is put into when they come in this order."""
        ...


class JudgeScorer:
    """The program's own judge, as `match` and the archive use it. Documents bring their vectors along."""

    def __init__(self, judge: StoryJudge | None = None) -> None:
        self._judge = judge or StoryJudge()

    def prepare(self, documents: Sequence[Document]) -> None:
        """Nothing: what is compared was prepared by whoever asks (`StoryJudge.prepared`)."""

    def __call__(self, a: Document, b: Document) -> Match:
        return self._judge.compare(a, b)

    def candidates(self, documents: Sequence[Document]) -> set[tuple[int, int]]:
        """Pairs that share a key, and pairs near in meaning: who is among the nearest of the other."""
        holders: dict[Key, list[int]] = {}
        for place, document in enumerate(documents):
            for key in set(self._judge.keys(document)):
                holders.setdefault(key, []).append(place)
        found = {pair for places in holders.values() for pair in combinations(places, 2)}
        return found | self._near(documents)

    def stories(self, documents: Sequence[Document]) -> list[str]:
        """As `match --stream` tells them."""
        stream = Stream(self._judge)
        return [stream.add(document).story for document in documents]

    def _near(self, documents: Sequence[Document]) -> set[tuple[int, int]]:
        wholes = {place: whole for place, document in enumerate(documents) if (whole := self._judge.whole(document))}
        found: set[tuple[int, int]] = set()
        if wholes:
            from watcher.stories.meaning.nearest import best

            places = list(wholes)
            for place, whole in wholes.items():
                near = best(whole, places, list(wholes.values()), NEAREST + 1)
                found.update((min(place, other), max(place, other)) for other, _ in near if other != place)
        return found


def score_pairs(labelled: Sequence[Labelled], scorer: Scorer) -> list[Pair]:
    """Every pair that is not ignored, in the order of places. The scorer must be prepared."""
    candidates = set(scorer.candidates([row.document for row in labelled]))
    found: list[Pair] = []
    for a, b in _tiled(len(labelled)):
        one, other = labelled[a], labelled[b]
        if one.is_ignored_with(other):
            continue
        match = scorer(one.document, other.document)
        found.append(Pair(a, b, one.tells_what(other), match.relation, match.score, (a, b) in candidates))
    return sorted(found, key=lambda pair: (pair.a, pair.b))


def _tiled(count: int) -> Iterator[tuple[int, int]]:
    for left in range(0, count, _TILE):
        for right in range(left, count, _TILE):
            for a in range(left, min(left + _TILE, count)):
                for b in range(max(right, a + 1), min(right + _TILE, count)):
                    yield a, b
