"""A new rule applied to what is stored: articles get its topic, what was passed over is read late, nothing is news."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from scripted import RULES, START, Stage, rss

from watcher.applying import SPAN, apply, passed_over, retopic
from watcher.poll import Pass
from watcher.topics import TopicMatcher
from watcher.types import Extraction, Outcome, Source, TopicRule, Visit

FEED = Source("paper", "https://paper.example/feed", language="en")
FERRY = TopicRule("ferry", "The ferry", ("ferry", "渡轮"))
NVIDIA, DEEPSEEK = RULES
ABOUT = "Nvidia said on Tuesday that its new accelerator ships in May, by ferry, two months early. " * 8
LATE = "The ferry to the island was late, as the harbour master had said it would be on Tuesday. " * 8


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """One article about Nvidia that speaks of the ferry, three leads on the ferry that were passed over, another."""
    made = Stage(tmp_path)
    titles = ["Nvidia ships early", "The ferry is late", "A ferry was sold", "渡轮停航", "A quiet day"]
    made.fetch.answers = {FEED.url: rss(*(lead(number, title) for number, title in enumerate(titles, 1)))}
    made.fetch.answers |= {f"https://paper.example/{number}": b"<html>" for number in range(1, 6)}
    made.workers.pages = {
        f"https://paper.example/{number}": Extraction("article", title=title, text=ABOUT if number == 1 else LATE)
        for number, title in enumerate(titles, 1)
    }
    polled(made)
    yield made
    made.store.close()


def lead(number: int, title: str) -> dict[str, str]:
    return {"title": title, "link": f"https://paper.example/{number}", "description": f"{title}, as was said."}


def polled(stage: Stage, matches: TopicMatcher | None = None) -> Visit:
    visits: list[Visit] = []
    parts = dataclasses.replace(stage.parts(), matches=matches or TopicMatcher(RULES))
    run = Pass(parts, visits.append)
    run.claim([FEED], everything=True)
    run.run()
    return visits[0]


def applied(stage: Stage, *rules: TopicRule, most: int = 500):
    parts = dataclasses.replace(stage.parts(), matches=TopicMatcher([*RULES, *rules]))
    return apply(parts, rules, [FEED], most)


def topics(stage: Stage, number: int) -> dict[str, bool]:
    stored = stage.store.article(f"https://paper.example/{number}")
    assert stored is not None
    return {match.topic: match.about for match in stored.topics}


def test_articles_get_the_topic_and_what_was_passed_over_is_read(stage: Stage):
    done = applied(stage, FERRY)
    assert (done.articles, done.followed, done.left) == (1, 3, 0)
    assert topics(stage, 1) == {"nvidia": True, "ferry": True}
    assert [topics(stage, number) for number in (2, 3, 4)] == [{"ferry": True}] * 3
    assert stage.store.article("https://paper.example/5") is None
    assert stage.store.integrity() == []


def test_nothing_of_it_is_news_and_what_comes_from_now_on_is(stage: Stage):
    day = START - timedelta(days=1), START + timedelta(days=1)
    before = [story.id for story in stage.store.untold(*day)]
    applied(stage, FERRY)
    assert [story.id for story in stage.store.untold(*day)] == before
    assert stage.store.set_aside(*day) == 3
    stage.clock.advance(hours=1)
    stage.fetch.answers[FEED.url] = rss(lead(9, "The ferry sank"))
    stage.fetch.answers["https://paper.example/9"] = b"<html>"
    assert polled(stage, TopicMatcher([*RULES, FERRY])).counts[Outcome.STORED] == 1
    assert len(stage.store.untold(START, START + timedelta(days=1))) == len(before) + 1


def test_applied_twice_it_is_as_applied_once(stage: Stage):
    applied(stage, FERRY)
    held = list(stage.store.export())
    asked = len(stage.fetch.asked)
    again = applied(stage, FERRY)
    assert (again.articles, again.followed, again.left) == (0, 0, 0)
    assert list(stage.store.export()) == held
    assert len(stage.fetch.asked) == asked


def test_stopped_half_way_it_goes_on_where_it_was(stage: Stage):
    first = applied(stage, FERRY, most=1)
    assert (first.followed, first.left) == (1, 2)
    second = applied(stage, FERRY)
    assert (second.articles, second.followed, second.left) == (0, 2, 0)
    assert all(topics(stage, number) == {"ferry": True} for number in (2, 3, 4))


def test_a_feed_that_still_has_them_finds_nothing_new_and_nothing_revised(stage: Stage):
    applied(stage, FERRY)
    matches = TopicMatcher([*RULES, FERRY])
    for _ in range(2):
        stage.clock.advance(hours=1)
        stage.fetch.answers[FEED.url] = stage.fetch.answers[FEED.url] + b" "  # type: ignore[operator]
        assert set(polled(stage, matches).counts) == {Outcome.SEEN}
    assert stage.store.revisions("https://paper.example/2") == ()


def test_a_rule_that_was_narrowed_takes_its_topic_back(stage: Stage):
    applied(stage, FERRY)
    narrow = dataclasses.replace(FERRY, names=("渡轮",))
    assert retopic(stage.store, [narrow], [FEED], START) == 4
    assert topics(stage, 1) == {"nvidia": True}
    assert topics(stage, 2) == {}
    assert topics(stage, 4) == {"ferry": True}


def test_topics_stand_in_the_order_of_their_strength(stage: Stage):
    retopic(stage.store, [FERRY], [FEED], START)
    stored = stage.store.article("https://paper.example/1")
    assert stored is not None
    assert [match.score for match in stored.topics] == sorted((m.score for m in stored.topics), reverse=True)


def test_what_is_older_than_thirty_days_is_left_as_it_is(stage: Stage):
    stage.clock.advance(days=31)
    done = applied(stage, FERRY)
    assert (done.articles, done.followed) == (0, 0)
    assert timedelta(days=30) == SPAN


def test_a_source_that_is_read_for_other_topics_or_is_gone_is_left_alone(stage: Stage):
    other = dataclasses.replace(FEED, topics=("nvidia",))
    assert passed_over(stage.store, [FERRY], [other], START) == {}
    assert passed_over(stage.store, [FERRY], [], START) == {}
    assert retopic(stage.store, [FERRY], [other], START) == 0


def test_a_page_that_cannot_be_had_is_stored_by_its_headline(stage: Stage):
    del stage.fetch.answers["https://paper.example/2"]
    applied(stage, FERRY)
    stored = stage.store.article("https://paper.example/2")
    assert stored is not None
    assert (stored.article.headline_only, stored.article.told) == ("unreachable", True)


def test_a_source_without_pages_gives_its_headlines(stage: Stage):
    asked = len(stage.fetch.asked)
    parts = dataclasses.replace(stage.parts(), matches=TopicMatcher([*RULES, FERRY]))
    assert apply(parts, [FERRY], [dataclasses.replace(FEED, pages="never")]).followed == 3
    assert len(stage.fetch.asked) == asked
    assert topics(stage, 3) == {"ferry": True}


def test_what_is_remembered_of_the_source_stays_as_it_was(stage: Stage):
    before = stage.store.memories(["paper"])
    applied(stage, FERRY)
    assert stage.store.memories(["paper"]) == before
