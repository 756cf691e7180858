"""Small stories, made in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from watcher.types import Article, Match, Relation, StoredArticle, Story, TopicMatch

NOW = datetime(2025, 3, 11, 7, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def stored() -> Callable[..., StoredArticle]:
    """Makes a stored article; `hours` is its age."""
    numbers = count(1)

    def make(
        outlet: str = "Blatt",
        *,
        language: str = "en",
        hours: float = 2,
        relation: str = "new",
        topics: tuple[tuple[str, float, bool], ...] = (("nvidia", 0.9, True),),
        seed: str | None = None,
        **fields: object,
    ) -> StoredArticle:
        number = next(numbers)
        article = Article(
            url=f"https://news.example/{number}",
            title=str(fields.pop("title", f"Headline {number}")),
            text=str(fields.pop("text", f"The company said on Monday that it will build factory number {number}.")),
            source=str(fields.pop("source", outlet.lower())),
            outlet=outlet,
            language=language,
            found=NOW,
            published=NOW - timedelta(hours=hours),
            **fields,  # type: ignore[arg-type]
        )
        return StoredArticle(
            id=number,
            article=article,
            topics=tuple(TopicMatch(topic, about, score, (topic,)) for topic, score, about in topics),
            story="",
            relation=Relation(relation),
            seed=Match(seed, Relation.RETELLING, 0.9) if seed else None,
        )

    return make


@pytest.fixture
def story() -> Callable[..., Story]:
    numbers = count(1)

    def make(*articles: StoredArticle, told_in: int | None = None) -> Story:
        return Story(f"s{next(numbers)}", articles, told_in)

    return make
