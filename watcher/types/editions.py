"""Telling: when an edition is due, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from watcher.types.articles import HeadlineOnly
from watcher.types.sources import FailingSource, Outcome, Role
from watcher.types.stories import Relation


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an edition is due: a local hour in a zone, on some days (0 = Monday)."""

    at: str  # "07:00"
    timezone: str
    days: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Report:
    """One article as an edition lists it, with the sentences that could summarise the story from it."""

    article: int
    url: str
    title: str
    outlet: str
    source: str
    language: str
    published: datetime
    relation: Relation
    role: Role = "outlet"
    headline_only: HeadlineOnly | None = None
    summary: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()  # every topic found in the article, about or mentioned; readers filter by them
    told: bool = False  # an earlier edition told it; it stands here for what is new


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence in an article's own words."""

    text: str
    outlet: str
    language: str


Status = Literal["new", "update", "known"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One story in an edition. `topics` are ordered strongest first; reports earliest first."""

    id: str
    status: Status
    topics: tuple[str, ...]
    reports: tuple[Report, ...]
    score: float = 0.0
    why: str = ""  # why these belong together, one line; empty where there is nothing to explain
    seed: str | None = None  # the known document it tells
    new: tuple[Quote, ...] = ()  # what an update adds to what was told
    parted: bool = False  # it was hidden in another story, wrongly: somebody split it off


@dataclass(frozen=True, slots=True)
class Footer:
    """What an honest edition says about itself: the sources asked, those failing, and what became of every lead."""

    sources: int
    failing: tuple[FailingSource, ...] = ()
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything one edition tells, independent of who reads it: filtered and rendered for each reader later.

    `entries` hold new stories and updates ranked best first; `known` those that a known document tells;
    `mentions` articles that only name a topic; `retold` counts told stories that got further coverage.
    """

    id: int  # 0 until stored (a preview)
    date: date
    schedule: str  # "07:00 Europe/Lisbon"; "first" for the edition of the first run
    since: datetime
    until: datetime
    made: datetime
    topics: tuple[tuple[str, str], ...]  # (topic, title) in the order of the config
    entries: tuple[Entry, ...]
    known: tuple[Entry, ...] = ()
    seeds: tuple[tuple[str, str], ...] = ()  # (seed, title) of those named in `known`
    mentions: tuple[Report, ...] = ()
    retold: int = 0
    footer: Footer = Footer(sources=0)
