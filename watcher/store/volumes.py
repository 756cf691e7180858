"""How many articles were found from one moment to the next: by language, and by the topics they are about.

One walk along the index of `article.found` for all spans: work for what lies in them, however much the archive holds.
Thirty days of their own questions each were sixty statements for every edition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, Select, case, func, select

from watcher.store.tables import article, article_topic
from watcher.types import Found


def volumes(connection: Connection, bounds: Sequence[datetime]) -> tuple[Found, ...]:
    """What was found in each span between two neighbouring moments; what counts as told (backfill) was not."""
    edges = sorted(set(bounds))
    languages, topics = _counted(connection, edges)
    place = {edge: number for number, edge in enumerate(edges)}
    spans = [range(place[since], place[until]) for since, until in pairwise(bounds)]
    return tuple(Found(_sum(languages, span), _sum(topics, span)) for span in spans)


def _sum(counts: Sequence[Counter[str]], span: range) -> dict[str, int]:
    return dict(sum((counts[number] for number in span), Counter[str]()))


def _counted(connection: Connection, edges: Sequence[datetime]) -> tuple[Sequence[Counter[str]], ...]:
    """Between each moment and the next one: articles of each language, and those about each topic."""
    if len(edges) < 2:
        return (), ()
    span = case(*((article.c.found < edge, number) for number, edge in enumerate(edges[1:]))).label("span")
    lately = (article.c.found >= edges[0], article.c.found < edges[-1], article.c.told.is_(False))
    languages = select(span, article.c.language.label("name")).where(*lately)
    topics = (
        select(span, article_topic.c.topic.label("name"))
        .join_from(article, article_topic, article.c.id == article_topic.c.article)
        .where(*lately, article_topic.c.about.is_(True))
    )
    return tuple(_by_span(connection, found, len(edges) - 1) for found in (languages, topics))


def _by_span(connection: Connection, found: Select[tuple[int, str]], spans: int) -> Sequence[Counter[str]]:
    each = found.subquery()
    counts: list[Counter[str]] = [Counter() for _ in range(spans)]
    rows = connection.execute(select(each.c.span, each.c.name, func.count()).group_by(each.c.span, each.c.name))
    for number, name, count in rows:
        counts[number][name] = count
    return counts
