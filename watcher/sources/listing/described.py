"""Articles that a page describes in JSON-LD: what is left of a list that a browser would build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from watcher.markup.linked_data import Node, is_article, nodes, strings
from watcher.sources.dates import read_date
from watcher.sources.listing.addresses import likeness
from watcher.sources.listing.boxes import Item
from watcher.sources.listing.words import count_words
from watcher.urls import absolute

_MOST = 200


def described_items(root: HtmlElement, page_url: str, base: str) -> list[Item]:
    """The articles with address and headline that a page's own description names, in its order."""
    found: dict[str, Item] = {}
    for node in nodes(root):
        for each in (node, *_listed(node)):
            title = next(iter((*strings(each.get("headline")), *strings(each.get("name")))), "")
            address = _text(each.get("url")) or _text(each.get("@id")) or _text(each.get("mainEntityOfPage"))
            url = absolute(base, address)
            if url is None or count_words(title) < 2 or likeness(url, page_url) is None or not _counts(each, node):
                continue
            moment = read_date(_text(each.get("datePublished")))
            found.setdefault(url.partition("#")[0], Item(url.partition("#")[0], [], root, title=title, moment=moment))
        if len(found) >= _MOST:
            break
    return list(found.values())


def _listed(node: Node) -> Iterator[Node]:
    elements = node.get("itemListElement")
    for element in elements[:_MOST] if isinstance(elements, list) else ():
        if isinstance(element, dict):
            item = element.get("item")
            yield item if isinstance(item, dict) else {**element, "url": _text(element.get("url")) or _text(item)}


def _counts(each: Node, node: Node) -> bool:
    """An article, or a row of a list; the crumbs that lead to a page are a list too."""
    is_crumbs = any("Breadcrumb" in name for name in strings(node.get("@type")))
    return not is_crumbs and (is_article(each) or each is not node)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value if isinstance(value, str) else ""
