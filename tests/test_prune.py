"""What is forgotten, and when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from scripted import START, Stage, StandingClock

from watcher import prune as pruning
from watcher.prune import RETIRED, Nights, prune, retire, retire_tonight
from watcher.types import Article, KeptWords, Key, LeadRecord, MachineCall, Memory, Outcome, Verdict, Visit

OLD = "https://paper.example/old"
YOUNG = "https://paper.example/young"
STORED = "https://paper.example/stored"


def test_off_topic_words_are_forgotten_after_thirty_days_and_the_address_still_counts_as_followed(tmp_path: Path):
    stage = Stage(tmp_path)
    then = START - timedelta(days=31)
    with stage.store.writing() as writer:
        writer.record(
            [
                LeadRecord(OLD, "paper", "Lime trees", Outcome.OFF_TOPIC, then),
                LeadRecord(YOUNG, "paper", "Canal boats", Outcome.OFF_TOPIC, START - timedelta(days=29)),
                LeadRecord(STORED, "paper", "Nvidia ships", Outcome.STORED, then),
            ]
        )
    assert prune(stage.store, stage.clock) == 1
    assert [record.url for record in stage.store.off_topic(START - timedelta(days=99))] == [YOUNG]
    assert set(stage.store.known([OLD, YOUNG, STORED])) == {OLD, YOUNG, STORED}
    assert stage.store.lead(STORED) is not None
    assert prune(stage.store, stage.clock) == 0


def test_much_is_forgotten_in_many_short_transactions_and_what_is_told_to_end_goes_on_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert pruning.AT_ONCE == 2_000
    monkeypatch.setattr(pruning, "AT_ONCE", 10)
    stage = Stage(tmp_path)
    then = START - timedelta(days=31)
    with stage.store.writing() as writer:
        writer.visited([Visit("a", then, then, 200, {}, Memory("a")) for _ in range(12)])
        writer.record([LeadRecord(f"{OLD}/{number}", "paper", "x", Outcome.OFF_TOPIC, then) for number in range(25)])

    def left() -> tuple[int, int]:
        return len(stage.store.off_topic(START - timedelta(days=99))), len(stage.store.visits("a", 99))

    seen: list[tuple[int, int]] = []

    def wait(_seconds: float) -> bool:
        with stage.store.writing(0.0):  # nobody holds the writer's lock meanwhile
            seen.append(left())
        return len(seen) == 1

    assert prune(stage.store, stage.clock, wait) == 20
    assert prune(stage.store, stage.clock, wait) == 17
    assert seen == [(15, 2), (5, 0), (0, 0)]


def test_what_a_machine_was_asked_and_said_is_forgotten_after_ninety_days(tmp_path: Path):
    stage = Stage(tmp_path)
    for days in (91, 89):
        then = START - timedelta(days=days)
        with stage.store.writing() as writer:
            writer.machine_asks(MachineCall(0, then, "tiny-1", "http://m.example/", "en", (days,), 10))
            writer.keep_machine_words(then, {days: KeptWords(f"said {days} days ago")})
    prune(stage.store, stage.clock)
    assert [call.articles for call in stage.store.machine_calls(9)] == [(89,)]
    assert [*stage.store.machine_words([89, 91])] == [89]


def _stored(stage: Stage, count: int, days: int) -> None:
    with stage.store.writing() as writer:
        for number in range(count):
            url, found = f"{OLD}/{days}/{number}", START - timedelta(days=days)
            article = Article(url, "Nvidia ships", f"Text {number}.", "paper", "Paper", "en", found)
            writer.add(article, (), (Key("copy", 1, days * 1_000 + number),), Verdict())


def _texts(stage: Stage) -> int:
    return sum(bool(row["text"]) for row in stage.store.export())


def test_old_texts_go_in_short_transactions_and_what_a_kill_left_goes_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pruning, "TEXTS_AT_ONCE", 4)
    stage = Stage(tmp_path)
    _stored(stage, 10, 800)
    _stored(stage, 3, 10)
    seen: list[int] = []

    def wait(_seconds: float) -> bool:
        with stage.store.writing(0.0):  # nobody holds the writer's lock meanwhile
            seen.append(_texts(stage))
        return len(seen) == 2

    before = START - timedelta(days=730)
    assert retire(stage.store, stage.clock, before, wait) == 8
    assert retire(stage.store, stage.clock, before, wait) == 2
    assert (seen[:3], _texts(stage)) == ([9, 5, 3], 3)
    assert retire(stage.store, stage.clock, before) == 0


def test_keys_of_removed_articles_are_swept_away_once_there_are_enough_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stage = Stage(tmp_path)
    _stored(stage, 10, 800)
    monkeypatch.setattr(pruning, "_SWEEP_SHARE", 1)
    before = START - timedelta(days=730)
    monkeypatch.setattr(pruning, "SWEEP_FROM", 11)
    _stored(stage, 2, 10)
    retire(stage.store, stage.clock, before)
    key = (Key("copy", 1, 800_003),)
    assert len(stage.store.candidates(key)) == 1
    monkeypatch.setattr(pruning, "SWEEP_FROM", 10)
    retire(stage.store, stage.clock, before)
    assert stage.store.candidates(key) == ()
    assert len(stage.store.candidates((Key("copy", 1, 10_001),))) == 1


def test_the_daemon_removes_old_texts_once_a_night_and_any_hour_where_it_never_had_one(tmp_path: Path):
    stage = Stage(tmp_path)
    keep, nights = timedelta(days=730), Nights("Europe/Lisbon", stage.clock)

    def tonight() -> int:
        return retire_tonight(stage.store, stage.clock, keep, nights, lambda _: False)

    stage.clock.advance(hours=6)  # noon
    _stored(stage, 1, 800)
    assert tonight() == 1  # nobody ever did it
    _stored(stage, 1, 801)
    assert tonight() == 0
    stage.clock.advance(hours=11)  # 23:00
    assert tonight() == 0
    stage.clock.advance(hours=4)
    assert tonight() == 1
    _stored(stage, 1, 802)
    assert tonight() == 0  # once a night
    stage.clock.advance(hours=6)
    assert tonight() == 0
    stage.clock.advance(days=3)  # a machine that sleeps at night
    assert tonight() == 1


def test_what_the_night_was_too_short_for_waits_for_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pruning, "TEXTS_AT_ONCE", 1)
    stage = Stage(tmp_path, StandingClock(START - timedelta(hours=1)))
    nights = Nights("UTC", stage.clock)
    with stage.store.writing() as writer:
        writer.set_checkpoint(RETIRED, "2026-03-09")
    _stored(stage, 5, 800)

    def wait(_seconds: float) -> bool:
        stage.clock.advance(minutes=25)
        return False

    keep = timedelta(days=730)
    assert retire_tonight(stage.store, stage.clock, keep, nights, wait) == 3
    assert retire_tonight(stage.store, stage.clock, keep, nights, wait) == 0
    stage.clock.advance(hours=20)
    assert retire_tonight(stage.store, stage.clock, keep, nights, wait) == 2
