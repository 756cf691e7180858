"""The decision: what a document is to a seed or an earlier document, from the evidence of all signals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.stories import SIGNALS
from watcher.stories.copy import CUT
from watcher.stories.signal import Score, Signal
from watcher.text.tokens import Tokens, tokens
from watcher.types import TELLS, Document, Evidence, Key, Match, Relation, Seed, Verdict

if TYPE_CHECKING:  # numpy comes with the encoder
    from watcher.stories.meaning.space import Space

_RELATED = 0.15
"""Sameness from which two texts have something to do with each other: a quoted paragraph, a background, a form."""
_LONG_TITLE = 6.0
"""Words of a title that does not occur twice by chance."""
_OTHER_TEXT = 0.1
"""Two long texts at one address that share less than this are two: the page was filled anew (a ticker, an overview)."""
_LONG_TEXT = 400  # characters

_RANK = {Relation.COPY: 0, Relation.RETELLING: 1, Relation.RELATED: 2, Relation.NEW: 3}


class StoryJudge:
    """Satisfies `ports.Judge`. Holds nothing between two calls but prepared texts."""

    def __init__(self, signals: Sequence[Signal] = SIGNALS, space: Space | None = None) -> None:
        self._signals = tuple(signals)
        self._space = space

    def prepared(self, document: Document) -> Document:
        """The document as it is: these signals read nothing that is worth keeping."""
        return document

    def whole(self, document: Document) -> bytes:
        """Where its meaning lies, for an index of the nearest; empty without vectors."""
        known = self._space is not None and document.vectors
        return self._space.meaning(dict(document.vectors), document.language).whole if known and self._space else b""

    def keys(self, document: Document) -> tuple[Key, ...]:
        """The keys of every signal: under these the document is found again."""
        return tuple(key for signal in self._signals for key in signal.keys(document))

    def compare(self, a: Document, b: Document) -> Match:
        """What `a` is to `b`; the match carries the id of `b`, passages lie in the text of `a`."""
        scores = {signal.name: signal.score(a, b) for signal in self._signals}
        relation, score = _relation(a, b, scores)
        return Match(b.id, relation, round(score, 4), _evidence(scores))

    def verdict(self, document: Document, seeds: Sequence[Seed], candidates: Sequence[Document]) -> Verdict:
        """The document against every seed and every candidate. Among equals the one given first is the best."""
        known = _ranked(self.compare(document, seed.document()) for seed in seeds)
        earlier = _ranked(self.compare(document, other) for other in candidates)
        return Verdict(
            seed=known[0] if known else None,
            seeds=tuple(match for match in known if match.relation in TELLS),
            earlier=earlier[0] if earlier else None,
            also=tuple(match for match in earlier[1:] if match.relation in TELLS),
        )


def _relation(a: Document, b: Document, scores: Mapping[str, Score]) -> tuple[Relation, float]:
    address = scores["address"].value if "address" in scores else 0.0
    copy = scores["copy"].value if "copy" in scores else 0.0
    if copy >= CUT:
        return Relation.COPY, copy
    if address and not (copy < _OTHER_TEXT and min(len(a.text), len(b.text)) > _LONG_TEXT):
        return Relation.COPY, 1.0
    if address or copy >= _RELATED or _same_title(a, b):
        return Relation.RELATED, max(copy, _RELATED)
    return Relation.NEW, copy


def _same_title(a: Document, b: Document) -> bool:
    """True for one long title in one language. A title alone makes no copy: bulletins repeat theirs."""
    if not a.title or not b.title or a.language != b.language:
        return False
    ours, theirs = _title(a.title), _title(b.title)
    return ours.words == theirs.words and sum(ours.weights) >= _LONG_TITLE


@lru_cache(maxsize=256)
def _title(title: str) -> Tokens:
    """A document meets some twenty candidates: its title is taken apart once."""
    return tokens(title)


def _evidence(scores: Mapping[str, Score]) -> Evidence:
    return Evidence(
        signals={name: round(score.value, 4) for name, score in scores.items()},
        shared=tuple(fact for score in scores.values() for fact in score.shared),
        conflicts=tuple(fact for score in scores.values() for fact in score.conflicts),
        passages=tuple(passage for score in scores.values() for passage in score.passages),
        cut=CUT,
    )


def _ranked(matches: Iterable[Match]) -> list[Match]:
    """Everything but `new`, best first."""
    found = [match for match in matches if match.relation is not Relation.NEW]
    return sorted(found, key=lambda match: (_RANK[match.relation], -round(match.score, 2)))
