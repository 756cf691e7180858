"""What leaves the house: no reader's address in `out`, and no link that leads nowhere or home."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest
from lxml import etree

from watcher.delivery import ChannelTable
from watcher.delivery.email import EmailTable
from watcher.delivery.file import FileTable
from watcher.press import EditionPress, Links
from watcher.publish import publish_one, schedule_key
from watcher.render import Renderer
from watcher.render.renderer import FORMS
from watcher.shipped import shipped
from watcher.signing import reader_of
from watcher.store import SqlStore, open_store
from watcher.types import (
    Caution,
    Edition,
    Entry,
    FailingSource,
    Footer,
    OutboxRow,
    Outcome,
    Recipient,
    Relation,
    Report,
    Schedule,
    SourceChange,
    Volume,
)

DAILY = Schedule("07:00", "Europe/Berlin")
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
CANARY, OTHER = "canary.reader@private-desk.example", "second@other-desk.example"
SECRET = "5e" * 32
PUBLIC = "https://news.desk.example/w"
WEB = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True)
class House:
    press: EditionPress
    store: SqlStore
    rows: tuple[OutboxRow, ...]

    @property
    def files(self) -> list[Path]:
        return sorted(file for file in self.press.out.rglob("*") if file.is_file())


def edition(number: int) -> Edition:
    """An edition with something in every place."""
    end = NOW + timedelta(days=number)

    def report(name: int, **more: object) -> Report:
        made = Report(number * 100 + name, f"https://paper{name}.example/{number}/{name}", f"Nvidia ships {name}",
                      f"Paper {name}", f"paper{name}", ("en", "de")[name % 2], end, Relation.NEW,
                      summary=("It ships early.",), topics=("nvidia",))  # fmt: skip
        return replace(made, **more)  # type: ignore[arg-type]

    entries = [
        Entry(f"{number}-{name}", "new", ("nvidia",), (report(name), report(name + 50, relation=Relation.RETELLING)),
              kind="paper" if name == 9 else "news")
        for name in range(40)
    ]  # fmt: skip
    return Edition(
        id=0, date=date(2026, 3, 10) + timedelta(days=number), schedule=schedule_key(DAILY),
        since=end - timedelta(days=1), until=end, made=end, topics=(("nvidia", "Nvidia"),), entries=tuple(entries),
        known=(Entry(f"{number}-k", "known", ("nvidia",), (report(95),), seed="000"),), seeds=(("000", "Known"),),
        mentions=(report(96),), retold=2, cautions=(Caution("language", 1, 20.0, "de"),),
        volumes=(Volume("nvidia", tuple(range(30))),),
        footer=Footer(
            9, (FailingSource("s", "S", end, "timed out"),), {Outcome.STORED: 5},
            changes=(SourceChange("m", "M", "moved", end, url="https://moved.example/feed"),),
        ),
    )  # fmt: skip


@pytest.fixture(params=[None, PUBLIC], ids=["alone", "served"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Two editions published for two readers through two channels, with and without an address of the service."""
    channels: dict[str, ChannelTable] = {
        "email": EmailTable(**{"from": "Desk <desk@sender.example>", "host": "mail.sender.example"}),
        "file": FileTable(folder=tmp_path / "mail"),
    }
    press = EditionPress(
        renderer=Renderer((shipped("templates"),), "en", "Europe/Berlin"),
        reads=("en",),
        max_stories=20,
        main_schedule=schedule_key(DAILY),
        out=tmp_path / "out",
        recipients=(Recipient(CANARY, schedule=DAILY), Recipient(OTHER, schedule=DAILY, language="de")),
        channels=channels,
        send_empty=True,
        renderers={"de": Renderer((shipped("templates"),), "de", "Europe/Berlin")},
        links=Links(request.param, SECRET) if request.param else None,
        identity=UUID(int=7),
    )
    with open_store(tmp_path / "data") as store:
        for number in range(2):
            publish_one(store, press, edition(number), lambda: NOW + timedelta(days=2))
        yield House(press, store, store.outbox())


# --- nobody's address -------------------------------------------------------------------------------------------------


def traces(address: str) -> dict[str, bytes]:
    """What an address looks like to whoever searches for it."""
    raw = address.encode()
    return {
        "itself": raw,
        "its name": raw.partition(b"@")[0],
        "its domain": raw.partition(b"@")[2],
        "in a link": quote(address, safe="").encode(),
        "as base64": base64.b64encode(raw).rstrip(b"=")[:-1],
        "hashed": hashlib.sha256(raw).hexdigest()[:32].encode(),
        "as md5": hashlib.md5(raw, usedforsecurity=False).hexdigest().encode(),
    }


def test_no_file_in_out_holds_a_readers_address(house: House):
    assert len(house.files) == 2 * len(FORMS) + 3 + 4
    for file in house.files:
        data = file.read_bytes().lower()
        for address in (CANARY, OTHER):
            found = [what for what, trace in traces(address).items() if trace.lower() in data]
            assert not found, (file.name, address, found)


def test_no_form_of_an_edition_holds_a_readers_address(house: House):
    stored = house.store.editions(1)[0]
    for form in FORMS:
        text = house.press.renderer.render(house.press.view(stored), form)
        assert "private-desk" not in text


def test_a_readers_mail_names_no_other_reader(house: House):
    assert len(house.rows) == 8
    for row in house.rows:
        other = OTHER if row.recipient == CANARY else CANARY
        whole = row.payload + b"".join(part.encode() for part in parts(row).values())
        assert other.partition("@")[2].encode() not in whole
        assert row.recipient.encode() in row.payload


# --- links ------------------------------------------------------------------------------------------------------------


def parts(row: OutboxRow) -> dict[str, str]:
    mail = message_from_bytes(row.payload, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    bodies = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    return {kind: str(body.get_content()) for kind, body in bodies.items() if body is not None}


class Addresses(HTMLParser):
    """Every address that a page names, wherever it may."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        del tag
        for name, value in attributes:
            if name in ("href", "src", "action", "srcset", "poster", "cite", "background"):
                self.found.append(value or "")
            elif name == "id" and value:
                self.ids.add(value)


def sorted_out(addresses: list[str]) -> dict[str, set[str]]:
    """Addresses by whose they are: the outlets', ours, a mail's, or relative."""
    kinds: dict[str, set[str]] = {"theirs": set(), "ours": set(), "mail": set(), "relative": set(), "other": set()}
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme == "mailto":
            kinds["mail"].add(address)
        elif not parts.scheme and not parts.netloc:
            kinds["relative"].add(address)
        elif address.startswith(f"{PUBLIC}/"):
            kinds["ours"].add(address)
        elif re.fullmatch(r"paper\d+\.example|moved\.example", parts.hostname or ""):
            kinds["theirs"].add(address)
        else:
            kinds["other"].add(address)
    return kinds


def test_every_link_of_a_mail_is_an_articles_or_leads_to_the_service_that_is_there(house: House):
    for row in house.rows:
        bodies = parts(row)
        reader = Addresses(bodies["html"])
        html, plain = sorted_out(reader.found), sorted_out(WEB.findall(bodies["plain"]))
        assert html["other"] | plain["other"] == set()
        assert len(html["theirs"]) >= 20
        anchors = {address for address in html["relative"] if address.startswith("#")}
        assert html["relative"] == anchors
        assert {address[1:] for address in anchors} <= reader.ids
        head = row.payload.partition(b"\r\n\r\n")[0].decode()
        ours = html["ours"] | plain["ours"] | {each for each in WEB.findall(unescape(head)) if each.startswith(PUBLIC)}
        if house.press.links is None:
            assert ours == set()
            assert all(address.startswith("mailto:desk@sender.example") for address in html["mail"])
            continue
        pages = {each for each in ours if each.startswith(f"{PUBLIC}/e/")}
        assert pages == {house.press.links.edition(house.press.name(edition(row.edition - 1)))}
        said = {each for each in ours if each.startswith(f"{PUBLIC}/a/")}
        assert said, "of each story one may say something"
        (way_out,) = ours - pages - said
        assert reader_of(SECRET, way_out.removeprefix(f"{PUBLIC}/u/"), [CANARY, OTHER]) == row.recipient


def test_without_the_service_a_mail_holds_every_headline_itself(house: House):
    if house.press.links is None:
        for row in house.rows:
            for body in parts(row).values():
                titles = [f"Nvidia ships {name}" for name in range(40)]
                assert [title for title in titles if title not in body] == []


def test_every_link_of_out_is_an_articles_a_file_beside_it_or_the_service(house: House):
    pages = [(file, Addresses(file.read_text("utf-8"))) for file in house.files if file.suffix == ".html"]
    found = [(file, page.found) for file, page in pages]
    for file in house.files:
        if file.suffix == ".atom":
            links = etree.fromstring(file.read_bytes()).iter("{http://www.w3.org/2005/Atom}link")
            found.append((file, [link.get("href") for link in links]))
        elif file.suffix in (".json", ".txt", ".md"):
            text = unescape(file.read_text("utf-8")).replace('"version": "https://jsonfeed.org/version/1.1"', "")
            found.append((file, WEB.findall(text)))
    names = {file.name for file in house.files}
    for file, addresses in found:
        kinds = sorted_out([address.rstrip("\\.,;") for address in addresses])
        assert kinds["other"] | kinds["mail"] == set(), file.name
        assert all(address.startswith("#") or address.partition("#")[0] in names for address in kinds["relative"])
        links = house.press.links
        told = {links.edition(house.press.name(edition(number))) for number in (0, 1)} if links else set()
        assert {address.partition("#")[0] for address in kinds["ours"]} <= told
    ids = {file.name: page.ids for file, page in pages}
    for file, addresses in found:
        for address in addresses:
            name, hash, place = address.partition("#")
            if hash and "://" not in address:
                assert place in ids[name or file.name], (file.name, address)
