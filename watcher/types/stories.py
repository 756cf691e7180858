"""What is compared and decided: documents, keys, evidence, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watcher.types.sources import UNKNOWN_LANGUAGE


class Relation(StrEnum):
    """What an article is to something earlier."""

    COPY = "copy"
    RETELLING = "retelling"
    RELATED = "related"
    NEW = "new"


TELLS = frozenset({Relation.COPY, Relation.RETELLING})  # the relations in which an article tells what the other tells


@dataclass(frozen=True, slots=True)
class Document:
    """What can be compared: a seed, an article, a row of `match`.

    Where there is a fingerprint, copies are told by that and not by the text.
    """

    id: str
    text: str
    title: str = ""
    language: str = UNKNOWN_LANGUAGE
    url: str | None = None
    published: datetime | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """A document that is already known."""

    id: str
    title: str
    text: str
    language: str
    topics: tuple[str, ...] = ()
    published: datetime | None = None
    fingerprint: str | None = None
    file: str = ""

    def document(self) -> Document:
        return Document(
            id=self.id,
            text=self.text,
            title=self.title,
            language=self.language,
            published=self.published,
            fingerprint=self.fingerprint,
        )


@dataclass(frozen=True, slots=True)
class Key:
    """A cheap key under which a document is found again: `value` is a signed 64-bit integer."""

    signal: str
    version: int
    value: int


@dataclass(frozen=True, slots=True)
class Encoding:
    """Which encoder made vectors, of which pieces of a text (the recipe): those of two encodings never meet."""

    encoder: str
    recipe: int


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """An article's vectors as the store gives them back, by kind of piece. `number` rises with every one stored."""

    number: int
    article: int
    language: str
    moment: datetime  # the article's effective date
    vectors: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something two documents share or disagree on."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` to `end` (not included) of the given text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a match was decided as it was: scores (0 to 1) by signal, facts for and against, shared passages, the cut."""

    signals: Mapping[str, float] = field(default_factory=dict)
    shared: tuple[Fact, ...] = ()
    conflicts: tuple[Fact, ...] = ()
    passages: tuple[Passage, ...] = ()
    cut: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """A document's relation to one other, by id, with its score (0 to 1) and evidence."""

    id: str
    relation: Relation
    score: float
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision about one document: the best seed, every seed it tells, the best earlier document, the others."""

    seed: Match | None = None
    seeds: tuple[Match, ...] = ()
    earlier: Match | None = None
    also: tuple[Match, ...] = ()
