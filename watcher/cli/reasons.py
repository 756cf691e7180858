"""`why`: everything decided about one article, or the end of a lead that became none.

One block for each decision: found, what it is about, already known, its story, not grouped with. As JSON the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from watcher import app
from watcher.cli.output import emit, facts, out
from watcher.cli.working import configuration
from watcher.digest.reading import Reader, document
from watcher.errors import WatcherError
from watcher.shapes import grounds
from watcher.shapes.articles import article_row
from watcher.shapes.why import Case, case_of, case_row, first_of
from watcher.types import (
    TELLS,
    LeadRecord,
    Match,
    Outcome,
    Relation,
    Revision,
    StoredArticle,
)

_AFTER = {
    Outcome.OFF_TOPIC: "no topic's name stands in its title or teaser; `watcher topics try` shows what a text matches",
}


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
        case = case_of(store, stored, app.judge_of(config))
    finally:
        store.close()
    if as_json:
        emit(case_row(case))
    else:
        _show(case)
    return 0


def _show_lead(record: LeadRecord, *, as_json: bool) -> None:
    row = {"url": record.url, "title": record.title, "outcome": record.outcome.value, "source": record.source}
    facts({**row, "found": record.found.isoformat()}, as_json=as_json)
    if not as_json and record.outcome in _AFTER:
        out(_AFTER[record.outcome])


def _show(case: Case) -> None:
    stored = case.stored
    row = article_row(stored)
    shown = {name: row[name] for name in ("id", "url", "title", "outlet", "source", "language", "found")}
    shown["published"] = f"{row['published']} (from the {row['published_from']})" if row["published"] else None
    if row["captured"]:
        shown["captured"] = f"{row['captured']} (when the copy that was read was taken)"
    if case.removed:
        shown["text"] = f"removed on {case.removed:%Y-%m-%d} by retention"
    elif stored.article.headline_only:
        shown["headline only"] = stored.article.headline_only
    if stored.article.text_from == "feed" and stored.article.text:
        shown["text"] = "from the feed: the page gave none"
    if case.revisions:
        shown["edited"] = _edited(case.revisions)
    if credited := Reader().credits(stored):
        shown["has it from"] = ", ".join(credited)
    facts(shown, as_json=False)
    for block in (_topics(stored), _known(case), _earlier(case), _story(case), _not_grouped(case)):
        lines = list(block)
        if lines:
            out("")
        for line in lines:
            out(line)


def _edited(revisions: tuple[Revision, ...]) -> str:
    """What its feed made of it since; it was judged by what it said at first."""
    last = revisions[-1]
    times = "once" if len(revisions) == 1 else f"{len(revisions)} times, last"
    return f"{times} {last.seen:%Y-%m-%d %H:%M}Z: {last.title}"


def _topics(stored: StoredArticle) -> Iterator[str]:
    if not stored.topics:
        yield "topics: none"
    for topic in stored.topics:
        kind = "about" if topic.about else "only mentions"
        yield f"{kind} {topic.topic} ({topic.score:.2f}): {', '.join(topic.terms)}"


def _known(case: Case) -> Iterator[str]:
    match = case.verdict.seed if case.verdict else None
    if match is None or match.relation is Relation.NEW:
        yield "known documents: none has to do with it"
        return
    already = "already known: " if match.relation in TELLS else ""
    yield f"{already}{match.relation.value} of the known document {match.id} ({match.score:.2f})"
    yield from _evidence(match, case.stored)


def _earlier(case: Case) -> Iterator[str]:
    match = case.verdict.earlier if case.verdict else None
    if match is None or match.relation is Relation.NEW:
        yield "earlier articles: none has to do with it"
        return
    if case.refusal is not None and str(case.refusal.other) == match.id:
        return  # it is told below, with why it was not grouped with it
    yield f"{match.relation.value} of article {match.id} ({match.score:.2f}){_called(case.earlier)}"
    yield from _evidence(match, case.stored)


def _evidence(match: Match, stored: StoredArticle) -> Iterator[str]:
    yield "  " + grounds.standing(match.score, match.evidence.cut, tells=match.relation in TELLS)
    yield from grounds.lines(match.evidence, document(stored).text)


def _story(case: Case) -> Iterator[str]:
    """Its story: what it is there, what put it there, which report was first, whether it was told."""
    stored, story = case.stored, case.story
    others = len(story.articles) - 1 if story else 0
    place = "its first report" if stored.relation is Relation.NEW else f"{stored.relation.value} of its first report"
    yield f"story {stored.story}: {place}; {'alone in it' if not others else f'others in it: {others}'}"
    first = first_of(story)
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


def _not_grouped(case: Case) -> Iterator[str]:
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
