"""What a request says: the very bytes; a source's own secrets, and to whom they go; proxies."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gateway import Gateway
from origin import Answer, Origin

from watcher import __version__
from watcher.http import HttpFetch
from watcher.types import Access, Page, Reason, Request, Trouble

CANARY = "kanarienvogel"


def clock() -> datetime:
    return datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture
def other() -> Iterator[Origin]:
    server = Origin()
    yield server
    server.close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    yield server
    server.close()


@pytest.fixture
def fetch(origin: Origin, other: Origin) -> Iterator[HttpFetch]:
    door = HttpFetch(
        clock,
        contact="https://beispiel.example/bot",
        allow=[origin.host_port, other.host_port],
        deadline=timedelta(seconds=120),
        resolve=lambda *_: ["127.0.0.1"],
    )
    yield door
    door.close()


def trouble(answer: Page | Trouble) -> Trouble:
    assert isinstance(answer, Trouble), answer
    return answer


def page(answer: Page | Trouble) -> Page:
    assert isinstance(answer, Page), answer
    return answer


# --- the bytes --------------------------------------------------------------------------------------------------------


def test_a_request_is_these_bytes_whatever_the_environment_says(
    origin: Origin, fetch: HttpFetch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name, value in {"HOME": str(tmp_path), "NETRC": str(tmp_path / ".netrc"), "NO_PROXY": ""}.items():
        monkeypatch.setenv(name, value)
    url = origin.on("/feed?x=1", Answer(headers={"Set-Cookie": "session=1", "ETag": '"1"'}))
    page(fetch(Request(url + "#part")))
    page(fetch(Request(url, etag='"1"', last_modified="yesterday")))
    first = (
        f"GET /feed?x=1 HTTP/1.1\r\nHost: {origin.host_port}\r\n"
        f"User-Agent: toldonce/{__version__} (+https://beispiel.example/bot)\r\n"
        "Accept: application/atom+xml, application/rss+xml, application/feed+json, "
        "application/xml;q=0.9, text/html;q=0.9, */*;q=0.5\r\n"
        "Accept-Encoding: gzip\r\n"
    )
    second = first + 'If-None-Match: "1"\r\nIf-Modified-Since: yesterday\r\n'
    assert [asked.raw.decode("latin-1") for asked in origin.log] == [first, second]


def test_a_form_is_sent_once_and_to_nobody_else(origin: Origin, other: Origin, fetch: HttpFetch) -> None:
    url = origin.on("/batch", Answer(body=b"ok"))
    assert page(fetch(Request(url, form=(("f.req", "[ü&]"), ("b", "2"))))).body == b"ok"
    (asked,) = origin.log
    assert (asked.method, asked.body) == ("POST", b"f.req=%5B%C3%BC%26%5D&b=2")
    origin.on("/batch", Answer(status=307, headers={"Location": other.url}))
    assert trouble(fetch(Request(url, form=(("a", "b"),)))).reason is Reason.REDIRECTS
    assert other.log == []


# --- a source's own ---------------------------------------------------------------------------------------------------


def access(server: Origin, **more: object) -> Access:
    headers = (("Authorization", f"Basic {CANARY}"), ("Cookie", f"sid={CANARY}"), ("Accept", "text/x-own"))
    return replace(Access(server.url, headers), **more)  # type: ignore[arg-type]  # names of its fields


def test_its_headers_go_to_its_own_origin(origin: Origin, fetch: HttpFetch) -> None:
    url = origin.on("/feed", Answer(status=302, headers={"Location": "/there"}))
    origin.on("/there", Answer(body=b"ok"))
    page(fetch(Request(url, access=access(origin, user_agent="Leser/1.0"))))
    for asked in origin.log:
        sent = {name.lower(): value for name, value in asked.headers}
        assert sent["authorization"] == f"Basic {CANARY}"
        assert sent["cookie"] == f"sid={CANARY}"
        assert sent["accept"] == "text/x-own"
        assert sent["user-agent"] == "Leser/1.0"
        assert len(sent) == len(asked.headers)


@pytest.mark.parametrize("there", ["http://127.0.0.1:{other}/", "http://name.example:{here}/", "//127.0.0.1:{other}/"])
def test_a_redirect_to_another_origin_leaves_them_at_home(
    origin: Origin, other: Origin, fetch: HttpFetch, there: str
) -> None:
    target = there.format(other=other.port, here=origin.port)
    url = origin.on("/feed", Answer(status=302, headers={"Location": target}))
    for server in (origin, other):
        server.on("/", Answer(body=b"ok"))
    page(fetch(Request(url, access=access(origin, user_agent="Leser/1.0"))))
    asked = (origin.log + other.log)[-1]
    assert asked.target == "/"
    assert CANARY.encode() not in asked.raw
    assert asked.header("user-agent") == "Leser/1.0"


def test_another_scheme_is_another_origin(origin: Origin, fetch: HttpFetch) -> None:
    url = origin.on("/feed", Answer())
    page(fetch(Request(url, access=Access(origin.url.replace("http:", "https:"), (("Cookie", CANARY),)))))
    assert origin.log[0].header("cookie") is None


def test_a_refusal_says_that_the_secrets_stayed_at_home(origin: Origin, other: Origin, fetch: HttpFetch) -> None:
    url = origin.on("/feed", Answer(status=301, headers={"Location": other.on("/feed", Answer(status=401))}))
    text = trouble(fetch(Request(url, access=access(origin)))).text
    assert f"credentials go to {origin.url} alone" in text
    assert "credentials" not in trouble(fetch(Request(other.url + "/feed", access=access(other)))).text


# --- proxies ----------------------------------------------------------------------------------------------------------


def through(gateway: Gateway, user: str = "") -> Access:
    return Access("http://nobody.example:80", proxy=f"http://{user}127.0.0.1:{gateway.port}")


def test_a_proxy_reads_requests_for_http_whole(origin: Origin, gateway: Gateway, fetch: HttpFetch) -> None:
    origin.on("/feed?x=1", Answer(body=b"ok"))
    url = f"http://127.0.0.1:{origin.port}/feed?x=1"
    asking = Request(url, access=through(gateway, f"ich:{CANARY}%21@"))
    assert [page(fetch(asking)).body for _ in range(2)] == [b"ok"] * 2
    assert gateway.asked == [f"GET {url} HTTP/1.1"] * 2
    assert b"Proxy-Authorization: Basic aWNoOmthbmFyaWVudm9nZWwh\r\n" in gateway.heads[0]
    page(fetch(Request(url)))
    assert len(gateway.asked) == 2


def test_a_proxy_is_asked_for_the_address_that_was_checked(gateway: Gateway, origin: Origin) -> None:
    """Not for the name: the proxy would look it up again, and might be answered otherwise."""
    door = HttpFetch(
        clock,
        allow=["127.0.0.1/32"],
        deadline=timedelta(seconds=120),
        resolve=lambda *_: ["::ffff:127.0.0.1", "127.0.0.1"],
    )
    trouble(door(Request(f"https://name.example:{origin.port}/", access=through(gateway))))  # it speaks no TLS
    assert gateway.asked[0] == f"CONNECT 127.0.0.1:{origin.port} HTTP/1.1"
    assert b"name.example" not in b"".join(gateway.heads)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_only_the_proxy_knows_must_be_listed(origin: Origin, scheme: str) -> None:
    gateway = Gateway(names={"intranet.example": "127.0.0.1"})
    origin.on("/", Answer(body=b"inside"))
    url = f"{scheme}://intranet.example:{origin.port}/"

    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("Name or service not known")

    refused = trouble(HttpFetch(clock, resolve=unknown)(Request(url, access=through(gateway))))
    assert refused.reason is Reason.NAME
    assert f'add to [network]: allow = ["intranet.example:{origin.port}"]' in refused.text
    assert gateway.asked == []
    door = HttpFetch(clock, allow=[f"intranet.example:{origin.port}"], resolve=unknown, deadline=timedelta(seconds=120))
    answer = door(Request(url, access=through(gateway)))
    if scheme == "http":
        assert page(answer).body == b"inside"
    assert f"intranet.example:{origin.port}" in gateway.asked[0]
    door.close()
    gateway.close()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "wants a name and a password (407)"),
        (b"HTTP/1.1 403 " + CANARY.encode() + b"\r\n\r\n", "did not let us through (403)"),
        (b"SSH-2.0\r\n\r\n", "did not let us through"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, "did not answer in proper HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\nand more", "did not let us through"),
        (b"", "did not answer in proper HTTP"),
    ],
)
def test_a_proxy_that_does_not_help_is_named(origin: Origin, fetch: HttpFetch, reply: bytes, said: str) -> None:
    gateway = Gateway(refuses=reply)
    answer = trouble(fetch(Request(f"https://127.0.0.1:{origin.port}/", access=through(gateway, f"ich:{CANARY}@"))))
    assert answer.reason is Reason.CONNECTION
    assert f"the proxy 127.0.0.1:{gateway.port} {said}" in answer.text
    assert CANARY not in answer.text
    assert origin.connections == 0
    gateway.close()


def test_a_proxy_that_is_gone_is_not_gone_around(origin: Origin, fetch: HttpFetch, gateway: Gateway) -> None:
    gateway.close()
    for proxy in (f"http://127.0.0.1:{gateway.port}", "socks5://127.0.0.1:1", "nonsense"):
        answer = trouble(fetch(Request(origin.on("/", Answer()), access=Access(origin.url, proxy=proxy))))
        assert answer.reason is Reason.CONNECTION
        assert "proxy" in answer.text
    assert origin.connections == 0


# --- what messages hold -----------------------------------------------------------------------------------------------


def test_no_message_holds_a_secret_however_it_came_there(origin: Origin, other: Origin, fetch: HttpFetch) -> None:
    """Whatever a server answers: it may repeat what it was asked with."""
    echoed = f"{other.url}/{CANARY}/login?next=%2Ffeed%3Fkey%3D{CANARY}&{CANARY}=1#{CANARY}"
    answers = [
        Answer(status=404),
        Answer(status=302, headers={"Location": echoed}),
        Answer(status=302, headers={"Location": f"ftp://a.example/{CANARY}"}),
        Answer(status=302, headers={"Location": f"http://{CANARY}@a.example/"}),
        Answer(status=302, headers={"Location": f"/feed/{CANARY}?key={CANARY}"}),
        Answer(status=302),
        Answer(raw=f"HTTP/1.1 404 {CANARY}\r\n\r\n".encode()),
        Answer(raw=f"{CANARY}\r\n\r\n".encode()),
        Answer(raw=f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n".encode()),
        Answer(raw=f"HTTP/1.1 {CANARY} OK\r\n\r\n".encode()),
        Answer(headers={"Content-Encoding": CANARY}),
        Answer(body=b"x", length="9" * 30),
    ]
    url = origin.on(f"/feed/{CANARY}", *answers) + f"?key={CANARY}"
    own = Access(
        origin.url,
        (("Authorization", "Basic " + b64encode(f"ich:{CANARY}".encode()).decode()),
         ("Cookie", f"sid={CANARY}"), ("X-Own", CANARY)),
        secret=True,
    )  # fmt: skip
    asked = Request(url, access=own)
    said = [trouble(fetch(asked)).text for _ in answers]
    said.append(trouble(fetch(replace(asked, url=f"http://127.0.0.1:1/{CANARY}"))).text)
    said.append(trouble(fetch(replace(asked, url=f"ftp://127.0.0.1/{CANARY}"))).text)
    said.append(trouble(fetch(replace(asked, access=replace(own, proxy=f"http://{CANARY}:{CANARY}@127.0.0.1:9")))).text)
    assert len(set(said)) > 8
    for text in said:
        assert CANARY not in text
        assert "127.0.0.1" in text or "…" in text


def test_of_an_ordinary_address_only_what_looks_secret_is_hidden(origin: Origin, fetch: HttpFetch) -> None:
    text = trouble(fetch(Request(origin.url + f"/feed?lang=de&token={CANARY}"))).text
    assert f"{origin.url}/feed?lang=de&token=… answered 404 Not Found" in text


def test_a_refusal_behind_a_redirect_names_the_host_that_refused(
    origin: Origin, other: Origin, fetch: HttpFetch
) -> None:
    there = other.on("/there", Answer(429, headers={"Retry-After": "3600"}))
    here = origin.on("/here", Answer(301, headers={"Location": there}))
    assert trouble(fetch(Request(here))).host == other.host_port
    assert trouble(fetch(Request(there))).host == other.host_port


def test_no_message_holds_the_fragment_of_an_address(origin: Origin, fetch: HttpFetch) -> None:
    url = origin.on("/gone", Answer(404))
    assert "index-level" not in trouble(fetch(Request(f"{url}#index-level-1"))).text
