"""Connections kept open for a next request to the same host: thirty articles of one host take one handshake."""

from __future__ import annotations

import ssl
import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass

from watcher.http.connection import Connection, PlainConnection, TlsConnection, tls_context
from watcher.http.dial import Dialer, now
from watcher.http.proxy import Proxy
from watcher.urls import Address

_LONGEST_IDLE = 15.0  # seconds; common servers close after 5 (Apache) to 75 (nginx)
_MOST_IDLE = 128  # file descriptors that may lie idle


@dataclass(frozen=True, slots=True)
class Way:
    """How an address is reached: straight or through a proxy, and whose word is taken for its certificate."""

    proxy: Proxy | None = None
    ca_file: str | None = None


_Key = tuple[str, Way]


class Keep:
    """Makes connections, and keeps those that may be used again. Safe to use from many threads."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer
        self._lock = threading.Lock()
        self._idle: OrderedDict[_Key, list[tuple[Connection, float]]] = OrderedDict()  # least recently used first
        self._count = 0
        self._contexts: dict[str | None, ssl.SSLContext] = {}
        weakref.finalize(self, _close_all, self._idle)  # a door that is dropped leaves no open file behind

    def fresh(self, address: Address, way: Way) -> Connection:
        """A connection that is not open yet: it opens, guarded, with its first request."""
        connection: Connection
        if address.scheme == "https":
            connection = TlsConnection(address.host, address.port, ssl_context=self._tls(way.ca_file))
        else:
            connection = PlainConnection(address.host, address.port)
        connection.dialer = self._dialer
        connection.via = way.proxy
        return connection

    def take(self, address: Address, way: Way) -> Connection | None:
        """A kept connection that the server has not closed meanwhile; None when there is none."""
        key = (address.origin, way)
        oldest = now() - _LONGEST_IDLE
        while True:
            with self._lock:
                kept = self._idle.get(key)
                if not kept:
                    return None
                connection, since = kept.pop()
                self._count -= 1
                if not kept:
                    del self._idle[key]
            if since >= oldest and connection.is_connected:
                return connection
            connection.close()

    def put(self, address: Address, way: Way, connection: Connection) -> None:
        """Takes back a connection whose answer was read to its end; one that the answer closed is forgotten."""
        if connection.sock is None:
            return
        if way.proxy is not None and address.scheme == "http":
            connection.close()  # the proxy looks the name up for every request, so it is checked here for every one
            return
        moment = now()
        with self._lock:
            self._idle.setdefault((address.origin, way), []).append((connection, moment))
            self._idle.move_to_end((address.origin, way))
            self._count += 1
            surplus = self._surplus(moment - _LONGEST_IDLE)
        for stale in surplus:
            stale.close()

    def close(self) -> None:
        """Closes every kept connection."""
        with self._lock:
            _close_all(self._idle)
            self._count = 0

    def _surplus(self, oldest: float) -> list[Connection]:
        surplus: list[Connection] = []
        while self._idle:
            key, kept = next(iter(self._idle.items()))
            if self._count <= _MOST_IDLE and kept[-1][1] >= oldest:
                break
            del self._idle[key]
            self._count -= len(kept)
            surplus.extend(connection for connection, _ in kept)
        return surplus

    def _tls(self, ca_file: str | None) -> ssl.SSLContext:
        with self._lock:
            if ca_file not in self._contexts:
                self._contexts[ca_file] = tls_context(ca_file)
            return self._contexts[ca_file]


def _close_all(idle: OrderedDict[_Key, list[tuple[Connection, float]]]) -> None:
    while idle:
        _, kept = idle.popitem()
        for connection, _ in kept:
            connection.close()
