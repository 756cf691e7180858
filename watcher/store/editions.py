"""Editions as they were told: stored once for each date and schedule, with the stories they tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from watcher.store import codec, marks, outbox
from watcher.store.columns import batches
from watcher.store.statements import insert_new, insert_one
from watcher.store.tables import article, edition, edition_story, story
from watcher.types import Edition, Entry, Listed, Made, OutboxRow

_MADE = (edition.c.id, edition.c.date, edition.c.until, edition.c.skipped)


def publish(connection: Connection, made: Edition, rows: Sequence[OutboxRow]) -> Edition:
    same = (edition.c.date == made.date) & (edition.c.schedule == made.schedule)
    stored = _find(connection, same)
    if stored is not None:
        return stored
    body = codec.dumps(replace(made, id=0))
    row = {
        "date": made.date,
        "schedule": made.schedule,
        "until": made.until,
        "skipped": made.skipped,
        "body": body,
    }
    number = insert_one(connection, edition, row)
    _mark_told(connection, number, made)
    marks.keep_effects(connection, number, made.heeded)
    outbox.queue(connection, number, rows)
    return replace(made, id=number)


def _mark_told(connection: Connection, number: int, made: Edition) -> None:
    """Entries and known ones are told. A mention is not: its story may yet be about a topic."""
    told = _stories_of(connection, [entry for entry in (*made.entries, *made.known) if entry.id.isdecimal()])
    insert_new(connection, edition_story, [{"edition": number, "story": each} for each in told])
    for part in batches(told):
        untold = story.c.id.in_(part) & story.c.told_in.is_(None)
        connection.execute(update(story).where(untold).values(told_in=number))


def _stories_of(connection: Connection, entries: Sequence[Entry]) -> list[int]:
    """The stories of what the entries report, as they are now: also that of a thread which was told along with it.

    A story is known by its articles: an id that was left free may be another story's by now.
    """
    reported = sorted({report.article for entry in entries for report in entry.reports})
    now = {
        row.id: row.story
        for part in batches(reported)
        for row in connection.execute(select(article.c.id, article.c.story).where(article.c.id.in_(part)))
    }
    told: set[int] = set()
    for entry in entries:
        theirs = {now[report.article] for report in entry.reports if report.article in now}
        told |= theirs
    return sorted(told)


def last_edition(connection: Connection, schedule: str | None) -> Edition | None:
    if schedule is None:
        return _find(connection)
    return _find(connection, edition.c.schedule == schedule)


def edition_of(connection: Connection, id_or_date: str) -> Edition | None:
    """By id, or the newest of an ISO date."""
    if id_or_date.isascii() and id_or_date.isdecimal() and len(id_or_date) < 8:  # `20260131` is a date
        return _find(connection, edition.c.id == int(id_or_date))
    try:
        day = date.fromisoformat(id_or_date)
    except ValueError:
        return None
    return _find(connection, edition.c.date == day, ~edition.c.skipped)


def editions_of(connection: Connection, day: date) -> tuple[Edition, ...]:
    """Those of a date, whatever their schedule, newest first."""
    return tuple(
        _edition(row) for row in connection.execute(_newest().where(edition.c.date == day, ~edition.c.skipped))
    )


def editions(connection: Connection, limit: int) -> tuple[Edition, ...]:
    """The newest editions by `until`, newest first."""
    return tuple(_edition(row) for row in connection.execute(_newest().where(~edition.c.skipped).limit(limit)))


def made(connection: Connection, schedule: str, limit: int) -> tuple[Made, ...]:
    """Which editions of a schedule were made, those stored last first."""
    query = select(*_MADE).where(edition.c.schedule == schedule)
    rows = connection.execute(query.order_by(edition.c.id.desc()).limit(limit))
    return tuple(Made(row.id, row.date, row.until, row.skipped) for row in rows)


def made_last(connection: Connection) -> dict[str, Made]:
    """The edition of each schedule that was stored last."""
    newest = select(func.max(edition.c.id)).group_by(edition.c.schedule)
    rows = connection.execute(select(edition.c.schedule, *_MADE).where(edition.c.id.in_(newest)))
    return {row.schedule: Made(row.id, row.date, row.until, row.skipped) for row in rows}


def made_since(connection: Connection, moment: datetime) -> tuple[Made, ...]:
    """The editions of all schedules that end after a moment, those stored first first."""
    query = select(*_MADE).where(edition.c.until > moment)
    return tuple(
        Made(row.id, row.date, row.until, row.skipped) for row in connection.execute(query.order_by(edition.c.id))
    )


def rename_schedule(connection: Connection, old: str, new: str) -> None:
    """The editions of a schedule go on under another name."""
    connection.execute(update(edition).where(edition.c.schedule == old).values(schedule=new))


def editions_since(connection: Connection, schedule: str, day: date) -> tuple[Edition, ...]:
    """Those of a schedule dated this day or later, oldest first."""
    query = _newest().where(edition.c.schedule == schedule, edition.c.date >= day, ~edition.c.skipped)
    return tuple(_edition(row) for row in connection.execute(query))[::-1]


def listed(connection: Connection, limit: int) -> tuple[Listed, ...]:
    """The newest editions by `until`, newest first."""
    query = _heads().order_by(edition.c.until.desc(), edition.c.id.desc()).limit(limit)
    return tuple(Listed(*row) for row in connection.execute(query))


def listed_between(connection: Connection, first: date, last: date) -> tuple[Listed, ...]:
    """Those dated between these days, both included, oldest first."""
    query = _heads().where(edition.c.date.between(first, last)).order_by(edition.c.date, edition.c.until, edition.c.id)
    return tuple(Listed(*row) for row in connection.execute(query))


def beside(connection: Connection, first: date, last: date) -> tuple[date | None, date | None]:
    """The day of the last edition before these days, and of the first one after them."""
    before = (
        select(edition.c.date)
        .where(edition.c.date < first, ~edition.c.skipped)
        .order_by(edition.c.date.desc())
        .limit(1)
    )
    after = select(edition.c.date).where(edition.c.date > last, ~edition.c.skipped).order_by(edition.c.date).limit(1)
    return connection.execute(before).scalar(), connection.execute(after).scalar()


def months(connection: Connection) -> tuple[date, ...]:
    """The first day of every month with an edition, oldest first."""
    days = connection.execute(select(edition.c.date).where(~edition.c.skipped).distinct())
    return tuple(sorted({day.replace(day=1) for (day,) in days}))


def _heads() -> Any:
    return select(edition.c.id, edition.c.date, edition.c.schedule).where(~edition.c.skipped)


def _find(connection: Connection, *conditions: ColumnElement[bool]) -> Edition | None:
    row = connection.execute(_newest().where(*conditions).limit(1)).one_or_none()
    return None if row is None else _edition(row)


def _newest() -> Any:
    return select(edition.c.id, edition.c.schedule, edition.c.body).order_by(
        edition.c.until.desc(), edition.c.id.desc()
    )


def _edition(row: Row[Any]) -> Edition:
    return replace(codec.loads(Edition, row.body), id=row.id, schedule=row.schedule)
