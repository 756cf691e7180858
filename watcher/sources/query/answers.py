"""The JSON that engines answer with, read into leads: Hacker News by Algolia, and GDELT."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from watcher.errors import ReadError
from watcher.sources.charset import decode
from watcher.sources.dates import read_date
from watcher.sources.plain import plain_line, plain_text
from watcher.sources.query.engines import GDELT_LANGUAGES
from watcher.types import Lead, Page, Reading, Source
from watcher.urls import absolute

_THREAD = "https://news.ycombinator.com/item?id="
_SEEN = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z")
_BEFORE_MARK = re.compile(r"\s+([,.;!?%)])")
_LONGEST_TITLE = 1_000
_CODES = {name: code for code, name in GDELT_LANGUAGES.items()}


def hacker_news(source: Source, page: Page) -> Reading:
    """Threads, each with the address it is about in its text: that is where the edition finds its story."""
    del source
    hits = _listed(page, "hits", "Hacker News search")
    return Reading(leads=tuple(_thread(hit) for hit in hits if _text(hit, "objectID").isdecimal()))


def gdelt(source: Source, page: Page) -> Reading:
    """Articles at their own addresses, each of the outlet whose domain GDELT gives."""
    del source
    return Reading(leads=tuple(_article(row) for row in _listed(page, "articles", "GDELT")))


def _thread(hit: dict[str, Any]) -> Lead:
    about = absolute(None, _text(hit, "url"))
    text = plain_text(_text(hit, "story_text"), is_html=True)
    author = plain_line(_text(hit, "author"))
    thread = _THREAD + _text(hit, "objectID")
    return Lead(
        url=thread,
        title=plain_line(_text(hit, "title"))[:_LONGEST_TITLE],
        link=thread,
        content="\n".join(filter(None, (about, text))),
        published=read_date(_text(hit, "created_at")),
        id=_text(hit, "objectID"),
        language="en",
        authors=(author,) if author else (),
        outlet="Hacker News",
    )


def _article(row: dict[str, Any]) -> Lead:
    link = _text(row, "url").strip()
    domain = plain_line(_text(row, "domain")).lower()[:200]
    return Lead(
        url=absolute(None, link),
        title=_BEFORE_MARK.sub(r"\1", plain_line(_text(row, "title")))[:_LONGEST_TITLE],
        link=link or None,
        published=_seen(_text(row, "seendate")),  # when GDELT saw it: at most a quarter of an hour late for news
        language=_CODES.get(_text(row, "language").lower()),
        outlet=domain or None,
        outlet_url=absolute(None, f"https://{domain}") if domain else None,
    )


def _seen(text: str) -> datetime | None:
    match = _SEEN.fullmatch(text.strip())
    try:
        return datetime(*(int(part) for part in match.groups()), tzinfo=UTC) if match else None  # type: ignore[misc,arg-type] # six numbers are a date and a time
    except ValueError:
        return None


def _listed(page: Page, key: str, whose: str) -> list[dict[str, Any]]:
    """The list of an answer. GDELT says in plain words what it does not like about a query: that is the reason."""
    text = decode(page.body, page.header("content-type")).strip()
    if not text:
        raise ReadError("empty")
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        said = plain_line(text[:300])[:160]
        raise ReadError(f"no answer of {whose}: {said}") from error
    # Asked for what nobody wrote, GDELT answers "{}".
    rows = document.get(key, [] if not document else None) if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise ReadError(f'JSON, but no answer of {whose} (no list "{key}" in it)')
    return [row for row in rows if isinstance(row, dict)]


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
