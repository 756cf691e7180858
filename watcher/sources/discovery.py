"""Where a site's news can be had, as far as its pages say so: its feeds, the usual places, its sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher import urls
from watcher.text.references import unescaped
from watcher.types import Page

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/x-rss+xml",
    }
)
_XML_TYPES = frozenset({"text/xml", "application/xml", "application/json"})  # a feed only where the address says so
# No step back and never past the next "<": a page of a million "<link" without an end costs no more than its length.
_TAG = re.compile(r"""<(link|base|a)\s((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_FEED_PATH = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom)(?:/(?:rss2?|atom|posts/default|all|news))?/?$|"
    r"(?:^|/)[\w-]*(?:rss|feed|atom)[\w-]*\.(?:xml|json|rdf|php|aspx)$|\.(?:rss|atom|rdf)$|(?:^|/)index\.xml$",
    re.IGNORECASE,
)
_FEED_HOST = re.compile(r"^(?:feeds?|rss)\d?\.", re.IGNORECASE)
# What only echoes: a feed of comments is no news, and one of a single tag not all of it.
_LESSER = re.compile(
    r"comment|kommentar|coment|reaction|replies|评论|コメント|댓글|/tag/|podcast|/category/", re.IGNORECASE
)
_LOOKED_AT = 500_000  # characters; heads of pages are far shorter, even with their styles written out
_MOST = 5
_MOST_LINKS = 3
_PLACES = ("feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss")
_SITEMAPS = ("sitemap.xml", "news-sitemap.xml", "sitemap-news.xml")
_API = "https://api.w.org/"  # the relation by which WordPress names its API
_LINK_VALUE = re.compile(r"<([^<>]{1,2000})>\s*;([^<>]{0,500})")  # RFC 8288
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def feeds_named(page: Page) -> tuple[str, ...]:
    """The addresses a page names by `<link rel="alternate">` as its feeds, the main ones first; at most five."""
    found: dict[str, str] = {}
    for name, attributes, address in _tags(page):
        kind, href = _kind(attributes), attributes.get("href", "")
        is_feed = kind in _FEED_TYPES or (kind in _XML_TYPES and _looks_like_feed(address))
        if name == "link" and is_feed and "alternate" in attributes.get("rel", "").lower().split() and href:
            found.setdefault(address, attributes.get("title", ""))
    return tuple(sorted(found, key=lambda address: _is_lesser(page.url, address, found[address])))[:_MOST]


def feeds_linked(page: Page) -> tuple[str, ...]:
    """The addresses of a page's ordinary links that look like feeds; at most three."""
    found = dict.fromkeys(address for name, _, address in _tags(page) if name == "a" and _looks_like_feed(address))
    return tuple(sorted(found, key=lambda address: _is_lesser(page.url, address, "")))[:_MOST_LINKS]


def api_named(page: Page) -> str | None:
    """Where a WordPress page says its REST API is: in a `Link` header, or in a link element."""
    for name, value in page.headers:
        if name.lower() == "link":
            for href, parameters in _LINK_VALUE.findall(value):
                if _API in parameters and (address := urls.absolute(page.url, href)) is not None:
                    return address
    for name, attributes, address in _tags(page):
        if name == "link" and _API in attributes.get("rel", "").split():
            return address
    return None


def usual_places(url: str) -> tuple[str, ...]:
    """Where most programs that make sites put a feed, at the site's root."""
    return tuple(_at_root(url, place) for place in _PLACES)


def usual_sitemaps(url: str) -> tuple[str, ...]:
    return tuple(_at_root(url, place) for place in _SITEMAPS)


def robots_place(url: str) -> str:
    return _at_root(url, "robots.txt")


def sitemaps_named(robots: Page, most: int = _MOST) -> tuple[str, ...]:
    """The sitemaps a robots.txt names, those for news first; at most five, or `most`."""
    text = robots.body[:_LOOKED_AT].decode("utf-8", "replace")
    found = (urls.absolute(robots.url, match[1]) for match in _SITEMAP_LINE.finditer(text))
    named = dict.fromkeys(filter(None, found))
    return tuple(sorted(named, key=lambda address: "news" not in address.lower()))[:most]


def _tags(page: Page) -> Iterator[tuple[str, dict[str, str], str]]:
    """Links with their attributes and absolute addresses, comments left out."""
    before, *commented = page.body[:_LOOKED_AT].decode("utf-8", "replace").split("<!--")
    text = before + "".join(part.partition("-->")[2] for part in commented)
    base = page.url
    for tag in _TAG.finditer(text):
        attributes = {name.lower(): unescaped("".join(parts)).strip() for name, *parts in _ATTRIBUTE.findall(tag[2])}
        href = attributes.get("href", "")
        if tag[1].lower() == "base":
            base = urls.absolute(page.url, href) or base
        elif (address := urls.absolute(base, href)) is not None:
            yield tag[1].lower(), attributes, address


def _looks_like_feed(address: str) -> bool:
    split = urls.split(address)
    return split is not None and (
        _FEED_PATH.search(split.path) is not None
        or (_FEED_HOST.match(split.host) is not None and split.path != "/")
        or re.search(r"(?:^|&)(?:feed|format|output|type)=(?:rss2?|atom|xml|feed)(?:&|$)", split.query, re.I)
        is not None
    )


def _is_lesser(page: str, address: str, title: str) -> tuple[bool, bool]:
    """Comments last; of the others the one of the page's own section before that of the whole site."""
    split, own = urls.split(address), urls.split(page)
    section = own.path.rstrip("/") if own else ""
    is_section = bool(section) and split is not None and split.path.startswith(section + "/")
    return bool(_LESSER.search(f"{split.target if split else address} {title}")), not is_section


def _at_root(url: str, place: str) -> str:
    address = urls.split(url)
    return f"{address.scheme}://{address.netloc}/{place}" if address else url


def _kind(attributes: dict[str, str]) -> str:
    return attributes.get("type", "").partition(";")[0].strip().lower()
