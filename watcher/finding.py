"""From a site's address to a source: asked once where it is a feed; else what its page names, then the usual places.

the address ─ a feed or sitemap ─> that
  └─ a page ─ feeds it names ─ feeds it links ─ usual places ─ robots.txt, sitemaps ─ its own list of articles
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from watcher import urls
from watcher.errors import ReadError, WatcherError
from watcher.ports import Fetch
from watcher.sources import discovery, read_as
from watcher.types import Page, Reading, Request, Trouble

FEWEST_LISTED = 3  # articles of a page that nobody said is a list of them
_GO_AWAY = frozenset({401, 403, 429, 503})


@dataclass(frozen=True, slots=True)
class Found:
    """A source that answers and can be read, what it holds now, and others of its kind that were named beside it."""

    kind: str
    url: str
    reading: Reading
    others: tuple[str, ...] = ()


class _Asking:
    """Asks one address after the other, with the pause between two that a host may expect."""

    def __init__(self, fetch: Fetch, pause: Callable[[], None]) -> None:
        self._fetch, self._pause = fetch, pause
        self._asked: set[str] = set()
        self.refused = False  # somebody asked to be left alone: nothing more is tried

    def ask(self, url: str) -> Page | Trouble | None:
        """The answer; None for what was asked before, and once somebody has refused."""
        if url in self._asked or self.refused:
            return None
        if self._asked:
            self._pause()
        self._asked.add(url)
        answer = self._fetch(Request(url))
        self.refused = isinstance(answer, Trouble) and answer.status in _GO_AWAY
        return answer


def find_source(url: str, fetch: Fetch, pause: Callable[[], None], kind: str | None = None) -> Found:
    """The best source at an address or named by the page there. Raises WatcherError where there is none.

    With a `kind` the address itself is read as that and nothing else is asked.
    """
    asking = _Asking(fetch, pause)
    answer = asking.ask(url)
    if not isinstance(answer, Page):
        raise WatcherError(answer.text if answer else urls.masked(url))
    if kind is not None:
        try:
            return Found(kind, url, read_as(kind, answer))
        except ReadError as error:
            raise ReadError(_with_feeds(f"{urls.masked(url)} cannot be read as {kind}: {error}", answer)) from error
    reasons: list[str] = []
    for each in ("feed", "sitemap"):
        try:
            return Found(each, url, read_as(each, answer))
        except ReadError as error:
            reasons.append(str(error))
    found = _elsewhere(answer, asking) or _listed(url, answer)
    if found is None:
        what = reasons[0].partition(";")[0]  # behind it stands the advice to do what is done here
        said = f"{urls.masked(url)} is no feed: {what}, and none was found at the usual places"
        raise ReadError(_with_feeds(said, answer))
    return found


def _elsewhere(page: Page, asking: _Asking) -> Found | None:
    named = discovery.feeds_named(page)
    if found := _first(("feed",), named, asking):
        return replace(found, others=tuple(other for other in named if other != found.url))
    for addresses in (discovery.feeds_linked(page), discovery.usual_places(page.url)):
        if found := _first(("feed",), addresses, asking):
            return found
    return _first(("sitemap", "feed"), _sitemaps(page, asking), asking)


def _sitemaps(page: Page, asking: _Asking) -> Iterator[str]:
    robots = asking.ask(discovery.robots_place(page.url))
    if isinstance(robots, Page):
        yield from discovery.sitemaps_named(robots)
    yield from discovery.usual_sitemaps(page.url)


def _first(kinds: tuple[str, ...], addresses: Iterable[str], asking: _Asking) -> Found | None:
    """The first of these addresses that can be read and holds something."""
    for address in addresses:
        answer = asking.ask(address)
        if not isinstance(answer, Page):
            continue
        for kind in kinds:
            try:
                reading = read_as(kind, answer)
            except ReadError:
                continue
            if reading.leads or reading.more:
                return Found(kind, address, reading)
    return None


def _listed(url: str, page: Page) -> Found | None:
    try:
        reading = read_as("page", page)
    except ReadError:
        return None
    return Found("page", url, reading) if len(reading.leads) >= FEWEST_LISTED else None


def _with_feeds(text: str, page: Page) -> str:
    return text + "".join(f"; try: watcher sources add {feed}" for feed in discovery.feeds_named(page))
