"""Every route against what strangers send: names, methods, tokens, sizes, bytes."""

from __future__ import annotations

import re
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command import until
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route
from webservice import NOW, Service, edition, running, small_config

from watcher.config import load_config
from watcher.errors import ConfigError, WatcherError
from watcher.keys.values import TAKEN_PATHS
from watcher.web import gate, server
from watcher.web.doors import CARRIED, MOST_BODY, Doors
from watcher.web.gate import Gate
from watcher.web.listening import MOST_CONNECTIONS, listen
from watcher.web.unchanged import Unchanged


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all: what is refused at the doors changes nothing behind them."""
    with running(tmp_path_factory.mktemp("doors")) as found:
        yield found


ALIVE = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PUBLIC = "https://news.example.org/w"


def routes(service: Service) -> Iterator[Route]:
    """Those of the application object itself: one that is added later is tried too."""
    app: Any = service.app
    while isinstance(app, Doors | Gate | Unchanged):
        app = app._app
    for route in app.router.routes:
        assert isinstance(route, Route), "routes of another kind have to be looked into here"
        yield route


def paths(service: Service) -> dict[str, str]:
    """Each route with an address that leads to it."""
    known = {"/e/{name}/{signature}": service.page(), "/u/{token}": service.way_out()}
    return {route.path: known.get(route.path) or re.sub(r"{\w+(:\w+)?}", "1", route.path) for route in routes(service)}


def open_paths(service: Service) -> dict[str, str]:
    return {route: path for route, path in paths(service).items() if route in gate.PUBLIC}


def assert_carried(headers: dict[str, str], status: int) -> None:
    for name in CARRIED:
        assert headers.get(name.lower()), (name, status)
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "noindex" in headers["x-robots-tag"]
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_every_answer_carries_what_protects_it(service: Service):
    asked = [(path, "GET") for path in paths(service).values()]
    asked += [("/", "GET"), ("/nothing", "GET"), ("/livez", "DELETE"), (service.way_out(), "POST"), ("/docs", "GET")]
    asked += [("/openapi.json", "GET"), ("/redoc", "GET"), ("/livez/", "GET"), ("/u/x", "HEAD")]
    for path, method in asked:
        answer = service.ask(path, method)
        assert_carried(answer.headers, answer.status)


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/e", "/e/", "/u", "/livez/", "//livez", "/w", "/sign-in/"])
def test_whatever_is_not_written_down_is_not_there_and_strangers_are_not_told(service: Service, path: str):
    answer = service.read(path)
    assert (answer.status, "location" in answer.headers) == (404, False)
    answer = service.ask(path)
    assert (answer.status, "location" in answer.headers) == (401, False)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:8712",
        "127.0.0.1:x", "127.0.0.1:80:80", "[::1", "::1", "0.0.0.1", "192.168.1.1", "", " ", "localhost@evil.example",
        "evil.example#localhost", "news.example.org/w", "2130706433", "news.example.org.evil",
    ],
)  # fmt: skip
def test_another_name_is_misdirected_on_every_route(service: Service, host: str):
    for path in paths(service).values():
        answer = service.raw(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert answer.split(b" ", 2)[1] in (b"421", b"400"), host
        assert b"ships early" not in answer


def test_no_name_and_two_names_are_none(service: Service):
    assert service.raw(b"GET /livez HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421 ")
    both = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert service.raw(both).split(b" ", 2)[1] in (b"421", b"400")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.9.9.9:80", "[::1]", "[::1]:8712", "localhost."]
)
def test_loopback_by_any_name_is_us(service: Service, host: str):
    assert service.ask("/livez", Host=host).status == 200


def test_the_public_name_is_us_with_its_path_or_without(tmp_path: Path):
    with running(tmp_path, public_url=PUBLIC) as service:
        for host in ("news.example.org", "News.Example.Org:443", "news.example.org.", "localhost"):
            for prefix in ("", "/w"):  # a proxy may take the path away, or leave it
                assert service.ask(prefix + service.page(), Host=host).status == 200, (host, prefix)
                assert service.ask(f"{prefix}/livez", Host=host).status == 200
        assert service.read(f"/w/w{service.page()}").status == 404
        assert service.ask(service.page(), Host="other.example.org").status == 421


def test_what_a_proxy_says_of_others_is_not_believed(service: Service):
    for name in ("X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
        assert service.ask("/livez", **{"Host": "evil.example", name: "localhost"}).status == 421
        assert service.ask("/livez", **{name: "evil.example"}).status == 200
        assert "evil.example" not in service.ask(service.way_out(), **{name: "evil.example"}).text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "POST", "BREW"])
def test_what_a_route_does_not_do_is_refused(service: Service, method: str):
    for path in open_paths(service).values():
        if method == "POST" and path.startswith(("/u/", "/sign-in")):
            continue
        answer = service.ask(path, method)
        assert answer.status == 405, path
        assert "GET" in answer.headers["allow"]
        assert_carried(answer.headers, 405)
    assert service.left() is None


def test_a_body_has_a_bound_on_every_route(service: Service):
    long = b"a" * (MOST_BODY + 1)
    for path in paths(service).values():
        for method in ("GET", "POST"):
            answer = service.ask(path, method, long)
            assert (answer.status, answer.headers["connection"]) == (413, "close"), path
            assert_carried(answer.headers, 413)


def test_a_body_without_a_length_has_a_bound_too(service: Service):
    head = f"POST {service.way_out()} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"1000\r\n" + b"a" * 4096 + b"\r\n"
    assert service.raw(head + chunk * 17 + b"0\r\n\r\n").startswith(b"HTTP/1.1 413 ")
    assert service.left() is None


def test_a_body_that_is_not_read_is_not_taken_for_a_request(service: Service):
    inner = f"POST {service.way_out()} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    head = f"GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(inner)}\r\n\r\n".encode()
    assert service.raw(head + inner).count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/e/../../etc/passwd", "/e/..%2f..%2fetc%2fpasswd/x", "/e/%2e%2e/%2e%2e", "/e/2026-03-10/%00", "/e/%00/%00",
        "/u/%00", "/u/%2e%2e", "/u/..", "/u/%ff%fe", "/u/%ed%a0%80", "/u/%F0%9F%98%80", "/e/2026-03-10/x%0d%0aX: y",
        "/u/%0d%0aSet-Cookie:a=b", "/e/２０２６-03-10/x", "/u/*", "/%", "/%zz", "/u/<script>alert(1)</script>",
        "/e/2026-03-10/{{7*7}}", "/u/" + "a" * 10_000, "/e/" + "%41" * 3_000 + "/x", "/u/x?token=y", "/u/x;y=z",
        "http://evil.example/u/x", "/u/\\..\\..", "/e/2026-03-10//x", "*",
    ],
)  # fmt: skip
def test_hostile_names_are_nothing(service: Service, path: str):
    for method in (b"GET", b"POST"):
        line = method + b" " + path.encode("utf-8") + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        answer = service.raw(line)
        assert answer.split(b" ", 2)[1] in (b"404", b"400", b"405", b"401"), path
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"x-content-type-options: nosniff" in head.lower()
        assert b"set-cookie" not in head.lower()
        for said in (b"alert(1)", b"49", b"Traceback", b"/site-packages/", b"root:"):
            assert said not in body.split(b"</style>")[-1]
    assert service.ask("/livez").status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 20_000,
        b"POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_request_is_answered_plainly(service: Service, data: bytes):
    answer = service.raw(data)
    assert answer.split(b" ", 2)[1][:1] in (b"4", b"5")
    assert b"x-content-type-options: nosniff" in answer.lower()
    assert b"Traceback" not in answer
    assert service.ask("/livez").status == 200


def test_an_upgrade_is_not_taken(service: Service):
    upgrade = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    assert service.raw(upgrade).startswith(b"HTTP/1.1 200 ")


@given(st.lists(st.text(max_size=40), max_size=3))
def test_a_name_is_ours_only_when_it_is_spelled_as_one_of_ours(hosts: list[str]):
    doors = Doors(lambda *_: None, {"news.example.org"})  # type: ignore[arg-type, return-value]
    if doors.knows(hosts):
        assert len(hosts) == 1
        name = hosts[0].lower()
        assert name.startswith(("localhost", "127.", "[", "news.example.org"))


def test_a_defect_is_told_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    with running(tmp_path) as service:

        def broken(*_: object) -> None:
            raise RuntimeError("the secret of reader@desk.example")

        monkeypatch.setattr(service.site, "reader", broken)
        answer = service.ask(service.way_out())
        assert (answer.status, answer.text) == (500, "500: something went wrong here\n")
        assert_carried(answer.headers, 500)
    assert [record.levelname for record in caplog.records if record.name == "uvicorn.error"] == ["ERROR"]


def test_a_template_that_is_broken_costs_nobody_the_page(tmp_path: Path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "notice.html").write_text("{{ nothing.of.the.kind }}")
    with running(tmp_path) as service:
        answer = service.read("/nothing")
        assert answer.status == 404
        assert "nothing.of" not in answer.text


def test_a_public_path_that_begins_like_a_page_of_ours_is_refused(service: Service, tmp_path: Path):
    """Where a proxy takes the path away, /archive would be two pages."""
    begin = {path.strip("/").partition("/")[0] for path in (*paths(service), *gate.PUBLIC)} - {""}
    assert begin == TAKEN_PATHS
    for path in ("/archive", "/stories/", "/api/v1", "/%65"):
        with pytest.raises(ConfigError, match=r"public_url: expected another path: /\w+ is the address of a page"):
            load_config(small_config(tmp_path, f"https://news.example.org{path}"), {"TZ": "UTC"})
    for path in ("", "/", "/w", "/news", "/archived", "/w/archive"):
        load_config(small_config(tmp_path, f"https://news.example.org{path}"), {"TZ": "UTC"})


# --- many at once ---


def test_eight_read_while_somebody_writes(service: Service):
    wrong: list[object] = []
    page = service.ask(service.page())

    def read() -> None:
        for _ in range(15):
            answer = service.ask(service.page())
            if (answer.status, answer.body) != (200, page.body):
                wrong.append(answer)
            if service.ask(f"{service.page()}.txt").status != 200:
                wrong.append("text")

    def write() -> None:
        for number in range(60):
            with service.store.writing() as writer:
                writer.publish(edition(NOW.date() - timedelta(days=number + 1), title="x" * 2000), ())

    threads = [threading.Thread(target=read) for _ in range(8)] + [threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_connections_are_bounded_and_the_service_comes_back(service: Service):
    held = [socket.create_connection(("127.0.0.1", service.port), 5) for _ in range(160)]
    until(lambda: len(select.select(held, [], [], 0)[0]) >= 160 - 128)
    assert len(select.select(held, [], [], 0.2)[0]) == 160 - 128, "those that were hung up on"
    for connection in held:
        connection.close()
    until(lambda: service.raw(ALIVE).startswith(b"HTTP/1.1 200 "))


def test_whoever_was_idle_longest_gives_way_to_who_asks(service: Service):
    held = [socket.create_connection(("127.0.0.1", service.port), 5) for _ in range(MOST_CONNECTIONS)]
    for connection in held[1:]:
        connection.sendall(b"GET /li")  # half a request asks for nothing yet
    assert service.raw(ALIVE).startswith(b"HTTP/1.1 200 ")
    assert select.select(held, [], [], 0)[0] == held[:1]
    for connection in held:
        connection.close()


def test_who_says_nothing_is_hung_up_on_after_five_seconds_and_who_is_slow_is_not(
    service: Service, monkeypatch: pytest.MonkeyPatch
):
    assert server._FIRST_BYTE == 5.0
    monkeypatch.setattr(server, "_FIRST_BYTE", 0.3)
    with (
        closing(socket.create_connection(("127.0.0.1", service.port), 10)) as slow,
        closing(socket.create_connection(("127.0.0.1", service.port), 10)) as silent,
    ):
        slow.sendall(ALIVE[:10])
        assert silent.recv(1) == b"", "hung up on"
        slow.sendall(ALIVE[10:])
        assert slow.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_a_port_that_is_taken_is_named_with_what_to_do(service: Service):
    with pytest.raises(WatcherError, match=rf"port {service.port} .*set \[service\] host and port"):
        listen("127.0.0.1", service.port)
    with pytest.raises(WatcherError, match=r"cannot listen on no\.such\.host\.example"):
        listen("no.such.host.example", 1)
    with closing(listen("::1", 0)) as both:
        assert both.getsockname()[0] == "::1"


def test_no_route_answers_to_a_wrong_token(service: Service):
    for path in ("/e/2026-03-10/" + "A" * 43, "/u/" + "A" * 43):
        for method in ("GET", "HEAD", "POST"):
            status = service.ask(path, method).status
            assert status == (405 if method == "POST" and path.startswith("/e") else 404)
