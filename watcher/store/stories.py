"""Stories put together from their articles, and which of them are still to be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, false, func, or_, select

from watcher.store import codec, numbers
from watcher.store.brought import facts_of
from watcher.store.columns import batches, hash_url
from watcher.store.tables import article, article_topic, captured, edition, edition_story, story, verdict
from watcher.types import Article, Grown, Match, Relation, StoredArticle, Story, TopicMatch, Verdict

_Terms = tuple[str, ...]


def story_of(connection: Connection, name: str) -> Story | None:
    """By its number, also by that of one whose articles are in it now."""
    if not _is_key(name):
        return None
    found = next(iter(load_stories(connection, [int(name)])), None)
    now = numbers.story_now(connection, name) if found is None else None
    return found if now is None else next(iter(load_stories(connection, [now])), None)


def article_of(connection: Connection, id_or_url: str) -> StoredArticle | None:
    """By id in decimal or by canonical url. Its relation is within its story, so the story is read with it."""
    condition = article.c.id == int(id_or_url) if _is_key(id_or_url) else article.c.url_hash == hash_url(id_or_url)
    row = connection.execute(select(article.c.id, article.c.story).where(condition)).one_or_none()
    if row is None:
        return None
    (whole,) = load_stories(connection, [row.story])
    return next(each for each in whole.articles if each.id == row.id)


def set_aside(connection: Connection, since: datetime, until: datetime) -> int:
    """How many articles found in a span counted as told from the start."""
    span = (article.c.found >= since, article.c.found < until, article.c.told.is_(True))
    return int(connection.execute(select(func.count()).select_from(article).where(*span)).scalar_one())


def newest_articles(connection: Connection, limit: int, since: datetime | None) -> tuple[StoredArticle, ...]:
    """The articles found last, newest first."""
    query = select(article.c.id, article.c.story).order_by(article.c.found.desc(), article.c.id.desc()).limit(limit)
    if since is not None:
        query = query.where(article.c.found >= since)
    picked = connection.execute(query).all()
    whole = load_stories(connection, dict.fromkeys(row.story for row in picked))
    by_id = {each.id: each for loaded in whole for each in loaded.articles}
    return tuple(by_id[row.id] for row in picked)


def newest_stories(connection: Connection, limit: int) -> tuple[Story, ...]:
    """The stories that began last, newest first."""
    rows = connection.execute(select(story.c.id).order_by(story.c.id.desc()).limit(limit))
    whole = {loaded.id: loaded for loaded in load_stories(connection, [number for (number,) in rows])}
    return tuple(sorted(whole.values(), key=lambda loaded: -int(loaded.id)))


def untold(connection: Connection, since: datetime, until: datetime, schedule: str | None) -> tuple[Story, ...]:
    """Walks the articles found in the window by their index, then asks of each one's story whether it was told.

    Articles that count as told bring up no story: what a backfill finds is not today's news.
    """
    rows = connection.execute(
        select(article.c.story)
        .join(story, story.c.id == article.c.story)
        .where(article.c.found >= since, article.c.found < until, article.c.told.is_(False), ~told(schedule))
        .distinct()
    )
    split = connection.execute(
        select(story.c.id).where(story.c.raised >= since, story.c.raised < until, ~told(schedule))
    )
    return load_stories(connection, [number for (number,) in (*rows, *split)])


def grown(connection: Connection, since: datetime, until: datetime, schedule: str | None) -> tuple[Grown, ...]:
    """Told stories that an article found in the window adds to, with all that was found since they were last told."""
    rows = connection.execute(
        select(article.c.story)
        .join(story, story.c.id == article.c.story)
        .where(article.c.found >= since, article.c.found < until, article.c.told.is_(False), told(schedule))
        .distinct()
    )
    numbers = [number for (number,) in rows]
    last = last_tellings(connection, numbers, schedule)
    found: list[Grown] = []
    for each in load_stories(connection, numbers):
        seen_until, day = last.get(int(each.id), (None, None))
        fresh = frozenset(
            stored.id
            for stored in each.articles
            if not stored.article.told and stored.article.found < until
            if seen_until is None or stored.article.found >= seen_until
        )
        if fresh:
            found.append(Grown(each, fresh, day))
    return tuple(found)


def last_tellings(
    connection: Connection, numbers: Sequence[int], schedule: str | None
) -> dict[int, tuple[datetime, date]]:
    """Until when the last edition that told each story looked, and its day."""
    found: dict[int, tuple[datetime, date]] = {}
    for part in batches(sorted(numbers)):
        telling = (
            select(edition_story.c.story, edition.c.until, edition.c.date)
            .join(edition, edition.c.id == edition_story.c.edition)
            .where(edition_story.c.story.in_(part))
            .order_by(edition.c.until)
        )
        if schedule is not None:
            telling = telling.where(edition.c.schedule.in_([schedule, "first"]))
        found |= {row.story: (row.until, row.date) for row in connection.execute(telling)}
    return found


def told_at(connection: Connection, urls: Sequence[str], schedule: str | None) -> frozenset[str]:
    """The addresses of these at which an article of a told story stands."""
    found: set[str] = set()
    for part in batches(urls):
        rows = connection.execute(
            select(article.c.url)
            .join(story, story.c.id == article.c.story)
            .where(article.c.url_hash.in_([hash_url(url) for url in part]), told(schedule))
        )
        found.update(url for (url,) in rows)
    return frozenset(found)


def told_seeds(connection: Connection, seeds: Iterable[str], schedule: str | None) -> frozenset[str]:
    telling = (
        select(edition_story.c.story)
        .join(edition, edition.c.id == edition_story.c.edition)
        .where(edition_story.c.story == article.c.story)
    )
    if schedule is not None:
        telling = telling.where(edition.c.schedule.in_([schedule, "first"]))
    query = (
        select(verdict.c.seed)
        .join(article, article.c.id == verdict.c.article)
        .where(verdict.c.seed.in_(sorted(set(seeds))), telling.exists())
        .distinct()
    )
    return frozenset(str(seed) for (seed,) in connection.execute(query))


def retold(connection: Connection, since: datetime, until: datetime, schedule: str | None) -> int:
    """Stories told before that an article found in the window adds to.

    An article of the telling edition itself adds nothing, nor does one that counts as told (backfill).
    """
    telling = (
        select(edition_story.c.story)
        .join(edition, edition.c.id == edition_story.c.edition)
        .where(edition_story.c.story == article.c.story, edition.c.until <= article.c.found)
    )
    if schedule is not None:
        telling = telling.where(edition.c.schedule.in_([schedule, "first"]))
    rows = connection.execute(
        select(func.count(article.c.story.distinct()))
        .join(story, story.c.id == article.c.story)
        .where(
            article.c.found >= since,
            article.c.found < until,
            article.c.told.is_(False),
            or_(story.c.told_in == 0, telling.exists()),
        )
    )
    return int(rows.scalar_one())


def told(schedule: str | None) -> ColumnElement[bool]:
    """Told in any edition, or without one; with a schedule, told to the readers of that one."""
    if schedule is None:
        return story.c.told_in.is_not(None)
    told_there = (
        select(edition_story.c.story)
        .join(edition, edition.c.id == edition_story.c.edition)
        .where(edition_story.c.story == story.c.id, edition.c.schedule.in_([schedule, "first"]))
    )
    return func.coalesce(story.c.told_in == 0, false()) | told_there.exists()


def load_stories(connection: Connection, numbers: Iterable[int]) -> tuple[Story, ...]:
    """Whole stories, ordered by their first report."""
    loaded = [each for part in batches(sorted(set(numbers))) for each in _load_batch(connection, part)]
    return tuple(sorted(loaded, key=lambda each: _rank(each.articles[0])))


def _load_batch(connection: Connection, numbers: Sequence[int]) -> list[Story]:
    rows = connection.execute(
        select(
            article,
            story.c.raised,
            _newest_telling().label("told_in"),
            verdict.c.body.label("verdict"),
            captured.c.at.label("captured"),
        )
        .join(story, story.c.id == article.c.story)
        .join(verdict, (verdict.c.article == article.c.id) & verdict.c.seed.is_not(None), isouter=True)
        .join(captured, captured.c.article == article.c.id, isouter=True)
        .where(article.c.story.in_(numbers))
    ).all()
    ids = [row.id for row in rows]
    topics, packed = topics_of(connection, ids), facts_of(connection, ids)
    told: dict[int, int | None] = {}
    raised: dict[int, bool] = {}
    members: defaultdict[int, list[StoredArticle]] = defaultdict(list)
    for row in rows:
        told[row.story] = row.told_in
        raised[row.story] = row.raised is not None
        members[row.story].append(read_row(row, topics.get(row.id, ()), packed.get(row.id, "")))
    return [Story(str(number), in_order(found), told[number], raised[number]) for number, found in members.items()]


def _newest_telling() -> ColumnElement[int | None]:
    """The newest edition that told a story; what the story itself says (0 or nothing) where none did."""
    newest = select(func.max(edition_story.c.edition)).where(edition_story.c.story == story.c.id).scalar_subquery()
    return func.coalesce(newest, story.c.told_in)


def in_order(members: list[StoredArticle]) -> tuple[StoredArticle, ...]:
    """The earliest first; relations are told from there.

    Where a report turns up that is earlier than the one that founded the story, the two change places: what the
    newcomer was to the founder, the founder is to it.
    """
    first, *others = sorted(members, key=_rank)
    relation = Relation.COPY if first.relation is Relation.COPY else Relation.RETELLING
    later = (replace(each, relation=relation) if each.relation is Relation.NEW else each for each in others)
    return (replace(first, relation=Relation.NEW), *later)


def _rank(stored: StoredArticle) -> tuple[datetime, str]:
    return stored.article.effective, stored.article.url


def topics_of(connection: Connection, articles: Sequence[int]) -> Mapping[int, tuple[TopicMatch, ...]]:
    """The topics of these articles in the order they were given."""
    found: defaultdict[int, list[TopicMatch]] = defaultdict(list)
    columns = article_topic.c
    for part in batches(articles):
        rows = connection.execute(
            select(article_topic).where(columns.article.in_(part)).order_by(columns.article, columns.rank)
        )
        for row in rows:
            terms = codec.loads(_Terms, row.terms)
            found[row.article].append(TopicMatch(row.topic, row.about, row.score, terms))
    return {number: tuple(matches) for number, matches in found.items()}


def read_row(row: Any, topics: tuple[TopicMatch, ...], packed: str = "") -> StoredArticle:
    return StoredArticle(
        id=row.id,
        article=_article(row),
        topics=topics,
        story=str(row.story),
        relation=Relation(row.relation),
        seed=_seed(row.verdict),
        facts=packed,
    )


def _seed(body: str | None) -> Match | None:
    return None if body is None else codec.loads(Verdict, body).seed


def dated(row: Any) -> datetime | None:
    """When an article was published; what stands in its row for a date that nobody gave is none."""
    return None if row.captured is not None and row.published_from == "found" else row.published


def _article(row: Row[Any]) -> Article:
    return Article(
        url=row.url,
        title=row.title,
        text=row.text,
        source=row.source,
        outlet=row.outlet,
        language=row.language,
        found=row.found,
        published=dated(row),
        published_from=row.published_from,
        authors=codec.loads(_Terms, row.authors),
        role=row.role,
        headline_only=row.headline_only,
        text_from=row.text_from,
        told=row.told,
        captured=row.captured,
    )


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19  # within 64 bits
