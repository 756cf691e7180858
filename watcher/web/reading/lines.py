"""An article as a list of a page has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.digest.select import is_talk
from watcher.render.clean import link
from watcher.types import HeadlineOnly, Relation, Role, StoredArticle


@dataclass(frozen=True, slots=True)
class Line:
    """One article: what it is called, whose it is, and since when it counts."""

    id: int
    story: str
    title: str
    url: str  # empty where it is no link
    outlet: str
    source: str
    language: str
    at: datetime
    role: Role = "outlet"
    headline_only: HeadlineOnly | None = None


def line_of(stored: StoredArticle) -> Line:
    article = stored.article
    return Line(
        id=stored.id,
        story=stored.story,
        title=article.title,
        url=link(article.url),
        outlet=article.outlet,
        source=article.source,
        language=article.language,
        at=article.effective,
        role=article.role,
        headline_only=article.headline_only,
    )


def best(articles: Sequence[StoredArticle], reads: Sequence[str]) -> StoredArticle:
    """The one to be shown of a story: readable before not, outlets before forums, own text before copies, earliest."""

    def turn(stored: StoredArticle) -> tuple[int, bool, bool, bool, datetime, str]:
        article = stored.article
        place = reads.index(article.language) if article.language in reads else len(reads)
        is_copy = stored.relation is Relation.COPY
        return (
            place,
            is_talk(article.role),
            article.headline_only is not None,
            is_copy,
            article.effective,
            article.url,
        )

    return min(articles, key=turn)
