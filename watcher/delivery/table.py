"""What every channel's table in `config.toml` has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from watcher.delivery.draft import Draft
from watcher.delivery.outside import Outside
from watcher.keys.tables import Sender, Table
from watcher.ports import Channel
from watcher.types import Recipient


class ChannelTable(Table, ABC):
    """`[digest.NAME]`. `from` is a word of Python, so the attribute is `sender`."""

    writes_to_people: ClassVar[bool] = True  # False: it has addresses of its own, and those of the file mean nothing

    sender: Sender | None = Field(default=None, alias="from")

    @abstractmethod
    def channel(self, outside: Outside) -> Channel:
        """The channel with these settings; a DeliveryError where they are not enough."""

    def readers(self, people: Sequence[Recipient]) -> Sequence[Recipient]:
        """To whom an edition goes through this channel: the recipients of the file, unless it knows better.

        One that calls a single place (a webhook, a chat) answers one of its own, its name fit for `outbox list`. A
        reader without a schedule gets the editions of [digest].
        """
        return people

    @abstractmethod
    def compose(self, draft: Draft) -> bytes:
        """What is kept in the outbox and handed to the channel, the same for every attempt."""

    @abstractmethod
    def notice(self, subject: str, text: str, reader: Recipient, id: str, now: datetime) -> bytes:
        """What is handed to the channel to tell its operator something that is no edition."""

    @classmethod
    def between_keys(cls, data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """What no single key shows, as (key, what is wrong). The data may be wrong elsewhere."""
        del data
        return iter(())
