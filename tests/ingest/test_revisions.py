"""What a feed changes about an article that was read: kept, bounded, and never news again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from command import run
from scripted import Stage, rss

from watcher.poll import Pass
from watcher.types import Extraction, Outcome, Source, Visit

SOURCE = Source("paper", "https://paper.example/feed", language="en", pages="never")
URL = "https://paper.example/1"
TEXT = "Nvidia said on Tuesday that its new accelerator ships in May, two months early. "


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def visited(stage: Stage, *items: dict[str, str], source: Source = SOURCE) -> Visit:
    visits: list[Visit] = []
    stage.fetch.answers[source.url] = rss(*items)
    stage.clock.advance(hours=1)
    run_ = Pass(stage.parts(), visits.append)
    run_.claim([source], everything=True)
    run_.run()
    return visits[0]


def item(title: str = "Nvidia ships early", text: str = TEXT, **more: str) -> dict[str, str]:
    return {"title": title, "link": URL, "guid": "1", "description": text} | more


def test_a_changed_headline_is_a_revision_and_no_news(stage: Stage):
    visited(stage, item())
    asked = len(stage.fetch.asked)
    assert visited(stage, item("Nvidia ships in May")).counts == {Outcome.SEEN: 1}
    (revision,) = stage.store.revisions(URL)
    assert (revision.title, revision.text, revision.seen) == ("Nvidia ships in May", TEXT.strip(), stage.clock())
    stored = stage.store.article(URL)
    assert stored is not None
    assert stored.article.title == "Nvidia ships early"  # what it was judged by
    assert len(stage.fetch.asked) == asked + 1  # the feed, no page
    assert stage.store.counts().articles == 1


def test_an_unchanged_feed_writes_no_revision_and_a_text_that_swings_back_only_one(stage: Stage):
    for title in ("Nvidia A", "Nvidia B", "Nvidia B", "Nvidia A", "Nvidia B", "Nvidia A"):
        visited(stage, item(title))
    assert [revision.title for revision in stage.store.revisions(URL)] == ["Nvidia B", "Nvidia A"]


def test_a_counter_fills_nothing(stage: Stage):
    for number in range(12):
        visited(stage, item(text=f"{TEXT} {number * 37} views, updated 06:{number:02d}."))
    assert len(stage.store.revisions(URL)) == 3


def test_a_corrected_figure_is_a_revision(stage: Stage):
    visited(stage, item(text=f"{TEXT} It costs 50,000 dollars."))
    visited(stage, item(text=f"{TEXT} It costs 20,000 dollars."))
    assert "20,000" in stage.store.revisions(URL)[-1].text


def test_words_that_change_at_every_fetch_stop_at_24(stage: Stage):
    marks = "alpha beta gamma delta epsilon zeta".split()
    for number in range(30):
        visited(stage, item(text=f"{TEXT} Advertisement: {marks[number % 6]} {marks[number // 6]} offer."))
    assert len(stage.store.revisions(URL)) == 24
    assert visited(stage, item(text="Nvidia at last.")).counts == {Outcome.SEEN: 1}


def test_an_id_that_is_new_at_every_fetch_is_one_article_and_fills_nothing(stage: Stage):
    for number in range(40):
        visited(stage, item(guid=f"random-{number}"))
    assert stage.store.counts().articles == 1
    assert stage.store.known([URL])[URL].names == 24
    assert stage.store.known(["id paper random-39"]) == {}


def test_what_another_source_says_of_an_article_is_no_revision_of_it(stage: Stage):
    visited(stage, item())
    other = Source("other", "https://other.example/feed", language="en", pages="never")
    assert visited(stage, item("Other words on Nvidia"), source=other).counts == {Outcome.SEEN: 1}
    assert stage.store.revisions(URL) == ()


def test_an_article_under_the_address_that_its_page_names_has_its_revisions(stage: Stage):
    source = Source("paper", "https://paper.example/feed", language="en", pages="always")
    stage.fetch.answers[URL] = b"<html>"
    stage.workers.pages = {URL: Extraction("article", url="https://paper.example/real", title="Nvidia", text=TEXT * 8)}
    visited(stage, item(), source=source)
    visited(stage, item("Nvidia ships in May"), source=source)
    assert len(stage.store.revisions("https://paper.example/real")) == 1
    again = visited(stage, item(), item(link="https://paper.example/real", guid="2"), source=source)
    assert again.counts == {Outcome.SEEN: 2}


def test_why_says_whose_text_it_is_and_how_often_it_was_edited(stage: Stage):
    visited(stage, item())
    visited(stage, item("Nvidia ships in May"))
    visited(stage, item("Nvidia ships in April"))
    stage.store.close()
    config = stage.folder / "config.toml"
    config.write_text(
        f"""[watcher]
data_dir = "{stage.folder}"
[[sources]]
id = "paper"
kind = "feed"
url = "https://paper.example/feed"
[topics.nvidia]
title = "Nvidia"
names = ["Nvidia"]
""",
        "utf-8",
    )
    said = run("why", URL, "--config", config).out
    assert "from the feed: the page gave none" in said
    assert "2 times, last 2026-03-10 09:00Z: Nvidia ships in April" in said
    assert '"title": "Nvidia ships in April"' in run("why", URL, "--json", "--config", config).out
