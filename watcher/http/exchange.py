"""One request and its one answer, over a connection that was kept or a new one; what fails is raised."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass, field

from urllib3.response import HTTPResponse

from watcher.http.body import read_body
from watcher.http.connection import Connection
from watcher.http.dial import Deadline
from watcher.http.keep import Keep, Way
from watcher.urls import Address

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is sent, where to and which way. Headers are in the order they go out."""

    address: Address
    headers: dict[str, str] = field(repr=False)
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)
    way: Way = field(default_factory=Way)

    @property
    def target(self) -> str:
        """What the request line asks for: whole addresses are for proxies that read the request themselves."""
        if self.way.proxy is None or self.address.scheme == "https":
            return self.address.target
        return f"{self.address.scheme}://{self.address.netloc}{self.address.target}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers as received, and the decoded body where it was wanted."""

    status: int
    headers: Headers
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header; None when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), None)


def exchange(keep: Keep, ask: Ask, deadline: Deadline, cap: int, wants_body: Callable[[int], bool]) -> Answer:
    """Sends a request and receives its answer; raises what `failure` names.

    The body of an answer that is not wanted is not read, unless it is empty: its connection is given up instead.
    """
    connection, response = _sent(keep, ask, deadline)
    reusable = False
    try:
        status = response.status
        if status < 200:
            raise http.client.HTTPException(f"an interim status {status} in place of an answer")
        headers = tuple((name, value) for name, value in response.headers.items())
        is_empty = response.headers.get("content-length", "").strip() == "0"
        wanted = wants_body(status) or status == 304 or is_empty
        body = read_body(response, cap) if wanted else b""
        reusable = wanted
    finally:
        if reusable:
            keep.put(ask.address, ask.way, connection)
        else:
            connection.close()
    return Answer(status, headers, body)


def _sent(keep: Keep, ask: Ask, deadline: Deadline) -> tuple[Connection, HTTPResponse]:
    kept = keep.take(ask.address, ask.way) if ask.method == "GET" else None
    if kept is not None:
        try:
            return kept, _asked(kept, ask, deadline)
        except ConnectionError:
            kept.close()  # the server had closed a connection that it let us keep: no answer, so ask on a new one
        except BaseException:
            kept.close()
            raise
    addresses: list[str] | None = None
    while True:
        fresh = keep.fresh(ask.address, ask.way)
        fresh.addresses = addresses
        try:
            return fresh, _asked(fresh, ask, deadline)
        except ConnectionError:
            fresh.close()
            # Let in and thrown out without a word: one of several machines is ill. Only what changes nothing is asked
            # again, and only of the addresses that were looked up and checked for the first.
            addresses = fresh.addresses
            if not addresses or ask.method != "GET":
                raise
        except BaseException:
            fresh.close()
            raise


def _asked(connection: Connection, ask: Ask, deadline: Deadline) -> HTTPResponse:
    connection.under(deadline)
    headers = ask.headers
    if ask.way.proxy is not None and ask.address.scheme == "http":
        headers = {**headers, **dict(ask.way.proxy.headers)}
    connection.request(
        ask.method, ask.target, body=ask.body, headers=headers, preload_content=False, decode_content=False
    )
    connection.timeout = deadline.left()
    return connection.getresponse()
