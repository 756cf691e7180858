"""The signal: how much two documents tell the same facts, in whatever words and language."""

from __future__ import annotations

from functools import lru_cache

from watcher.stories.facts.comparison import FEATURES, compare
from watcher.stories.facts.entities import Entities
from watcher.stories.facts.extraction import extract
from watcher.stories.facts.lookup import VERSION, keys_of
from watcher.stories.facts.marks import Facts, pack, unpack
from watcher.stories.signal import Score
from watcher.types import Document, Key

SUBJECT = "subject"
"""The feature that is 1 for two documents on the program's subject."""
REMEMBERED = 512
"""Documents whose facts stay at hand: candidates of one story come again and again."""


class FactsSignal:
    """Satisfies `stories.signal.Signal`. Reads a document's facts from what it brings along, else from its text."""

    name = "facts"
    version = VERSION

    def __init__(self, entities: Entities | None = None, remembered: int = REMEMBERED) -> None:
        self._entities = entities
        self._unpacked = lru_cache(maxsize=remembered)(unpack)
        self._extracted = lru_cache(maxsize=remembered)(self._extract)

    def keys(self, document: Document) -> tuple[Key, ...]:
        """At most twelve for each of three spans of time, the same in every language."""
        return keys_of(self.facts(document), document.published)

    def score(self, a: Document, b: Document) -> Score:
        """Symmetric but for conflicts, which name what `a` says first."""
        ours, theirs = self.facts(a), self.facts(b)
        evidence = compare(ours, theirs)
        features = dict(zip(FEATURES, evidence.features, strict=True))
        features[SUBJECT] = float(ours.is_on_subject and theirs.is_on_subject)
        return Score(evidence.score, evidence.shared, evidence.conflicts, features=features)

    def facts(self, document: Document) -> Facts:
        """What a document says."""
        return self._unpacked(document.facts) if document.facts else self._extracted(document)

    def packed(self, document: Document) -> str:
        """The same as text, for `Document.facts`."""
        return document.facts or pack(self._extracted(document))

    def _extract(self, document: Document) -> Facts:
        return extract(document, self._entities)
