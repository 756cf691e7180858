"""Marks: what people said by hand about what they read, of which articles, and what it did to editions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, insert, select, update

from watcher.store import codec, stories
from watcher.store.columns import batches
from watcher.store.handtables import mark, mark_article, mark_effect
from watcher.store.statements import insert_new, insert_one
from watcher.store.tables import article, edition, story
from watcher.types import Effect, Grown, Headline, Mark, Member, Story, Sum


def add(connection: Connection, said: Mark) -> Mark:
    row = {"kind": said.kind, "made": said.made, "until": said.until, "undone": said.undone}
    number = insert_one(connection, mark, row | {"body": codec.dumps(replace(said, id=0))})
    rows = [{"article": each, "mark": number} for each in sorted(set(said.articles))]
    if rows:
        connection.execute(insert(mark_article), rows)
    return replace(said, id=number)


def undo(connection: Connection, number: int, moment: datetime) -> Mark | None:
    """Takes a mark back; it stays in the list. None where there is none, or it was taken back before."""
    found = _load(connection, number)
    if found is None or found.undone is not None:
        return None
    return _keep(connection, replace(found, undone=moment))


def annotate(connection: Connection, number: int, note: str) -> Mark | None:
    """Another note; None where there is no such mark."""
    found = _load(connection, number)
    return None if found is None else _keep(connection, replace(found, note=note))


def listed(connection: Connection) -> tuple[Mark, ...]:
    rows = connection.execute(select(mark.c.id, mark.c.body).order_by(mark.c.id))
    return tuple(replace(codec.loads(Mark, row.body), id=row.id) for row in rows)


def on(connection: Connection, articles: Collection[int]) -> tuple[Mark, ...]:
    found: set[int] = set()
    for part in batches(sorted(articles)):
        found.update(
            connection.execute(select(mark_article.c.mark).where(mark_article.c.article.in_(part)).distinct()).scalars()
        )
    loaded = (_load(connection, number) for number in sorted(found))
    return tuple(each for each in loaded if each is not None)


def members(connection: Connection, articles: Collection[int]) -> tuple[Member, ...]:
    names: set[int] = set()
    for part in batches(sorted(articles)):
        names.update(connection.execute(select(article.c.story).where(article.c.id.in_(part)).distinct()).scalars())
    found = [
        Member(row.id, str(row.story), row.found, row.url)
        for part in batches(sorted(names))
        for row in connection.execute(
            select(article.c.id, article.c.story, article.c.found, article.c.url).where(article.c.story.in_(part))
        )
    ]
    return tuple(sorted(found, key=lambda each: each.article))


def headlines(connection: Connection, articles: Collection[int]) -> dict[int, Headline]:
    columns = (article.c.id, article.c.story, article.c.title, article.c.url, article.c.outlet, article.c.language)
    return {
        row.id: Headline(
            row.id, str(row.story), row.title, row.url, row.outlet, row.language, row.published or row.found
        )
        for part in batches(sorted(articles))
        for row in connection.execute(
            select(*columns, article.c.published, article.c.found).where(article.c.id.in_(part))
        )
    }


def outlets(connection: Connection, since: datetime) -> tuple[tuple[str, str], ...]:
    found = {
        (row.outlet, urlsplit(row.url).netloc): row.url
        for row in connection.execute(select(article.c.outlet, article.c.url).where(article.c.found >= since))
    }
    return tuple((outlet, url) for (outlet, _), url in found.items())


def keep_effects(connection: Connection, number: int, effects: Sequence[Effect]) -> None:
    """What marks did to an edition, with the edition: a mark or article that is gone is left out by nobody."""
    rows = [{"mark": effect.mark, "article": each, "edition": number} for effect in effects for each in effect.articles]
    insert_new(connection, mark_effect, rows)


def kept_back(connection: Connection, marks: Collection[int], schedule: str, since: datetime) -> frozenset[int]:
    if not marks:
        return frozenset()
    found: set[int] = set()
    for part in batches(sorted(marks)):
        rows = connection.execute(
            select(mark_effect.c.article)
            .join(edition, edition.c.id == mark_effect.c.edition)
            .join(article, article.c.id == mark_effect.c.article)
            .where(mark_effect.c.mark.in_(part), article.c.found >= since, edition.c.schedule.in_([schedule, "first"]))
            .distinct()
        )
        found.update(rows.scalars())
    return frozenset(found)


def holding(
    connection: Connection, articles: Collection[int], schedule: str
) -> tuple[tuple[Story, ...], tuple[Grown, ...]]:
    theirs: defaultdict[int, set[int]] = defaultdict(set)
    was_told: dict[int, bool] = {}
    for part in batches(sorted(articles)):
        rows = connection.execute(
            select(article.c.id, article.c.story, stories.told(schedule).label("told"))
            .join(story, story.c.id == article.c.story)
            .where(article.c.id.in_(part), article.c.told.is_(False))
        )
        for row in rows:
            theirs[row.story].add(row.id)
            was_told[row.story] = bool(row.told)
    whole = stories.load_stories(connection, theirs)
    untold = tuple(each for each in whole if not was_told[int(each.id)])
    last = stories.last_tellings(connection, [number for number, told in was_told.items() if told], schedule)
    grown = tuple(
        Grown(each, frozenset(theirs[int(each.id)]), last.get(int(each.id), (None, None))[1])
        for each in whole
        if was_told[int(each.id)]
    )
    return untold, grown


def sums(connection: Connection) -> dict[int, Sum]:
    rows = connection.execute(
        select(
            mark_effect.c.mark,
            func.count(mark_effect.c.article.distinct()).label("articles"),
            func.count(article.c.story.distinct()).label("stories"),
        )
        .join(article, article.c.id == mark_effect.c.article)
        .group_by(mark_effect.c.mark)
    )
    return {row.mark: Sum(row.articles, row.stories) for row in rows}


def _load(connection: Connection, number: int) -> Mark | None:
    if number.bit_length() >= 64:  # no id is longer
        return None
    row = connection.execute(select(mark.c.id, mark.c.body).where(mark.c.id == number)).one_or_none()
    return None if row is None else replace(codec.loads(Mark, row.body), id=row.id)


def _keep(connection: Connection, said: Mark) -> Mark:
    values = {"undone": said.undone, "until": said.until, "body": codec.dumps(replace(said, id=0))}
    connection.execute(update(mark).where(mark.c.id == said.id).values(values))
    return said
