"""Connections that keep one wall-clock deadline, made to the very address that was checked.

A timeout of `http.client` counts anew with every read: against a server that sends a byte a second a "2 s" timeout came
back after 12.1 s. So every read asks how much of the request's time is left. Name lookup happens in a thread of its
own: `getaddrinfo` knows no timeout.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from watcher.http.guard import Guard

Resolve = Callable[[str, int], list[str]]
"""All IP addresses of a host name, in the order they should be tried. Raises OSError."""


class UnknownNameError(Exception):
    """The host name has no address."""


class ForbiddenAddressError(Exception):
    """The guard refused where this connection would go."""


class Deadline:
    """A moment on the wall clock by which a request must have ended."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, above zero. Raises TimeoutError when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()


class _PlainSocket(socket.socket):
    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.deadline is not None:
            self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)


class _TlsSocket(ssl.SSLSocket):
    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.deadline is not None:
            self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)


def tls_context() -> ssl.SSLContext:
    """Verifies against the system's authorities and certifi's: a bare container has only the latter."""
    import certifi  # a slow file to load: only for who speaks TLS

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = _TlsSocket
    return context


def system_resolve(host: str, port: int) -> list[str]:
    """Asks the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Dialer:
    """Resolves a name once, has every address checked, and connects to one of exactly those."""

    def __init__(self, guard: Guard, resolve: Resolve = system_resolve) -> None:
        self._guard = guard
        self._resolve = resolve

    def dial(self, host: str, port: int, deadline: Deadline) -> socket.socket:
        """A connected socket. Raises UnknownNameError, ForbiddenAddressError, TimeoutError or another OSError."""
        addresses = [host] if _is_literal(host) else self._lookup(host, port, deadline)
        if refusal := self._guard.refused(host, port, addresses):
            raise ForbiddenAddressError(refusal)
        failure: OSError = OSError("no address")
        for number, address in enumerate(addresses):
            # A dead first address (IPv6 without a route) must leave time for the ones after it.
            limit = deadline.left() / min(len(addresses) - number, 3)
            try:
                return _connect(address, port, limit, deadline)
            except OSError as error:
                failure = error
        raise failure

    def _lookup(self, host: str, port: int, deadline: Deadline) -> list[str]:
        answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def look() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:  # UnicodeError: labels the resolver's own codec refuses
                answers.put(error)

        threading.Thread(target=look, name=f"resolve {host}", daemon=True).start()
        try:
            answer = answers.get(timeout=deadline.left())
        except queue.Empty:
            raise TimeoutError(f"the name {host} was not resolved in time") from None
        if isinstance(answer, Exception):
            raise UnknownNameError(f"the name {host} has no address ({_plain(answer)})") from answer
        if not answer:
            raise UnknownNameError(f"the name {host} has no address")
        return answer


class PlainConnection(HTTPConnection):
    """One HTTP connection under a deadline that is set anew for each request."""

    dialer: Dialer
    deadline: Deadline

    def _new_conn(self) -> socket.socket:
        return self.dialer.dial(self.host, self.port or 80, self.deadline)

    def under(self, deadline: Deadline) -> None:
        """Puts the next request under its deadline, on a connection that may be open already."""
        _put_under(self, deadline)


class TlsConnection(HTTPSConnection):
    """The same over TLS, with the name that was asked for on the certificate and not the address."""

    dialer: Dialer
    deadline: Deadline

    def _new_conn(self) -> socket.socket:
        return self.dialer.dial(self.host, self.port or 443, self.deadline)

    def connect(self) -> None:
        super().connect()
        # The handshake ran under the plain socket's timeout, which for OpenSSL is a total one.
        _put_under(self, self.deadline)

    def under(self, deadline: Deadline) -> None:
        """Puts the next request under its deadline, on a connection that may be open already."""
        _put_under(self, deadline)


Connection = PlainConnection | TlsConnection


def _put_under(connection: PlainConnection | TlsConnection, deadline: Deadline) -> None:
    connection.deadline = deadline
    connection.timeout = deadline.left()
    sock = connection.sock
    if isinstance(sock, _PlainSocket | _TlsSocket):
        sock.deadline = deadline
        sock.settimeout(deadline.left())


def _connect(address: str, port: int, limit: float, deadline: Deadline) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = _PlainSocket(family, socket.SOCK_STREAM)
    try:
        sock.deadline = deadline
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(limit)
        sock.connect((address, port))
        sock.settimeout(deadline.left())
    except BaseException:
        sock.close()
        raise
    return sock


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _plain(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
