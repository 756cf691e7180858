"""What was worked out about articles before and comes along whenever they are compared: facts, vectors, topics."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from watcher.store import vectors
from watcher.store.columns import batches
from watcher.store.statements import insert_new, insert_or_update
from watcher.store.tables import article_topic, facts
from watcher.types import Document, Encoding


def keep_facts(connection: Connection, number: int, packed: str, *, anew: bool) -> None:
    """Stores an article's facts; in place of older ones only where they were read anew."""
    if packed:
        row = {"article": number, "version": _version(), "packed": zlib.compress(packed.encode())}
        if anew:
            insert_or_update(connection, facts, [row], ("version", "packed"))
        else:
            insert_new(connection, facts, [row])


def bring(connection: Connection, documents: Sequence[Document], encoding: Encoding | None) -> tuple[Document, ...]:
    """The same articles with all that is stored of them, in one query more for each kind of thing."""
    if not documents:
        return ()
    numbers = [int(document.id) for document in documents]
    packed = facts_of(connection, numbers)
    held = vectors.of_articles(connection, encoding, numbers) if encoding else {}
    about = topics_named(connection, numbers)
    return tuple(
        replace(
            document,
            facts=packed.get(number, ""),
            vectors=tuple(held.get(number, {}).items()),
            topics=tuple(about.get(number, ())),
        )
        for number, document in zip(numbers, documents, strict=True)
    )


def facts_of(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Facts that today's reader would find too; those of an older one are worth nothing."""
    current = _version()
    return {
        row.article: zlib.decompress(row.packed).decode()
        for part in batches(numbers)
        for row in connection.execute(
            select(facts.c.article, facts.c.packed).where(facts.c.article.in_(part), facts.c.version == current)
        )
    }


def topics_named(connection: Connection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """What the articles are about, in the order of the configuration they came under."""
    found: dict[int, list[str]] = {}
    columns = (article_topic.c.article, article_topic.c.topic)
    for part in batches(numbers):
        is_about = (article_topic.c.article.in_(part), article_topic.c.about)
        for row in connection.execute(select(*columns).where(*is_about).order_by(article_topic.c.rank)):
            found.setdefault(row.article, []).append(row.topic)
    return found


def _version() -> int:
    # Imported where articles are compared, and so the facts are needed anyway: a quarter of a second.
    from watcher.stories.facts.lookup import VERSION

    return VERSION
