"""Feeds as files: what each should yield lies beside it in JSON. To drop in a file is to add a test."""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace import bearable

from watcher.errors import ReadError
from watcher.sources import KINDS, read_any, read_document
from watcher.sources.feed import MOST_POLLED
from watcher.types import Hints, Lead, Memory, Page, Reading, Reason, Request, Source, Trouble, Window

FILES = sorted(path for path in (Path(__file__).parent / "feed").iterdir() if path.suffix in (".xml", ".json"))
FILES = [path for path in FILES if not path.name.endswith(".expected.json")]
BODIES = [path.read_bytes() for path in FILES]
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SOURCE = Source(id="s", url="https://beispielblatt.example/feed")


def as_json(reading: Reading) -> object:
    def plain(value: object) -> object:
        if isinstance(value, datetime):
            return value.isoformat()
        return sorted(value) if isinstance(value, frozenset) else str(value)

    shown = {"title": reading.title, "language": reading.language, "whole": reading.whole}
    if reading.hints != Hints():
        shown["hints"] = asdict(reading.hints)
    leads = [{name: value for name, value in asdict(lead).items() if value} for lead in reading.leads]
    return json.loads(json.dumps({**shown, "leads": leads}, default=plain))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_feed_yields_what_is_written_beside_it(path: Path) -> None:
    """Set UPDATE_EXPECTED=1 to write what is read now; the review is the diff."""
    reading = as_json(read_any(path.read_bytes(), kind="feed"))
    expected = path.with_name(path.name + ".expected.json")
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(json.dumps(reading, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert reading == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><html><body><rss>not one</rss></body></html>", "HTML page"),
        (b"<html lang=de><head><title>Just a moment...</title></head></html>", "check for robots"),
        (b"<head><title>x</title>", "HTML page"),
        (b'{"items": [], "title": "x"}', "no JSON Feed"),
        (b"[1, 2", "not readable as JSON"),
        (b"[" * 100_000, "JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", r"picture \(PNG\)"),
        (b"plain text", "neither XML nor JSON"),
        (b"<opml version='2.0'><body/></opml>", "OPML"),
        (b"<rss version='2.0'><channel><item><title>cut", "cut off"),
        (b"<rss version='2.0'>", "cut off"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_plain_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read_any(body, kind="feed")


def test_a_worker_gets_a_trouble_and_no_exception() -> None:
    page = Page(SOURCE.url, 200, (), b"<html>", NOON)
    answer = read_document("feed", SOURCE, page, None)
    assert isinstance(answer, Trouble)
    assert answer.reason is Reason.UNREADABLE


def test_an_unknown_kind_is_named_beside_the_known_ones() -> None:
    with pytest.raises(ReadError, match='"nonsense"; there are: feed'):
        read_any(b"<rss/>", kind="nonsense")


def test_a_feed_is_asked_with_its_validators_and_its_past_without() -> None:
    memory = Memory("s", etag='W/"1"', last_modified="yesterday")
    assert KINDS["feed"].requests(SOURCE, memory, None) == (Request(SOURCE.url, 'W/"1"', "yesterday"),)
    moved = Memory("s", moved_to="https://neu.example/feed")
    assert KINDS["feed"].requests(SOURCE, moved, None) == (Request("https://neu.example/feed"),)
    assert KINDS["feed"].requests(SOURCE, memory, Window(NOON, NOON)) == (Request(SOURCE.url),)


def rss(items: str, head: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{head}{items}</channel></rss>'.encode()


def polled(body: bytes, window: Window | None = None) -> Reading:
    return KINDS["feed"].read(SOURCE, Page(SOURCE.url, 200, (), body, NOON), window)


def urls(reading: Reading) -> list[str | None]:
    return [lead.url for lead in reading.leads]


def test_a_relative_link_needs_an_absolute_base() -> None:
    item = "<item><title>x</title><link>../a</link></item>"
    assert urls(read_any(rss(item))) == [None]
    assert read_any(rss(item)).leads[0].link == "../a"
    assert urls(read_any(rss(item), "https://feeds.example/b/c/feed")) == ["https://feeds.example/b/a"]
    site = "<link>https://site.example/x/y/</link>"
    assert urls(read_any(rss(item, site), "https://feeds.example/b/c/feed")) == ["https://site.example/x/a"]
    assert urls(read_any(rss(item, "<link>javascript:x</link>"))) == [None]


def test_a_poll_keeps_the_newest_of_too_many_entries() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    items = [
        f"<item><title>{number}</title><link>https://viel.example/{number}</link>"
        f"<pubDate>{(start + timedelta(minutes=number)).isoformat()}</pubDate></item>"
        for number in range(5_000)
    ]
    random.Random(7).shuffle(items)
    clock = time.process_time()
    reading = polled(rss("".join(items)))
    assert time.process_time() - clock < bearable(3)
    assert len(reading.leads) == MOST_POLLED
    assert {int(lead.title) for lead in reading.leads} == set(range(3_000, 5_000))
    undated = "".join(f"<item><title>{number}</title></item>" for number in range(2_500))
    assert [int(lead.title) for lead in polled(rss(undated)).leads] == list(range(MOST_POLLED))


def test_who_asks_for_everything_gets_everything() -> None:
    body = rss("".join(f"<item><title>{number}</title></item>" for number in range(MOST_POLLED + 500)))
    assert len(read_any(body).leads) == MOST_POLLED + 500
    assert len(polled(body, Window(NOON, NOON)).leads) == MOST_POLLED + 500


HOSTILE = {
    "billion laughs": b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><rss version='2.0'><channel><item><title>&j;</title></item></channel></rss>",
    "external entity": b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b"<rss version='2.0'><channel><item><title>[&x;]</title></item></channel></rss>",
    "a file's name": b"/etc/passwd",
    "an address": b"http://127.0.0.1:9/feed",
    "many unclosed sections": b"<rss version='2.0'><channel>" + b"<item><![CDATA[" * 200_000,
    "many unclosed comments": b"<rss version='2.0'><channel>" + b"<!--" * 500_000 + b"</channel></rss>",
    "many open tags": b"<rss version='2.0'><channel><item>" + b"<a>" * 20_000 + b"</item></channel></rss>",
    "many ampersands": b"<rss version='2.0'><channel><item><title>" + b"&" * 500_000 + b"</title></item></channel>",
    "a huge attribute": b"<rss version='2.0' x='" + b"y" * 3_000_000 + b"'><channel><item/></channel></rss>",
    "deep markup": b"<rss version='2.0'><channel><item><description>"
    + b"&lt;div&gt;" * 20_000
    + b"deep</description></item></channel></rss>",
    "angles": b"<rss version='2.0'><channel><item><description><![CDATA["
    + b"<" * 1_000_000 + b"]]></description></item>",
    "a tag that never ends": b"<rss version='2.0'><channel><item><description><![CDATA[" + b"<p a=" * 300_000
    + b"]]></description></item></channel></rss>",
    "numbers": b"<rss version='2.0'><channel><item><title>&#99999999999999999999;"
    b"&#xFFFFFFFFFFFF;</title></item></channel></rss>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_read_or_refused_in_little_time(name: str) -> None:
    clock = time.process_time()
    try:
        reading = read_any(HOSTILE[name])
    except ReadError:
        reading = Reading()
    assert time.process_time() - clock < bearable(2)
    shown = repr(reading)
    assert "hahaha" not in shown
    assert Path("/etc/hostname").read_text(encoding="utf-8").strip() not in shown


_WATCHING: list[list[str]] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _WATCHING and event in ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        is_import = event == "open" and str(arguments[0]).endswith((".py", ".pyc"))  # a codec, loaded when first used
        if not is_import:
            _WATCHING[-1].append(f"{event} {arguments[:2]}")


sys.addaudithook(_watch)


def _check(lead: Lead) -> None:
    assert lead.url is None or lead.url.split(":")[0].lower() in ("http", "https")
    for text in (lead.title, lead.summary, lead.content, lead.id or "", lead.link or "", *lead.authors):
        text.encode("utf-8")
        assert "\x00" not in text
    assert "\n" not in lead.title
    for moment in (lead.published, lead.updated):
        assert moment is None or moment.utcoffset() == timedelta(0)


def _damaged(body: bytes, chance: random.Random) -> bytes:
    body = bytearray(body)
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(body))
        kind = chance.randrange(5)
        if kind == 0:
            body[at] = chance.randrange(256)
        elif kind == 1:
            del body[at : at + chance.randrange(1, 60)]
        elif kind == 2:
            piece = chance.choice(
                (b"<", b">", b"&", b"]]>", b"<![CDATA[", b"\x00", b"&#xD800;", b"\xff", b'"', b"</item>")
            )
            body[at:at] = piece
        elif kind == 3:
            start = chance.randrange(len(body))
            body[at:at] = body[start : start + chance.randrange(1, 80)]
        else:
            del body[chance.randrange(len(body) // 2, len(body)) :]
        if not body:
            return b""
    return bytes(body)


def test_damaged_feeds_give_leads_or_one_error_and_touch_nothing() -> None:
    touched: list[str] = []
    _WATCHING.append(touched)
    try:
        for number in range(1_500):
            chance = random.Random(number)
            body = _damaged(BODIES[number % len(BODIES)], chance)
            with contextlib.suppress(ReadError):
                for lead in read_any(body, "https://beispielblatt.example/feed").leads:
                    _check(lead)
    finally:
        _WATCHING.remove(touched)
    assert touched == []


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<rss version='2.0'><channel><item>", b"<feed><entry>", b'{"version":']),
)
def test_any_bytes_give_leads_or_one_error(body: bytes, start: bytes) -> None:
    with contextlib.suppress(ReadError):
        for lead in read_any(start + body).leads:
            _check(lead)
