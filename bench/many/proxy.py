"""The network between one daemon and its database: it forwards bytes until it is told to do something worse."""

from __future__ import annotations

import asyncio
import threading
from typing import Literal

Side = Literal["asked", "answered"]


class Network:
    """Proxies, in a thread of their own."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lines: list[Line] = []
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def line(self) -> Line:
        """A new proxy on a port of its own."""
        return asyncio.run_coroutine_threadsafe(self._begin(), self._loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for line in self._lines:
            line.cut()
        await asyncio.sleep(0)
        await asyncio.sleep(0.05)  # what was aborted is closed a round later

    async def _begin(self) -> Line:
        line = Line(self._loop, self._target)
        server = await asyncio.start_server(line.take, "127.0.0.1", 0)
        self._servers.append(server)
        self._lines.append(line)
        line.port = server.sockets[0].getsockname()[1]
        return line


class Line:
    """One daemon's way to the database."""

    port: int

    def __init__(self, loop: asyncio.AbstractEventLoop, target: int) -> None:
        self._loop, self._target = loop, target
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_open = True
        self._halves: set[Side] = set()

    # --- from other threads ---

    def cut(self) -> None:
        """Ends every connection now."""
        self._loop.call_soon_threadsafe(self._cut)

    def cut_in_the_middle(self, side: Side) -> None:
        """Ends the next connection on which something is said, behind half of it."""
        self._loop.call_soon_threadsafe(self._halves.add, side)

    def open(self, *, is_open: bool) -> None:
        """Takes no new connection, and ends the others; or takes them again."""

        def change() -> None:
            self._is_open = is_open
            if not is_open:
                self._cut()

        self._loop.call_soon_threadsafe(change)

    # --- in the loop ---

    def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._is_open:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, back}
        self._writers |= both
        try:
            await asyncio.gather(self._pump(reader, back, "asked", both), self._pump(there, writer, "answered", both))
        finally:
            for each in both:
                each.transport.abort()
            self._writers -= both

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, side: Side, both: set[asyncio.StreamWriter]
    ) -> None:
        try:
            while data := await reader.read(65536):
                if side in self._halves:
                    self._halves.discard(side)
                    writer.write(data[: len(data) // 2])
                    await writer.drain()
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        for each in both:
            each.transport.abort()
