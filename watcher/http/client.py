"""One request, all its redirects, one deadline: the answer is a Page or a Trouble, never an exception."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from watcher import __version__
from watcher.cadence import fresh_for, http_date
from watcher.http.dial import Deadline, Dialer, Resolve, system_resolve
from watcher.http.exchange import Answer, Ask, Headers, exchange
from watcher.http.failure import EXPECTED, ProxyError, named
from watcher.http.guard import Guard
from watcher.http.keep import Keep, Way
from watcher.http.proxy import parse_proxy
from watcher.http.shown import Shown
from watcher.ports import Clock
from watcher.types import Page, Reason, Request, Trouble
from watcher.urls import Address, absolute, split

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_WITHHELD = frozenset({401, 403})
_LONGEST_REST = timedelta(days=366)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/html;q=0.9, */*;q=0.5"
)
_BREAKS_HEADER = re.compile(r"[\r\n\x00]")


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
        them is not remembered, and a server ignores those it did not give. The headers of `request.access` go to its
        origin alone; its proxy and user agent serve every hop. No text of a Trouble holds a secret.
        """
        shown = Shown(request)
        answer = self._followed(request, shown)
        return shown.cleaned(answer) if isinstance(answer, Trouble) else answer

    def close(self) -> None:
        """Closes connections kept open for a next request."""
        self._keep.close()

    def _followed(self, request: Request, shown: Shown) -> Page | Trouble:
        url, permanent = request.url, True
        # Headers, interim answers and chunk sizes come on top of the body; they never come near its own size.
        deadline = Deadline(self._seconds, 2 * self._cap + 1_048_576)
        met: list[str] = []
        while True:
            address = split(url)
            if address is None:
                return Trouble(Reason.BAD_ADDRESS, f"{shown(url)} is no http(s) address that could be asked")
            met.append(f"{address.scheme}://{address.netloc}{address.target}")
            try:
                ask = self._ask(request, address)
                answer = exchange(self._keep, ask, deadline, self._cap, _is_read)
            except EXPECTED as error:
                return named(error, shown(url), self._seconds, self._cap)
            received = self._clock()
            if answer.status in _REDIRECTS:
                if request.form:  # what was sent to one address is not sent to another
                    text = f"{shown(url)} redirects ({answer.status}) what was sent there"
                    return Trouble(Reason.REDIRECTS, text, answer.status)
                target = _target(url, answer, met, shown)
                if isinstance(target, Trouble):
                    return target
                permanent = permanent and answer.status in _PERMANENT
                url = target
            elif answer.status >= 400:
                return _refusal(shown(url), answer, received, request, address)
            else:
                moved = permanent and len(met) > 1
                return Page(url, answer.status, answer.headers, answer.body, received, request.url, moved)

    def _ask(self, request: Request, address: Address) -> Ask:
        access = request.access
        is_at_home = access is not None and access.origin == address.origin
        headers = self._headers(request)
        body: bytes | None = None
        if request.form:
            body = urlencode(request.form).encode("ascii")
            headers["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8"
        if access is not None and is_at_home:
            own = {name.lower() for name, _ in access.headers}
            headers = {name: value for name, value in headers.items() if name.lower() not in own}
            headers |= dict(access.headers)
        proxy = parse_proxy(access.proxy) if access is not None and access.proxy else None
        if access is not None and access.proxy and proxy is None:
            # Never without it: whoever names a proxy may not want to be seen.
            raise ProxyError("the proxy of this source is no http:// address")
        way = Way(proxy, access.ca_file if access is not None and is_at_home else None)
        return Ask(address, headers, "GET" if body is None else "POST", body, way)

    def _headers(self, request: Request) -> dict[str, str]:
        agent = request.access.user_agent if request.access is not None else None
        asked = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
        validators = {name: value for name, value in asked.items() if value and _is_sendable(value)}
        named = {"User-Agent": agent or self.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"}
        return named | validators


def _is_read(status: int) -> bool:
    return status < 300


def _target(url: str, answer: Answer, met: list[str], shown: Shown) -> str | Trouble:
    """Where a redirect leads, or why it is not followed."""
    location = answer.header("location")
    if not location:
        text = f"{shown(url)} redirects ({answer.status}) without saying where"
        return Trouble(Reason.REDIRECTS, text, answer.status)
    target = absolute(url, _as_utf8(location))
    address = split(target) if target else None
    if target is None or address is None:
        text = f"{shown(url)} redirects to {shown(location)!r}, which is no http(s) address"
        return Trouble(Reason.BAD_ADDRESS, text, answer.status)
    if f"{address.scheme}://{address.netloc}{address.target}" in met:
        return Trouble(Reason.REDIRECTS, f"{shown(url)} redirects in a circle, to {shown(target)}", answer.status)
    if len(met) > MOST_REDIRECTS:
        text = f"more than {MOST_REDIRECTS} redirects, given up at {shown(url)}"
        return Trouble(Reason.REDIRECTS, text, answer.status)
    return target


def _refusal(where: str, answer: Answer, received: datetime, request: Request, address: Address) -> Trouble:
    """The status in its standard words: a server's own may hold what it was asked with."""
    status, access = answer.status, request.access
    text = f"{where} answered {status} {_phrase(status)}".rstrip()
    if status in _WITHHELD and access is not None and access.headers and address.origin != access.origin:
        text += f"; the source's credentials go to {access.origin} alone and were not sent"
    return Trouble(
        Reason.STATUS,
        text,
        status=status,
        retry_after=retry_after(answer.headers, received),
        fresh_for=fresh_for(answer.headers, received) or None,
        host=address.host_port,
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def retry_after(headers: Headers, received: datetime) -> timedelta | None:
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
