"""What `on-topic` misses: few pages, the same ones each time, counted by source and day, said with its uncertainty."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import START, Stage, rss

from watcher import sampling
from watcher.poll import Pass
from watcher.sampling import DAYS, Missed, Sampling, is_chosen, missed, note, wilson
from watcher.types import Extraction, Outcome, Source, Visit

ABOUT = "Nvidia said on Tuesday that its new accelerator ships in May, two months early. " * 8
OTHER = "The ferry to the island was late on Tuesday, as the harbour master had said it would be. " * 8
FEED = Source("paper", "https://paper.example/feed", language="en")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def all_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "ONE_IN", 1)


def lead(number: int, title: str = "A quiet day") -> dict[str, str]:
    return {"title": f"{title} {number}", "link": f"https://paper.example/{number}"}


def publish(stage: Stage, *texts: str, first: int = 1) -> None:
    """The feed has leads that name no topic; their pages say this."""
    numbers = range(first, first + len(texts))
    stage.fetch.answers = {FEED.url: rss(*map(lead, numbers))}
    stage.fetch.answers |= {f"https://paper.example/{number}": b"<html>" for number in numbers}
    stage.workers.pages = {
        f"https://paper.example/{number}": Extraction("article", title="A quiet day", text=text)
        for number, text in zip(numbers, texts, strict=True)
    }


def visited(stage: Stage, source: Source = FEED, samples: int = 20) -> Visit:
    visits: list[Visit] = []
    run = Pass(dataclasses.replace(stage.parts(), samples=samples), visits.append)
    run.claim([source], everything=True)
    run.run()
    return visits[0]


def pages_asked(stage: Stage) -> list[str]:
    return [each.url for each in stage.fetch.asked if each.url.rsplit("/", 1)[1].isdecimal()]


@pytest.mark.usefixtures("all_chosen")
def test_a_page_that_is_about_a_topic_after_all_is_stored_and_counted(stage: Stage):
    publish(stage, ABOUT, OTHER, OTHER)
    assert visited(stage).counts == {Outcome.STORED: 1, Outcome.OFF_TOPIC: 2}
    stored = stage.store.article("https://paper.example/1")
    assert stored is not None
    assert [match.topic for match in stored.topics] == ["nvidia"]
    assert missed(stage.store, START).sources == {"paper": (3, 1)}


@pytest.mark.usefixtures("all_chosen")
def test_no_more_pages_a_day_than_the_setting_says_and_again_on_the_next(stage: Stage):
    publish(stage, *[OTHER] * 6)
    assert visited(stage, samples=2).counts == {Outcome.OFF_TOPIC: 6}
    assert len(pages_asked(stage)) == 2
    publish(stage, *[OTHER] * 6, first=11)
    visited(stage, samples=2)  # the same day, after a restart
    assert len(pages_asked(stage)) == 2
    stage.clock.advance(days=1)
    publish(stage, *[OTHER] * 6, first=21)
    visited(stage, samples=2)
    assert len(pages_asked(stage)) == 4
    assert missed(stage.store, stage.clock()).looked == 4


@pytest.mark.usefixtures("all_chosen")
@pytest.mark.parametrize("changes", [{"pages": "never"}, {"pages": "always"}])
def test_only_what_on_topic_leaves_unread_is_sampled(stage: Stage, changes: dict[str, str]):
    publish(stage, OTHER)
    visited(stage, dataclasses.replace(FEED, **changes))  # type: ignore[arg-type]
    assert missed(stage.store, START).looked == 0
    publish(stage, OTHER, first=2)
    visited(stage, samples=0)
    assert missed(stage.store, START).looked == 0


@pytest.mark.usefixtures("all_chosen")
def test_a_page_that_cannot_be_read_says_nothing_and_its_lead_ends_as_it_would_have(stage: Stage):
    publish(stage, OTHER, ABOUT)
    del stage.fetch.answers["https://paper.example/1"]
    stage.workers.pages = {}
    assert visited(stage).counts == {Outcome.OFF_TOPIC: 2}
    assert missed(stage.store, START).looked == 0
    assert {record.url for record in stage.store.off_topic(START - timedelta(days=1))} == {
        "https://paper.example/1",
        "https://paper.example/2",
    }


@pytest.mark.usefixtures("all_chosen")
def test_robots_are_heeded(stage: Stage):
    publish(stage, OTHER)
    stage.fetch.answers["https://paper.example/robots.txt"] = b"User-agent: *\nDisallow: /"
    assert visited(stage).counts == {Outcome.OFF_TOPIC: 1}
    assert pages_asked(stage) == []


def test_one_in_a_hundred_is_chosen_whatever_the_port_and_always_the_same():
    urls = [f"https://paper.example/story/{number}" for number in range(20_000)]
    chosen = [url for url in urls if is_chosen("paper", url)]
    assert 140 <= len(chosen) <= 260
    assert chosen == [url for url in urls if is_chosen("paper", url.replace("example", "example:8080"))]


def test_what_was_noted_is_kept_for_thirty_days_in_as_many_rows(stage: Stage):
    for day in range(100):
        with stage.store.writing() as writer:
            note(writer, START + timedelta(days=day), Counter(paper=2), Counter(paper=1))
            note(writer, START + timedelta(days=day), Counter(other=1), Counter())
    now = START + timedelta(days=99)
    found = missed(stage.store, now)
    assert (found.looked, found.about) == (3 * DAYS, DAYS)
    assert (found.of("paper").looked, found.of("nobody").looked) == (2 * DAYS, 0)
    assert missed(stage.store, now + timedelta(days=DAYS)).looked == 0
    with stage.store._reading() as connection:
        (rows,) = connection.exec_driver_sql("select count(*) from checkpoint where name like 'sample %'").one()
    assert rows == DAYS + 1


@pytest.mark.parametrize(
    "value", ["", "{", "[]", "null", '{"day": "2026-03-10"}', '{"day": "2026-03-10", "sources": 3}']
)
def test_a_row_that_cannot_be_read_counts_as_nothing(stage: Stage, value: str):
    with stage.store.writing() as writer:
        writer.set_checkpoint(f"sample {START.date().toordinal() % 31:02d}", value)
    assert missed(stage.store, START).looked == 0
    assert Sampling(stage.store, stage.clock, 1)._taken == 0


def test_the_estimate_is_said_with_its_uncertainty():
    assert Missed(120, 4).text == (
        "about 3% (1% to 8%) of what `on-topic` left unread was about a topic; 120 pages looked at in 30 days"
    )
    assert Missed(40, 0).text == (
        "none of what `on-topic` left unread was about a topic, at most 9%; 40 pages looked at in 30 days"
    )
    assert "not known yet" in Missed().text
    assert "1 page looked at" in Missed(1, 1).text


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share_and_narrows_with_more_pages(hits: int, of: int):
    hits = min(hits, of)
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    more = wilson(hits * 10, of * 10)
    assert more[1] - more[0] < high - low
