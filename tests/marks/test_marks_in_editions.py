"""What somebody says of a story or an outlet takes effect in the next edition, is counted there, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from marked import Desk, told

from watcher.store import open_store
from watcher.types import Sum

CHIP, BAN = "#r1 #910c #price", "#h20 #licence #export"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(tmp_path) as store:
        yield Desk(store)


def test_a_muted_story_is_told_no_more_and_counted(desk: Desk):
    desk.found(("a", CHIP), ("x", BAN))
    mark = desk.say("mute", "a")
    first = desk.edition()
    assert (told(first), first.footer.kept) == ({"x"}, {"mute": 1})
    desk.found(("b", CHIP + " A recall of 47,000 boards was announced."))
    second = desk.edition()
    assert (told(second), second.footer.kept, second.retold) == (set(), {"mute": 1}, 0)
    assert desk.store.sums() == {mark.id: Sum(2, 1)}


def test_what_a_mute_kept_is_told_when_it_is_undone_and_only_then(desk: Desk):
    desk.found(("a", CHIP), ("x", BAN))
    mark = desk.say("mute", "a")
    desk.edition()
    assert told(desk.edition()) == set()
    desk.undo(mark)
    third = desk.edition()
    assert (told(third), third.footer.kept) == ({"a"}, {})
    assert told(desk.edition()) == set()


def test_a_mark_that_was_undone_before_an_edition_changes_nothing(desk: Desk):
    desk.found(("a", CHIP), ("x", BAN))
    for kind in ("mute", "known", "follow"):
        desk.undo(desk.say(kind, "a"))  # type: ignore[arg-type]
    desk.undo(desk.hide(outlet="A"))
    edition = desk.edition()
    assert (told(edition), edition.footer.kept, edition.heeded) == ({"a", "x"}, {}, ())


def test_what_is_no_news_any_more_does_not_come_back(desk: Desk):
    desk.found(("a", CHIP))
    mark = desk.say("mute", "a")
    desk.edition()
    desk.now += timedelta(days=30)
    desk.undo(mark)
    assert told(desk.edition()) == set()


def test_a_mark_ends_at_its_date_by_itself(desk: Desk):
    desk.found(("a", CHIP))
    desk.say("mute", "a", until=desk.now + timedelta(hours=4))
    assert told(desk.edition()) == set()
    desk.now += timedelta(hours=5)
    assert told(desk.edition()) == {"a"}


def test_a_story_that_is_known_comes_with_what_is_new_in_it_alone(desk: Desk):
    desk.found(("a", CHIP))
    desk.say("known", "a")
    assert desk.edition().footer.kept == {"known": 1}
    desk.found(("b", CHIP))
    silent = desk.edition()
    assert (told(silent), silent.footer.kept, silent.retold) == (set(), {"known": 1}, 0)
    desk.found(("c", f"Nvidia recalls 47,000 boards of its H100 line, it said on Tuesday. {CHIP}"))
    loud = desk.edition()
    assert [entry.status for entry in loud.entries] == ["update"]
    assert told(loud) == {"(a)bc"} or told(loud) == {"(a)c"}


def test_known_taken_back_is_told(desk: Desk):
    desk.found(("a", CHIP))
    mark = desk.say("known", "a")
    desk.edition()
    desk.undo(mark)
    assert told(desk.edition()) == {"a"}


def test_a_followed_story_is_told_first_and_also_when_it_adds_little_but_not_copies(desk: Desk):
    desk.found(("a", CHIP), ("x", BAN), ("y", BAN), ("z", BAN))
    mark = desk.say("follow", "a")
    first = desk.edition()
    assert first.entries[0].followed
    assert told(first) == {"a", "xyz"}
    desk.found(("b", CHIP + " Other words for it."))
    assert told(desk.edition()) == {"(a)b"}
    desk.found(("c", "#r1 #910c #price verbatim"), ("d", "#r1 #910c #price verbatim"))
    desk.edition()
    desk.found(("e", "#r1 #910c #price verbatim"))
    assert told(desk.edition()) == set(), "a pure copy is no news"
    assert desk.store.sums()[mark.id].stories == 1


def test_what_was_said_last_of_mute_and_follow_holds(desk: Desk):
    desk.found(("a", CHIP))
    desk.say("mute", "a")
    follow = desk.say("follow", "a")
    assert desk.edition().entries[0].followed
    desk.undo(follow)
    desk.found(("b", CHIP))
    assert desk.edition().footer.kept == {"mute": 1}


def test_a_story_leaves_the_topic_it_is_not_about_and_with_it_the_edition(desk: Desk):
    desk.found(("a", CHIP), ("x", BAN))
    mark = desk.say("off-topic", "a", topic="nvidia")
    desk.found(("b", CHIP))
    first = desk.edition()
    assert (told(first), first.footer.kept, first.mentions) == ({"x"}, {"off-topic": 1}, ())
    desk.undo(mark)
    assert told(desk.edition()) == {"ab"}


def test_a_hidden_outlet_is_neither_shown_nor_counted_as_a_carrier(desk: Desk):
    desk.found(("a", CHIP), ("b", CHIP), ("x", BAN))
    mark = desk.hide(outlet="B")
    desk.hide(outlet="x.example")
    first = desk.edition()
    assert (told(first), first.footer.kept) == ({"a"}, {"hide": 2})
    assert [entry.sourcing.outlets for entry in first.entries if entry.sourcing] == [1]
    assert desk.store.sums()[mark.id] == Sum(1, 1)
    assert len(desk.story("a").articles) == 2, "it is found, stored and grouped as before"


def test_a_hidden_first_report_leaves_its_story_to_the_next_one(desk: Desk):
    desk.found(("a", CHIP), ("b", CHIP))
    desk.hide(outlet="A")
    (entry,) = desk.edition().entries
    assert [report.relation for report in entry.reports] == ["new"]


def test_a_hidden_phrase_counts_in_headlines_and_openings_and_within_a_source_or_topic(desk: Desk):
    desk.found(("a", f"{CHIP} black friday"), ("x", f"{BAN} " + "and so on " * 80 + "black friday"))
    everywhere = desk.hide(phrase="Black Friday", source="elsewhere")
    assert told(desk.edition()) == {"a", "x"}
    desk.undo(everywhere)
    desk.hide(phrase="Black Friday", topic="ascend")
    desk.found(("b", "#npu #yield black friday"))
    assert told(desk.edition()) == {"b"}
    desk.hide(phrase="Black Friday", topic="nvidia")
    desk.found(("c", "#gpu #fab black friday"))
    assert told(desk.edition()) == set()


def test_what_was_hidden_is_told_when_it_is_shown_again(desk: Desk):
    desk.found(("a", CHIP), ("b", CHIP), ("x", BAN))
    hidden = [desk.hide(outlet="A"), desk.hide(outlet="B")]
    assert told(desk.edition()) == {"x"}
    for mark in hidden:
        desk.undo(mark)
    assert told(desk.edition()) == {"ab"}


def test_a_thread_about_a_muted_story_does_not_bring_it_back(desk: Desk):
    desk.found(("a", CHIP), ("x", BAN))
    desk.say("mute", "a")
    desk.found(("forum", "see https://a.example/1 #talk"), role="forum")
    assert told(desk.edition()) == {"x"}
    desk.found(("board", "see https://a.example/1 #gossip"), role="forum")
    assert told(desk.edition()) == set()


def test_a_larger_story_that_was_there_is_not_silenced_by_a_merge(desk: Desk):
    desk.found(("a", CHIP), ("x", BAN), ("y", BAN), ("z", BAN))
    desk.say("mute", "a")
    merged = desk.merge("a", "x")
    assert told(desk.edition()) == {"axyz"}
    desk.uncorrect(merged)
    desk.found(("b", CHIP))
    assert desk.edition().footer.kept == {"mute": 1}


def test_a_part_that_is_split_off_a_muted_story_is_free(desk: Desk):
    desk.found(("a", CHIP), ("b", CHIP), ("c", CHIP))
    desk.say("mute", "a")
    desk.split("a", "c")
    assert told(desk.edition()) == {"c"}
    desk.rebuild()
    desk.found(("d", CHIP))
    assert desk.edition().footer.kept["mute"] == 1


def test_what_is_left_only_in_languages_nobody_reads_is_kept_back_and_counted(desk: Desk):
    desk.found(("a", CHIP))
    desk.found(("k", CHIP), language="ko")
    desk.found(("x", BAN), language="ko")  # nobody hid a word of this one
    desk.reads = frozenset({"en", "de"})
    mark = desk.hide(outlet="A")
    first = desk.edition()
    assert (told(first), first.footer.kept) == ({"x"}, {"hide": 2})
    desk.undo(mark)
    assert told(desk.edition()) == {"ak"}


def test_what_is_hidden_of_a_story_leaves_what_somebody_reads(desk: Desk):
    desk.found(("a", CHIP), ("b", CHIP))
    desk.found(("k", CHIP), language="ko")
    desk.reads = frozenset({"en", "de"})
    desk.hide(outlet="A")
    assert told(desk.edition()) == {"bk"}
