"""Documents in a row, each judged against the seeds and those before it, with an index that lives in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.ports import Judge
from watcher.stories.signal import fewest_shared
from watcher.types import Document, Key, Relation, Seed, Verdict

_CANDIDATES = 20
_HOLDERS = 24
"""The same bounds as the store's, so that a stream and an archive answer alike."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A document's verdict, and the id of the first document of its story."""

    verdict: Verdict
    story: str


class Stream:
    """Takes documents one by one. Work for each is bounded however many came before."""

    def __init__(self, judge: Judge, seeds: Sequence[Seed] = ()) -> None:
        self._judge = judge
        self._seeds = tuple(seeds)
        self._documents: list[Document] = []
        self._holders: dict[Key, list[int]] = {}
        self._stories: dict[str, str] = {}

    def add(self, document: Document) -> Judged:
        """Judges a document and remembers it."""
        keys = self._judge.keys(document)
        verdict = self._judge.verdict(document, self._seeds, self._candidates(keys))
        story = document.id
        if verdict.earlier and verdict.earlier.relation in (Relation.COPY, Relation.RETELLING):
            story = self._stories[verdict.earlier.id]
        self._remember(document, keys, story)
        return Judged(verdict, story)

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

    def _remember(self, document: Document, keys: Sequence[Key], story: str) -> None:
        position = len(self._documents)
        self._documents.append(document)
        self._stories.setdefault(document.id, story)
        for key in keys:
            holders = self._holders.setdefault(key, [])
            if len(holders) < _HOLDERS:
                holders.append(position)
