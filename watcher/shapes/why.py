"""Everything decided about one article, and the reasons: what `why` tells a person and a program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from watcher.digest.reading import Reader, first_report, sourcing
from watcher.ports import Judge
from watcher.shapes import grounds
from watcher.shapes.articles import article_row
from watcher.shapes.matches import match_row
from watcher.types import Evidence, Placement, Refusal, Revision, StoredArticle, Story, Verdict

if TYPE_CHECKING:
    from watcher.store import SqlStore


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one article and its place, the articles it was held against included."""

    stored: StoredArticle
    verdict: Verdict | None
    placement: Placement | None
    story: Story | None
    earlier: StoredArticle | None
    placed_by: StoredArticle | None
    refusal: Refusal | None
    refused: StoredArticle | None
    judge: Judge
    revisions: tuple[Revision, ...] = ()
    removed: datetime | None = None  # when its text was taken away, because it was old

    def evidence(self) -> Evidence | None:
        """Why it is where it is."""
        by = self.placement.by if self.placement else None
        if by is None:
            return None
        return grounds.between(self.judge, self.stored, self.placed_by, self.verdict, by.cut, by.conflicts)

    def against(self) -> Evidence | None:
        """What there is between it and the nearest thing it was not grouped with."""
        if self.refusal is None:
            return None
        by = self.placement.by if self.placement else None
        cut = grounds.cut_of(self.refusal, self.verdict, by)
        return grounds.between(self.judge, self.stored, self.refused, self.verdict, cut, self.refusal.conflicts)


def case_of(store: SqlStore, stored: StoredArticle, judge: Judge) -> Case:
    """All that the archive knows of an article; `judge` says what nobody kept."""
    verdict, placement = store.verdict(stored.id), store.placement(stored.id)
    by = placement.by if placement else None
    refusal = grounds.not_grouped(verdict, placement)
    return Case(
        stored,
        verdict,
        placement,
        store.story(stored.story),
        store.article(verdict.earlier.id) if verdict and verdict.earlier else None,
        store.article(by.other) if by else None,
        refusal,
        store.article(refusal.other) if refusal else None,
        judge,
        store.revisions(stored.article.url),
        store.removed([stored.id]).get(stored.id),
    )


def case_row(case: Case) -> dict[str, Any]:
    row = article_row(case.stored)
    if case.verdict is not None:
        row["known_document"] = match_row(case.verdict.seed)
        row["earlier"] = match_row(case.verdict.earlier)
    row["credits"] = list(Reader().credits(case.stored))
    first = first_of(case.story)
    row["first_report"] = (
        {"article": first.id, "outlet": first.article.outlet, "url": first.article.url} if first else None
    )
    row["placed_by"] = _placed_row(case)
    row["not_grouped_with"] = _refusal_row(case)
    row["revisions"] = [{"seen": each.seen.isoformat(), "title": each.title} for each in case.revisions]
    row["removed"] = case.removed.isoformat() if case.removed else None
    row["told_in_edition"] = case.story.told_in if case.story else None
    return row


def _placed_row(case: Case) -> dict[str, Any] | None:
    """The likeness that put an article into its story."""
    if case.placement is None or case.placement.by is None:
        return None
    by, evidence = case.placement.by, case.evidence()
    row = {"article": by.other, "relation": by.relation.value, "score": by.score, "cut": by.cut}
    return {**row, "evidence": grounds.row(evidence)} if evidence else row


def _refusal_row(case: Case) -> dict[str, Any] | None:
    refusal, evidence = case.refusal, case.against()
    if refusal is None:
        return None
    return {
        "article": refusal.other,
        "relation": refusal.relation.value,
        "score": refusal.score,
        "why": refusal.why,
        "conflicts": [f"{fact.kind} {fact.value}" for fact in refusal.conflicts],
        "evidence": grounds.row(evidence) if evidence else None,
    }


def first_of(story: Story | None) -> StoredArticle | None:
    """The first report of a story, as its edition names it."""
    if story is None:
        return None
    reader = Reader()
    number = first_report(story.articles, reader, sourcing(story.articles, reader))
    return next((stored for stored in story.articles if stored.id == number), None)
