"""What all pages are made with: a template filled for who asks, and values that are not worked out for each of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from watcher import app
from watcher.ports import Clock
from watcher.render.clean import cleaned
from watcher.types import Harvest, Seed
from watcher.web.answers import HTML
from watcher.web.site import Shown, Site, shown_of

V = TypeVar("V")

SPAN = timedelta(days=30)
# What counts over a month may be some minutes old: over 100,000 articles it takes half a second to count.
_HARVESTED, _COUNTED, _SEEDS = timedelta(minutes=10), timedelta(minutes=1), timedelta(minutes=5)


class Kept(Generic[V]):
    """A value that is worked out every so often; while one thread does, the others are given the last one."""

    def __init__(self, make: Callable[[], V], lasts: timedelta, clock: Clock) -> None:
        self._make, self._lasts, self._clock = make, lasts, clock
        self._making = threading.Lock()
        self._found: tuple[datetime, V] | None = None

    def __call__(self) -> V:
        found = self._found
        if found is not None and (self._clock() - found[0] < self._lasts or self._making.locked()):
            return found[1]
        with self._making:
            if self._found is None or self._found is found:
                self._found = (self._clock(), self._make())
            return self._found[1]


class Shelf(Generic[V]):
    """The last values by what they were made of, each made once; one that is being made holds up nobody else."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


class Desk:
    """One site's pages."""

    def __init__(self, site: Site) -> None:
        self.site, self.store, self.config, self.clock = site, site.store, site.config, site.clock
        self.renderer = site.press.renderer
        self.words = self.renderer.words
        self.reads = self.config.watcher.reads
        self.topics = {topic.id: topic.title for topic in self.config.topics}
        self.sources = {source.id: source for source in self.config.sources}
        self.harvests: Kept[dict[str, Harvest]] = Kept(self._harvests, _HARVESTED, self.clock)
        self.counts = Kept(self.store.counts, _COUNTED, self.clock)
        self.seeds: Kept[tuple[Seed, ...]] = Kept(lambda: app.seeds(self.config), _SEEDS, self.clock)

    def answer(self, request: Request, template: str, here: str, values: dict[str, Any], **raw: object) -> Response:
        """A page for who asks. `values` come from the web and are cleaned; `raw` ones are for templates that escape."""
        place = {"here": here, "base": request.scope.get("root_path", ""), "csrf": request.state.csrf}
        text = self.renderer.page(template, {**cleaned(values), **raw, **place})
        return page_of(shown_of(text))

    def _harvests(self) -> dict[str, Harvest]:
        return self.store.harvest(list(self.sources), self.clock() - SPAN)


def page_of(shown: Shown, status: int = 200) -> Response:
    """A page with forms of ours: a browser says of them where they come from, and nothing of it to anybody else."""
    headers = {
        "Content-Security-Policy": shown.policy,
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "same-origin",
    }
    return Response(shown.body, status, headers, HTML)
