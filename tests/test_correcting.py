"""What somebody corrects by hand sticks, whatever comes later, until it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from newsroom import MONDAY, TagJudge, article, put

from watcher import correcting
from watcher.errors import WatcherError
from watcher.rebuild import rebuild
from watcher.store import SqlStore, groups, open_store
from watcher.stories.cluster import Rules
from watcher.types import Correction, Relation, Story

NOW = MONDAY + timedelta(hours=40)
JUDGE, RULES = TagJudge(), Rules()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(tmp_path) as opened:
        with opened.writing() as writer:
            put(
                writer,
                article("a", "#r1 #910c #price", 1),
                article("b", "#r1 #910c #yield", 2),
                article("c", "#r1 #910c #cloud", 3),
                article("x", "#h20 #licence #export", 4),
                article("y", "#h20 #licence #quota", 5),
            )
        yield opened


def number(store: SqlStore, name: str) -> str:
    stored = store.article(f"https://{name}.example/1")
    assert stored is not None
    return str(stored.id)


def story(store: SqlStore, name: str) -> Story:
    stored = store.article(f"https://{name}.example/1")
    assert stored is not None
    found = store.story(stored.story)
    assert found is not None
    return found


def grouped(store: SqlStore) -> set[str]:
    found = ("".join(sorted(each.article.url[8:9] for each in one.articles)) for one in store.stories(99))
    return set(found)


def said(store: SqlStore, correction: Correction) -> Correction:
    kept = correcting.correct(store, JUDGE, RULES, correction)
    assert store.integrity() == []
    return kept


def test_two_stories_merged_are_one_and_what_comes_later_joins_it(store: SqlStore):
    merged = said(store, correcting.merge(story(store, "a"), story(store, "x"), (), NOW))
    assert grouped(store) == {"abcxy"}
    with store.writing() as writer:
        put(writer, article("z", "#h20 #licence #bis", 6), article("d", "#r1 #910c #npu", 7))
    assert grouped(store) == {"abcdxyz"}
    correcting.undo(store, JUDGE, RULES, merged.id, NOW)
    assert grouped(store) == {"abcd", "xyz"}
    assert store.corrections() == ()


def test_a_number_is_never_given_to_another_correction(store: SqlStore):
    first = said(store, correcting.merge(story(store, "a"), story(store, "x"), (), NOW))
    correcting.undo(store, JUDGE, RULES, first.id, NOW)
    second = said(store, correcting.apart(story(store, "a"), story(store, "x"), NOW))
    assert second.id > first.id
    with pytest.raises(WatcherError, match=f"no correction {first.id}"):
        correcting.undo(store, JUDGE, RULES, first.id, NOW)
    assert store.corrections() == (second,)


@pytest.mark.parametrize(("kept", "gone"), [("a", "x"), ("x", "w")], ids=["the larger", "as large, and older"])
def test_the_number_of_a_story_that_was_merged_leads_to_it_and_comes_back_with_undo(
    store: SqlStore, kept: str, gone: str
):
    with store.writing() as writer:
        put(writer, article("w", "#npu #yield #fab", 0), article("v", "#npu #yield #fab", 0.2))
        put(writer, article("u", "#ban #court #fine", 20))
    before = {name: story(store, name).id for name in (kept, gone, "u")}
    merged = said(store, correcting.merge(story(store, kept), story(store, gone), (), NOW))
    for name in (kept, gone):
        found, shown = store.story(before[name]), store.whole(before[name])
        assert found is not None
        assert shown is not None
        assert found.id == shown.id == story(store, kept).id == story(store, gone).id
    correcting.undo(store, JUDGE, RULES, merged.id, NOW)
    assert {name: story(store, name).id for name in before} == before


def test_the_number_of_a_story_that_is_gone_is_no_others(store: SqlStore):
    with store.writing() as writer:
        put(writer, article("u", "#ban #court #fine", 20))
    last = story(store, "u").id
    said(store, correcting.merge(story(store, "a"), story(store, "u"), (), NOW))
    with store.writing() as writer:
        put(writer, article("t", "#tower #crane", 30), article("s", "#ship #canal", 31))
    assert last not in (story(store, "t").id, story(store, "s").id)
    found = store.story(last)
    assert found is not None
    assert found.id == story(store, "a").id


def test_what_was_split_off_stays_apart_and_together(store: SqlStore):
    split = said(store, correcting.split(story(store, "a"), [number(store, "b"), number(store, "c")], NOW))
    assert grouped(store) == {"a", "bc", "xy"}
    with store.writing() as writer:
        put(writer, article("d", "#r1 #910c #price verbatim", 0.5))  # before all of them: everything is placed anew
    assert {"bc", "xy"} < grouped(store) or {"bcd", "xy"} < grouped(store)
    correcting.undo(store, JUDGE, RULES, split.id, NOW)
    assert grouped(store) == {"abcd", "xy"}


def test_two_stories_kept_apart_are_never_one(store: SqlStore):
    said(store, correcting.apart(story(store, "a"), story(store, "x"), NOW))
    with store.writing() as writer:
        put(writer, article("m", "#r1 #910c #h20 #licence", 6))
    assert "xy" in grouped(store)
    with pytest.raises(WatcherError, match="keeps articles"):
        correcting.merge(story(store, "a"), story(store, "x"), store.corrections(), NOW)


def test_corrections_outlive_a_rebuild(store: SqlStore):
    said(store, correcting.split(story(store, "a"), [number(store, "b")], NOW))
    said(store, correcting.merge(story(store, "b"), story(store, "x"), store.corrections(), NOW))
    before = grouped(store)
    assert before == {"ac", "bxy"}
    assert rebuild(store, JUDGE, (), RULES) == ()
    rebuild(store, JUDGE, (), Rules(retellings=False))
    assert "xyb" not in grouped(store)
    rebuild(store, JUDGE, (), RULES)
    assert grouped(store) == before


def test_the_story_goes_on_without_what_left_even_if_most_of_it_left(store: SqlStore):
    name = story(store, "a").id
    said(store, correcting.split(story(store, "a"), [number(store, "b"), number(store, "c")], NOW))
    assert story(store, "a").id == name
    assert story(store, "b").id != name


def test_an_article_leaves_a_story_that_is_larger_than_a_neighbourhood(store: SqlStore, monkeypatch):
    monkeypatch.setattr(groups, "BOUND", 4)
    with store.writing() as writer:
        put(writer, *(article(f"{name}", "#npu #yield #fab", 10 + place) for place, name in enumerate("klmnopqrst")))
    said(store, correcting.split(story(store, "k"), [number(store, "t")], NOW))
    assert grouped(store) == {"abc", "xy", "klmnopqrs", "t"}
    said(store, correcting.merge(story(store, "a"), story(store, "k"), store.corrections(), NOW))
    assert grouped(store) == {"abcklmnopqrs", "xy", "t"}
    with store.writing() as writer:
        put(writer, article("u", "#npu #yield #fab", 30), article("d", "#r1 #910c #npu", 31))
    assert grouped(store) in ({"abcdklmnopqrsu", "xy", "t"}, {"abcdklmnopqrs", "xy", "tu"})


def test_corrections_are_exported_as_labelled_pairs(store: SqlStore):
    a, b, c, x, y = (number(store, name) for name in "abcxy")
    said(store, correcting.split(story(store, "a"), [b], NOW))
    said(store, correcting.merge(story(store, "a"), story(store, "x"), store.corrections(), NOW))
    assert set(correcting.labelled(store.corrections())) == {
        (b, a, Relation.RELATED),
        (b, c, Relation.RELATED),
        (c, a, Relation.RETELLING),
        (x, a, Relation.RETELLING),
        (y, a, Relation.RETELLING),
    }


@pytest.mark.parametrize("leaving", [[], ["1", "2", "3"], ["4"]])
def test_a_split_that_leaves_nothing_or_names_a_stranger_is_refused(store: SqlStore, leaving: list[str]):
    with pytest.raises(WatcherError):
        correcting.split(story(store, "a"), leaving, NOW)


def test_a_correction_that_is_not_there_cannot_be_taken_back(store: SqlStore):
    with pytest.raises(WatcherError, match="no correction 9"):
        correcting.undo(store, JUDGE, RULES, 9, NOW)
