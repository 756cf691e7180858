"""A proxy that the operator named for a source: where it is, and what it wants to be told."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field

from watcher.urls import apart, split


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. Its text is its host and port; what it is told besides is shown nowhere."""

    host: str
    port: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_proxy(text: str) -> Proxy | None:
    """Reads `http://[user:password@]host:port`; None for anything else."""
    url, credentials = apart(text)
    address = split(url)
    if address is None or address.scheme != "http" or address.target != "/":
        return None
    headers: tuple[tuple[str, str], ...] = ()
    if credentials:
        pair = b64encode(":".join(credentials).encode("utf-8")).decode("ascii")
        headers = (("Proxy-Authorization", f"Basic {pair}"),)
    return Proxy(address.host, address.port, headers)
