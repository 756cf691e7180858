"""The ends of leads: which addresses have been followed, and the off-topic ones a new rule can be tried on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from watcher.store.columns import batches, hash_url
from watcher.store.statements import Row, insert_new
from watcher.store.tables import lead
from watcher.types import LeadRecord, Outcome


def followed(connection: Connection, urls: Iterable[str]) -> set[str]:
    by_hash = {hash_url(url): url for url in urls}
    found: set[str] = set()
    for hashes in batches(list(by_hash)):
        rows = connection.execute(select(lead.c.url_hash).where(lead.c.url_hash.in_(hashes)))
        found.update(by_hash[url_hash] for (url_hash,) in rows)
    return found


def record(connection: Connection, leads: Sequence[LeadRecord]) -> None:
    insert_new(connection, lead, [_row(each) for each in leads])


def _row(record: LeadRecord) -> Row:
    # A stored lead's title and address are its article's: kept once.
    kept = record.outcome is not Outcome.STORED
    return {
        "url_hash": hash_url(record.url),
        "source": record.source,
        "outcome": record.outcome.value,
        "found": record.found,
        "published": record.published,
        "title": record.title if kept else None,
        "url": record.url if kept else None,
    }


def find(connection: Connection, url: str) -> LeadRecord | None:
    """The end of the lead with this canonical address; its title is empty where it is not kept."""
    row = connection.execute(select(lead).where(lead.c.url_hash == hash_url(url))).one_or_none()
    if row is None:
        return None
    return LeadRecord(url, row.source, row.title or "", Outcome(row.outcome), row.found, row.published)


def off_topic(connection: Connection, since: datetime, limit: int) -> tuple[LeadRecord, ...]:
    """Off-topic leads found since a moment and not yet forgotten, newest first."""
    rows = connection.execute(
        select(lead)
        .where(lead.c.outcome == "off-topic", lead.c.url.is_not(None), lead.c.found >= since)
        .order_by(lead.c.found.desc(), lead.c.url)
        .limit(limit)
    )
    return tuple(
        LeadRecord(row.url, row.source, row.title or "", Outcome(row.outcome), row.found, row.published) for row in rows
    )


def forget_off_topic(connection: Connection, before: datetime) -> int:
    """Forgets title and address of off-topic leads found before a moment; the hash stays, so they stay followed."""
    result = connection.execute(
        update(lead)
        .where(lead.c.outcome == "off-topic", lead.c.url.is_not(None), lead.c.found < before)
        .values(title=None, url=None)
    )
    return result.rowcount
