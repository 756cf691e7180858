"""What is remembered of recipients: since when each is one, and since when one wants no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from watcher.store.deliverytables import recipient
from watcher.store.statements import insert_new
from watcher.types import Subscription


def subscriptions(connection: Connection) -> tuple[Subscription, ...]:
    """All that ever were, by address."""
    found = connection.execute(select(recipient.c.address, recipient.c.since, recipient.c.left).order_by("address"))
    return tuple(Subscription(row.address, row.since, row.left) for row in found)


def leave(connection: Connection, address: str, now: datetime) -> None:
    """Notes that a recipient wants no more; whoever left before left then."""
    insert_new(connection, recipient, [{"address": address, "since": now, "left": now}])
    gone = (recipient.c.address == address) & recipient.c.left.is_(None)
    connection.execute(update(recipient).where(gone).values(left=now))
