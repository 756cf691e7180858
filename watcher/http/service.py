"""Asking a service that the operator wrote into the configuration: JSON out, JSON in.

Such an address is exempt from the guard (an encoder beside us lives on a private one) and therefore followed nowhere
else: a redirect is kept to when it stays on the same scheme, host and port and keeps the method, else it is trouble.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Mapping, Sequence

from urllib3.exceptions import HTTPError, IncompleteRead, ProtocolError, ReadTimeoutError
from urllib3.exceptions import SSLError as ReadTlsError
from urllib3.response import HTTPResponse

from watcher import __version__
from watcher.http.body import BrokenBodyError, TooLargeError, read_body
from watcher.http.connection import Connection, Deadline, Dialer, Resolve, UnknownNameError, system_resolve
from watcher.http.guard import Guard
from watcher.http.keep import Keep
from watcher.types import Reason, Trouble
from watcher.urls import Address, absolute, split

MOST_BYTES = 64 * 1024 * 1024  # 256 vectors of 4,096 numbers written out are 20 MB
_MOST_REDIRECTS = 3
_SAME_METHOD = frozenset({307, 308})
_BREAKS_HEADER = re.compile(r"[\r\n\x00]")


class _Trusting(Guard):
    """Lets every address through: it was written by the operator, not found on the web."""

    def refused(self, host: str, port: int, addresses: Sequence[str]) -> str | None:  # noqa: ARG002  # Guard's signature
        return None


def post_json(
    url: str,
    body: object,
    *,
    key: str | None = None,
    seconds: float = 60.0,
    max_bytes: int = MOST_BYTES,
    resolve: Resolve = system_resolve,
) -> object:
    """Sends `body` as JSON and returns what the answer's JSON says, or a Trouble; nothing a network can do is raised.

    `key` goes out as a bearer token and appears in no message. `seconds` bounds everything, redirects included.
    """
    headers = {
        "User-Agent": f"toldonce/{__version__}",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/json",
    }
    if key:
        if not key.isascii() or _BREAKS_HEADER.search(key):
            return Trouble(Reason.BAD_ADDRESS, f"the key for {_short(url)} has characters that no header may hold")
        headers["Authorization"] = f"Bearer {key}"
    return _Call(url, json.dumps(body).encode(), headers, seconds, max_bytes, resolve).run()


class _Call:
    """One call with its redirects under one deadline."""

    def __init__(
        self, url: str, body: bytes, headers: Mapping[str, str], seconds: float, max_bytes: int, resolve: Resolve
    ) -> None:
        self._asked, self._body, self._headers = url, body, headers
        self._seconds, self._cap = seconds, max_bytes
        self._keep = Keep(Dialer(_Trusting(), resolve))

    def run(self) -> object:
        deadline = Deadline(self._seconds)
        url = self._asked
        for _ in range(_MOST_REDIRECTS + 1):
            address = split(url)
            if address is None:
                return Trouble(Reason.BAD_ADDRESS, f"{_short(url)} is no http(s) address that could be asked")
            try:
                answer = self._exchange(address, deadline)
            except (
                OSError, http.client.HTTPException, HTTPError, ValueError,
                UnknownNameError, TooLargeError, BrokenBodyError,
            ) as error:  # fmt: skip
                return self._trouble(error)
            if not isinstance(answer, _Location):
                return answer
            target = self._next(url, address, answer)
            if isinstance(target, Trouble):
                return target
            url = target
        return Trouble(Reason.REDIRECTS, f"{_short(self._asked)} redirects more than {_MOST_REDIRECTS} times")

    def _exchange(self, address: Address, deadline: Deadline) -> object:
        """The answer's JSON, a Trouble, or where it redirects to."""
        connection = self._keep.fresh(address)
        try:
            response = self._send(connection, address, deadline)
            if response.status in _SAME_METHOD and (location := response.headers.get("location")):
                return _Location(location)
            if response.status != 200:
                return self._refusal(response)
            return self._parsed(read_body(response, self._cap))
        finally:
            connection.close()

    def _send(self, connection: Connection, address: Address, deadline: Deadline) -> HTTPResponse:
        connection.under(deadline)
        headers = dict(self._headers)
        connection.request(
            "POST", address.target, body=self._body, headers=headers, preload_content=False, decode_content=False
        )
        connection.timeout = deadline.left()
        return connection.getresponse()

    def _next(self, url: str, here: Address, location: str) -> str | Trouble:
        target = absolute(url, location)
        there = split(target) if target else None
        if target is None or there is None or (there.scheme, there.host, there.port) != (
            here.scheme, here.host, here.port,
        ):  # fmt: skip
            text = f"{_short(url)} redirects to another host; write the address it means into the configuration"
            return Trouble(Reason.REDIRECTS, text)
        return target

    def _refusal(self, response: HTTPResponse) -> Trouble:
        status = response.status
        words = "".join(character for character in (response.reason or "")[:60] if character.isprintable())
        cure = "; is the key right (WATCHER_STORIES__ENCODER_KEY)?" if status in (401, 403) else ""
        return Trouble(Reason.STATUS, f"{_short(self._asked)} answered {status} {words}".rstrip() + cure, status)

    def _parsed(self, body: bytes) -> object:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return Trouble(Reason.UNREADABLE, f"{_short(self._asked)} did not answer in JSON")

    def _trouble(self, error: Exception) -> Trouble:
        where = _short(self._asked)
        if isinstance(error, ProtocolError) and error.args and isinstance(error.args[-1], Exception):
            error = error.args[-1]  # urllib3 wraps what happened while a body was read
        if isinstance(error, UnknownNameError):
            return Trouble(Reason.NAME, f"{where}: {error}")
        if isinstance(error, TooLargeError):
            return Trouble(Reason.TOO_LARGE, f"{where} answered with too much: {error}")
        if isinstance(error, TimeoutError | ReadTimeoutError):
            return Trouble(Reason.TIMEOUT, f"{where} did not answer completely within {self._seconds:g} s")
        if isinstance(error, ssl.SSLError | ssl.CertificateError | ReadTlsError):
            return Trouble(Reason.TLS, f"{where}: no trustworthy TLS connection")
        if isinstance(error, OSError | IncompleteRead | http.client.IncompleteRead):
            return Trouble(Reason.CONNECTION, f"{where}: the connection failed or ended early")
        return Trouble(Reason.PROTOCOL, f"{where} did not answer in proper HTTP")


class _Location(str):
    """Where a redirect leads: told apart from a JSON string that a service answers."""

    __slots__ = ()


def _short(url: str) -> str:
    """An address for a message: without what stands before an @ or after a ?, where keys are put at times."""
    address = split(url)
    shown = (
        f"{address.scheme}://{address.netloc}{address.target.partition('?')[0]}" if address else url.partition("?")[0]
    )
    return "".join(character if character.isprintable() else "?" for character in shown[:200])
