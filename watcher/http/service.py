"""Asking a service that the operator wrote into the configuration: JSON out, JSON in.

Such an address is exempt from the guard (an encoder beside us lives on a private one) and therefore followed nowhere
else: a redirect is kept to when it stays on the same scheme, host and port and keeps the method, else it is trouble.
The name is looked up once for a call with all its redirects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from watcher import __version__
from watcher.http.dial import Deadline, Dialer, Resolve, system_resolve
from watcher.http.exchange import Answer, Ask, exchange
from watcher.http.failure import EXPECTED, ForbiddenAddressError, UnknownNameError, named
from watcher.http.guard import Trusting
from watcher.http.keep import Keep
from watcher.types import Reason, Trouble
from watcher.urls import Address, absolute, masked, split

MOST_BYTES = 64 * 1024 * 1024  # 256 vectors of 4,096 numbers written out are 20 MB
_MOST_REDIRECTS = 3
_SAME_METHOD = frozenset({307, 308})
_LONGEST_REST = timedelta(days=1)
_UNSENT = (ConnectionRefusedError, UnknownNameError, ForbiddenAddressError)
_BREAKS_HEADER = re.compile(r"[\r\n\x00]")


def post_json(
    url: str,
    body: object,
    *,
    key: str | None = None,
    seconds: float = 60.0,
    max_bytes: int = MOST_BYTES,
    resolve: Resolve = system_resolve,
    key_name: str = "WATCHER_STORIES__ENCODER_KEY",
) -> object:
    """Sends `body` as JSON and returns what the answer's JSON says, or a Trouble; nothing a network can do is raised.

    `key` goes out as a bearer token and appears in no message; `key_name` is where it comes from. `seconds` bounds
    everything, redirects included.
    """
    headers = {
        "User-Agent": f"toldonce/{__version__}",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/json",
    }
    if key:
        if not key.isascii() or _BREAKS_HEADER.search(key):
            return Trouble(Reason.BAD_ADDRESS, f"the key for {_shown(url)} has characters that no header may hold")
        headers["Authorization"] = f"Bearer {key}"
    return _Call(url, json.dumps(body).encode(), headers, seconds, max_bytes, resolve, key_name).run()


class _Call:
    """One call with its redirects under one deadline."""

    def __init__(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        seconds: float,
        max_bytes: int,
        resolve: Resolve,
        key_name: str,
    ) -> None:
        self._key_name = key_name
        self._asked, self._body, self._headers = url, body, headers
        self._seconds, self._cap = seconds, max_bytes
        found: dict[str, list[str]] = {}

        def once(host: str, port: int) -> list[str]:
            if host not in found:
                found[host] = resolve(host, port)
            return found[host]

        self._keep = Keep(Dialer(Trusting(), once))

    def run(self) -> object:
        deadline = Deadline(self._seconds, 2 * self._cap + 1_048_576)
        url = self._asked
        for _ in range(_MOST_REDIRECTS + 1):
            address = split(url)
            if address is None:
                return Trouble(Reason.BAD_ADDRESS, f"{_shown(url)} is no http(s) address that could be asked")
            ask = Ask(address, dict(self._headers), "POST", self._body)
            try:
                answer = exchange(self._keep, ask, deadline, self._cap, _is_read)
            except EXPECTED as error:
                trouble = named(error, _shown(self._asked), self._seconds, self._cap)
                return replace(trouble, unsent=isinstance(error, _UNSENT))
            finally:
                self._keep.close()
            location = answer.header("location") if answer.status in _SAME_METHOD else None
            if not location:
                return self._said(answer)
            target = self._next(url, address, location)
            if isinstance(target, Trouble):
                return target
            url = target
        return Trouble(Reason.REDIRECTS, f"{_shown(self._asked)} redirects more than {_MOST_REDIRECTS} times")

    def _next(self, url: str, here: Address, location: str) -> str | Trouble:
        target = absolute(url, location)
        there = split(target) if target else None
        if target is None or there is None or there.origin != here.origin:
            text = f"{_shown(url)} redirects to another host; write the address it means into the configuration"
            return Trouble(Reason.REDIRECTS, text)
        return target

    def _said(self, answer: Answer) -> object:
        if answer.status != 200:
            cure = f"; is the key right ({self._key_name})?" if answer.status in (401, 403) else ""
            text = f"{_shown(self._asked)} answered {answer.status}{cure}"
            return Trouble(Reason.STATUS, text, answer.status, _rest(answer.header("retry-after")))
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            return Trouble(Reason.UNREADABLE, f"{_shown(self._asked)} did not answer in JSON")


def _rest(value: str | None) -> timedelta | None:
    """The seconds of a Retry-After; services write no dates."""
    is_seconds = value is not None and value.strip().isascii() and value.strip().isdigit()
    return min(timedelta(seconds=int(value.strip()[:9])), _LONGEST_REST) if value and is_seconds else None


def _is_read(status: int) -> bool:
    return status == 200


def _shown(url: str) -> str:
    """An address for a message: without what stands before an @ or after a ?, where keys are put at times."""
    text = masked(url.partition("?")[0])
    return "".join(character if character.isprintable() else "?" for character in text[:200])
