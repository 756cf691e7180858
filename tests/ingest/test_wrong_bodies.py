"""A bad answer forgets nothing: whatever stands between two good ones, nothing old is news afterwards."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from scripted import START, Stage, rss

from watcher.poll import Pass
from watcher.types import Outcome, Page, Reason, Source, Trouble, Visit

SOURCE = Source("paper", "https://paper.example/feed", language="en", pages="never")
ENTRIES = [
    {"title": f"Nvidia number{number}", "link": f"https://paper.example/{number}", "guid": f"g{number}"}
    for number in range(8)
]
GOOD = rss(*ENTRIES)
HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"

WRONG: dict[str, bytes | Trouble] = {
    "a page": HTML.format("The Paper", "All the news").encode(),
    "a challenge": HTML.format("Just a moment...", "Checking your browser").encode(),
    "a login": HTML.format("Sign in", "<form><input type=password></form>").encode(),
    "a parked domain": HTML.format("paper.example is for sale", "Buy this domain").encode(),
    "a consent wall": HTML.format("We value your privacy", "Accept all").encode(),
    "an error page with status 200": HTML.format("Internal Server Error", "nginx").encode(),
    "a page with links to our articles": HTML.format("x", '<a href="https://paper.example/99">Nvidia</a>').encode(),
    "nothing": b"",
    "white space": b" \r\n\t \n",
    "half a feed": GOOD[: len(GOOD) // 2],
    "the head of a feed": GOOD[:40],
    "a feed without entries": rss(),
    "an empty JSON object": b"{}",
    "a JSON error": b'{"error": "rate limited", "status": 429}',
    "a JSON feed without items": b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}',
    "an XML error": b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "compressed bytes": gzip.compress(GOOD),
    "NUL bytes": b"\0" * 4096,
    "plain text": b"503 Service Temporarily Unavailable",
    "PHP warnings before nothing": b"<br />\n<b>Warning</b>: mysqli_connect() in <b>/srv/feed.php</b> on line 3<br />",
    "an OPML list": b'<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="https://a.example/"/></body></opml>',
    "no answer": Trouble(Reason.TIMEOUT, "slow"),
    "not found": Trouble(Reason.STATUS, "answered 404", status=404),
    "forbidden": Trouble(Reason.STATUS, "answered 403", status=403),
    "too much": Trouble(Reason.TOO_LARGE, "more than 10 MiB"),
}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def visited(stage: Stage, answer: bytes | Page | Trouble) -> Visit:
    visits: list[Visit] = []
    stage.fetch.answers = {SOURCE.url: answer}
    run = Pass(stage.parts(), visits.append)
    run.claim([SOURCE], everything=True)
    run.run()
    stage.clock.advance(days=2)
    return visits[0]


def untold(stage: Stage) -> int:
    return len(stage.store.untold(START - timedelta(days=99), stage.clock()))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_body_between_good_ones_brings_nothing_back(stage: Stage, name: str):
    assert visited(stage, stage.fetch.page(SOURCE.url, GOOD, ETag='"good"')).counts == {Outcome.STORED: 8}
    before = (stage.store.counts().articles, untold(stage), list(stage.store.export()))
    for _ in range(3):
        answer = WRONG[name]
        visit = visited(stage, answer if isinstance(answer, Trouble) else stage.fetch.page(SOURCE.url, answer))
        assert set(visit.counts) <= {Outcome.SEEN}
    good = visited(stage, rss(*ENTRIES, title="Recovered"))
    assert good.counts == {Outcome.SEEN: 8}
    assert good.trouble is None
    assert (stage.store.counts().articles, untold(stage), list(stage.store.export())) == before


def test_what_came_while_a_source_was_broken_is_news_once(stage: Stage):
    visited(stage, GOOD)
    for name in WRONG:
        visited(stage, WRONG[name])
    new = {"title": "Nvidia opens a plant", "link": "https://paper.example/new", "guid": "new"}
    assert visited(stage, rss(new, *ENTRIES)).counts == {Outcome.SEEN: 8, Outcome.STORED: 1}
    assert visited(stage, rss(new, *ENTRIES, title="again")).counts == {Outcome.SEEN: 9}
    assert untold(stage) == 9
