"""What was worked out about articles before and comes along whenever they are compared: facts and vectors."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from watcher.store import vectors
from watcher.store.columns import batches
from watcher.store.statements import insert_new, insert_or_update
from watcher.store.tables import facts
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
    packed = _facts_of(connection, numbers)
    held = vectors.of_articles(connection, encoding, numbers) if encoding else {}
    return tuple(
        replace(document, facts=packed.get(number, ""), vectors=tuple(held.get(number, {}).items()))
        for number, document in zip(numbers, documents, strict=True)
    )


def _facts_of(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Facts that today's reader would find too; those of an older one are worth nothing."""
    current = _version()
    return {
        row.article: zlib.decompress(row.packed).decode()
        for part in batches(numbers)
        for row in connection.execute(
            select(facts.c.article, facts.c.packed).where(facts.c.article.in_(part), facts.c.version == current)
        )
    }


def _version() -> int:
    # Imported where articles are compared, and so the facts are needed anyway: a quarter of a second.
    from watcher.stories.facts.lookup import VERSION

    return VERSION
