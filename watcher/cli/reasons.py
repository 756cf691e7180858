"""`why`: everything decided about one article, or the end of a lead that became none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from watcher import app
from watcher.cli.answers import article_row
from watcher.cli.matching import match_row
from watcher.cli.output import emit, facts, out
from watcher.cli.working import configuration
from watcher.errors import WatcherError
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


def explain(article: str, path: Path | None, *, as_json: bool) -> int:
    """Everything decided about one article, or the end of a lead that became none."""
    store = app.archive(configuration(path), read_only=True)
    try:
        stored = store.article(article)
        if stored is None:
            record = store.lead(article)
            if record is None:
                raise WatcherError(f"nothing is known of {article}: no article and no lead has that id or address")
            _show_lead(record, as_json=as_json)
            return 0
        verdict = store.verdict(stored.id)
        placement = store.placement(stored.id)
        story = store.story(stored.story)
        earlier = store.article(verdict.earlier.id) if verdict and verdict.earlier else None
    finally:
        store.close()
    if as_json:
        emit(_row(stored, verdict, placement, story))
        return 0
    row = article_row(stored)
    shown = {name: row[name] for name in ("id", "url", "title", "outlet", "source", "language", "found")}
    shown["published"] = f"{row['published']} (from the {row['published_from']})" if row["published"] else None
    if stored.article.headline_only:
        shown["headline only"] = stored.article.headline_only
    facts(shown, as_json=False)
    lines = (*_topics(stored), *_known(verdict), *_earlier(verdict, earlier))
    for line in (*lines, *_placed(verdict, placement), *_story(stored, story)):
        out(line)
    return 0


def _row(
    stored: StoredArticle, verdict: Verdict | None, placement: Placement | None, story: Story | None
) -> dict[str, Any]:
    row = article_row(stored)
    if verdict is not None:
        row["known_document"] = match_row(verdict.seed)
        row["earlier"] = match_row(verdict.earlier)
    row["placed_by"] = _placed_by(placement)
    refusal = _not_grouped(verdict, placement)
    row["not_grouped_with"] = _refusal_row(refusal) if refusal else None
    row["told_in_edition"] = story.told_in if story else None
    return row


def _placed_by(placement: Placement | None) -> dict[str, Any] | None:
    """The likeness that put an article into its story."""
    if placement is None or placement.by is None:
        return None
    by = placement.by
    return {"article": by.other, "relation": by.relation.value, "score": by.score, "cut": by.cut}


def _not_grouped(verdict: Verdict | None, placement: Placement | None) -> Refusal | None:
    """The nearest thing an article was not grouped with, and why not."""
    if placement is not None and placement.refused:
        return placement.refused[0]
    nearest = verdict.earlier if verdict is not None else None
    if nearest is None or nearest.relation in TELLS:
        return None
    conflicts = nearest.evidence.conflicts
    cut = nearest.evidence.cut
    why = "facts contradict each other" if conflicts else f"its score {nearest.score:.2f} is below the cut {cut:.2f}"
    return Refusal(nearest.id, nearest.relation, nearest.score, why, conflicts)


def _refusal_row(refusal: Refusal) -> dict[str, Any]:
    return {
        "article": refusal.other,
        "relation": refusal.relation.value,
        "score": refusal.score,
        "why": refusal.why,
        "conflicts": [f"{fact.kind} {fact.value}" for fact in refusal.conflicts],
    }


def _show_lead(record: LeadRecord, *, as_json: bool) -> None:
    row = {"url": record.url, "title": record.title, "outcome": record.outcome.value, "source": record.source}
    facts({**row, "found": record.found.isoformat()}, as_json=as_json)
    if not as_json and record.outcome in _AFTER:
        out(_AFTER[record.outcome])


def _topics(stored: StoredArticle) -> Iterator[str]:
    if not stored.topics:
        yield "topics: none"
    for topic in stored.topics:
        kind = "about" if topic.about else "only mentions"
        yield f"{kind} {topic.topic} ({topic.score:.2f}): {', '.join(topic.terms)}"


def _known(verdict: Verdict | None) -> Iterator[str]:
    match = verdict.seed if verdict else None
    if match is None or match.relation is Relation.NEW:
        yield "known documents: none has to do with it"
        return
    yield f"{match.relation.value} of the known document {match.id} ({match.score:.2f})"
    yield from _evidence(match)


def _earlier(verdict: Verdict | None, earlier: StoredArticle | None) -> Iterator[str]:
    match = verdict.earlier if verdict else None
    if match is None or match.relation is Relation.NEW:
        yield "earlier articles: none has to do with it"
        return
    called = f": {earlier.article.outlet}, {earlier.article.title}  {earlier.article.url}" if earlier else ""
    yield f"{match.relation.value} of article {match.id} ({match.score:.2f}){called}"
    yield from _evidence(match)


def _placed(verdict: Verdict | None, placement: Placement | None) -> Iterator[str]:
    """What put it into its story, and the nearest thing it was not grouped with."""
    by = placement.by if placement else None
    if by is not None:
        yield f"placed by article {by.other}: {by.relation.value} ({by.score:.2f})"
    refusal = _not_grouped(verdict, placement)
    if refusal is not None:
        yield f"not grouped with article {refusal.other}: {refusal.why}"


def _evidence(match: Match) -> Iterator[str]:
    """What spoke for a relation and against it, a line each."""
    evidence: Evidence = match.evidence
    signals: Mapping[str, float] = evidence.signals
    if signals:
        scores = ", ".join(f"{name} {score:.2f}" for name, score in signals.items())
        yield f"  signals: {scores}" + (f" (a copy from {evidence.cut:.2f} on)" if evidence.cut else "")
    for name, found in (("shared", evidence.shared), ("conflicts", evidence.conflicts)):
        if found:
            yield f"  {name}: " + ", ".join(f"{fact.kind} {fact.value}" for fact in found)
    if evidence.passages:
        characters = sum(passage.end - passage.start for passage in evidence.passages)
        pieces = len(evidence.passages)
        yield f"  shared text: {characters} characters in {f'{pieces} pieces' if pieces > 1 else 'one piece'}"


def _story(stored: StoredArticle, story: Story | None) -> Iterator[str]:
    others = len(story.articles) - 1 if story else 0
    place = "its first report" if stored.relation is Relation.NEW else f"{stored.relation.value} of its first report"
    yield f"story {stored.story}: {place}; {'alone in it' if not others else f'others in it: {others}'}"
    told = story.told_in if story else None
    if told:
        yield f"told in edition {told}"
    else:
        yield "not told in an edition yet" if told is None else "counts as told without an edition (it is history)"
