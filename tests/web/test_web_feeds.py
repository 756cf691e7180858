"""Feeds under addresses of their own: what they carry, who opens them, and that a revoked one is gone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from feedcheck import atom_mistakes, json_feed_mistakes
from webservice import NOW, TODAY, Service, edition, running

from watcher.signing import feed_token
from watcher.store import codec
from watcher.types import FeedAddress, Mark

FEEDS = ("editions", "stories", "topic:nvidia", "saved")


def make(service: Service, feed: str, form: str = "atom", name: str = "") -> str:
    """The path of a feed that was made through the page."""
    assert service.post("/do/make-feed", feed=feed, form=form, name=name).headers["location"] == "/feeds"
    return f"/f/{feed_token(service.secret, service.store.feed_addresses()[-1].id)}"


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_is_read_by_its_address_alone_in_both_forms(service: Service, feed: str):
    as_atom, as_json = service.ask(make(service, feed)), service.ask(make(service, feed, "json"))
    assert (as_atom.status, as_atom.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    assert (as_json.status, as_json.headers["content-type"]) == (200, "application/feed+json; charset=utf-8")
    assert atom_mistakes(as_atom.text) == []
    items = json.loads(as_json.body)["items"]
    assert len(items) == as_atom.text.count("<entry") == (0 if feed == "saved" else 1)
    if items:
        assert "Nvidia" in items[0]["title"]
        assert items[0]["url"].startswith(f"http://127.0.0.1:{service.port}/e/2026-03-10/")
        assert service.ask(items[0]["url"].partition(f":{service.port}")[2].partition("#")[0]).status == 200


def test_a_feed_says_when_it_has_not_changed_and_never_tells_what_is_old(service: Service):
    path = make(service, "stories")
    first = service.ask(path)
    assert first.headers["cache-control"] == "private, no-cache"
    assert service.ask(path, If_None_Match=first.headers["etag"]).status == 304
    assert service.ask(path, If_Modified_Since=first.headers["last-modified"]).status == 304
    assert service.ask(path, If_Modified_Since="yesterday").status == 200
    assert service.ask(path, "HEAD").headers["content-length"] == str(len(first.body))
    with service.store.writing() as writer:
        writer.publish(
            replace(edition(TODAY + timedelta(days=1), title="Nvidia ships late"), until=NOW + timedelta(days=1)), ()
        )
    later = service.ask(path, If_None_Match=first.headers["etag"], If_Modified_Since=first.headers["last-modified"])
    assert (later.status, later.text.count("<entry")) == (200, 2)
    assert service.ask(path, If_Modified_Since=first.headers["last-modified"]).status == 200


def test_a_feed_of_one_topic_tells_nothing_of_another(service: Service):
    path = make(service, "topic:nvidia")
    other = replace(edition(TODAY + timedelta(days=1), title="Of chips"), topics=(("chips", "Chips"),))
    with service.store.writing() as writer:
        writer.publish(replace(other, until=NOW + timedelta(days=1)), ())
    assert "Of chips" not in service.ask(path).text
    assert "Nvidia ships early" in service.ask(path).text


def test_what_was_saved_comes_with_its_note_until_it_is_taken_back(service: Service):
    path = make(service, "saved", "json")
    said = Mark(0, "saved", NOW, note="for the <b>meeting</b> & later")
    with service.store.writing() as writer:
        writer._connection.exec_driver_sql(
            "INSERT INTO mark (kind, made, body) VALUES ('saved', 1, ?)", (codec.dumps(said),)
        )
    (item,) = json.loads(service.ask(path).body)["items"]
    assert "for the meeting &amp; later" in item["content_html"]
    with service.store.writing() as writer:
        writer._connection.exec_driver_sql("UPDATE mark SET undone = 2")
    assert json.loads(service.ask(path).body)["items"] == []


def test_a_revoked_feed_is_gone_at_once_and_the_others_stay(service: Service):
    gone, kept = make(service, "stories"), make(service, "editions")
    first = service.ask(gone)
    assert service.post("/do/revoke-feed", id="1").headers["location"] == "/feeds"
    after = service.ask(gone, If_None_Match=first.headers["etag"])
    assert (after.status, b"Nvidia" in after.body) == (410, False)
    assert service.ask(kept).status == 200
    assert service.post("/do/revoke-feed", id="1").status == 303, "again is no mistake"


def test_an_address_that_was_not_signed_here_opens_nothing(service: Service):
    path = make(service, "stories")
    id, _, signature = path.removeprefix("/f/").partition("-")
    make(service, "editions")
    for token in (
        signature,
        f"2-{signature}",
        f"{id}-",
        f"{id}-{signature[:-1]}",
        f"0{id}-{signature}",
        f"{id}-{signature}x",
    ):
        assert service.ask(f"/f/{token}").status == 404, token
    assert service.ask(f"/f/{feed_token(service.secret, 99)}").status == 404
    assert service.ask(f"/f/{feed_token('00' * 32, 1)}").status == 404
    assert service.ask(path, "POST").status == 405


@pytest.mark.parametrize(
    "fields", [{"feed": "everything", "form": "atom"}, {"feed": "topic:other", "form": "atom"}, {"feed": "saved"}, {}]
)
def test_what_is_no_feed_is_not_made(service: Service, fields: dict[str, str]):
    assert service.post("/do/make-feed", **fields).status == 400
    assert service.post("/do/revoke-feed", id="x").status == 400
    assert service.store.feed_addresses() == ()


def test_the_page_shows_addresses_as_they_are_reached(tmp_path: Path):
    with running(tmp_path, public_url="https://news.example.org/w") as service:
        with service.store.writing() as writer:
            for name in ("<script>alert(1)</script>", "phone"):
                writer.make_feed(FeedAddress(0, "stories", "atom", NOW, name))
            writer.revoke_feed(1, NOW)
        page = service.read("/feeds").text
        assert re.findall(r'value="(https:[^"]+)"', page) == [
            f"https://news.example.org/w/f/{feed_token(service.secret, 2)}"
        ]
        assert "<script" not in page
        assert page.count('action="/w/do/') == 2
        item = service.ask(f"/f/{feed_token(service.secret, 2)}").text
        assert 'href="https://news.example.org/w/e/2026-03-10/' in item


def test_json_feeds_are_whole(service: Service):
    assert json_feed_mistakes(service.ask(make(service, "editions", "json")).text) == []
