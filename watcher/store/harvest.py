"""What sources brought and what became of it: for the person who asks whether a source is worth its place.

Bounded by the span asked for, through indexes: no answer here gets slower as the archive grows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, and_, case, func, select, text

from watcher.store import codec
from watcher.store.columns import batches
from watcher.store.tables import BROUGHT, article, edition, edition_story, lead, visit
from watcher.types import Harvest, LeadRecord, Outcome, Relation


def harvest(connection: Connection, sources: Iterable[str], since: datetime) -> dict[str, Harvest]:
    """What each of these sources brought since a moment."""
    found: dict[str, Harvest] = {}
    for names in batches(list(dict.fromkeys(sources))):
        by_visits = _visits(connection, names, since)
        found |= {name: by_visits.get(name, Harvest()) for name in names}
        columns = article.c
        # An article stood in an edition that told its story after it was found; later ones of a told story did not.
        told = (
            select(edition_story.c.edition)
            .join(edition, edition.c.id == edition_story.c.edition)
            .where(edition_story.c.story == columns.story, edition.c.until > columns.found)
            .exists()
        )
        is_copy = columns.relation == Relation.COPY.value
        rows = connection.execute(
            select(
                columns.source,
                func.count().label("articles"),
                func.sum(case((is_copy, 1), else_=0)).label("copies"),
                func.sum(case((and_(~is_copy, told), 1), else_=0)).label("shown"),
                func.sum(case((columns.headline_only.is_(None), 1), else_=0)).label("read"),
            )
            .where(columns.source.in_(names), columns.found >= since)
            .group_by(columns.source)
        )
        for row in rows:
            known = found[row.source]
            found[row.source] = replace(
                known, articles=int(row.articles), copies=int(row.copies), shown=int(row.shown), read=int(row.read)
            )
    return found


def _visits(connection: Connection, names: Sequence[str], since: datetime) -> dict[str, Harvest]:
    """Sums what visits counted. Most brought nothing: those are counted in the index alone."""
    lately = visit.c.source.in_(names) & (visit.c.ended >= since)
    counted = connection.execute(select(visit.c.source, func.count()).where(lately).group_by(visit.c.source))
    visits: dict[str, int] = {name: number for name, number in counted}  # noqa: C416 - rows are no pairs to mypy
    leads: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    failed: Counter[str] = Counter()
    rows = connection.execute(
        select(visit.c.source, visit.c.counts, func.count().label("times"), func.count(visit.c.trouble).label("failed"))
        .where(lately, text(f"({BROUGHT})"))
        .group_by(visit.c.source, visit.c.counts)
    )
    for row in rows:
        failed[row.source] += row.failed
        for outcome, count in _counts(row.counts):
            leads[row.source][outcome] += count * row.times
    return {name: Harvest(number, failed[name], dict(leads[name])) for name, number in visits.items()}


@lru_cache(maxsize=4096)  # a thousand sources count the same few things over and over
def _counts(body: str) -> tuple[tuple[Outcome, int], ...]:
    counts = codec.loads(dict[Outcome, int], body)
    return tuple((outcome, count) for outcome, count in counts.items() if outcome is not Outcome.SEEN)


def dropped(connection: Connection, source: str, limit: int) -> tuple[LeadRecord, ...]:
    """The leads of a source that became no article and are not forgotten yet, newest first."""
    rows = connection.execute(
        select(lead)
        .where(lead.c.source == source, lead.c.url.is_not(None))
        .order_by(lead.c.found.desc(), lead.c.url_hash)
        .limit(limit)
    )
    return tuple(
        LeadRecord(row.url, row.source, row.title or "", Outcome(row.outcome), row.found, row.published) for row in rows
    )
