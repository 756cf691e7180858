"""All editions: the newest with their top headlines, every month as a calendar, and each one to be read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from watcher.digest.view import View
from watcher.render import Form, Told, edition_name, glance, month_name, month_of
from watcher.types import Listed
from watcher.web.kept import Shelf
from watcher.web.reading.desk import Desk
from watcher.web.site import Shown

_NEWEST = 14  # editions with their headlines; the calendar has all
_GLANCES = 400  # a year of editions, a few kB each


class Archive:
    """The pages of past editions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._glances: Shelf[View | None] = Shelf(_GLANCES)

    def newest(self, base: str) -> dict[str, Any]:
        """The newest editions, and every month that has one, by year."""
        desk = self._desk
        listed = [(self._name(each), self._glance(each)) for each in desk.store.listed(_NEWEST)]
        years: dict[int, list[tuple[str, str]]] = {}
        for month in reversed(desk.store.months()):
            years.setdefault(month.year, []).append((_page(month, base), month_name(month, desk.words)))
        return {"editions": [(name, brief) for name, brief in listed if brief is not None], "years": years}

    def month(self, first: date, base: str) -> dict[str, Any] | None:
        """A month's calendar; None for one without an edition."""
        desk = self._desk
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        days: dict[date, list[Told]] = {}
        for each in desk.store.listed_between(first, last):
            brief = self._glance(each)
            if brief is not None:
                hour = each.schedule.partition(" ")[0]
                page = f"{base}/editions/{self._name(each)}"
                days.setdefault(each.date, []).append(Told(page, hour if ":" in hour else "", brief.counts.news))
        if not days:
            return None
        earlier, later = (
            (_page(day, base), month_name(day.replace(day=1), desk.words)) if day else None
            for day in desk.store.beside(first, last)
        )
        return {"month": month_of(first, days, desk.words), "earlier": earlier, "later": later}

    def edition(self, name: str, form: Form, base: str) -> Shown | None:
        """An edition for whoever is signed in: with the way to each story's own page."""
        return self._desk.site.edition_page(name, form, name, {"here": "archive", "base": base})

    def _glance(self, listed: Listed) -> View | None:
        def look() -> View | None:
            edition = self._desk.store.edition(str(listed.id))
            return glance(edition, self._desk.reads) if edition and not edition.skipped else None

        return self._glances.get(listed.id, look)

    def _name(self, listed: Listed) -> str:
        main = self._desk.site.press.main_schedule
        return edition_name(listed.date, None if listed.schedule == main else listed.schedule)


def _page(day: date, base: str) -> str:
    return f"{base}/archive/{day:%Y-%m}"
