"""Edge: where finished messages go. A channel is a module here with its table and `deliver`, and a line below."""

from collections.abc import Mapping

from watcher.delivery.bellman import Bellman
from watcher.delivery.draft import Draft
from watcher.delivery.email import EmailTable
from watcher.delivery.file import FileTable
from watcher.delivery.outside import Outside
from watcher.delivery.push import PushTable
from watcher.delivery.table import ChannelTable
from watcher.delivery.webhook import WebhookTable

__all__ = ["CHANNELS", "Bellman", "ChannelTable", "Draft", "Outside"]

CHANNELS: Mapping[str, type[ChannelTable]] = {
    "email": EmailTable,
    "file": FileTable,
    "webhook": WebhookTable,
    "push": PushTable,
}
