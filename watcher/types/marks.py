"""What somebody said by hand about what they want to read: less of this, more of this, I know this, keep this.

Corrections (`types.Correction`) say what belongs together; marks say what of it is to be shown. Both stick.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MarkKind = Literal["mute", "follow", "known", "off-topic", "saved", "hide"]
"""Mute: no more of this story. Follow: every news in it, first. Known: I know this already. Off-topic: not about this
topic. Saved: kept, with a note. Hide: articles of an outlet, or with a phrase, are found and not shown."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing somebody said. It speaks of a story by the articles that the story had then, or of an outlet or phrase.

    `topic` is what a story is not about (off-topic), or within what alone something is hidden; `source` likewise.
    """

    id: int
    kind: MarkKind
    made: datetime
    articles: tuple[int, ...] = ()  # the story's when it was said, the first report first
    outlet: str = ""
    phrase: str = ""
    topic: str = ""
    source: str = ""
    note: str = ""
    until: datetime | None = None  # None: until it is taken back
    undone: datetime | None = None  # taken back: it stays in the list

    @property
    def ended(self) -> datetime | None:
        """When it has no effect any more: taken back, or at its date; None: it holds until somebody takes it back."""
        return min((each for each in (self.until, self.undone) if each is not None), default=None)

    def holds(self, moment: datetime) -> bool:
        return self.ended is None or self.ended > moment


@dataclass(frozen=True, slots=True)
class Member:
    """An article as a mark knows it: the story it is in now, when it was found, where it stands."""

    article: int
    story: str
    found: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """An article in a list of marks."""

    article: int
    story: str
    title: str
    url: str
    outlet: str
    language: str
    published: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """What a mark did to one edition: the articles it kept out of it, or (follow) brought."""

    mark: int
    kind: MarkKind
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """What a mark did to all editions so far."""

    articles: int = 0
    stories: int = 0


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A feed somebody reads in a program of their own, under an address that can be taken back.

    Its address is signed with the archive's secret over `id`; `feed` is what it carries ("editions", "stories",
    "topic:ascend", "saved"), `form` how.
    """

    id: int
    feed: str
    form: Literal["atom", "json"]
    made: datetime
    name: str = ""  # what it is for, in the owner's words
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class SavedArticle:
    """One article of a story that was saved, as a list shows it."""

    article: int
    url: str
    title: str
    outlet: str
    language: str


@dataclass(frozen=True, slots=True)
class SavedStory:
    """A story that was saved: what was said of it, and its articles as they were then, the first report first."""

    mark: Mark
    articles: tuple[SavedArticle, ...]
