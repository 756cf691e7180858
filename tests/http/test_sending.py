"""Sending to an address of the operator's, against a scripted server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from origin import Answer, Origin

from watcher.http import send
from watcher.types import Reason, Trouble

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "kanarienvogel7"


def clock() -> datetime:
    return NOON


@pytest.fixture
def other() -> Iterator[Origin]:
    server = Origin()
    yield server
    server.close()


def test_a_body_is_posted_and_nothing_is_got_without_one(origin: Origin) -> None:
    url = origin.on("/hook", Answer(status=204))
    assert send(url, clock, body=b"{}", headers={"webhook-id": "7"}) is None
    assert send(url, clock) is None
    first, second = origin.log
    assert (first.method, first.body, first.header("webhook-id")) == ("POST", b"{}", "7")
    assert (second.method, second.body) == ("GET", b"")
    assert (first.header("user-agent") or "").startswith("toldonce/")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("120", timedelta(minutes=2)), ("Sun, 22 Nov 2026 13:00:00 GMT", timedelta(hours=1)), ("soon", None)],
)
def test_a_server_that_asks_for_time_is_heard(origin: Origin, given: str, expected: timedelta | None) -> None:
    date = {"Date": "Sun, 22 Nov 2026 12:00:00 GMT"}
    said = send(origin.on("/hook", Answer(status=429, headers={"Retry-After": given, **date})), clock, body=b"x")
    assert isinstance(said, Trouble)
    assert (said.status, said.retry_after) == (429, expected)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_to_another_host(origin: Origin, other: Origin, status: int) -> None:
    there = other.on("/x", Answer())
    said = send(origin.on("/hook", Answer(status=status, headers={"Location": there})), clock, body=b"x")
    assert isinstance(said, Trouble)
    assert send(origin.on("/ping", Answer(status=status, headers={"Location": there})), clock) is not None
    assert other.log == []


def test_what_was_posted_is_posted_again_only_where_the_method_is_kept(origin: Origin) -> None:
    url = origin.on("/hook", Answer(status=308, headers={"Location": "/there"}))
    origin.on("/there", Answer())
    assert send(url, clock, body=b"x") is None
    assert [asked.body for asked in origin.log] == [b"x", b"x"]
    moved = send(origin.on("/moved", Answer(status=302, headers={"Location": "/there"})), clock, body=b"x")
    assert isinstance(moved, Trouble)
    assert moved.status == 302


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=500), Reason.STATUS),
        (Answer(delay=600), Reason.TIMEOUT),
        (Answer(raw=f"{SECRET}\r\n\r\n".encode()), Reason.PROTOCOL),
        (Answer(raw=f"HTTP/1.1 403 {SECRET}\r\nContent-Length: 0\r\n\r\n".encode()), Reason.STATUS),
    ],
)
def test_no_more_of_an_address_than_its_host_is_shown(origin: Origin, answer: Answer, reason: Reason) -> None:
    seconds = 0.5 if reason is Reason.TIMEOUT else 120.0
    said = send(origin.on(f"/hook/{SECRET}", answer) + f"?key={SECRET}", clock, body=b"x", seconds=seconds)
    assert isinstance(said, Trouble)
    assert said.reason is reason
    assert SECRET not in said.text
    assert origin.host_port in said.text


def test_nobody_there_is_a_trouble(origin: Origin) -> None:
    del origin
    said = send(f"http://127.0.0.1:9/{SECRET}", clock)
    assert isinstance(said, Trouble)
    assert SECRET not in said.text
