"""What is new: the newest edition, and before it what came since. An edition is laid out once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from watcher import said as by_hand
from watcher.digest.heeding import Said
from watcher.types import StoredArticle
from watcher.web.kept import Shelf
from watcher.web.reading.desk import Desk
from watcher.web.reading.lines import Line, best, line_of

_LOOKED_AT = 150  # articles found since the last edition that are looked at; reading 300 took 20 ms of a processor
_SHOWN = 15
_BACK = 14  # editions looked through for one that told something


@dataclass(frozen=True, slots=True)
class Fresh:
    """A story that came since: the report to read, and how many of its outlets came with it."""

    line: Line
    outlets: int
    reports: int


@dataclass(frozen=True, slots=True)
class Laid:
    """An edition as the page shows it: its stories in full, and how many more it holds."""

    body: Markup
    headlines: int
    known: int


class Today:
    """The first page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._laid: Shelf[Laid | None] = Shelf(2)

    def values(self, base: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is cleaned, and what is clean already."""
        desk = self._desk
        made = desk.store.made(desk.site.press.main_schedule, _BACK)
        told = max((each for each in made if not each.skipped), key=lambda each: each.until, default=None)
        since = max((each.until for each in made), default=datetime.min.replace(tzinfo=desk.clock().tzinfo))
        fresh, is_more = _since(desk, since)
        laid = self._laid.get((told.id, base), lambda: self._lay(str(told.id), base)) if told else None
        values = {
            "told_on": told.date if told else None,
            "since": since if made else None,
            "fresh": fresh[:_SHOWN],
            "more": len(fresh) - _SHOWN,
            "is_more": is_more,
            "today": desk.clock().astimezone(ZoneInfo(desk.config.timezone)).date(),
        }
        return values, {"edition": laid, "name": told.date.isoformat() if told else ""}

    def _lay(self, id: str, base: str) -> Laid | None:
        desk = self._desk
        edition = desk.store.edition(id)
        if edition is None:
            return None
        view = desk.site.press.view(edition)
        body = desk.renderer.fragment("told.html", view, here="today", base=base)
        return Laid(Markup(body), len(view.headlines), len(view.known))  # noqa: S704 - our own template's


def _since(desk: Desk, since: datetime) -> tuple[tuple[Fresh, ...], bool]:
    """The stories that have articles found since a moment, the newest first; whether there may be more."""
    found = desk.store.fresh(since, _LOOKED_AT)
    said = by_hand.standing(desk.store, desk.clock()).said
    by_story: dict[str, list[StoredArticle]] = {}
    for stored in found:
        if all(mark.topic for mark in said.hiding.of(stored.article)):
            by_story.setdefault(stored.story, []).append(stored)
    fresh = (
        Fresh(line_of(best(group, desk.reads)), len({each.article.outlet for each in group}), len(group))
        for name, group in by_story.items()
        if not _is_kept_back(said, name)
    )
    return tuple(fresh), len(found) == _LOOKED_AT


def _is_kept_back(said: Said, story: str) -> bool:
    """True for a story of which somebody said that they want no more of it, or that they know it."""
    last = said.of(story, "mute", "follow")
    return said.of(story, "known") is not None or (last is not None and last.kind == "mute")
