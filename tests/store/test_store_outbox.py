from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from watcher.errors import StoreError
from watcher.store import SqlStore
from watcher.types import OutboxRow, Receipt

MINUTE = timedelta(minutes=1)


@pytest.fixture
def queued(store: SqlStore, build: SimpleNamespace) -> OutboxRow:
    with store.writing() as writer:
        writer.publish(build.edition(date(2026, 3, 2)), [build.row("x@example.org")])
    (row,) = store.outbox()
    return row


def lease(store: SqlStore, build: SimpleNamespace, minutes: int = 0) -> tuple[OutboxRow, ...]:
    now = build.now + minutes * MINUTE
    with store.writing() as writer:
        return writer.lease(now, now + 5 * MINUTE, 10)


def give(store: SqlStore, build: SimpleNamespace, row: OutboxRow, state: str, minutes: int = 0) -> None:
    with store.writing() as writer:
        writer.receipt(row.id, Receipt(state, f"said {state}"), build.now + minutes * MINUTE)  # type: ignore[arg-type]


def state(store: SqlStore) -> tuple[str, int, str]:
    (row,) = store.outbox()
    return row.state, row.attempts, row.reply


def test_a_queued_message_comes_back_as_it_was_given(
    store: SqlStore, build: SimpleNamespace, queued: OutboxRow
) -> None:
    given = build.row("x@example.org")
    assert queued.payload == given.payload
    assert (queued.channel, queued.message_id) == (given.channel, given.message_id)
    assert (queued.state, queued.attempts, queued.next_attempt, queued.created) == ("waiting", 0, build.now, build.now)
    assert store.outbox(["waiting"]) == (queued,)
    assert store.outbox(["sending", "delivered"]) == ()


@pytest.mark.usefixtures("queued")
def test_a_leased_message_is_taken_once(store: SqlStore, build: SimpleNamespace) -> None:
    (row,) = lease(store, build)
    assert row.state == "sending"
    assert lease(store, build) == ()
    assert lease(store, build, minutes=4) == ()


@pytest.mark.usefixtures("queued")
def test_a_message_is_not_leased_before_it_is_due(store: SqlStore, build: SimpleNamespace) -> None:
    assert lease(store, build, minutes=-1) == ()


@pytest.mark.usefixtures("queued")
def test_a_lease_that_ran_out_returns_to_the_queue_and_counts_as_an_attempt(
    store: SqlStore, build: SimpleNamespace
) -> None:
    lease(store, build)
    (row,) = lease(store, build, minutes=5)
    assert (row.state, row.attempts) == ("sending", 1)
    assert lease(store, build, minutes=6) == ()


@pytest.mark.parametrize("final", ["delivered", "refused"])
@pytest.mark.usefixtures("queued")
def test_delivered_and_refused_are_ends(store: SqlStore, build: SimpleNamespace, final: str) -> None:
    (row,) = lease(store, build)
    give(store, build, row, final)
    assert state(store) == (final, 1, f"said {final}")
    assert lease(store, build, minutes=9999) == ()


@pytest.mark.usefixtures("queued")
def test_a_deferred_message_waits_until_its_next_attempt(store: SqlStore, build: SimpleNamespace) -> None:
    (row,) = lease(store, build)
    give(store, build, row, "deferred", minutes=15)
    assert state(store) == ("waiting", 1, "said deferred")
    assert lease(store, build, minutes=14) == ()
    (again,) = lease(store, build, minutes=15)
    assert again.message_id == row.message_id


@pytest.mark.usefixtures("queued")
def test_a_delivery_that_arrives_late_is_still_a_delivery(store: SqlStore, build: SimpleNamespace) -> None:
    (row,) = lease(store, build)
    lease(store, build, minutes=5)  # taken again by another sender
    give(store, build, row, "delivered")
    give(store, build, row, "deferred", minutes=15)  # what the other one heard
    assert state(store)[0] == "delivered"


@pytest.mark.usefixtures("queued")
def test_a_late_deferral_does_not_undo_a_discard(store: SqlStore, build: SimpleNamespace, queued: OutboxRow) -> None:
    with store.writing() as writer:
        writer.set_outbox(queued.id, "discarded", build.now)
    give(store, build, queued, "deferred", minutes=15)
    assert state(store)[0] == "discarded"


def test_a_refused_message_can_be_retried_and_discarded_by_hand(
    store: SqlStore, build: SimpleNamespace, queued: OutboxRow
) -> None:
    lease(store, build)
    give(store, build, queued, "refused")
    with store.writing() as writer:
        writer.set_outbox(queued.id, "waiting", build.now)
    assert len(lease(store, build)) == 1
    give(store, build, queued, "refused")
    with store.writing() as writer:
        writer.set_outbox(queued.id, "discarded", build.now)
    assert lease(store, build, minutes=9999) == ()
    assert store.counts().outbox == {"discarded": 1}


@pytest.mark.parametrize("wanted", ["waiting", "discarded"])
@pytest.mark.parametrize("current", ["delivered", "sending"])
def test_a_message_delivered_or_being_sent_is_left_alone(
    store: SqlStore, build: SimpleNamespace, queued: OutboxRow, current: str, wanted: str
) -> None:
    lease(store, build)
    if current == "delivered":
        give(store, build, queued, "delivered")
    with pytest.raises(StoreError, match=f"is {current}"), store.writing() as writer:
        writer.set_outbox(queued.id, wanted, build.now)


def test_a_message_that_is_not_there_is_named(store: SqlStore, build: SimpleNamespace) -> None:
    with pytest.raises(StoreError, match=r"no message 7.*outbox list"), store.writing() as writer:
        writer.set_outbox(7, "waiting", build.now)


def test_the_longest_due_are_leased_first_up_to_the_limit(store: SqlStore, build: SimpleNamespace) -> None:
    rows = [build.row(f"{late}@example.org", next_attempt=build.now - late * MINUTE) for late in (1, 3, 2)]
    with store.writing() as writer:
        writer.publish(build.edition(date(2026, 3, 2)), rows)
        taken = writer.lease(build.now, build.now + MINUTE, 2)
        rest = writer.lease(build.now, build.now + MINUTE, 2)
    assert [row.recipient[0] for row in (*taken, *rest)] == ["3", "2", "1"]


def test_pruning_forgets_the_text_of_finished_messages_only(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        writer.publish(build.edition(date(2026, 3, 2)), [build.row("a@example.org"), build.row("b@example.org")])
        (row, *_) = writer.lease(build.now, build.now + MINUTE, 1)
        writer.receipt(row.id, Receipt("delivered", "250 ok"), build.now)
        writer.prune(build.now)
        assert all(each.payload for each in store.outbox())
        writer.prune(build.now + MINUTE)
    assert {each.state: bool(each.payload) for each in store.outbox()} == {"delivered": False, "waiting": True}
