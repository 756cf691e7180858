"""The past: the pieces a backfill consists of, what they would cost, and documents that are already at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watcher.types.articles import Extraction, TopicMatch
from watcher.types.sources import Lead, Outcome, Page, Trouble, Window
from watcher.types.stories import Gist


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of a backfill, done or not done: a day of a source's history, or one file.

    Together `source`, `via` and `name` are its checkpoint's name, so they do not depend on when it was planned.
    """

    source: str  # the source's id
    via: str  # the way into its past
    name: str  # "2026-03-04" for a day; a file's address; "archive" for a walk that no day can be cut from
    window: Window  # what it is to bring: its day, or all that was asked for
    url: str = ""  # where it begins, where that is not the source's own address
    first: int = 0  # of a part of a file: where it begins and ends, in bytes or entries, as its way counts them
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a unit, or a whole backfill, would take. None: nobody can say before it is done."""

    documents: int | None = None
    requests: int = 0
    hosts: frozenset[str] = frozenset()  # that would be asked, host:port
    bytes: int | None = None
    seconds: float | None = None
    about: bool = False  # reckoned from a part of it: the numbers may well be others


@dataclass(frozen=True, slots=True)
class Capture:
    """A document that is already at hand: a record of a WARC, a saved page, a mail. Nobody is asked for it."""

    url: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    captured: datetime | None = None  # when it was read by whoever kept it
    lead: Lead | None = None  # what came with it: a mail's subject and date

    def page(self, fetched: datetime) -> Page:
        """The page as if it had been fetched then; `fetched` where nobody knows when that was."""
        return Page(self.url, self.status, self.headers, self.body, self.captured or fetched, asked=self.url)


@dataclass(frozen=True, slots=True)
class Brought:
    """A capture that is on a topic, read as far as that needs no archive."""

    lead: Lead
    extraction: Extraction
    captured: datetime | None
    topics: tuple[TopicMatch, ...] = ()
    gist: Gist | None = None  # read ahead; counts only for the document that it was read of


UNSWEPT = "keys of removed"
"""The checkpoint that says of how many removed articles the keys are still there."""


@dataclass(frozen=True, slots=True)
class Aged:
    """A stored article that has grown old, and when it was found."""

    article: int
    found: datetime


@dataclass(frozen=True, slots=True)
class Load:
    """What a unit of captures brought: those on a topic, and how the others ended."""

    unit: Unit
    brought: tuple[Brought, ...] = ()
    counts: Mapping[Outcome, int] = field(default_factory=dict)  # of captures that are not among `brought`
    documents: int = 0  # captures looked at
    bytes: int = 0  # read, as they lay there
    trouble: Trouble | None = None  # what kept it from being read to its end; what came before that is brought
