"""What a search found, as programs get it."""

from __future__ import annotations

from typing import Any

from watcher.shapes.articles import iso
from watcher.types import Passage, SearchHit, SearchQuery, SearchResult


def hit_row(hit: SearchHit) -> dict[str, Any]:
    """One article that was found; marks are offsets into its title and its excerpt."""
    return {
        "id": hit.id,
        "story": hit.story,
        "url": hit.url,
        "title": hit.title,
        "outlet": hit.outlet,
        "source": hit.source,
        "language": hit.language,
        "date": iso(hit.date),
        "published": iso(hit.published),
        "found": iso(hit.found),
        "topics": list(hit.topics),
        "headline_only": hit.headline_only,
        "score": hit.score,
        "excerpt": hit.excerpt,
        "marks": {"title": _passages(hit.title_marks), "excerpt": _passages(hit.excerpt_marks)},
    }


def result_row(result: SearchResult) -> dict[str, Any]:
    """A page of what was found, and how the query was understood."""
    return {
        "query": query_row(result.query),
        "total": result.total,
        "more": result.more,
        "next": result.next,
        "waiting": result.waiting,
        "hits": [hit_row(hit) for hit in result.hits],
    }


def query_row(query: SearchQuery) -> dict[str, Any]:
    """A query as it was understood."""
    return {
        "text": query.text,
        "words": [" ".join(term.runs) for term in query.terms],
        "without": [" ".join(term.runs) for term in query.without],
        "topics": list(query.topics),
        "languages": list(query.languages),
        "outlets": [" ".join(term.runs) for term in query.outlets],
        "sources": list(query.sources),
        "since": iso(query.since),
        "until": iso(query.until),
        "order": query.order,
        "ignored": list(query.ignored),
        "searchable": not query.is_void,
    }


def _passages(passages: tuple[Passage, ...]) -> list[dict[str, int]]:
    return [{"start": passage.start, "end": passage.end} for passage in passages]
