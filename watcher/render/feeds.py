"""Feeds of our own: Atom (RFC 4287) and JSON Feed 1.1, of the same items.

An item's id is a `urn:uuid:` that neither a new address nor a new template changes. What is not told about an address
is left out: without `[service] public_url` nobody knows where these feeds are, and pages beside them are named
relatively, which Atom allows and JSON Feed does not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from watcher import __version__
from watcher.markup.writing import LANGUAGE, Element

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a feed tells: clean text, and sanitised HTML."""

    id: str
    title: str
    html: str
    language: str  # empty: unknown
    at: datetime
    page: str = ""  # where it stands with us; relative to the feed where no address of ours is known
    about: str = ""  # the article it is about
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its newest items first."""

    id: str
    title: str
    author: str
    language: str
    page: str  # of all editions, relative to the feed
    updated: datetime
    items: Sequence[Item]


def atom(feed: Feed) -> str:
    """The feed as Atom."""
    root = Element("feed", _ATOM)
    root.set({LANGUAGE: feed.language})
    root.add("id", feed.id)
    root.add("title", feed.title)
    root.add("updated", _moment(feed.updated))
    root.add("author").add("name", feed.author)
    root.add("link", attributes={"rel": "alternate", "type": "text/html", "href": feed.page})
    root.add("generator", "toldonce", {"version": __version__})
    for item in feed.items:
        _entry(root.add("entry"), item)
    return root.document()


def _entry(entry: Element, item: Item) -> None:
    entry.set({LANGUAGE: item.language})
    entry.add("id", item.id)
    entry.add("title", item.title)
    entry.add("updated", _moment(item.at))
    entry.add("published", _moment(item.at))
    alternate = item.about or item.page
    if alternate:
        entry.add("link", attributes={"rel": "alternate", "type": "text/html", "href": alternate})
    if item.about and item.page:
        entry.add("link", attributes={"rel": "related", "type": "text/html", "href": item.page})
    for author in item.authors:
        entry.add("author").add("name", author)
    for tag in item.tags:
        entry.add("category", attributes={"term": tag})
    entry.add("content", item.html, {"type": "html"})


def json_feed(feed: Feed) -> str:
    """The same as JSON Feed."""
    document = {
        "version": _JSON_FEED,
        "title": feed.title,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": [_item(item) for item in feed.items],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _item(item: Item) -> dict[str, Any]:
    """An item's `url` is our page of it and `external_url` the article, as the specification has it for link blogs."""
    page = item.page if "://" in item.page else ""
    optional: dict[str, Any] = {
        "url": page,
        "external_url": item.about,
        "title": item.title,
        "content_html": item.html,
        "date_published": _moment(item.at),
        "language": item.language,
        "authors": [{"name": author} for author in item.authors],
        "tags": list(item.tags),
    }
    kept = {key: value for key, value in optional.items() if value or key == "content_html"}
    return {"id": item.id} | kept


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
