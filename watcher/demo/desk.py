"""What an outlet's server answers: from a path, validators and a moment to a status, headers and a body.

No sockets here; `server.py` carries the answers. An outlet shows what it has published by the given moment.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from urllib.parse import parse_qs, quote, urlsplit

from watcher.demo.content import Content, Outlet, Piece
from watcher.demo.feeds import Sheet, feed_type, write_feed
from watcher.demo.pages import Sight, write_consent_wall, write_front_page, write_page

_RSS_WINDOW = 25  # pieces in a feed without an archive
_WORDPRESS_PAGE = 10  # pieces on one page of a feed that answers to ?paged=
_ARCHIVE_PAGE = 5  # pieces in one archive document of RFC 5005
_ARCHIVED = timedelta(days=-1)  # older than this on day one: in the RFC 5005 archive, not in the feed itself
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_STYLE = b"body{font-family:Georgia,serif;max-width:70rem;margin:auto}.sidebar{float:right}\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """One response. `slow` bodies are dripped."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """One outlet, its pieces and its address."""

    outlet: Outlet
    pieces: tuple[Piece, ...]  # oldest first
    base: str
    day_one: datetime
    words: Mapping[str, str]

    def answer(self, target: str, headers: Mapping[str, str], now: datetime) -> Answer:
        """The response to a GET of `target` (path and query) at `now`; `headers` in lower case."""
        parts = urlsplit(target)
        published = [piece for piece in reversed(self.pieces) if self.day_one + piece.offset <= now]
        by_path = {piece.path: piece for piece in published}
        # Some old systems keep the article's number in the query.
        piece = by_path.get(target) or by_path.get(parts.path)
        if piece is not None:
            return self._page(piece, published)
        if parts.path == self.outlet.old_feed:
            return Answer(301, b"", {"Location": self.base + self.outlet.feed})
        if parts.path == self.outlet.feed or parts.path.startswith("/feed/archive/"):
            return self._feed(parts.path, parse_qs(parts.query), headers, published)
        return self._fixture(parts.path, published)

    def _fixture(self, path: str, published: list[Piece]) -> Answer:
        if path == "/robots.txt":
            rule = "Disallow: /story/" if "robots" in self.outlet.manners else "Disallow: /admin/"
            return Answer(200, f"User-agent: *\n{rule}\n".encode(), {"Content-Type": "text/plain"})
        if path == "/":
            front = write_front_page(self.outlet, feed_type(self.outlet), published[:12], self.words)
            return Answer(200, front, self._html())
        if path == "/static/site.css":
            return Answer(200, _STYLE, {"Content-Type": "text/css"})
        if path.startswith("/img/"):
            return Answer(200, _PIXEL, {"Content-Type": "image/png"})
        if path == "/consent":
            return Answer(200, write_consent_wall(self.outlet, self.base, "/", self.words), self._html())
        return Answer(404, b"<!DOCTYPE html><title>404</title><h1>Not Found</h1>", {"Content-Type": "text/html"})

    def _html(self) -> dict[str, str]:
        charset = "; charset=utf-8" if self.outlet.encoding == "utf-8" else ""  # older sites leave it to the page
        return {"Content-Type": f"text/html{charset}"}

    def _page(self, piece: Piece, published: list[Piece]) -> Answer:
        manners = self.outlet.manners
        if "forbidden" in manners:
            return Answer(
                403, b"<!DOCTYPE html><title>403</title><h1>Access denied</h1>", {"Content-Type": "text/html"}
            )
        if "consent" in manners:
            return Answer(302, b"", {"Location": f"{self.base}/consent?back={quote(piece.path)}"})
        others = [other for other in published if other is not piece]
        sight = Sight(self.outlet, self.base, piece, self.day_one + piece.offset, self.words, others)
        return Answer(200, write_page(sight), self._html())

    def _feed(
        self, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str], published: list[Piece]
    ) -> Answer:
        if "gone" in self.outlet.manners:
            return Answer(410, b"Gone\n", {"Content-Type": "text/plain"})
        if "broken" in self.outlet.manners:  # the new system has swallowed the feed's address
            front = write_front_page(self.outlet, feed_type(self.outlet), published[:12], self.words)
            return Answer(200, front, self._html())
        sheet = self._sheet(path, query, published)
        if sheet is None:
            return Answer(404, b"Not Found\n", {"Content-Type": "text/plain"})
        body = write_feed(sheet)
        validators = _validators(self.outlet, body, sheet.changed)
        slow = "slow" in self.outlet.manners
        if _unchanged(validators, headers):
            return Answer(304, b"", validators, slow)
        return Answer(200, body, {"Content-Type": feed_type(self.outlet), **validators}, slow)

    def _sheet(self, path: str, query: Mapping[str, list[str]], published: list[Piece]) -> Sheet | None:
        """The feed document under this address; None when there is none."""
        if self.outlet.archive == "wordpress":
            page = query.get("paged", ["1"])[0]
            first = (int(page) - 1) * _WORDPRESS_PAGE if page.isdigit() else 0
            pieces = published[max(first, 0) : first + _WORDPRESS_PAGE]
            return Sheet(self.outlet, self.base, pieces, self.day_one, path) if pieces else None
        if self.outlet.archive == "rfc5005":
            return self._history(path, published)
        if path != self.outlet.feed:
            return None
        return Sheet(self.outlet, self.base, published[:_RSS_WINDOW], self.day_one, path)

    def _history(self, path: str, published: list[Piece]) -> Sheet | None:
        """RFC 5005: the feed holds what is recent; archive pages, filled from the oldest, never change."""
        old = [piece for piece in self.pieces if piece.offset < _ARCHIVED]
        pages = [old[start : start + _ARCHIVE_PAGE][::-1] for start in range(0, len(old), _ARCHIVE_PAGE)]
        if path == self.outlet.feed:
            recent = [piece for piece in published if piece.offset >= _ARCHIVED]
            older = f"/feed/archive/{len(pages)}" if pages else None
            return Sheet(self.outlet, self.base, recent, self.day_one, path, older)
        number = path.removeprefix("/feed/archive/")
        if not number.isdigit() or not 1 <= int(number) <= len(pages):
            return None
        older = f"/feed/archive/{int(number) - 1}" if int(number) > 1 else None
        return Sheet(self.outlet, self.base, pages[int(number) - 1], self.day_one, path, older, archived=True)


def make_desk(content: Content, outlet: Outlet, base: str, day_one: datetime) -> Desk:
    pieces = tuple(piece for piece in content.pieces if piece.outlet == outlet.id)
    return Desk(outlet, pieces, base, day_one, content.phrases[outlet.language])


def _validators(outlet: Outlet, body: bytes, changed: datetime) -> dict[str, str]:
    found: dict[str, str] = {}
    if outlet.validators in ("both", "etag"):
        found["ETag"] = f'W/"{blake2b(body, digest_size=8).hexdigest()}"'
    if outlet.validators in ("both", "last-modified"):
        found["Last-Modified"] = format_datetime(changed, usegmt=True)
    return found


def _unchanged(validators: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """RFC 9110, 13.2.2: If-None-Match decides where it is sent, If-Modified-Since only without it."""
    if (tags := headers.get("if-none-match")) is not None:
        ours = validators.get("ETag", "").removeprefix("W/")
        return bool(ours) and ours in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    since, changed = headers.get("if-modified-since"), validators.get("Last-Modified")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):  # not a date, or one without a zone
        return False
