"""From likenesses to stories, without chains: that A is like B and B like C does not make A tell what C tells.

Articles are placed one after the other, by effective date, then canonical address; an article only ever joins what is
earlier. A copy joins its original's story. A retelling joins the story of its best match if it fits the story as a
whole: it is held against the first report, against that match and a few more, and must be like most of them.

Stories have two levels. A *strand* is what was grouped by likeness; a story is one strand, or several that somebody
put together by hand. Fitting is asked within a strand: what was merged by hand need not resemble itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.types import TELLS, Correction, Likeness, Placement, Point, Refusal, Relation

Compare = Callable[[str, str], Likeness]
"""Holds a later article (by id) against an earlier one."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What grouping is asked for. `retellings` off: only copies are grouped.

    A judge's score is the chance of being right, its cut where it says yes. The mean over a story's members may fall
    somewhat below that cut, since one short or odd member must not keep everybody out; the first report alone may be
    less like the newcomer, but an unlike first report is how a chain begins.
    """

    window: timedelta = timedelta(days=10)  # how far back a retelling's match may lie
    retellings: bool = True
    mean: float = 0.8  # of the cut, asked of the mean over the members compared
    first: float = 0.5  # of the cut, asked of the first report
    most: int = 5  # members compared: the first report, the match, the earliest others


CAREFUL = Rules(mean=1.0, first=0.8)


class Clusters:
    """Articles placed so far. `compare` is asked for pairs that nobody has compared yet, a bounded number for each."""

    def __init__(self, compare: Compare, rules: Rules | None = None, corrections: Iterable[Correction] = ()) -> None:
        self._compare = compare
        self._rules = rules or Rules()
        self._points: dict[str, Point] = {}
        self._copies: set[str] = set()
        self._strand: dict[str, str] = {}  # of an article: the first article of its strand
        self._adopted: dict[str, str] = {}  # by the name it came with: the first article of a strand
        self._members: defaultdict[str, list[str]] = defaultdict(list)  # of a strand, in the order they came
        self._story: dict[str, str] = {}  # of a strand: the strand whose story it is part of
        self._strands: defaultdict[str, list[str]] = defaultdict(list)  # of a story
        self._together, self._apart = constraints(corrections)

    def adopt(self, point: Point, strand: str, relation: Relation) -> None:
        """Takes an article as it was placed before. Those of one strand come in their order."""
        self._put(point, self._adopted.setdefault(strand, point.id), relation)

    def place(self, point: Point, found: Iterable[Likeness]) -> Placement:
        """Decides where an article belongs. `found` holds its likenesses with articles placed before; others pass."""
        known = {each.other: each for each in found if each.other in self._strand}
        tells = sorted((each for each in known.values() if each.relation in TELLS), key=self._best_first)
        refused: dict[str, Refusal] = {}
        for match in tells:
            strand = self._strand[match.other]
            if strand in refused and match.relation is not Relation.COPY:
                continue
            why = self._refusal(point, match, strand, known)
            if why is None:
                return self._joined(point, match, strand, tuple(refused.values()))
            refused.setdefault(strand, why)
        self._put(point, point.id, Relation.NEW)
        return Placement(point.id, point.id, Relation.NEW, None, tuple(refused.values()))

    def story(self, article: str) -> str:
        """The name of an article's story: the id of the first article of its first strand."""
        return self._story[self._strand[article]]

    def stories(self) -> dict[str, list[str]]:
        """Every story with its articles."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for article in self._points:
            found[self.story(article)].append(article)
        return dict(found)

    def _best_first(self, match: Likeness) -> tuple[bool, float, tuple[datetime, str, str]]:
        return match.relation is not Relation.COPY, -round(match.score, 4), self._points[match.other].order

    def _joined(self, point: Point, match: Likeness, strand: str, refused: tuple[Refusal, ...]) -> Placement:
        self._put(point, strand, match.relation)
        return Placement(point.id, strand, match.relation, match, refused)

    def _put(self, point: Point, strand: str, relation: Relation) -> None:
        self._points[point.id] = point
        self._strand[point.id] = strand
        self._members[strand].append(point.id)
        if relation is Relation.COPY:
            self._copies.add(point.id)
        if strand not in self._story:
            self._story[strand] = strand
            self._strands[strand].append(strand)
        for partner in sorted(self._together.get(point.id, ())):
            if partner in self._strand:
                self._unite(point.id, partner)

    def _unite(self, one: str, other: str) -> None:
        """Two stories become one under the earlier name; not where somebody holds two of their articles apart."""
        a, b = self.story(one), self.story(other)
        if a == b or any(self._kept_apart(article, b) for article in self._articles(a)):
            return
        kept, gone = sorted((a, b), key=lambda story: self._points[story].order)
        for strand in self._strands.pop(gone):
            self._story[strand] = kept
            self._strands[kept].append(strand)

    def _articles(self, story: str) -> list[str]:
        return [article for strand in self._strands[story] for article in self._members[strand]]

    def _kept_apart(self, article: str, story: str) -> bool:
        others = self._apart.get(article, ())
        return any(self.story(other) == story for other in others if other in self._strand)

    def _refusal(self, point: Point, match: Likeness, strand: str, known: Mapping[str, Likeness]) -> Refusal | None:
        """Why an article does not join the strand of a match; None when it does."""
        if self._kept_apart(point.id, self._story[strand]):
            return _refused(match, "kept apart by hand")
        if match.relation is Relation.COPY:
            return None
        if not self._rules.retellings:
            return _refused(match, "only copies are grouped")
        if abs(point.moment - self._points[match.other].moment) > self._rules.window:
            return _refused(match, f"more than {self._rules.window.days} days lie between them")
        return self._misfit(point, match, strand, known)

    def _misfit(self, point: Point, match: Likeness, strand: str, known: Mapping[str, Likeness]) -> Refusal | None:
        sample = [known.get(other) or self._compare(point.id, other) for other in self._sample(strand, match.other)]
        for each in sample:
            if each.vetoed:
                return _refused(each, "facts contradict each other")
        rules, cut = self._rules, match.cut
        first = sample[0]
        if first.score < rules.first * cut and first.relation is not Relation.COPY:
            return _refused(first, "unlike the story's first report")
        if sum(each.relation in TELLS for each in sample) * 2 < len(sample):
            return _refused(first, "unlike most of the story")
        if sum(each.score for each in sample) / len(sample) < rules.mean * cut:
            return _refused(first, "too little like the story as a whole")
        return None

    def _sample(self, strand: str, match: str) -> list[str]:
        """The first report, the match, then the earliest that are no copies: they would say nothing of their own."""
        members = self._members[strand]
        others = (member for member in members if member not in self._copies)
        return list(dict.fromkeys((members[0], match, *others)))[: self._rules.most]


def constraints(corrections: Iterable[Correction]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What somebody said by hand, as pairs: together, apart. Of two words on one pair the later counts."""
    together: defaultdict[str, set[str]] = defaultdict(set)
    apart: defaultdict[str, set[str]] = defaultdict(set)
    for correction in sorted(corrections, key=lambda each: each.id):
        for group in correction.together:
            for one, other in zip(group[:1] * len(group), group[1:], strict=False):
                _say(one, other, together, apart)
        for left, right in correction.apart:
            for one in left:
                for other in right:
                    _say(one, other, apart, together)
    return dict(together), dict(apart)


def _say(one: str, other: str, so: Mapping[str, set[str]], not_so: Mapping[str, set[str]]) -> None:
    for a, b in ((one, other), (other, one)):
        so[a].add(b)
        not_so[a].discard(b)


def _refused(match: Likeness, why: str) -> Refusal:
    return Refusal(match.other, match.relation, match.score, why, match.conflicts)


def replay(
    points: Sequence[Point],
    likenesses: Mapping[str, Collection[Likeness]],
    compare: Compare,
    rules: Rules | None = None,
    corrections: Iterable[Correction] = (),
) -> tuple[Clusters, tuple[Placement, ...]]:
    """Places every article anew: a function of the set of points, whatever their order, and of the corrections."""
    clusters = Clusters(compare, rules, corrections)
    ordered = sorted(points, key=lambda point: point.order)
    return clusters, tuple(clusters.place(point, likenesses.get(point.id, ())) for point in ordered)


def named(groups: Mapping[str, Sequence[str]], before: Mapping[str, str]) -> dict[str, str | None]:
    """Which story of before each group goes on as: the one it shares most articles with; None: it is a new one.

    A story goes on as one group at most, and the older (lower) name wins a tie.
    """
    shared = Counter(
        (group, before[article]) for group, articles in groups.items() for article in articles if article in before
    )
    names: dict[str, str | None] = dict.fromkeys(groups)
    taken: set[str] = set()
    for group, story in sorted(shared, key=lambda pair: (-shared[pair], _age(pair[1]), _age(pair[0]))):
        if names[group] is None and story not in taken:
            names[group] = story
            taken.add(story)
    return names


def _age(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (0, name)
