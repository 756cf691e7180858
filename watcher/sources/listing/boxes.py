"""The box of each article, all around its links that holds no other; and what the boxes of one list have in common."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from watcher.sources.listing.addresses import is_elsewhere, likeness
from watcher.sources.listing.details import in_heading
from watcher.sources.listing.regions import MOST_ASIDE, is_aside
from watcher.sources.listing.words import count_words, is_generic, text_of
from watcher.urls import absolute

MOST_LINKS = 3_000  # of a page; the longest front pages have about a thousand
_DEEPEST = 60  # levels above a link that are looked at
_SURE = 2.5  # of address and words together: an article by itself; below it only in a list of such
_WHOLE = ("body", "html", "main")

Frame = tuple[str, ...]


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
class Link:
    """A link that may lead to an article, with the elements around it, the nearest first."""

    element: HtmlElement
    url: str
    score: float
    above: list[HtmlElement]

    @property
    def is_sure(self) -> bool:
        return self.score >= _SURE


def links_of(root: HtmlElement, page_url: str, base: str) -> list[Link]:
    """The links outside menus, footers and the like whose address may be an article's, in the page's order."""
    found: list[Link] = []
    for element in islice(root.iter("a", "area"), 2 * MOST_LINKS):
        url = absolute(base, element.get("href") or element.get("data-href") or "")
        url = url.partition("#")[0] if url and "#/" not in url and "#!" not in url else url
        address = likeness(url, page_url) if url else None
        if url is not None and address is not None:
            score = address + _words_score(element) - (1.0 if is_elsewhere(url, page_url) else 0.0)
            found.append(Link(element, url, score, list(islice(element.iterancestors(), _DEEPEST))))
        if len(found) == MOST_LINKS:
            break
    sure = {link.url for link in found if link.is_sure}
    inside: dict[HtmlElement, set[str]] = defaultdict(set)
    for link in found:
        for above in link.above:
            inside[above].update({link.url} & sure)
    counts = {element: len(urls) for element, urls in inside.items()}
    aside = [element for element in counts if is_aside(element, counts, len(sure))]
    named: dict[str, set[str]] = defaultdict(set)
    for element in aside:
        named[name_of(element)].update(inside[element])
    # What most articles stand in, one by one, is what this site calls an article: "card ranking-card", "share-box".
    kept = {name for name, urls in named.items() if len(urls) > MOST_ASIDE * len(sure)}
    passed = {element for element in aside if name_of(element) not in kept or element.tag in ("nav", "footer")}
    return [link for link in found if passed.isdisjoint(link.above)]


def boxed(links: Sequence[Link]) -> list[Item]:
    """Each sure article with the largest box around its links that holds no other one; one item for each such box."""
    urls_in = sure_in(links)
    boxes: dict[HtmlElement, Item] = {}
    for link in links:
        if not link.is_sure:
            continue
        box = link.element
        for above in link.above:
            if len(urls_in[above]) > 1 or above.tag in _WHOLE:
                break
            box = above
        if box in boxes:
            boxes[box].links.append(link.element)
        else:
            boxes[box] = Item(link.url, [link.element], box)
    # A link that by itself would be none, in the box of an article that it leads to: a date, a picture.
    for link in links:
        if not link.is_sure:
            near = next((boxes[above] for above in (link.element, *link.above) if above in boxes), None)
            if near is not None and near.url == link.url:
                near.links.append(link.element)
    return list(boxes.values())


def sure_in(links: Sequence[Link]) -> dict[HtmlElement, set[str]]:
    """Up to two addresses of sure articles within each element: one, or more than one, is all that is asked."""
    found: dict[HtmlElement, set[str]] = defaultdict(set)
    for link in links:
        for element in (link.element, *link.above):
            if link.is_sure and len(found[element]) < 2:
                found[element].add(link.url)
    return found


def shape(item: Item) -> Frame:
    """What boxes of one list have in common: the names of the box, of what is around it, and the heading inside."""
    around = islice(item.box.iterancestors(), 5)
    inner = [str(above.tag) for above in _between(item.links[0], item.box)]
    heads = "/".join(inner) if any(tag in _HEADINGS for tag in inner) else ""
    return (name_of(item.box), *map(name_of, around), heads)


def frame(link: HtmlElement, box: HtmlElement) -> Frame:
    """The way from a link up to its box and two levels above it."""
    above = islice(box.iterancestors(), 2)
    return (name_of(link), *map(name_of, _between(link, box)), "|", name_of(box), *map(name_of, above))


def frames_of(link: Link) -> Iterator[tuple[HtmlElement, Frame]]:
    """Every box a link could have, with its frame, the nearest first."""
    for box in (link.element, *islice(link.above, 8)):
        if box.tag in _WHOLE:
            return
        yield box, frame(link.element, box)


def _between(link: HtmlElement, box: HtmlElement) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    if link is not box:
        for above in islice(link.iterancestors(), 8):
            if above is box:
                break
            found.append(above)
    return found


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CLASS = re.compile(r"[A-Za-z][A-Za-z_-]*")
# Names that differ between the items of one list: counting, emphasis, widths, what WordPress says of each post.
_VARIES = re.compile(
    r"odd|even|first|last|active|featured|sticky|lazy\w*|loaded|hero|large|small|big|post|hentry|left|right|top|bottom|"
    r"hidden|visible|clearfix|(?:type|status|format|category|tag|has|is|js|col|row|grid)(?:-.*|$)",
    re.IGNORECASE,
)


def name_of(element: HtmlElement) -> str:
    """An element's tag with those of its class names that its siblings would have too."""
    names = [each for each in (element.get("class") or "").split()[:6] if _CLASS.fullmatch(each)]
    return f"{element.tag}.{'.'.join(sorted(each for each in names if not _VARIES.fullmatch(each))[:2])}"


def _words_score(link: HtmlElement) -> float:
    text = text_of(link)
    if is_generic(text):
        return 0.5
    words = count_words(text)
    score = 2.0 if words >= 6 else 1.5 if words >= 4 else 0.75 if words == 3 else -0.5
    return score + (1.5 if in_heading(link) else 0.0)
