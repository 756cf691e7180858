"""The one door to feedparser: text in, raw feed or ReadError out. It never raises anything else, opens or connects.

    bytes -charset-> text -root-> the feed's own element -mend-> well-formed XML, mostly -feedparser-> raw.RawFeed

feedparser opens a file or an address when it is handed bytes or text, so it only ever gets a BytesIO; about one in a
hundred damaged feeds makes it raise one of a dozen exceptions; entities, control characters and stray ampersands throw
it from its fast parser into its slow one. All of that is dealt with here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html.entities import html5
from typing import Any

from watcher.errors import ReadError
from watcher.sources.dates import read_date
from watcher.sources.raw import RawEntry, RawFeed, RawLink, RawText
from watcher.sources.shelf import Shelf

MOST_ENTRIES = 2_000  # a feed of 50,000 took feedparser 7.6 s; nobody's front page has more than some hundred

_FEED_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_NAME = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_OTHER_ROOTS = {
    "html": "an HTML page, not a feed",
    "opml": "an OPML list of feeds, not a feed: `watcher sources import` reads it",
    "urlset": "a sitemap, not a feed",
    "sitemapindex": "a list of sitemaps, not a feed",
}
_HTML_ROOTS = frozenset("head body script div title meta link center table style iframe h1".split())
_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ENTRY_START = re.compile(r"<(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_DATE = re.compile(
    r"<(?:pubDate|published|updated|dc:date|issued|modified|created)[^<>]{0,80}>\s*([^<]{6,60})<", re.IGNORECASE
)
_NUMERIC = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,12})|([0-9]{1,12}));?")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_STRAY = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,8}|#x[0-9A-F]{1,8});)")
_XML_NAMES = frozenset("amp lt gt quot apos".split())
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SKIPPED = {
    name: re.compile(rf"<skip{name}s>(.{{0,2000}}?)</skip{name}s>", re.IGNORECASE | re.DOTALL)
    for name in ("Hour", "Day")
}
_VALUE = re.compile(r">\s*([^<>]{1,20}?)\s*<")


def parse_xml(text: str) -> RawFeed:
    """Reads an RSS, RDF or Atom document. Raises ReadError with the reason when it is none."""
    shelf = Shelf(_ILLEGAL.sub("", text))
    document = _from_root(shelf.text)
    document, whole = _to_end(document)
    document = _mended(_newest(document))
    feed = _feedparser(document)
    version = str(dict.get(feed, "version") or "")
    entries = dict.get(feed, "entries") or []
    if not version and not entries:
        raise ReadError("XML, but neither RSS nor Atom")
    head = document[: match.start()] if (match := _ENTRY_START.search(document)) else document
    return _raw(feed, version, entries, head, whole, shelf.restored)


def _feedparser(document: str) -> dict[str, Any]:
    import feedparser  # slow to load: only for who reads a feed

    try:
        parsed: dict[str, Any] = feedparser.parse(
            io.BytesIO(document.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,  # five times slower, and every text is made plain here anyway
            resolve_relative_uris=False,
        )
    except Exception as error:  # feedparser raises whatever a damaged feed leads it into
        raise ReadError(f"damaged beyond reading ({type(error).__name__})") from error
    return parsed


def _from_root(text: str) -> str:
    """The document from its feed element on: declaration, DOCTYPE (and every entity it defines) and junk left out."""
    name = _root_name(text)
    if name in _OTHER_ROOTS:
        raise ReadError(_OTHER_ROOTS[name])
    match = None if name in _HTML_ROOTS else _FEED_ROOT.search(text)
    if match is None:
        if not text.strip():
            raise ReadError("empty")
        raise ReadError(
            _OTHER_ROOTS["html"] if name in _HTML_ROOTS else "neither XML nor JSON: no feed begins anywhere in it"
        )
    return text[match.start() :]


def _root_name(text: str) -> str:
    """The local name of the first element, lower case; empty when there is none."""
    position = 0
    while (position := text.find("<", position)) >= 0:
        if text.startswith("<?", position):
            end = text.find("?>", position)
        elif text.startswith("<!--", position):
            end = text.find("-->", position)
        elif text.startswith("<!", position):
            subset, end = text.find("[", position), text.find(">", position)
            end = text.find("]>", position) if 0 <= subset < end else end
        else:
            match = _NAME.match(text, position)
            return match[1].rpartition(":")[2].lower() if match else ""
        if end < 0:
            return ""
        position = end
    return ""


def _to_end(document: str) -> tuple[str, bool]:
    """The document up to its closing tag, and whether it had one. A cut one ends after its last complete entry."""
    end = next((match for match in _reversed(_END, document)), None)
    if end is not None:
        return document[: end.end()], True
    start = re.match(r"<([\w.:-]+)[^>]*>", document)
    if start is not None and start[0].endswith("/>"):
        return start[0], True
    last = next((match for match in _reversed(_ENTRY_END, document)), None)
    if start is None or last is None:
        raise ReadError("cut off before its first entry is complete")
    return document[: last.end()] + ("</channel>" if start[1].lower() == "rss" else "") + f"</{start[1]}>", False


def _reversed(pattern: re.Pattern[str], document: str) -> list[re.Match[str]]:
    """The last match of a closing tag, found from the end without looking at the whole document twice."""
    position = len(document)
    while (position := document.rfind("</", 0, position)) >= 0:
        if match := pattern.match(document, position):
            return [match]
    return []


def _newest(document: str) -> str:
    """The document with its newest entries only, where it has more than anybody reads."""
    starts = [match.start() for match in _ENTRY_START.finditer(document)]
    if len(starts) <= MOST_ENTRIES:
        return document
    last = _reversed(_ENTRY_END, document)
    ends = [*starts[1:], last[0].end() if last else len(document)]
    dates = [_stamp(document[start:end]) for start, end in zip(starts, ends, strict=True)]
    # Stable: among entries without a date the first ones are the newest by custom.
    kept = sorted(sorted(range(len(starts)), key=lambda index: -dates[index])[:MOST_ENTRIES])
    parts = [document[starts[index] : ends[index]] for index in kept]
    return "".join((document[: starts[0]], *parts, document[ends[-1] :]))


def _stamp(entry: str) -> float:
    match = _ENTRY_DATE.search(entry)
    moment = read_date(match[1]) if match else None
    return moment.timestamp() if moment else 0.0


def _mended(document: str) -> str:
    """References that XML does not know, made into ones it does."""
    if "&" not in document:
        return document
    document = _NUMERIC.sub(_numeric, document)
    document = _NAMED.sub(_named, document)
    return _STRAY.sub("&amp;", document)


def _numeric(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    if (
        code > 0x10FFFF
        or 0xD800 <= code < 0xE000
        or code in (0xFFFE, 0xFFFF)
        or (code < 32 and code not in (9, 10, 13))
    ):
        return ""
    return f"&#{code};"


def _named(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_NAMES:
        return match[0]
    text = html5.get(name + ";")
    return f"&amp;{name};" if text is None else "".join(f"&#{ord(character)};" for character in text)


def _raw(
    feed: dict[str, Any], version: str, entries: list[Any], head: str, whole: bool, restored: Callable[[str], str]
) -> RawFeed:
    channel: dict[str, Any] = dict.get(feed, "feed") or {}

    def text(name: str) -> str:
        value = dict.get(channel, name)
        return restored(value) if isinstance(value, str) else ""

    skipped = {
        name: tuple(_VALUE.findall(match[1])) if (match := pattern.search(head)) else ()
        for name, pattern in _SKIPPED.items()
    }
    detail = dict.get(channel, "generator_detail")
    return RawFeed(
        version=version or "unknown",
        title=RawText(text("title")),
        link=text("link"),
        language=text("language"),
        generator=" ".join((text("generator"), _string(detail, "href"), _string(detail, "name"))),
        links=_links(dict.get(channel, "links"), restored),
        ttl=text("ttl"),
        update_period=text("sy_updateperiod"),
        update_frequency=text("sy_updatefrequency"),
        skip_hours=skipped["Hour"],
        skip_days=skipped["Day"],
        entries=tuple(_entry(entry, restored) for entry in entries[:MOST_ENTRIES] if isinstance(entry, dict)),
        whole=whole,
    )


def _entry(entry: dict[str, Any], restored: Callable[[str], str]) -> RawEntry:
    # `dict.get`: the mapping's own lookup turns a missing `updated` into a warning and a made-up value.
    def text(name: str) -> str:
        value = dict.get(entry, name)
        return restored(value) if isinstance(value, str) else ""

    title_detail = dict.get(entry, "title_detail")
    content = _content(dict.get(entry, "content"), restored)
    summary = RawText(text("summary"), _is_html(dict.get(entry, "summary_detail")))
    if summary.value == content.value:
        summary = RawText()  # feedparser copies a content into a summary the feed does not have
    links = _links(dict.get(entry, "links"), restored)
    if original := text("feedburner_origlink"):  # the article's own address behind a counting redirect
        links = (RawLink("alternate", "text/html", original), *links)
    return RawEntry(
        id=text("id"),
        title=RawText(text("title"), _is_html(title_detail)),
        links=links,
        summary=summary,
        content=content,
        published=text("published") or text("created"),
        updated=text("updated"),
        language=_string(title_detail, "language") or _string(dict.get(entry, "summary_detail"), "language"),
        base=_string(title_detail, "base") or _string(dict.get(entry, "summary_detail"), "base"),
        authors=_authors(entry, restored),
        guid_is_link=dict.get(entry, "guidislink") is True,
        source=restored(_string(dict.get(entry, "source"), "title")) or text("news_source"),
        source_url=restored(_string(dict.get(entry, "source"), "href")),
    )


def _content(contents: object, restored: Callable[[str], str]) -> RawText:
    """The longest of an entry's contents that is text: an Atom entry may carry a picture as well."""
    best = RawText()
    for content in contents if isinstance(contents, list) else []:
        kind = _string(content, "type")
        if kind.startswith("text/") or kind.endswith("xml") or not kind:
            value = restored(_string(content, "value"))
            if len(value) > len(best.value):
                best = RawText(value, _is_html(content))
    return best


def _links(links: object, restored: Callable[[str], str]) -> tuple[RawLink, ...]:
    if not isinstance(links, list):
        return ()
    return tuple(
        RawLink(_string(link, "rel"), _string(link, "type"), restored(href))
        for link in links
        if (href := _string(link, "href"))
    )


def _authors(entry: dict[str, Any], restored: Callable[[str], str]) -> tuple[str, ...]:
    people = dict.get(entry, "authors")
    names = [_string(person, "name") for person in people] if isinstance(people, list) else []
    single = dict.get(entry, "author")
    # feedparser takes "mail@host.example (Name)" apart at the wrong place where the domain's end is long.
    if len(names) < 2 and isinstance(single, str):
        names = [single]
    return tuple(restored(name) for name in names if name)


def _is_html(detail: object) -> bool | None:
    """True where declared. "Plain" is no declaration: it is the default, and half of those who use it send markup."""
    return True if _string(detail, "type") in ("text/html", "application/xhtml+xml") else None


def _string(mapping: object, name: str) -> str:
    value = dict.get(mapping, name) if isinstance(mapping, dict) else None
    return value if isinstance(value, str) else ""
