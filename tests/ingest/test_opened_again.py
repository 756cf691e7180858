"""A lead that ended without an article may become one when somebody says more of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scripted import Stage, rss

from watcher.poll import Pass
from watcher.types import Outcome, Source, Visit

A = Source("a", "https://a.example/feed", language="en", pages="never")
B = Source("b", "https://b.example/feed", language="en", pages="never")
LINK = "https://news.example/shakes"
TEXT = "Nvidia said on Tuesday that it ships its accelerator in May. " * 9


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def visit(stage: Stage, source: Source, title: str, text: str = "") -> Visit:
    stage.fetch.answers[source.url] = rss({"title": title, "link": LINK, "guid": LINK, "description": text})
    found: list[Visit] = []
    run = Pass(stage.parts(), found.append)
    run.claim([source], everything=True)
    run.run()
    stage.clock.advance(hours=5)
    return found[0]


def test_what_one_source_words_off_topic_another_brings_on_topic(stage: Stage) -> None:
    assert visit(stage, A, "A model from abroad shakes markets").counts == {Outcome.OFF_TOPIC: 1}
    assert visit(stage, B, "Nvidia shakes markets", TEXT).counts == {Outcome.STORED: 1}
    assert visit(stage, A, "A model from abroad shakes all markets").counts == {Outcome.SEEN: 1}
    assert stage.store.counts().articles == 1


def test_a_title_that_names_the_topic_after_an_edit_is_followed(stage: Stage) -> None:
    visit(stage, A, "Breaking: a chip maker speaks")
    assert visit(stage, A, "Breaking: Nvidia speaks of its next chip", TEXT).counts == {Outcome.STORED: 1}


def test_two_sources_that_never_agree_have_a_page_asked_a_few_times_and_no_more(stage: Stage) -> None:
    sources = [replace(each, pages="always") for each in (A, B)]
    for number in range(12):
        visit(stage, sources[number % 2], f"No topic in these words, says {sources[number % 2].id}")
    assert sum(request.url == LINK for request in stage.fetch.asked) <= 8
