"""Where links lead that only lead on: asked for few, at a pace, in bounded time, whatever the other side does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from origin import Answer, Asked, Origin
from scripted import Stage
from searched import marks, reply
from searched import opaque as link

from watcher import resolving, twins
from watcher.http import HttpFetch
from watcher.resolving import EACH, MOST, WITHIN, Resolver
from watcher.types import HostState, Page, Reason, Request, Trouble

LANE = "news.google.com:443"
ASKED_AT = "https://news.google.com/_/DotsSplashUi/data/batchexecute"


@dataclass
class Desk:
    """A resolver over a scripted network, on a clock that goes when somebody waits."""

    folder: Path
    waited: list[float] = field(default_factory=list)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.stage = Stage(self.folder)

    def resolver(self, stop: Callable[[], bool] = lambda: False) -> Resolver:
        stage = self.stage
        return Resolver(stage.store, stage.fetch, stage.clock, lambda: self.now, self.wait, 2.0, stop)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    def google(self, *numbers: int) -> None:
        """Google, that knows where these links lead."""
        for number in numbers:
            self.stage.fetch.answers[link(number)] = marks(number)

        def asked(request: Request) -> Page | Trouble:
            ((_, value),) = request.form
            (number,) = [each for each in numbers if f"AU_yqLopaque{each:08d}" in value]
            return self.stage.fetch.page(request.url, reply(f"https://paper.example/{number}"))

        self.stage.fetch.answers[ASKED_AT] = asked

    def known(self, *numbers: int) -> dict[str, str]:
        return twins.remembered(self.stage.store, [link(number) for number in numbers])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_link_is_asked_for_by_its_page_and_its_signature_and_remembered(desk: Desk):
    desk.google(1, 2)
    assert desk.resolver()([link(1), link(2)]) == 2
    assert desk.known(1, 2, 3) == {link(1): "https://paper.example/1", link(2): "https://paper.example/2"}
    assert [request.url for request in desk.stage.fetch.asked] == [link(1), ASKED_AT, link(2), ASKED_AT]
    assert [each for each in desk.waited if each] == [2.0, 2.0, 2.0]


def test_a_link_that_leads_on_by_itself_needs_no_question(desk: Desk):
    desk.stage.fetch.answers[link(1)] = desk.stage.fetch.page("https://paper.example/led", b"")
    assert desk.resolver()([link(1)]) == 1
    assert desk.known(1) == {link(1): "https://paper.example/led"}


def test_no_more_than_a_dozen_are_asked_for(desk: Desk):
    desk.google(*range(30))
    assert desk.resolver()([link(number) for number in range(30)]) == MOST


def test_a_host_that_has_enough_is_left_alone_and_the_rest_is_kept_for_everybody(desk: Desk):
    desk.google(1, 2, 3)
    refused = Trouble(Reason.STATUS, "answered 429", status=429, retry_after=timedelta(hours=1))
    desk.stage.fetch.answers[link(2)] = refused
    assert desk.resolver()([link(1), link(2), link(3)]) == 1
    assert link(3) not in [request.url for request in desk.stage.fetch.asked]
    state = desk.stage.store.hosts([LANE])[LANE]
    assert state.rest_until == desk.stage.clock() + timedelta(hours=1)
    before = len(desk.stage.fetch.asked)
    assert desk.resolver()([link(3)]) == 0
    assert len(desk.stage.fetch.asked) == before
    desk.stage.clock.advance(hours=2)
    assert desk.resolver()([link(3)]) == 1


def test_a_rest_keeps_what_else_is_known_of_the_host_and_is_never_shortened(desk: Desk):
    until = desk.stage.clock() - timedelta(hours=1)
    with desk.stage.store.writing() as writer:
        writer.keep_hosts([HostState(LANE, rest_until=until, robots="User-agent: *", robots_status=200)])
    desk.stage.fetch.answers[link(1)] = Trouble(Reason.STATUS, "answered 503", status=503)
    assert desk.resolver()([link(1)]) == 0
    state = desk.stage.store.hosts([LANE])[LANE]
    assert state.robots == "User-agent: *"
    assert state.rest_until is not None
    assert state.rest_until > desk.stage.clock()


@pytest.mark.parametrize(
    "answer",
    [
        Trouble(Reason.STATUS, "answered 404", status=404),
        Trouble(Reason.CONNECTION, "reset"),
        b"<html><form action='https://consent.google.com/save'>",
        b"\x00\xff" * 100,
        b"",
    ],
)
def test_what_does_not_say_where_it_leads_keeps_its_link(desk: Desk, answer: bytes | Trouble):
    desk.google(2)
    desk.stage.fetch.answers[link(1)] = answer
    assert desk.resolver()([link(1), link(2)]) == 1
    assert desk.known(1, 2) == {link(2): "https://paper.example/2"}


def test_a_surprise_is_no_trouble_of_the_edition(desk: Desk):
    def bursts(_request: Request) -> Page | Trouble:
        raise RuntimeError("nobody foresaw this")

    desk.google(2)
    desk.stage.fetch.answers[link(1)] = bursts
    assert desk.resolver()([link(1), link(2)]) == 1


def test_all_links_together_take_no_longer_than_is_stated(desk: Desk):
    desk.google(*range(MOST))

    def slow(request: Request) -> Page | Trouble:
        desk.now += 9.0
        return desk.stage.fetch.page(request.url, marks(int(request.url[-8:])))

    for number in range(MOST):
        desk.stage.fetch.answers[link(number)] = slow
    found = desk.resolver()([link(number) for number in range(MOST)])
    assert 0 < found < MOST
    assert desk.now <= WITHIN + EACH


def test_it_ends_when_the_program_does(desk: Desk):
    desk.google(1)
    assert desk.resolver(stop=lambda: True)([link(1)]) == 0
    assert desk.stage.fetch.asked == []


def test_a_server_that_never_answers_holds_an_edition_no_longer_than_a_link_may_take(
    tmp_path: Path, origin: Origin, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(resolving, "EACH", 0.4)
    stage = Stage(tmp_path)
    slow = origin.on("/slow", Answer(body=b"x" * 5_000, drip=0.2))
    fetch = HttpFetch(stage.clock, allow=[origin.host_port], deadline=timedelta(minutes=10))
    resolver = Resolver(stage.store, fetch, stage.clock, time.monotonic, time.sleep, 0.0)
    begun = time.monotonic()
    assert resolver([slow, slow + "?again"]) == 0
    assert time.monotonic() - begun < 60, "it would have dripped for many minutes"
    assert len(origin.log) == 1  # its first request is still under way: it is asked nothing more
    fetch.close()


def test_a_question_goes_out_as_a_form_and_follows_no_redirect(tmp_path: Path, origin: Origin):
    def answered(asked: Asked) -> Answer:
        return Answer(body=str(parse_qs(asked.body.decode())).encode())

    fetch = HttpFetch(Stage(tmp_path).clock, allow=[origin.host_port], deadline=timedelta(minutes=2))
    said = fetch(Request(origin.on("/form", answered), form=(("f.req", '[["ä&="]]'),)))
    assert isinstance(said, Page)
    assert (origin.log[0].method, said.body.decode()) == ("POST", "{'f.req': ['[[\"ä&=\"]]']}")
    assert origin.log[0].header("content-type") == "application/x-www-form-urlencoded;charset=UTF-8"
    moved = origin.on("/moved", Answer(status=307, headers={"Location": f"{origin.url}/form"}))
    refused = fetch(Request(moved, form=(("a", "b"),)))
    assert isinstance(refused, Trouble)
    assert refused.reason is Reason.REDIRECTS
    fetch.close()
