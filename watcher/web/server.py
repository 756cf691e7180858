"""The server: a socket of our own, uvicorn on it in whatever thread asks, and an end when it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import h11
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from watcher.web.doors import CARRIED
from watcher.web.listening import MOST_CONNECTIONS

_LONGEST_CONNECTION = 60.0  # seconds; whoever sends a request letter by letter is cut off
_FIRST_BYTE = 5.0  # seconds; browsers open connections ahead of need, and open another where one was closed
_PULSE_EVERY = 1.0
_HEAD_BYTES = 16 * 1024
_END_SECONDS = 3  # what is under way may still take; the daemon ends within five


def serve(
    app: ASGIApp, listening: socket.socket, stop: Callable[[], bool], pulse: Callable[[], None] | None = None
) -> None:
    """Answers requests until `stop()`; closes the socket. In any thread: signals stay with whoever handles them.

    `pulse` is called every second, by one of the threads in which pages are made.
    """
    config = uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="error",  # what a stranger sends is not worth a line
        access_log=False,  # who reads what is nobody's business
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=_END_SECONDS,
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )
    try:
        asyncio.run(_Server(config, stop, pulse).serve([listening]))
    finally:
        listening.close()


class _Server(uvicorn.Server):
    """Looks ten times a second whether it should end."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], bool], pulse: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._stop, self._pulse = stop, pulse
        self._beat: asyncio.Task[None] | None = None
        self._beaten = 0.0

    @contextmanager
    def capture_signals(self) -> Iterator[None]:  # whoever runs us has handlers already
        yield

    async def on_tick(self, counter: int) -> bool:
        now = asyncio.get_running_loop().time()
        is_under_way = self._beat is not None and not self._beat.done()
        if self._pulse is not None and not is_under_way and now - self._beaten >= _PULSE_EVERY:
            self._beaten = now
            # A thread of those that pages are made in: a loop that turns while all of them are stuck answers nobody.
            self._beat = asyncio.create_task(run_in_threadpool(self._pulse))
        return await super().on_tick(counter) or self._stop()


class _Connection(H11Protocol):
    """One connection: not one too many, not for ever, and with our headers on what uvicorn answers by itself."""

    _end: asyncio.TimerHandle | None = None
    _silence: asyncio.TimerHandle | None = None
    _idle_since: float = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent
        if len(self.connections) >= MOST_CONNECTIONS and not self._has_place_made():
            transport.abort()
            return
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        self._end = self.loop.call_later(_LONGEST_CONNECTION, self.shutdown)
        self._silence = self.loop.call_later(_FIRST_BYTE, self.shutdown)

    def data_received(self, data: bytes) -> None:
        if self._silence is not None:
            self._silence.cancel()
        super().data_received(data)

    def on_response_complete(self) -> None:
        self._idle_since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._end is None or self._silence is None:
            return
        self._end.cancel()
        self._silence.cancel()
        super().connection_lost(exc)

    def _has_place_made(self) -> bool:
        """Hangs up on whoever has asked nothing for longest; False where all are being answered.

        Otherwise as many as there are places, opened and left, would lock everybody else out.
        """
        ours = [each for each in self.connections if isinstance(each, _Connection)]
        idle = [each for each in ours if each.cycle is None or each.cycle.response_complete]
        if not idle:
            return False
        oldest = min(idle, key=lambda each: each._idle_since)
        self.connections.discard(oldest)  # at once: who comes next looks for another
        oldest.transport.abort()
        return True

    def shutdown(self) -> None:
        """Ends what is idle at once, what is being answered when it is; half a request is not waited for."""
        if self.cycle is not None and self.cycle.more_body and not self.cycle.response_complete:
            self.transport.close()
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - its words are no concern of a stranger
        headers: list[Any] = [(name.encode(), value.encode()) for name, value in CARRIED.items()]
        headers += [(b"Content-Type", b"text/plain; charset=utf-8"), (b"Connection", b"close")]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=b"400: this is no request\n"),
            h11.EndOfMessage(),
        ):
            if data := self.conn.send(event):
                self.transport.write(data)
        self.transport.close()
