"""Documents in a row, each judged against the seeds and those before it, with an index that lives in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from watcher.ports import Judge
from watcher.stories.cluster import Clusters, Rules
from watcher.stories.signal import fewest_shared
from watcher.types import Document, Key, Likeness, Match, Placement, Point, Seed, Verdict

_CANDIDATES = 20
_HOLDERS = 24
"""The same bounds as the store's, so that a stream and an archive answer alike."""
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judged:
    """A document's verdict, the id of the first document of its story, and how it came there."""

    verdict: Verdict
    story: str
    placement: Placement


class Stream:
    """Takes documents one by one. Work for each is bounded however many came before."""

    def __init__(self, judge: Judge, seeds: Sequence[Seed] = (), rules: Rules | None = None) -> None:
        self._judge = judge
        self._seeds = tuple(seeds)
        self._documents: list[Document] = []
        self._positions: dict[str, int] = {}  # of the first document with an id
        self._holders: dict[Key, list[int]] = {}
        self._clusters = Clusters(self._compare, rules)

    def add(self, document: Document) -> Judged:
        """Judges a document and remembers it."""
        keys = self._judge.keys(document)
        verdict = self._judge.verdict(document, self._seeds, self._candidates(keys))
        position = self._remember(document, keys)
        matches = [match for match in (verdict.earlier, *verdict.also) if match is not None]
        point = Point(str(position), document.published or self._last_moment(), document.url or "")
        placement = self._clusters.place(point, [self._likeness(str(position), match) for match in matches])
        return Judged(verdict, self._documents[int(self._clusters.story(point.id))].id, placement)

    def _last_moment(self) -> datetime:
        """A document without a date is taken to follow the one before it: a stream comes in its own order."""
        known = (document.published for document in reversed(self._documents[-_HOLDERS:]) if document.published)
        return next(known, _UNDATED)

    def _likeness(self, article: str, match: Match) -> Likeness:
        other = str(self._positions[match.id])
        return Likeness(article, other, match.relation, match.score, match.evidence.cut, match.evidence.conflicts)

    def _compare(self, article: str, other: str) -> Likeness:
        match = self._judge.compare(self._documents[int(article)], self._documents[int(other)])
        return Likeness(article, other, match.relation, match.score, match.evidence.cut, match.evidence.conflicts)

    def _candidates(self, keys: Sequence[Key]) -> list[Document]:
        """Those that share most keys, in the order they came."""
        given = Counter(key.signal for key in keys)
        held = Counter((position, key.signal) for key in keys for position in self._holders.get(key, ()))
        shared: Counter[int] = Counter()
        for (position, signal), count in held.items():
            if count >= fewest_shared(given[signal]):
                shared[position] += count
        best = sorted(shared, key=lambda position: (-shared[position], position))[:_CANDIDATES]
        return [self._documents[position] for position in sorted(best)]

    def _remember(self, document: Document, keys: Sequence[Key]) -> int:
        position = len(self._documents)
        self._documents.append(document)
        self._positions.setdefault(document.id, position)
        for key in keys:
            holders = self._holders.setdefault(key, [])
            if len(holders) < _HOLDERS:
                holders.append(position)
        return position
