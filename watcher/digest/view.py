"""What one reader sees of an edition: their topics, their languages first, some stories in full, the rest as headlines.

A filter and an arrangement, never a loss: every entry of the reader's topics is a story, a headline or known, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from watcher.digest.arranging import Arranger, Line, StoryView
from watcher.digest.select import is_talk
from watcher.digest.wording import shown
from watcher.stories.attribution import outlet_key
from watcher.types import Caution, Edition, Entry, Footer, Kind, MachineWords, Report, Volume

__all__ = ["SHELF", "SHELVES", "Counts", "Line", "Section", "Shelf", "StoryView", "View", "view"]

# The best stories of every section stand before a fuller section's tail: a busy topic never starves a quiet one.
_RESERVED = 2
# What stands on shelves of its own behind the news, in this order, and how many of each; further ones are headlines.
SHELVES: tuple[Kind, ...] = ("release", "paper", "thread")
SHELF = 5


@dataclass(frozen=True, slots=True)
class Section:
    """The stories of one topic, best first."""

    topic: str
    title: str
    stories: tuple[StoryView, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The best releases, papers or threads; `more` of that kind stand among the headlines."""

    kind: Kind
    stories: tuple[StoryView, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What adds up: articles = news + known + folded + mentions, news = told in full + on shelves + headlines."""

    articles: int
    stories: int
    headlines: int
    known: int
    mentions: int
    retold: int
    outlets: int
    languages: int
    folded: int = 0  # further reports of a story that has another already: copies and retellings
    shelved: int = 0

    @property
    def news(self) -> int:
        """The stories that are new, told in full, on a shelf or as a headline."""
        return self.stories + self.shelved + self.headlines


@dataclass(frozen=True, slots=True)
class View:
    """One reader's edition, ready to be rendered in any form."""

    date: date
    schedule: str
    since: datetime
    until: datetime
    made: datetime
    topics: tuple[tuple[str, str], ...]
    reads: tuple[str, ...]
    counts: Counts
    sections: tuple[Section, ...]
    headlines: tuple[StoryView, ...]
    known: tuple[StoryView, ...]
    mentions: tuple[Report, ...]
    footer: Footer
    shelves: tuple[Shelf, ...] = ()
    cautions: tuple[Caution, ...] = ()
    volumes: tuple[Volume, ...] = ()

    @property
    def stories(self) -> tuple[StoryView, ...]:
        """Every story told in full, in the order of the page."""
        return tuple(story for section in self.sections for story in section.stories)

    @property
    def in_full(self) -> tuple[StoryView, ...]:
        """Every story that is more than a headline: those of the sections, then those on shelves."""
        return (*self.stories, *(story for shelf in self.shelves for story in shelf.stories))

    @property
    def is_quiet(self) -> bool:
        """True where nothing is new for this reader; what was known, mentioned or retold is nothing new."""
        return not (self.sections or self.shelves or self.headlines)


def view(
    edition: Edition,
    reads: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
    max_stories: int = 20,
    per_source: int = 3,
) -> View:
    """What a reader of these languages (best first; none: any) and topics (none: all) sees.

    At most `max_stories` are told in full, those the reader can read before the others. Where more want a place, at
    most `per_source` are told in the words of one source; others of the same languages lead instead where there are
    some. What does not fit is a headline.
    """
    wanted = tuple((topic, title) for topic, title in edition.topics if not topics or topic in topics)
    ids = {topic for topic, _ in wanted}
    titles = dict(edition.seeds)
    arranger = Arranger(reads, tuple(topic for topic, _ in wanted), titles)
    entries = [entry for entry in edition.entries if ids.intersection(entry.topics)]
    told, headlines = _share_out(
        [entry for entry in entries if entry.followed or entry.kind not in SHELVES], arranger, max_stories, per_source
    )
    shelves, overflow = _shelved(entries, arranger)
    words = shown(
        (each.lead for each in (*told, *(story for shelf in shelves for story in shelf.stories))),
        edition.machine,
        reads,
    )
    told = _worded(told, words)
    shelves = tuple(replace(shelf, stories=_worded(shelf.stories, words)) for shelf in shelves)
    headlines = tuple(sorted((*headlines, *overflow), key=arranger.by_topic))
    recalled = [arranger.story(entry) for entry in edition.known if not entry.topics or ids & set(entry.topics)]
    known = tuple(sorted(recalled, key=arranger.by_topic))
    mentions = tuple(report for report in edition.mentions if not report.topics or ids & set(report.topics))
    sections = (
        Section(topic, title, tuple(story for story in told if story.topic == topic)) for topic, title in wanted
    )
    return View(
        date=edition.date,
        schedule=edition.schedule,
        since=edition.since,
        until=edition.until,
        made=edition.made,
        topics=wanted,
        reads=reads,
        counts=_counts(told, shelves, headlines, known, mentions, edition.retold),
        sections=tuple(section for section in sections if section.stories),
        headlines=headlines,
        known=known,
        mentions=mentions,
        footer=edition.footer,
        shelves=shelves,
        cautions=tuple(each for each in edition.cautions if each.about != "topic" or each.name in ids),
        volumes=tuple(each for each in edition.volumes if each.topic in ids),
    )


def _worded(stories: Sequence[StoryView], words: Mapping[int, MachineWords]) -> tuple[StoryView, ...]:
    """The same with a machine's words beside their own; those of a summary only where it is the lead's."""

    def worded(story: StoryView) -> StoryView:
        found = words.get(story.lead.article)
        if found is None:
            return story
        return replace(story, machine=found if story.quoted is story.lead else replace(found, summary=""))

    return tuple(worded(story) for story in stories)


def _shelved(entries: Sequence[Entry], arranger: Arranger) -> tuple[tuple[Shelf, ...], list[StoryView]]:
    """The shelves that hold anything, what the reader can read first; and what found no room on them."""
    shelves: list[Shelf] = []
    overflow: list[StoryView] = []
    for kind in SHELVES:
        own = [entry for entry in entries if entry.kind == kind and not entry.followed]
        stories = [arranger.story(entry) for entry in sorted(own, key=lambda entry: not arranger.readable(entry))]
        if stories:
            shelves.append(Shelf(kind, tuple(stories[:SHELF]), len(stories[SHELF:])))
            overflow += stories[SHELF:]
    return tuple(shelves), overflow


def _share_out(
    entries: Sequence[Entry], arranger: Arranger, max_stories: int, per_source: int
) -> tuple[tuple[StoryView, ...], tuple[StoryView, ...]]:
    """Which stories are told in full, and which are headlines: what is followed first, then what happened, of these
    first what the reader can read.

    A source that has led its share waits until the others of the same rank have had their turn, and comes before what
    ranks behind: often one agency alone has the news in a language that the reader reads. Told stories stand in the
    edition's order, headlines by topic.
    """

    def turn(entry: Entry) -> tuple[bool, bool, bool]:
        return not entry.followed, entry.aside, not arranger.readable(entry)

    ranks = sorted(range(len(entries)), key=lambda rank: (*turn(entries[rank]), rank))
    led: Counter[str] = Counter()
    told: dict[int, StoryView] = {}
    for _, places in groupby(_turns(entries, ranks, arranger), key=lambda place: turn(entries[ranks[place]])):
        waiting = list(places)
        for most in (per_source, len(entries)):
            for place in (each for each in waiting if each not in told):
                if len(told) >= max_stories:
                    break
                spent = {source for source, count in led.items() if count >= most}
                lead = arranger.lead(entries[ranks[place]], spent)
                if lead is not None:
                    led[lead.source] += 1
                    told[place] = arranger.story(entries[ranks[place]], lead)
    rest = [arranger.story(entries[rank]) for place, rank in enumerate(ranks) if place not in told]
    return tuple(told[place] for place in sorted(told)), tuple(sorted(rest, key=arranger.by_topic))


def _turns(entries: Sequence[Entry], ranks: Sequence[int], arranger: Arranger) -> list[int]:
    """Places of `ranks` in the order in which they are told: of every rank the best of each topic first."""
    placed: Counter[str] = Counter()
    turns: list[tuple[bool, bool, bool, bool, int]] = []
    for place, rank in enumerate(ranks):
        entry = entries[rank]
        topic = arranger.topic(entry)
        readable = arranger.readable(entry)
        turns.append((not entry.followed, entry.aside, not readable, placed[topic] >= _RESERVED, place))
        placed[topic] += 1
    return [place for *_, place in sorted(turns)]


def _counts(
    told: Sequence[StoryView],
    shelves: Sequence[Shelf],
    headlines: Sequence[StoryView],
    known: Sequence[StoryView],
    mentions: Sequence[Report],
    retold: int,
) -> Counts:
    shelved = [story for shelf in shelves for story in shelf.stories]
    stories = (*told, *shelved, *headlines, *known)
    shown = [report for story in stories for report in story.reports] + list(mentions)
    reports = [report for report in shown if not report.told]
    return Counts(
        articles=len(reports),
        folded=len(reports) - len(mentions) - len(stories),
        stories=len(told),
        headlines=len(headlines),
        known=len(known),
        mentions=len(mentions),
        retold=retold,
        outlets=len({outlet_key(report.outlet) for report in reports if not is_talk(report.role)}),
        languages=len({report.language for report in reports}),
        shelved=len(shelved),
    )
