"""Finds the articles that a page lists by what is repeated in it.

links ─ like an article's? ─> one address each ─ its box: all around it that holds no other ─> boxes alike: a group
                                                                                                │
         items in the page's order <── groups that read like headlines, outside menus and "most read" ──┘
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from statistics import median

from lxml.html import HtmlElement

from watcher.sources.listing.addresses import is_elsewhere, likeness
from watcher.sources.listing.details import HEADINGS, moment_of, teaser_of, title_of
from watcher.sources.listing.regions import is_aside
from watcher.sources.listing.words import ASIDE, count_words, is_generic, text_of
from watcher.urls import absolute

MOST_LINKS = 3_000  # of a page; the longest front pages have about a thousand
_DEEPEST = 60  # levels above a link that are looked at
_LIKE_ARTICLE = 2.5  # of address and words together
_LONGEST_LIST_TITLE = 60


@dataclass(slots=True)
class Item:
    """One article of a list: its address, the links to it, the box around them and what belongs to the box."""

    url: str
    links: list[HtmlElement]
    box: HtmlElement
    beside: list[HtmlElement] = field(default_factory=list)  # siblings in a list without boxes
    title: str = ""
    summary: str = ""
    moment: datetime | None = None

    @property
    def parts(self) -> list[HtmlElement]:
        return [self.box, *self.beside]


@dataclass(slots=True)
class _Link:
    element: HtmlElement
    url: str
    score: float
    above: list[HtmlElement]


def find_items(root: HtmlElement, page_url: str, base: str, now: datetime, language: str | None) -> list[Item]:
    """The articles of a page's own list or lists, in the page's order; empty where nothing reads like one."""
    links = _article_links(root, page_url, base)
    runs: dict[tuple[HtmlElement, ...], list[Item]] = defaultdict(list)
    for item in _boxed(links):
        parent = item.box.getparent()
        runs[(parent,) if parent is not None else ()].append(item)
    groups: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for (*parents,), items in runs.items():
        if parents and _is_list_of_another_kind(parents[0], items[0].box):
            continue
        _share_out(items)
        for item in items:
            groups[_shape(item)].append(item)
    order = {link.element: number for number, link in enumerate(links)}
    kept: dict[str, Item] = {}
    for items in groups.values():
        for item in _worth_keeping(items, page_url, now, language):
            other = kept.get(item.url)
            if other is None or _richness(item) > _richness(other):
                kept[item.url] = item
    return sorted(kept.values(), key=lambda item: min(order[link] for link in item.links))


def _article_links(root: HtmlElement, page_url: str, base: str) -> list[_Link]:
    found: list[_Link] = []
    for element in islice(root.iter("a", "area"), MOST_LINKS * 2):
        url = absolute(base, element.get("href") or element.get("data-href") or "")
        url = url.partition("#")[0] if url and "#/" not in url and "#!" not in url else url
        address = likeness(url, page_url) if url else None
        if url is None or address is None:
            continue
        score = address + _words_score(element) - (1.0 if is_elsewhere(url, page_url) else 0.0)
        if score >= _LIKE_ARTICLE:
            found.append(_Link(element, url, score, list(islice(element.iterancestors(), _DEEPEST))))
        if len(found) == MOST_LINKS:
            break
    urls_in: dict[HtmlElement, set[str]] = defaultdict(set)
    for link in found:
        for above in link.above:
            urls_in[above].add(link.url)
    counts = {element: len(urls) for element, urls in urls_in.items()}
    total = len({link.url for link in found})
    aside = {element for element in counts if is_aside(element, counts, total)}
    return [link for link in found if aside.isdisjoint(link.above)]


def _words_score(link: HtmlElement) -> float:
    text = text_of(link)
    in_heading = next(link.iter(*HEADINGS), None) is not None or any(
        above.tag in HEADINGS for above in islice(link.iterancestors(), 4)
    )
    if is_generic(text):
        return 0.5
    words = count_words(text)
    score = 2.0 if words >= 6 else 1.5 if words >= 4 else 0.75 if words == 3 else -0.5
    return score + (1.5 if in_heading else 0.0)


def _boxed(links: list[_Link]) -> Iterator[Item]:
    """Each address with the largest box around its links that holds no other article."""
    urls_in: dict[HtmlElement, set[str]] = defaultdict(set)
    for link in links:
        for element in (link.element, *link.above):
            if len(urls_in[element]) < 2:
                urls_in[element].add(link.url)
    boxes: dict[HtmlElement, Item] = {}
    for link in links:
        box = link.element
        for above in link.above:
            if len(urls_in[above]) > 1 or above.tag in ("body", "html", "main"):
                break
            box = above
        if box in boxes:
            boxes[box].links.append(link.element)
        else:
            boxes[box] = Item(link.url, [link.element], box)
    yield from boxes.values()


def _share_out(items: list[Item]) -> None:
    """Gives what stands between the boxes of a flat list to the box it belongs to: the one before, or the one after."""
    boxes = {item.box for item in items}
    parent = items[0].box.getparent()
    if parent is None:
        return
    between: list[list[HtmlElement]] = [[]]
    for child in islice(parent, 4 * MOST_LINKS):
        if child in boxes:
            between.append([])
        elif isinstance(child.tag, str):
            between[-1].append(child)
    inner = [part for part in between[1:-1] if part]
    if len(inner) * 2 < len(items) - 1 or len(between) != len(items) + 1:
        return
    leads = bool(between[0]) and not between[-1]
    ordered = sorted(items, key=lambda item: parent.index(item.box))
    for number, item in enumerate(ordered):
        gap = between[number] if leads else between[number + 1]
        item.beside = gap[-4:] if leads else gap[:4]


_CLASS = re.compile(r"[A-Za-z][A-Za-z_-]*")
_VARIES = re.compile(
    r"odd|even|first|last|active|featured|sticky|lazy\w*|loaded|hero|large|small|big|post|type-.*|status-.*|format-.*|category-.*|tag-.*|"
    r"hentry|has-.*|is-.*|js-.*|col.*|row.*|grid.*|left|right|top|bottom|hidden|visible|clearfix",
    re.IGNORECASE,
)


def _shape(item: Item) -> tuple[str, ...]:
    """What boxes of one list have in common: their own names, and the names of what is around them."""
    above = islice(item.box.iterancestors(), 5)
    return (_name(item.box), *map(_name, above), item.links[0].tag, _inside(item))


def _inside(item: Item) -> str:
    steps: list[str] = []
    for above in item.links[0].iterancestors():
        if above is item.box or len(steps) == 6:
            break
        steps.append(str(above.tag))
    return "/".join(steps) if any(step in HEADINGS for step in steps) else ""


def _name(element: HtmlElement) -> str:
    names = [
        name
        for name in (element.get("class") or "").split()[:6]
        if _CLASS.fullmatch(name) and not _VARIES.fullmatch(name)
    ]
    return f"{element.tag}.{'.'.join(sorted(names)[:2])}"


def _is_list_of_another_kind(parent: HtmlElement, box: HtmlElement) -> bool:
    """Whether what is written above a list says that it is not the news: most read, related, advertisements."""
    here = parent
    before: HtmlElement | None = box
    for _ in range(4):
        sibling = before.getprevious() if before is not None else None
        for _ in range(3):
            if sibling is None:
                break
            if isinstance(sibling.tag, str):
                text = text_of(sibling)[: _LONGEST_LIST_TITLE + 1]
                if text and len(text) <= _LONGEST_LIST_TITLE and _may_be_list_title(sibling):
                    return ASIDE.match(text.strip(" \t:：|»›-–—•*【[")) is not None
                break
            sibling = sibling.getprevious()
        if here is None or here.tag in ("body", "html", "main"):
            return False
        before, here = here, here.getparent()
    return False


def _may_be_list_title(element: HtmlElement) -> bool:
    return count_words(text_of(element)) <= 8 and (element.tag in HEADINGS or next(element.iter("time"), None) is None)


def _worth_keeping(items: list[Item], page_url: str, now: datetime, language: str | None) -> list[Item]:
    """The items of a group of boxes alike, if their words read like headlines."""
    read: list[Item] = []
    for item in items:
        item.title = title_of(item.parts, item.links)
        if not item.title:
            continue
        item.moment = moment_of(item.parts, item.url, now, language)
        item.summary = teaser_of(item.parts, item.title)
        read.append(item)
    if not read:
        return []
    share = _shares(read)
    words = median(count_words(item.title) for item in read)
    like = median(likeness(item.url, page_url) or 0.0 for item in read)
    said = max(share["heading"], share["moment"], share["summary"])
    if len({item.url for item in read}) == 1:
        return read if share["heading"] and (share["moment"] or share["summary"] or like >= 2) and words >= 3 else []
    is_headlines = words >= 4 and (like >= 1.5 or said >= 0.5)
    is_short = words >= 2 and said >= 0.5 and (like >= 1.0 or share["moment"] >= 0.5)
    return read if is_headlines or is_short else []


def _shares(items: list[Item]) -> Counter[str]:
    share: Counter[str] = Counter()
    for item in items:
        has_heading = (
            any(
                next(link.iter(*HEADINGS), None) is not None
                or any(a.tag in HEADINGS for a in islice(link.iterancestors(), 4))
                for link in item.links
            )
            or next(item.box.iter(*HEADINGS), None) is not None
        )
        for name, value in (("heading", has_heading), ("moment", item.moment), ("summary", item.summary)):
            share[name] += bool(value)
    for name in share:
        share[name] /= len(items)  # type: ignore[assignment]  # a share, kept in the counter it was counted in
    return share


def _richness(item: Item) -> tuple[int, int]:
    return bool(item.moment) + bool(item.summary) + min(count_words(item.title), 4), count_words(item.title)
