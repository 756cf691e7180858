"""What counts as news, whatever a feed says of dates: little on a first visit, nothing old, nothing for ever on top."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import START, Stage, rss

from watcher.backfill import Asked, backfill, planned
from watcher.cli.ways import way_of
from watcher.poll import Pass
from watcher.types import Article, Reason, Source, Trouble, Window

SOURCE = Source("paper", "https://paper.example/feed", language="en", pages="never")
MOMENTS = st.datetimes(datetime(1, 3, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants them so
DAY = timedelta(days=1)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def visited(stage: Stage, body: bytes | Trouble, source: Source = SOURCE) -> None:
    stage.fetch.answers[source.url] = body
    run = Pass(stage.parts())
    run.claim([source], everything=True)
    run.run()
    stage.clock.advance(hours=1)


def entry(number: int, published: datetime | str | None = None, **more: str) -> dict[str, str]:
    made = {"title": f"Nvidia number{number}", "link": f"https://paper.example/{number}", "guid": f"g{number}"} | more
    if published is not None:
        made["pubDate"] = published if isinstance(published, str) else format_datetime(published)
    return made


def news(stage: Stage) -> list[str]:
    """The last parts of the addresses of what the next edition would tell."""
    stories = stage.store.untold(START - 400 * DAY, stage.clock() + DAY)
    return sorted(each.article.url.rpartition("/")[2] for story in stories for each in story.articles)


@given(MOMENTS, st.none() | MOMENTS, st.booleans())
def test_the_moment_an_article_counts_for_is_near_the_one_it_was_found_at(found, published, told):
    article = Article("u", "t", "x", "s", "o", "en", found, published, "feed", told=told)
    assert article.effective in {found, published}
    assert article.effective <= found + DAY
    if not told:
        assert article.effective >= found - 30 * DAY


def test_history_keeps_its_date():
    old = datetime(2019, 5, 1, tzinfo=UTC)
    assert Article("u", "t", "x", "s", "o", "en", START, old, "feed", told=True).effective == old


@pytest.mark.parametrize(
    "claims",
    [
        ["Tue, 10 Mar 2026 05:00:00 GMT", "Tue, 10 Mar 2026 06:30:00 GMT", "Wed, 11 Mar 2026 05:00:00 GMT"],
        ["9999-12-31T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "2026-03-10T05:00:00Z"],
        ["0001-01-01T00:00:00Z", "0000-00-00T00:00:00Z", "2024-02-30T25:61:61Z"],
        ["Fri, 10 Apr 2026 05:00:00 GMT", "gestern", "Sat, 11 Apr 2026 05:00:00 GMT"],
    ],
)
def test_a_date_that_changes_on_each_fetch_changes_nothing(stage: Stage, claims: list[str]):
    seen = set()
    for claim in claims:
        visited(stage, rss(entry(1, claim)))
        stored = stage.store.article("https://paper.example/1")
        assert stored is not None
        seen.add((stored.article.published, stored.article.effective))
    assert len(seen) == 1
    assert abs(seen.pop()[1] - START) <= DAY


def test_of_500_entries_without_a_date_the_first_20_are_news(stage: Stage):
    visited(stage, rss(*(entry(number) for number in range(500))))
    assert stage.store.counts().articles == 500
    assert news(stage) == sorted(map(str, range(20)))


def test_of_500_entries_of_today_the_newest_100_are_news_in_whatever_order_they_stand(stage: Stage):
    entries = [entry(number, START - timedelta(minutes=2 * number)) for number in range(500)]
    visited(stage, rss(*entries[250:], *entries[:250]))
    assert news(stage) == sorted(map(str, range(100)))
    assert stage.store.set_aside(START - DAY, START + DAY) == 400


def test_of_entries_with_and_without_a_date_those_of_today_come_first(stage: Stage):
    visited(stage, rss(*(entry(number) for number in range(50)), *(entry(50 + number, START) for number in range(12))))
    assert news(stage) == sorted([*map(str, range(8)), *map(str, range(50, 62))])


def test_a_date_in_the_far_future_gives_no_place_among_the_newest(stage: Stage):
    dated = [entry(number, START - timedelta(minutes=number)) for number in range(20)]
    visited(stage, rss(entry(99, "Mon, 01 Jan 2035 00:00:00 GMT"), *dated))
    assert news(stage) == sorted(map(str, range(20)))


def test_after_a_first_visit_that_failed_the_next_one_is_the_first(stage: Stage):
    for _ in range(3):
        visited(stage, Trouble(Reason.TIMEOUT, "slow"))
    visited(stage, rss(*(entry(number) for number in range(50)), entry(50, START - 3 * DAY)))
    assert len(news(stage)) == 20
    visited(stage, rss(*(entry(number) for number in range(60))))
    assert len(news(stage)) == 29  # 51 to 59 have come since


def test_an_old_entry_that_comes_into_the_window_is_no_news(stage: Stage):
    visited(stage, rss(entry(1, START)))
    visited(stage, rss(entry(1, START), entry(2, START - 15 * DAY), entry(3, START - 13 * DAY)))
    assert news(stage) == ["1", "3"]


def test_a_source_back_after_a_month_brings_the_newest_of_what_has_no_date(stage: Stage):
    visited(stage, rss(entry(0)))
    visited(stage, Trouble(Reason.TIMEOUT, "slow"))
    stage.clock.advance(days=30)
    fresh = [entry(100 + number, stage.clock() - DAY) for number in range(30)]
    visited(stage, rss(entry(0), *(entry(number) for number in range(1, 60)), *fresh))
    told = news(stage)
    assert len([name for name in told if int(name) < 100]) == 21  # one of the first visit
    assert len([name for name in told if int(name) >= 100]) == 30


@pytest.mark.parametrize("dated", [True, False])
def test_a_new_scheme_of_ids_and_addresses_brings_nothing_old(stage: Stage, dated: bool):
    text = "Nvidia said on Tuesday that {} of its accelerators ship in {}, two months early, to the {} region."
    entries = [
        entry(number, START if dated else None, description=text.format(f"lot{number}", f"may{number}", f"r{number}"))
        for number in range(15)
    ]
    visited(stage, rss(*entries))
    moved = [
        each | {"guid": f"urn:uuid:{number}", "link": f"https://new.example/2026/{number}.html"}
        for number, each in enumerate(entries)
    ]
    visited(stage, rss(*moved, entry(15, description="Nvidia opens another laboratory in Turin, says the mayor.")))
    assert stage.store.counts().articles == 16
    assert len(news(stage)) == 16
    visited(stage, rss(*moved))
    assert stage.store.counts().articles == 16


def test_a_weekly_column_is_a_new_article_each_week(stage: Stage):
    text = "Every Thursday we collect the prices of 34 cloud providers for one Nvidia accelerator and print them. "
    for week in range(6):
        column = {"title": "Nvidia rental index", "description": f"{text} H100: {200 + week} cents."}
        body = rss(
            {**column, "link": f"https://paper.example/w{week}", "guid": f"w{week}"}
            | {"pubDate": format_datetime(stage.clock())}
        )
        visited(stage, body)
        stage.clock.advance(days=7)
    assert stage.store.counts().articles == 6


def test_a_backfill_keeps_the_dates_of_the_past_and_brings_no_news(stage: Stage):
    old = START - 300 * DAY
    stage.fetch.answers[SOURCE.url] = rss(entry(1, old))
    asked = [Asked(SOURCE, (way_of("feed"),))]
    backfill(stage.parts(), planned(stage.store, asked, Window(old - DAY, START)))
    stored = stage.store.article("https://paper.example/1")
    assert stored is not None
    assert (stored.article.effective, stored.article.told) == (old, True)
    assert news(stage) == []
