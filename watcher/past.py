"""Past editions in `out`: an index of the newest, a calendar of all, and feeds of editions and of stories.

Only what an edition changes is written with it: the index, the page of its month, the feeds. Years of editions cost as
much as a month of them: what stands in these pages is worked out once for each edition and kept while the program runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from watcher.digest.view import View, view
from watcher.ports import Past
from watcher.render import (
    Feed,
    Item,
    Renderer,
    Told,
    atom,
    edition_item,
    edition_name,
    glance,
    ids_of,
    json_feed,
    month_name,
    month_of,
    story_items,
    write_atomically,
)
from watcher.types import Edition, Listed

# The index holds the newest of these; the calendar has all.
INDEXED = 60
# What feeds hold: a reader who looks in once a month misses no edition, once a week (20 stories a day) no story.
FED_EDITIONS = 30
FED_STORIES = 200

CALENDAR = "calendar.html"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the overviews say of one edition."""

    glance: View | None  # None: a date that had its turn and no page
    issue: Item | None = None  # None: an edition that the feeds leave out
    stories: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """Where overviews are written, and how."""

    out: Path
    renderer: Renderer
    reads: tuple[str, ...]
    max_stories: int
    main_schedule: str
    identity: UUID  # of the archive: what its feeds are called by
    online: Callable[[str], str] | None = None  # an edition's whole address by its name, where readers reach one

    def write(self, edition: Edition, past: Past, kept: dict[int, Kept]) -> tuple[Path, ...]:
        """Writes what this edition changes; `kept` is filled with what it takes, and freed of what it does not."""
        newest = past.listed(INDEXED)
        month = edition.date.replace(day=1)
        here = self._of(month, past)
        needed = dict.fromkeys([*newest, *here])
        for each in needed:
            if each.id not in kept:
                found = edition if each.id == edition.id else past.edition(str(each.id))
                if found is not None:
                    kept[each.id] = self._kept(found)
        for gone in kept.keys() - {each.id for each in needed}:
            del kept[gone]
        written = [*self._months(month, here, past, kept), self._index(newest, kept)]
        if edition.schedule == self.main_schedule:
            written += self._feeds([kept[each.id] for each in newest if each.id in kept])
        return tuple(written)

    def name(self, edition: Edition | Listed) -> str:
        """An edition's file name without ending."""
        return edition_name(edition.date, None if edition.schedule == self.main_schedule else edition.schedule)

    def _kept(self, edition: Edition) -> Kept:
        if edition.skipped:
            return Kept(None)
        brief = glance(edition, self.reads)
        if edition.schedule != self.main_schedule:
            return Kept(brief)  # it tells the same stories to readers of another hour
        name = self.name(edition)
        page = self.online(name) if self.online else f"{name}.html"
        ids = ids_of(self.identity, f"{edition.id} {edition.made.isoformat()}")
        seen = view(edition, self.reads, (), self.max_stories)
        return Kept(brief, edition_item(self.renderer, seen, ids, page), story_items(self.renderer, seen, ids, page))

    # --- the index and the calendar ---

    def _index(self, newest: Sequence[Listed], kept: Mapping[int, Kept]) -> Path:
        seen = [(self._page(each).removesuffix(".html"), kept[each.id].glance) for each in newest if each.id in kept]
        glances = [(name, brief) for name, brief in seen if brief is not None]
        text = self.renderer.overview(glances, CALENDAR, feeds=True)
        return write_atomically(self.out / "index.html", text)

    def _months(self, month: date, here: Sequence[Listed], past: Past, kept: Mapping[int, Kept]) -> list[Path]:
        """The month's page; where that is a new one also the list of all months and the page that leads to it."""
        is_new = not (self.out / _file(month)).exists() or not (self.out / CALENDAR).exists()
        if not is_new:
            return [self._month(month, here, past, kept, {month})]
        months = past.months()
        before = max((each for each in months if each < month), default=None)
        behind = [each for each in months if each == before or not (self.out / _file(each)).exists()]
        others = [self._month(each, self._of(each, past), past, kept, {*months}) for each in behind if each != month]
        return [*others, self._month(month, here, past, kept, {*months}), self._all_months(months)]

    def _month(
        self, month: date, editions: Sequence[Listed], past: Past, kept: Mapping[int, Kept], made: Collection[date]
    ) -> Path:
        """The page of a month; it leads to those beside it that are there, or are `made` along with it."""
        days: dict[date, list[Told]] = {}
        for each in editions:
            known = kept.get(each.id)
            seen = known.glance if known else self._glance(each, past)
            if seen is not None:
                told = Told(self._page(each), _hour(each.schedule), seen.counts.news)
                days.setdefault(each.date, []).append(told)
        words = self.renderer.words
        beside = [day.replace(day=1) if day else None for day in past.beside(month, _next(month) - timedelta(days=1))]
        earlier, later = (
            (_file(each), month_name(each, words))
            if each and (each in made or (self.out / _file(each)).exists())
            else None
            for each in beside
        )
        context = {"month": month_of(month, days, words), "earlier": earlier, "later": later}
        return write_atomically(self.out / _file(month), self.renderer.page("month.html", context))

    def _all_months(self, months: Sequence[date]) -> Path:
        years: dict[int, list[tuple[str, str]]] = {}
        for month in reversed(months):
            years.setdefault(month.year, []).append((_file(month), month_name(month, self.renderer.words)))
        return write_atomically(self.out / CALENDAR, self.renderer.page(CALENDAR, {"years": years}))

    def _of(self, month: date, past: Past) -> tuple[Listed, ...]:
        return past.listed_between(month, _next(month) - timedelta(days=1))

    def _glance(self, listed: Listed, past: Past) -> View | None:
        edition = past.edition(str(listed.id))
        return glance(edition, self.reads) if edition and not edition.skipped else None

    def _page(self, edition: Edition | Listed) -> str:
        """The page beside this one; nothing where somebody took it away."""
        page = f"{self.name(edition)}.html"
        return page if (self.out / page).exists() else ""

    # --- feeds ---

    def _feeds(self, newest: Sequence[Kept]) -> list[Path]:
        fed = [each for each in newest if each.issue is not None][:FED_EDITIONS]
        issues = [each.issue for each in fed if each.issue is not None]
        stories = [item for each in fed for item in each.stories][:FED_STORIES]
        written: list[Path] = []
        for name, items in (("editions", issues), ("stories", stories)):
            words = self.renderer.words
            feed = Feed(
                id=ids_of(self.identity, "feed")(name),
                title=f"{self.renderer.title} · {words.say(f'feed.{name}')}",
                author=self.renderer.title,
                language=self.renderer.language,
                page="index.html",
                updated=issues[0].at,
                items=items,
            )
            written.append(write_atomically(self.out / f"{name}.atom", atom(feed)))
            written.append(write_atomically(self.out / f"{name}.json", json_feed(feed)))
        return written


def _file(month: date) -> str:
    return f"calendar-{month:%Y-%m}.html"


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _hour(schedule: str) -> str:
    hour = schedule.partition(" ")[0]
    return hour if ":" in hour else ""
