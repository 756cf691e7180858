"""The feeds that a site's page names, for whoever tried to add the page itself."""

from __future__ import annotations

import re
from html import unescape

from watcher import urls
from watcher.types import Page

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
# No step back and never past the next "<": a page of a million "<link" without an end costs no more than its length.
_TAG = re.compile(r"""<(link|base)\s((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LOOKED_AT = 500_000  # characters; heads of pages are far shorter, even with their styles written out
_MOST = 5


def feeds_named(page: Page) -> tuple[str, ...]:
    """The addresses a page names by `<link rel="alternate">` as its feeds, in its order; at most five."""
    before, *commented = page.body[:_LOOKED_AT].decode("utf-8", "replace").split("<!--")
    text = before + "".join(part.partition("-->")[2] for part in commented)
    base = page.url
    found: dict[str, None] = {}
    for tag in _TAG.finditer(text):
        attributes = {name.lower(): unescape("".join(parts)).strip() for name, *parts in _ATTRIBUTE.findall(tag[2])}
        href = attributes.get("href", "")
        if tag[1].lower() == "base":
            base = urls.absolute(page.url, href) or base
        elif "alternate" in attributes.get("rel", "").lower().split() and _kind(attributes) in _FEED_TYPES and href:
            address = urls.absolute(base, href)
            if address is not None:
                found[address] = None
    return tuple(found)[:_MOST]


def _kind(attributes: dict[str, str]) -> str:
    return attributes.get("type", "").partition(";")[0].strip().lower()
