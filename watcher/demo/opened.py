"""`demo --serve`: the newsroom stays open, and a desk in front of it says where everything is.

Its news is that of the last hours before it opened; what the pieces call "today" goes on appearing while it runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler
from typing import Any

from watcher.demo.content import Outlet
from watcher.demo.loopback import LOOPBACK, Listener, Switchboard
from watcher.demo.server import Newsroom
from watcher.errors import UsageError
from watcher.opml import Outline, write_outlines
from watcher.ports import Clock

FRONT_PORT = 8790  # the outlets follow: 8791 and on
LIST = "/sources.opml"
_LAST_PORT = 65535
_SHUT = frozenset({"gone", "broken"})  # outlets without a feed: of no use to somebody who begins


def keep_open(port: int, clock: Clock, tell: Callable[[str], None], until: Callable[[], object] | None = None) -> int:
    """Serves the newsroom until Ctrl-C; prints the address of the list of feeds first, then each feed's."""
    if not 0 <= port <= _LAST_PORT - 64:
        raise UsageError(f"--port {port}: choose one from 1024 to {_LAST_PORT - 64}; the outlets take those behind it")
    wait = until or threading.Event().wait
    with Newsroom(clock, day_one=clock(), drip=0.2, port=port and port + 1) as newsroom:
        front = FrontDesk(newsroom, port)
        board = Switchboard((front,))
        board.start()
        try:
            _say_where(newsroom, front, tell)
            wait()
        finally:
            board.stop()
    return 0


def _say_where(newsroom: Newsroom, front: FrontDesk, tell: Callable[[str], None]) -> None:
    there = readable(newsroom)
    languages = ", ".join(dict.fromkeys(outlet.language for outlet in there))
    tell(f"the newsroom is open: {len(there)} invented outlets in {languages}; Ctrl-C closes it")
    tell(f"all feeds:  {front.address}")
    for outlet in there:
        tell(f"  {outlet.id:<13} {outlet.language}  {newsroom.feed_url(outlet.id)}")


def readable(newsroom: Newsroom) -> tuple[Outlet, ...]:
    """The outlets that somebody who begins would add."""
    return tuple(outlet for outlet in newsroom.outlets if not _SHUT.intersection(outlet.manners))


class FrontDesk(Listener):
    """One port that answers with the list of all feeds, as OPML for programs and as a page for people."""

    def __init__(self, newsroom: Newsroom, port: int) -> None:
        super().__init__(_FrontHandler, port)
        rows = [(outlet, newsroom.feed_url(outlet.id)) for outlet in readable(newsroom)]
        self.opml = write_outlines([_outline(outlet, url) for outlet, url in rows], "The newsroom").encode()
        items = "".join(
            f'<li><a href="{escape(url)}">{escape(outlet.name)}</a> ({outlet.language})' for outlet, url in rows
        )
        self.page = f"<!DOCTYPE html><title>The newsroom</title><h1>The newsroom</h1><ul>{items}</ul>".encode()

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}{LIST}"


def _outline(outlet: Outlet, url: str) -> Outline:
    own = {"id": outlet.id} | ({"role": outlet.role} if outlet.role != "outlet" else {})
    return Outline(url=url, title=outlet.name, site="", language=outlet.language, folder=(), own=own)


class _FrontHandler(BaseHTTPRequestHandler):
    timeout = 30.0

    def do_GET(self) -> None:
        assert isinstance(self.server, FrontDesk)  # noqa: S101 - said to the type checker, true by construction
        found = {LIST: (self.server.opml, "text/x-opml"), "/": (self.server.page, "text/html; charset=utf-8")}
        body, kind = found.get(self.path, (b"Not Found\n", "text/plain"))
        self.send_response(200 if self.path in found else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr."""
