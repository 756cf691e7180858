"""Messages on their way: waiting -> sending -> delivered, refused, or waiting again; discarded by hand.

A lease says until when a sender may be at work on a row. One that ran out was a sender that died: the row is taken
again, with the same message id, and the attempt counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select, update

from watcher.errors import StoreError
from watcher.store import recipients
from watcher.store.columns import batches
from watcher.store.statements import insert_new
from watcher.store.tables import edition as editions
from watcher.store.tables import outbox
from watcher.types import Given, OutboxRow, Receipt, address_key

_COLUMNS = tuple(outbox.c[field.name] for field in fields(OutboxRow))
# What a hand may do to a row. One being sent is left alone: its lease ends by itself, and sending it twice at the
# same time is what the outbox is there to prevent.
_BY_HAND: Mapping[str, tuple[str, ...]] = {
    "waiting": ("waiting", "refused", "discarded"),
    "discarded": ("waiting", "refused", "discarded"),
}


def queue(connection: Connection, edition: int, rows: Sequence[OutboxRow]) -> None:
    """Puts rows in. A recipient named twice gets an edition once."""
    insert_new(
        connection,
        outbox,
        [
            {
                "edition": edition,
                "channel": row.channel,
                "recipient": row.recipient,
                "message_id": row.message_id,
                "state": "waiting",
                "attempts": 0,
                "next_attempt": row.next_attempt,
                "leased_until": None,
                "created": row.created,
                "reply": "",
                "payload": row.payload,
            }
            for row in rows
        ],
    )


def lease(
    connection: Connection,
    now: datetime,
    until: datetime,
    limit: int,
    channel: str | None = None,
    recipient: str | None = None,
) -> tuple[OutboxRow, ...]:
    """What was tried least often first, then the longest due: who hangs or was put off holds up nobody twice.

    Of one channel, or of any; of one recipient, or of all.
    """
    columns = outbox.c
    free = or_(
        and_(columns.state == "waiting", columns.next_attempt <= now),
        and_(columns.state == "sending", columns.leased_until <= now),
    )
    query = select(columns.id).where(free).order_by(columns.attempts, columns.next_attempt, columns.id).limit(limit)
    if channel is not None:
        query = query.where(columns.channel == channel)
    if recipient is not None:
        query = query.where(columns.recipient == recipient)
    taken = [number for (number,) in connection.execute(query.with_for_update(skip_locked=True))]
    for part in batches(taken):
        ran_out = case((columns.state == "sending", columns.attempts + 1), else_=columns.attempts)
        connection.execute(
            update(outbox).where(columns.id.in_(part)).values(state="sending", leased_until=until, attempts=ran_out)
        )
    return _rows(connection, taken)


def is_leased(connection: Connection, number: int, until: datetime) -> bool:
    """Whether a lease is still the one that was taken."""
    columns = outbox.c
    ours = (columns.id == number) & (columns.state == "sending") & (columns.leased_until == until)
    return connection.execute(select(columns.id).where(ours)).first() is not None


def receipt(connection: Connection, number: int, given: Receipt, next_attempt: datetime) -> None:
    """Delivered is final and true whatever happened meanwhile; the others only end an attempt under way."""
    state = {"delivered": "delivered", "deferred": "waiting", "refused": "refused"}[given.state]
    values: dict[str, Any] = {
        "state": state,
        "reply": given.reply,
        "leased_until": None,
        "attempts": outbox.c.attempts + int(given.tried),
    }
    if given.state == "deferred":
        values["next_attempt"] = next_attempt
        if recipients.has_left(connection, _recipient(connection, number)):
            values |= {"state": "discarded", "reply": f"unsubscribed meanwhile; before that: {given.reply}"}
    change = update(outbox).where(outbox.c.id == number).values(values)
    if given.state == "delivered":
        change = change.where(outbox.c.state != "delivered")
    else:
        change = change.where(outbox.c.state == "sending")
    connection.execute(change)


def _recipient(connection: Connection, number: int) -> str:
    return str(connection.execute(select(outbox.c.recipient).where(outbox.c.id == number)).scalar() or "")


def set_state(connection: Connection, number: int, state: str, next_attempt: datetime) -> None:
    """By hand. What is to be sent again has its time before it anew: attempts and age begin with this moment."""
    if state not in _BY_HAND:
        raise ValueError(f"an outbox row cannot be set to {state!r} by hand")
    current = connection.execute(select(outbox.c.state).where(outbox.c.id == number)).scalar()
    if current is None:
        raise StoreError(f"there is no message {number} in the outbox; `watcher outbox list` shows them")
    if current not in _BY_HAND[state]:
        verb = "retried" if state == "waiting" else "discarded"
        raise StoreError(f"message {number} is {current} and cannot be {verb}")
    values: dict[str, Any] = {"state": state, "next_attempt": next_attempt, "leased_until": None}
    if state == "waiting":
        if recipients.has_left(connection, address := _recipient(connection, number)):
            raise StoreError(f"{address} has unsubscribed; `watcher recipients restore {address}` takes that back")
        values |= {"attempts": 0, "created": next_attempt}
    connection.execute(update(outbox).where(outbox.c.id == number).values(values))


def listed(connection: Connection, states: Sequence[str]) -> tuple[OutboxRow, ...]:
    """Rows in these states (none given: all), oldest first."""
    query = select(*_COLUMNS).order_by(outbox.c.id)
    if states:
        query = query.where(outbox.c.state.in_(states))
    return tuple(_row(row) for row in connection.execute(query))


def counts(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {str(row[0]): int(row[1]) for row in rows}


def channels_waiting(connection: Connection) -> frozenset[str]:
    """The channels of messages that are still on their way."""
    on_its_way = outbox.c.state.in_(["waiting", "sending"])
    return frozenset(connection.execute(select(outbox.c.channel).distinct().where(on_its_way)).scalars())


def unfinished(connection: Connection, editions: Sequence[int]) -> frozenset[int]:
    """Those of these editions with a message that is still on its way."""
    on_its_way = outbox.c.state.in_(["waiting", "sending"])
    found: set[int] = set()
    for part in batches(editions):
        found.update(
            connection.execute(select(outbox.c.edition).where(outbox.c.edition.in_(part), on_its_way)).scalars()
        )
    return frozenset(found)


def of_edition(connection: Connection, edition: int) -> tuple[OutboxRow, ...]:
    """The messages of one edition, oldest first."""
    query = select(*_COLUMNS).where(outbox.c.edition == edition).order_by(outbox.c.id)
    return tuple(_row(row) for row in connection.execute(query))


def given(connection: Connection, since: datetime, until: datetime) -> dict[str, Given]:
    """What each reader was given last of the editions that end in (since, until], whatever became of the message.

    One that was discarded or refused was theirs all the same: a hand may send it again.
    """
    columns = editions.c
    query = (
        select(outbox.c.recipient, func.max(columns.id), func.max(columns.date), func.max(columns.until))
        .join(editions, columns.id == outbox.c.edition)
        .where(columns.until > since, columns.until <= until)
        .group_by(outbox.c.recipient)
    )
    found: dict[str, Given] = {}
    for recipient, number, day, end in connection.execute(query):
        key = address_key(recipient)
        other = found.get(key, Given(number, day, end))  # the file may have named them in other letters meanwhile
        found[key] = Given(max(number, other.edition), max(day, other.date), max(end, other.until))
    return found


def drop_payloads(connection: Connection, before: datetime, most: int | None = None) -> int:
    """Forgets the messages of finished deliveries; who got what and when stays, and an edition renders again."""
    finished = outbox.c.state.in_(["delivered", "discarded"])
    old = select(outbox.c.id).where(finished, outbox.c.created < before, outbox.c.payload != b"")
    return connection.execute(update(outbox).where(outbox.c.id.in_(old.limit(most))).values(payload=b"")).rowcount


def _rows(connection: Connection, numbers: Sequence[int]) -> tuple[OutboxRow, ...]:
    found: dict[int, OutboxRow] = {}
    for part in batches(numbers):
        rows = connection.execute(select(*_COLUMNS).where(outbox.c.id.in_(part)))
        found.update((row.id, _row(row)) for row in rows)
    return tuple(found[number] for number in numbers)


def _row(row: Row[Any]) -> OutboxRow:
    return OutboxRow(**row._mapping)
