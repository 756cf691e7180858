"""What sources brought and what became of it: for the person who asks whether a source is worth its place.

Bounded by the span asked for, through indexes: no answer here gets slower as the archive grows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from watcher.store import codec
from watcher.store.columns import batches
from watcher.store.tables import article, edition, edition_story, lead, visit
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


def _visits(connection: Connection, names: Iterable[str], since: datetime) -> dict[str, Harvest]:
    """Sums what visits counted. Equal counts are read once: most visits bring nothing, or the same thirty seen ones."""
    rows = connection.execute(
        select(visit.c.source, visit.c.counts, func.count().label("times"), func.count(visit.c.trouble).label("failed"))
        .where(visit.c.source.in_(list(names)), visit.c.ended >= since)
        .group_by(visit.c.source, visit.c.counts)
    )
    leads: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    visits: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for row in rows:
        visits[row.source] += row.times
        failed[row.source] += row.failed
        for outcome, count in codec.loads(dict[Outcome, int], row.counts).items():
            if outcome is not Outcome.SEEN:
                leads[row.source][outcome] += count * row.times
    return {name: Harvest(visits[name], failed[name], dict(leads[name])) for name in visits}


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
