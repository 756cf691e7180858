"""Three providers of history that a backfill can be run against, and killed, as often as somebody likes.

blatt    an Atom feed with RFC 5005 archives: every story first
kurier   a sitemap: each second story again, lightly edited
crawl    a WARC: each third story as a third outlet has it, pages of the other two once more, much that is off topic
"""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zlib import crc32

SINCE, UNTIL = "2025-01-01", "2025-07-01"
_START = datetime(2025, 1, 6, 8, tzinfo=UTC)
_PER_DOCUMENT = 4  # entries of an archive document

_PLACES = "Porto Turku Graz Lyon Gdansk Brno Tartu Bergen Leiden Cork Udine Varna".split()
_TRADES = "shipyard hospital observatory brewery harbour railway library quarry archive tannery foundry orchard".split()
_CHIPS = "H800 H20 B200 L40S A100 GH200 B300 H100 L4 A40 T4 V100".split()


@dataclass(frozen=True)
class Told:
    """One article: where it is, what it says, when it was published."""

    url: str
    title: str
    text: str
    published: datetime
    dated: bool = True  # its page says when


def story(number: int) -> tuple[str, str]:
    """The title and text of one piece of news, unlike every other one."""
    place, trade, chip = (names[number % len(names)] for names in (_PLACES, _TRADES, _CHIPS))
    count, price, year = 1100 + 137 * number, 3 + number * 1.7, 2026 + number % 5
    title = f"Nvidia supplies {count} {chip} processors to a {trade} in {place}"
    text = "\n".join(
        (
            f"Nvidia will deliver {count} {chip} processors to the {trade} of {place}, the council said on Monday.",
            f"The order is worth {price:.1f} million euros and is to be complete in {year}, in {number + 2} lots.",
            f"Until now the {trade} rented its machines by the hour, which cost {count // 9} euros on an average day.",
            f"Its head of operations expects {number + 11} percent less power for the same work once {place} has them.",
            f"A competing offer without Nvidia parts had been {number + 5} percent cheaper and was turned down.",
            f"The {chip} will stand in a hall that the {trade} built in {1900 + number} and has hardly used since.",
        )
    )
    return title, text


class Room:
    """Serves until it is closed; `config` writes an archive's folder. What it tells is the same every time."""

    def __init__(self, folder: Path, stories: int = 12, off_topic: int = 60) -> None:
        self.folder = folder
        self._answers: dict[str, bytes] = {}
        self.requests: list[str] = []
        self._servers = [self._serve(), self._serve()]
        self.urls = [f"http://127.0.0.1:{server.server_address[1]}" for server in self._servers]
        self.blatt = [self._told(0, number) for number in range(stories)]
        self.kurier = [self._told(1, number) for number in range(0, stories, 2)]
        self._put_feed()
        self._put_sitemap()
        for told in (*self.blatt, *self.kurier):
            self._answers[told.url] = page(told)
        self.warc = folder / "crawl.warc.gz"
        third = [self._third(number) for number in range(0, stories, 3)]
        self.warc.write_bytes(
            b"".join(warc([*self.blatt[::4], *self.kurier[::3], *third, *map(off, range(off_topic))]))
        )

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def config(self, name: str, more: str = "") -> Path:
        """The configuration of an archive of its own."""
        file = self.folder / name / "config.toml"
        file.parent.mkdir(parents=True)
        hosts = ", ".join(f'"{url.removeprefix("http://")}"' for url in self.urls)
        file.write_text(
            f"""
[watcher]
data_dir = "data"
timezone = "UTC"
reads = ["en"]

[network]
allow = [{hosts}]
gap = "1ms"

[stories]
encoder = "off"

[topics.nvidia]
title = "Nvidia"
names = ["Nvidia"]

[[sources]]
id = "blatt"
url = "{self.urls[0]}/feed.xml"
language = "en"

[[sources]]
id = "kurier"
kind = "sitemap"
url = "{self.urls[1]}/sitemap.xml"
language = "en"

[[sources]]
id = "crawl"
kind = "warc"
url = "{self.warc}"

[digest]
at = "07:00"
{more}""",
            "utf-8",
        )
        return file

    # --- what it tells ---

    def _told(self, outlet: int, number: int) -> Told:
        title, text = story(number)
        moment = _START + timedelta(days=9 * number, hours=7 * outlet)
        if outlet:
            title, text = f"{title}, council says", text.replace(" will deliver ", " is to deliver ")
        return Told(f"{self.urls[outlet]}/{moment:%Y/%m/%d}/news-{number}", title, text, moment)

    def _third(self, number: int) -> Told:
        title, text = story(number)
        moment = _START + timedelta(days=9 * number, hours=11)
        text = f"From our correspondent.\n{text}\nOur paper reported on the plans before."
        return Told(
            f"https://rundschau.example/{number}/{title.split()[-1].lower()}", title, text, moment, number % 2 > 0
        )

    def _put_feed(self) -> None:
        newest = self.blatt[::-1]
        documents = [newest[start : start + _PER_DOCUMENT] for start in range(0, len(newest), _PER_DOCUMENT)]
        for place, entries in enumerate(documents):
            before = f"{self.urls[0]}/archive-{place + 1}.xml" if place + 1 < len(documents) else None
            name = f"archive-{place}.xml" if place else "feed.xml"
            self._answers[f"{self.urls[0]}/{name}"] = feed(entries, before)

    def _put_sitemap(self) -> None:
        rows = "".join(
            f"<url><loc>{told.url}</loc><lastmod>{told.published.isoformat()}</lastmod></url>" for told in self.kurier
        )
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
        self._answers[f"{self.urls[1]}/sitemap.xml"] = body.encode()

    def _serve(self) -> ThreadingHTTPServer:
        room = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                url = f"http://{self.headers['Host']}{self.path}"
                room.requests.append(url)
                body = room._answers.get(url)
                self.send_response(404 if body is None else 200)
                kind = "application/xml" if self.path.endswith(".xml") else "text/html; charset=utf-8"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server


def off(number: int) -> Told:
    """A page that is on no topic."""
    place, trade = _PLACES[number % 12], _TRADES[number * 5 % 12]
    text = "\n".join(
        f"The {trade} of {place} opens its doors on day {number + line} of the season, with music and bread."
        for line in range(8)
    )
    return Told(f"https://wochenblatt.example/{number}", f"The {trade} of {place} opens", text, _START)


def page(told: Told) -> bytes:
    """An article's page."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in told.text.splitlines())
    date = f'<meta property="article:published_time" content="{told.published.isoformat()}">' if told.dated else ""
    head = f"<head><title>{escape(told.title)}</title>{date}<link rel=canonical href='{told.url}'></head>"
    return (
        f"<!doctype html><html lang=en>{head}<body><main><article><h1>{escape(told.title)}</h1>{paragraphs}"
        "</article></main></body></html>"
    ).encode()


def feed(entries: Iterable[Told], before: str | None) -> bytes:
    """An Atom document, with the one before it where there is one."""
    link = f'<link rel="prev-archive" href="{before}"/>' if before else ""
    rows = "".join(
        f"<entry><id>{told.url}</id><title>{escape(told.title)}</title><link href='{told.url}'/>"
        f"<published>{told.published.isoformat()}</published><updated>{told.published.isoformat()}</updated></entry>"
        for told in entries
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Blatt</title><id>urn:blatt</id>'
        f"<updated>{_START.isoformat()}</updated>{link}{rows}</feed>"
    ).encode()


def warc(pages: Iterable[Told]) -> Iterator[bytes]:
    """Records of a WARC, each a member of its own; every page was read two days after it was published."""
    for told in pages:
        body = page(told)
        http = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
            + body
        )
        moment = told.published + timedelta(days=2)
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {told.url}\r\n"
            f"WARC-Date: {moment:%Y-%m-%dT%H:%M:%SZ}\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{crc32(told.url.encode()):012}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        ).encode()
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
            file.write(head + http + b"\r\n\r\n")
        yield packed.getvalue()
