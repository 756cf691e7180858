"""What one reader sees of an edition: their topics, their languages first, some stories in full, the rest as headlines.

A filter and an arrangement, never a loss: every entry of the reader's topics is a story, a headline or known, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from watcher.digest.select import is_talk
from watcher.stories.attribution import outlet_key
from watcher.types import Difference, Edition, Entry, Footer, Quote, Relation, Report, Shared, Sourcing, Status

# The best stories of every section stand before a fuller section's tail: a busy topic never starves a quiet one.
_RESERVED = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One report, with those that carry the same text."""

    report: Report
    copies: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryView:
    """One story as a reader gets it: led by the report they can read best, the others in lines below it."""

    id: str
    status: Status
    topic: str  # of the section it stands in; empty for a known story that is about none
    chips: tuple[str, ...]  # its other topics
    lead: Report
    summary: tuple[str, ...]
    quoted: Report | None  # whose sentences the summary is made of
    first: Report | None  # the first report of an outlet; None where only forums and aggregators have it
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    copies: tuple[Report, ...]  # of the lead
    also: tuple[Line, ...]
    talk: tuple[Report, ...]  # forums and aggregators
    reports: tuple[Report, ...]  # all of them, earliest first
    why: str = ""
    seed: str | None = None
    seed_title: str = ""
    new: tuple[Quote, ...] = ()  # what an update adds to what was told
    parted: bool = False
    sourcing: Sourcing | None = None
    differences: tuple[Difference, ...] = ()
    shared: tuple[Shared, ...] = ()
    unsure: tuple[float, float] | None = None  # score and cut of the report that hardly belongs here

    @property
    def explained(self) -> bool:
        """True where a reader may wonder why these are one story: across languages, or hardly above the cut."""
        languages = {report.language for report in self.reports if report.relation is not Relation.COPY}
        return self.unsure is not None or len(languages) > 1


@dataclass(frozen=True, slots=True)
class Section:
    """The stories of one topic, best first."""

    topic: str
    title: str
    stories: tuple[StoryView, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What adds up: articles = news + known + folded + mentions, news = stories told in full + headlines."""

    articles: int
    stories: int
    headlines: int
    known: int
    mentions: int
    retold: int
    outlets: int
    languages: int
    folded: int = 0  # further reports of a story that has another already: copies and retellings

    @property
    def news(self) -> int:
        """The stories that are new, told in full or as a headline."""
        return self.stories + self.headlines


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

    @property
    def stories(self) -> tuple[StoryView, ...]:
        """Every story told in full, in the order of the page."""
        return tuple(story for section in self.sections for story in section.stories)


def view(
    edition: Edition,
    reads: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
    max_stories: int = 20,
    per_source: int = 3,
) -> View:
    """What a reader of these languages (best first; none: any) and topics (none: all) sees.

    At most `max_stories` are told in full, those the reader can read before the others, at most `per_source` of them in
    the words of one source; others of the same languages lead instead where there are some. What does not fit is a
    headline.
    """
    wanted = tuple((topic, title) for topic, title in edition.topics if not topics or topic in topics)
    ids = {topic for topic, _ in wanted}
    titles = dict(edition.seeds)
    arranger = _Arranger(reads, tuple(topic for topic, _ in wanted), titles)
    entries = [entry for entry in edition.entries if ids.intersection(entry.topics)]
    told, headlines = _share_out(entries, arranger, max_stories, per_source)
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
        counts=_counts(told, headlines, known, mentions, edition.retold),
        sections=tuple(section for section in sections if section.stories),
        headlines=headlines,
        known=known,
        mentions=mentions,
        footer=edition.footer,
    )


def _share_out(
    entries: Sequence[Entry], arranger: _Arranger, max_stories: int, per_source: int
) -> tuple[tuple[StoryView, ...], tuple[StoryView, ...]]:
    """Which stories are told in full, and which are headlines: those the reader can read first, in both.

    Told stories stand in the edition's order, headlines by topic.
    """
    ranks = sorted(range(len(entries)), key=lambda rank: (not arranger.readable(entries[rank]), rank))
    placed: Counter[str] = Counter()
    turns: list[tuple[bool, bool, int]] = []
    for place, rank in enumerate(ranks):
        topic = arranger.topic(entries[rank])
        turns.append((not arranger.readable(entries[rank]), placed[topic] >= _RESERVED, place))
        placed[topic] += 1
    led: Counter[str] = Counter()
    told: dict[int, StoryView] = {}
    for _, _, place in sorted(turns):
        if len(told) >= max_stories:
            break
        spent = {source for source, count in led.items() if count >= per_source}
        lead = arranger.lead(entries[ranks[place]], spent)
        if lead is not None:
            led[lead.source] += 1
            told[place] = arranger.story(entries[ranks[place]], lead)
    rest = [arranger.story(entries[rank]) for place, rank in enumerate(ranks) if place not in told]
    return tuple(told[place] for place in sorted(told)), tuple(sorted(rest, key=arranger.by_topic))


@dataclass(frozen=True, slots=True)
class _Arranger:
    """Arranges entries for one reader."""

    reads: tuple[str, ...]
    topics: Sequence[str]  # in the order of the page
    seeds: dict[str, str]

    def topic(self, entry: Entry) -> str:
        return next((topic for topic in entry.topics if topic in self.topics), "")

    def rank(self, report: Report) -> int:
        """The place of a report's language among those the reader reads; behind the last where it is none of them."""
        return self.reads.index(report.language) if report.language in self.reads else len(self.reads)

    def readable(self, entry: Entry) -> bool:
        """True when some report is in a language of the reader; without any languages everything is."""
        return not self.reads or any(report.language in self.reads for report in entry.reports)

    def by_topic(self, story: StoryView) -> tuple[int, bool]:
        """A headline's place: by topic, within it first what can be read; the edition's order decides the rest."""
        unreadable = bool(self.reads) and story.lead.language not in self.reads
        return self.topics.index(story.topic) if story.topic in self.topics else len(self.topics), unreadable

    def ordered(self, reports: Sequence[Report]) -> list[Report]:
        """Best to read first: readable before not, outlets before forums, full before headline only, the better
        language, own reporting before copies and what names another outlet here, then the earliest. A forum never
        leads where an outlet can be read."""
        there = {outlet_key(report.outlet) for report in reports if not is_talk(report.role)}
        return sorted(
            reports,
            key=lambda report: (
                report.told,  # an update is told by what is new
                bool(self.reads) and report.language not in self.reads,
                is_talk(report.role),
                report.headline_only is not None,
                self.rank(report),
                report.relation is Relation.COPY,
                any(outlet_key(name) in there for name in report.credits),
                report.published,
                report.url,
            ),
        )

    def lead(self, entry: Entry, spent: Collection[str]) -> Report | None:
        """The report that leads, or the next best one that is as readable and not of a spent source; None: none is."""
        ordered = self.ordered(entry.reports)
        if not ordered:
            return None
        readable = ordered[0].language in self.reads
        return next(
            (each for each in ordered if each.source not in spent and (each.language in self.reads) == readable), None
        )

    def story(self, entry: Entry, lead: Report | None = None) -> StoryView:
        ordered = self.ordered(entry.reports)
        lead = lead or ordered[0]
        own = [report for report in entry.reports if not is_talk(report.role)]
        lines = self._lines(own, lead)
        quoted = _quoted(ordered, lead, self.reads)
        topic = self.topic(entry)
        is_said = quoted is not None and any(_says(quote.text, quoted.summary) for quote in entry.new)
        return StoryView(
            id=entry.id,
            status=entry.status,
            topic=topic,
            chips=tuple(each for each in entry.topics if each in self.topics and each != topic),
            lead=lead,
            summary=() if is_said else quoted.summary if quoted else (),
            quoted=None if is_said else quoted,
            first=next((report for report in own if report.article == entry.first), own[0] if own else None),
            outlets=_outlets(own),
            languages=tuple(dict.fromkeys(report.language for report in own or entry.reports)),
            copies=next((line.copies for line in lines if line.report is lead), ()),
            also=tuple(line for line in lines if line.report is not lead and not line.report.told),
            talk=tuple(report for report in entry.reports if is_talk(report.role) and report is not lead),
            reports=entry.reports,
            why=entry.why,
            seed=entry.seed,
            seed_title=self.seeds.get(entry.seed, "") if entry.seed else "",
            new=entry.new,
            parted=entry.parted,
            sourcing=entry.sourcing,
            differences=entry.differences,
            shared=entry.shared,
            unsure=entry.unsure,
        )

    def _lines(self, own: Sequence[Report], lead: Report) -> list[Line]:
        """Reports with their copies folded under them: under the earliest own report in the copy's language."""
        heads: dict[str, Report] = {}
        for report in sorted(own, key=lambda each: (each.relation is Relation.COPY, each is not lead)):
            heads.setdefault(report.language, report)
        folded: dict[int, list[Report]] = {}
        kept: list[Report] = []
        for report in own:
            head = heads[report.language]
            if report.relation is Relation.COPY and report is not head and report is not lead:
                folded.setdefault(head.article, []).append(report)
            else:
                kept.append(report)
        kept.sort(key=lambda report: (self.rank(report), report.published, report.url))
        return [Line(report, tuple(folded.get(report.article, ()))) for report in kept]


def _says(quote: str, summary: Sequence[str]) -> bool:
    """True where a quote is what a summary begins with: it is shown once, as what is new."""
    return bool(summary) and summary[0].rstrip(" .…") in quote


def _outlets(reports: Sequence[Report]) -> tuple[str, ...]:
    """Each outlet once, whether it is called by its name or by its domain."""
    found: dict[str, str] = {}
    for report in reports:
        found.setdefault(outlet_key(report.outlet), report.outlet)
    return tuple(found.values())


def _quoted(ordered: Sequence[Report], lead: Report, reads: Collection[str]) -> Report | None:
    if lead.summary:
        return lead
    readable = lead.language in reads
    return next((each for each in ordered if each.summary and (each.language in reads) == readable), None)


def _counts(
    told: Sequence[StoryView],
    headlines: Sequence[StoryView],
    known: Sequence[StoryView],
    mentions: Sequence[Report],
    retold: int,
) -> Counts:
    shown = [report for story in (*told, *headlines, *known) for report in story.reports] + list(mentions)
    reports = [report for report in shown if not report.told]
    return Counts(
        articles=len(reports),
        folded=len(reports) - len(mentions) - len(told) - len(headlines) - len(known),
        stories=len(told),
        headlines=len(headlines),
        known=len(known),
        mentions=len(mentions),
        retold=retold,
        outlets=len({outlet_key(report.outlet) for report in reports if not is_talk(report.role)}),
        languages=len({report.language for report in reports}),
    )
