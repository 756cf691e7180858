"""Tells the operator something through a channel, past the outbox: what is wrong may be the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.delivery.compose import message_id
from watcher.delivery.draft import domain_of
from watcher.delivery.table import ChannelTable
from watcher.ports import Channel, Clock
from watcher.types import OutboxRow, Receipt, Recipient


class Bellman:
    """Satisfies `ports.Notify`."""

    def __init__(
        self, name: str, table: ChannelTable, channel: Channel, people: Sequence[Recipient], clock: Clock
    ) -> None:
        self._name, self._table, self._channel, self._clock = name, table, channel, clock
        self._people = people

    def __call__(self, subject: str, text: str, id: str) -> Receipt:
        """Told to everybody who is to be told: the best of the receipts, as one who knows is enough."""
        receipts = [self._tell(reader, subject, text, id) for reader in self._table.readers(self._people)]
        order = {"delivered": 0, "deferred": 1, "refused": 2}
        none = Receipt("refused", f"{self._name}: nobody is to be told")
        return min(receipts, key=lambda receipt: order[receipt.state], default=none)

    def _tell(self, reader: Recipient, subject: str, text: str, id: str) -> Receipt:
        now = self._clock()
        mark = message_id(id, reader.address, domain_of(self._table.sender))
        payload = self._table.notice(subject, text, reader, mark, now)
        return self._channel.deliver(OutboxRow(0, 0, self._name, reader.address, mark, payload, "sending", 0, now, now))
