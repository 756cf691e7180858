"""The feeds of the newsroom, in every format that is still met in the wild, written as plain strings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from watcher.demo.content import Format, Outlet, Piece
from watcher.demo.markup import body_html

_TYPES: Mapping[Format, str] = {
    "rss2": "application/rss+xml",
    "rss091": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "atom03": "application/atom+xml",
    "json": "application/feed+json",
}
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One feed document: which pieces it lists, newest first, and where its neighbours are."""

    outlet: Outlet
    base: str  # the outlet's address, without a slash at the end
    pieces: Sequence[Piece]
    day_one: datetime
    path: str  # of this document
    older: str | None = None  # the path of the archive page before this one
    archived: bool = False  # an archive page of RFC 5005: complete, never changes

    def url(self, piece: Piece) -> str:
        return self.base + piece.path

    def link(self, piece: Piece) -> str:
        """The address as the feed gives it: some outlets count their readers in it."""
        return self.url(piece) + ("?utm_source=rss&utm_medium=feed" if "tracking" in self.outlet.manners else "")

    def moment(self, piece: Piece) -> datetime:
        return self.day_one + piece.offset

    @property
    def changed(self) -> datetime:
        return max((self.moment(piece) for piece in self.pieces), default=self.day_one)


def feed_type(outlet: Outlet) -> str:
    """The media type; without a charset, as many servers send it: the document says its own."""
    return _TYPES[outlet.format]


def write_feed(sheet: Sheet) -> bytes:
    """The document in its outlet's format and encoding."""
    text = _WRITERS[sheet.outlet.format](sheet)
    if sheet.outlet.format == "json":
        return text.encode()
    head = f'<?xml version="1.0" encoding="{sheet.outlet.encoding}"?>\n'
    return (head + text).encode(sheet.outlet.encoding, "xmlcharrefreplace")


def _rss2(sheet: Sheet) -> str:
    outlet = sheet.outlet
    content = ' xmlns:content="http://purl.org/rss/1.0/modules/content/"' if outlet.full else ""
    items = "".join(_rss2_item(sheet, piece) for piece in sheet.pieces)
    return (
        f'<rss version="2.0" xmlns:dc="{_DUBLIN_CORE}" xmlns:atom="http://www.w3.org/2005/Atom"{content}>\n<channel>\n'
        f"<title>{escape(outlet.name)}</title>\n<link>{sheet.base}/</link>\n"
        f'<atom:link href="{sheet.base}{sheet.path}" rel="self" type="application/rss+xml"/>\n'
        f"<description>{escape(outlet.tagline)}</description>\n<language>{outlet.language}</language>\n"
        f"<lastBuildDate>{format_datetime(sheet.changed)}</lastBuildDate>\n<ttl>15</ttl>\n{items}</channel>\n</rss>\n"
    )


def _rss2_item(sheet: Sheet, piece: Piece) -> str:
    authors = "".join(f"<dc:creator>{escape(author)}</dc:creator>\n" for author in piece.authors)
    full = f"<content:encoded><![CDATA[{body_html(piece)}]]></content:encoded>\n" if sheet.outlet.full else ""
    return (
        f"<item>\n<title>{escape(piece.title)}</title>\n<link>{escape(sheet.link(piece))}</link>\n"
        f'<guid isPermaLink="false">{sheet.outlet.id}-{escape(piece.id)}</guid>\n{authors}'
        f"<pubDate>{format_datetime(sheet.moment(piece))}</pubDate>\n"
        f"<description>{escape(f'<p>{escape(piece.summary)}</p>')}</description>\n{full}</item>\n"
    )


def _rss091(sheet: Sheet) -> str:
    """RSS 0.91 knows neither dates nor ids of its items: both have to come from the page."""
    outlet = sheet.outlet
    items = "".join(
        f"<item>\n<title>{escape(piece.title)}</title>\n<link>{escape(sheet.link(piece))}</link>\n"
        f"<description>{escape(piece.summary)}</description>\n</item>\n"
        for piece in sheet.pieces
    )
    return (
        f'<rss version="0.91">\n<channel>\n<title>{escape(outlet.name)}</title>\n<link>{sheet.base}/</link>\n'
        f"<description>{escape(outlet.tagline)}</description>\n<language>{outlet.language}</language>\n"
        f"{items}</channel>\n</rss>\n"
    )


def _rdf(sheet: Sheet) -> str:
    outlet = sheet.outlet
    order = "".join(f'<rdf:li rdf:resource="{escape(sheet.link(piece))}"/>\n' for piece in sheet.pieces)
    items = "".join(
        f'<item rdf:about="{escape(sheet.link(piece))}">\n<title>{escape(piece.title)}</title>\n'
        f"<link>{escape(sheet.link(piece))}</link>\n<description>{escape(piece.summary)}</description>\n"
        f"<dc:date>{sheet.moment(piece).isoformat()}</dc:date>\n"
        f"<dc:creator>{escape(', '.join(piece.authors) or outlet.name)}</dc:creator>\n</item>\n"
        for piece in sheet.pieces
    )
    return (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="{_DUBLIN_CORE}">\n<channel rdf:about="{sheet.base}{sheet.path}">\n'
        f"<title>{escape(outlet.name)}</title>\n<link>{sheet.base}/</link>\n"
        f"<description>{escape(outlet.tagline)}</description>\n<dc:language>{outlet.language}</dc:language>\n"
        f"<items>\n<rdf:Seq>\n{order}</rdf:Seq>\n</items>\n</channel>\n{items}</rdf:RDF>\n"
    )


def _atom(sheet: Sheet) -> str:
    outlet = sheet.outlet
    older = f'<link rel="prev-archive" href="{sheet.base}{sheet.older}"/>\n' if sheet.older else ""
    history = f'<fh:archive/>\n<link rel="current" href="{sheet.base}{outlet.feed}"/>\n' if sheet.archived else ""
    entries = "".join(_atom_entry(sheet, piece) for piece in sheet.pieces)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0" '
        f'xml:lang="{outlet.language}">\n<id>tag:{outlet.id}.example,2024:feed</id>\n'
        f"<title>{escape(outlet.name)}</title>\n<subtitle>{escape(outlet.tagline)}</subtitle>\n"
        f'<link rel="self" href="{sheet.base}{sheet.path}"/>\n<link rel="alternate" href="{sheet.base}/"/>\n'
        f"<updated>{sheet.changed.isoformat()}</updated>\n{older}{history}{entries}</feed>\n"
    )


def _atom_entry(sheet: Sheet, piece: Piece) -> str:
    authors = "".join(f"<author><name>{escape(author)}</name></author>\n" for author in piece.authors)
    moment = sheet.moment(piece).isoformat()
    full = f'<content type="html">{escape(body_html(piece))}</content>\n' if sheet.outlet.full else ""
    return (
        f"<entry>\n<id>tag:{sheet.outlet.id}.example,2024:{escape(piece.path)}</id>\n"
        f'<title type="text">{escape(piece.title)}</title>\n'
        f'<link rel="alternate" type="text/html" href="{escape(sheet.link(piece))}"/>\n'
        f"<published>{moment}</published>\n<updated>{moment}</updated>\n"
        f"{authors or f'<author><name>{escape(sheet.outlet.name)}</name></author>'}"
        f'<summary type="text">{escape(piece.summary)}</summary>\n{full}</entry>\n'
    )


def _atom03(sheet: Sheet) -> str:
    outlet = sheet.outlet
    entries = "".join(
        f"<entry>\n<id>tag:{outlet.id}.example,2005:{escape(piece.path)}</id>\n"
        f'<title type="text/plain" mode="escaped">{escape(piece.title)}</title>\n'
        f'<link rel="alternate" type="text/html" href="{escape(sheet.link(piece))}"/>\n'
        f"<issued>{sheet.moment(piece).isoformat()}</issued>\n<modified>{sheet.moment(piece).isoformat()}</modified>\n"
        f"<author><name>{escape(', '.join(piece.authors) or outlet.name)}</name></author>\n"
        f'<summary type="text/plain" mode="escaped">{escape(piece.summary)}</summary>\n</entry>\n'
        for piece in sheet.pieces
    )
    return (
        f'<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="{outlet.language}">\n'
        f'<title type="text/plain" mode="escaped">{escape(outlet.name)}</title>\n'
        f'<link rel="alternate" type="text/html" href="{sheet.base}/"/>\n'
        f'<tagline type="text/plain" mode="escaped">{escape(outlet.tagline)}</tagline>\n'
        f"<modified>{sheet.changed.isoformat()}</modified>\n{entries}</feed>\n"
    )


def _json(sheet: Sheet) -> str:
    outlet = sheet.outlet
    items = [
        {
            "id": piece.id,
            "url": sheet.link(piece),
            "title": piece.title,
            "summary": piece.summary,
            "date_published": sheet.moment(piece).isoformat(),
            "authors": [{"name": author} for author in piece.authors],
            "language": outlet.language,
            **({"content_html": body_html(piece)} if outlet.full else {"content_text": piece.summary}),
        }
        for piece in sheet.pieces
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.tagline,
        "home_page_url": f"{sheet.base}/",
        "feed_url": f"{sheet.base}{sheet.path}",
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


_WRITERS: Mapping[Format, Callable[[Sheet], str]] = {
    "rss2": _rss2,
    "rss091": _rss091,
    "rdf": _rdf,
    "atom": _atom,
    "atom03": _atom03,
    "json": _json,
}
