"""The world around the program, which survives every kill: the clock, the news, and who serves them over HTTP."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from kill.child import stage_time

START = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)
SPEED = 120.0  # two minutes a second: a lease runs out in five seconds
SHOWN = 80  # items in a feed: what ten killed visits missed is still there
_WORDS = """
harbour lantern granite meadow orchard tunnel saddle copper violin glacier pepper marble cotton engine ribbon falcon
timber candle mirror anchor basket bridge carpet cellar cradle curtain dagger desert donkey feather ferry fiddle forest
fountain furnace garden goblet hammer helmet island jacket kettle ladder locket magnet mantle market needle nettle
oyster paddle pallet parrot pebble pigeon pillow pocket pottery quarry rabbit raft ravine reindeer rocket saucer scarf
shovel
spindle spruce stable statue stove sulphur swallow tavern temple thicket thimble throne timpani tower trumpet turnip
umbrella valley vessel village walnut wharf willow window winter wizard zephyr almond barley beacon blossom boulder
""".split()
_VERBS = "moves bends carries lifts paints measures follows repairs studies collects replaces divides records".split()


@dataclass(frozen=True)
class Piece:
    """An article: told by "paper", some of them copied by "echo" later."""

    number: int
    published: datetime
    title: str
    text: str
    is_news: bool  # on topic


class Clock:
    """Runs fast while a child lives, stands still while the ledger is read, and jumps between two children."""

    def __init__(self) -> None:
        self.base, self._began = START, None
        self._guard = threading.Lock()

    def start(self, jump: timedelta) -> tuple[datetime, float]:
        with self._guard:
            self.base += jump
            self._began: float | None = time.monotonic()
            return self.base, self._began

    def stop(self) -> None:
        with self._guard:
            self.base, self._began = self._now(), None

    def __call__(self) -> datetime:
        with self._guard:
            return self._now()

    def _now(self) -> datetime:
        return self.base if self._began is None else stage_time(self.base, self._began, SPEED)


@dataclass
class Origin:
    """Two feeds over real HTTP on loopback, and the pages of the first one's articles."""

    clock: Clock
    randomly: random.Random
    pieces: list[Piece] = field(default_factory=list)
    copies: list[tuple[datetime, Piece]] = field(default_factory=list)
    asked: list[tuple[str, datetime]] = field(default_factory=list)  # feeds, when

    def __post_init__(self) -> None:
        self._guard = threading.Lock()
        origin = self

        class Handler(_Answering):
            world = origin

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.place = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def bring(self, count: int) -> None:
        """So many new articles; one in four was published before as a copy elsewhere's original."""
        with self._guard:
            now = self.clock()
            for _ in range(count):
                piece = self._write(len(self.pieces), now)
                self.pieces.append(piece)
                if piece.number % 4 == 0:
                    # The first one at once: what a feed shows first counts as told when it is read a day later.
                    hours = self.randomly.choice((0, 2, 9, 20)) if piece.number else 0
                    self.copies.append((now + timedelta(hours=hours), piece))

    def _write(self, number: int, now: datetime) -> Piece:
        pick = self.randomly.choice
        is_news = number % 5 != 3
        # No two alike: articles about one strange name are taken for one story, and rightly so.
        name = "".join(pick("bcdfghjklmnprstvz") + pick("aeiou") for _ in range(5))
        about = "Nvidia" if is_news else "A museum"
        title = f"{about} {pick(_VERBS)} {name.title()} {pick(_WORDS)} and {pick(_WORDS)} {number}"
        text = " ".join(
            f"{about if each % 3 == 0 else 'The ' + pick(_WORDS)} {pick(_VERBS)} the {pick(_WORDS)} {pick(_WORDS)} of "
            f"{name.title()} {pick(_WORDS)}, {pick(_VERBS)} {self.randomly.randrange(3, 9999)} {pick(_WORDS)} and "
            f"{pick(_VERBS)} a {pick(_WORDS)} {pick(_WORDS)} near the {pick(_WORDS)} {pick(_WORDS)}."
            for each in range(9)
        )
        return Piece(number, now - timedelta(minutes=2), title, text, is_news)

    def urls(self) -> dict[str, Piece]:
        """Every address that was shown when a feed was asked last, with its article."""
        with self._guard:
            shown = {f"http://{self.place}/paper/{piece.number}": piece for piece in self.pieces}
            last = max((moment for path, moment in self.asked if path == "/echo.xml"), default=START)
            copied = {f"http://{self.place}/echo/{piece.number}": piece for at, piece in self.copies if at <= last}
        return shown | copied

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body."""
        with self._guard:
            now = self.clock()
            if path in ("/paper.xml", "/echo.xml"):
                self.asked.append((path, now))
                if path == "/paper.xml":
                    items = [self._item("paper", piece, piece.published) for piece in self.pieces[-SHOWN:]]
                else:
                    shown = [(at, piece) for at, piece in self.copies if at <= now]
                    items = [self._item("echo", piece, at, whole=True) for at, piece in shown[-SHOWN:]]
                items.reverse()
                body = f'<rss version="2.0"><channel><title>{path[1:-4]}</title>{"".join(items)}</channel></rss>'
                return 200, "application/rss+xml", body.encode()
            kind, _, number = path[1:].partition("/")
            if kind in ("paper", "echo") and number.isdecimal() and int(number) < len(self.pieces):
                piece = self.pieces[int(number)]
                sentences = "".join(f"<p>{escape(each)}.</p>" for each in piece.text.split(". "))
                page = f"<h1>{piece.title}</h1>{sentences}"
                html = f"<!doctype html><html lang=en><title>{piece.title}</title><article>{page}</article></html>"
                return 200, "text/html; charset=utf-8", html.encode()
        return 404, "text/plain", b"not here"

    def _item(self, feed: str, piece: Piece, at: datetime, *, whole: bool = False) -> str:
        text = piece.text if whole else piece.text.partition(".")[0]
        return (
            f"<item><title>{escape(piece.title)}</title><link>http://{self.place}/{feed}/{piece.number}</link>"
            f"<pubDate>{format_datetime(at)}</pubDate><description>{escape(text)}</description></item>"
        )


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: Any

    def do_GET(self) -> None:
        status, kind, body = self.world.answer(self.path)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        del timestamp
        return format_datetime(self.world.clock(), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # who asked was killed
            self.close_connection = True
