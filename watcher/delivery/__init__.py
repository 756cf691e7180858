"""Edge: where finished messages go. A channel is a module here with its settings and `deliver`, and a line below."""

from collections.abc import Callable, Mapping
from typing import Any

from watcher.delivery.email import EmailChannel
from watcher.delivery.file import FileChannel
from watcher.ports import Channel

CHANNELS: Mapping[str, Callable[[Any], Channel]] = {
    EmailChannel.name: EmailChannel,
    FileChannel.name: FileChannel,
}
