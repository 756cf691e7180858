"""The parts of a page whose links lead elsewhere than to its news: menus, footers, side columns."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.html import HtmlElement

_TAGS = frozenset({"nav", "footer", "aside", "form", "dialog", "menu", "template", "noscript", "select"})
_ROLES = frozenset({"navigation", "contentinfo", "complementary", "search", "dialog", "menu", "menubar", "banner"})
# Parts of the names of classes and ids; "tag" alone is what WordPress writes on every article ("tag-hardware").
_WORDS = frozenset(
    "nav navbar navigation subnav topnav sidenav menu menus breadcrumb breadcrumbs footer sidebar sidecol rail related "
    "popular trending mostread meistgelesen maislidas ranking tagcloud tags pagination pager paging pagenavi share "
    "sharing social comments newsletter cookie cookies consent banner advert adverts advertisement ads ad "
    "sponsor sponsored partners friendlinks blogroll recommend recommended recommendations outbrain "
    "taboola topbar toolbar masthead languages login searchform searchbox copyright dropdown drawer offcanvas modal "
    "hotlist hotnews hotrank toplist lateral seitenleiste colonna barra".split()
)
_PAIRS = re.compile(
    r"(?:^|\s)(?:(?:most|top)[ ](?:read|popular|viewed|commented|shared)|meist[ ]?gelesen|mais[ ]lidas|site[ ](?:header|footer)|"
    r"side[ ](?:bar|col|column|nav|menu)|tag[ ](?:cloud|list)|page[ ](?:nav|numbers)|skip[ ]links?|friend[ ]links?|"
    r"author[ ](?:box|bio)|lang(?:uage)?[ ]switch\w*|right[ ](?:rail|col|column)|blog[ ](?:pager|archive)|hot[ ](?:list|news|rank))"
    r"(?:\s|$)"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[\s_-]+")
_INNER = frozenset({"a", "span", "h1", "h2", "h3", "h4", "h5", "h6", "p", "time", "em", "strong", "b", "i", "small"})
# A box that holds most of the page's articles is the page, whatever it is called ("has-sidebar", "content-widget").
MOST_ASIDE = 0.5


def is_aside(element: HtmlElement, counts: Mapping[HtmlElement, int], total: int) -> bool:
    """Whether an element is no part of the page's own list; `counts` holds the articles linked within each."""
    tag = element.tag
    if tag in ("html", "body", "main", "article") or tag in _INNER or counts.get(element, 0) > MOST_ASIDE * total:
        return False
    if tag in _TAGS:
        return tag != "footer" or not _is_of_item(element)
    if tag == "header":
        return not _is_of_item(element)
    if element.get("role", "").lower() in _ROLES or (element.get("aria-hidden") == "true" and element.get("hidden")):
        return True
    words = _CAMEL.sub(" ", f"{element.get('class', '')} {element.get('id', '')}"[:300]).lower().split()
    return not _WORDS.isdisjoint(words) or _PAIRS.search(" ".join(words)) is not None


def _is_of_item(element: HtmlElement) -> bool:
    """A header or footer of one article of the list."""
    for _ in range(3):
        element = element.getparent()
        if element is None:
            return False
        if element.tag in ("article", "li", "td", "section"):
            return True
    return False
