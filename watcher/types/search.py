"""What somebody looks for in the archive, and what of it is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from watcher.types.articles import HeadlineOnly
from watcher.types.stories import Passage

SearchOrder = Literal["newest", "relevance"]

MOST_COUNTED = 1_000
"""Hits are counted, and weighed against one another, up to this many of the newest."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something that must stand in an article: a word, or a phrase whose words stand next to one another.

    `runs` are what the tokeniser makes of it (`text.words`); `begins`: the last of them only has to begin so.
    """

    runs: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. All terms must be found and none of `without`; of topics, languages and so on any one.

    Nothing at all finds everything; something typed that nothing can be looked for in (`is_void`) finds nothing.
    `text` is what was typed, `ignored` what of it could not be understood.
    """

    text: str = ""
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    outlets: tuple[Term, ...] = ()  # words of an outlet's name
    sources: tuple[str, ...] = ()  # their ids
    since: datetime | None = None  # an article's effective date
    until: datetime | None = None  # not included
    order: SearchOrder = "newest"
    ignored: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where nothing is asked for."""
        found = (self.terms, self.without, self.topics, self.languages, self.outlets, self.sources)
        return not any(found) and self.since is None and self.until is None

    @property
    def is_void(self) -> bool:
        """True where something was typed and nothing of it can be looked for: signs alone, a date that is none."""
        return self.is_empty and bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One article that was found, without its text: a piece of it, and where the words stand in title and piece."""

    id: int
    story: str
    url: str
    title: str
    outlet: str
    source: str
    language: str
    date: datetime  # the one it counts for: published where that can be believed, else found
    found: datetime
    published: datetime | None = None
    topics: tuple[str, ...] = ()  # it is about
    headline_only: HeadlineOnly | None = None
    score: float = 0.0  # the higher the better; 0 where hits are ordered by time alone
    excerpt: str = ""  # of its text, as it stands there
    starts: int = 0  # where in the text the excerpt begins
    title_marks: tuple[Passage, ...] = ()
    excerpt_marks: tuple[Passage, ...] = ()  # offsets into the excerpt


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of what was found, and how much there is.

    `total` is exact unless `more`: then there are more than MOST_COUNTED. `next` asks for the page after this one.
    `waiting` articles are stored and not in the index yet: the daemon puts them there.
    """

    query: SearchQuery
    hits: tuple[SearchHit, ...] = ()
    total: int = 0
    more: bool = False
    next: str | None = None
    waiting: int = 0
