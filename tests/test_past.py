"""Overviews in `out`: the index, the calendar, the feeds: whole, safe, and never more work than they have to be."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from command import run
from feedcheck import atom_mistakes, json_feed_mistakes
from lxml import etree

from watcher.digest.view import view
from watcher.past import FED_EDITIONS, FED_STORIES, INDEXED, Kept, Overview
from watcher.render import Renderer, write_edition
from watcher.render.files import clear_leftovers, write_atomically
from watcher.shipped import shipped
from watcher.types import (
    Difference,
    Edition,
    Entry,
    Figure,
    Listed,
    MachineWords,
    Quote,
    Relation,
    Report,
    Shared,
)

MAIN, EARLY = "07:00 Europe/Lisbon", "05:30 Europe/Lisbon"
FIRST = date(2024, 1, 30)
ATOM = "{http://www.w3.org/2005/Atom}"
IDENTITY = UUID(int=42)
PAYLOADS = (Path(__file__).parent / "hostile" / "payloads.txt").read_text("utf-8").splitlines()
HOSTILE = [
    *(line for line in PAYLOADS if line and not line.startswith("#")),
    "a\x00b\x0bc\x1f\ufffe\uffff",
    "half \ud800 a pair \udfff",
    "]]> & < > \" ' &amp; &#0;",
    "\u202egnp.exe",
    "x" * 3000,
]


def report(number: int, title: str = "", **more: object) -> Report:
    url = f"https://paper.example/news/{number}"
    made = Report(number, url, title or f"Nvidia ships {number}", f"Paper {number % 7}", "paper", "en", _moment(FIRST),
                  Relation.NEW, summary=("It ships early.",), topics=("nvidia",))  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def edition(number: int, *entries: Entry, schedule: str = MAIN, day: date | None = None) -> Edition:
    day = day or FIRST + timedelta(days=number)
    end = _moment(day)
    return Edition(
        id=number + 1,
        date=day,
        schedule=schedule,
        since=end - timedelta(days=1),
        until=end,
        made=end,
        topics=(("nvidia", "Nvidia & friends"),),
        entries=entries or (Entry(str(number), "new", ("nvidia",), (report(number),)),),
    )


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


@dataclass
class Shelf:
    """An archive that counts how often an edition's body is read."""

    editions: list[Edition] = field(default_factory=list)
    bodies: int = 0

    def edition(self, id_or_date: str) -> Edition | None:
        self.bodies += 1
        return next((each for each in self.editions if str(each.id) == id_or_date), None)

    def listed(self, limit: int) -> tuple[Listed, ...]:
        newest = sorted(self.editions, key=lambda each: (each.until, each.id), reverse=True)[:limit]
        return tuple(Listed(each.id, each.date, each.schedule) for each in newest)

    def listed_between(self, first: date, last: date) -> tuple[Listed, ...]:
        found = sorted((each for each in self.editions if first <= each.date <= last), key=lambda each: each.until)
        return tuple(Listed(each.id, each.date, each.schedule) for each in found)

    def beside(self, first: date, last: date) -> tuple[date | None, date | None]:
        days = [each.date for each in self.editions]
        earlier, later = [day for day in days if day < first], [day for day in days if day > last]
        return max(earlier, default=None), min(later, default=None)

    def months(self) -> tuple[date, ...]:
        return tuple(sorted({each.date.replace(day=1) for each in self.editions}))


class Desk:
    """Editions one after the other, as a press writes them."""

    def __init__(self, out: Path, language: str = "en", **settings: object) -> None:
        self.out, self.past = out, Shelf()
        self.renderer = Renderer((shipped("templates"),), language, "Europe/Lisbon")
        self.overview = Overview(out, self.renderer, ("en",), 20, MAIN, IDENTITY, **settings)  # type: ignore[arg-type]
        self.kept: dict[int, Kept] = {}

    def publish(self, *editions: Edition) -> tuple[str, ...]:
        written: tuple[Path, ...] = ()
        for each in editions:
            self.past.editions.append(each)
            write_edition(self.out, self.overview.name(each), view(each, ("en",)), self.renderer)
            written = self.overview.write(each, self.past, self.kept)
        return tuple(path.name for path in written)

    def text(self, name: str) -> str:
        return (self.out / name).read_text("utf-8")

    def ids(self, name: str = "stories.json") -> list[str]:
        return [item["id"] for item in json.loads(self.text(name))["items"]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "out")


# --- feeds ------------------------------------------------------------------------------------------------------------


def hostile() -> Edition:
    """Every field that comes from outside holds every payload somewhere."""
    entries = []
    for number, text in enumerate(HOSTILE):
        lead = report(number * 2, text, outlet=text, language=text[:9], summary=(text, text), source=text)
        other = report(number * 2 + 1, text, url=text, outlet=f"{text} 2", language="ar")
        entries.append(
            Entry(
                f"{number}{text[:20]}", "update" if number % 3 == 0 else "new", ("nvidia",), (lead, other), 1.0,
                new=(Quote(text, text, text),), shared=(Shared("name", text),), unsure=(0.5, 0.5),
                differences=(Difference("", text, (Figure(5.0, (text,)), Figure(6.0, ("b",)))),),
                kind="paper" if number % 5 == 4 else "news",
            )
        )  # fmt: skip
    made = edition(0, *entries)
    words = tuple(
        MachineWords(entry.id, "en", HOSTILE[0], HOSTILE[1], HOSTILE[2], report.article)
        for entry in entries
        for report in entry.reports
    )
    return replace(made, topics=(("nvidia", HOSTILE[0]),), machine=words)


def test_feeds_are_as_their_specifications_want_them(desk: Desk):
    desk.publish(*map(edition, range(3)))
    for name in ("editions", "stories"):
        assert atom_mistakes(desk.text(f"{name}.atom")) == []
        assert json_feed_mistakes(desk.text(f"{name}.json")) == []


def test_feeds_of_hostile_words_are_whole(tmp_path: Path):
    for language in ("en", "zh"):
        desk = Desk(tmp_path / language, language)
        desk.overview = replace(desk.overview, max_stories=100)
        desk.publish(hostile())
        for name in ("editions", "stories"):
            assert atom_mistakes(desk.text(f"{name}.atom")) == []
            assert json_feed_mistakes(desk.text(f"{name}.json")) == []
        assert len(desk.ids()) == len(HOSTILE) - max(0, len([i for i in range(len(HOSTILE)) if i % 5 == 4]) - 5)


@pytest.mark.parametrize("name", ["editions.atom", "editions.json", "stories.atom", "stories.json"])
def test_our_own_reader_finds_every_item_again(desk: Desk, name: str):
    many = [Entry(str(n), "new", ("nvidia",), (report(n, source=f"s{n}"),)) for n in range(9)]
    desk.publish(edition(0), edition(1, *many))
    done = run("sources", "read", desk.out / name, "--json")
    assert (done.code, done.err) == (0, "")
    leads = done.rows()
    assert len(leads) == (2 if name.startswith("editions") else 10)
    assert all(lead["title"] and lead["content"] and lead["published"] for lead in leads)
    if name.startswith("stories"):
        assert {lead["url"] for lead in leads} == {f"https://paper.example/news/{n}" for n in range(9)}
        assert leads[0]["authors"][0].startswith("Paper ")
    else:
        assert {lead["url"] for lead in leads} == {None}  # no address of ours is known
        assert "Nvidia ships 8" in leads[0]["content"]


def test_an_id_stays_whatever_changes_and_is_nobody_elses(tmp_path: Path):
    told = [edition(0), edition(1)]
    before = Desk(tmp_path / "a")
    after = Desk(tmp_path / "b", "de", online=lambda name: f"https://news.example/e/{name}")
    before.publish(*told)
    after.publish(replace(told[0], schedule=MAIN), *told[1:], edition(2))
    for name in ("editions.json", "stories.json"):
        assert after.ids(name)[-2:] == before.ids(name)
        in_atom = [each.text for each in _xml(before, name.replace("json", "atom")).iter(f"{ATOM}id")]
        assert in_atom[1:] == before.ids(name)
    other = Desk(tmp_path / "c")
    other.overview = replace(other.overview, identity=UUID(int=43))
    other.publish(*told)
    assert not set(other.ids()) & set(before.ids())


def test_an_update_is_an_item_of_its_own(desk: Desk):
    reports = (report(0, told=True), report(2))
    grown = Entry("0", "update", ("nvidia",), reports, new=(Quote("In May.", "P", "en"),))
    desk.publish(edition(0), edition(1, grown))
    items = json.loads(desk.text("stories.json"))["items"]
    assert [item["title"] for item in items] == ["Update: Nvidia ships 2", "Nvidia ships 0"]
    assert len(set(desk.ids())) == 2
    assert "In May." in items[0]["content_html"]


def test_feeds_hold_the_newest_and_no_more(desk: Desk):
    many = [Entry(str(n), "new", ("nvidia",), (report(n, source=f"s{n}"),)) for n in range(20)]
    desk.past.editions = [edition(number, *many) for number in range(FED_EDITIONS + 2)]
    desk.publish(edition(FED_EDITIONS + 2, *many))
    assert len(desk.ids("editions.json")) == FED_EDITIONS
    assert len(desk.ids("stories.json")) == FED_STORIES
    newest = json.loads(desk.text("editions.json"))["items"][0]
    assert newest["date_published"] == f"{FIRST + timedelta(days=FED_EDITIONS + 2)}T07:00:00Z"


def test_feeds_tell_what_the_main_hour_tells_once(desk: Desk):
    desk.publish(edition(0, schedule=EARLY), edition(1, day=FIRST))
    assert (len(desk.ids()), len(desk.ids("editions.json"))) == (1, 1)
    assert "stories.atom" not in desk.publish(edition(2, schedule=EARLY))


def test_with_an_address_of_ours_items_lead_to_it(tmp_path: Path):
    desk = Desk(tmp_path, online=lambda name: f"https://news.example/w/e/{name}/sig")
    desk.publish(edition(0))
    (item,) = json.loads(desk.text("stories.json"))["items"]
    page = "https://news.example/w/e/2024-01-30/sig"
    assert (item["url"], item["external_url"]) == (f"{page}#story-0", "https://paper.example/news/0")
    links = {
        each.get("rel"): each.get("href")
        for each in _xml(desk, "stories.atom").find(f"{ATOM}entry").iter(f"{ATOM}link")
    }
    assert links == {"alternate": "https://paper.example/news/0", "related": f"{page}#story-0"}
    assert json.loads(desk.text("editions.json"))["items"][0]["url"] == page
    assert f'id="{item["url"].partition("#")[2]}"' in desk.text("2024-01-30.html")


def _xml(desk: Desk, name: str) -> etree._Element:
    return etree.fromstring(desk.text(name).encode())


# --- the calendar and the index ---------------------------------------------------------------------------------------


class Table(HTMLParser):
    """The rows of a page's table as texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        del attributes
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def test_a_month_is_a_table_whose_days_lead_to_their_editions(desk: Desk):
    desk.publish(edition(0), edition(1), edition(2, schedule=EARLY, day=date(2024, 1, 31)))
    text = desk.text("calendar-2024-01.html")
    rows = Table(text).rows
    assert rows[0] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert rows[-1][:2] == ["29", "30 Tuesday, 30 January 2024, 1 story"]
    assert rows[-1][2].startswith("31 ")
    assert re.findall(r"\d\d:\d\d 1 story", rows[-1][2]) == ["07:00 1 story", "05:30 1 story"]
    assert re.findall(r'<td class="told">.*?href="([^"]+)"', text, re.DOTALL)[0] == "2024-01-30.html"
    assert 'href="2024-01-31-0530-europe-lisbon.html"' in text
    assert '<th scope="col"><abbr title="Monday">Mon</abbr></th>' in text


@pytest.mark.parametrize(
    ("language", "first"), [("en", "Mon"), ("pt", "Dom."), ("ja", "日"), ("zh", "周一"), ("de", "Mo")]
)
def test_a_week_begins_as_the_readers_language_has_it(tmp_path: Path, language: str, first: str):
    desk = Desk(tmp_path, language)
    desk.publish(edition(0))
    rows = Table(desk.text("calendar-2024-01.html")).rows
    assert rows[0][0] == first
    assert {len(row) for row in rows} == {7}
    assert [int(cell.split()[0]) for row in rows[1:] for cell in row if cell] == [*range(1, 32)]


def test_every_month_is_reached_from_every_other(desk: Desk):
    desk.publish(edition(0), edition(60), edition(400))
    assert 'href="calendar-2024-03.html" rel="next"' in desk.text("calendar-2024-01.html")
    march = desk.text("calendar-2024-03.html")
    assert 'href="calendar-2024-01.html" rel="prev"' in march
    assert 'href="calendar-2025-03.html" rel="next"' in march
    assert re.findall(r'href="(calendar-[^"]+)"', desk.text("calendar.html")) == [
        f"calendar-{month}.html" for month in ("2025-03", "2024-03", "2024-01")
    ]


def links_of(folder: Path) -> Iterator[tuple[Path, str]]:
    for page in sorted(folder.glob("*.html")):
        for address in re.findall(r'(?:href|src)="([^"]*)"', page.read_text("utf-8")):
            yield page, address
    for page in sorted(folder.glob("*.atom")):
        for element in etree.fromstring(page.read_bytes()).iter(f"{ATOM}link"):
            yield page, element.get("href")


def test_every_link_between_files_leads_to_one(desk: Desk):
    desk.publish(*(edition(number, schedule=MAIN if number % 5 else EARLY) for number in range(40)))
    (desk.out / f"{FIRST + timedelta(days=38)}.html").unlink()
    desk.publish(edition(40), edition(41))
    relative = [(page, address) for page, address in links_of(desk.out) if "://" not in address]
    assert len(relative) > 150
    for page, address in relative:
        file, _, place = address.partition("#")
        target = desk.out / file if file else page
        if page.suffix == ".atom" and target.name == f"{FIRST + timedelta(days=38)}.html":
            continue  # an item keeps the address that it was given; its content is whole
        assert target.is_file(), (page.name, address)
        assert not place or f'id="{place}"' in target.read_text("utf-8"), (page.name, address)


def test_a_page_taken_away_is_named_and_not_linked(desk: Desk):
    desk.publish(edition(0))
    (desk.out / "2024-01-30.html").unlink()
    desk.publish(edition(1))
    assert "2024-01-30.html" not in desk.text("index.html") + desk.text("calendar-2024-01.html")
    assert 'datetime="2024-01-30"' in desk.text("index.html")


def test_an_overview_taken_away_is_made_again(desk: Desk):
    desk.publish(edition(0), edition(40), edition(80))
    whole = {file.name: file.read_bytes() for file in desk.out.iterdir()}
    for file in desk.out.glob("calendar*"):
        file.unlink()
    desk.kept = {}
    desk.overview.write(desk.past.editions[-1], desk.past, desk.kept)
    assert {file.name: file.read_bytes() for file in desk.out.iterdir()} == whole


def test_years_of_editions_cost_an_edition_no_more_than_months(desk: Desk):
    # Neither the bodies read nor the files written grow with the archive.
    desk.past.editions = [edition(number) for number in range(1500)]
    for each in desk.past.months():  # as they stand after years
        write_atomically(desk.out / f"calendar-{each:%Y-%m}.html", "<p>as it was</p>")
    write_atomically(desk.out / "calendar.html", "<p>as it was</p>")
    desk.publish(edition(1500))
    assert desk.past.bodies <= INDEXED + 31
    assert len(desk.kept) <= INDEXED + 31
    desk.past.bodies = 0
    names = desk.publish(edition(1501))
    assert desk.past.bodies == 0
    assert sorted(names) == [
        "calendar-2028-03.html", "editions.atom", "editions.json", "index.html", "stories.atom", "stories.json"
    ]  # fmt: skip
    assert len(re.findall("<li>", desk.text("index.html"))) == INDEXED


# --- files ------------------------------------------------------------------------------------------------------------


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path):
    left = [".index.html.abcd_123", ".2026-03-10.json.zzzzzzzz", ".2026-03-10-0530-utc.md.aaaaaaaa",
            ".stories.atom.qwertyui", ".calendar-2026-03.html.12345678"]  # fmt: skip
    kept = ["index.html", ".htaccess", ".index.html.swp", ".notes.txt.abcdefgh", "2026-03-10.html", ".git"]
    for name in left + kept:
        (tmp_path / name).write_text("half a pa")
    assert sorted(file.name for file in clear_leftovers(tmp_path)) == sorted(left)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(kept)
    assert clear_leftovers(tmp_path / "nowhere") == ()


def test_what_another_process_writes_right_now_is_left_alone(tmp_path: Path):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # begins a file, and never gets on
        from watcher.render.files import _begun

        _begun(tmp_path / "index.html")
        os.write(writer, b".")
        os.pause() if hasattr(os, "pause") else __import__("signal").pause()
    os.read(reader, 1)
    try:
        assert clear_leftovers(tmp_path) == ()
        assert len([*tmp_path.iterdir()]) == 1
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert len(clear_leftovers(tmp_path)) == 1
    assert [*tmp_path.iterdir()] == []


def test_what_stands_there_already_is_not_written_again(tmp_path: Path):
    file = write_atomically(tmp_path / "index.html", "the same")
    before = file.stat()
    write_atomically(file, "the same")
    assert file.stat() == before
    write_atomically(file, "the sane")
    assert file.stat().st_ino != before.st_ino
    (tmp_path / "link.html").symlink_to(file)
    assert not write_atomically(tmp_path / "link.html", "the sane").is_symlink()
