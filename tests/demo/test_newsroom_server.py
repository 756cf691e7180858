"""The newsroom over real HTTP: every feed, every page, every manner."""

from __future__ import annotations

import io
import json
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import feedparser
import pytest
import trafilatura

from watcher.demo.content import DAY_ONE, DAY_THREE, DAY_TWO, Piece, load_content
from watcher.demo.server import Newsroom, StageClock

OUTLETS = load_content().outlets
READABLE = [outlet.id for outlet in OUTLETS.values() if not {"gone", "broken"} & set(outlet.manners)]
XML = [outlet for outlet in READABLE if OUTLETS[outlet].format != "json"]
VERSIONS = {"rss2": "rss20", "rss091": "rss091u", "rdf": "rss10", "atom": "atom10", "atom03": "atom03"}


def expected(newsroom: Newsroom, outlet: str) -> list[Piece]:
    """What the feed should list now, newest first."""
    pieces = [piece for piece in reversed(newsroom.published()) if piece.outlet == outlet]
    if OUTLETS[outlet].archive == "wordpress":
        return pieces[:10]
    if OUTLETS[outlet].archive == "rfc5005":
        return [piece for piece in pieces if piece.offset >= timedelta(days=-1)]
    return pieces[:25]


def clean(link: str) -> str:
    return link.removesuffix("?utm_source=rss&utm_medium=feed")


@pytest.mark.parametrize("outlet", XML)
def test_every_feed_is_read_by_feedparser_with_the_right_entries(newsroom, ask, outlet):
    reply = ask(newsroom.base(outlet) + OUTLETS[outlet].feed)
    feed = feedparser.parse(io.BytesIO(reply.body), response_headers={"content-type": reply.headers["content-type"]})
    pieces = expected(newsroom, outlet)
    assert reply.status == 200
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == VERSIONS[OUTLETS[outlet].format]
    assert feed.feed.title == OUTLETS[outlet].name
    assert [clean(entry.link) for entry in feed.entries] == [newsroom.url(piece) for piece in pieces]
    assert [entry.title for entry in feed.entries] == [piece.title for piece in pieces]


@pytest.mark.parametrize("outlet", sorted({"jiangwan", "hanbit"}))
def test_json_feeds_list_their_pieces_with_dates(newsroom, ask, outlet):
    """feedparser 6.0 reads no JSON Feed: these are read as what they are."""
    reply = ask(newsroom.feed_url(outlet))
    feed = json.loads(reply.body)
    pieces = expected(newsroom, outlet)
    assert OUTLETS[outlet].format == "json"
    assert reply.headers["content-type"] == "application/feed+json"
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", OUTLETS[outlet].name)
    assert [item["url"] for item in feed["items"]] == [newsroom.url(piece) for piece in pieces]
    assert [datetime.fromisoformat(item["date_published"]) for item in feed["items"]] == [
        DAY_ONE + piece.offset for piece in pieces
    ]


@pytest.mark.parametrize("outlet", [name for name in XML if OUTLETS[name].format != "rss091"])
def test_feeds_give_the_moment_of_publication(newsroom, ask, outlet):
    reply = ask(newsroom.base(outlet) + OUTLETS[outlet].feed)
    feed = feedparser.parse(io.BytesIO(reply.body))
    dates = [entry.get("published_parsed") or entry.updated_parsed for entry in feed.entries]  # dc:date is `updated`
    moments = [datetime(*date[:6], tzinfo=UTC) for date in dates]
    assert moments == [DAY_ONE + piece.offset for piece in expected(newsroom, outlet)]


def test_full_feeds_carry_the_last_paragraph_and_teasers_do_not(newsroom, ask):
    for outlet in READABLE:
        body = ask(newsroom.base(outlet) + OUTLETS[outlet].feed).body.decode(OUTLETS[outlet].encoding)
        ending = expected(newsroom, outlet)[0].paragraphs[-1][-12:]
        assert (ending in body) == OUTLETS[outlet].full, outlet


def test_all_formats_and_three_old_encodings_are_served():
    assert {outlet.format for outlet in OUTLETS.values()} == {*VERSIONS, "json"}
    assert {"windows-1251", "shift_jis", "gb18030"} <= {outlet.encoding for outlet in OUTLETS.values()}


def test_old_encodings_are_what_is_really_sent(newsroom, ask):
    for outlet in ("zhelezo", "minato", "lanting"):
        body = ask(newsroom.feed_url(outlet)).body
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
        assert expected(newsroom, outlet)[0].title[:6] in body.decode(OUTLETS[outlet].encoding)


@pytest.mark.parametrize("outlet", READABLE)
def test_an_unchanged_feed_is_a_304_to_its_own_validators(newsroom, ask, outlet):
    url = newsroom.base(outlet) + OUTLETS[outlet].feed
    first = ask(url)
    headers = {}
    if "etag" in first.headers:
        headers["If-None-Match"] = first.headers["etag"]
    if "last-modified" in first.headers:
        headers["If-Modified-Since"] = first.headers["last-modified"]
    again = ask(url, headers)
    if OUTLETS[outlet].validators == "none":
        assert not headers
        assert again.status == 200
    else:
        assert (again.status, again.body) == (304, b"")
        assert {name: again.headers.get(name) for name in ("etag", "last-modified")} == {
            name: first.headers.get(name) for name in ("etag", "last-modified")
        }


def test_a_stale_etag_wins_over_a_fresh_date(newsroom, ask):
    url = newsroom.feed_url("meridian")
    changed = ask(url).headers["last-modified"]
    assert ask(url, {"If-None-Match": '"stale"', "If-Modified-Since": changed}).status == 200
    assert ask(url, {"If-Modified-Since": changed}).status == 304
    assert ask(url, {"If-Modified-Since": "yesterday, I think"}).status == 200


def test_every_published_page_answers_as_its_outlet_does(newsroom, ask):
    for piece in newsroom.published():
        manners = OUTLETS[piece.outlet].manners
        reply = ask(newsroom.url(piece))
        if "forbidden" in manners:
            assert reply.status == 403
        elif "consent" in manners:
            assert reply.status == 302
            wall = ask(reply.headers["location"])
            assert wall.status == 200
            assert piece.paragraphs[0][:40] not in wall.body.decode()
        else:
            assert reply.status == 200, piece.id


def test_pages_can_be_extracted_and_nothing_around_the_article_comes_along(newsroom, ask):
    walled = {"forbidden", "consent", "paywall"}
    for piece in newsroom.published():
        outlet = OUTLETS[piece.outlet]
        if walled & set(outlet.manners) or piece.edit == "cut":  # of a very short text the extractor takes too much
            continue
        found = trafilatura.bare_extraction(ask(newsroom.url(piece)).body, url=newsroom.url(piece))
        assert found is not None, piece.id
        words = load_content().phrases[outlet.language]
        assert piece.paragraphs[-1][-8:] in found.text, piece.id
        for around in (words["cookies"], outlet.newsletter, outlet.imprint):
            assert around not in found.text, piece.id


def test_a_paywall_shows_the_first_paragraph_only(newsroom, ask):
    piece = next(piece for piece in newsroom.published() if piece.outlet == "canalouest")
    page = ask(newsroom.url(piece)).body.decode()
    assert piece.paragraphs[0].replace("'", "&#x27;")[:30] in page.replace("'", "&#x27;")
    assert piece.paragraphs[2][:30] not in page
    assert '"isAccessibleForFree": false' in page


def test_a_headline_among_the_related_links_stays_out_of_the_article(newsroom, ask):
    piece = next(piece for piece in newsroom.published() if piece.related)
    page = ask(newsroom.url(piece)).body
    assert b"Nvidia" in page
    assert "Nvidia" not in trafilatura.bare_extraction(page).text


def test_the_outlets_with_bad_manners_have_them(newsroom, ask):
    assert ask(newsroom.feed_url("oldmill")).status == 410
    broken = ask(newsroom.feed_url("pulsetech"))
    assert (broken.status, broken.body[:15]) == (200, b"<!DOCTYPE html>")
    moved = ask(newsroom.feed_url("faro"))
    assert (moved.status, moved.headers["location"]) == (301, newsroom.base("faro") + OUTLETS["faro"].feed)
    robots = ask(newsroom.base("kestrel") + "/robots.txt").body
    assert b"Disallow: /story/" in robots
    pieces = [piece for piece in newsroom.content.pieces if piece.outlet == "kestrel"]
    assert pieces
    assert all(piece.path.startswith("/story/") for piece in pieces)
    assert ask(newsroom.base("kestrel") + "/nowhere").status == 404


def test_the_slow_outlet_takes_its_time_and_delivers(newsroom, ask):
    started = time.monotonic()
    reply = ask(newsroom.feed_url("fjord"))
    assert time.monotonic() - started >= 0.07
    assert len(reply.body) == int(reply.headers["content-length"])


def test_archive_pages_lead_back_to_the_first_article(newsroom, ask):
    url = newsroom.feed_url("siliconledger")
    found = []
    while url:
        feed = feedparser.parse(io.BytesIO(ask(url).body))
        found += [entry.link for entry in feed.entries]
        url = next((link.href for link in feed.feed.links if link.rel == "prev-archive"), None)
    own = [newsroom.url(piece) for piece in reversed(newsroom.published()) if piece.outlet == "siliconledger"]
    assert found == own
    assert ask(newsroom.base("siliconledger") + "/feed/archive/99").status == 404


def test_paged_feeds_lead_back_until_there_are_no_more(newsroom, ask):
    found = []
    for page in range(1, 10):
        reply = ask(f"{newsroom.feed_url('harbourpost')}?paged={page}")
        if reply.status == 404:
            break
        found += [entry.link for entry in feedparser.parse(io.BytesIO(reply.body)).entries]
    own = [newsroom.url(piece) for piece in reversed(newsroom.published()) if piece.outlet == "harbourpost"]
    assert found == own


def test_articles_appear_when_their_time_has_come(ask):
    clock = StageClock(DAY_ONE)
    with Newsroom(clock, drip=0) as newsroom:
        piece = next(piece for piece in newsroom.content.pieces if piece.id == "meridian/deepseek-singapore")
        before = ask(newsroom.feed_url("meridian"))
        assert ask(newsroom.url(piece)).status == 404
        quiet = ask(newsroom.feed_url("kestrel")).headers["etag"]
        clock.set(DAY_TWO)
        after = ask(newsroom.feed_url("meridian"), {"If-None-Match": before.headers["etag"]})
        assert after.status == 200
        assert newsroom.url(piece).encode() in after.body
        assert ask(newsroom.url(piece)).status == 200
        assert ask(newsroom.feed_url("kestrel"), {"If-None-Match": quiet}).status == 304
        assert after.headers["date"].startswith("Fri, 13 Mar 2026")


def test_every_outlet_has_a_port_of_its_own(newsroom):
    assert len({urlsplit(newsroom.base(outlet)).port for outlet in OUTLETS}) == len(OUTLETS) >= 14


def test_requests_are_kept_for_assertions(newsroom, ask):
    newsroom.forget_requests()
    ask(newsroom.feed_url("meridian"), {"If-None-Match": '"x"', "User-Agent": "tester"}, method="HEAD")
    (asked,) = newsroom.requests
    assert (asked.outlet, asked.method, asked.path, asked.status) == ("meridian", "HEAD", "/rss/all.xml", 200)
    assert asked.headers["if-none-match"] == '"x"'
    assert asked.at == DAY_THREE
    assert ask(newsroom.feed_url("meridian"), method="POST").status == 405


def test_servers_start_within_a_second_and_leave_with_a_client_still_connected(ask):
    started = time.monotonic()
    with Newsroom(StageClock(), drip=600) as newsroom:
        assert ask(newsroom.base("meridian") + "/robots.txt").status == 200
        assert time.monotonic() - started < 60
        lingering = _linger(newsroom)
        next(lingering)
        started = time.monotonic()
    assert time.monotonic() - started < 60
    lingering.close()


def _linger(newsroom: Newsroom) -> Iterator[None]:
    """A client in the middle of the slow feed."""
    import socket

    parts = urlsplit(newsroom.feed_url("fjord"))
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        connection.recv(64)
        yield


def test_the_front_page_names_the_feed(newsroom, ask):
    for outlet in OUTLETS.values():
        page = ask(newsroom.base(outlet.id) + "/").body.decode(outlet.encoding)
        assert f'href="{outlet.address}"' in page


def test_the_config_watches_every_outlet_and_mails_to_the_sink(newsroom, tmp_path):
    config = tomllib.loads(newsroom.config_toml(tmp_path / "data", tmp_path / "out", 2525))
    assert [source["id"] for source in config["sources"]] == list(OUTLETS)
    assert {source["url"] for source in config["sources"]} == {newsroom.feed_url(outlet) for outlet in OUTLETS}
    assert set(config["network"]["allow"]) == {urlsplit(newsroom.base(outlet)).netloc for outlet in OUTLETS}
    assert config["network"]["gap"] == "0s"
    assert set(config["topics"]) == {"deepseek", "ascend", "nvidia"}
    assert config["digest"]["email"] | {"from": ""} == {
        "from": "",
        "host": "127.0.0.1",
        "port": 2525,
        "security": "none",
    }
    assert len(config["digest"]["recipients"]) == 1
