"""Sending to an address that the operator wrote (a webhook, a heartbeat) and hearing only whether it was taken.

As for other services the guard lets it through, and nothing that answers there leads to another host. A part of such an
address is often a secret, so no more of it than its host is ever shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from watcher import __version__
from watcher.http.client import retry_after
from watcher.http.dial import Deadline, Dialer, Resolve, system_resolve
from watcher.http.exchange import Answer, Ask, exchange
from watcher.http.failure import EXPECTED, named
from watcher.http.guard import Trusting
from watcher.http.keep import Keep
from watcher.ports import Clock
from watcher.types import Reason, Trouble
from watcher.urls import Address, absolute, split

_MOST_REDIRECTS = 3
_MOST_BYTES = 1024 * 1024  # of headers and whatever else comes; a body is not read
_FOLLOWED = {"GET": frozenset({301, 302, 303, 307, 308}), "POST": frozenset({307, 308})}


def send(
    url: str,
    clock: Clock,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = 30.0,
    resolve: Resolve = system_resolve,
) -> Trouble | None:
    """POSTs a body, or GETs where there is none. None: answered with 2xx. Nothing a network can do is raised.

    A Trouble has the status, if there was one, and how long the other side asked to be left alone. `seconds` bounds
    everything, redirects (on the same scheme, host and port) included.
    """
    method = "GET" if body is None else "POST"
    first = split(url)
    if first is None:
        return Trouble(Reason.BAD_ADDRESS, "that is no http(s) address that could be asked")
    deadline = Deadline(seconds, _MOST_BYTES)
    keep = Keep(Dialer(Trusting(), resolve))
    address, asked = first, url
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            ask = Ask(
                address, {"User-Agent": f"toldonce/{__version__}", "Accept": "*/*", **(headers or {})}, method, body
            )
            answer = exchange(keep, ask, deadline, _MOST_BYTES, lambda _: False)
            location = answer.header("location") if answer.status in _FOLLOWED[method] else None
            if not location:
                return _said(answer, first, clock)
            target = absolute(asked, location)
            following = split(target) if target else None
            if target is None or following is None or following.origin != first.origin:
                return Trouble(Reason.REDIRECTS, f"{first.origin} redirects to another host", answer.status)
            address, asked = following, target
    except TimeoutError:
        return Trouble(Reason.TIMEOUT, f"{first.origin} did not answer within {seconds:g} s")
    except EXPECTED as error:
        return named(error, first.origin, seconds, _MOST_BYTES)
    finally:
        keep.close()
    return Trouble(Reason.REDIRECTS, f"{first.origin} redirects more than {_MOST_REDIRECTS} times")


def _said(answer: Answer, address: Address, clock: Clock) -> Trouble | None:
    if 200 <= answer.status < 300:
        return None
    text = f"{address.origin} answered {answer.status}"
    return Trouble(Reason.STATUS, text, answer.status, retry_after(answer.headers, clock()), host=address.host_port)
