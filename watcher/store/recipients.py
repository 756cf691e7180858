"""Who reads, since when, and who wants no more: one row for each address, by `types.address_key`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from watcher.errors import StoreError
from watcher.store.columns import batches
from watcher.store.deliverytables import recipient
from watcher.store.statements import insert_new
from watcher.store.tables import outbox
from watcher.types import Subscription, address_key


def meet(connection: Connection, addresses: Collection[str], now: datetime) -> None:
    """Remembers these as readers since now. Who left has left for good, whatever the configuration says."""
    rows = [{"address": address_key(address), "since": now, "left": None} for address in addresses]
    insert_new(connection, recipient, rows)
    for part in batches([row["address"] for row in rows]):
        here = recipient.c.address.in_(part) & recipient.c.left.is_(None)
        connection.execute(update(recipient).where(here).values(since=now))


def subscriptions(connection: Connection) -> tuple[Subscription, ...]:
    """Everybody remembered, by address."""
    rows = connection.execute(select(recipient).order_by(recipient.c.address))
    return tuple(Subscription(row.address, row.since, row.left) for row in rows)


def has_left(connection: Connection, address: str) -> bool:
    left = connection.execute(select(recipient.c.left).where(recipient.c.address == address_key(address))).scalar()
    return left is not None


def leave(connection: Connection, address: str, now: datetime) -> bool:
    """Somebody wants no more: nothing is made for them from now on, and what waits for them is discarded.

    False for who had left before: then nothing changes. Whoever was never met stays away as well.
    """
    key = address_key(address)
    if has_left(connection, key):
        return False
    insert_new(connection, recipient, [{"address": key, "since": now, "left": now}])
    connection.execute(update(recipient).where(recipient.c.address == key).values(left=now))
    discard_waiting(connection, [key], "unsubscribed")
    return True


def discard_waiting(connection: Connection, addresses: Collection[str], why: str) -> None:
    """Takes back what waits for these; what is being sent just now is not called back."""
    keys = {address_key(address) for address in addresses}
    rows = connection.execute(select(outbox.c.id, outbox.c.recipient).where(outbox.c.state == "waiting"))
    waiting = [row.id for row in rows if address_key(row.recipient) in keys]
    for part in batches(waiting):
        done = update(outbox).where(outbox.c.id.in_(part))
        connection.execute(done.values(state="discarded", reply=why, leased_until=None))


def restore(connection: Connection, address: str, now: datetime) -> None:
    """Somebody who left reads again, from now on."""
    key = address_key(address)
    if not has_left(connection, address):
        raise StoreError(f"{address} has not unsubscribed; `watcher recipients list` shows who has")
    connection.execute(update(recipient).where(recipient.c.address == key).values(left=None, since=now))
