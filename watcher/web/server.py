"""The server: a socket of our own, uvicorn on it in whatever thread asks, and an end when it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from watcher.web.doors import CARRIED
from watcher.web.listening import MOST_CONNECTIONS

_LONGEST_CONNECTION = 60.0  # seconds; whoever sends a request letter by letter is cut off
_HEAD_BYTES = 16 * 1024
_END_SECONDS = 3  # what is under way may still take; the daemon ends within five


def serve(app: ASGIApp, listening: socket.socket, stop: Callable[[], bool]) -> None:
    """Answers requests until `stop()`; closes the socket. In any thread: signals stay with whoever handles them."""
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
        asyncio.run(_Server(config, stop).serve([listening]))
    finally:
        listening.close()


class _Server(uvicorn.Server):
    """Looks ten times a second whether it should end."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], bool]) -> None:
        super().__init__(config)
        self._stop = stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:  # whoever runs us has handlers already
        yield

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._stop()


class _Connection(H11Protocol):
    """One connection: not one too many, not for ever, and with our headers on what uvicorn answers by itself."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent
        if len(self.connections) >= MOST_CONNECTIONS:
            transport.abort()
            return
        super().connection_made(transport)
        self._end = self.loop.call_later(_LONGEST_CONNECTION, self.shutdown)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._end is None:
            return
        self._end.cancel()
        super().connection_lost(exc)

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
