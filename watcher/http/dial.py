"""From a name to a connected socket: resolved once, every address checked, connected to one of exactly those.

A timeout of `http.client` counts anew with every read: against a server that sends a byte a second a "2 s" timeout came
back after 12.1 s. So every read asks how much of the request's time is left, and of the bytes it may take. Name lookup
happens in a thread of its own: `getaddrinfo` knows no timeout.
"""

from __future__ import annotations

import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from watcher.http.failure import ForbiddenAddressError, ProxyError, TooLargeError, UnknownNameError
from watcher.http.guard import Guard
from watcher.http.proxy import Proxy

Resolve = Callable[[str, int], list[str]]
"""All IP addresses of a host name, in the order they should be tried. Raises OSError."""

_MOST_TRIED = 4  # addresses of one name
_LONGEST_TRY = 5.0  # seconds for one of several: a dead IPv6 address must leave time for the others
_LONGEST_REPLY = 16_384  # bytes a proxy may answer to CONNECT
_REPLY = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[ \r]")


class Deadline:
    """What one request may take, with all its redirects: seconds on the wall clock, and bytes off the wire."""

    __slots__ = ("_bytes", "_end")

    def __init__(self, seconds: float, most_bytes: int | None = None) -> None:
        self._end = time.monotonic() + seconds
        self._bytes = most_bytes

    def left(self) -> float:
        """Seconds left, above zero. Raises TimeoutError when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left

    def took(self, count: int) -> int:
        """Counts bytes that came in. Raises TooLargeError when they are more than all framing and headers explain."""
        if self._bytes is not None:
            self._bytes -= count
            if self._bytes < 0:
                raise TooLargeError("more bytes were sent than any answer within the limit needs")
        return count


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()


class PlainSocket(socket.socket):
    """Reads under a deadline that is put on it for each request."""

    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.deadline is None:
            return super().recv_into(*args, **kwargs)
        self.settimeout(self.deadline.left())
        return self.deadline.took(super().recv_into(*args, **kwargs))


class TlsSocket(ssl.SSLSocket):
    """The same over TLS."""

    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.deadline is None:
            return super().recv_into(*args, **kwargs)
        self.settimeout(self.deadline.left())
        return self.deadline.took(super().recv_into(*args, **kwargs))


def system_resolve(host: str, port: int) -> list[str]:
    """Asks the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Dialer:
    """Opens the connections of one door. Safe to use from many threads."""

    def __init__(self, guard: Guard, resolve: Resolve = system_resolve) -> None:
        self._guard = guard
        self._resolve = resolve

    def permitted(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """The addresses of a host, all of them checked. Raises UnknownNameError or ForbiddenAddressError."""
        addresses = [host] if _is_literal(host) else self._lookup(host, port, deadline)
        if refusal := self._guard.refused(host, port, addresses):
            raise ForbiddenAddressError(refusal)
        return addresses[:_MOST_TRIED]

    def dial(self, addresses: Sequence[str], port: int, deadline: Deadline) -> tuple[socket.socket, list[str]]:
        """A socket connected to the first address that answers, and those behind it. Raises OSError."""
        failure: OSError = OSError("no address")
        for number, address in enumerate(addresses, 1):
            left = deadline.left()
            limit = left if number == len(addresses) else min(_LONGEST_TRY, left / 2)
            try:
                return _connect(address, port, limit, deadline), list(addresses[number:])
            except OSError as error:
                failure = error
        raise failure

    def to_proxy(self, proxy: Proxy, deadline: Deadline) -> socket.socket:
        """A socket to a proxy. The operator named it, so its address is not asked about. Raises ProxyError."""
        try:
            host = proxy.host
            addresses = [host] if _is_literal(host) else self._lookup(host, proxy.port, deadline)
            return self.dial(addresses[:_MOST_TRIED], proxy.port, deadline)[0]
        except TimeoutError:
            deadline.left()  # the request's own time is over; or only the proxy's part of it
            raise ProxyError(f"the proxy {proxy} did not answer") from None
        except (OSError, UnknownNameError) as error:
            raise ProxyError(f"the proxy {proxy} could not be reached ({_plain(error)})") from error

    def tunnel(self, proxy: Proxy, host: str, port: int, deadline: Deadline) -> socket.socket:
        """A socket that ends, through a proxy, at an address that was checked here. Raises ProxyError too."""
        failure = ProxyError("no address")
        # IPv4 first: what the proxy's own network can reach is not known here, and IPv4 is nearly everywhere.
        for address in sorted(self.through(host, port, deadline), key=lambda address: ":" in address):
            sock = self.to_proxy(proxy, deadline)
            try:
                _connect_through(sock, proxy, f"[{address}]:{port}" if ":" in address else f"{address}:{port}")
            except ProxyError as error:
                sock.close()
                failure = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise failure

    def through(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """What a proxy may be asked to connect to for a host: its addresses as they are seen and checked here.

        A name that only the proxy can resolve stands for itself, if `allow` lists it.
        """
        try:
            return self.permitted(host, port, deadline)
        except UnknownNameError as error:
            if self._guard.lists(host, port):
                return [host]
            raise UnknownNameError(
                f"{error}. A name that only the proxy can resolve is asked for when it is listed: "
                f"{self._guard.line_for(host, port)}"
            ) from error

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


def _connect(address: str, port: int, limit: float, deadline: Deadline) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = PlainSocket(family, socket.SOCK_STREAM)
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


def _connect_through(sock: socket.socket, proxy: Proxy, authority: str) -> None:
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    lines += [f"{name}: {value}" for name, value in proxy.headers]
    sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    reply, buffer = b"", bytearray(4096)
    while b"\r\n\r\n" not in reply:
        count = sock.recv_into(buffer)
        reply += bytes(buffer[:count])
        if not count or len(reply) > _LONGEST_REPLY:
            raise ProxyError(f"the proxy {proxy} did not answer in proper HTTP")
    status = _REPLY.match(reply)
    if status is None or not status[1].startswith(b"2") or not reply.endswith(b"\r\n\r\n"):
        said = "wants a name and a password" if status and status[1] == b"407" else "did not let us through"
        raise ProxyError(f"the proxy {proxy} {said}" + (f" ({int(status[1])})" if status else ""))


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _plain(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
