"""What was read: extractions, articles, and the topics they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from watcher.types.sources import UNKNOWN_LANGUAGE, Role

DateFrom = Literal["page", "feed", "found"]
TextFrom = Literal["page", "feed"]
HeadlineOnly = Literal[
    "paywall",
    "consent-wall",
    "forbidden",
    "robots",
    "unreachable",
    "unreadable",
    "not-an-article",
    "too-short",
    "feed-only",
]


# Where a claimed date is no longer believed: what is found is published, and what counts as news is new.
_AHEAD, _BACK = timedelta(hours=24), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the extractor made of one page. Empty strings and None where the page says nothing."""

    outcome: Literal["article", "not-an-article", "too-short", "unreadable"]
    url: str | None = None  # canonical, if the page names one
    title: str = ""
    text: str = ""
    published: datetime | None = None
    language: str = UNKNOWN_LANGUAGE
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    wall: Literal["paywall", "consent-wall"] | None = None
    links: tuple[str, ...] = ()  # to other sites, each a paragraph of its own: what a thread is about


@dataclass(frozen=True, slots=True)
class Article:
    """What we read: text and where each claim about it came from; or a headline alone, with the reason."""

    url: str  # canonical
    title: str
    text: str
    source: str
    outlet: str
    language: str
    found: datetime
    published: datetime | None = None
    published_from: DateFrom = "found"
    authors: tuple[str, ...] = ()
    role: Role = "outlet"
    headline_only: HeadlineOnly | None = None
    told: bool = False  # counts as told already: backfilled, or old when its source was first visited
    text_from: TextFrom = "page"  # whose words the text is: the page's, or the feed's where the page gave none
    captured: datetime | None = None  # when the copy that was read was taken, where it came out of somebody's archive

    @property
    def effective(self) -> datetime:
        """The moment the article counts for: its publication where that can be, else when it was found.

        Fixed with these two, whatever a feed claims later. History (`told`) keeps its date, however old it is; where it
        has none, the moment at which the copy was taken stands for it.
        """
        claimed = self.published
        if claimed is None or claimed > self.found + _AHEAD:
            return self.captured or self.found
        return claimed if self.told or claimed >= self.found - _BACK else self.found


@dataclass(frozen=True, slots=True)
class TopicRule:
    """What the user wrote about one topic: `[topics.ID]` in `config.toml`."""

    id: str
    title: str
    names: tuple[str, ...] = ()  # enough on their own
    weak: tuple[str, ...] = ()  # count only with one of `needs` in the same sentence
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # what looks like a name and is none
    without: tuple[str, ...] = ()  # shipped groups left out: stocks, deals, gaming, reviews


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """One topic found in a text: `about` it or only mentioning it, with the names that matched."""

    topic: str
    about: bool
    score: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassedText:
    """A text that came by, as far as a rule can be tried on it: an article, or the headline of a lead passed over."""

    article: int | None  # its number; None for a lead that was off topic
    url: str
    title: str
    text: str  # of a lead nothing is kept but its headline
    source: str
    language: str
    found: datetime
    published: datetime | None = None
