"""What RFC 4287 and the JSON Feed 1.1 specification demand of a feed, written from their text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 3066, as RFC 4287 2. wants it
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# RFC 4287, 4.1.1 and 4.1.2: how often each child may stand there; what is not listed here is not written by us.
_FEED = {"author": (1, 99), "category": (0, 99), "generator": (0, 1), "id": (1, 1), "link": (0, 99), "title": (1, 1)}
_FEED |= {"updated": (1, 1), "entry": (0, 99_999), "subtitle": (0, 1), "rights": (0, 1)}
_ENTRY = {"author": (0, 99), "category": (0, 99), "content": (0, 1), "id": (1, 1), "link": (0, 99), "title": (1, 1)}
_ENTRY |= {"published": (0, 1), "updated": (1, 1), "summary": (0, 1)}
_TAGS = set("a abbr b bdi blockquote br cite em h3 h4 i li ol p q strong ul".split())


def atom_mistakes(text: str) -> list[str]:
    """What is wrong with an Atom document; a document that no strict parser reads raises."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    root = etree.fromstring(text.encode("utf-8"), parser)
    return [*_atom(root)]


def _atom(root: Any) -> Iterator[str]:
    if root.tag != f"{ATOM}feed":
        yield f"root is {root.tag}"
    yield from _children(root, _FEED)
    ids = [root.findtext(f"{ATOM}id"), *(each.findtext(f"{ATOM}id") for each in root.iter(f"{ATOM}entry"))]
    if len(set(ids)) != len(ids):
        yield "an id stands twice"
    for id in ids:
        yield from _id(id)
    for element in root.iter():
        language = element.get(XML_LANG)
        if language is not None and not _LANGUAGE.fullmatch(language):
            yield f"xml:lang {language!r}"
        if element.tag in (f"{ATOM}updated", f"{ATOM}published"):
            yield from _date(element.text)
    for entry in root.iter(f"{ATOM}entry"):
        yield from _entry(entry)


def _entry(entry: Any) -> Iterator[str]:
    yield from _children(entry, _ENTRY)
    content = entry.find(f"{ATOM}content")
    alternates = [each for each in entry.findall(f"{ATOM}link") if each.get("rel", "alternate") == "alternate"]
    if content is None and not alternates:  # 4.1.2
        yield "neither content nor a link"
    kinds = [(each.get("type"), each.get("hreflang")) for each in alternates]
    if len(set(kinds)) != len(kinds):
        yield "two alternate links of one kind"
    if content is not None:
        if content.get("type") != "html" or len(content):
            yield "content is not escaped HTML"
        yield from html_mistakes(content.text or "")
    title = entry.find(f"{ATOM}title")
    if title.get("type", "text") != "text" or len(title) or not (title.text or "").strip():
        yield "title is no plain text"


def _children(parent: Any, allowed: dict[str, tuple[int, int]]) -> Iterator[str]:
    names = [child.tag.removeprefix(ATOM) for child in parent]
    yield from (f"{name} in {parent.tag}" for name in set(names) - set(allowed))
    for name, (least, most) in allowed.items():
        if not least <= names.count(name) <= most:
            yield f"{names.count(name)} {name} in {parent.tag}"
    for link in parent.findall(f"{ATOM}link"):
        if not link.get("href"):
            yield "a link without an address"
        elif urlsplit(link.get("href")).scheme not in ("", "http", "https"):
            yield f"a link to {link.get('href')}"
    for author in parent.findall(f"{ATOM}author"):
        if not (author.findtext(f"{ATOM}name") or "").strip():
            yield "an author without a name"
    yield from ("a category without a term" for each in parent.findall(f"{ATOM}category") if not each.get("term"))


def json_feed_mistakes(text: str) -> list[str]:
    """What is wrong with a JSON Feed."""
    return [*_json_feed(json.loads(text))]


_TOP = {"version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str, "language": str}
_TOP |= {"authors": list, "items": list, "next_url": str, "icon": str, "favicon": str, "expired": bool}
_ITEM = {"id": str, "url": str, "external_url": str, "title": str, "content_html": str, "content_text": str}
_ITEM |= {"summary": str, "date_published": str, "date_modified": str, "authors": list, "tags": list, "language": str}


def _json_feed(feed: Any) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"version {feed.get('version')!r}"
    for key in ("title", "items"):
        if key not in feed:
            yield f"no {key}"
    yield from _shape(feed, _TOP)
    ids = [item.get("id") for item in feed["items"]]
    if len(set(ids)) != len(ids):
        yield "an id stands twice"
    for item in feed["items"]:
        yield from _shape(item, _ITEM)
        yield from _id(item.get("id"))
        if "content_html" not in item and "content_text" not in item:
            yield "an item without content"
        yield from html_mistakes(item.get("content_html", ""))
        for key in ("date_published", "date_modified"):
            if key in item:
                yield from _date(item[key])
        yield from (f"tag {tag!r}" for tag in item.get("tags", []) if not isinstance(tag, str))


def _shape(value: dict[str, Any], keys: dict[str, type]) -> Iterator[str]:
    for key, each in value.items():
        if key not in keys or not isinstance(each, keys[key]):
            yield f"{key}: {each!r:.60}"
        elif (key.endswith("url") or key in ("icon", "favicon")) and urlsplit(each).scheme not in ("http", "https"):
            yield f"{key} is no whole address: {each}"
    for author in value.get("authors", []):
        if not (isinstance(author, dict) and author.get("name")):
            yield f"author {author!r}"


def _id(id: object) -> Iterator[str]:
    try:
        UUID(str(id).removeprefix("urn:uuid:"))
    except ValueError:
        yield f"id {id!r}"
    if not str(id).startswith("urn:uuid:"):
        yield f"id {id!r}"


def _date(text: str | None) -> Iterator[str]:
    if not _RFC3339.fullmatch(text or ""):
        yield f"date {text!r}"
    else:
        datetime.fromisoformat(str(text))


def html_mistakes(html: str) -> list[str]:
    """Tags that no reader of feeds should be given, and tags that do not close."""
    reader = _Html()
    reader.feed(html)
    reader.close()
    return reader.wrong + [f"<{tag}> is not closed" for tag in reader.open]


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.wrong.append(f"<{tag}>")
        if tag != "br":
            self.open.append(tag)
        for name, value in attributes:
            if name not in ("href", "lang", "dir", "rel", "title"):
                self.wrong.append(f"<{tag} {name}>")
            if name == "href" and urlsplit(value or "").scheme not in ("http", "https"):
                self.wrong.append(f"link to {value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")
