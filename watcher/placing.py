"""Puts articles into stories, and says again where they belong when something earlier turns up or somebody corrects.

Nothing is decided here: `stories.cluster` decides, from what the writer knows of an article's neighbourhood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.ports import Judge, Nearest, Writer
from watcher.stories.cluster import Clusters, Rules, named, replay
from watcher.types import TELLS, Correction, Document, Key, Likeness, Match, Neighbourhood, Placement, Seed

NEAREST = 30  # by meaning, on each side of an article in time
ALIKE = 0.3
"""The cosine from which two articles are looked at at all. Of the pairs of one story in five labelled sets, in many
languages, 0.04 to 2.9 % lie below it (at .4: 1 to 13 %); of other pairs, half on one subject, one in thirty on many."""
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Articles that somebody takes out of their story: it goes on without them, and they are news again.

    With `hidden`, what leaves is news only if no edition told it: it may have been told before it was merged. `before`
    names the stories that articles were in before somebody said what is taken back now: they go on as these again.
    """

    articles: frozenset[str]
    when: datetime
    hidden: bool = False
    before: Mapping[str, str] = field(default_factory=dict)


def alike(index: Nearest, whole: bytes, since: datetime, until: datetime) -> list[int]:
    """The articles nearest by meaning, from `since` to `until`, both included; nearest first."""
    found = index.nearest(whole, since, until + _MOMENT, NEAREST) if whole else ()
    return [article for article, cosine in found if cosine >= ALIKE]


def alike_around(index: Nearest, judge: Judge, rules: Rules, own: Document) -> tuple[int, ...]:
    """The articles nearest by meaning on both sides of an article in time, within the window."""
    whole = judge.whole(own)
    if own.published is None:  # articles of the archive have their effective date
        return ()
    spans = ((own.published - rules.window, own.published), (own.published, own.published + rules.window))
    return tuple(dict.fromkeys(article for span in spans for article in alike(index, whole, *span)))


def likeness(article: str, match: Match) -> Likeness:
    """A match as grouping needs it."""
    return Likeness(article, match.id, match.relation, match.score, match.evidence.cut, match.evidence.conflicts)


def judged_later(judge: Judge, document: Document, article: str, later: Iterable[Document]) -> tuple[Likeness, ...]:
    """What articles that come later in the order are to one that turned up after them."""
    earlier = replace(document, id=article)
    return tuple(likeness(other.id, judge.compare(other, earlier)) for other in later)


def place(writer: Writer, judge: Judge, rules: Rules, article: int, document: Document) -> None:
    """Puts a stored article into its story; what belongs after it is placed anew."""
    near = writer.neighbourhood([article])
    newest = near.points[-1].id == str(article)
    documents = {str(article): document}
    if newest or not near.whole:
        _place_last(writer, judge, rules, near, str(article), documents)
    else:
        _replace(writer, judge, rules, near, documents)


def place_again(
    writer: Writer, judge: Judge, rules: Rules, articles: Sequence[int], leaving: Leaving | None = None
) -> None:
    """Places these articles and all that are like them anew: after a correction, or a verdict that came late."""
    _replace(writer, judge, rules, writer.neighbourhood(articles), {}, leaving)


@dataclass(frozen=True, slots=True)
class Again:
    """A stored article to be judged again: with its vectors, its keys, and whom it is near to."""

    document: Document
    keys: Sequence[Key]
    near: Sequence[int]


def judge_again(writer: Writer, judge: Judge, seeds: Sequence[Seed], rules: Rules, again: Again) -> None:
    """A new verdict on a stored article, and the story it belongs to now.

    It is held against all it shares keys with, is near to, or was held against before. Those that come later are held
    against it.
    """
    own, number = again.document, int(again.document.id)
    before = writer.liked(number)
    found = {int(each.id): each for each in writer.candidates(again.keys, besides=number)}
    others = [each for each in (*again.near, *before) if each not in found and each != number]
    found |= {int(each.id): each for each in writer.documents(list(dict.fromkeys(others)))}
    earlier, later = parted(writer, own, list(found.values()))
    verdict = judge.verdict(own, seeds, earlier)
    writer.rejudge(number, again.keys, verdict, own.facts)
    said = judged_later(judge, own, own.id, later)
    kept = [each for each in said if each.relation in TELLS or int(each.article) in before]
    writer.liken(kept)
    if before or kept or (verdict.earlier is not None and verdict.earlier.relation in TELLS):
        near = writer.neighbourhood([number])
        if near.whole:
            _replace(writer, judge, rules, near, {own.id: own})
        else:  # beyond the bound nothing is torn apart
            _place_last(writer, judge, rules, near, own.id, {own.id: own})


def parted(writer: Writer, own: Document, others: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """Articles that come before an article in the order of stories, and those that come after it."""
    if not others:  # most articles: nothing to ask the store for
        return [], []
    mine = (own.published, own.url or "")
    points = writer.points([int(each.id) for each in others])
    before = {point.id for point in points if (point.moment, point.url) < mine}
    earlier = [each for each in others if each.id in before]
    return earlier, [each for each in others if each.id not in before]


def heed(writer: Writer, judge: Judge, rules: Rules, said: Correction) -> None:
    """Places the articles of a correction anew. What it splits off a told story is brought up by the next edition."""
    leaving = Leaving(frozenset(said.together[0]), said.made) if said.kind == "split" else None
    place_again(writer, judge, rules, articles_of(said), leaving)


def articles_of(said: Correction) -> list[int]:
    """Every article a correction speaks of."""
    groups = [*said.together, *(group for pair in said.apart for group in pair)]
    return sorted({int(article) for group in groups for article in group})


def _place_last(
    writer: Writer, judge: Judge, rules: Rules, near: Neighbourhood, article: str, documents: dict[str, Document]
) -> None:
    """Decides about one article and leaves all others where they are."""
    asked = _Asked(writer, judge, near, documents)
    clusters = Clusters(asked, rules, near.corrections)
    for point in near.points:
        if point.id != article:
            clusters.adopt(point, near.strands[point.id], near.relations[point.id])
    (own,) = (point for point in near.points if point.id == article)
    placement = clusters.place(own, asked.about(article))
    writer.liken(asked.new)
    match = placement.by.other if placement.by else None
    if match is None:
        now = near.stories[article]
        alone = list(near.stories.values()).count(now) == 1
        writer.regroup((placement,), {now if alone else "new": [article]})
    else:
        # By the store's own names: beyond the bound, others of the strand and the story are not seen here.
        placement = replace(placement, strand=near.strands[match])
        writer.regroup((placement,), {near.stories[match]: [match, article]})


def _replace(
    writer: Writer,
    judge: Judge,
    rules: Rules,
    near: Neighbourhood,
    documents: dict[str, Document],
    leaving: Leaving | None = None,
) -> None:
    asked = _Asked(writer, judge, near, documents)
    found = {point.id: asked.of(point.id) for point in near.points}
    clusters, placements = replay(near.points, found, asked, rules, near.corrections)
    _keep(writer, near, clusters, placements, asked, leaving)


def _keep(
    writer: Writer,
    near: Neighbourhood,
    clusters: Clusters,
    placements: Sequence[Placement],
    asked: _Asked,
    leaving: Leaving | None = None,
) -> None:
    groups = clusters.stories()
    gone = leaving.articles if leaving else frozenset()
    staying = {article: story for article, story in near.stories.items() if article not in gone}
    if leaving:
        staying |= {article: story for article, story in leaving.before.items() if article in staying}
    names = named(groups, staying)
    writer.liken(asked.new)
    stories = {names[root] or f"new {root}": articles for root, articles in groups.items()}
    if leaving:
        writer.regroup(placements, stories, leaving.when, leaving.hidden)
    else:
        writer.regroup(placements, stories)


class _Asked:
    """Comparisons within a neighbourhood: those that are stored, and the few that grouping asks for beyond them."""

    def __init__(self, writer: Writer, judge: Judge, near: Neighbourhood, documents: dict[str, Document]) -> None:
        self._writer, self._judge, self._documents = writer, judge, documents
        self._order = {point.id: point.order for point in near.points}
        self._known = {(each.article, each.other): each for each in near.likenesses}
        self._of: Mapping[str, list[Likeness]] = _by_later(near.likenesses, self._order)
        self.new: list[Likeness] = []

    def of(self, article: str) -> Sequence[Likeness]:
        """What an article is to those before it."""
        return self._of.get(article, ())

    def about(self, article: str) -> Sequence[Likeness]:
        """What an article is to all others: beyond the bound, one that turned up late joins those that come after."""
        later = {each.article: _turned(each) for each in self._known.values() if each.other == article}
        return list((later | {each.other: each for each in self.of(article)}).values())

    def __call__(self, article: str, other: str) -> Likeness:
        stored = self._known.get((article, other))
        if stored is None:
            stored = likeness(article, self._judge.compare(self._document(article), self._document(other)))
            self._known[article, other] = stored
            self.new.append(stored)
        return stored

    def _document(self, article: str) -> Document:
        if article not in self._documents:
            (self._documents[article],) = self._writer.documents([int(article)])
        return self._documents[article]


def _turned(each: Likeness) -> Likeness:
    """The same likeness, seen from the other side."""
    return Likeness(each.other, each.article, each.relation, each.score, each.cut, each.conflicts)


def _by_later(
    likenesses: Iterable[Likeness], order: Mapping[str, tuple[datetime, str, str]]
) -> dict[str, list[Likeness]]:
    """Likenesses by the later of the two: who belongs before whom may have been unknown when they were compared."""
    found: defaultdict[str, dict[str, Likeness]] = defaultdict(dict)
    for each in likenesses:
        if order[each.article] > order[each.other]:
            found[each.article][each.other] = each
        else:
            found[each.other].setdefault(each.article, _turned(each))
    return {article: list(others.values()) for article, others in found.items()}
