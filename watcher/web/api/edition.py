"""The shape of an edition for the API's document: the contract's keys, with what was added to them."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from watcher.web.api.models import Difference, Fact, HeadlineOnly, Relation, Role, Shape

Status = Literal["new", "update", "known"]
Kind = Literal["news", "release", "paper", "thread", "market", "deal", "review"]


class EditionName(Shape):
    """An edition in the list: `name` is what it is asked by."""

    id: int
    name: str
    date: str
    schedule: str


class EditionList(Shape):
    """A page of editions, newest first; `next` is the `cursor` of the page after it."""

    editions: list[EditionName]
    next: str | None


class Window(Shape):
    since: AwareDatetime
    until: AwareDatetime


class Counts(Shape):
    articles: int
    stories: int
    headlines: int
    shelved: int
    known: int
    folded: int
    mentions: int
    retold: int
    outlets: int
    languages: int


class Caution(Shape):
    about: Literal["sources", "language", "topic"]
    name: str
    seen: int
    usual: float


class Report(Shape):
    """An article as an edition lists it."""

    id: int
    url: str | None
    title: str
    outlet: str
    source: str
    language: str
    published: AwareDatetime
    relation: Relation
    role: Role
    headline_only: HeadlineOnly | None
    credits: list[str]


class Mention(Report):
    topics: list[str]


class SummaryFrom(Shape):
    outlet: str
    language: str


class Origins(Shape):
    outlets: int
    originals: list[str]
    unclear: list[str]


class Grounds(Shape):
    """Why these are one story; score and cut where it is not certain."""

    shared: list[Fact]
    score: float | None
    cut: float | None
    certain: bool


class News(Shape):
    text: str
    outlet: str
    language: str


class Machine(Shape):
    language: str
    headline: str
    summary: str
    machine: str


class ToldStory(Shape):
    """A story told in full."""

    id: str
    status: Status
    kind: Kind
    headline: str
    language: str
    url: str | None
    outlet: str
    topics: list[str]
    summary: str
    summary_from: SummaryFrom | None
    outlets: list[str]
    languages: list[str]
    origins: Origins | None
    first_report: Report | None
    best_to_read: Report
    why: str
    evidence: Grounds
    differences: list[Difference]
    new: list[News]
    wrongly_merged: bool
    followed: bool
    machine: Machine | None
    articles: list[Report]


class Headline(Shape):
    """A story told by its headline alone."""

    id: str
    status: Status
    kind: Kind
    topic: str
    headline: str
    language: str
    url: str | None
    outlet: str
    outlets: list[str]
    languages: list[str]
    articles: list[Report]


class SeedName(Shape):
    id: str | None
    title: str


class Known(Headline):
    seed: SeedName


class Section(Shape):
    topic: str
    title: str
    stories: list[ToldStory]


class Shelf(Shape):
    kind: Kind
    stories: list[ToldStory]
    more: int


class Volume(Shape):
    topic: str
    days: list[int]


class Failing(Shape):
    id: str
    title: str
    since: AwareDatetime
    trouble: str
    reason: str | None
    status: int | None


class Change(Shape):
    id: str
    title: str
    change: Literal["recovered", "ended", "merged", "moved"]
    at: AwareDatetime
    since: AwareDatetime | None
    url: str | None


class Footer(Shape):
    sources: int
    failing: list[Failing]
    changes: list[Change]
    outcomes: dict[str, int]
    pending: int
    set_aside: int
    kept: dict[str, int]


class Edition(Shape):
    """What one edition tells: the shape of `digest --format json`."""

    date: str
    schedule: str
    window: Window
    counts: Counts
    cautions: list[Caution]
    sections: list[Section]
    shelves: list[Shelf]
    headlines: list[Headline]
    known: list[Known]
    mentions: list[Mention]
    volumes: list[Volume]
    footer: Footer
