"""What an item of a listing says of its article: headline, date, teaser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from watcher.sources.dates import read_date
from watcher.sources.listing.moments import moment_in, url_moment
from watcher.sources.listing.words import count_words, is_generic, text_of

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LONGEST_TITLE = 400
_MOST_NODES = 600  # of one item
_TITLE_NAME = re.compile(
    r"(?:^|[\s_-])(?:title|headline|heading|head|titulo|titel|titre|überschrift|schlagzeile|hed|entry-title|caption-title|tit)"
    r"(?:[\s_-]|$)",
    re.IGNORECASE,
)
_KICKER_NAME = re.compile(
    r"(?:^|[\s_-])(?:kicker|overline|category|cat|label|badge|section|rubrik|ressort|eyebrow|tag|topic|dachzeile|meta|date|time|author|byline|"
    r"premium|plus|live|pill|flag|paid|icon|sr-only|visually-hidden|screen-reader-text)"
    r"(?:[\s_-]|$)",
    re.IGNORECASE,
)
_TEASER_NAME = re.compile(
    r"(?:^|[\s_-])(?:teaser|summary|excerpt|desc(?:ription)?|dek|deck|lead|lede|abstract|snippet|intro|standfirst|resumo|resumen|"
    r"chapo|digest|brief|text|content|body|info)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_DATE_NAME = re.compile(
    r"(?:^|[\s_-])(?:date|time|datetime|published|pubdate|pub|posted|datum|fecha|data|hora|zeit|timestamp|ago|when|day|meta|info|byline)"
    r"(?:[\s_-]|$)|date|time",
    re.IGNORECASE,
)
_DATE_ATTRIBUTES = (
    "datetime",
    "data-datetime",
    "data-date",
    "data-time",
    "data-timestamp",
    "data-published",
    "content",
)
_TEASER_WORDS = 6


def title_of(elements: Sequence[HtmlElement], links: Sequence[HtmlElement]) -> str:
    """The headline: the heading around or inside the link, what is called one, or the link's own words."""
    for link in links:
        for heading in _headings_at(link):
            text = _without_badges(heading)
            if text and not is_generic(text):
                return text[:LONGEST_TITLE]
    for link in links:
        if named := _named_title(link):
            return named[:LONGEST_TITLE]
    texts = [text for link in links if not is_generic(text := _own_words(link))]
    # The first link with words is the headline; a second one of the same address leads from its teaser or date.
    if long_enough := next((text for text in texts if count_words(text) >= 3), ""):
        return long_enough[:LONGEST_TITLE]
    unlinked = (heading for element in elements for heading in islice(element.iter(*HEADINGS), 5))
    return next((text[:LONGEST_TITLE] for text in map(text_of, unlinked) if count_words(text) >= 2), "") or (
        texts[0][:LONGEST_TITLE] if texts else _spoken(links)
    )


def in_heading(link: HtmlElement) -> bool:
    """True for a link that is in a heading, or holds one."""
    inside = next(link.iter(*HEADINGS), None) is not None
    return inside or any(above.tag in HEADINGS for above in islice(link.iterancestors(), 4))


def has_heading(box: HtmlElement, links: Iterable[HtmlElement]) -> bool:
    """True for an item with a heading in it, or within one."""
    return next(box.iter(*HEADINGS), None) is not None or any(map(in_heading, links))


def _headings_at(link: HtmlElement) -> Iterator[HtmlElement]:
    """Headings inside a link, the highest first; then one around it."""
    inside = sorted(
        islice(link.iter(*HEADINGS), 5), key=lambda heading: (-min(count_words(text_of(heading)), 3), heading.tag)
    )
    yield from inside
    parent = link.getparent()
    for _ in range(4):
        if parent is None:
            return
        if parent.tag in HEADINGS:
            yield parent
            return
        parent = parent.getparent()


def _without_badges(heading: HtmlElement) -> str:
    """A heading's words without the "Plus", "Live" or section name that stands in it as a label."""
    text = text_of(heading)
    for part in islice(heading.iterdescendants("span", "em", "small", "i", "b", "strong", "div", "svg"), 20):
        label = text_of(part)
        is_label = bool(label) and count_words(label) <= 3 and _KICKER_NAME.search(part.get("class", "") or "")
        if is_label and text.startswith(label) and count_words(text[len(label) :]) >= 2:
            text = text[len(label) :].lstrip(" :|·•–—-")
    return text


def _named_title(link: HtmlElement) -> str:
    """The words of what is called a title: inside the link, the link itself, or what holds nothing else."""
    around = [
        above for above in islice(link.iterancestors(), 2) if next(islice(above.iter("a"), 1, None), None) is None
    ]
    for element in (*islice(link.iterdescendants(), 60), link, *around):
        name = f"{element.get('class', '')} {element.get('itemprop', '')}"
        if isinstance(element.tag, str) and len(name) > 1 and _TITLE_NAME.search(name):
            text = text_of(element)
            if count_words(text) >= 2 and not is_generic(text):
                return text
    return ""


def _own_words(link: HtmlElement) -> str:
    """A link's text; of a link around a whole card only the words that read like its headline."""
    if not len(link):
        return text_of(link)
    blocks = [
        element
        for element in islice(link.iterdescendants("div", "p", "span", "strong", "b", "em"), 60)
        if not len(element) and (element.text or "").strip()
    ]
    whole = text_of(link)
    if len(blocks) < 2 or sum(len(text_of(block)) for block in blocks) < 0.7 * len(whole):
        return whole
    for block in blocks:
        text = text_of(block)
        if count_words(text) >= 4 and not _KICKER_NAME.search(block.get("class", "")):
            return text
    return whole


def _spoken(links: Sequence[HtmlElement]) -> str:
    """What a picture's link is called for those who cannot see it."""
    for link in links:
        names = [
            link.get("title"),
            link.get("aria-label"),
            *(image.get("alt") for image in islice(link.iter("img"), 3)),
        ]
        for name in names:
            text = " ".join((name or "").split())
            if count_words(text) >= 3 and not is_generic(text):
                return text[:LONGEST_TITLE]
    return ""


def teaser_of(elements: Iterable[HtmlElement], title: str) -> str:
    """The words about the article beside its headline, where there are any."""
    best = ""
    for element in elements:
        for node in islice(element.iter("p", "div", "span", "dd", "blockquote", "td", "li"), _MOST_NODES):
            called = bool(_TEASER_NAME.search(node.get("class", "") or ""))
            if node.tag != "p" and node.tag != "dd" and not called:
                continue
            if next(node.iter(*HEADINGS), None) is not None or (
                node.tag != "p" and next(node.iter("p"), None) is not None
            ):
                continue
            text = text_of(node)
            if count_words(text) < _TEASER_WORDS or is_generic(text) or text == title or text in title:
                continue
            if title and text.startswith(title):
                continue
            if len(text) > len(best):
                best = text
    return best[:2_000]


def moment_of(elements: Iterable[HtmlElement], url: str, now: datetime, language: str | None) -> datetime | None:
    """When it was published: a `time` element, an attribute, a text called a date, a short text that is one."""
    found: list[HtmlElement] = []
    for element in elements:
        found.extend(islice(element.iter(), _MOST_NODES))
    for node in found:
        if node.tag == "time" and (moment := _from_element(node, now, language)):
            return moment
    for node in found:
        if isinstance(node.tag, str) and node.tag != "time" and (moment := _from_attributes(node)):
            return moment
    in_words = (moment for node in found if (moment := _from_words(node, now, language)))
    return next(in_words, None) or url_moment(url)


def _from_element(node: HtmlElement, now: datetime, language: str | None) -> datetime | None:
    return read_date(node.get("datetime") or "") or moment_in(text_of(node), now, language)


def _from_attributes(node: HtmlElement) -> datetime | None:
    attributes = node.attrib
    if not attributes or node.tag in ("a", "img", "input", "link"):
        return None
    for name in _DATE_ATTRIBUTES:
        value = attributes.get(name)
        is_date = name != "content" or "date" in (attributes.get("itemprop") or "").lower()
        if value and is_date and (moment := read_date(value)):
            return moment
    if attributes.get("title") and node.tag in ("abbr", "span"):
        return read_date(attributes["title"])
    return None


def _from_words(node: HtmlElement, now: datetime, language: str | None) -> datetime | None:
    if not isinstance(node.tag, str) or node.tag in ("script", "style", "h1", "h2", "h3"):
        return None
    for text in (_direct(node), node.tail or ""):
        text = " ".join(text.split())
        if not 3 <= len(text) <= 120:
            continue
        is_called = bool(_DATE_NAME.search(f"{node.get('class', '')} {node.get('id', '')}"))
        if (is_called or len(text) <= 60) and (moment := moment_in(text, now, language)):
            return moment
    return None


def _direct(node: HtmlElement) -> str:
    if len(node) and node.tag not in ("p", "div", "span", "small", "td", "li", "dt", "dd"):
        return ""
    return " ".join((node.text or "", *(child.tail or "" for child in islice(node, 20))))
