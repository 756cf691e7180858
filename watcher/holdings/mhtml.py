"""MHTML, a whole page as one mail: the page in it, where it was and when it was saved (RFC 2557)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message

from watcher.holdings.mails import body_of, header, moment
from watcher.urls import split

Headers = tuple[tuple[str, str], ...]


def unwrapped(body: bytes) -> tuple[bytes, Headers, str | None, datetime | None]:
    """The page in an MHTML file, its headers, its address, when it was saved; what cannot be read is empty."""
    whole = message_from_bytes(body)
    root = _root(whole)
    if root is None:
        return b"", (), None, None
    data, charset = body_of(root)
    kind = root.get_content_type()
    headers = (("Content-Type", f"{kind}; charset={charset}" if charset else kind),)
    places = (whole["Snapshot-Content-Location"], root["Content-Location"], whole["Content-Location"])
    url = next((text for place in places if (text := _address(place))), None)
    return data, headers, url, moment(header(whole, "Date"))


def _root(whole: Message) -> Message | None:
    """The part that is the page: the one named as its start, else the first that is HTML."""
    pages = [part for part in whole.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    start = whole.get_param("start")
    named = [part for part in pages if isinstance(start, str) and part["Content-ID"] == start]
    return next(_first(named, pages), None)


def _first(*groups: list[Message]) -> Iterator[Message]:
    for group in groups:
        yield from group


def _address(value: object) -> str | None:
    text = re.sub(r"\s+", "", str(value)) if value else ""  # a long one is folded
    return text if text and split(text) else None
