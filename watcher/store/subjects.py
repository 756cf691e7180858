"""What a rule is tried on, and the topics of articles that are there already when a rule is new or changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from watcher.store import codec
from watcher.store.statements import insert_new
from watcher.store.stories import dated, topics_of
from watcher.store.tables import article, article_topic, captured, lead
from watcher.types import PassedText, TopicMatch

_ROWS = 500  # read at a time: texts are long


def passed_articles(connection: Connection, since: datetime) -> Iterator[PassedText]:
    """The articles found since a moment, newest first."""
    columns = article.c
    rows = connection.execute(
        select(
            columns.id, columns.url, columns.title, columns.text, columns.source, columns.language, columns.found,
            columns.published, columns.published_from, captured.c.at.label("captured"),
        )
        .join(captured, captured.c.article == columns.id, isouter=True)
        .where(columns.found >= since, columns.headline_only.is_distinct_from("removed"))
        .order_by(columns.found.desc(), columns.id.desc())
        .execution_options(yield_per=_ROWS)
    )  # fmt: skip
    for row in rows:
        yield PassedText(row.id, row.url, row.title, row.text, row.source, row.language, row.found, dated(row))


def passed_leads(connection: Connection, since: datetime) -> Iterator[PassedText]:
    """The off-topic leads found since a moment that are not forgotten yet, newest first."""
    columns = lead.c
    rows = connection.execute(
        select(columns.url, columns.title, columns.source, columns.found, columns.published)
        .where(columns.outcome == "off-topic", columns.url.is_not(None), columns.found >= since)
        .order_by(columns.found.desc(), columns.url)
        .execution_options(yield_per=_ROWS)
    )
    for row in rows:
        yield PassedText(None, row.url, row.title or "", "", row.source, "und", row.found, row.published)


def set_topic(connection: Connection, topic: str, matches: Mapping[int, TopicMatch | None]) -> set[int]:
    """Writes what one topic is to these articles, None for nothing; returns those that had something else."""
    before = topics_of(connection, list(matches))
    changed: set[int] = set()
    for number, match in matches.items():
        held = {each.topic: each for each in before.get(number, ())}
        if held.get(topic) == match:
            continue
        changed.add(number)
        others = [each for each in held.values() if each.topic != topic]
        ranked = sorted([*others, *([match] if match else [])], key=lambda each: (-each.score, each.topic))
        connection.execute(delete(article_topic).where(article_topic.c.article == number))
        insert_new(connection, article_topic, [_row(number, rank, each) for rank, each in enumerate(ranked)])
    return changed


def _row(number: int, rank: int, match: TopicMatch) -> dict[str, object]:
    return {
        "article": number,
        "topic": match.topic,
        "rank": rank,
        "about": match.about,
        "score": match.score,
        "terms": codec.dumps(match.terms),
    }
