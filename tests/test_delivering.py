"""Delivery on a real archive: channels beside each other, servers that are down, readers that come and go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from command import PATIENCE
from mailserver import MailServer
from scripted import StandingClock

from watcher.delivering import GIVE_UP_AFTER, STALE_AFTER, deliver, deliver_by, pause_after
from watcher.delivery.email import EmailChannel, EmailSettings
from watcher.errors import StoreAwayError, StoreError
from watcher.ports import Writer
from watcher.readers import remember
from watcher.store import SqlStore, open_store
from watcher.types import Edition, OutboxRow, Receipt, Schedule

START = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LISBON = Schedule("07:00", "Europe/Lisbon")


@dataclass
class Channel:
    """Answers as written down, or as a call says, and keeps what it was given."""

    answers: list[Receipt] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    always: Receipt = field(default_factory=lambda: Receipt("delivered", "250 OK"))
    held: threading.Event | None = None
    name: str = "email"

    def deliver(self, row: OutboxRow) -> Receipt:
        self.given.append(row.recipient)
        if self.held is not None:
            assert self.held.wait(PATIENCE)
        return self.answers.pop(0) if self.answers else self.always


DOWN = Receipt("deferred", "mail.example:587: timed out", "mail.example:587")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(START)


def edition(day: date = date(2026, 11, 22), schedule: str = "07:00 Europe/Lisbon") -> Edition:
    until = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    return Edition(0, day, schedule, until - DAY, until, until, (), ())


def queue(store: SqlStore, *recipients: str, channel: str = "email", day: int = 22, created: datetime = START) -> None:
    rows = [
        OutboxRow(0, 0, channel, name, f"<{day}.{name}>", b"x", "waiting", 0, created, created) for name in recipients
    ]
    with store.writing() as writer:
        writer.publish(edition(date(2026, 11, day)), rows)


def states(store: SqlStore) -> dict[str, str]:
    return {row.recipient: row.state for row in store.outbox()}


# --- one never holds up another ---


def test_a_channel_that_hangs_holds_up_no_other(store: SqlStore, clock: StandingClock) -> None:
    rows = [
        OutboxRow(0, 0, channel, f"{name}@r.example", f"<{channel}{name}>", b"x", "waiting", 0, START, START)
        for channel in ("email", "push")
        for name in "ab"
    ]
    with store.writing() as writer:
        writer.publish(edition(), rows)
    hung = Channel(held=threading.Event())
    quick, both_told = Channel(name="push"), threading.Event()
    told: list[str] = []

    def hear(row: OutboxRow, _receipt: Receipt) -> None:
        told.append(row.channel)
        if told.count("push") == 2:
            both_told.set()

    thread = threading.Thread(
        target=deliver, args=(store, {"email": hung, "push": quick}, clock), kwargs={"told": hear}
    )
    thread.start()
    assert both_told.wait(PATIENCE)
    assert "email" not in told
    assert hung.held is not None
    hung.held.set()
    thread.join(PATIENCE)
    assert set(states(store).values()) == {"delivered"}


def test_a_server_that_is_down_is_tried_twice_and_not_for_every_reader(store: SqlStore, clock: StandingClock) -> None:
    readers = [f"{number}@r.example" for number in range(9)]
    queue(store, *readers)
    channel = Channel(always=DOWN)
    done = deliver(store, {"email": channel}, clock)
    assert len(done) == 9
    assert channel.given == readers[:2]
    replies = {row.recipient: row.reply for row in store.outbox()}
    assert replies[readers[0]] == "mail.example:587: timed out"
    assert replies[readers[8]] == "not tried: mail.example:587: timed out"
    assert deliver(store, {"email": channel}, clock) == ()
    channel.always = Receipt("delivered", "250 OK")
    clock.advance(minutes=15)
    deliver(store, {"email": channel}, clock)
    assert set(states(store).values()) == {"delivered"}


def test_what_speaks_of_one_message_stops_no_other(store: SqlStore, clock: StandingClock) -> None:
    queue(store, *(f"{number}@r.example" for number in range(5)))
    later, never = Receipt("deferred", "451 greylisted"), Receipt("refused", "550 nobody")
    channel = Channel([later, later, never, DOWN])
    deliver(store, {"email": channel}, clock)
    assert len(channel.given) == 5
    assert list(states(store).values()) == ["waiting", "waiting", "refused", "waiting", "delivered"]


def test_a_server_that_stays_down_is_asked_ever_more_rarely_and_everybody_is_told_why(
    store: SqlStore, clock: StandingClock
) -> None:
    queue(store, *(f"{number}@r.example" for number in range(30)))
    channel = Channel(always=DOWN)
    while store.channels_waiting():
        deliver(store, {"email": channel}, clock)
        clock.advance(minutes=15)
        assert clock.now - START < STALE_AFTER + DAY
    assert len(channel.given) < 60
    assert set(channel.given) == {row.recipient for row in store.outbox()}, "everybody's turn came"
    assert {row.state for row in store.outbox()} == {"refused"}
    assert all("given up" in row.reply and "timed out" in row.reply for row in store.outbox())


def test_who_was_put_off_untried_comes_first_the_next_time(store: SqlStore, clock: StandingClock) -> None:
    readers = [f"{number}@r.example" for number in range(5)]
    queue(store, *readers)
    channel = Channel([DOWN] * 4)
    deliver(store, {"email": channel}, clock)
    assert [row.attempts for row in store.outbox()] == [1, 1, 0, 0, 0]
    clock.advance(minutes=15)
    deliver(store, {"email": channel}, clock)
    assert channel.given == [*readers[:2], *readers[2:4]]
    clock.advance(minutes=15)
    deliver(store, {"email": channel}, clock)
    assert channel.given[4] == readers[4]
    assert set(states(store).values()) == {"delivered"}


def test_what_was_never_tried_is_not_given_up_for_the_tries_of_others(store: SqlStore, clock: StandingClock) -> None:
    readers = [f"{number}@r.example" for number in range(50)]
    queue(store, *readers)
    channel = Channel(always=DOWN)
    while clock.now - START < STALE_AFTER - DAY:
        deliver(store, {"email": channel}, clock)
        clock.advance(minutes=15)
    assert {row.state for row in store.outbox()} == {"waiting"}
    assert [row.attempts for row in store.outbox()] == [channel.given.count(reader) for reader in readers]
    channel.always = Receipt("delivered", "250 OK")
    clock.advance(hours=6)
    deliver(store, {"email": channel}, clock)
    assert set(states(store).values()) == {"delivered"}


def test_a_line_that_is_one_recipients_own_puts_off_only_theirs(store: SqlStore, clock: StandingClock) -> None:
    for day in (20, 21, 22):
        queue(store, "down-1", channel="push", day=day)
    queue(store, "up-2", channel="push", day=19)

    class Push(Channel):
        def deliver(self, row: OutboxRow) -> Receipt:
            super().deliver(row)
            own = Receipt("deferred", "did not take it", row.recipient)
            return own if row.recipient == "down-1" else self.always

    channel = Push(name="push")
    deliver(store, {"push": channel}, clock)
    assert channel.given == ["down-1", "down-1", "up-2"]
    assert states(store) == {"down-1": "waiting", "up-2": "delivered"}


def test_what_waits_for_a_channel_that_is_gone_makes_no_attempts_and_ends_when_it_is_stale(
    store: SqlStore, clock: StandingClock
) -> None:
    queue(store, "a@r.example", channel="pigeon")
    while clock.now - START <= STALE_AFTER:
        deliver(store, {}, clock)
        (row,) = store.outbox()
        assert (row.state, row.attempts) == ("waiting", 0)
        clock.advance(hours=6)
    deliver(store, {}, clock)
    (row,) = store.outbox()
    assert (row.state, "no channel is set up for pigeon" in row.reply) == ("refused", True)


@pytest.mark.parametrize("fault", ["hang", "reset"])
def test_readers_whose_rcpt_fails_hold_up_no_others(store: SqlStore, clock: StandingClock, fault: str) -> None:
    readers = [f"r{number}@r.example" for number in range(5)]
    queue(store, *readers)
    server = MailServer("rcpt", fault, lambda _number, reader: reader in readers[:2])
    try:

        def channel(timeout: float) -> dict[str, EmailChannel]:
            settings = EmailSettings(
                "w@r.example", "127.0.0.1", server.port, "none", timeout=timeout, deadline=PATIENCE
            )
            return {"email": EmailChannel(settings)}

        deliver(store, channel(2.0 if fault == "hang" else PATIENCE), clock)
        assert list(states(store).values()) == ["waiting", "waiting", "delivered", "delivered", "delivered"]
        while store.channels_waiting():
            clock.advance(hours=1)  # only those whose server hangs are left
            deliver(store, channel(0.05 if fault == "hang" else PATIENCE), clock)
    finally:
        server.close()
    assert list(states(store).values()) == ["refused", "refused", "delivered", "delivered", "delivered"]
    assert [copy.recipient for copy in server.copies] == readers[2:]


@pytest.mark.parametrize(("asked", "expected"), [(MINUTE, 15 * MINUTE), (3 * HOUR, 3 * HOUR), (9 * DAY, 6 * HOUR)])
def test_who_asks_for_time_gets_it_within_bounds(
    store: SqlStore, clock: StandingClock, asked: timedelta, expected: timedelta
) -> None:
    queue(store, "hook.example:443", channel="webhook")
    deliver(store, {"webhook": Channel([Receipt("deferred", "429", again=asked)], name="webhook")}, clock)
    (row,) = store.outbox()
    assert row.next_attempt - START == expected


def test_pauses_grow() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, 9)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (15 * MINUTE, 6 * HOUR)


# --- what is too old ---


def test_a_message_out_of_an_old_copy_of_the_archive_is_not_sent(store: SqlStore, clock: StandingClock) -> None:
    queue(store, "a@r.example", created=START - 9 * DAY)
    channel = Channel()
    deliver(store, {"email": channel}, clock)
    assert channel.given == []
    (row,) = store.outbox()
    assert (row.state, "9 days old" in row.reply) == ("refused", True)
    with store.writing() as writer:
        writer.set_outbox(row.id, "waiting", clock.now)
    deliver(store, {"email": channel}, clock)
    assert states(store) == {"a@r.example": "delivered"}, "a hand may send it all the same"


def test_after_a_weekends_outage_a_greylisting_server_is_asked_more_than_once(
    store: SqlStore, clock: StandingClock
) -> None:
    queue(store, "a@r.example", created=START - 3 * DAY)
    channel = Channel([Receipt("deferred", "451 greylisted")] * 3)
    while store.channels_waiting():
        deliver(store, {"email": channel}, clock)
        clock.advance(minutes=15)
    assert states(store) == {"a@r.example": "delivered"}
    assert len(channel.given) == 4


def test_the_last_attempt_before_the_end_is_made(store: SqlStore, clock: StandingClock) -> None:
    queue(store, "a@r.example", created=START - GIVE_UP_AFTER - HOUR)
    deliver(store, {"email": Channel()}, clock)
    assert states(store) == {"a@r.example": "delivered"}


# --- readers ---


def met(store: SqlStore, clock: StandingClock, *addresses: str) -> None:
    remember(store, addresses, [LISBON], clock)


def test_everybody_of_the_first_start_reads_and_who_comes_later_since_then(
    store: SqlStore, clock: StandingClock
) -> None:
    met(store, clock, "a@r.example", "B@R.example")
    clock.advance(days=3)
    met(store, clock, "a@r.example", "b@r.example", "c@r.example")
    since = {each.address: each.since for each in store.subscriptions()}
    assert since["a@r.example"] == since["b@r.example"] < START
    assert START + 2 * DAY < since["c@r.example"] < clock.now


def test_who_was_taken_out_and_named_again_is_new(store: SqlStore, clock: StandingClock) -> None:
    met(store, clock, "a@r.example", "b@r.example")
    clock.advance(days=1)
    met(store, clock, "a@r.example")
    clock.advance(days=1)
    met(store, clock, "a@r.example", "b@r.example")
    since = {each.address: each.since for each in store.subscriptions()}
    assert since["a@r.example"] < START
    assert since["b@r.example"] > START + DAY


def test_who_left_gets_nothing_that_waits_and_stays_away(store: SqlStore, clock: StandingClock) -> None:
    met(store, clock, "a@r.example", "b@r.example")
    queue(store, "A@r.example", "b@r.example")
    with store.writing() as writer:
        assert writer.leave("a@R.example", clock.now)
        assert not writer.leave("a@r.example", clock.now), "they had left"
    channel = Channel()
    deliver(store, {"email": channel}, clock)
    assert channel.given == ["b@r.example"]
    assert states(store)["A@r.example"] == "discarded"
    met(store, clock, "b@r.example")
    met(store, clock, "a@r.example", "b@r.example")
    assert {each.address: each.left for each in store.subscriptions()}["a@r.example"] == START
    (row,) = (each for each in store.outbox() if each.state == "discarded")
    with pytest.raises(StoreError, match="recipients restore"), store.writing() as writer:
        writer.set_outbox(row.id, "waiting", clock.now)


def test_who_is_taken_out_of_the_configuration_gets_nothing_that_waits(store: SqlStore, clock: StandingClock) -> None:
    met(store, clock, "a@r.example", "b@r.example")
    queue(store, "A@r.example", "b@r.example")
    queue(store, "hook.example", channel="webhook", day=21)
    met(store, clock, "b@r.example")
    channel = Channel()
    deliver(store, {"email": channel, "webhook": channel}, clock)
    assert sorted(channel.given) == ["b@r.example", "hook.example"]
    assert states(store)["A@r.example"] == "discarded"
    (row,) = store.outbox(["discarded"])
    assert "configuration" in row.reply


def test_who_leaves_while_their_mail_is_deferred_is_not_written_to_again(store: SqlStore, clock: StandingClock) -> None:
    met(store, clock, "a@r.example")
    queue(store, "a@r.example")

    class Leaving(Channel):
        def deliver(self, row: OutboxRow) -> Receipt:
            with store.writing() as writer:
                writer.leave(row.recipient, clock.now)
            return Receipt("deferred", "451 later")

    deliver_by(store, "email", Leaving(), clock)
    assert states(store) == {"a@r.example": "discarded"}


def test_who_left_by_mistake_reads_again_from_then_on(store: SqlStore, clock: StandingClock) -> None:
    met(store, clock, "a@r.example")
    with store.writing() as writer:
        writer.leave("a@r.example", clock.now)
    clock.advance(days=2)
    with store.writing() as writer:
        writer.restore("A@r.example", clock.now)
    (each,) = store.subscriptions()
    assert (each.since, each.left) == (clock.now, None)
    with pytest.raises(StoreError, match="has not unsubscribed"), store.writing() as writer:
        writer.restore("a@r.example", clock.now)


# --- a changed hour ---


def made(store: SqlStore, day: int, schedule: str) -> None:
    with store.writing() as writer:
        writer.publish(edition(date(2026, 11, day), schedule), [])


def test_a_changed_hour_goes_on_with_the_editions_of_the_old_one(store: SqlStore, clock: StandingClock) -> None:
    made(store, 22, "07:00 Europe/Lisbon")
    remember(store, (), [Schedule("06:30", "Europe/Berlin")], clock)
    assert [each.date.day for each in store.made("06:30 Europe/Berlin", 9)] == [22]
    last = store.last_edition("06:30 Europe/Berlin")
    assert last is not None
    assert last.schedule == "06:30 Europe/Berlin"
    assert store.made("07:00 Europe/Lisbon", 9) == ()


def test_a_second_hour_begins_a_line_of_its_own(store: SqlStore, clock: StandingClock) -> None:
    made(store, 22, "07:00 Europe/Lisbon")
    remember(store, (), [LISBON, Schedule("18:00", "Europe/Lisbon")], clock)
    assert len(store.made("07:00 Europe/Lisbon", 9)) == 1
    assert store.made("18:00 Europe/Lisbon", 9) == ()


def test_an_hour_given_up_long_ago_is_nobodys_beginning(store: SqlStore, clock: StandingClock) -> None:
    made(store, 2, "18:00 Europe/Lisbon")
    made(store, 22, "07:00 Europe/Lisbon")
    remember(store, (), [LISBON, Schedule("12:00", "Europe/Lisbon")], clock)
    assert len(store.made("18:00 Europe/Lisbon", 9)) == 1


# --- several daemons on one database ---


def test_who_lost_a_row_before_sending_it_sends_nothing(
    store: SqlStore, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
):
    queue(store, "a@desk.example")
    asked = store.is_leased

    def taken_meanwhile(row: int, until: datetime) -> bool:
        with store.claiming() as writer:  # it hung for so long that the lease ran out
            writer.lease(until, until + HOUR, 1)
        return asked(row, until)

    monkeypatch.setattr(store, "is_leased", taken_meanwhile)
    channel = Channel()
    assert deliver_by(store, "email", channel, clock) == ()
    assert channel.given == []
    assert [row.state for row in store.outbox()] == ["sending"], "it is the other's"


def test_who_cannot_ask_whether_a_row_is_its_own_sends_nothing(
    store: SqlStore, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
):
    queue(store, "a@desk.example")

    def away(*_: object) -> bool:
        raise StoreAwayError("no connection")

    monkeypatch.setattr(store, "is_leased", away)
    channel = Channel()
    with pytest.raises(StoreAwayError):
        deliver_by(store, "email", channel, clock)
    assert channel.given == []


def test_a_receipt_outlives_a_database_that_is_away_for_a_moment(
    store: SqlStore, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
):
    queue(store, "a@desk.example")
    writing, waited = store.writing, list[float]()

    def away() -> AbstractContextManager[Writer]:
        raise StoreAwayError("no connection")

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            monkeypatch.setattr(store, "writing", writing)

    class Cuts(Channel):
        def deliver(self, row: OutboxRow) -> Receipt:
            monkeypatch.setattr(store, "writing", away)
            return super().deliver(row)

    channel = Cuts()
    ((_, receipt),) = deliver_by(store, "email", channel, clock, wait=wait)
    assert (receipt.state, waited) == ("delivered", [1.0, 2.0, 5.0])
    assert [row.state for row in store.outbox()] == ["delivered"]
    assert channel.given == ["a@desk.example"]
