"""One address per article, and one parser for every address."""

from watcher.urls.address import Address, absolute, host, host_port, split
from watcher.urls.canonical import canonical
from watcher.urls.shown import shown_address

__all__ = ["Address", "absolute", "canonical", "host", "host_port", "shown_address", "split"]
