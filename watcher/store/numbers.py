"""Numbers that people hold on to, of stories and corrections: none is given to another one, and one that is gone leads
to where its articles are now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select

from watcher.store import tally
from watcher.store.statements import insert_as, insert_one, insert_or_update
from watcher.store.tables import article, checkpoint, correction, story

_CORRECTION = "correction"  # the highest number of one that was taken back
_STORY = "story "  # of one that is gone: its first article


def next_correction(connection: Connection) -> int:
    """SQLite gives the number of a row that is gone to the next one: a page of yesterday would take back another."""
    highest = connection.execute(select(func.max(correction.c.id))).scalar() or 0
    return max(int(highest), int(_kept(connection, _CORRECTION) or 0)) + 1


def keep_correction(connection: Connection) -> None:
    """Before a correction goes."""
    highest = next_correction(connection) - 1
    _keep(connection, _CORRECTION, str(highest))


def found_story(connection: Connection, values: Mapping[str, Any], wished: str = "") -> int:
    """A new story, under the wished number if a story that is gone had it; else under none that one had."""
    if _article_of(connection, wished) is not None and not _is_there(connection, int(wished)):
        connection.execute(delete(checkpoint).where(checkpoint.c.name == _STORY + wished))
        tally.change(connection, tally.STORIES)
        return insert_as(connection, story, int(wished), values)
    tally.change(connection, tally.STORIES)
    number = insert_one(connection, story, values)
    while _article_of(connection, str(number)) is not None:
        connection.execute(delete(story).where(story.c.id == number))
        number = insert_as(connection, story, number + 1, values)
    return number


def keep_story(connection: Connection, number: int, first: int) -> None:
    """Before a story goes: where its first article is, there it can be found."""
    _keep(connection, f"{_STORY}{number}", str(first))


def story_now(connection: Connection, name: str) -> int | None:
    """The story that a number leads to which is no story's any more."""
    first = _article_of(connection, name)
    if first is None:
        return None
    return connection.execute(select(article.c.story).where(article.c.id == first)).scalar()


def _article_of(connection: Connection, name: str) -> int | None:
    kept = _kept(connection, _STORY + name) if name.isascii() and name.isdecimal() else None
    return int(kept) if kept else None


def _is_there(connection: Connection, number: int) -> bool:
    return connection.execute(select(story.c.id).where(story.c.id == number)).scalar() is not None


# Checkpoints, as `upkeep` has them: it stands on stories, which stand on this.
def _kept(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(select(checkpoint.c.value).where(checkpoint.c.name == name)).scalar()
    return value


def _keep(connection: Connection, name: str, value: str) -> None:
    insert_or_update(connection, checkpoint, [{"name": name, "value": value}], ["value"])
