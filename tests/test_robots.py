"""robots.txt by RFC 9309: what is allowed, how long it is remembered, and that no file keeps us busy."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from pace import bearable

from watcher.robots import AGAIN, KEPT, LONGEST_DELAY, Robots, concerning_us, heard, is_fresh
from watcher.types import HostState, Page, Reason, Trouble

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
EMPTY = HostState("paper.example:443")


def rules(text: str) -> Robots:
    return Robots(concerning_us(text.encode()))


def page(body: bytes, status: int = 200) -> Page:
    return Page("https://paper.example/robots.txt", status, (), body, NOW)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /private", "/a", True),
        ("User-agent: otherbot\nDisallow: /", "/a", True),
        ("User-agent: toldonce\nDisallow: /\n\nUser-agent: *\nDisallow:", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: ToldOnce\nAllow: /", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: toldonce/1.0\nAllow: /", "/a", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: otherbot\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nSitemap: https://x.example/s\nUser-agent: otherbot\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /a\nUser-agent: otherbot\nDisallow: /", "/b", True),
        ("User-agent: t\nDisallow: /", "/a", True),
        ("user-AGENT : *  # everybody\n  disallow: /a # here", "/a", False),
        ("\ufeffUser-agent: *\r\nDisallow: /", "/a", False),
        ("Disallow: /", "/a", True),
        ("<html><p>User-agent is not welcome: go away</p></html>", "/a", True),
        ("User-agent: *\nDisallow: /stra%C3%9Fe", "/straße", False),
    ],
)
def test_what_a_file_allows(text: str, path: str, allowed: bool):
    assert rules(text).allows(f"https://paper.example{path}") is allowed


def test_the_delay_is_the_one_for_us_and_a_minute_at_most():
    assert rules("User-agent: *\nDisallow:").delay == 0
    assert rules("User-agent: *\nCrawl-delay: 7").delay == 7
    assert rules("User-agent: otherbot\nCrawl-delay: 7").delay == 0
    assert rules("User-agent: *\nCrawl-delay: 7\n\nUser-agent: toldonce\nCrawl-delay: 2.5").delay == 2.5
    assert rules("User-agent: *\nCrawl-delay: 86400").delay == LONGEST_DELAY
    assert rules("User-agent: *\nCrawl-delay: soon\nCrawl-delay: inf\nCrawl-delay: -3").delay == 0


def test_half_a_megabyte_is_read_and_no_more():
    filler = "# nothing\n" * 51_200
    assert len(filler) == 500 * 1024
    assert not rules("User-agent: *\nDisallow: /a\n" + filler).allows("https://paper.example/a")
    assert rules(filler + "User-agent: *\nDisallow: /a\n").allows("https://paper.example/a")


@pytest.mark.parametrize(
    "body",
    [
        b"\n".join([b"User-agent: a%d" % n for n in range(20_000)] + [b"Disallow: /%d" % n for n in range(20_000)]),
        b"\n".join(
            [b"User-agent: toldonce/%d" % n for n in range(20_000)] + [b"Disallow: /%d" % n for n in range(9000)]
        ),
        b"User-agent: *\nDisallow: /" + b"a*" * 250_000,
        b"User-agent: *\n" + b"Disallow: *a*a*a*a*b$\n" * 22_000,
        b"\x00\xff" * 250_000,
    ],
)
def test_no_file_keeps_us_busy(body: bytes):
    began = time.process_time()
    Robots(concerning_us(body)).allows("https://paper.example/" + "a" * 7900)
    assert time.process_time() - began < bearable(2)


def test_an_answer_is_kept_for_a_day():
    state = heard(EMPTY, page(b"User-agent: *\nDisallow: /a"), NOW)
    assert state.robots == "User-agent: *\nDisallow: /a"
    assert is_fresh(state, NOW + KEPT - timedelta(seconds=1))
    assert not is_fresh(state, NOW + KEPT)
    assert not is_fresh(EMPTY, NOW)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_file_that_is_not_there_allows_everything_for_a_day(status: int):
    state = heard(EMPTY, Trouble(Reason.STATUS, "no", status=status), NOW)
    assert state.robots == ""
    assert is_fresh(state, NOW + KEPT - timedelta(seconds=1))


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(Reason.STATUS, "no", status=500),
        Trouble(Reason.STATUS, "no", status=429),
        Trouble(Reason.TIMEOUT, "no"),
        Trouble(Reason.NAME, "no"),
        Trouble(Reason.TOO_LARGE, "no"),
    ],
)
def test_a_file_out_of_reach_allows_nothing_and_is_asked_for_again_soon(trouble: Trouble):
    state = heard(EMPTY, trouble, NOW)
    assert state.robots is None
    assert is_fresh(state, NOW + AGAIN - timedelta(seconds=1))
    assert not is_fresh(state, NOW + AGAIN)


def test_while_it_is_out_of_reach_what_was_known_of_it_goes_on_to_hold():
    state = heard(EMPTY, page(b"User-agent: *\nDisallow: /a"), NOW)
    later = NOW + timedelta(days=3)
    state = heard(state, Trouble(Reason.STATUS, "no", status=502), later)
    assert state.robots == "User-agent: *\nDisallow: /a"
    assert not is_fresh(state, later + AGAIN)


def test_a_file_that_leads_in_circles_is_none():
    assert heard(EMPTY, Trouble(Reason.REDIRECTS, "more than 5"), NOW).robots == ""
