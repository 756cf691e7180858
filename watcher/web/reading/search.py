"""Searching: a form that remembers what was asked, and what was found with the words marked where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from watcher.render.clean import cleaned, link, shorten
from watcher.text.query import read_query
from watcher.types import HeadlineOnly, SearchHit, SearchOrder
from watcher.web.reading.desk import Desk
from watcher.web.reading.texts import Paragraph, excerpt

_PAGE = 20
_NAME = 60  # columns of what can be chosen
_LONGEST = 500  # characters of a query
_FIELDS = ("q", "topic", "language", "source", "since", "order")


@dataclass(frozen=True, slots=True)
class Found:
    """One article that was found."""

    id: int
    story: str
    url: str
    title: Paragraph
    excerpt: Paragraph
    outlet: str
    language: str
    at: Any
    headline_only: HeadlineOnly | None
    before: bool  # the excerpt does not begin the text


def search_values(desk: Desk, asked: Mapping[str, str], base: str) -> dict[str, Any]:
    """The form as it was filled in, and a page of what was found."""
    given = {name: asked.get(name, "")[:_LONGEST] for name in _FIELDS}
    order: SearchOrder = "relevance" if given["order"] == "relevance" else "newest"
    zone = desk.config.timezone
    query = read_query(given["q"], zone, order)
    if given["topic"] in desk.topics:
        query = replace(query, topics=(*query.topics, given["topic"]))
    if given["source"] in desk.sources:
        query = replace(query, sources=(*query.sources, given["source"]))
    if given["language"] in _languages(desk):
        query = replace(query, languages=(*query.languages, given["language"]))
    if given["since"]:
        since = read_query(f"since:{given['since']}", zone).since
        query = replace(query, since=since or query.since)
    result = desk.store.search(query, _PAGE, asked.get("after") or None)
    kept = {name: value for name, value in given.items() if value}
    return {
        "given": given,
        "found": tuple(_found(hit) for hit in result.hits),
        "total": result.total,
        "is_more": result.more,
        "waiting": result.waiting,
        "ignored": query.ignored,
        "is_void": query.is_void,
        "is_asked": bool(kept) or "after" in asked,
        "later": f"{base}/search?{urlencode({**kept, 'after': result.next})}" if result.next else "",
        "first": f"{base}/search?{urlencode(kept)}" if asked.get("after") else "",
    }


def search_choices(desk: Desk) -> dict[str, Any]:
    """What can be chosen from, clean already: of two hundred sources that took as long as all that is found."""
    topics = cleaned(tuple(desk.topics.items()))
    sources = cleaned(tuple((id, source.title or id) for id, source in sorted(desk.sources.items())))
    languages = cleaned(tuple(sorted((desk.words.language_name(each), each) for each in _languages(desk))))
    return {
        "topics": tuple((id, shorten(title, _NAME)) for id, title in topics),
        "sources": tuple((id, shorten(title, _NAME)) for id, title in sources),
        "languages": languages,
    }


def _languages(desk: Desk) -> frozenset[str]:
    """The languages that can be chosen: those that are read, and those of the sources."""
    written = {source.language for source in desk.sources.values() if source.language}
    return frozenset(written | set(desk.reads))


def _found(hit: SearchHit) -> Found:
    return Found(
        id=hit.id,
        story=hit.story,
        url=link(hit.url),
        title=excerpt(hit.title, hit.title_marks),
        excerpt=excerpt(hit.excerpt, hit.excerpt_marks),
        outlet=hit.outlet,
        language=hit.language,
        at=hit.date,
        headline_only=hit.headline_only,
        before=hit.starts > 0,
    )
