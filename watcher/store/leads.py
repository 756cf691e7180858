"""The ends of leads, what they are known by and what changed; the off-topic ones a new rule can be tried on."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, literal, select, union_all, update

from watcher.store import tally
from watcher.store.columns import batches, clean_text, hash_url
from watcher.store.statements import Row, given, handed, insert_new, insert_or_update, upsert
from watcher.store.tables import lead, lead_name, revision
from watcher.types import KnownLead, LeadRecord, Outcome, Revision


def known(connection: Connection, names: Collection[str]) -> dict[str, KnownLead]:
    """The leads that are known by these names, a lead's own address among them."""
    by_hash = {hash_url(name): name for name in names}
    found: dict[str, KnownLead] = {}
    for hashes in batches(list(by_hash)):
        rows = connection.execute(_by_names(connection.dialect.name), {"names": handed(connection, hashes)})
        for row in rows:
            if row.own or by_hash[row.name] not in found:
                found[by_hash[row.name]] = _known(row)
    return found


@cache
def _by_names(dialect: str) -> CompoundSelect[Any]:
    columns = (
        lead.c.url_hash,
        lead.c.source,
        lead.c.outcome,
        lead.c.published,
        lead.c.said,
        lead.c.edits,
        lead.c.names,
    )
    wanted = given(dialect, "names")
    own = select(lead.c.url_hash.label("name"), literal(1).label("own"), *columns).where(lead.c.url_hash.in_(wanted))
    named = (
        select(lead_name.c.name, literal(0), *columns)
        .join(lead, lead.c.url_hash == lead_name.c.lead)
        .where(lead_name.c.name.in_(wanted))
    )
    return union_all(own, named)


def _known(row: Any) -> KnownLead:
    stored = row.outcome == Outcome.STORED.value
    return KnownLead(
        row.url_hash, row.source, stored, row.published, row.said or b"", row.edits, row.names, Outcome(row.outcome)
    )


def record(connection: Connection, leads: Sequence[LeadRecord]) -> None:
    new = [each for each in leads if each.again is None]
    again = [each for each in leads if each.again is not None]
    rows = [_row(each) for each in new]
    if rows:
        _count(connection, rows)
        connection.execute(_ending(connection.dialect.name), rows)
    names = {hash_url(name): hash_url(each.url) for each in new for name in each.names}
    names |= {hash_url(name): each.again for each in again for name in each.names if each.again is not None}
    insert_or_update(connection, lead_name, [{"name": name, "lead": of} for name, of in names.items()], ("lead",))
    _come_again(connection, again)


def _count(connection: Connection, rows: Sequence[Row]) -> None:
    """What `_ending` makes of the counts: before it does, as it does not say what was there."""
    ended: dict[int, str] = {}
    for part in batches([row["url_hash"] for row in rows]):
        found = connection.execute(_ended(connection.dialect.name), {"hashes": handed(connection, part)})
        ended |= {row.url_hash: row.outcome for row in found}
    for row in rows:
        before = ended.get(row["url_hash"])
        if before == Outcome.STORED.value:
            continue
        if before is not None:
            tally.change(connection, tally.LEADS + before, -1)
        tally.change(connection, tally.LEADS + row["outcome"])
        ended[row["url_hash"]] = row["outcome"]


@cache
def _ended(dialect: str) -> Select[Any]:
    return select(lead.c.url_hash, lead.c.outcome).where(lead.c.url_hash.in_(given(dialect, "hashes")))


@cache
def _ending(dialect: str) -> Any:
    """A new lead; or one that ended without an article and was followed once more. An article's is left as it is."""
    statement = upsert(dialect, lead)
    changes: dict[str, Any] = {
        name: statement.excluded[name] for name in ("source", "outcome", "found", "published", "title", "url")
    }
    changes |= {"said": statement.excluded.said, "edits": lead.c.edits + 1}
    is_open = lead.c.outcome != Outcome.STORED.value
    return statement.on_conflict_do_update(index_elements=["url_hash"], set_=changes, where=is_open)


def _come_again(connection: Connection, leads: Sequence[LeadRecord]) -> None:
    for each in leads:
        changes: dict[str, Any] = {"names": lead.c.names + len(each.names)} if each.names else {}
        if each.said:
            changes["said"] = each.said
        if each.revised is not None:
            changes["edits"] = lead.c.edits + 1
        if changes:
            connection.execute(update(lead).where(lead.c.url_hash == each.again).values(changes))
    rows = [
        {
            "lead": each.again,
            "hash": hash_url(f"{each.title}\n{each.revised}"),
            "seen": each.found,
            "title": each.title,
            "body": zlib.compress(clean_text(each.revised).encode()),
        }
        for each in leads
        if each.revised is not None
    ]
    insert_new(connection, revision, rows)


def revisions(connection: Connection, url: str) -> tuple[Revision, ...]:
    """What feeds said later of the lead or article at this canonical address, the oldest first."""
    of = known(connection, (url,)).get(url)
    if of is None:
        return ()
    rows = connection.execute(select(revision).where(revision.c.lead == of.number).order_by(revision.c.seen))
    return tuple(Revision(row.seen, row.title, zlib.decompress(row.body).decode()) for row in rows)


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
        "said": record.said or None,
        "edits": 0,
        "names": 0,
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


def forget_off_topic(connection: Connection, before: datetime, most: int | None = None) -> int:
    """Forgets title and address of off-topic leads found before a moment; the hash stays, so they stay followed."""
    old = select(lead.c.url_hash).where(lead.c.outcome == "off-topic", lead.c.url.is_not(None), lead.c.found < before)
    result = connection.execute(update(lead).where(lead.c.url_hash.in_(old.limit(most))).values(title=None, url=None))
    return result.rowcount
