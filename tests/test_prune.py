"""What is forgotten, and when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from scripted import START, Stage

from watcher import prune as pruning
from watcher.prune import prune
from watcher.types import KeptWords, LeadRecord, MachineCall, Memory, Outcome, Visit

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
