"""The one door to feedparser: text in, raw feed or ReadError out. It never raises anything else, opens or connects.

feedparser opens a file or an address when it is handed bytes or text, so it only ever gets a BytesIO; about one in a
hundred damaged feeds makes it raise one of a dozen exceptions. Both are dealt with here, the rest in `document`.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from watcher.errors import ReadError
from watcher.sources.document import Document, Restored, prepared
from watcher.sources.raw import RawEntry, RawFeed, RawLink, RawText

_SKIP = {name: re.compile(f"<skip{name}>", re.IGNORECASE) for name in ("hours", "days")}
_VALUE = re.compile(r">\s*([^<>]{1,20}?)\s*<")
# An RDF document may be about anything; a channel may be one of television.
_FEED_WITHOUT_ENTRIES = re.compile(
    r"purl\.org/(?:rss/1|net/rss1)|netscape\.com/rdf/|<(?:title|link|description|abstract|item)[\s/>]|"
    r"<channel\s[^>]*(?:href|lastmod)=",
    re.IGNORECASE,
)
_ALONE = threading.Lock()
_LONGEST_NAME = 500  # characters of an author
_BASE = "\ue0f2"  # private use, taken out of the document first: what follows it in an address is its base


def parse_xml(text: str, most: int) -> RawFeed:
    """Reads an RSS, RDF or Atom document: its newest `most` entries. Raises ReadError with the reason if it is none."""
    document = prepared(text, most)
    feed = _feedparser(document.text)
    version = str(dict.get(feed, "version") or "")
    entries = dict.get(feed, "entries") or []
    if not version and not entries and not _FEED_WITHOUT_ENTRIES.search(document.head):
        raise ReadError("XML, but neither RSS nor Atom")
    return _raw(feed, version, entries[:most], document)


def _feedparser(document: str) -> dict[str, Any]:
    try:
        with _library() as feedparser:
            parsed: dict[str, Any] = feedparser.parse(
                io.BytesIO(document.encode("utf-8", "replace")),
                response_headers={"content-type": "application/xml; charset=utf-8"},
                sanitize_html=False,  # five times slower, and every text is made plain here anyway
                resolve_relative_uris=False,
            )
    except Exception as error:  # feedparser raises whatever a damaged feed leads it into
        raise ReadError(f"damaged beyond reading ({type(error).__name__})") from error
    return parsed


@contextmanager
def _library() -> Iterator[Any]:
    """feedparser, slow to load; told to leave addresses as they stood and to say by which base they are meant.

    By itself it resolves links and ids against xml:base whatever it is asked, and drops those it cannot take apart. And
    it looks for a mail address in a name in time that grows with its square: 50,000 characters took 30 s.

    One at a time: of two threads the second would take the first one's ways for the library's own, and leave them
    there.
    """
    import feedparser
    from feedparser import mixin

    with _ALONE:
        yield from _told(feedparser, mixin)


def _told(feedparser: Any, mixin: Any) -> Iterator[Any]:
    resolving, naming = mixin._FeedParserMixin.resolve_uri, mixin._FeedParserMixin._sync_author_detail

    def named(parser: Any, key: str = "author") -> None:
        context = parser._get_context()
        name = dict.get(context, key)
        if isinstance(name, str) and len(name) > _LONGEST_NAME:
            context[key] = name[:_LONGEST_NAME]
        naming(parser, key)

    mixin._FeedParserMixin._sync_author_detail = named
    mixin._FeedParserMixin.resolve_uri = lambda parser, address: f"{address}{_BASE}{parser.baseuri or ''}"
    try:
        yield feedparser
    finally:
        mixin._FeedParserMixin.resolve_uri = resolving
        mixin._FeedParserMixin._sync_author_detail = naming


def _unmarked(address: str) -> str:
    return address.partition(_BASE)[0]


def _raw(feed: dict[str, Any], version: str, entries: list[Any], document: Document) -> RawFeed:
    channel: dict[str, Any] = dict.get(feed, "feed") or {}
    restored = document.restored

    def text(name: str) -> str:
        value = dict.get(channel, name)
        return restored(value) if isinstance(value, str) else ""

    detail = dict.get(channel, "generator_detail")
    return RawFeed(
        version=version or "unknown",
        title=RawText(text("title")),
        link=_unmarked(text("link")),
        language=text("language"),
        generator=" ".join((text("generator"), _string(detail, "href"), _string(detail, "name"))),
        links=_links(dict.get(channel, "links"), restored),
        ttl=text("ttl"),
        update_period=text("sy_updateperiod"),
        update_frequency=text("sy_updatefrequency"),
        skip_hours=_skipped(document.head, "hours"),
        skip_days=_skipped(document.head, "days"),
        entries=tuple(_entry(entry, restored) for entry in entries if isinstance(entry, dict)),
        whole=document.whole,
    )


def _skipped(head: str, name: str) -> tuple[str, ...]:
    """What stands in <skipHours> or <skipDays>, of which the parser keeps the last only."""
    start = _SKIP[name].search(head)
    inside = head[start.end() - 1 : start.end() + 2_000] if start else ""
    return tuple(_VALUE.findall(inside[: max(inside.lower().find(f"</skip{name}"), 0)]))


def _entry(entry: dict[str, Any], restored: Restored) -> RawEntry:
    # `dict.get`: the mapping's own lookup turns a missing `updated` into a warning and a made-up value.
    def text(name: str) -> str:
        value = dict.get(entry, name)
        return restored(value) if isinstance(value, str) else ""

    title = dict.get(entry, "title_detail")
    teaser = dict.get(entry, "summary_detail")
    contents = dict.get(entry, "content")
    content = _content(contents, restored)
    summary = _text(teaser, restored, dict.get(entry, "summary"))
    if isinstance(contents, list) and any(_string(each, "value") == dict.get(entry, "summary") for each in contents):
        summary = RawText()  # feedparser copies a content into a summary the feed does not have
    links = _links(dict.get(entry, "links"), restored)
    if original := text("feedburner_origlink"):  # the article's own address behind a counting redirect
        links = (RawLink("alternate", "text/html", original), *links)
    return RawEntry(
        id=_unmarked(text("id")),
        title=_text(title, restored, dict.get(entry, "title")),
        links=(*links, *_elsewhere(contents, restored)),
        summary=summary,
        content=content,
        published=text("published") or text("created"),
        updated=text("updated"),
        language=_string(title, "language") or _string(teaser, "language"),
        base=_string(title, "base") or _string(teaser, "base"),
        authors=_authors(entry, restored),
        guid_is_link=dict.get(entry, "guidislink") is True,
        source=restored(_string(dict.get(entry, "source"), "title")) or text("news_source"),
        source_url=restored(_string(dict.get(entry, "source"), "href")),
    )


def _content(contents: object, restored: Restored) -> RawText:
    """The longest of an entry's contents that is text: an Atom entry may carry a picture as well."""
    best = RawText()
    for content in contents if isinstance(contents, list) else []:
        kind = _string(content, "type")
        if kind.startswith("text/") or kind.endswith("xml") or not kind:
            text = _text(content, restored, _string(content, "value"))
            best = text if len(text.value) > len(best.value) else best
    return best


def _text(detail: object, restored: Restored, value: object) -> RawText:
    """A text and whether it is HTML. "Plain" declares nothing: it is the default, and half of its users send markup."""
    text = value if isinstance(value, str) else ""
    # A detail may be that of another element of the same name (a picture's title), found deeper in the entry.
    kind = _string(detail, "type") if _string(detail, "value") == text else ""
    text = restored(text, escaped=kind == "application/xhtml+xml")
    return RawText(text, True if kind in ("text/html", "application/xhtml+xml") else None)


def _links(links: object, restored: Restored) -> tuple[RawLink, ...]:
    if not isinstance(links, list):
        return ()
    found = []
    for link in links:
        href, _, base = restored(_string(link, "href")).partition(_BASE)
        if href:
            found.append(RawLink(_string(link, "rel"), _string(link, "type"), href, base))
    return tuple(found)


def _elsewhere(contents: object, restored: Restored) -> tuple[RawLink, ...]:
    """Where an Atom entry's content lies, if it only points to it: the entry then needs no other link (RFC 4287)."""
    pointers = [content for content in contents if _string(content, "src")] if isinstance(contents, list) else []
    return tuple(
        RawLink("content", _string(content, "type"), restored(_string(content, "src")), _string(content, "base"))
        for content in pointers
    )


def _authors(entry: dict[str, Any], restored: Restored) -> tuple[str, ...]:
    people = dict.get(entry, "authors")
    names = [_string(person, "name") for person in people] if isinstance(people, list) else []
    single = dict.get(entry, "author")
    # feedparser takes "mail@host.example (Name)" apart at the wrong place where the domain's end is long.
    if len(names) < 2 and isinstance(single, str):
        names = [single]
    return tuple(restored(name) for name in names if name)


def _string(mapping: object, name: str) -> str:
    value = dict.get(mapping, name) if isinstance(mapping, dict) else None
    return value if isinstance(value, str) else ""
