"""Three days of one story: told once, updated when it has news, silent when it is only retold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from newsroom import MONDAY, TagJudge, article, put

from watcher import correcting
from watcher.placing import place_again
from watcher.publish import Paper, preview
from watcher.store import SqlStore, open_store
from watcher.stories.cluster import Rules
from watcher.types import Article, Edition, Evidence, Match, Relation, Schedule, Seed, Verdict

SCHEDULE = Schedule("07:00", "UTC")
PAPER = Paper(sources=(), topics=(("nvidia", "Nvidia"),), seeds={"000": "Known for long"})
SEEDS = (Seed("000", "Known for long", "#r2 #delay", "en"),)
SEVEN = timedelta(hours=7)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(tmp_path) as opened:
        yield opened


def found(store: SqlStore, *articles: Article) -> None:
    with store.writing() as writer:
        put(writer, *articles, seeds=SEEDS)


def edition(store: SqlStore, day: int) -> Edition:
    """Publishes the edition of seven o'clock on the given day of the week, Monday being 0."""
    until: datetime = MONDAY + timedelta(days=day) + SEVEN
    made = preview(store, PAPER, SCHEDULE, date(2026, 3, 2 + day), until - timedelta(days=1), until)
    with store.writing() as writer:
        return writer.publish(made, ())


def told(made: Edition) -> list[tuple[str, str]]:
    return [(entry.status, entry.reports[0].outlet) for entry in (*made.entries, *made.known)]


FIRST = article("first", "#r1 #910c The cluster has 5,000 chips, the company said on Monday.", 1)


def test_a_late_translation_never_makes_a_story_new_again(store: SqlStore):
    found(store, FIRST)
    assert told(edition(store, 0)) == [("new", "First")]
    found(store, article("blog", "#r1 #910c 该集群共有5000颗芯片。", 30, language="zh"))
    tuesday = edition(store, 1)
    assert (told(tuesday), tuesday.retold) == ([], 0)  # found at seven: not yet
    wednesday = edition(store, 2)
    assert (told(wednesday), wednesday.retold) == ([], 1)


def test_a_new_figure_is_an_update_that_quotes_its_sentence(store: SqlStore):
    found(store, FIRST)
    edition(store, 0)
    text = "#r1 #910c The cluster has 5,000 chips. By May it will have 12,000, an official said."
    found(store, article("second", text, 20))
    tuesday = edition(store, 1)
    (entry,) = tuesday.entries
    assert entry.status == "update"
    assert [(quote.text, quote.outlet) for quote in entry.new] == [
        ("By May it will have 12,000, an official said.", "Second")
    ]
    assert [(report.outlet, report.told) for report in entry.reports] == [("First", True), ("Second", False)]
    assert tuesday.retold == 0
    found(store, article("third", text, 44))
    wednesday = edition(store, 2)
    assert (told(wednesday), wednesday.retold) == ([], 1)


def test_a_denial_is_an_update(store: SqlStore):
    found(store, FIRST)
    edition(store, 0)
    found(store, article("deutsch", "#r1 #910c Der Konzern dementiert den Bericht.", 20, language="de"))
    (entry,) = edition(store, 1).entries
    assert entry.new[0].text.endswith("Der Konzern dementiert den Bericht.")


def test_a_copy_with_a_slip_of_the_scanner_is_no_update(store: SqlStore):
    found(store, article("first", "#r1 #910c A base die made on its own line. verbatim", 1))
    edition(store, 0)
    found(store, article("scan", "#r1 #910c A base die made on its own 1ine. verbatim", 20))
    tuesday = edition(store, 1)
    assert (told(tuesday), tuesday.retold) == ([], 1)


def test_a_story_is_updated_once_a_day(store: SqlStore):
    found(store, FIRST)
    edition(store, 0)
    found(store, article("second", "#r1 #910c It will have 12,000 chips.", 8))
    again = preview(store, PAPER, SCHEDULE, date(2026, 3, 2), MONDAY + SEVEN, MONDAY + 2 * SEVEN)
    assert (told(again), again.retold) == ([], 1)
    assert [entry.status for entry in edition(store, 1).entries] == ["update"]


def test_what_a_known_document_tells_is_shown_once(store: SqlStore):
    found(store, article("first", "#r2 #delay It slips by 3 months.", 1))
    monday = edition(store, 0)
    assert [(entry.status, entry.seed) for entry in monday.known] == [("known", "000")]
    found(store, article("second", "#r2 #delay It slips by 14 months.", 20))
    found(store, article("third", "#r2 #other #delay #more", 24 * 30))
    assert [told(edition(store, day)) for day in (1, 2)] == [[], []]


def test_another_story_of_a_known_document_is_not_shown_a_second_time(store: SqlStore):
    found(store, article("first", "#r2 #delay !may", 1))
    edition(store, 0)
    found(store, article("second", "#r2 #delay !june", 20))
    tuesday = edition(store, 1)
    assert (told(tuesday), tuesday.retold) == ([], 1)


def test_what_was_hidden_by_a_wrong_merge_is_in_the_next_edition_and_says_so(store: SqlStore):
    found(store, FIRST)
    edition(store, 0)
    found(store, article("hidden", "#r1 #910c Another company said the same.", 20))
    assert told(edition(store, 1)) == []
    one = store.stories(1)[0]
    hidden = store.article("https://hidden.example/1")
    assert hidden is not None
    now = MONDAY + timedelta(days=1, hours=9)
    correcting.correct(store, TagJudge(), Rules(), correcting.split(one, [str(hidden.id)], now))
    wednesday = edition(store, 2)
    assert told(wednesday) == [("new", "Hidden")]
    assert wednesday.entries[0].parted
    assert told(edition(store, 3)) == []


def test_what_a_merge_hid_is_news_when_the_merge_is_taken_back_and_what_was_told_is_not(store: SqlStore):
    found(store, FIRST, article("second", "#npu #yield The fab doubles it.", 2))
    assert len(edition(store, 0).entries) == 2
    found(store, article("third", "#cloud #licence They said so.", 20))
    merges = []
    for name in ("second", "third"):
        one, other = (store.article(f"https://{each}.example/1") for each in ("first", name))
        assert one is not None
        assert other is not None
        both = [correcting.story_of(store.story, each.story) for each in (one, other)]
        said = correcting.merge(both[0], both[1], (), MONDAY + timedelta(days=1))
        merges.append(correcting.correct(store, TagJudge(), Rules(), said))
    assert told(edition(store, 1)) == []
    for merge in reversed(merges):
        correcting.undo(store, TagJudge(), Rules(), merge.id, MONDAY + timedelta(days=1, hours=9))
    assert len(store.stories(9)) == 3
    wednesday = edition(store, 2)
    assert told(wednesday) == [("new", "Third")]
    assert wednesday.entries[0].parted
    assert told(edition(store, 3)) == []
    assert store.integrity() == []


def test_a_story_that_is_regrouped_while_an_edition_is_made_is_told_all_the_same(store: SqlStore):
    found(store, FIRST, article("bridge", "#r1 #910c #a #b", 2), article("odd", "#a #b", 3))
    until = MONDAY + SEVEN
    made = preview(store, PAPER, SCHEDULE, date(2026, 3, 2), until - timedelta(days=1), until)
    one, other = store.stories(2)
    correcting.correct(store, TagJudge(), Rules(), correcting.merge(one, other, (), until))
    with store.writing() as writer:
        writer.publish(made, ())
    assert store.integrity() == []
    assert store.untold(until - timedelta(days=1), until, "07:00 UTC") == ()


def test_a_story_that_got_the_number_of_one_regrouped_away_is_not_taken_for_told(store: SqlStore):
    found(store, FIRST, article("other", "#other #news", 2))
    until = MONDAY + SEVEN
    made = preview(store, PAPER, SCHEDULE, date(2026, 3, 2), until - timedelta(days=1), until)
    judged_again(store, "other", "first")
    found(store, article("third", "#third #news", 8))
    with store.writing() as writer:
        writer.publish(made, ())
    assert told(edition(store, 1)) == [("new", "Third")]


def judged_again(store: SqlStore, name: str, other: str | None) -> None:
    """The encoder answers late: an article's verdict is another one, as a retelling of another article or as new."""
    mine, theirs = (store.article(f"https://{each}.example/1") if each else None for each in (name, other))
    assert mine is not None
    earlier = Match(str(theirs.id), Relation.RETELLING, 0.9, Evidence(cut=0.5)) if theirs else None
    with store.writing() as writer:
        writer.rejudge(mine.id, (), Verdict(earlier=earlier))
        place_again(writer, TagJudge(), Rules(), [each.id for each in (mine, theirs) if each])
    assert store.integrity() == []


def test_two_stories_told_that_turn_out_to_be_one_are_not_told_again(store: SqlStore):
    found(store, FIRST, article("second", "#npu #yield The fab doubles it, officials said.", 2))
    assert len(edition(store, 0).entries) == 2
    judged_again(store, "second", "first")
    assert len(store.stories(9)) == 1
    tuesday = edition(store, 1)
    assert (told(tuesday), tuesday.retold) == ([], 0)
    found(store, article("third", "#r1 #910c The cluster has 5,000 chips.", 30))
    assert [told(edition(store, day)) for day in (2, 3)] == [[], []]


def test_a_story_told_that_turns_out_to_be_two_is_not_told_again(store: SqlStore):
    found(store, FIRST, article("second", "#r1 #910c The cluster has 5,000 chips.", 2))
    assert len(edition(store, 0).entries) == 1
    judged_again(store, "second", None)
    assert len(store.stories(9)) == 2
    tuesday = edition(store, 1)
    assert (told(tuesday), tuesday.retold) == ([], 0)


def test_what_was_not_told_yet_and_turns_out_to_be_other_news_is_told_once(store: SqlStore):
    found(store, FIRST)
    edition(store, 0)
    found(store, article("second", "#r1 #910c The cluster has 5,000 chips.", 20))
    judged_again(store, "second", None)
    assert told(edition(store, 1)) == [("new", "Second")]
    judged_again(store, "second", "first")
    assert [told(edition(store, day)) for day in (2, 3)] == [[], []]


def test_what_was_told_stays_told_when_the_replay_moves_it(store: SqlStore):
    found(store, FIRST, article("bridge", "#r1 #910c #a #b", 2), article("odd", "#a #b", 3))
    assert len(edition(store, 0).entries) == 2
    found(store, article("before", "#a #b", 0.5))  # an earlier report turns up: `odd` belongs to it
    tuesday = edition(store, 1)
    assert [status for status, _ in told(tuesday)] == []
