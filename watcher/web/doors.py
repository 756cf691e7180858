"""What every request passes before a page sees it, and what every answer carries.

Around the whole application, its own error pages included: a route that somebody adds cannot leave it out.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from watcher.keys.values import is_loopback

MOST_BODY = 64 * 1024  # a one-click form has 26 bytes
BODY_SECONDS = 10.0
_DRAINED = 1024 * 1024  # read and thrown away, so that whoever sent too much can read why it was refused
_HOST = re.compile(r"(?:(?P<name>[^\s:@/\[\]]+)|\[(?P<bracketed>[0-9a-f:.]+)\])(?::[0-9]{1,5})?")
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Pages are for those who were given their address, and are asked for by name: nothing here is for anybody else.
CARRIED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class TooMuch(Exception):  # noqa: N818 - what happened, as `Trouble` is
    """A body that is longer, or takes longer, than any form here."""

    def __init__(self, status: int) -> None:
        self.status = status


class Doors:
    """Wraps an ASGI application: Host, size of bodies, headers of answers.

    `names` are the hosts it answers to. A proxy may take the `prefix` of paths away, or leave it.
    """

    def __init__(self, app: ASGIApp, names: Collection[str], prefix: str = "") -> None:
        self._app, self._prefix = app, prefix
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers

        async def carrying(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in CARRIED.items():
                    answer.setdefault(name, value)
                if has_body:  # whatever of it was not read must not be taken for the next request
                    answer["Connection"] = "close"
            await send(message)

        refused = self._refusal(headers)
        if refused is None:
            await self._app({**scope, "root_path": self._prefix, "path": self._whole(scope["path"])}, receive, carrying)
            return
        if has_body:
            await _drain(receive)
        await refused(scope, receive, carrying)

    def _whole(self, path: str) -> str:
        """The path with the prefix, whether a proxy took that away or left it."""
        prefix = self._prefix
        if path == prefix:
            return f"{prefix}/"
        return path if path.startswith(f"{prefix}/") else prefix + path

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        if not self.knows(headers.getlist("host")):
            return plain(421, "this service is not known by this name: [service] public_url says by which it is")
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length[:12]) > MOST_BODY:
            return plain(413, f"a request here has at most {MOST_BODY} bytes")
        return None

    def knows(self, hosts: Sequence[str]) -> bool:
        """True for one Host that is this machine's loopback or one of ours, with any port.

        A page elsewhere, whose name was made to point here, is refused.
        """
        if len(hosts) != 1:
            return False
        found = _HOST.fullmatch(hosts[0].lower())
        if found is None:
            return False
        name = (found["name"] or found["bracketed"]).removesuffix(".")
        return name in self._names or is_loopback(name)


def path_in(scope: Scope) -> str:
    """The path below the prefix, as the routes know it."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", "")))


def is_for_programs(scope: Scope) -> bool:
    """True for what browsers show to nobody: it is answered in JSON, and nobody is led from there to a page."""
    path = path_in(scope)
    return path in ("/metrics", "/openapi.json") or path.startswith(("/api/", "/f/"))


def is_ours(headers: Headers, public: str) -> bool:
    """True where a page of ours asked: the `Origin` is the public one, or this machine's as it was asked.

    Browsers send one with every form; whoever sends none is no browser.
    """
    origins, hosts = headers.getlist("origin"), headers.getlist("host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    origin, host = origins[0].lower(), hosts[0].lower()
    if public and origin == public:
        return True
    scheme, _, named = origin.partition("://")
    return scheme in ("http", "https") and named == host and is_this_machine(host)


def is_this_machine(host: str) -> bool:
    """True for a Host, with a port or without, that is this machine's loopback."""
    found = _HOST.fullmatch(host.lower())
    return found is not None and is_loopback((found["name"] or found["bracketed"]).removesuffix("."))


def plain(status: int, text: str, **headers: str) -> PlainTextResponse:
    """An error in one line, for programs and whoever set this up."""
    return PlainTextResponse(
        f"{status}: {text}\n", status, {name.replace("_", "-"): each for name, each in headers.items()}
    )


async def body_of(receive: Receive) -> bytes:
    """The whole body; TooMuch when it is longer, or takes longer, than any form here."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise TooMuch(400)  # it was hung up on
                body += message.get("body", b"")
                if len(body) > MOST_BODY:
                    if message.get("more_body", False):
                        await _drain(receive)
                    raise TooMuch(413)
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise TooMuch(408) from None


async def _drain(receive: Receive) -> None:
    left = _DRAINED
    try:
        async with asyncio.timeout(2):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b"")) or 1
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
