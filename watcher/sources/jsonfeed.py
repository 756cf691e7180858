"""JSON Feed 1.0 and 1.1, read into the same raw shapes as XML feeds."""

from __future__ import annotations

import json
from typing import Any

from watcher.errors import ReadError
from watcher.sources.plain import plain_line
from watcher.sources.raw import RawEntry, RawFeed, RawLink, RawText

_OWN_KEYS = frozenset(("content_html", "content_text", "date_published", "external_url"))
_ERROR_KEYS = ("error", "errors", "message", "error_description", "detail", "msg", "reason")


def parse_json(text: str) -> RawFeed:
    """Raises ReadError for what is no JSON, or JSON of another kind."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"looks like JSON and is not readable as JSON ({str(error)[:80]})") from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or not _is_feed(document, items):
        if stated := _error(document):
            raise ReadError(f'an error in JSON instead of the feed: "{stated}"')
        raise ReadError("JSON, but no JSON Feed (no version of jsonfeed.org and list of items in it)")
    following = _text(document.get("next_url"))
    return RawFeed(
        version="json",
        title=RawText(_text(document.get("title"))),
        link=_text(document.get("home_page_url")),
        language=_text(document.get("language")),
        links=(RawLink("next", "", following),) if following else (),
        entries=tuple(_entry(item) for item in items if isinstance(item, dict)),
    )


def _is_feed(document: dict[str, Any], items: list[Any]) -> bool:
    """By its version, or by a first item that has what only a JSON Feed's items have."""
    if "jsonfeed.org/version/" in _text(document.get("version")):
        return True
    first = items[0] if items and isinstance(items[0], dict) else {}
    return not _OWN_KEYS.isdisjoint(first)


def _error(document: object) -> str:
    """What an error that came as JSON says, in a line."""
    for _ in range(4):
        if isinstance(document, list):
            document = document[0] if document else None
        if isinstance(document, dict):
            document = next((document[key] for key in _ERROR_KEYS if document.get(key)), None)
    return plain_line(document)[:100] if isinstance(document, str) else ""


def _entry(item: dict[str, Any]) -> RawEntry:
    html = _text(item.get("content_html"))
    link = _text(item.get("url")) or _text(item.get("external_url"))
    return RawEntry(
        id=_text(item.get("id")),
        title=RawText(_text(item.get("title"))),
        links=(RawLink("alternate", "", link),) if link else _enclosures(item.get("attachments")),
        summary=RawText(_text(item.get("summary"))),
        content=RawText(html or _text(item.get("content_text")), is_html=bool(html)),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        language=_text(item.get("language")),
        authors=_authors(item),
        guid_is_link=True,  # the specification wishes an id to be the item's address
    )


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    listed = item.get("authors")
    people = listed if isinstance(listed, list) else [item.get("author")]
    return tuple(_text(person.get("name")) for person in people if isinstance(person, dict))


def _enclosures(attachments: object) -> tuple[RawLink, ...]:
    if not isinstance(attachments, list):
        return ()
    return tuple(
        RawLink("enclosure", _text(attachment.get("mime_type")), _text(attachment.get("url")))
        for attachment in attachments
        if isinstance(attachment, dict)
    )


def _text(value: object) -> str:
    """Numbers are allowed as ids, and appear elsewhere by mistake; anything else is nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
