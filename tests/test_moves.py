"""Permanent redirects are adopted by rule, and an address the user changed is a new one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.moves import address_of, after_answer, after_trouble, known_of, merged
from watcher.types import Hints, Memory, Page, Reason, Source, Trouble

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
OLD, NEW = "https://old.example/feed", "https://new.example/feed"
SOURCE = Source("a", OLD)
GONE, MISSING = Trouble(Reason.STATUS, "", 410), Trouble(Reason.STATUS, "", 404)
DOWN, SLOW = Trouble(Reason.CONNECTION, ""), Trouble(Reason.TIMEOUT, "")


def page(url: str = NEW, asked: str = OLD, permanent: bool = True, status: int = 200) -> Page:
    return Page(url, status, (), b"", NOW, asked, permanent)


def visits(memory: Memory, *pages: Page, apart: timedelta = timedelta(minutes=30), was_read: bool = True) -> Memory:
    for number, each in enumerate(pages):
        memory = after_answer(SOURCE, memory, each, NOW + number * apart, was_read=was_read and each.status != 304)
    return memory


def test_a_permanent_redirect_is_adopted_at_the_tenth_visit() -> None:
    assert visits(Memory("a"), *[page()] * 9).moved_to is None
    memory = visits(Memory("a"), *[page()] * 10)
    assert (memory.moved_to, memory.moving_to, memory.moving_seen) == (NEW, None, 0)
    assert address_of(SOURCE, memory) == NEW


def test_or_after_seven_days() -> None:
    assert visits(Memory("a"), *[page()] * 4, apart=timedelta(days=2)).moved_to is None
    assert visits(Memory("a"), *[page()] * 5, apart=timedelta(days=2)).moved_to == NEW


def test_a_redirect_that_is_not_permanent_is_never_adopted_and_begins_the_count_anew() -> None:
    assert visits(Memory("a"), *[page(permanent=False)] * 99).moved_to is None
    memory = visits(Memory("a"), *[page()] * 9, page(permanent=False), *[page()] * 9)
    assert (memory.moved_to, memory.moving_seen) == (None, 9)
    assert visits(Memory("a"), *[page()] * 9, page(url=OLD, permanent=False), page()).moving_seen == 1


def test_another_target_begins_the_count_anew() -> None:
    memory = visits(Memory("a"), *[page()] * 9, page(url="https://third.example/feed"), page())
    assert (memory.moved_to, memory.moving_to, memory.moving_seen) == (None, NEW, 1)


@pytest.mark.parametrize(
    ("old", "new", "at_once"),
    [
        ("http://a.example/feed?x=1", "https://a.example/feed?x=1", True),
        ("http://a.example:80/feed", "https://a.example/feed", True),
        ("http://a.example/feed", "https://a.example/feed/", False),
        ("http://a.example/feed", "https://www.a.example/feed", False),
        ("https://a.example/feed", "http://a.example/feed", False),
    ],
)
def test_the_same_address_behind_tls_is_adopted_at_once(old: str, new: str, at_once: bool) -> None:
    source = Source("a", old)
    memory = after_answer(source, Memory("a"), page(new, old), NOW, was_read=True)
    assert (memory.moved_to == new) is at_once


def test_a_place_that_was_never_read_is_asked_to_show_what_it_has() -> None:
    memory = visits(Memory("a", etag='"1"', last_modified="then"), page(status=304))
    assert (memory.moving_to, memory.etag, memory.last_modified) == (None, None, None)
    memory = visits(memory, page(), *[page(status=304)] * 9)
    assert memory.moved_to == NEW


def test_who_moved_back_is_asked_where_the_configuration_says() -> None:
    memory = visits(Memory("a", moved_to=NEW), *[page(url=OLD, asked=NEW)] * 10)
    assert memory.moved_to is None
    assert address_of(SOURCE, memory) == OLD


@pytest.mark.parametrize("trouble", [GONE, MISSING, DOWN, Trouble(Reason.NAME, ""), Trouble(Reason.TLS, "")])
def test_an_old_address_that_dies_while_it_moves_hands_over_at_once(trouble: Trouble) -> None:
    moving = replace(visits(Memory("a"), page()), failures=1)
    assert after_trouble(SOURCE, moving, None, trouble, NOW).moved_to == NEW
    assert after_trouble(SOURCE, Memory("a", failures=1), None, trouble, NOW).moved_to is None
    assert after_trouble(SOURCE, moving, None, SLOW, NOW).moved_to is None


def test_a_target_that_answers_with_something_else_is_no_target() -> None:
    moving = replace(visits(Memory("a"), *[page()] * 9), failures=1)
    wrong = Trouble(Reason.UNREADABLE, "a web page")
    assert after_trouble(SOURCE, moving, page(), wrong, NOW).moving_to is None
    assert after_trouble(SOURCE, moving, page(url=OLD, permanent=False), wrong, NOW).moving_to == NEW


def test_an_adopted_address_that_fails_and_the_configured_one_are_tried_in_turn() -> None:
    memory = Memory("a", moved_to=NEW, etag='"of the new one"')
    asked: list[str] = []
    for failures in range(1, 13):
        asked.append(address_of(SOURCE, memory))
        memory = after_trouble(SOURCE, replace(memory, failures=failures), None, DOWN, NOW)
    assert asked == [NEW, NEW, NEW, OLD, NEW, NEW, OLD, NEW, NEW, OLD, NEW, NEW]
    assert memory.etag is None
    back = after_answer(SOURCE, replace(memory, moved_to=None, moving_to=NEW), page(url=OLD), NOW, was_read=True)
    assert (back.moved_to, back.moving_to) == (None, None)


def test_what_was_learned_of_another_address_is_forgotten_but_not_a_pause() -> None:
    learned = Memory(
        "a",
        url=OLD,
        due=NOW,
        etag='"1"',
        moved_to=NEW,
        ended=NOW,
        hints=Hints(ttl=timedelta(1)),
        failures=3,
        paused=True,
    )
    assert known_of(SOURCE, learned) == learned
    assert known_of(replace(SOURCE, url="https://other.example/feed"), learned) == Memory("a", paused=True)
    assert known_of(SOURCE, replace(learned, url=None)) == replace(learned, url=None)
    follows = known_of(replace(SOURCE, url=NEW), learned)
    assert (follows.moved_to, follows.etag, follows.url) == (None, '"1"', NEW)


def test_of_two_sources_at_one_address_the_one_that_moved_there_is_merged() -> None:
    a, b, c = Source("a", OLD), Source("b", NEW), Source("c", "https://third.example/feed")
    moved = {"a": Memory("a", moved_to=NEW), "c": Memory("c", moved_to=NEW)}
    assert merged([a, b, c], moved) == {"a": "b", "c": "b"}
    assert merged([a, c], moved) == {"c": "a"}
    assert merged([c, a], moved) == {"c": "a"}
    assert merged([a, b], {}) == {}
    assert merged([a, b], {"a": moved["a"], "b": Memory("b", ended=NOW)}) == {}
    assert merged([a, b], {"a": moved["a"], "b": Memory("b", paused=True)}) == {}
    assert merged([a, b], {"a": moved["a"], "b": Memory("b", moved_to="https://fourth.example/feed")}) == {}
