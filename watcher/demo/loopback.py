"""Servers on loopback ports, run from one accepting thread and ended within moments.

One thread waits for all listening sockets at once, so that two dozen outlets cost no polling; each connection gets a
thread of its own. `stop` hangs up on whoever is still connected and joins every thread: nothing is left behind.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import socketserver
import sys
import threading
from collections.abc import Sequence
from typing import Any

from watcher.errors import WatcherError

LOOPBACK = "127.0.0.1"


class Listener(socketserver.ThreadingTCPServer):
    """One loopback port. Connections are remembered so that they can be hung up."""

    request_queue_size = 64
    daemon_threads = False  # joined by server_close, which hang_up makes quick
    timeout = 0.0  # handle_request is only called when somebody is at the door

    allow_reuse_address = True  # a port that was asked for may be taken again at once

    def __init__(self, handler: type[socketserver.StreamRequestHandler], port: int = 0) -> None:
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        try:
            super().__init__((LOOPBACK, port), handler)
        except OSError as error:
            raise WatcherError(
                f"port {port} of {LOOPBACK} cannot be had: {error.strerror}; --port chooses others"
            ) from error

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._guard:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends every open connection; a handler waiting for its client reads the end of the stream."""
        with self._guard:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the client was quicker
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # a client that leaves early is no error of ours
            super().handle_error(request, client_address)


class Switchboard:
    """Accepts for several listeners from one thread."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = tuple(listeners)
        self._bell, self._doorbell = socket.socketpair()
        self._thread = threading.Thread(target=self._accept, name="loopback", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No connection, thread or port is left when this returns."""
        self._doorbell.send(b"x")
        self._thread.join()
        for listener in self._listeners:
            listener.hang_up()
        for listener in self._listeners:
            listener.server_close()
        self._bell.close()
        self._doorbell.close()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            for listener in self._listeners:
                selector.register(listener, selectors.EVENT_READ, listener)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    key.data.handle_request()
