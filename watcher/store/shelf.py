"""What a page shows of articles without reading their texts: lists that stay short however much is stored.

Every question here is bounded by its asker and answered from an index; texts are read for the few that are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select

from watcher.store import codec, numbers, stories
from watcher.store.brought import facts_of
from watcher.store.columns import batches
from watcher.store.opened import Opened
from watcher.store.tables import (
    article,
    article_topic,
    captured,
    correction,
    correction_article,
    edition,
    edition_story,
    placing,
    story,
    verdict,
)
from watcher.types import Correction, Listed, Placement, StoredArticle, Story, Verdict

# Articles of one story that are looked at; nobody reads further, and a page has to end.
MOST_OF_STORY = 400


class ShelfReads(Opened):
    """What the pages ask beyond what the jobs do. The articles it gives have no text, unless they are `read`."""

    def heads(self, articles: Iterable[int]) -> dict[int, StoredArticle]:
        """These articles by id; an id that is none is left out."""
        with self._reading() as connection:
            return _heads(connection, list(dict.fromkeys(articles)))

    def read(self, articles: Iterable[int]) -> dict[int, StoredArticle]:
        """These articles with their texts, and their facts where they were worked out before."""
        with self._reading() as connection:
            heads = _heads(connection, list(dict.fromkeys(articles)))
            packed, wanted = facts_of(connection, list(heads)), select(article.c.id, article.c.text)
            texts = {
                row.id: row.text
                for part in batches(list(heads))
                for row in connection.execute(wanted.where(article.c.id.in_(part)))
            }
        return {
            number: replace(head, article=replace(head.article, text=texts[number]), facts=packed.get(number, ""))
            for number, head in heads.items()
        }

    def fresh(
        self, since: datetime, limit: int, after: tuple[datetime, int] | None = None
    ) -> tuple[StoredArticle, ...]:
        """The newest articles that are about a topic and were found since a moment, history left out, newest first."""
        found = article.c.found
        about = select(literal(1)).where(article_topic.c.article == article.c.id, article_topic.c.about.is_(True))
        query = select(article.c.id).where(found >= since, article.c.told.is_(False), about.exists())
        if after is not None:
            query = query.where((found < after[0]) | ((found == after[0]) & (article.c.id < after[1])))
        with self._reading() as connection:
            return _in_turn(connection, query.order_by(found.desc(), article.c.id.desc()).limit(limit))

    def newest_of(self, source: str, limit: int) -> tuple[StoredArticle, ...]:
        """The last articles of a source, newest first."""
        query = select(article.c.id).where(article.c.source == source).order_by(article.c.found.desc()).limit(limit)
        with self._reading() as connection:
            return _in_turn(connection, query)

    def whole(self, name: str) -> Story | None:
        """A story of which only the first articles found are looked at, their relations told from the earliest.

        A number that is no story's any more leads to where its articles are.
        """
        if not (name.isascii() and name.isdecimal() and len(name) < 19):
            return None
        found = self._whole(name)
        if found is not None:
            return found
        with self._reading() as connection:
            now = numbers.story_now(connection, name)
        return None if now is None else self._whole(str(now))

    def _whole(self, name: str) -> Story | None:
        query = select(article.c.id).where(article.c.story == int(name)).order_by(article.c.id).limit(MOST_OF_STORY)
        with self._reading() as connection:
            members = list(_heads(connection, [number for (number,) in connection.execute(query)]).values())
            row = connection.execute(
                select(story.c.told_in, story.c.raised).where(story.c.id == int(name))
            ).one_or_none()
        if row is None or not members:
            return None
        return Story(name, stories.in_order(members), row.told_in, row.raised is not None)

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """How many articles each of these stories has."""
        count = select(article.c.story, func.count()).group_by(article.c.story)
        with self._reading() as connection:
            return {
                str(number): size
                for part in batches([int(name) for name in dict.fromkeys(names)])
                for number, size in connection.execute(count.where(article.c.story.in_(part)))
            }

    def tellings(self, name: str, limit: int = 100) -> tuple[Listed, ...]:
        """The editions that told a story, oldest first."""
        query = (
            select(edition.c.id, edition.c.date, edition.c.schedule)
            .join(edition_story, edition_story.c.edition == edition.c.id)
            .where(edition_story.c.story == int(name))
            .order_by(edition.c.until)
            .limit(limit)
        )
        with self._reading() as connection:
            return tuple(Listed(*row) for row in connection.execute(query))

    def corrections_on(self, articles: Sequence[int]) -> tuple[Correction, ...]:
        """What was said by hand about any of these articles, oldest first."""
        with self._reading() as connection:
            rows = [
                (row.id, row.body)
                for part in batches(list(articles))
                for row in connection.execute(
                    select(correction.c.id, correction.c.body)
                    .join(correction_article, correction_article.c.correction == correction.c.id)
                    .where(correction_article.c.article.in_(part))
                    .distinct()
                )
            ]
        return tuple(replace(codec.loads(Correction, body), id=number) for number, body in sorted(dict(rows).items()))

    def verdicts(self, articles: Sequence[int]) -> dict[int, Verdict]:
        """What was decided about these articles when they came."""
        query = select(verdict.c.article, verdict.c.body)
        with self._reading() as connection:
            return {
                row.article: codec.loads(Verdict, row.body)
                for part in batches(list(articles))
                for row in connection.execute(query.where(verdict.c.article.in_(part)))
            }

    def placements(self, articles: Sequence[int]) -> dict[int, Placement]:
        """Where these articles were put, of those that somebody placed with more to say than that they are alone."""
        query = select(placing.c.article, placing.c.body).where(placing.c.body.is_not(None))
        with self._reading() as connection:
            return {
                row.article: codec.loads(Placement, row.body)
                for part in batches(list(articles))
                for row in connection.execute(query.where(placing.c.article.in_(part)))
            }

    def tellers(self, seeds: Sequence[str], limit: int) -> dict[str, tuple[StoredArticle, ...]]:
        """The last articles that tell each of these known documents, newest first."""
        newest = select(verdict.c.article).order_by(verdict.c.article.desc()).limit(limit)
        with self._reading() as connection:
            numbers = {
                seed: [number for (number,) in connection.execute(newest.where(verdict.c.seed == seed))]
                for seed in seeds
            }
            found = _heads(connection, [number for each in numbers.values() for number in each])
        return {seed: tuple(found[number] for number in each) for seed, each in numbers.items()}


def _in_turn(connection: Connection, query: Select[Any]) -> tuple[StoredArticle, ...]:
    """The articles of these ids, in their order."""
    numbers = [number for (number,) in connection.execute(query)]
    found = _heads(connection, numbers)
    return tuple(found[number] for number in numbers)


def _heads(connection: Connection, numbers: Sequence[int]) -> dict[int, StoredArticle]:
    columns: Sequence[Any] = [each for each in article.c if each.name != "text"]
    topics = stories.topics_of(connection, numbers)
    found: dict[int, StoredArticle] = {}
    for part in batches(list(numbers)):
        rows = connection.execute(
            select(
                *columns, literal("").label("text"), verdict.c.body.label("verdict"), captured.c.at.label("captured")
            )
            .join(verdict, (verdict.c.article == article.c.id) & verdict.c.seed.is_not(None), isouter=True)
            .join(captured, captured.c.article == article.c.id, isouter=True)
            .where(article.c.id.in_(part))
        )
        for row in rows:
            found[row.id] = stories.read_row(row, topics.get(row.id, ()))
    return found
