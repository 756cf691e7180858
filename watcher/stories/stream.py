"""Documents in a row, each judged against the seeds and those before it, with an index that lives in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.stories.cluster import Clusters, Rules
from watcher.stories.judge import StoryJudge
from watcher.stories.keyindex import KeyIndex
from watcher.types import Document, Key, Likeness, Match, Point, Seed, Verdict

if TYPE_CHECKING:
    from watcher.stories.meaning.nearest import Codes

NEAREST = 20
"""How many are put before the judge because they are near in meaning, whatever keys they have."""
_ANY_TIME = (-(2**62), 2**62)
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judged:
    """A document's verdict, and the id of the first document of its story."""

    verdict: Verdict
    story: str


class Stream:
    """Takes documents one by one. Work for each is bounded however many came before.

    Stories are made as in the archive (`cluster`): a document joins one only if it fits the story as a whole. One
    without a date counts as of the time of the one before it.
    """

    def __init__(self, judge: StoryJudge, seeds: Sequence[Seed] = (), rules: Rules | None = None) -> None:
        self._judge = judge
        self._seeds = tuple(seeds)
        self._documents: list[Document] = []
        self._places: dict[str, int] = {}
        self._keys = KeyIndex()
        self._near: _Near | None = None
        self._moment = _UNDATED
        self._clusters = Clusters(self._compared, rules)

    def add(self, document: Document) -> Judged:
        """Judges a document and remembers it."""
        own = self._judge.prepared(document)
        keys = self._judge.keys(own)
        whole = self._judge.whole(own)
        verdict = self._judge.verdict(own, self._seeds, self._candidates(keys, whole))
        place = len(self._documents)
        self._documents.append(own)
        self._places.setdefault(document.id, place)
        self._moment = document.published or self._moment
        matches = [match for match in (verdict.earlier, *verdict.also) if match is not None]
        found = [self._likeness(place, self._places[match.id], match) for match in matches]
        self._clusters.place(Point(str(place), self._moment), found)
        self._remember(place, keys, whole)
        return Judged(verdict, self._documents[int(self._clusters.story(str(place)))].id)

    def _compared(self, place: str, other: str) -> Likeness:
        match = self._judge.compare(self._documents[int(place)], self._documents[int(other)])
        return self._likeness(int(place), int(other), match)

    def _likeness(self, place: int, other: int, match: Match) -> Likeness:
        return Likeness(
            str(place), str(other), match.relation, match.score, match.evidence.cut, match.evidence.conflicts
        )

    def _candidates(self, keys: Sequence[Key], whole: bytes) -> list[Document]:
        """Those that share most keys and those nearest in meaning, in the order they came; of one id, the first."""
        near = self._near.places(whole) if self._near and whole else ()
        return [self._documents[place] for place in sorted({*self._keys.candidates(keys), *near})]

    def _remember(self, place: int, keys: Sequence[Key], whole: bytes) -> None:
        if self._places[self._documents[place].id] != place:
            return  # an id that came before: whoever is like this one is told of the first
        self._keys.add(place, keys)
        if whole:
            self._near = self._near or _Near()
            self._near.add(place, whole)


class _Near:
    """Who is near in meaning. Made with the first vector: numpy comes with the encoder."""

    def __init__(self) -> None:
        from watcher.stories.meaning.nearest import Codes

        self._codes: Codes = Codes()
        self._vectors: dict[int, bytes] = {}

    def add(self, place: int, whole: bytes) -> None:
        self._codes.add([(place, 0, whole)])
        self._vectors[place] = whole

    def places(self, whole: bytes) -> list[int]:
        """The nearest, best first."""
        from watcher.stories.meaning.nearest import best

        found = self._codes.articles(self._codes.near(whole, *_ANY_TIME, NEAREST))
        return [place for place, _ in best(whole, found, [self._vectors[place] for place in found], NEAREST)]
