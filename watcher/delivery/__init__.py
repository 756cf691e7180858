"""Edge: where finished messages go. A channel is a module here with its table and `deliver`, and a line below."""

from collections.abc import Mapping

from watcher.delivery.draft import Draft
from watcher.delivery.email import EmailTable
from watcher.delivery.file import FileTable
from watcher.delivery.table import ChannelTable

__all__ = ["CHANNELS", "ChannelTable", "Draft"]

CHANNELS: Mapping[str, type[ChannelTable]] = {
    "email": EmailTable,
    "file": FileTable,
}
