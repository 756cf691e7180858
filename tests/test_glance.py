"""Addresses without words: judged by what they are spelled of, and never more of them asked than a visit may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from scripted import RULES, START

from watcher.glance import MOST_PAGES, address_words, glance
from watcher.ingest import Followed
from watcher.topics import TopicMatcher
from watcher.types import Lead, Memory, Outcome, Source, Window

SOURCE = Source("map", "https://paper.example/sitemap.xml", kind="sitemap")
FIRST = Memory("map")
LATER = Memory("map", visits=3, changed=START)
MATCHES = TopicMatcher(RULES)


def lead(path: str, title: str = "", hours: int = 0) -> Followed:
    url = f"https://paper.example{path}"
    return Followed(Lead(url, title, updated=START - timedelta(hours=hours)), url, wants_page=True)


def test_the_words_of_an_address_are_its_last_step_if_it_has_any() -> None:
    for path, words in (
        ("/2026/11/nvidia-ships-more-chips.html", "nvidia ships more chips"),
        ("/nvidia-ships-more-chips/12345", "nvidia ships more chips"),
        ("/tech/12345.html", ""),
        ("/about-us", ""),
        ("/%E8%8B%B1%E4%BC%9F%E8%BE%BE%E5%8F%91%E5%B8%83%E6%96%B0%E5%8D%A1", "英伟达发布新卡"),
        ("/", ""),
    ):
        assert address_words(f"https://paper.example{path}") == words


def test_what_is_on_no_topic_by_its_address_ends_there_with_its_words_kept() -> None:
    left = glance([lead("/nvidia-ships-more-chips"), lead("/ten-soups-for-winter")], SOURCE, MATCHES, LATER, START)
    assert [each.url for each in left.followed] == ["https://paper.example/nvidia-ships-more-chips"]
    assert [(record.outcome, record.title) for record in left.ended] == [(Outcome.OFF_TOPIC, "ten soups for winter")]
    always = glance([lead("/ten-soups-for-winter")], replace(SOURCE, pages="always"), MATCHES, LATER, START)
    assert len(always.followed) == 1


def test_a_lead_with_words_of_its_own_is_left_as_it_is() -> None:
    titled = [lead(f"/{number}", "Ten soups") for number in range(200)]
    assert glance(titled, SOURCE, MATCHES, FIRST, START).followed == tuple(titled)


def test_a_first_visit_asks_for_the_newest_and_what_was_there_before_is_too_old() -> None:
    many = [lead(f"/{number}.html", hours=number) for number in range(2_000)]
    left = glance(list(reversed(many)), SOURCE, MATCHES, FIRST, START)
    assert {each.url for each in left.followed} == {each.url for each in many[:MOST_PAGES]}
    assert {record.outcome for record in left.ended} == {Outcome.TOO_OLD}
    assert (len(left.ended), left.later) == (2_000 - MOST_PAGES, 0)


def test_later_on_what_a_visit_cannot_ask_waits_for_the_next() -> None:
    many = [lead(f"/{number}.html", hours=number) for number in range(120)]
    left = glance(many, SOURCE, MATCHES, LATER, START, asked=10)
    assert (len(left.followed), left.ended, left.later) == (MOST_PAGES - 10, (), 120 - MOST_PAGES + 10)


def test_a_backfill_asks_for_all_that_may_be_on_a_topic() -> None:
    many = [lead(f"/{number}.html", hours=number) for number in range(120)]
    window = Window(START - timedelta(days=9), START)
    assert len(glance(many, SOURCE, MATCHES, FIRST, START, window=window).followed) == 120
