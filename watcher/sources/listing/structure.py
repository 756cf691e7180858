"""Finds the articles that a page lists by what is repeated in it.

links ─ like an article's? ─> one address each ─ its box ─> boxes alike: a group ─ reads like headlines? ─> items
                                                                ^                                            │
               what stands in the same frame and was not sure ──┘        days above them, in the page's order <┘
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from statistics import median

from lxml.html import HtmlElement

from watcher.sources.listing.addresses import likeness
from watcher.sources.listing.boxes import Frame, Item, Link, boxed, frame, frames_of, links_of, shape, sure_in
from watcher.sources.listing.days import put_under_days
from watcher.sources.listing.details import HEADINGS, has_heading, moment_of, teaser_of, title_of
from watcher.sources.listing.words import count_words, is_aside_title, text_of

_LONGEST_LIST_TITLE = 60
_FLAT = 400  # siblings of a flat list that are looked at


@dataclass(frozen=True, slots=True)
class _View:
    """What the page is, for everything that is read in it."""

    url: str
    now: datetime
    language: str | None


def find_items(root: HtmlElement, page_url: str, base: str, now: datetime, language: str | None) -> list[Item]:
    """The articles of a page's own list or lists, in the page's order; empty where nothing reads like one."""
    view = _View(page_url, now, language)
    links = links_of(root, page_url, base)
    groups: dict[Frame, list[Item]] = defaultdict(list)
    for item in _of_news(boxed(links)):
        groups[shape(item)].append(item)
    alone = [item for items in groups.values() if len({item.url for item in items}) == 1 for item in items]
    lists = [_headlines(items, view) for items in groups.values() if len({item.url for item in items}) > 1]
    kept = [item for items in lists if not _is_chart(items, lists) for item in items]
    framed = _in_frames(links, kept, view)
    kept.extend(framed)
    for parent, run in _runs(kept).items() if framed else ():
        _share_out(parent, run)
    for item in framed:
        _filled(item, view)
    found = {item.url for item in kept}
    kept.extend(item for item in alone if item.url not in found and _stands_alone(item, view))
    order = {link.element: number for number, link in enumerate(links)}
    best = sorted(_best(kept).values(), key=lambda item: min(order.get(link, 0) for link in item.links))
    put_under_days(root, best, now, language)
    return best


def _of_news(items: Sequence[Item]) -> list[Item]:
    """The items of lists that are not called "most read", "related" or "advertisement"; flat lists shared out."""
    kept: list[Item] = []
    for parent, run in _runs(items).items():
        if not _is_list_of_another_kind(parent, run[0].box):
            _share_out(parent, run)
            kept.extend(run)
    return kept


def _runs(items: Sequence[Item]) -> dict[HtmlElement, list[Item]]:
    """Items by the element that their boxes stand in."""
    runs: dict[HtmlElement, list[Item]] = defaultdict(list)
    for item in items:
        parent = item.box.getparent()
        runs[item.box if parent is None else parent].append(item)
    return runs


def _share_out(parent: HtmlElement, items: list[Item]) -> None:
    """Gives what stands between the boxes of a flat list to the box it belongs to: the one before, or the one after."""
    by_box = {item.box: item for item in items}
    ordered: list[Item] = []
    between: list[list[HtmlElement]] = [[]]
    for child in islice(parent, _FLAT):
        if child in by_box:
            ordered.append(by_box[child])
            between.append([])
        elif isinstance(child.tag, str):
            between[-1].append(child)
    if sum(map(bool, between[1:-1])) * 2 < len(ordered) - 1 or len(ordered) < 2:
        return
    is_before = bool(between[0]) and not between[-1]
    for number, item in enumerate(ordered):
        item.beside = between[number][-4:] if is_before else between[number + 1][:4]


def _is_list_of_another_kind(parent: HtmlElement, box: HtmlElement) -> bool:
    """Whether what is written above a list says that it is not the news: most read, related, advertisements."""
    first = next((child for child in islice(box.iter(*HEADINGS), 1)), None)
    if first is not None and next(first.iter("a"), None) is None and is_aside_title(text_of(first)):
        return True
    here, before = parent, box
    for _ in range(4):
        if (title := _title_before(before)) is not None:
            return is_aside_title(title)
        if here.tag in ("body", "html", "main"):
            return False
        above = here.getparent()
        if above is None:
            return False
        here, before = above, here
    return False


def _title_before(element: HtmlElement) -> str | None:
    """The short text right before an element; None where there is none."""
    sibling = element
    for _ in range(3):
        sibling = sibling.getprevious()
        if sibling is None:
            return None
        if isinstance(sibling.tag, str):
            text = text_of(sibling)[: _LONGEST_LIST_TITLE + 1]
            if text:
                is_title = len(text) <= _LONGEST_LIST_TITLE and count_words(text) <= 8
                return text if is_title and next(sibling.iter("time"), None) is None else None
    return None


def _headlines(items: Sequence[Item], view: _View) -> list[Item]:
    """The items of a group of boxes alike, if their words read like headlines."""
    read = [item for item in items if _filled(item, view)]
    if not read:
        return []
    words = median(count_words(item.title) for item in read)
    like = median(likeness(item.url, view.url) or 0.0 for item in read)
    dated = sum(item.moment is not None for item in read) / len(read)
    said = max(dated, sum(map(_has_heading, read)) / len(read), sum(bool(item.summary) for item in read) / len(read))
    is_headlines = words >= 4 and (like >= 1.5 or said >= 0.5)
    is_short = words >= 2 and said >= 0.5 and (like >= 1.0 or dated >= 0.5)
    return read if is_headlines or is_short else []


def _is_chart(items: Sequence[Item], lists: Sequence[Sequence[Item]]) -> bool:
    """Whether a numbered list of bare links stands beside a list that says more of its articles: the most read ones."""
    if not all(
        _is_bare(item) and any(above.tag == "ol" for above in islice(item.box.iterancestors(), 3)) for item in items
    ):
        return False
    return any(len(other) >= 3 and not any(map(_is_bare, other)) for other in lists if other is not items)


def _is_bare(item: Item) -> bool:
    return not item.summary and not _has_heading(item) and next(item.box.iter("time", "img", "p"), None) is None


def _in_frames(links: Sequence[Link], kept: Sequence[Item], view: _View) -> list[Item]:
    """What stands in the same frames as the articles that are sure, and was not sure by itself or stood alone."""
    supports: dict[Frame, set[str]] = defaultdict(set)
    for item in kept:
        supports[frame(item.links[0], item.box)].add(item.url)
    taken = {item.box for item in kept}
    urls = {item.url for item in kept}
    holding = sure_in(links)
    found: list[Item] = []
    for link in links:
        if link.url in urls:
            continue
        for box, its_frame in frames_of(link):
            if len(supports.get(its_frame, ())) > 1 and box not in taken and holding[box] <= {link.url}:
                item = Item(link.url, [link.element], box)
                if not _is_list_of_another_kind(box.getparent(), box) and _filled(item, view):
                    found.append(item)
                    taken.add(box)
                    urls.add(link.url)
                break
    return found


def _stands_alone(item: Item, view: _View) -> bool:
    """An article in a box of its own kind: the one at the top of the page, or the only one."""
    if not _filled(item, view) or count_words(item.title) < 3 or not _has_heading(item):
        return False
    return item.moment is not None or bool(item.summary) or (likeness(item.url, view.url) or 0.0) >= 2


def _filled(item: Item, view: _View) -> bool:
    item.title = title_of(item.parts, item.links)
    if count_words(item.title) < 1:
        return False
    item.moment = moment_of(item.parts, item.url, view.now, view.language)
    item.summary = teaser_of(item.parts, item.title)
    return True


def _has_heading(item: Item) -> bool:
    return has_heading(item.box, item.links)


def _best(items: Sequence[Item]) -> dict[str, Item]:
    """One item for each address: the one that says most."""
    best: dict[str, Item] = {}
    for item in items:
        other = best.get(item.url)
        if other is None or _richness(item) > _richness(other):
            best[item.url] = item
    return best


def _richness(item: Item) -> tuple[int, int]:
    return bool(item.moment) + bool(item.summary) + min(count_words(item.title), 4), count_words(item.title)
