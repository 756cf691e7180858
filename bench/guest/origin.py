"""The scoring origin over real HTTP: a port for each host, every request judged in the moment it comes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from datetime import datetime

from guest.plots import Said
from guest.score import Book, Came

_GRACE = 0.05  # seconds in which a connection may be closing while the next one opens


class Origin:
    """Listens on loopback until closed; `ports` by host."""

    def __init__(self, book: Book, hosts: Iterable[int], clock: Callable[[], datetime]) -> None:
        self.book, self.clock = book, clock
        self.ports: dict[int, int] = {}
        self.open: dict[int, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(sorted(set(hosts))), self._loop).result(30)

    async def _listen(self, hosts: list[int]) -> None:
        self._servers = []
        for host in hosts:
            server = await self._loop.create_server(lambda host=host: _Talk(self, host), "127.0.0.1", 0)
            self._servers.append(server)
            self.ports[host] = server.sockets[0].getsockname()[1]

    def close(self) -> None:
        async def end() -> None:
            for server in self._servers:
                server.close()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def opened(self, host: int) -> None:
        self.open[host] = self.open.get(host, 0) + 1
        self._loop.call_later(_GRACE, self._look, host)

    def _look(self, host: int) -> None:
        if self.open.get(host, 0) > 1:
            self.book.two_at_once(host)
        else:
            self.book.served_alone()

    def closed(self, host: int) -> None:
        self.open[host] -= 1


class _Talk(asyncio.Protocol):
    def __init__(self, origin: Origin, host: int) -> None:
        self._origin, self._host = origin, host
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._origin.opened(self._host)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._origin.closed(self._host)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while b"\r\n\r\n" in self._seen:
            head, self._seen = self._seen.split(b"\r\n\r\n", 1)
            first, *lines = head.decode("latin-1").split("\r\n")
            target = first.split(" ")[1]
            headers = {name.lower(): value.strip(" \t") for name, _, value in (line.partition(":") for line in lines)}
            said = self._origin.book.came(Came(self._origin.clock(), self._host, target, headers))
            self._transport.write(_bytes_of(said))  # type: ignore[attr-defined]


def _bytes_of(said: Said) -> bytes:
    length = () if said.status == 304 else (("Content-Length", str(len(said.body))),)
    lines = [f"HTTP/1.1 {said.status} Said", *(f"{name}: {value}" for name, value in (*said.headers, *length)), "", ""]
    return "\r\n".join(lines).encode("latin-1") + said.body
