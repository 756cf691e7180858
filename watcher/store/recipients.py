"""Who reads, since when, and who wants no more: one row for each address, by `types.address_key`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from watcher.errors import StoreError
from watcher.store.columns import batches
from watcher.store.deliverytables import recipient
from watcher.store.statements import insert_new
from watcher.store.tables import outbox
from watcher.types import Subscription, address_key


def meet(connection: Connection, addresses: Collection[str], now: datetime) -> None:
    """Remembers these as readers since now, where they are not known; forgets whoever is none of them and never left.

    Who left is remembered for good: an address that is written into the configuration again stays unsubscribed.
    """
    wanted = {address_key(address) for address in addresses}
    rows = connection.execute(select(recipient.c.address, recipient.c.left)).all()
    gone = [row.address for row in rows if row.left is None and row.address not in wanted]
    for part in batches(gone):
        connection.execute(delete(recipient).where(recipient.c.address.in_(part)))
    new = sorted(wanted - {row.address for row in rows})
    insert_new(connection, recipient, [{"address": address, "since": now, "left": None} for address in new])


def subscriptions(connection: Connection) -> tuple[Subscription, ...]:
    """Everybody remembered, by address."""
    rows = connection.execute(select(recipient).order_by(recipient.c.address))
    return tuple(Subscription(row.address, row.since, row.left) for row in rows)


def has_left(connection: Connection, address: str) -> bool:
    left = connection.execute(select(recipient.c.left).where(recipient.c.address == address_key(address))).scalar()
    return left is not None


def leave(connection: Connection, address: str, now: datetime) -> bool:
    """Somebody wants no more: nothing is made for them from now on, and what waits for them is discarded.

    False where they had left before, or are nobody: then nothing changes.
    """
    key = address_key(address)
    is_here = (recipient.c.address == key) & recipient.c.left.is_(None)
    if connection.execute(update(recipient).where(is_here).values(left=now)).rowcount == 0:
        return False
    rows = connection.execute(select(outbox.c.id, outbox.c.recipient).where(outbox.c.state == "waiting"))
    waiting = [row.id for row in rows if address_key(row.recipient) == key]
    for part in batches(waiting):
        done = update(outbox).where(outbox.c.id.in_(part))
        connection.execute(done.values(state="discarded", reply="unsubscribed", leased_until=None))
    return True


def restore(connection: Connection, address: str, now: datetime) -> None:
    """Somebody who left reads again, from now on."""
    key = address_key(address)
    if not has_left(connection, address):
        raise StoreError(f"{address} has not unsubscribed; `watcher recipients list` shows who has")
    connection.execute(update(recipient).where(recipient.c.address == key).values(left=None, since=now))
