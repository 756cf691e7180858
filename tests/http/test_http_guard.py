"""No way to an address inside: every spelling and kind of fetch, straight, redirected, rebound, through a proxy."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from gateway import Gateway
from hypothesis import given
from hypothesis import strategies as st
from inside import SPELLINGS, Inside
from origin import Answer, Asked, Origin

from watcher.http import HttpFetch, is_public, post_json
from watcher.types import Access, Page, Reason, Request, Trouble
from watcher.urls import split
from watcher.urls.address import is_ip

KINDS = {
    "feed": lambda url, access: Request(url + "feed.xml", etag='"1"', access=access),
    "article": lambda url, access: Request(url + "news/article", access=access),
    "robots": lambda url, access: Request(url + "robots.txt", access=access),
    "discovery": lambda url, access: Request(url, access=access),
    "sitemap": lambda url, access: Request(url + "sitemap.xml.gz", access=access),
    "resolving": lambda url, access: Request(url + "rss/articles/x", access=access),
    "form": lambda url, access: Request(url + "batch", access=access, form=(("a", "b"),)),
}


@pytest.fixture
def inside() -> Iterator[Inside]:
    server = Inside()
    yield server
    server.close()


def clock() -> datetime:
    return datetime(2026, 3, 4, tzinfo=UTC)


def to_loopback(host: str, _port: int) -> list[str]:
    assert isinstance(host, str)  # a resolver that is given bytes may look them up otherwise
    return ["127.0.0.1"]


def refused(answer: Page | Trouble, what: str) -> None:
    assert isinstance(answer, Trouble), what
    assert answer.reason in (Reason.FORBIDDEN_ADDRESS, Reason.BAD_ADDRESS), (what, answer)


def test_there_are_sixty_spellings_and_more_and_each_stands_for_something_forbidden() -> None:
    assert len(set(SPELLINGS)) >= 60
    for host in SPELLINGS:
        address = split(f"http://{host}/")
        assert address is None or not is_ip(address.host) or not is_public(ip_address(address.host)), host


def test_no_kind_of_fetch_reaches_inside_straight_or_redirected(origin: Origin, inside: Inside) -> None:
    door = HttpFetch(clock, allow=[origin.host_port], deadline=timedelta(seconds=120), resolve=to_loopback)
    aim = {"host": ""}

    def redirecting(_: Asked) -> Answer:
        location = f"http://{aim['host']}:{inside.port}/".encode().decode("latin-1")
        return Answer(status=302, headers={"Location": location})

    hop = origin.on("/hop/", redirecting)
    for suffix in ("feed.xml", "news/article", "robots.txt", "sitemap.xml.gz", "rss/articles/x", "batch"):
        origin.on(f"/hop/{suffix}", redirecting)
    for host in SPELLINGS:
        aim["host"] = host
        for scheme in ("http", "https"):
            access = Access(f"{scheme}://{host}:{inside.port}", (("Cookie", "kanarienvogel"),))
            for kind, request in KINDS.items():
                refused(door(request(f"{scheme}://{host}:{inside.port}/", access)), f"{kind} {scheme} {host}")
        for kind, request in KINDS.items():
            answer = door(request(hop, None))
            if kind == "form":
                assert isinstance(answer, Trouble)
                assert answer.reason is Reason.REDIRECTS
            else:
                refused(answer, f"{kind} redirected to {host}")
    door.close()
    assert len(origin.log) == len(SPELLINGS) * len(KINDS)
    assert inside.connections() == 0


def test_no_kind_of_fetch_reaches_inside_through_a_proxy(origin: Origin, inside: Inside) -> None:
    gateway = Gateway()
    door = HttpFetch(clock, allow=[origin.host_port], deadline=timedelta(seconds=120), resolve=to_loopback)
    access = Access("http://nobody.example:80", proxy=f"http://127.0.0.1:{gateway.port}")
    aim = {"host": ""}

    def redirecting(_: Asked) -> Answer:
        location = f"{aim['scheme']}://{aim['host']}:{inside.port}/".encode().decode("latin-1")
        return Answer(status=302, headers={"Location": location})

    hop = origin.on("/hop", redirecting)
    for number, host in enumerate(SPELLINGS):
        for scheme in ("http", "https"):
            for kind, request in KINDS.items():
                refused(door(request(f"{scheme}://{host}:{inside.port}/", access)), f"{kind} {scheme} {host}")
        aim |= {"host": host, "scheme": ("http", "https")[number % 2]}
        refused(door(Request(hop, access=access)), f"redirected to {host}")
    door.close()
    gateway.close()
    assert gateway.asked == [f"GET {hop} HTTP/1.1"] * len(SPELLINGS)
    assert inside.connections() == 0


def test_no_kind_of_fetch_reaches_inside_when_a_name_changes_its_mind(origin: Origin) -> None:
    literal = [address.host for host in SPELLINGS if (address := split(f"http://{host}/")) and is_ip(address.host)]
    literal += [
        "fe80::1%2",
        "::1%1",
        "0x7f.1",
        "127.1",
        "2130706433",
        "localhost",
        "",
        "127.0.0.1 ",
    ]  # of an odd resolver
    literal = [
        text for text in literal if text not in ("127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1")
    ]  # outside, here
    assert len(set(literal)) >= 60
    inside = Origin("127.0.0.2")
    origin.on("/", lambda _: Answer(body=b"outside", length="none"))
    origin.on("/back", lambda _: Answer(status=302, headers={"Location": "/"}, length="none"))
    for bad in [*literal, "127.0.0.2"]:
        answers = [["127.0.0.1"], [bad], ["127.0.0.1", bad], [bad, "127.0.0.1"]]

        def flipping(_host: str, _port: int, answers: list[list[str]] = answers) -> list[str]:
            return answers.pop(0) if len(answers) > 1 else answers[0]

        door = HttpFetch(clock, allow=[origin.host_port], resolve=flipping, deadline=timedelta(seconds=120))
        # The first answer leads outside, from where a redirect asks for the name again, with an answer inside.
        refused(door(Request(f"http://flipping.example:{origin.port}/back")), bad)
        for kind, request in KINDS.items():
            refused(door(request(f"http://flipping.example:{origin.port}/", None)), f"{kind} {bad}")
        door.close()
    assert [asked.target for asked in origin.log] == ["/back"] * (len(literal) + 1)
    assert inside.connections == 0
    inside.close()


def test_a_thousand_flips_of_a_name_lead_inside_never_once(origin: Origin) -> None:
    inside = Origin("127.0.0.2")
    chance = random.Random(20261122)
    pool = ["127.0.0.1", "127.0.0.1", "127.0.0.2", "10.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.2"]
    given_out: list[list[str]] = []

    def flipping(_host: str, _port: int) -> list[str]:
        given_out.append(chance.choices(pool, k=chance.choice((1, 1, 2))))
        return given_out[-1]

    def outside(_: Asked) -> Answer:
        if chance.random() < 0.3:
            return Answer(status=307, headers={"Location": f"?{chance.random()}"})
        return Answer(body=b"outside", length=chance.choice((None, "none")))

    origin.on("/", outside)
    door = HttpFetch(clock, allow=[origin.host_port], resolve=flipping, deadline=timedelta(seconds=120))
    reached = 0
    for _ in range(1_000):
        before = len(given_out)
        answer = door(Request(f"http://flipping.example:{origin.port}/"))
        clean = all(set(addresses) == {"127.0.0.1"} for addresses in given_out[before:])
        reached += clean
        if clean:
            assert isinstance(answer, Page) or answer.reason is Reason.REDIRECTS
        else:
            refused(answer, str(given_out[before:]))
    door.close()
    assert inside.connections == 0
    assert 100 < reached < 900
    inside.close()


def test_a_services_own_address_is_reached_and_leads_nowhere_else(origin: Origin, inside: Inside) -> None:
    """The operator wrote it, so it may be private; what answers there cannot lead us anywhere."""
    aim = {"host": ""}

    def redirecting(_: Asked) -> Answer:
        location = f"http://{aim['host']}:{inside.port}/v1".encode().decode("latin-1")
        return Answer(status=307, headers={"Location": location})

    url = origin.on("/v1", redirecting)
    for host in SPELLINGS:
        aim["host"] = host
        answer = post_json(url, {"input": []}, key="kanarienvogel", resolve=to_loopback)
        assert isinstance(answer, Trouble)
        assert answer.reason is Reason.REDIRECTS
    assert len(origin.log) == len(SPELLINGS)
    assert inside.connections() == 0


def test_a_service_whose_name_flips_is_looked_up_once_a_call(origin: Origin) -> None:
    inside = Origin("127.0.0.2")
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    origin.on("/v1", Answer(status=307, headers={"Location": "/v2"}))
    origin.on("/v2", Answer(body=b"7"))
    url = f"http://encoder.example:{origin.port}/v1"
    assert post_json(url, {}, resolve=lambda *_: answers.pop(0)) == 7
    assert inside.connections == 0
    inside.close()


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:{}", "64:ff9b::{}"]))
def test_an_ipv4_address_in_an_ipv6_one_is_judged_as_itself(address: object, form: str) -> None:
    assert is_public(ip_address(form.format(address))) == is_public(ip_address(str(address)))


@given(st.ip_addresses(v=4), st.sampled_from(["::{}", "2002:{}::1", "2001:0:{}::", "::ffff:0:{}", "64:ff9b:1::{}"]))
def test_forms_that_nobody_needs_are_forbidden_whatever_they_hold(address: object, form: str) -> None:
    number = int(ip_address(str(address)))
    text = f"{number >> 16:x}:{number & 0xFFFF:x}"
    assert not is_public(ip_address(form.format(text)))


def test_the_refusal_of_every_private_address_is_a_line_that_works_when_pasted(inside: Inside) -> None:
    for host in ("127.0.0.1", "localhost", "inside.example", "[::ffff:127.0.0.1]"):
        url = f"http://{host}:{inside.port}/"
        answer = HttpFetch(clock, resolve=to_loopback)(Request(url))
        assert isinstance(answer, Trouble)
        line = tomllib.loads(answer.text.partition("add to [network]: ")[2])
        door = HttpFetch(clock, allow=line["allow"], resolve=to_loopback, deadline=timedelta(seconds=0.5))
        again = door(Request(url))
        assert isinstance(again, Trouble)
        assert again.reason is Reason.TIMEOUT  # it was reached: nobody answers there
        assert inside.connections() == 1
