"""History is grouped as if it had been read then: whatever is brought first, the stories are those of day by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

import pytest
from past.room import story
from scripted import START, Stage, rss

from watcher.backfill import Asked, Way, backfill, planned
from watcher.poll import Pass
from watcher.types import Brought, Extraction, Lead, Load, Outcome, Source, Unit, Window

DAY = timedelta(days=1)
FIRST = START - 60 * DAY
WINDOW = Window(FIRST - DAY, START)
PAPER = Source("paper", "https://paper.example/feed", language="en", pages="never")
CRAWL = Source("crawl", "/crawl", "pages", language="en")


@dataclass(frozen=True)
class Told:
    """An article as it was there on a day, with its date or without."""

    url: str
    title: str
    text: str
    seen: datetime
    dated: bool


def newspaper() -> list[Told]:
    """Nine stories, each told up to three times within some days, one of them again after the look-back has passed."""
    found: list[Told] = []
    for number in range(9):
        title, text = story(number)
        for place, (later, words) in enumerate(
            ((0, text), (1, f"As reported.\n{text}"), (3, f"{text}\nMore follows."))
        ):
            seen = FIRST + (3 * number + later) * DAY + timedelta(hours=place)
            found.append(Told(f"https://paper.example/{number}/{place}", title, words, seen, place != number % 3))
    title, text = story(0)
    found.append(Told("https://paper.example/0/late", title, text, FIRST + 50 * DAY, False))
    return sorted(found, key=lambda told: told.seen)


class Kept:
    """An engine over what was kept: each article's page as somebody saved it that day."""

    def run(self, units: Iterable[Unit], stop: object = None) -> Iterator[Load]:
        del stop
        by_url = {told.url: told for told in newspaper()}
        for unit in units:
            told = by_url[unit.name]
            published = told.seen if told.dated else None
            extraction = Extraction("article", told.url, told.title, told.text, published, "en")
            yield Load(unit, (Brought(Lead(told.url), extraction, told.seen),), {Outcome.OFF_TOPIC: 1}, 2, 1000)


def polled(folder: Path) -> dict[str, tuple[str, str]]:
    stage = Stage(folder)
    for told in newspaper():
        stage.clock.now = told.seen
        date = {"pubDate": format_datetime(told.seen)} if told.dated else {}
        item = {"title": told.title, "link": told.url, "description": told.text.replace("\n", " "), **date}
        stage.fetch.answers[PAPER.url] = rss(item)
        run = Pass(stage.parts())
        run.claim([PAPER], everything=True)
        run.run()
        stage.clock.advance(hours=1)
    return stories(stage)


def brought(folder: Path, order: Sequence[Told]) -> dict[str, tuple[str, str]]:
    stage = Stage(folder)
    units = tuple(Unit("crawl", "pages", told.url, WINDOW) for told in order)
    asked = [Asked(CRAWL, (Way("pages", "held", lambda _source, _window: units),))]
    done = backfill(stage.parts(), planned(stage.store, asked, WINDOW), Kept())
    assert len(done) == len(units)
    assert all(each.trouble is None for each in done)
    return stories(stage)


def stories(stage: Stage) -> dict[str, tuple[str, str]]:
    with stage.store as store:
        return {str(row["url"]): (str(row["story"]), str(row["relation"])) for row in store.export()}


def test_what_is_brought_in_any_order_makes_the_stories_of_day_by_day(tmp_path: Path):
    expected = polled(tmp_path / "polled")
    assert len(expected) == 28
    assert len({story for story, _ in expected.values()}) in (9, 10)
    whole = newspaper()
    shuffled = Random(3).sample(whole, len(whole))
    for name, order in (("forwards", whole), ("backwards", whole[::-1]), ("shuffled", shuffled)):
        assert brought(tmp_path / name, order) == expected, name


@pytest.mark.parametrize("dated", [True, False])
def test_the_date_of_a_page_and_the_day_it_was_kept_are_two_things(tmp_path: Path, dated: bool):
    stage = Stage(tmp_path)
    told = next(told for told in newspaper() if told.dated == dated)
    unit = Unit("crawl", "pages", told.url, WINDOW)
    asked = [Asked(CRAWL, (Way("pages", "held", lambda _source, _window: (unit,)),))]
    backfill(stage.parts(), planned(stage.store, asked, WINDOW), Kept())
    with stage.store as store:
        stored = store.article(told.url)
        assert stored is not None
        article = stored.article
        (row,) = store.export()
    assert article.captured == told.seen
    assert article.published == (told.seen if dated else None)
    assert article.effective == told.seen, "not today's, whichever of the two is known"
    assert article.found == START
    assert article.told
    assert row["captured"] == told.seen.isoformat()
    assert row["published"] == (told.seen.isoformat() if dated else None)
