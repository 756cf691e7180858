"""The archive as a whole: counts, a canonical export, what may be forgotten, and whether everything hangs together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, delete, func, select

from watcher.store import leads, outbox, tally
from watcher.store.columns import batches
from watcher.store.statements import insert_or_update
from watcher.store.stories import load_stories
from watcher.store.tables import article, checkpoint, edition, signal_key, story, visit
from watcher.store.tables import outbox as outbox_table
from watcher.stories.keyindex import HOLDERS
from watcher.types import Counts, OutboxState, Outcome, StoredArticle


def counts(connection: Connection) -> Counts:
    there = tally.kept(connection) or tally.counted(connection)
    ended = ((what.removeprefix(tally.LEADS), number) for what, number in there.items() if what.startswith(tally.LEADS))
    return Counts(
        articles=there.get(tally.ARTICLES, 0),
        stories=there.get(tally.STORIES, 0),
        editions=int(connection.execute(select(func.count(edition.c.id))).scalar_one()),
        leads={Outcome(outcome): number for outcome, number in ended},
        outbox=outbox.counts(connection),
    )


def get_checkpoint(connection: Connection, name: str) -> str | None:
    value = connection.execute(select(checkpoint.c.value).where(checkpoint.c.name == name)).scalar()
    return None if value is None else str(value)


def get_checkpoints(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    columns = (checkpoint.c.name, checkpoint.c.value)
    found: dict[str, str] = {}
    for part in batches(names):
        found |= {row.name: row.value for row in connection.execute(select(*columns).where(columns[0].in_(part)))}
    return found


def set_checkpoint(connection: Connection, name: str, value: str) -> None:
    insert_or_update(connection, checkpoint, [{"name": name, "value": value}], ["value"])


def prune(connection: Connection, before: datetime, most: int | None = None) -> int:
    """Forgets off-topic leads' titles and addresses, the payloads of finished deliveries, and old visits.

    At most `most` of each kind; returns how many rows that concerned.

    Visits are only asked for an edition's window and the recent history of a source; 300 sources make 14,000 a day.
    """
    forgotten = leads.forget_off_topic(connection, before, most)
    emptied = outbox.drop_payloads(connection, before, most)
    old = select(visit.c.id).where(visit.c.ended < before).limit(most)
    return forgotten + emptied + connection.execute(delete(visit).where(visit.c.id.in_(old))).rowcount


def export(connection: Connection) -> Iterator[dict[str, object]]:
    """Every article by url: what two archives of the same news have in common, whoever found it when.

    No row ids and no clock times: neither when an article was found nor a date that stands for that.
    """
    order = connection.execute(select(article.c.id, article.c.story).order_by(article.c.url)).all()
    for part in batches(order, 200):
        whole = load_stories(connection, dict.fromkeys(row.story for row in part))
        first = {loaded.id: loaded.articles[0].article.url for loaded in whole}
        by_id = {each.id: each for loaded in whole for each in loaded.articles}
        for row in part:
            stored = by_id[row.id]
            yield _exported(stored, first[stored.story])


def _exported(stored: StoredArticle, story_url: str) -> dict[str, object]:
    found = stored.article
    kept: dict[str, object] = {} if found.captured is None else {"captured": found.captured.isoformat()}
    dated = found.published is not None and found.published_from != "found"
    return {
        "url": found.url,
        "title": found.title,
        "text": found.text,
        "source": found.source,
        "outlet": found.outlet,
        "language": found.language,
        "published": found.published.isoformat() if dated and found.published else None,
        "published_from": found.published_from,
        "authors": list(found.authors),
        "role": found.role,
        "headline_only": found.headline_only,
        "text_from": found.text_from,
        "told": found.told,
        "topics": [
            {"topic": match.topic, "about": match.about, "score": match.score, "terms": list(match.terms)}
            for match in stored.topics
        ],
        "story": story_url,
        "relation": stored.relation.value,
        "seed": None if stored.seed is None else {"id": stored.seed.id, "relation": stored.seed.relation.value},
        **kept,
    }


def integrity(connection: Connection, quick: bool = False) -> list[str]:
    """What is wrong with the archive, a line each; nothing when all is well. Quick: whether its pages are whole."""
    if quick:
        pages = connection.exec_driver_sql("PRAGMA quick_check(5)") if connection.dialect.name == "sqlite" else ()
        return [f"{row[0]}: restore a backup, or see `watcher db check`" for row in pages if row[0] != "ok"]
    return [*_database_faults(connection), *_broken_promises(connection)]


def _database_faults(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    pages = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    orphans = [
        f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
    ]
    return [*(line for line in pages if line != "ok"), *orphans]


def _broken_promises(connection: Connection) -> Iterator[str]:
    empty = select(func.count()).select_from(story).where(~_refers(article.c.story, story.c.id))
    orphans = select(func.count()).select_from(signal_key).where(~_refers(article.c.id, signal_key.c.article))
    crowded = select(signal_key.c.key).group_by(signal_key.c.signal, signal_key.c.key).having(func.count() > HOLDERS)
    lost = select(func.count()).select_from(story).where(story.c.told_in != 0, ~_refers(edition.c.id, story.c.told_in))
    odd = select(func.count()).select_from(outbox_table).where(outbox_table.c.state.not_in(get_args(OutboxState)))
    stuck = (
        select(func.count())
        .select_from(outbox_table)
        .where((outbox_table.c.state == "sending") != outbox_table.c.leased_until.is_not(None))
    )
    checks: Sequence[tuple[str, Any]] = (
        ("stories without an article", empty),
        ("keys of articles that are not there", orphans),
        (f"keys held by more than {HOLDERS} articles", select(func.count()).select_from(crowded.subquery())),
        ("stories told in editions that are not there", lost),
        ("messages in an unknown state", odd),
        ("messages whose lease contradicts their state", stuck),
    )
    for what, query in checks:
        number = connection.execute(query).scalar_one()
        if number:
            yield f"{number} {what}"
    yield from _miscounted(connection)


def _miscounted(connection: Connection) -> Iterator[str]:
    for what, (said, found) in tally.differences(connection).items():
        yield f"{found} {what}, where `status` says {said}: `watcher db compact` has them counted anew"


def _refers(column: Any, to: Any) -> Any:
    return select(column).where(column == to).exists()
