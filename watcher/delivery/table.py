"""What every channel's table in `config.toml` has in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from watcher.keys.tables import Sender, Table
from watcher.ports import Channel


class ChannelTable(Table):
    """`[digest.NAME]`. `from` is a word of Python, so the attribute is `sender`."""

    sender: Sender | None = Field(default=None, alias="from")

    def channel(self) -> Channel:
        """The channel with these settings; a DeliveryError where they are not enough."""
        raise NotImplementedError

    @classmethod
    def between_keys(cls, data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """What no single key shows, as (key, what is wrong). The data may be wrong elsewhere."""
        del data
        return iter(())
