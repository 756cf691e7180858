"""What all pages are made with: a template filled for who asks, and values that are not worked out for each of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from watcher import app
from watcher.render.clean import cleaned
from watcher.types import Seed
from watcher.web.answers import HTML
from watcher.web.kept import Kept
from watcher.web.site import Shown, Site, shown_of

_COUNTED, _SEEDS = timedelta(minutes=1), timedelta(minutes=5)


class Desk:
    """One site's pages."""

    def __init__(self, site: Site) -> None:
        self.site, self.store, self.config, self.clock = site, site.store, site.config, site.clock
        self.renderer = site.press.renderer
        self.words = self.renderer.words
        self.reads = self.config.watcher.reads
        self.topics = {topic.id: topic.title for topic in self.config.topics}
        self.sources = {source.id: source for source in self.config.sources}
        self.harvests = site.harvests
        self.counts = Kept(self.store.counts, _COUNTED, self.clock)
        self.seeds: Kept[tuple[Seed, ...]] = Kept(lambda: app.seeds(self.config), _SEEDS, self.clock)

    def answer(self, request: Request, template: str, here: str, values: dict[str, Any], **raw: object) -> Response:
        """A page for who asks. `values` come from the web and are cleaned; `raw` ones are for templates that escape."""
        place = {"here": here, "base": request.scope.get("root_path", ""), "csrf": request.state.csrf}
        text = self.renderer.page(template, {**cleaned(values), **raw, **place})
        return page_of(shown_of(text))


def page_of(shown: Shown, status: int = 200) -> Response:
    """A page with forms of ours: a browser says of them where they come from, and nothing of it to anybody else."""
    headers = {
        "Content-Security-Policy": shown.policy,
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "same-origin",
    }
    return Response(shown.body, status, headers, HTML)
