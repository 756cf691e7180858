"""What pages ask of the store: the same articles as elsewhere, without their texts, never more than was asked for."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from watcher.store import SqlStore
from watcher.store.shelf import MOST_OF_STORY
from watcher.types import Correction, Match, Relation, TopicMatch, Verdict

ABOUT = (TopicMatch("nvidia", True, 0.9, ("Nvidia",)),)
MINUTE = timedelta(minutes=1)


def test_heads_are_the_articles_of_the_store_without_their_texts(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        first = writer.add(build.article("a", authors=("A. Writer",)), ABOUT, build.keys(1), Verdict())
        second = writer.add(build.article("b"), ABOUT, build.keys(2), build.earlier(first))
    whole = store.article(str(second))
    assert whole is not None
    head = store.heads([second, first, 99])
    assert list(head) == [first, second]
    assert head[second].article.text == ""
    assert head[second].article.title == whole.article.title
    assert head[second].topics == whole.topics
    read = store.read([second, 99])
    assert read[second].article == whole.article
    assert list(read) == [second]


def test_a_whole_story_tells_relations_from_its_earliest_report(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        first = writer.add(build.article("late", published=build.now - MINUTE), ABOUT, (), Verdict())
        writer.add(build.article("early", published=build.now - 60 * MINUTE), ABOUT, (), build.earlier(first))
    name = store.heads([first])[first].story
    found, known = store.whole(name), store.story(name)
    assert found is not None
    assert known is not None
    assert [(each.id, each.relation) for each in found.articles] == [
        (each.id, each.relation) for each in known.articles
    ]
    assert found.articles[0].article.url.endswith("early")
    assert store.sizes([name, "77"]) == {name: 2}
    for nothing in ("77", "x", "", "9" * 30, "-1"):
        assert store.whole(nothing) is None


@pytest.mark.long_on_servers
def test_of_a_story_that_everybody_has_a_page_looks_at_so_many_articles(
    store: SqlStore, build: SimpleNamespace
) -> None:
    with store.writing() as writer:
        first = writer.add(build.article("0"), ABOUT, (), Verdict())
        for number in range(MOST_OF_STORY + 5):
            writer.add(build.article(f"again-{number}"), ABOUT, (), build.earlier(first, Relation.COPY))
    found = store.whole(store.heads([first])[first].story)
    assert found is not None
    assert len(found.articles) == MOST_OF_STORY


def test_fresh_is_about_a_topic_newest_first_and_no_history(store: SqlStore, build: SimpleNamespace) -> None:
    mentions = (TopicMatch("nvidia", False, 0.5, ("Nvidia",)),)
    with store.writing() as writer:
        for number in range(6):
            found = build.now + number * MINUTE
            writer.add(build.article(f"n{number}", found=found), ABOUT, (), Verdict())
            writer.add(build.article(f"m{number}", found=found), mentions, (), Verdict())
            writer.add(build.article(f"t{number}", found=found, told=True), ABOUT, (), Verdict())
    newest = store.fresh(build.now + MINUTE, 3)
    assert [each.article.url[-2:] for each in newest] == ["n5", "n4", "n3"]
    last = newest[-1]
    rest = store.fresh(build.now + MINUTE, 9, (last.article.found, last.id))
    assert [each.article.url[-2:] for each in rest] == ["n2", "n1"]


def test_what_tells_a_known_document_is_found_newest_first(store: SqlStore, build: SimpleNamespace) -> None:
    tells = Verdict(seed=Match("000", Relation.RETELLING, 0.9))
    with store.writing() as writer:
        told = [writer.add(build.article(f"s{number}"), ABOUT, (), tells) for number in range(4)]
        writer.add(build.article("other"), ABOUT, (), Verdict(seed=Match("001", Relation.RELATED, 0.4)))
    found = store.tellers(["000", "001", "002"], 3)
    assert [each.id for each in found["000"]] == told[:0:-1]
    assert (found["001"], found["002"]) == ((), ())


def test_corrections_are_found_by_any_of_their_articles_once(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        one, other, third = (writer.add(build.article(name), ABOUT, (), Verdict()) for name in "abc")
        said = writer.correct(Correction(0, "merge", build.now, together=((str(one), str(other)),)))
    assert store.corrections_on([one, other]) == (said,)
    assert store.corrections_on([third]) == ()
