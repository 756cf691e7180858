"""Several hosts on loopback, each with feeds, pages and a robots.txt; every request is noted with its begin and end.

A tenth of the articles is told by a second feed at the same address: two daemons meet at it.
"""

from __future__ import annotations

import random
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
_WORDS = "harbour lantern granite meadow tunnel copper violin glacier pepper marble engine ribbon falcon timber".split()
_ROBOTS = "User-agent: *\nDisallow: /private/\n"
SHARED = 10  # one article in so many is told twice


@dataclass(frozen=True)
class Asked:
    """A request, in seconds of a clock that only goes forward."""

    host: str
    path: str
    who: str  # the daemon that asked
    began: float
    ended: float


@dataclass(frozen=True)
class Piece:
    number: int
    published: datetime
    title: str
    text: str
    url: str
    feeds: tuple[str, ...]


@dataclass
class Newsroom:
    """Hosts with two feeds each."""

    hosts: int
    seed: int
    slow: float = 0.05  # seconds an answer takes: two that ask at once are seen
    pieces: list[Piece] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._randomly, self._guard = random.Random(self.seed), threading.Lock()
        self._servers: list[ThreadingHTTPServer] = []
        self.feeds: dict[str, str] = {}
        for number in range(self.hosts):
            server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Answering,), {"room": self}))
            server.daemon_threads = True
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            for half in "ab":
                self.feeds[f"paper{number}{half}"] = f"http://127.0.0.1:{server.server_port}/{half}.xml"

    @property
    def places(self) -> list[str]:
        return [f"127.0.0.1:{server.server_port}" for server in self._servers]

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def bring(self, count: int, published: datetime) -> None:
        with self._guard:
            for _ in range(count):
                self.pieces.append(self._written(len(self.pieces), published))

    def _written(self, number: int, published: datetime) -> Piece:
        randomly = self._randomly
        name = "".join(randomly.choice(_SYLLABLES) for _ in range(5)).title()
        names = list(self.feeds)
        own = randomly.choice(names)
        feeds = (own, randomly.choice([each for each in names if each != own])) if number % SHARED == 0 else (own,)
        about = "A museum" if number % 6 == 5 else "Nvidia"
        words = [randomly.choice(_WORDS) for _ in range(40)]
        sentences = [
            f"{about if place % 3 == 0 else 'The ' + words[place]} moves {randomly.randrange(3, 9999)} "
            f"{words[place + 9]} of {name} to the {words[place + 18]} near the {words[place + 27]}."
            for place in range(9)
        ]
        host = self.feeds[own].rsplit("/", 1)[0]
        return Piece(
            number, published, f"{about} moves {name} {number}", " ".join(sentences), f"{host}/page/{number}", feeds
        )

    def answer(self, host: str, path: str) -> tuple[int, str, bytes]:
        if path == "/robots.txt":
            return 200, "text/plain", _ROBOTS.encode()
        with self._guard:
            if path.endswith(".xml"):
                name = next(name for name, url in self.feeds.items() if url == f"http://{host}{path}")
                body = "".join(self._item(piece) for piece in reversed(self.pieces) if name in piece.feeds)
                return (
                    200,
                    "application/rss+xml",
                    f'<rss version="2.0"><channel><title>{name}</title>{body}</channel></rss>'.encode(),
                )
            number = path.rpartition("/")[2]
            if path.startswith("/page/") and number.isdecimal() and int(number) < len(self.pieces):
                piece = self.pieces[int(number)]
                text = "".join(f"<p>{escape(each)}.</p>" for each in piece.text.split(". "))
                page = f"<!doctype html><html lang=en><title>{piece.title}</title><article><h1>{piece.title}</h1>{text}"
                return 200, "text/html; charset=utf-8", f"{page}</article></html>".encode()
        return 404, "text/plain", b"not here"

    def _item(self, piece: Piece) -> str:
        return (
            f"<item><title>{escape(piece.title)}</title><link>{piece.url}</link>"
            f"<pubDate>{format_datetime(piece.published)}</pubDate>"
            f"<description>{escape(piece.text.partition('.')[0])}</description></item>"
        )

    def note(self, asked: Asked) -> None:
        with self._guard:
            self.asked.append(asked)


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    room: Newsroom

    def do_GET(self) -> None:
        began, host = time.monotonic(), f"127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]  # its server has one
        status, kind, body = self.room.answer(host, self.path)
        time.sleep(self.room.slow)
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            ended = time.monotonic()
            self.wfile.write(body)
        except OSError:  # who asked was killed
            ended, self.close_connection = began, True
        who = re.search(r"https://(\w+)\.desk\.example", self.headers.get("User-Agent", ""))
        self.room.note(Asked(host, self.path, who[1] if who else "", began, ended))

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True


def at(base: datetime, began: float, speed: float) -> datetime:
    """What the stage's clock shows now, to the second: feeds say no more."""
    return (base + timedelta(seconds=(time.monotonic() - began) * speed)).replace(microsecond=0).astimezone(UTC)
