"""What an article is compared by comes along with its unit: the writer's archive is the same with it and without."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from past.room import Room, Told, page, story, warc

from watcher.app import assembled
from watcher.backfill import Asked, backfill, planned
from watcher.cli.reading_units import work_of
from watcher.cli.ways import way_of
from watcher.config import load_config
from watcher.types import Brought, Document, Gist, Key, Load, Source, Unit, Window

WINDOW = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
FIRST = datetime(2025, 2, 3, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("gists"))
    made.warc.write_bytes(b"".join(records()))
    yield made
    made.close()


def records() -> Iterator[bytes]:
    """Pages of every kind: dated and not, in two languages, a marked address, an impossible date."""
    for number in range(4):
        title, text = story(number)
        for place in range(3):
            url = f"https://paper{place}.example/{number}/{title.split()[-1].lower()}"
            moment = FIRST + timedelta(days=3 * number, hours=place)
            words = f"As we said yesterday.\n{text}" if place else text
            yield from warc([Told(url, title, words, moment, dated=place != 1)])
    told = Told("https://blatt.example/9?utm_source=x", "Nvidia liefert Prozessoren nach Graz", GERMAN, FIRST)
    (record,) = warc([told])
    yield record
    # It claims a day long after it was read, which is none.
    title, text = story(5)
    yield raw("https://blatt.example/10", page(Told("https://blatt.example/10", title, text, FIRST + timedelta(90))))


GERMAN = "\n".join(
    (
        "Nvidia liefert 2200 H800 an die Brauerei von Graz, wie der Gemeinderat am Montag mitteilte.",
        "Der Auftrag ist 12,5 Millionen Euro wert und soll im Jahr 2027 in drei Losen abgeschlossen werden.",
        "Bisher mietete die Brauerei ihre Rechner stundenweise, was an einem gewoehnlichen Tag 240 Euro kostete.",
        "Der Betriebsleiter erwartet bei gleicher Arbeit elf Prozent weniger Strom, sobald Graz die Anlage hat.",
    )
)


def raw(url: str, body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {FIRST:%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", mtime=0)


@dataclass
class Here:
    """An engine in this process, which changes what units bring."""

    work: Callable[[Unit], Load]
    change: Callable[[Brought], Brought]
    brought: list[Brought] = field(default_factory=list)

    def run(self, units: Iterable[Unit], stop: object = None) -> Iterator[Load]:
        del stop
        for unit in units:
            load = self.work(unit)
            self.brought += load.brought
            yield replace(load, brought=tuple(map(self.change, load.brought)))


class Counting:
    """The writer's workers, and what they were asked to read."""

    def __init__(self, workers: Any) -> None:
        self._workers = workers
        self.read: list[Document] = []

    def gist(self, document: Document) -> Future[Gist]:
        self.read.append(document)
        future: Future[Gist] = self._workers.gist(document)
        return future


def archive(
    room: Room, name: str, change: Callable[[Brought], Brought], stories: str = ""
) -> tuple[list[str], list[Document], list[Brought]]:
    """The export of a new archive, what the writer itself read, and what units brought."""
    file = room.config(name)
    file.write_text(file.read_text("utf-8").replace("[stories]\n", f"[stories]\n{stories}\n"), "utf-8")
    source = Source("crawl", str(room.warc), "warc", pages="always")
    config = load_config(file, {})
    with assembled(config) as program:
        workers, engine = Counting(program.parts.workers), Here(work_of(config, [source]), change)
        parts = replace(program.parts, workers=workers)  # type: ignore[arg-type]  # of them the loading asks no more
        done = backfill(parts, planned(program.store, [Asked(source, (way_of("warc"),))], WINDOW), engine)
        assert [each.trouble for each in done] == [None]
        return [json.dumps(row, sort_keys=True) for row in program.store.export()], workers.read, engine.brought


def test_the_archive_is_the_same_whoever_reads_what_articles_are_compared_by(room: Room):
    brought, read, units = archive(room, "brought", lambda each: each)
    here, all_of_them, _ = archive(room, "here", lambda each: replace(each, gist=None))
    assert len(here) == len(units) == len(all_of_them) == 14
    assert brought == here
    assert read == [], "the writer makes the same documents of these pages"


def test_what_was_read_of_another_document_counts_for_nothing(room: Room):
    def wrong(each: Brought) -> Brought:
        return replace(each, gist=Gist("", (Key("copy", 1, 7),), b"of something else"))

    other, read, _ = archive(room, "wrong", wrong)
    here, _, _ = archive(room, "right", lambda each: replace(each, gist=None))
    assert other == here
    assert len(read) == len(here)


def test_an_article_that_became_another_document_meanwhile_is_read_by_the_writer(room: Room):
    def retitled(each: Brought) -> Brought:
        if not each.lead.url.endswith("/9?utm_source=x"):
            return each
        return replace(each, extraction=replace(each.extraction, title="Nvidia beliefert Graz"))

    other, read, _ = archive(room, "retitled", retitled)
    here, _, _ = archive(room, "retitled here", lambda each: replace(retitled(each), gist=None))
    assert other == here
    assert [each.title for each in read] == ["Nvidia beliefert Graz"]


def test_names_that_a_user_added_are_read_with_on_the_units_side_too(room: Room):
    (room.folder / "names.toml").write_text('[place]\ngraz = ["Graz", "brewery", "Brauerei"]\n', "utf-8")
    named, read, units = archive(room, "named", lambda each: each, 'entities = "../names.toml"')
    here, _, _ = archive(room, "named here", lambda each: replace(each, gist=None), 'entities = "../names.toml"')
    assert read == []
    assert named == here
    _, _, plain = archive(room, "plain", lambda each: each)
    assert [each.gist for each in units] != [each.gist for each in plain], "the table says something of these"
