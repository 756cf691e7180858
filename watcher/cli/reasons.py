"""`why`: everything decided about one article, or the end of a lead that became none.

One block for each decision: found, what it is about, already known, its story, not grouped with. As JSON the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher import app
from watcher.cli import grounds
from watcher.cli.answers import article_row
from watcher.cli.matching import match_row
from watcher.cli.output import emit, facts, out
from watcher.cli.working import configuration
from watcher.digest.reading import Reader, document, first_report, sourcing
from watcher.errors import WatcherError
from watcher.ports import Judge
from watcher.types import (
    TELLS,
    Evidence,
    LeadRecord,
    Match,
    Outcome,
    Placement,
    Refusal,
    Relation,
    StoredArticle,
    Story,
    Verdict,
)

_AFTER = {
    Outcome.OFF_TOPIC: "no topic's name stands in its title or teaser; `watcher topics try` shows what a text matches",
}


@dataclass(frozen=True, slots=True)
class _Case:
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


def explain(article: str, path: Path | None, *, as_json: bool) -> int:
    """Everything decided about one article, or the end of a lead that became none."""
    config = configuration(path)
    store = app.archive(config, read_only=True)
    try:
        stored = store.article(article)
        if stored is None:
            record = store.lead(article)
            if record is None:
                raise WatcherError(f"nothing is known of {article}: no article and no lead has that id or address")
            _show_lead(record, as_json=as_json)
            return 0
        verdict, placement = store.verdict(stored.id), store.placement(stored.id)
        by = placement.by if placement else None
        refusal = grounds.not_grouped(verdict, placement)
        case = _Case(
            stored,
            verdict,
            placement,
            store.story(stored.story),
            store.article(verdict.earlier.id) if verdict and verdict.earlier else None,
            store.article(by.other) if by else None,
            refusal,
            store.article(refusal.other) if refusal else None,
            app.judge_of(config),
        )
    finally:
        store.close()
    if as_json:
        emit(_row(case))
    else:
        _show(case)
    return 0


def _row(case: _Case) -> dict[str, Any]:
    row = article_row(case.stored)
    if case.verdict is not None:
        row["known_document"] = match_row(case.verdict.seed)
        row["earlier"] = match_row(case.verdict.earlier)
    row["credits"] = list(Reader().credits(case.stored))
    first = _first(case.story)
    row["first_report"] = (
        {"article": first.id, "outlet": first.article.outlet, "url": first.article.url} if first else None
    )
    row["placed_by"] = _placed_row(case)
    row["not_grouped_with"] = _refusal_row(case)
    row["told_in_edition"] = case.story.told_in if case.story else None
    return row


def _placed_row(case: _Case) -> dict[str, Any] | None:
    """The likeness that put an article into its story."""
    if case.placement is None or case.placement.by is None:
        return None
    by, evidence = case.placement.by, case.evidence()
    row = {"article": by.other, "relation": by.relation.value, "score": by.score, "cut": by.cut}
    return {**row, "evidence": grounds.row(evidence)} if evidence else row


def _refusal_row(case: _Case) -> dict[str, Any] | None:
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


def _show_lead(record: LeadRecord, *, as_json: bool) -> None:
    row = {"url": record.url, "title": record.title, "outcome": record.outcome.value, "source": record.source}
    facts({**row, "found": record.found.isoformat()}, as_json=as_json)
    if not as_json and record.outcome in _AFTER:
        out(_AFTER[record.outcome])


def _show(case: _Case) -> None:
    stored = case.stored
    row = article_row(stored)
    shown = {name: row[name] for name in ("id", "url", "title", "outlet", "source", "language", "found")}
    shown["published"] = f"{row['published']} (from the {row['published_from']})" if row["published"] else None
    if stored.article.headline_only:
        shown["headline only"] = stored.article.headline_only
    if credited := Reader().credits(stored):
        shown["has it from"] = ", ".join(credited)
    facts(shown, as_json=False)
    for block in (_topics(stored), _known(case), _earlier(case), _story(case), _not_grouped(case)):
        lines = list(block)
        if lines:
            out("")
        for line in lines:
            out(line)


def _topics(stored: StoredArticle) -> Iterator[str]:
    if not stored.topics:
        yield "topics: none"
    for topic in stored.topics:
        kind = "about" if topic.about else "only mentions"
        yield f"{kind} {topic.topic} ({topic.score:.2f}): {', '.join(topic.terms)}"


def _known(case: _Case) -> Iterator[str]:
    match = case.verdict.seed if case.verdict else None
    if match is None or match.relation is Relation.NEW:
        yield "known documents: none has to do with it"
        return
    already = "already known: " if match.relation in TELLS else ""
    yield f"{already}{match.relation.value} of the known document {match.id} ({match.score:.2f})"
    yield from _evidence(match, case.stored)


def _earlier(case: _Case) -> Iterator[str]:
    match = case.verdict.earlier if case.verdict else None
    if match is None or match.relation is Relation.NEW:
        yield "earlier articles: none has to do with it"
        return
    yield f"{match.relation.value} of article {match.id} ({match.score:.2f}){_called(case.earlier)}"
    yield from _evidence(match, case.stored)


def _evidence(match: Match, stored: StoredArticle) -> Iterator[str]:
    yield "  " + grounds.standing(match.score, match.evidence.cut, tells=match.relation in TELLS)
    yield from grounds.lines(match.evidence, document(stored).text)


def _story(case: _Case) -> Iterator[str]:
    """Its story: what it is there, what put it there, which report was first, whether it was told."""
    stored, story = case.stored, case.story
    others = len(story.articles) - 1 if story else 0
    place = "its first report" if stored.relation is Relation.NEW else f"{stored.relation.value} of its first report"
    yield f"story {stored.story}: {place}; {'alone in it' if not others else f'others in it: {others}'}"
    first = _first(story)
    if others and first is not None:
        yield f"  first report: {first.article.outlet}, {first.article.title}  {first.article.url}"
    by = case.placement.by if case.placement else None
    if by is not None:
        yield f"  placed by article {by.other}: {by.relation.value} ({by.score:.2f}){_called(case.placed_by)}"
        earlier = case.verdict.earlier if case.verdict else None
        evidence = case.evidence()
        if evidence is not None and (earlier is None or earlier.id != by.other):
            yield "  " + grounds.standing(by.score, by.cut, tells=True)
            yield from grounds.lines(evidence, document(stored).text)
    told = story.told_in if story else None
    if told:
        yield f"  told in edition {told}"
    else:
        yield "  not told in an edition yet" if told is None else "  counts as told without an edition (it is history)"


def _not_grouped(case: _Case) -> Iterator[str]:
    """The nearest thing it was not grouped with, and why not."""
    refusal, evidence = case.refusal, case.against()
    if refusal is None or evidence is None:
        return
    yield f"not grouped with article {refusal.other}: {refusal.why}{_called(case.refused)}"
    tells = refusal.score >= evidence.cut
    yield f"  {refusal.relation.value}, {grounds.standing(refusal.score, evidence.cut, tells=tells)}"
    yield from grounds.lines(evidence, document(case.stored).text)


def _called(stored: StoredArticle | None) -> str:
    return f": {stored.article.outlet}, {stored.article.title}  {stored.article.url}" if stored else ""


def _first(story: Story | None) -> StoredArticle | None:
    """The first report of a story, as its edition names it."""
    if story is None:
        return None
    reader = Reader()
    number = first_report(story.articles, reader, sourcing(story.articles, reader))
    return next((stored for stored in story.articles if stored.id == number), None)
