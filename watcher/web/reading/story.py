"""A story: who told it when, whose reporting it is, what its reports share and differ in, some of them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from watcher.digest.figures import differences, reported, shared
from watcher.digest.reading import Reader, closely, document, first_report, sourcing
from watcher.digest.select import is_talk
from watcher.render import edition_name
from watcher.render.clean import shorten
from watcher.stories.attribution import outlet_key
from watcher.stories.copy import CopySignal
from watcher.stories.facts import compare
from watcher.types import (
    Correction,
    Difference,
    Fact,
    Listed,
    Passage,
    Placement,
    Relation,
    Shared,
    Sourcing,
    StoredArticle,
    Story,
)
from watcher.web.kept import Shelf
from watcher.web.reading.desk import Desk
from watcher.web.reading.lines import Line, best, line_of
from watcher.web.reading.texts import Paragraph, paragraphs

_COLUMNS = 3  # texts side by side; two on a screen of 1,280 pixels, one below the other on a phone
_TEXT = 5_000  # characters of each: two long ones are compared in 15 ms
_FACTS = 8
_UNSURE = 0.1  # a score this close to its cut says so, as in an edition


@dataclass(frozen=True, slots=True)
class Teller:
    """One article in a story's timeline: what it is there, whose words it has, and what put it there."""

    line: Line
    role: str  # first, copy, retelling, talk
    own: str  # own, carried, unclear, or empty where it was not looked at
    credits: tuple[str, ...] = ()  # outlets that it names as the origin of its news
    by: str = ""  # the outlet whose article it was found to be like
    as_copy: bool = False
    score: float = 0.0
    cut: float = 0.0
    by_hand: bool = False
    fresh: bool = False  # no edition told it

    @property
    def unsure(self) -> bool:
        return bool(self.cut) and self.score - self.cut < _UNSURE


@dataclass(frozen=True, slots=True)
class Column:
    """One text beside others: `passages` of it stand in the first one too."""

    teller: Teller
    paragraphs: tuple[Paragraph, ...]
    cut_off: bool
    marked: bool
    shared: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read in a story's texts: worked out once for the same articles."""

    sourcing: Sourcing
    first: int
    shared: tuple[Shared, ...]
    differences: tuple[Difference, ...]
    credits: Mapping[int, tuple[str, ...]]
    closely: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What two texts have in common: passages in the one and in the other, and facts."""

    ours: tuple[Passage, ...]
    theirs: tuple[Passage, ...]
    shared: tuple[Fact, ...]
    conflicts: tuple[Fact, ...]


class Stories:
    """The pages of stories."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reads: Shelf[_Read] = Shelf(128)
        self._beside: Shelf[_Beside] = Shelf(512)
        self._copies = CopySignal()

    def find(self, name: str, of: str) -> Story | None:
        """The story of this name; where `of` names an article of another one, that one: names come and go."""
        story = self._desk.store.whole(name)
        if of.isdecimal() and len(of) < 19 and (story is None or int(of) not in {each.id for each in story.articles}):
            head = self._desk.store.heads([int(of)]).get(int(of))
            moved = self._desk.store.whole(head.story) if head else None
            return moved or story
        return story

    def values(self, story: Story, beside: str) -> dict[str, Any]:
        """What the page of a story shows; `beside` is the article that is to stand beside the first report."""
        desk, articles = self._desk, story.articles
        ids = [each.id for each in articles]
        read = self._reads.get(tuple(ids), lambda: self._read(articles))
        placements = desk.store.placements(ids)
        tellers = {each.id: self._teller(each, story, read, placements) for each in articles}
        told = desk.store.tellings(story.id)
        lead = best(articles, desk.reads)
        return {
            "lead": line_of(lead),
            "tellers": tuple(tellers.values()),
            "first": tellers[read.first].line if len(articles) > 1 else None,
            "outlets": len({outlet_key(each.article.outlet) for each in articles}),
            "languages": tuple(dict.fromkeys(each.article.language for each in articles)),
            "topics": _topics(articles, desk.topics),
            "originals": read.sourcing.originals,
            "unclear": read.sourcing.unclear,
            "shared": read.shared,
            "differences": read.differences,
            "columns": self._columns(story, read, tellers, beside),
            "editions": tuple(self._edition(each) for each in told),
            "history": story.told_in == 0,
            "corrections": tuple(_corrected(each, tellers) for each in desk.store.corrections_on(ids)),
        }

    def _read(self, articles: Sequence[StoredArticle]) -> _Read:
        """What the articles say that an edition would read, too: a few of them, however many there are."""
        texts = self._desk.store.read(closely(articles) | {each.id for each in reported(articles)})
        return _read([texts.get(each.id, each) for each in articles])

    def _teller(self, stored: StoredArticle, story: Story, read: _Read, placements: Mapping[int, Placement]) -> Teller:
        """An article's place; whose reporting it is, as an edition says it."""
        placement = placements.get(stored.id)
        by = placement.by if placement else None
        other = next((each for each in story.articles if by and str(each.id) == by.other), None)
        return Teller(
            line=line_of(stored),
            role=_role(stored, read),
            own=_own(stored, read),
            credits=read.credits.get(stored.id, ())[:3],
            by=other.article.outlet if other else "",
            as_copy=by is not None and by.relation is Relation.COPY,
            score=by.score if by else 0.0,
            cut=by.cut if by else 0.0,
        )

    def _columns(self, story: Story, read: _Read, tellers: Mapping[int, Teller], beside: str) -> tuple[Column, ...]:
        """The first report and a few others, with the passages that stand in several of them."""
        shown = self._beside_first(story, read, beside)
        found = self._desk.store.read(shown)
        passages: dict[int, list[Passage]] = {number: [] for number in shown}
        facts: dict[int, _Beside] = {}
        for one, other in combinations(shown, 2):
            pair = self._compared(found[other], found[one])
            passages[one] += pair.theirs
            passages[other] += pair.ours
            if one == read.first:
                facts[other] = pair
        columns = (self._column(found[number], tellers[number], passages[number]) for number in shown)
        return tuple(
            replace(column, shared=_values(common.shared), conflicts=_values(common.conflicts))
            if (common := facts.get(column.teller.line.id))
            else column
            for column in columns
        )

    def _beside_first(self, story: Story, read: _Read, beside: str) -> list[int]:
        """The first report and the one asked for; else the one to be read, and one in a language that is there."""
        ids = [each.id for each in story.articles]
        if beside.isdecimal() and int(beside) in ids:
            return list(dict.fromkeys([read.first, int(beside)]))
        shown = [read.first, best(story.articles, self._desk.reads).id]
        languages = {each.article.language for each in story.articles if each.id in shown}
        others = [each for each in story.articles if not is_talk(each.article.role)]
        others.sort(key=lambda each: each.article.language not in languages)
        return list(dict.fromkeys([*shown, *(each.id for each in others)]))[:_COLUMNS]

    def _column(self, stored: StoredArticle, teller: Teller, passages: Sequence[Passage]) -> Column:
        text = stored.article.text
        return Column(teller, paragraphs(text, passages, _TEXT), len(text) > _TEXT, bool(passages))

    def _compared(self, ours: StoredArticle, theirs: StoredArticle) -> _Beside:
        """What two articles have in common, as far as both are shown."""

        def look() -> _Beside:
            one, other = (replace(document(each), text=each.article.text[:_TEXT]) for each in (ours, theirs))
            reader = Reader()
            facts = compare(reader.facts(ours), reader.facts(theirs))
            return _Beside(
                self._copies.score(one, other).passages,
                self._copies.score(other, one).passages,
                facts.shared,
                facts.conflicts,
            )

        return self._beside.get((ours.id, theirs.id), look)

    def _edition(self, listed: Listed) -> tuple[str, Any]:
        main = self._desk.site.press.main_schedule
        return edition_name(listed.date, None if listed.schedule == main else listed.schedule), listed.date


def _read(articles: Sequence[StoredArticle]) -> _Read:
    reader = Reader()
    found = sourcing(articles, reader)
    first = first_report(articles, reader, found) or articles[0].id
    near = closely(articles)
    credits = {each.id: reader.credits(each) for each in articles if each.id in near}
    return _Read(found, first, shared(articles, reader), differences(articles, reader), credits, near)


def _role(stored: StoredArticle, read: _Read) -> str:
    if stored.id == read.first:
        return "first"
    if is_talk(stored.article.role):
        return "talk"
    return "copy" if stored.relation is Relation.COPY else "retelling"


def _own(stored: StoredArticle, read: _Read) -> str:
    """Whose reporting an article is: its outlet's own, another's, or nobody can tell."""
    key = outlet_key(stored.article.outlet)
    if is_talk(stored.article.role):
        return ""
    if stored.relation is Relation.COPY or read.credits.get(stored.id):
        return "carried"
    if stored.id not in read.closely:
        return ""
    if key in {outlet_key(name) for name in read.sourcing.originals}:
        return "own"
    return "unclear" if key in {outlet_key(name) for name in read.sourcing.unclear} else "carried"


def _topics(articles: Sequence[StoredArticle], titles: Mapping[str, str]) -> tuple[str, ...]:
    about = dict.fromkeys(match.topic for each in articles for match in each.topics if match.about)
    return tuple(titles.get(topic, topic) for topic in about)


def _values(facts: Sequence[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shorten(fact.value, 60) for fact in facts))[:_FACTS]


def _corrected(correction: Correction, tellers: Mapping[int, Teller]) -> tuple[str, Any, tuple[str, ...]]:
    """What was corrected by hand and when; the outlets here that it names."""
    named = [number for group in correction.together for number in group]
    named += [number for pair in correction.apart for group in pair for number in group]
    here = dict.fromkeys(tellers[int(each)].line.outlet for each in named if int(each) in tellers)
    return correction.kind, correction.made, tuple(here)[:_FACTS]
