"""Articles, stories, and what a search finds."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from watcher.web.api.models.shape import HeadlineOnly, Relation, Role, Shape


class Passage(Shape):
    """Characters `start` to `end` (not included) of a text."""

    start: int
    end: int


class Fact(Shape):
    kind: str
    value: str


class Evidence(Shape):
    """Why something was decided: scores by signal, facts for and against, passages in the article's own text."""

    signals: dict[str, float]
    shared: list[Fact]
    conflicts: list[Fact]
    passages: list[Passage]
    cut: float


# --- articles ---


class Article(Shape):
    """A stored article; `topics` says of each topic whether the article is about it or mentions it, and the score."""

    id: int
    url: str
    title: str
    outlet: str
    source: str
    language: str
    published: AwareDatetime | None
    published_from: Literal["page", "feed", "found"]
    found: AwareDatetime
    captured: AwareDatetime | None
    headline_only: HeadlineOnly | None
    text_from: Literal["page", "feed"]
    counts_as_told: bool
    topics: dict[str, str]
    story: str
    relation: Relation


class Articles(Shape):
    """A page of articles, those stored last first; `next` is the `cursor` of the page after it."""

    articles: list[Article]
    next: str | None


class DatedArticle(Article):
    date: AwareDatetime


class WholeArticle(DatedArticle):
    role: Role
    authors: list[str]
    text: str


class Match(Shape):
    id: str
    relation: Literal["copy", "retelling", "related"]
    score: float
    evidence: Evidence


class FirstReport(Shape):
    article: int
    outlet: str
    url: str


class PlacedBy(Shape):
    article: str
    relation: Relation
    score: float
    cut: float
    evidence: Evidence | None = None


class NotGrouped(Shape):
    article: str
    relation: Relation
    score: float
    why: str
    conflicts: list[str]
    evidence: Evidence | None


class Revision(Shape):
    seen: AwareDatetime
    title: str


class Why(Article):
    """Everything decided about an article; an edition's id is 0 where it counts as told without one."""

    known_document: Match | None = None
    earlier: Match | None = None
    credits: list[str]
    first_report: FirstReport | None
    placed_by: PlacedBy | None
    not_grouped_with: NotGrouped | None
    revisions: list[Revision]
    removed: str | None
    told_in_edition: int | None


# --- stories ---


class StoryLine(Shape):
    """A story in a list."""

    id: str
    title: str
    url: str
    articles: int
    outlets: list[str]
    languages: list[str]
    told_in: int | None


class StoryList(Shape):
    """A page of stories, those that began last first; `next` is the `cursor` of the page after it."""

    stories: list[StoryLine]
    next: str | None


class Figure(Shape):
    value: float
    outlets: list[str]


class Difference(Shape):
    """One claim that outlets tell with different figures."""

    unit: str
    of: str
    figures: list[Figure]


class StoryRelation(Shape):
    """What put an article into the story: another one of it, and the evidence that was kept."""

    article: int
    to: int
    relation: Relation
    score: float
    cut: float
    shared: list[Fact]
    conflicts: list[Fact]
    passages: list[Passage]


class Correction(Shape):
    id: int
    kind: Literal["merge", "split", "apart"]
    made: AwareDatetime
    together: list[list[str]]
    apart: list[list[list[str]]]


class EditionLine(Shape):
    """An edition in a list: `name` is what it is asked by."""

    id: int
    date: str
    schedule: str


class Story(Shape):
    """A story with its timeline (`articles`, the earliest first)."""

    id: str
    title: str
    url: str
    articles: list[DatedArticle]
    outlets: list[str]
    languages: list[str]
    told_in: int | None
    first_report: int | None
    originals: list[str]
    unclear: list[str]
    shared: list[Fact]
    differences: list[Difference]
    relations: list[StoryRelation]
    corrections: list[Correction]
    editions: list[EditionLine]


# --- search ---


class Query(Shape):
    """A query as it was understood; `ignored` is what of it was not, `searchable` is false where nothing was left."""

    text: str
    words: list[str]
    without: list[str]
    topics: list[str]
    languages: list[str]
    outlets: list[str]
    sources: list[str]
    since: AwareDatetime | None
    until: AwareDatetime | None
    order: Literal["newest", "relevance"]
    ignored: list[str]
    searchable: bool


class Marks(Shape):
    title: list[Passage]
    excerpt: list[Passage]


class Hit(Shape):
    id: int
    story: str
    url: str
    title: str
    outlet: str
    source: str
    language: str
    date: AwareDatetime
    published: AwareDatetime | None
    found: AwareDatetime
    topics: list[str]
    headline_only: HeadlineOnly | None
    score: float
    excerpt: str
    marks: Marks


class Found(Shape):
    """A page of what was found. `total` is exact unless `more`; `waiting` articles cannot be found yet."""

    query: Query
    total: int
    more: bool
    next: str | None
    waiting: int
    hits: list[Hit]
