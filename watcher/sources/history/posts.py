"""A post as the REST API of WordPress gives it, read into a lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watcher.sources.dates import read_date
from watcher.sources.plain import clean, plain_line, plain_text
from watcher.types import Lead
from watcher.urls import absolute

_LONGEST_TITLE, _LONGEST_ID = 1_000, 1_000
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Post:
    """A post's lead, when it was published, and how far its site's clock is ahead of UTC."""

    lead: Lead
    moment: datetime | None
    ahead: timedelta | None


def post_of(row: Any, base: str) -> Post | None:
    """Reads one post; None for what is none. What is missing or of another type is left out."""
    if not isinstance(row, dict) or not (row.get("link") or row.get("title") or row.get("content")):
        return None
    moment, local = _moment(row.get("date_gmt")), _moment(row.get("date"))
    link = row.get("link") if isinstance(row.get("link"), str) else None
    content, is_open = _rendered(row.get("content"))
    excerpt, _ = _rendered(row.get("excerpt"))
    title, _ = _rendered(row.get("title"))
    guid, _ = _rendered(row.get("guid"))
    lead = Lead(
        url=absolute(base or None, link) if link else None,
        title=plain_line(title[: 10 * _LONGEST_TITLE])[:_LONGEST_TITLE].rstrip(),
        link=clean(link).strip() if link else None,
        summary=plain_text(excerpt, is_html=True),
        content=plain_text(content, is_html=True) if is_open else "",
        published=moment or local,
        id=clean(guid).strip()[:_LONGEST_ID] or None,  # the same that its feed has
    )
    return Post(lead, moment or local, _ahead(moment, local))


def _rendered(value: Any) -> tuple[str, bool]:
    """A field's HTML, and whether it may be read by everybody."""
    if isinstance(value, dict):
        text = value.get("rendered")
        return (text if isinstance(text, str) else ""), not value.get("protected")
    return (value if isinstance(value, str) else ""), True


def _moment(value: Any) -> datetime | None:
    return read_date(value) if isinstance(value, str) else None


def _ahead(moment: datetime | None, local: datetime | None) -> timedelta | None:
    """How far apart the two clocks are, to the quarter of an hour that all time zones keep to."""
    if moment is None or local is None:
        return None
    apart = local - moment
    return apart if apart and abs(apart) <= timedelta(hours=14) and apart % _QUARTER == timedelta(0) else None
