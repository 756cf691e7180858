"""The heartbeat after each edition that reached everybody, and the notice when one did not by its hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from scripted import StandingClock

from watcher.alarms import BEAT_PAUSES, beat, begin_beats, deadline, tell, watch
from watcher.store import SqlStore, open_store
from watcher.types import Edition, OutboxRow, Reason, Receipt, Schedule, Trouble

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # a Saturday
DAILY = Schedule("07:00", "UTC")
DAY = timedelta(days=1)


@dataclass
class Heart:
    """Answers the heartbeat as written down, then well."""

    answers: list[Trouble | None] = field(default_factory=list)
    asked: int = 0

    def __call__(self) -> Trouble | None:
        self.asked += 1
        return self.answers.pop(0) if self.answers else None


@dataclass
class Operator:
    """Keeps what was told."""

    answers: list[Receipt] = field(default_factory=list)
    told: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, subject: str, text: str, id: str) -> Receipt:
        self.told.append((subject, text, id))
        return self.answers.pop(0) if self.answers else Receipt("delivered", "told")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(START)


def publish(store: SqlStore, now: datetime, *readers: str, day: date | None = None) -> int:
    day = day or now.date()
    edition = Edition(0, day, "07:00 UTC", now - DAY, now, now, (), ())
    rows = [OutboxRow(0, 0, "email", name, f"<{day}{name}>", b"x", "waiting", 0, now, now) for name in readers]
    with store.writing() as writer:
        return writer.publish(edition, rows).id


def give(store: SqlStore, now: datetime, reader: str, receipt: Receipt) -> None:
    with store.writing() as writer:
        for row in writer.lease(now, now + DAY, 100):
            writer.receipt(row.id, receipt if row.recipient == reader else Receipt("deferred", "451 x"), now)


# --- heartbeat ---


def test_an_edition_beats_once_when_nothing_of_it_is_on_its_way(store: SqlStore, clock: StandingClock) -> None:
    heart = Heart()
    begin_beats(store)
    publish(store, clock.now, "a@r.example", "b@r.example")
    beat(store, heart, clock)
    assert heart.asked == 0
    give(store, clock.now, "a@r.example", Receipt("delivered", "250"))
    beat(store, heart, clock)
    assert heart.asked == 0
    give(store, clock.now, "b@r.example", Receipt("refused", "550"))
    for _ in range(3):
        beat(store, heart, clock)
        clock.advance(hours=1)
    assert heart.asked == 1


def test_an_edition_without_readers_beats_and_those_from_before_do_not(store: SqlStore, clock: StandingClock) -> None:
    heart = Heart()
    publish(store, clock.now - DAY)
    beat(store, heart, clock)
    assert heart.asked == 0
    publish(store, clock.now)
    beat(store, heart, clock)
    assert heart.asked == 1


def test_a_heartbeat_that_does_not_answer_is_asked_a_few_times_more_and_then_left(
    store: SqlStore, clock: StandingClock
) -> None:
    heart = Heart([Trouble(Reason.CONNECTION, "nobody")] * 99)
    begin_beats(store)
    publish(store, clock.now)
    for _ in range(600):
        beat(store, heart, clock)
        clock.advance(minutes=1)
    assert heart.asked == len(BEAT_PAUSES)


def test_a_kill_while_it_is_asked_costs_a_pause_and_no_beat(store: SqlStore, clock: StandingClock) -> None:
    begin_beats(store)
    publish(store, clock.now)

    def killed() -> Trouble | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        beat(store, killed, clock)
    heart = Heart()
    beat(store, heart, clock)
    assert heart.asked == 0
    clock.advance(minutes=1)
    beat(store, heart, clock)
    assert heart.asked == 1


# --- not delivered by ---


def ring(store: SqlStore, clock: StandingClock, operator: Operator, by: str = "08:00") -> None:
    watch(store, [DAILY], by, clock)
    tell(store, [DAILY], operator, clock)


@pytest.fixture
def watched(store: SqlStore, clock: StandingClock) -> Operator:
    """Somebody has looked before: what comes now is theirs."""
    operator = Operator()
    ring(store, clock, operator)
    assert operator.told == []
    return operator


def at(clock: StandingClock, day: int, hour: int, minute: int = 0) -> None:
    clock.now = datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_nothing_is_told_of_an_edition_that_everybody_has(
    store: SqlStore, clock: StandingClock, watched: Operator
) -> None:
    at(clock, 22, 7)
    publish(store, clock.now, "a@r.example")
    give(store, clock.now, "a@r.example", Receipt("delivered", "250"))
    for hour in range(7, 24):
        at(clock, 22, hour)
        ring(store, clock, watched)
    assert watched.told == []


def test_who_waits_and_who_was_refused_is_told_once_with_the_reason(
    store: SqlStore, clock: StandingClock, watched: Operator
) -> None:
    at(clock, 22, 7)
    publish(store, clock.now, "a@r.example", "b@r.example", "c@r.example")
    give(store, clock.now, "a@r.example", Receipt("delivered", "250"))
    give(store, clock.now, "b@r.example", Receipt("refused", "mail.example:25 said 550 nobody"))
    at(clock, 22, 7, 59)
    ring(store, clock, watched)
    assert watched.told == []
    for minute in range(0, 60, 5):
        at(clock, 22, 8, minute)
        ring(store, clock, watched)
    ((subject, text, _),) = watched.told
    assert subject == "Not delivered by 08:00: the edition of 2026-11-22"
    assert "- b@r.example (email): refused: mail.example:25 said 550 nobody" in text
    assert "- c@r.example (email): still waiting, tried 2 times: 451 x" in text
    assert "a@r.example" not in text


def test_an_outage_over_the_hour_is_told_when_it_is_over(
    store: SqlStore, clock: StandingClock, watched: Operator
) -> None:
    at(clock, 23, 10)  # down since Saturday noon
    watch(store, [DAILY], "08:00", clock)
    publish(store, clock.now, "a@r.example")  # what is made up for now was not there
    give(store, clock.now, "a@r.example", Receipt("delivered", "250"))
    ring(store, clock, watched)
    ring(store, clock, watched)
    ((subject, text, _),) = watched.told
    assert "2026-11-23" in subject
    assert "was not made" in text
    at(clock, 24, 7)
    publish(store, clock.now)
    at(clock, 24, 9)
    ring(store, clock, watched)
    assert len(watched.told) == 1


def test_an_outage_of_several_days_names_every_date_that_was_missed(store: SqlStore, clock: StandingClock) -> None:
    schedules, operator = (DAILY,), Operator()
    watch(store, schedules, "08:00", clock)
    clock.now = START + timedelta(hours=19, minutes=10)  # Sunday's edition is made and delivered
    publish(store, clock.now)
    clock.now = START + timedelta(hours=21)
    watch(store, schedules, "08:00", clock)
    clock.now = START + timedelta(days=4, hours=21)  # Thursday, after its hour
    watch(store, schedules, "08:00", clock)
    tell(store, schedules, operator, clock)
    ((subject, text, _),) = operator.told
    assert subject == "Not delivered by 08:00: the edition of 2026-11-26 and 3 before it"
    assert "Nor were those of 2026-11-23, 2026-11-24, 2026-11-25." in text
    assert "2026-11-22" not in text
    clock.now += DAY
    watch(store, schedules, "08:00", clock)
    tell(store, schedules, operator, clock)
    assert operator.told[1][0] == "Not delivered by 08:00: the edition of 2026-11-27", "the others were told"


def test_a_date_that_nobody_took_the_notice_of_is_named_with_the_next_one(
    store: SqlStore, clock: StandingClock
) -> None:
    schedules, operator = (DAILY,), Operator([Receipt("deferred", "down")])
    watch(store, schedules, "08:00", clock)
    for _ in range(2):
        clock.now += DAY
        watch(store, schedules, "08:00", clock)
        tell(store, schedules, operator, clock)
    assert "Nor were those of 2026-11-22." in operator.told[1][1]


def test_one_that_was_made_late_by_another_hand_is_late(
    store: SqlStore, clock: StandingClock, watched: Operator
) -> None:
    at(clock, 22, 9)
    publish(store, clock.now)
    ring(store, clock, watched)
    assert "made late: 2026-11-22 09:00 UTC" in watched.told[0][1]


def test_a_notice_that_nobody_takes_is_tried_again_under_the_same_name(
    store: SqlStore, clock: StandingClock, watched: Operator
) -> None:
    watched.answers = [Receipt("deferred", "down")] * 3
    at(clock, 22, 8)
    for _ in range(12):
        ring(store, clock, watched)
        clock.advance(minutes=10)
    assert len(watched.told) == 4
    assert len(set(watched.told)) == 1


def test_days_without_an_edition_and_hours_before_the_first_look_are_nobodys(
    store: SqlStore, clock: StandingClock
) -> None:
    operator, weekdays = Operator(), [Schedule("07:00", "UTC", frozenset(range(5)))]
    at(clock, 20, 9)  # a Friday; the first look, after the hour
    for hours in range(64):  # until Monday, 01:00
        watch(store, weekdays, "08:00", clock)
        tell(store, weekdays, operator, clock)
        assert hours < 0 or operator.told == []
        clock.advance(hours=1)
    at(clock, 23, 8)
    watch(store, weekdays, "08:00", clock)
    tell(store, weekdays, operator, clock)
    assert len(operator.told) == 1


def test_an_hour_before_the_editions_own_is_that_of_the_next_day() -> None:
    night = Schedule("22:00", "Europe/Lisbon")
    assert deadline(night, date(2026, 11, 22), "06:00") == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert deadline(night, date(2026, 11, 22), "23:00") == datetime(2026, 11, 22, 23, tzinfo=UTC)
