"""JSON-LD: what a page says about itself in `<script type="application/ld+json">`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

_MOST_NODES = 2_000  # a page is no database; nested lists without end exist
_ARTICLE_TYPES = re.compile(
    r"(?:^|/|:)(?:(?:Analysis|Advertiser\w*|Ask\w*|Background|Opinion|Reportage|Review|Satirical|Tech|Scholarly|Report)?"
    r"(?:News)?Article|BlogPosting|LiveBlogPosting|Report|Review|SocialMediaPosting|DiscussionForumPosting)$"
)
_LISTING_TYPES = re.compile(r"(?:^|/|:)(?:CollectionPage|SearchResultsPage|ItemList|ProfilePage|Blog)$")
_COMMENTS = re.compile(r"/\*.*?\*/|<!--|-->|//\s*<!\[CDATA\[|//\s*\]\]>|<!\[CDATA\[|\]\]>", re.DOTALL)


def nodes(root: HtmlElement) -> tuple[Node, ...]:
    """Every object in the page's JSON-LD, outer ones first; broken scripts are skipped."""
    found: list[Node] = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            found.extend(_walk(_loaded(script.text_content())))
    return tuple(found[:_MOST_NODES])


def _loaded(text: str) -> Any:
    for candidate in (text, _COMMENTS.sub("", text)):
        try:
            return json.loads(candidate, strict=False)  # real pages put line breaks into strings
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any) -> Iterator[Node]:
    waiting, seen = [value], 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        current = waiting.pop(0)
        if isinstance(current, dict):
            yield current
            waiting.extend(part for part in current.values() if isinstance(part, dict | list))
        elif isinstance(current, list):
            waiting.extend(part for part in current if isinstance(part, dict | list))


def is_article(node: Node) -> bool:
    return any(_ARTICLE_TYPES.search(name) for name in strings(node.get("@type")))


def is_listing(node: Node) -> bool:
    return any(_LISTING_TYPES.search(name) for name in strings(node.get("@type")))


def strings(value: Any) -> tuple[str, ...]:
    """The text of a property that may be a text, an object with a name, or a list of those."""
    if isinstance(value, str):
        return (value.strip(),) if value.strip() else ()
    if isinstance(value, dict):
        return strings(value.get("name") or value.get("@id") or value.get("@value") or value.get("url"))
    if isinstance(value, list):
        return tuple(text for part in value[:50] if not isinstance(part, list) for text in strings(part))
    return ()


def main_article(found: tuple[Node, ...], names: str) -> Node:
    """The object of the page's own article; empty if there is none.

    Where several articles are described (a list, or "read next"), it is the one whose headline is in `names`, the
    page's title and headings.
    """
    articles = [node for node in found if is_article(node)]
    headlines = {headline for node in articles for headline in strings(node.get("headline"))}
    if len(headlines) > 1:
        named = _letters(names)
        own = (node for node in articles if any(_letters(text) in named for text in strings(node.get("headline"))))
        return next(own, {})
    return next((node for node in articles if strings(node.get("headline"))), articles[0] if articles else {})


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
