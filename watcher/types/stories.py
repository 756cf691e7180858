"""What is compared and decided: documents, keys, evidence, verdicts; and how articles become stories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from watcher.types.sources import UNKNOWN_LANGUAGE

Grouping = Literal["careful", "normal", "off"]
"""How much it takes to say that two articles tell one story; `off`: only copies are grouped."""


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

    Where there is a fingerprint, copies are told by that and not by the text. `facts` are its packed facts, `vectors`
    its raw vectors by kind of piece: what was worked out once comes along, and is worked out anew where it is missing
    (facts) or does without (vectors). `topics` are those it is about.
    """

    id: str
    text: str
    title: str = ""
    language: str = UNKNOWN_LANGUAGE
    url: str | None = None
    published: datetime | None = None
    fingerprint: str | None = None
    facts: str = ""
    vectors: tuple[tuple[str, bytes], ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gist:
    """What is read of a document once, before it is compared: its facts, packed, and the keys it is found by."""

    facts: str = ""
    keys: tuple[Key, ...] = ()
    of: bytes = b""  # what it was read of (`stories.gist.basis`), where it was read ahead


@dataclass(frozen=True, slots=True)
class Seed:
    """A document that is already known; its facts and vectors come along where they were worked out before."""

    id: str
    title: str
    text: str
    language: str
    topics: tuple[str, ...] = ()
    published: datetime | None = None
    fingerprint: str | None = None
    file: str = ""
    facts: str = ""
    vectors: tuple[tuple[str, bytes], ...] = ()

    def document(self) -> Document:
        return Document(
            id=self.id,
            text=self.text,
            title=self.title,
            language=self.language,
            published=self.published,
            fingerprint=self.fingerprint,
            facts=self.facts,
            vectors=self.vectors,
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
class Placed:
    """A vector to be found: whose it is, the archive's number for it (rising), when its article counts."""

    article: int
    number: int
    moment: datetime
    vector: bytes


@dataclass(frozen=True, slots=True)
class Fact:
    """Something two documents share or disagree on."""

    kind: str
    value: str


def contradicts(conflicts: Iterable[Fact]) -> bool:
    """True for another figure for one thing together with another actor or action: two events, not one claim told in
    two ways. Of labelled pairs of one story 3 in 1,000 have it, of look-alikes that meet up to 65."""
    kinds = {fact.kind for fact in conflicts}
    return "number" in kinds and not kinds.isdisjoint({"actor", "action"})


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


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a later article is to an earlier one, both by id, as far as grouping needs it."""

    article: str
    other: str
    relation: Relation
    score: float
    cut: float = 0.0
    conflicts: tuple[Fact, ...] = ()

    @property
    def vetoed(self) -> bool:
        """Facts speak against it: another figure for one thing, and another actor or action besides.

        A conflict alone is no veto: outlets give different figures for one claim, and get them wrong. Nor is one that
        the judge weighed and said copy or retelling all the same.
        """
        return self.relation not in TELLS and contradicts(self.conflicts)


@dataclass(frozen=True, slots=True)
class Point:
    """Where an article stands in the order in which stories are made: effective date, then canonical address."""

    id: str
    moment: datetime
    url: str = ""

    @property
    def order(self) -> tuple[datetime, str, str]:
        return self.moment, self.url, self.id


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an article did not join the story of an earlier one that it is like."""

    other: str
    relation: Relation
    score: float
    why: str
    conflicts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs: to the strand that begins with article `strand`, because of its likeness `by`.

    An article that begins a strand of its own has no `by` and is NEW.
    """

    article: str
    strand: str
    relation: Relation
    by: Likeness | None = None
    refused: tuple[Refusal, ...] = ()


CorrectionKind = Literal["merge", "split", "apart"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody said by hand about articles (by id): groups that belong together, pairs of groups that do not.

    The first of a group stands for it: everyone else of the group belongs to that one.
    """

    id: int
    kind: CorrectionKind
    made: datetime
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    before: tuple[tuple[str, tuple[str, ...]], ...] = ()  # the stories that it was said of, with their articles


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What decides the grouping of some articles: all that is like them, however far, up to a bound.

    `strands` and `stories` give each point's place so far, `relations` what it is there. Not `whole`: it met the bound.
    """

    points: tuple[Point, ...] = ()
    strands: Mapping[str, str] = field(default_factory=dict)
    stories: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    likenesses: tuple[Likeness, ...] = ()
    corrections: tuple[Correction, ...] = ()
    whole: bool = True
