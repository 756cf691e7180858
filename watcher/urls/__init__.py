"""One address per article, one parser for every address, and what of an address may be shown."""

from watcher.urls.address import Address, absolute, host, host_port, origin, split
from watcher.urls.canonical import canonical
from watcher.urls.credentials import apart
from watcher.urls.masking import masked, masked_for, masked_text, remembered, secrets_of

__all__ = [
    "Address",
    "absolute",
    "apart",
    "canonical",
    "host",
    "host_port",
    "masked",
    "masked_for",
    "masked_text",
    "origin",
    "remembered",
    "secrets_of",
    "split",
]
