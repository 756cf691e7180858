"""What is forgotten, and when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scripted import START, Stage

from watcher.prune import prune
from watcher.types import KeptWords, LeadRecord, MachineCall, Outcome

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
