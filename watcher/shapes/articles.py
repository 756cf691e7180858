"""Stored articles and stories as programs get them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from watcher.types import StoredArticle, Story


def article_row(stored: StoredArticle) -> dict[str, Any]:
    """A stored article as it is shown, without its text."""
    article = stored.article
    return {
        "id": stored.id,
        "url": article.url,
        "title": article.title,
        "outlet": article.outlet,
        "source": article.source,
        "language": article.language,
        "published": iso(article.published),
        "published_from": article.published_from,
        "found": iso(article.found),
        "captured": iso(article.captured),
        "headline_only": article.headline_only,
        "text_from": article.text_from,
        "counts_as_told": article.told,
        "topics": {
            match.topic: ("about " if match.about else "mention ") + f"{match.score:.2f}" for match in stored.topics
        },
        "story": stored.story,
        "relation": stored.relation.value,
    }


def story_row(story: Story, reads: Sequence[str] = ()) -> dict[str, Any]:
    """A story as lists of stories show it; its headline in the best of the languages that are read, if it has one."""
    articles = [stored.article for stored in story.articles]
    named = min(articles, key=lambda each: reads.index(each.language) if each.language in reads else len(reads))
    return {
        "id": story.id,
        "title": named.title,
        "url": named.url,
        "articles": len(articles),
        "outlets": sorted({article.outlet for article in articles}),
        "languages": sorted({article.language for article in articles}),
        "told_in": story.told_in,
    }


def whole_row(stored: StoredArticle) -> dict[str, Any]:
    """A stored article with its text."""
    article = stored.article
    more = {"role": article.role, "authors": list(article.authors), "date": iso(article.effective)}
    return {**article_row(stored), **more, "text": article.text}


def iso(moment: datetime | None) -> str | None:
    """A moment as programs get it."""
    return moment.isoformat() if moment else None
