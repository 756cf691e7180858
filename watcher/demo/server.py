"""The newsroom on loopback: every outlet a real HTTP server on a port of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from watcher.demo.content import DAY_ONE, Content, Outlet, Piece, load_content
from watcher.demo.desk import Answer, Desk, make_desk
from watcher.demo.loopback import LOOPBACK, Listener, Switchboard
from watcher.demo.settings import write_config
from watcher.ports import Clock

_DRIPS = 8


class StageClock:
    """A clock that stands still until it is set: the newsroom and the watcher read the same one."""

    def __init__(self, now: datetime = DAY_ONE) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, span: timedelta) -> None:
        self._now += span


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as an outlet's server saw it, and the status it gave. Header names are in lower case."""

    outlet: str
    method: str
    path: str
    headers: Mapping[str, str]
    status: int
    at: datetime


class Newsroom:
    """Serves all outlets while it is entered. What is published by `clock()` is there; later pieces appear in time.

    `drip` is how many seconds the slow outlet takes over its feed; the outlets listen on the ports from `port` on, or
    wherever there is one free.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        day_one: datetime = DAY_ONE,
        drip: float = 1.5,
        content: Content | None = None,
        port: int = 0,
    ) -> None:
        self.content = content or load_content()
        self.day_one = day_one
        self._clock = clock
        self._drip = drip
        self._closing = threading.Event()
        self._guard = threading.Lock()
        self._asked: list[Asked] = []
        self._listeners = {
            outlet.id: _OutletListener(self, outlet, port and port + number)
            for number, outlet in enumerate(self.content.outlets.values())
        }
        self.content = _linked(self.content, self.url)
        for listener in self._listeners.values():
            listener.desk = make_desk(self.content, listener.outlet, listener.base, day_one)
        self._switchboard = Switchboard(tuple(self._listeners.values()))

    def __enter__(self) -> Self:
        self._switchboard.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._switchboard.stop()

    @property
    def outlets(self) -> Sequence[Outlet]:
        return tuple(self.content.outlets.values())

    @property
    def requests(self) -> tuple[Asked, ...]:
        """Every request so far, oldest first."""
        with self._guard:
            return tuple(self._asked)

    def forget_requests(self) -> None:
        with self._guard:
            self._asked.clear()

    def base(self, outlet: str) -> str:
        """The address of an outlet, without a slash at the end."""
        return self._listeners[outlet].base

    def feed_url(self, outlet: str) -> str:
        return self.base(outlet) + self.content.outlets[outlet].address

    def url(self, piece: Piece) -> str:
        return self.base(piece.outlet) + piece.path

    def published(self, now: datetime | None = None) -> tuple[Piece, ...]:
        """What is out by `now` (the clock's moment by default), oldest first."""
        moment = now or self._clock()
        return tuple(piece for piece in self.content.pieces if self.day_one + piece.offset <= moment)

    def config_toml(
        self, data_dir: Path | str, out_dir: Path | str, smtp_port: int, seeds: Path | str = "seeds"
    ) -> str:
        """A whole `config.toml` that watches this newsroom and mails to the sink on `smtp_port`."""
        feeds = [(outlet, self.feed_url(outlet.id)) for outlet in self.outlets]
        allow = [f"{LOOPBACK}:{listener.port}" for listener in self._listeners.values()]
        return write_config(feeds, allow, data_dir, out_dir, smtp_port, seeds)

    def serve(self, desk: Desk, method: str, target: str, headers: Mapping[str, str]) -> tuple[Answer, datetime]:
        """Answers and writes down one request."""
        now = self._clock()
        answer = desk.answer(target, headers, now) if method in ("GET", "HEAD") else Answer(405)
        with self._guard:
            self._asked.append(Asked(desk.outlet.id, method, target, headers, answer.status, now))
        return answer, now

    def drip(self) -> None:
        """Waits for one drip's time, or until the newsroom closes."""
        self._closing.wait(self._drip / _DRIPS)


def _linked(content: Content, url: Callable[[Piece], str]) -> Content:
    """The content with the addresses that pieces name: they are known once every outlet has its port."""
    by_id = {piece.id: piece for piece in content.pieces}
    pieces = (
        replace(piece, body=piece.body.replace("{link}", url(by_id[piece.links]))) if piece.links else piece
        for piece in content.pieces
    )
    return replace(content, pieces=tuple(pieces))


class _OutletListener(Listener):
    desk: Desk  # once every outlet has its port

    def __init__(self, newsroom: Newsroom, outlet: Outlet, port: int) -> None:
        super().__init__(_Handler, port)
        self.newsroom = newsroom
        self.outlet = outlet
        self.base = f"http://{LOOPBACK}:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    """Carries answers over HTTP/1.1 with connections kept alive."""

    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 30.0

    def do_GET(self) -> None:
        self._carry()

    def do_HEAD(self) -> None:
        self._carry()

    def do_POST(self) -> None:
        self.close_connection = True  # its body is not read
        self._carry()

    def _carry(self) -> None:
        assert isinstance(self.server, _OutletListener)  # noqa: S101 - said to the type checker, true by construction
        newsroom = self.server.newsroom
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer, now = newsroom.serve(self.server.desk, self.command, self.path, headers)
        head = self._head(answer, now)
        body = b"" if self.command == "HEAD" else answer.body
        if not answer.slow:
            self.wfile.write(head + body)
            return
        self.wfile.write(head)
        size = max(1, -(-len(body) // _DRIPS))
        for start in range(0, max(len(body), 1), size):
            newsroom.drip()
            self.wfile.write(body[start : start + size])

    def _head(self, answer: Answer, now: datetime) -> bytes:
        fields = {"Date": format_datetime(now, usegmt=True), "Server": self.server_version, **answer.headers}
        if answer.status != 304:
            fields["Content-Length"] = str(len(answer.body))
        if self.close_connection:
            fields["Connection"] = "close"
        status = f"HTTP/1.1 {answer.status} {self.responses[answer.status][0]}\r\n"
        return (status + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n").encode("latin-1")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr: requests are kept in `Newsroom.requests`."""
