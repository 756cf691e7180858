from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from watcher.store import SqlStore
from watcher.store.tables import signal_key
from watcher.types import Document, Evidence, Fact, Match, Passage, Relation, StoredArticle, TopicMatch, Verdict

HOUR = timedelta(hours=1)
TOPICS = (TopicMatch("ascend", True, 0.9, ("Ascend 910C", "昇腾")), TopicMatch("nvidia", False, 0.5, ("H800",)))


def test_an_article_comes_back_whole_by_id_and_by_address(store: SqlStore, build: SimpleNamespace) -> None:
    full = build.article(
        "a",
        published=build.now - HOUR,
        published_from="page",
        authors=("A. Autor", "B. Autorin"),
        role="primary",
        headline_only="paywall",
        told=True,
    )
    with store.writing() as writer:
        number = writer.add(full, TOPICS, (), Verdict())
        assert writer.by_url(full.url) == number
        assert writer.by_url("https://other.example/") is None
    stored = store.article(str(number))
    assert stored is not None
    assert stored == StoredArticle(number, full, TOPICS, stored.story, Relation.NEW)
    assert store.article(full.url) == stored


@pytest.mark.parametrize("name", ["", "0", "99", "-1", "1" * 40, "²", "https://other.example/"])
def test_an_article_or_story_that_is_not_there_is_none(store: SqlStore, name: str) -> None:
    assert store.article(name) is None
    assert store.story(name) is None


def test_an_address_stored_already_keeps_its_row(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        first = writer.add(build.article("a"), TOPICS, build.keys(1), Verdict())
        assert writer.add(build.article("a", title="Changed"), (), build.keys(2), Verdict()) == first
    stored = store.article(str(first))
    assert stored is not None
    assert stored.article == build.article("a")
    assert stored.topics == TOPICS
    assert store.candidates(build.keys(2)) == ()
    assert store.counts().articles == 1


def test_a_verdict_comes_back_with_all_its_evidence(store: SqlStore, build: SimpleNamespace) -> None:
    evidence = Evidence({"copy": 0.1}, (Fact("number", "50000"),), (Fact("actor", "x"),), (Passage(0, 9),), 0.62)
    seed = Match("000", Relation.COPY, 0.97, evidence)
    verdict = Verdict(seed=seed, seeds=(seed,), also=(Match("7", Relation.RELATED, 0.4),))
    with store.writing() as writer:
        number = writer.add(build.article("a"), (), (), verdict)
    assert store.verdict(number) == verdict
    assert store.verdict(number + 1) is None
    stored = store.article(str(number))
    assert stored is not None
    assert stored.seed == seed


def test_a_seed_on_the_same_subject_only_is_not_told(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        number = writer.add(build.article("a"), (), (), Verdict(seed=Match("000", Relation.RELATED, 0.5)))
    stored = store.article(str(number))
    assert stored is not None
    assert stored.seed is None


@pytest.mark.parametrize("relation", [Relation.COPY, Relation.RETELLING])
def test_copies_and_retellings_join_the_story_of_the_earlier_article(
    store: SqlStore, build: SimpleNamespace, relation: Relation
) -> None:
    with store.writing() as writer:
        first = writer.add(build.article("a"), (), (), Verdict())
        second = writer.add(build.article("b", found=build.now + HOUR), (), (), build.earlier(first, relation))
        third = writer.add(build.article("c", found=build.now + 2 * HOUR), (), (), build.earlier(second, relation))
    stored = store.article(str(first))
    assert stored is not None
    story = store.story(stored.story)
    assert story is not None
    assert [member.id for member in story.articles] == [first, second, third]
    assert [member.relation for member in story.articles] == [Relation.NEW, relation, relation]


@pytest.mark.parametrize(("name", "relation"), [("1", "related"), ("1", "new"), ("999", "copy"), ("seed-7", "copy")])
def test_other_articles_found_a_story_of_their_own(
    store: SqlStore, build: SimpleNamespace, name: str, relation: str
) -> None:
    with store.writing() as writer:
        writer.add(build.article("a"), (), (), Verdict())
        writer.add(build.article("b"), (), (), Verdict(earlier=Match(name, Relation(relation), 0.9)))
    assert [len(story.articles) for story in store.stories(10)] == [1, 1]


def test_a_report_that_turns_out_to_be_earlier_becomes_the_first(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        founder = writer.add(build.article("a", published=build.now), (), (), Verdict())
        older = build.article("b", published=build.now - HOUR)
        original = writer.add(older, (), (), build.earlier(founder, Relation.COPY))
    (story,) = store.stories(10)
    assert [(member.id, member.relation) for member in story.articles] == [
        (original, Relation.NEW),
        (founder, Relation.COPY),
    ]


def test_candidates_share_keys_most_first_with_their_text(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        one = writer.add(build.article("one", published=build.now), (), build.keys(1, 2), Verdict())
        three = writer.add(build.article("three"), (), build.keys(1, 2, 3), Verdict())
        writer.add(build.article("none"), (), build.keys(4), Verdict())
        asked = build.keys(2, 3, 99, -(2**63), 2**63 - 1)
        assert writer.candidates(asked) == store_free(build, three, one)
    assert store.candidates(asked) == store_free(build, three, one)
    assert store.candidates(()) == ()


def store_free(build: SimpleNamespace, three: int, one: int) -> tuple[Document, ...]:
    a, b = build.article("three"), build.article("one")
    return (
        Document(str(three), a.text, a.title, a.language, a.url, a.found),
        Document(str(one), b.text, b.title, b.language, b.url, build.now),
    )


def test_keys_of_another_signal_or_version_are_others(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        writer.add(build.article("a"), (), build.keys(1), Verdict())
    assert store.candidates(build.keys(1, signal="facts")) == ()
    assert store.candidates(build.keys(1, version=2)) == ()
    assert len(store.candidates(build.keys(1))) == 1


def test_keys_count_across_signals(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        once = writer.add(build.article("once"), (), build.keys(1), Verdict())
        twice = writer.add(build.article("twice"), (), build.keys(1) + build.keys(5, signal="facts"), Verdict())
    found = store.candidates(build.keys(5, signal="facts") + build.keys(1))
    assert [document.id for document in found] == [str(twice), str(once)]


@pytest.mark.long_on_servers
def test_a_key_that_200_articles_hold_is_not_stored_again(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        for number in range(200):
            writer.add(build.article(f"n{number}"), (), build.keys(7, 1000 + number), Verdict())
        last = writer.add(build.article("last"), (), build.keys(7, 7, 8), Verdict())
    assert len(store.candidates(build.keys(7))) == 100  # never more than 100, the oldest
    assert str(last) not in {document.id for document in store.candidates(build.keys(7))}
    assert [document.id for document in store.candidates(build.keys(8))] == [str(last)]
    assert store.integrity() == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 6), max_size=5), min_size=1, max_size=12), st.data())
def test_candidates_agree_with_counting_by_hand(
    store: SqlStore, build: SimpleNamespace, held: list[frozenset[int]], data: st.DataObject
) -> None:
    salt = store.counts().articles * 1_000  # the archive is shared by the examples: each brings keys of its own
    with store.writing() as writer:
        numbers = [
            writer.add(build.article(f"{salt}-{place}"), (), build.keys(*(salt + key for key in keys)), Verdict())
            for place, keys in enumerate(held)
        ]
    asked = data.draw(st.frozensets(st.integers(0, 6)))
    shared = {number: len(keys & asked) for number, keys in zip(numbers, held, strict=True)}
    expected = sorted((number for number in numbers if shared[number]), key=lambda number: (-shared[number], number))
    found = store.candidates(build.keys(*(salt + key for key in asked)))
    assert [int(document.id) for document in found] == expected


def test_articles_are_listed_newest_first(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        for hours in (1, 3, 2):
            writer.add(build.article(str(hours), found=build.now + hours * HOUR), TOPICS, (), Verdict())
    assert [stored.article.url[-1] for stored in store.articles(2)] == ["3", "2"]
    assert [stored.article.url[-1] for stored in store.articles(9, since=build.now + 2 * HOUR)] == ["3", "2"]
    assert store.articles(1)[0].topics == TOPICS


def test_hostile_text_is_stored_without_what_a_database_refuses(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        number = writer.add(build.article("a", title="a\0b", text="x\ud800y"), (), (), Verdict())
    stored = store.article(str(number))
    assert stored is not None
    assert (stored.article.title, stored.article.text) == ("ab", "x?y")


def test_an_article_holds_a_key_once_however_often_it_is_judged(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        number = writer.add(build.article("a"), (), build.keys(1, 2, 2), Verdict())
        writer.rejudge(number, build.keys(2, 3), Verdict())
        writer.rejudge(number, build.keys(1, 2, 3), Verdict())
        held = writer.connection.execute(select(signal_key.c.key).order_by(signal_key.c.key)).scalars().all()
    assert held == [1, 2, 3]
