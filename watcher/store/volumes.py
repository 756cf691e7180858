"""How many articles were found from one moment to the next: by language, and by the topics they are about.

Each span is a walk along the index of `article.found`: work for what lies in it, however much the archive holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, func, select

from watcher.store.tables import article, article_topic
from watcher.types import Found


def volumes(connection: Connection, bounds: Sequence[datetime]) -> tuple[Found, ...]:
    """What was found in each span between two neighbouring moments; what counts as told (backfill) was not."""
    return tuple(_found(connection, since, until) for since, until in pairwise(bounds))


def _found(connection: Connection, since: datetime, until: datetime) -> Found:
    if since >= until:
        return Found()
    lately = (article.c.found >= since, article.c.found < until, article.c.told.is_(False))
    languages = connection.execute(select(article.c.language, func.count()).where(*lately).group_by(article.c.language))
    topics = connection.execute(
        select(article_topic.c.topic, func.count())
        .join(article, article.c.id == article_topic.c.article)
        .where(*lately, article_topic.c.about.is_(True))
        .group_by(article_topic.c.topic)
    )
    return Found({name: count for name, count in languages}, {name: count for name, count in topics})  # noqa: C416 - rows are no pairs to mypy
