"""One request, all its redirects, one deadline: the answer is a Page or a Trouble, never an exception."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from urllib3.exceptions import HTTPError, IncompleteRead, ProtocolError, ReadTimeoutError
from urllib3.exceptions import SSLError as ReadTlsError
from urllib3.response import HTTPResponse

from watcher import __version__
from watcher.cadence import fresh_for, http_date
from watcher.http.body import BrokenBodyError, TooLargeError, read_body
from watcher.http.connection import (
    Connection,
    Deadline,
    Dialer,
    ForbiddenAddressError,
    Resolve,
    UnknownNameError,
    system_resolve,
)
from watcher.http.guard import Guard
from watcher.http.keep import Keep
from watcher.ports import Clock
from watcher.types import Page, Reason, Request, Trouble
from watcher.urls import Address, absolute, split

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LONGEST_REST = timedelta(days=366)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/html;q=0.9, */*;q=0.5"
)
_BREAKS_HEADER = re.compile(r"[\r\n\x00]")

Headers = tuple[tuple[str, str], ...]


class HttpFetch:
    """Asks one address and keeps every rule of a good guest and of a wary one. Safe to call from many threads.

    Every connection goes to an address that was checked, redirects included; nothing is taken from the environment, no
    proxy, no cookie. `deadline` bounds a request with all its redirects in wall-clock time; `max_bytes` the body, as
    sent and unpacked. How often a host is asked is the caller's business.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        contact: str | None = None,
        allow: Sequence[str] = (),
        deadline: timedelta = timedelta(seconds=30),
        max_bytes: int = 10 * 1024 * 1024,
        resolve: Resolve = system_resolve,
    ) -> None:
        self._clock = clock
        self._seconds = deadline.total_seconds()
        self._cap = max_bytes
        self._keep = Keep(Dialer(Guard(allow), resolve))
        self.user_agent = _user_agent(contact)

    def __call__(self, request: Request) -> Page | Trouble:
        """The answer of `request.url`, redirects followed; a status of 400 and above is a Trouble with that status.

        304 is a Page without a body. The validators go out byte for byte as given, on every hop: which of them gave
        them is not remembered, and a server ignores those it did not give.
        """
        url, permanent = request.url, True
        deadline = Deadline(self._seconds)
        met: list[str] = []
        while True:
            address = split(url)
            if address is None:
                return Trouble(Reason.BAD_ADDRESS, f"{_short(url)} is no http(s) address that could be asked")
            met.append(f"{address.scheme}://{address.netloc}{address.target}")
            answer = self._one(request, url, address, deadline)
            if isinstance(answer, Trouble) or answer.status not in _REDIRECTS:
                return _arrived(answer, request.url, permanent and len(met) > 1)
            if request.form:  # what was sent to one address is not sent to another
                text = f"{_short(url)} redirects ({answer.status}) what was sent there"
                return Trouble(Reason.REDIRECTS, text, answer.status)
            target = _target(url, answer, met)
            if isinstance(target, Trouble):
                return target
            permanent = permanent and answer.status in _PERMANENT
            url = target

    def close(self) -> None:
        """Closes connections kept open for a next request."""
        self._keep.close()

    def _one(self, request: Request, url: str, address: Address, deadline: Deadline) -> Page | Trouble:
        try:
            return self._exchange(request, url, address, deadline)
        except (
            OSError, http.client.HTTPException, HTTPError, ValueError,
            UnknownNameError, ForbiddenAddressError, TooLargeError, BrokenBodyError,
        ) as error:  # fmt: skip
            return _trouble(error, url, self._seconds, self._cap)

    def _exchange(self, request: Request, url: str, address: Address, deadline: Deadline) -> Page | Trouble:
        connection, response = self._send(request, address, deadline)
        reusable = False
        try:
            headers: Headers = tuple((name, value) for name, value in response.headers.items())
            status = response.status
            if status < 200:
                raise http.client.HTTPException(f"an interim status {status} in place of an answer")
            # The body of an error or a redirect is not read, unless it is empty: its connection is given up instead.
            reusable = status < 300 or status == 304 or response.headers.get("content-length", "").strip() == "0"
            body = read_body(response, self._cap) if reusable else b""
            received = self._clock()
        except BaseException:
            reusable = False
            raise
        finally:
            if reusable:
                self._keep.put(address, connection)
            else:
                connection.close()
        if status >= 400:
            return _refusal(url, status, response.reason or "", headers, received)
        return Page(url=url, status=status, headers=headers, body=body, fetched=received)

    def _send(self, request: Request, address: Address, deadline: Deadline) -> tuple[Connection, HTTPResponse]:
        headers = self._headers(request)
        kept = self._keep.take(address)
        if kept is not None:
            try:
                return kept, _ask(kept, address, headers, deadline, request.form)
            except (ConnectionError, http.client.RemoteDisconnected):
                kept.close()  # the server had closed a connection that it let us keep: no answer, so ask on a new one
            except BaseException:
                kept.close()
                raise
        fresh = self._keep.fresh(address)
        try:
            return fresh, _ask(fresh, address, headers, deadline, request.form)
        except BaseException:
            fresh.close()
            raise

    def _headers(self, request: Request) -> dict[str, str]:
        asked = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
        validators = {name: value for name, value in asked.items() if value and _is_sendable(value)}
        return {"User-Agent": self.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip", **validators}


def _ask(
    connection: Connection, address: Address, headers: dict[str, str], deadline: Deadline, form: Headers = ()
) -> HTTPResponse:
    connection.under(deadline)
    body = urlencode(form).encode("ascii") if form else None
    if body is not None:
        headers = {**headers, "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
    method = "GET" if body is None else "POST"
    connection.request(method, address.target, body, headers, preload_content=False, decode_content=False)
    connection.timeout = deadline.left()
    return connection.getresponse()


def _arrived(answer: Page | Trouble, asked: str, permanent: bool) -> Page | Trouble:
    if isinstance(answer, Trouble):
        return answer
    return Page(answer.url, answer.status, answer.headers, answer.body, answer.fetched, asked, permanent)


def _target(url: str, answer: Page, met: list[str]) -> str | Trouble:
    """Where a redirect leads, or why it is not followed."""
    location = answer.header("location")
    if not location:
        text = f"{_short(url)} redirects ({answer.status}) without saying where"
        return Trouble(Reason.REDIRECTS, text, answer.status)
    target = absolute(url, _as_utf8(location))
    address = split(target) if target else None
    if target is None or address is None:
        text = f"{_short(url)} redirects to {_short(location)!r}, which is no http(s) address"
        return Trouble(Reason.BAD_ADDRESS, text, answer.status)
    if f"{address.scheme}://{address.netloc}{address.target}" in met:
        return Trouble(Reason.REDIRECTS, f"{_short(url)} redirects in a circle, to {_short(target)}", answer.status)
    if len(met) > MOST_REDIRECTS:
        text = f"more than {MOST_REDIRECTS} redirects, given up at {_short(url)}"
        return Trouble(Reason.REDIRECTS, text, answer.status)
    return target


def _refusal(url: str, status: int, words: str, headers: Headers, received: datetime) -> Trouble:
    words = "".join(character for character in words[:60] if character.isprintable())
    return Trouble(
        Reason.STATUS,
        f"{_short(url)} answered {status} {words}".rstrip(),
        status=status,
        retry_after=_retry_after(headers, received),
        fresh_for=fresh_for(headers, received) or None,
    )


def _retry_after(headers: Headers, received: datetime) -> timedelta | None:
    """Seconds, or a date relative to the answer's own Date: the server's clock may be wrong, its difference is not."""
    found = {name.lower(): value.strip() for name, value in reversed(headers)}
    value = found.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), _LONGEST_REST)
    moment = http_date(value)
    if moment is None:
        return None
    sent = http_date(found.get("date", "")) or received
    return min(max(moment - sent, timedelta(0)), _LONGEST_REST)


def _trouble(error: Exception, url: str, seconds: float, cap: int) -> Trouble:
    """One line for each way an exchange can fail; the order matters, as these classes are related."""
    where = _short(url)
    if isinstance(error, ProtocolError) and error.args and isinstance(error.args[-1], Exception):
        error = error.args[-1]  # urllib3 wraps what happened while a body was read
    if isinstance(error, ForbiddenAddressError):
        return Trouble(Reason.FORBIDDEN_ADDRESS, str(error))
    if isinstance(error, UnknownNameError):
        return Trouble(Reason.NAME, f"{where}: {error}")
    if isinstance(error, TooLargeError):
        return Trouble(Reason.TOO_LARGE, f"{where} is too large: {error}, the limit is [network] max_bytes = {cap}")
    if isinstance(error, TimeoutError | ReadTimeoutError):
        return Trouble(Reason.TIMEOUT, f"{where} did not answer completely within {seconds:g} s ([network] deadline)")
    if isinstance(error, ssl.SSLError | ssl.CertificateError | ReadTlsError):
        return Trouble(Reason.TLS, f"{where}: no trustworthy TLS connection ({_words(error)})")
    # Before HTTPException: "closed without an answer" and "closed early" are of both families.
    if isinstance(error, OSError | IncompleteRead | http.client.IncompleteRead):
        return Trouble(Reason.CONNECTION, f"{where}: the connection failed or ended early ({_words(error)})")
    return Trouble(Reason.PROTOCOL, f"{where} did not answer in proper HTTP ({_words(error)})")


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return getattr(error, "verify_message", "") or error.reason or "TLS error"
    text = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    return " ".join((text or type(error).__name__).split())[:200]


def _user_agent(contact: str | None) -> str:
    clean = "".join(character for character in contact or "" if "!" <= character <= "~" and character not in "()")
    return f"toldonce/{__version__}" + (f" (+{clean})" if clean else "")


def _is_sendable(value: str) -> bool:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return _BREAKS_HEADER.search(value) is None


def _as_utf8(value: str) -> str:
    """Headers are read as Latin-1; a raw address in one is UTF-8 nearly always."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _short(url: str) -> str:
    printable = "".join(character if character.isprintable() else "?" for character in url[:201])
    return printable if len(printable) <= 200 else printable[:199] + "…"
