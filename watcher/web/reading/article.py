"""One article: its text as it was stored, and everything that was decided about it, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher.digest.reading import Reader
from watcher.render.clean import shorten
from watcher.types import TELLS, Evidence, Match, Placement, Refusal, Relation, Revision, StoredArticle, Verdict
from watcher.web.reading.desk import Desk
from watcher.web.reading.lines import Line, line_of
from watcher.web.reading.texts import paragraphs

_NAMED = 8
_CLOSE = 0.15  # a score this close to its cut says so, as `why` does
_MOST_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What was decided about an article and another text, and what spoke for it and against."""

    relation: str
    tells: bool
    name: str  # of a known document; empty for an article
    line: Line | None
    score: float
    cut: float
    signals: tuple[tuple[str, float], ...] = ()
    shared: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    characters: int = 0  # of text that stands in both

    @property
    def close(self) -> bool:
        return bool(self.cut) and abs(self.score - self.cut) < _CLOSE


@dataclass(frozen=True, slots=True)
class About:
    """A topic that an article is about or only mentions, with the names that matched."""

    title: str
    about: bool
    score: float
    terms: tuple[str, ...]


def article_values(desk: Desk, number: int) -> dict[str, Any] | None:
    """What the page of an article shows; None where there is none of this id."""
    stored = desk.store.read([number]).get(number)
    if stored is None:
        return None
    verdict = desk.store.verdicts([number]).get(number)
    placement = desk.store.placements([number]).get(number)
    others = desk.store.heads(_others(verdict, placement))
    article = stored.article
    return {
        "line": line_of(stored),
        "paragraphs": paragraphs(article.text, (), _MOST_TEXT),
        "text_from": article.text_from if article.text else "",
        "authors": article.authors[:_NAMED],
        "found": article.found,
        "published": article.published,
        "published_from": article.published_from,
        "captured": article.captured,
        "told": article.told,
        "topics": tuple(
            About(desk.topics.get(each.topic, each.topic), each.about, each.score, each.terms[:_NAMED])
            for each in stored.topics
        ),
        "seed": _seed(desk, verdict),
        "earlier": _earlier(verdict, others),
        "placed": _placed(placement, others, verdict),
        "refused": _refused(placement, others),
        "relation": stored.relation.value,
        "size": desk.store.sizes([stored.story]).get(stored.story, 1),
        "editions": tuple(each.date for each in desk.store.tellings(stored.story)),
        "credits": Reader().credits(stored)[:_NAMED],
        "edited": _edited(desk.store.revisions(article.url)),
    }


def _edited(revisions: tuple[Revision, ...]) -> tuple[int, datetime, str] | None:
    """How often its feed changed it since, when last, and what it is called now."""
    return (len(revisions), revisions[-1].seen, revisions[-1].title) if revisions else None


def _others(verdict: Verdict | None, placement: Placement | None) -> list[int]:
    """The articles that this one was held against."""
    named = [verdict.earlier.id] if verdict and verdict.earlier else []
    named += [placement.by.other] if placement and placement.by else []
    named += [each.other for each in placement.refused[:1]] if placement else []
    return [int(each) for each in named if each.isdecimal()]


def _seed(desk: Desk, verdict: Verdict | None) -> Ground | None:
    match = verdict.seed if verdict else None
    if match is None or match.relation is Relation.NEW:
        return None
    title = next((seed.title for seed in desk.seeds() if seed.id == match.id), match.id)
    return _ground(match, None, title or match.id)


def _earlier(verdict: Verdict | None, others: dict[int, StoredArticle]) -> Ground | None:
    match = verdict.earlier if verdict else None
    if match is None or match.relation is Relation.NEW:
        return None
    return _ground(match, _line(match.id, others))


def _placed(placement: Placement | None, others: dict[int, StoredArticle], verdict: Verdict | None) -> Ground | None:
    """What put it into its story, where that is another article than the one it is likest."""
    by = placement.by if placement else None
    if by is None or (verdict and verdict.earlier and verdict.earlier.id == by.other):
        return None
    return Ground(by.relation.value, True, "", _line(by.other, others), by.score, by.cut)


def _refused(placement: Placement | None, others: dict[int, StoredArticle]) -> Ground | None:
    """The nearest article that it was not grouped with."""
    refusal: Refusal | None = next(iter(placement.refused), None) if placement else None
    if refusal is None:
        return None
    conflicts = tuple(shorten(fact.value, 60) for fact in refusal.conflicts[:_NAMED])
    return Ground(
        refusal.relation.value, False, "", _line(refusal.other, others), refusal.score, 0.0, conflicts=conflicts
    )


def _ground(match: Match, line: Line | None, name: str = "") -> Ground:
    evidence: Evidence = match.evidence
    return Ground(
        relation=match.relation.value,
        tells=match.relation in TELLS,
        name=name,
        line=line,
        score=match.score,
        cut=evidence.cut,
        signals=tuple(evidence.signals.items()),
        shared=tuple(shorten(fact.value, 60) for fact in evidence.shared[:_NAMED]),
        conflicts=tuple(shorten(fact.value, 60) for fact in evidence.conflicts[:_NAMED]),
        characters=sum(each.end - each.start for each in evidence.passages),
    )


def _line(id: str, others: dict[int, StoredArticle]) -> Line | None:
    found = others.get(int(id)) if id.isdecimal() else None
    return line_of(found) if found else None
