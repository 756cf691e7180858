"""What every signal is: cheap keys to be found by, and a careful score for two documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from watcher.types import Document, Fact, Key, Passage


@dataclass(frozen=True, slots=True)
class Score:
    """What one signal says of two documents: 0 (nothing) to 1 (the same), and what it saw.

    `passages` lie in the text of the first document. `features` are what it saw as numbers, for the judge's model.
    """

    value: float
    shared: tuple[Fact, ...] = ()
    conflicts: tuple[Fact, ...] = ()
    passages: tuple[Passage, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)


NOTHING = Score(0.0)


class Signal(Protocol):
    """One way of seeing that two documents tell the same."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int:
        """Goes up whenever the keys of a text change: keys of two versions never meet."""
        ...

    def keys(self, document: Document) -> tuple[Key, ...]: ...

    def score(self, a: Document, b: Document) -> Score: ...


# What is compared of a text: about 5,000 words, longer than nearly all news. Comparing two texts of 50,000 characters
# takes 165 ms, and an article meets up to 20.
COMPARED = 30_000


def compared(text: str) -> str:
    """What of an article's text is held against others: the same when it arrives and whenever it is read back.

    A headline-only article has what its lead told of it, a teaser; what a wall said is never kept (`ingest.read`).
    """
    return text[:COMPARED]


# From this many keys of one signal on, a single one in common is chance: a copy cut to 40 % or misread at 2 % of its
# characters keeps a third of them and more.
MANY_KEYS = 16


def fewest_shared(keys: int) -> int:
    """How many of so many keys of one signal another document must share to be looked at."""
    return 2 if keys >= MANY_KEYS else 1
