"""Stories and articles page by page, newest first, without their texts: what lists need, however much is stored."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from watcher.store.opened import Opened
from watcher.store.shelf import MOST_OF_STORY, ShelfReads
from watcher.store.tables import article, story
from watcher.types import StoredArticle, Story


class Listing(ShelfReads, Opened):
    """Lists that are read in pages; each page begins before the last id of the one before it."""

    def articles_before(self, before: int | None, limit: int, source: str | None = None) -> tuple[StoredArticle, ...]:
        """The articles stored last."""
        query = select(article.c.id).order_by(article.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(article.c.id < before)
        if source is not None:
            query = query.where(article.c.source == source)
        with self._reading() as connection:
            numbers = [number for (number,) in connection.execute(query)]
        found = self.heads(numbers)
        return tuple(found[number] for number in numbers if number in found)

    def stories_before(self, before: int | None, limit: int) -> tuple[Story, ...]:
        """The stories that began last; of one that everybody has, so many articles that they fit a page."""
        query = select(story.c.id, story.c.told_in, story.c.raised).order_by(story.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(story.c.id < before)
        with self._reading() as connection:
            rows = connection.execute(query).all()
            members = select(article.c.id).where(article.c.story.in_([row.id for row in rows]))
            numbers = [number for (number,) in connection.execute(members.limit(limit * MOST_OF_STORY))]
        by_story: defaultdict[str, list[StoredArticle]] = defaultdict(list)
        for stored in self.heads(numbers).values():
            by_story[stored.story].append(stored)
        return tuple(
            Story(str(row.id), _ranked(by_story[str(row.id)]), row.told_in, row.raised is not None)
            for row in rows
            if by_story[str(row.id)]
        )


def _ranked(members: list[StoredArticle]) -> tuple[StoredArticle, ...]:
    return tuple(sorted(members, key=lambda each: (each.article.effective, each.article.url)))
