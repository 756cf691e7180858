"""One story as one reader gets it: led by the report they can read best, the others in lines below it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from watcher.digest.select import is_talk
from watcher.stories.attribution import outlet_key
from watcher.types import Difference, Entry, Kind, MachineWords, Quote, Relation, Report, Shared, Sourcing, Status


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
    kind: Kind = "news"
    aside: bool = False  # no event: stands behind what happened
    followed: bool = False  # by hand
    machine: MachineWords | None = None  # the lead's words in a language that the reader reads, where it is in none

    @property
    def explained(self) -> bool:
        """True where a reader may wonder why these are one story: across languages, or hardly above the cut."""
        languages = {report.language for report in self.reports if report.relation is not Relation.COPY}
        return self.unsure is not None or len(languages) > 1


@dataclass(frozen=True, slots=True)
class Arranger:
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
                report.aside,
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
            kind=entry.kind,
            aside=entry.aside,
            followed=entry.followed,
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
