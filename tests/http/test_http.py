"""The door to the network, against a scripted server on loopback."""

from __future__ import annotations

import gzip
import resource
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from command import PATIENCE, until
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from origin import Answer, Asked, Origin

from watcher.errors import ConfigError
from watcher.http import Guard, HttpFetch, is_public
from watcher.types import Page, Reason, Request, Trouble

CERTIFICATE = (
    Path(__file__).parents[1] / "support" / "tls" / "certificate.pem"
)  # self-signed, for beispielblatt.example
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MIB = 1024 * 1024
PATIENT = timedelta(seconds=PATIENCE)  # for what comes, however slow the machine
# For what would come only after many minutes: whoever is told before that was not waiting for it.
SOON = 60.0


def to(*addresses: str) -> Callable[[str, int], list[str]]:
    """A resolver that gives every name these addresses."""
    return lambda _host, _port: list(addresses)


def clock() -> datetime:
    return NOON


@pytest.fixture
def fetch(origin: Origin) -> Iterator[HttpFetch]:
    door = HttpFetch(clock, contact="https://beispiel.example/bot", allow=[origin.host_port], deadline=PATIENT)
    yield door
    door.close()


@pytest.fixture
def hasty(origin: Origin) -> Iterator[HttpFetch]:
    """For what never comes in time."""
    door = HttpFetch(clock, allow=[origin.host_port], deadline=timedelta(seconds=0.6))
    yield door
    door.close()


def page(answer: Page | Trouble) -> Page:
    assert isinstance(answer, Page), answer
    return answer


def trouble(answer: Page | Trouble) -> Trouble:
    assert isinstance(answer, Trouble), answer
    return answer


# --- asking -----------------------------------------------------------------------------------------------------------


def test_a_page_holds_what_the_server_answered(origin: Origin, fetch: HttpFetch) -> None:
    url = origin.on(
        "/feed", Answer(body=b"<rss/>", headers=(("ETag", 'W/"a b"'), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")))
    )
    answer = page(fetch(Request(url)))
    assert (answer.url, answer.asked, answer.status, answer.body) == (url, url, 200, b"<rss/>")
    assert answer.fetched == NOON
    assert answer.header("etag") == 'W/"a b"'
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert not answer.permanent


def test_a_request_says_who_asks_and_nothing_about_anybody(
    origin: Origin, fetch: HttpFetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    url = origin.on("/feed", Answer(headers={"Set-Cookie": "session=1"}))
    page(fetch(Request(url)))
    page(fetch(Request(url)))
    for asked in origin.log:
        names = [name.lower() for name, _ in asked.headers]
        assert sorted(names) == ["accept", "accept-encoding", "host", "user-agent"]
        assert asked.header("user-agent").startswith("toldonce/")  # type: ignore[union-attr]  # it is there: see above
        assert asked.header("user-agent").endswith(" (+https://beispiel.example/bot)")  # type: ignore[union-attr]  # same
        assert asked.header("accept-encoding") == "gzip"
        assert asked.header("host") == origin.host_port


_VALUES = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_categories=["Cc"]), min_size=1, max_size=40
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(etag=_VALUES, modified=_VALUES)
def test_validators_come_in_and_go_out_byte_for_byte(
    origin: Origin, fetch: HttpFetch, etag: str, modified: str
) -> None:
    url = origin.on("/feed", Answer(headers={"ETag": etag, "Last-Modified": modified}), Answer(status=304))
    first = page(fetch(Request(url)))
    assert first.header("etag") == etag
    second = page(fetch(Request(url, first.header("etag"), first.header("last-modified"))))
    assert (second.status, second.body) == (304, b"")
    assert f"If-None-Match: {etag}\r\n".encode("latin-1") in origin.log[-1].raw
    assert f"If-Modified-Since: {modified}\r\n".encode("latin-1") in origin.log[-1].raw


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\x00b", "\u65e5"])
def test_a_validator_that_would_break_the_header_is_not_sent(origin: Origin, fetch: HttpFetch, value: str) -> None:
    page(fetch(Request(origin.on("/feed", Answer()), etag=value)))
    assert origin.log[0].header("if-none-match") is None
    assert origin.log[0].header("x-injected") is None


def test_an_address_is_asked_in_its_encoded_form(origin: Origin, fetch: HttpFetch) -> None:
    origin.on("/gr%C3%BCn%20x", Answer(body=b"yes"))
    assert page(fetch(Request(origin.url + "/grün x?q=ä#part"))).body == b"yes"
    assert origin.log[0].target == "/gr%C3%BCn%20x?q=%C3%A4"


def test_one_connection_serves_many_requests_and_a_closed_one_is_replaced(origin: Origin, fetch: HttpFetch) -> None:
    url = origin.on("/feed", Answer(status=304))
    for _ in range(5):
        page(fetch(Request(url)))
    assert origin.connections == 1
    page(fetch(Request(origin.on("/last", Answer(body=b"x", length="none")))))
    page(fetch(Request(url)))
    assert origin.connections == 2


def test_a_connection_the_server_closed_meanwhile_costs_no_answer(origin: Origin, fetch: HttpFetch) -> None:
    # Says it keeps the connection open, and closes it when the next request is on its way.
    url = origin.on("/feed", Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
    for _ in range(5):
        assert page(fetch(Request(url))).body == b"ok"


def test_many_threads_share_one_door(origin: Origin, fetch: HttpFetch) -> None:
    for number in range(40):
        origin.on(f"/{number}", Answer(body=b"%d" % number))
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda number: page(fetch(Request(f"{origin.url}/{number % 40}"))).body, range(400)))
    assert answers == [b"%d" % (number % 40) for number in range(400)]


# --- redirects --------------------------------------------------------------------------------------------------------


def redirect(status: int, to: str) -> Answer:
    return Answer(status=status, headers={"Location": to})


@pytest.mark.parametrize(
    ("statuses", "permanent"), [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False)]
)
def test_a_redirect_is_followed_and_its_permanence_known(
    origin: Origin, fetch: HttpFetch, statuses: tuple[int, ...], permanent: bool
) -> None:
    for hop, status in enumerate(statuses):
        origin.on(f"/{hop}", redirect(status, f"{hop + 1}?x=1"))
    origin.on(f"/{len(statuses)}", Answer(body=b"there"))
    answer = page(fetch(Request(origin.url + "/0", etag='"1"')))
    assert answer.body == b"there"
    assert answer.asked == origin.url + "/0"
    assert answer.url == f"{origin.url}/{len(statuses)}?x=1"
    assert answer.permanent is permanent
    assert all(asked.header("if-none-match") == '"1"' for asked in origin.log)


def test_five_redirects_are_followed_and_six_are_not(origin: Origin, fetch: HttpFetch) -> None:
    for hop in range(6):
        origin.on(f"/{hop}", redirect(302, f"/{hop + 1}"))
    origin.on("/6", Answer(body=b"end"))
    assert trouble(fetch(Request(origin.url + "/0"))).reason is Reason.REDIRECTS
    assert len(origin.log) == 6
    assert page(fetch(Request(origin.url + "/1"))).body == b"end"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/loop", Reason.REDIRECTS),
        ("", Reason.REDIRECTS),
        ("ftp://example.org/a", Reason.BAD_ADDRESS),
        ("file:///etc/passwd", Reason.BAD_ADDRESS),
        ("//user@example.org/", Reason.BAD_ADDRESS),
        ("http://[", Reason.BAD_ADDRESS),
    ],
)
def test_a_redirect_that_leads_nowhere_is_trouble(
    origin: Origin, fetch: HttpFetch, location: str, reason: Reason
) -> None:
    answer = trouble(fetch(Request(origin.on("/loop", redirect(301, location)))))
    assert answer.reason is reason
    assert answer.status == 301
    assert len(origin.log) == 1


def test_a_redirect_to_a_raw_utf8_address_is_understood(origin: Origin, fetch: HttpFetch) -> None:
    origin.on("/gr%C3%BCn", Answer(body=b"yes"))
    assert page(fetch(Request(origin.on("/a", redirect(301, "/grün".encode().decode("latin-1")))))).body == b"yes"


# --- statuses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500, 503])
def test_an_error_status_is_trouble_with_that_status(origin: Origin, fetch: HttpFetch, status: int) -> None:
    answer = trouble(fetch(Request(origin.on("/a", Answer(status=status, body=b"x" * 10, headers={"ETag": '"bad"'})))))
    assert (answer.reason, answer.status) == (Reason.STATUS, status)
    assert str(status) in answer.text
    assert origin.url in answer.text


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        ({"Retry-After": " 0 "}, timedelta(0)),
        ({"Retry-After": "99999999999999"}, timedelta(days=366)),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
        ({"Retry-After": "Wed, 04 Mar 2026 13:00:00 GMT"}, timedelta(hours=1)),
        (
            {"Retry-After": "Wed, 04 Mar 2026 13:00:00 GMT", "Date": "Wed, 04 Mar 2026 12:30:00 GMT"},
            timedelta(minutes=30),
        ),
        ({"Retry-After": "Wednesday, 04-Mar-26 13:00:00 GMT"}, timedelta(hours=1)),
        ({"Retry-After": "Tue, 04 Mar 2025 13:00:00 GMT"}, timedelta(0)),
        ({"Retry-After": "Wed, 99 Mar 2026 99:00:00 GMT"}, None),
    ],
)
def test_retry_after_is_read_by_the_servers_own_clock(
    origin: Origin, fetch: HttpFetch, headers: dict[str, str], expected: timedelta | None
) -> None:
    assert trouble(fetch(Request(origin.on("/a", Answer(status=429, headers=headers))))).retry_after == expected


def test_an_error_that_says_how_long_it_is_true_is_heard(origin: Origin, fetch: HttpFetch) -> None:
    url = origin.on("/a", Answer(status=404, headers={"Cache-Control": "max-age=3600"}), Answer(status=404))
    assert trouble(fetch(Request(url))).fresh_for == timedelta(hours=1)
    assert trouble(fetch(Request(url))).fresh_for is None


# --- time -------------------------------------------------------------------------------------------------------------


def slow_answers() -> dict[str, Answer]:
    return {
        "body dripping": Answer(body=b"x" * 10_000, drip=0.05),
        "headers dripping": Answer(body=b"x", headers={"X": "y" * 10_000}, drip_head=0.05),
        "silence": Answer(delay=600),
        "chunks dripping": Answer(body=b"x" * 10_000, chunked=True, drip=0.05),
        "endless continues": Answer(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 400, drip=0.03),
        "redirects that take their time": Answer(status=302, headers={"Location": "?again"}, delay=0.4),
    }


@pytest.mark.parametrize("name", slow_answers())
def test_no_slowness_outlasts_the_deadline(origin: Origin, hasty: HttpFetch, name: str) -> None:
    url = origin.on("/slow", slow_answers()[name])
    start = time.monotonic()
    assert trouble(hasty(Request(url))).reason is Reason.TIMEOUT
    assert 0.3 < time.monotonic() - start < SOON


def test_a_tls_handshake_that_never_answers_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        door = HttpFetch(clock, allow=[address], deadline=timedelta(seconds=0.6))
        start = time.monotonic()
        assert trouble(door(Request(f"https://{address}/"))).reason is Reason.TIMEOUT
        assert time.monotonic() - start < SOON
        door.close()


def test_a_name_that_is_not_resolved_in_time_ends_at_the_deadline() -> None:
    release = threading.Event()

    def stalled(_host: str, _port: int) -> list[str]:
        release.wait(600)
        return ["192.0.2.1"]

    door = HttpFetch(clock, deadline=timedelta(seconds=0.3), resolve=stalled)
    start = time.monotonic()
    assert trouble(door(Request("http://stalled.example/"))).reason is Reason.TIMEOUT
    assert time.monotonic() - start < SOON
    release.set()


def test_slow_servers_do_not_delay_the_others(origin: Origin, fetch: HttpFetch) -> None:
    slow = origin.on("/slow", Answer(body=b"x" * 10_000, drip=0.05))
    good = origin.on("/good", Answer(body=b"ok"))
    with ThreadPoolExecutor(21) as threads:
        drips = [threads.submit(fetch, Request(slow)) for _ in range(20)]
        until(lambda: len(origin.asked("/slow")) == 20)
        assert page(threads.submit(fetch, Request(good)).result()).body == b"ok"
        assert not any(drip.done() for drip in drips)
        origin.close()
        assert all(trouble(drip.result()).reason is Reason.CONNECTION for drip in drips)


# --- size and encodings -----------------------------------------------------------------------------------------------


def encoded(body: bytes, *layers: str) -> Answer:
    for layer in layers:
        body = gzip.compress(body) if layer == "gzip" else zlib.compress(body)
    return Answer(body=body, headers={"Content-Encoding": ", ".join(layers)})


@pytest.mark.parametrize("layers", [("gzip",), ("deflate",), ("gzip", "gzip")])
def test_a_compressed_body_arrives_unpacked(origin: Origin, fetch: HttpFetch, layers: tuple[str, ...]) -> None:
    assert page(fetch(Request(origin.on("/a", encoded(b"hello" * 99, *layers))))).body == b"hello" * 99


def test_two_gzip_members_and_padding_are_one_body(origin: Origin, fetch: HttpFetch) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 9
    assert (
        page(fetch(Request(origin.on("/a", Answer(body=body, headers={"Content-Encoding": "gzip"}))))).body
        == b"one two"
    )


def test_deflate_without_a_wrapper_is_understood(origin: Origin, fetch: HttpFetch) -> None:
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(b"raw deflate") + packer.flush()
    answer = fetch(Request(origin.on("/a", Answer(body=body, headers={"Content-Encoding": "deflate"}))))
    assert page(answer).body == b"raw deflate"


def bomb_of(mebibytes: int, *windows: int) -> bytes:
    """Zeros, packed piece by piece (the test measures memory), then packed again for each further window."""
    packer = zlib.compressobj(wbits=windows[0])
    body = b"".join(packer.compress(bytes(MIB)) for _ in range(mebibytes)) + packer.flush()
    for window in windows[1:]:
        again = zlib.compressobj(wbits=window)
        body = again.compress(body) + again.flush()
    return body


BOMBS: dict[str, Callable[[], Answer]] = {
    "gzip": lambda: Answer(body=bomb_of(300, 31), headers={"Content-Encoding": "gzip"}),
    "gzip in gzip": lambda: Answer(body=bomb_of(300, 31, 31), headers={"Content-Encoding": "gzip, gzip"}),
    "deflate": lambda: Answer(body=bomb_of(300, 15), headers={"Content-Encoding": "deflate"}),
    "announced": lambda: Answer(body=b"x", length=11 * MIB),
    "announced as more than a number": lambda: Answer(body=b"x", length="9" * 30),
    "unannounced": lambda: Answer(body=b"x" * (11 * MIB), length="none"),
    "chunked": lambda: Answer(body=b"x" * (11 * MIB), chunked=True),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_body_is_given_up_at_the_limit_without_filling_memory(origin: Origin, bomb: str) -> None:
    door = HttpFetch(clock, allow=[origin.host_port])
    url = origin.on("/bomb", BOMBS[bomb]())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = trouble(door(Request(url)))
    assert answer.reason is Reason.TOO_LARGE
    assert "max_bytes" in answer.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # kibibytes


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(body=b"x" * 100, cut=50), Reason.CONNECTION),
        (Answer(body=b"x" * 100, cut=50, chunked=True), Reason.CONNECTION),
        (Answer(body=gzip.compress(b"x" * 5000)[:-9], headers={"Content-Encoding": "gzip"}), Reason.PROTOCOL),
        (Answer(body=b"not packed", headers={"Content-Encoding": "gzip"}), Reason.PROTOCOL),
        (Answer(body=b"x", headers={"Content-Encoding": "br"}), Reason.PROTOCOL),
        (Answer(body=b"x", headers={"Content-Encoding": "gzip, gzip, gzip, gzip"}), Reason.PROTOCOL),
        (Answer(raw=b"SSH-2.0-OpenSSH_9\r\n"), Reason.PROTOCOL),
        (Answer(raw=b"HTTP/1.1 abc\r\n\r\n"), Reason.PROTOCOL),
        (Answer(raw=b"HTTP/1.1 103 Early Hints\r\n\r\n"), Reason.CONNECTION),
        (Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"), Reason.PROTOCOL),
        (Answer(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"), Reason.PROTOCOL),
        (Answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), Reason.CONNECTION),
        (Answer(raw=b""), Reason.CONNECTION),
        (Answer(raw=b"HTTP/1.1 200 OK\r\nContent"), Reason.PROTOCOL),
    ],
)  # fmt: skip
def test_half_an_answer_is_never_taken_for_a_whole_one(
    origin: Origin, fetch: HttpFetch, answer: Answer, reason: Reason
) -> None:
    got = fetch(Request(origin.on("/a", answer)))
    if answer.raw == b"HTTP/1.1 200 OK\r\nContent":  # http.client takes a cut header for the end of the headers
        assert isinstance(got, Page)
        assert got.body == b""
    else:
        assert trouble(got).reason is reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=100).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest)))
def test_whatever_bytes_a_server_sends_nothing_is_raised(origin: Origin, fetch: HttpFetch, raw: bytes) -> None:
    assert isinstance(fetch(Request(origin.on("/a", Answer(raw=raw)))), Page | Trouble)


# --- names and connections --------------------------------------------------------------------------------------------


def unresolved(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_name_without_an_address_and_a_closed_port_are_told_apart(origin: Origin) -> None:
    door = HttpFetch(clock, resolve=unresolved)
    assert trouble(door(Request("http://nowhere.example/"))).reason is Reason.NAME
    assert trouble(HttpFetch(clock, resolve=to())(Request("http://nowhere.example/"))).reason is Reason.NAME
    port = origin.port
    origin.close()
    door = HttpFetch(clock, allow=[f"127.0.0.1:{port}"])
    assert trouble(door(Request(f"http://127.0.0.1:{port}/"))).reason is Reason.CONNECTION


def test_a_dead_address_is_passed_over_for_a_live_one(origin: Origin) -> None:
    origin.on("/", Answer(body=b"live"))
    door = HttpFetch(clock, allow=["127.0.0.0/8", "::1"], resolve=to("::1", "127.0.0.9", "127.0.0.1"))
    assert page(door(Request(f"http://two.example:{origin.port}/"))).body == b"live"


def beside(origin: Origin, host: str, backlog: int = 16) -> socket.socket:
    """Another machine of the same name: its port on another loopback address."""
    return socket.create_server((host, origin.port), backlog=backlog)


def test_a_machine_that_lets_in_and_throws_out_is_passed_over_too(origin: Origin) -> None:
    ill = beside(origin, "127.0.0.2")
    thrown_out = 0

    def throw_out() -> None:
        nonlocal thrown_out
        while True:
            try:
                client, _ = ill.accept()
            except OSError:
                return
            thrown_out += 1
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not an end
            client.close()

    threading.Thread(target=throw_out, daemon=True).start()
    origin.on("/", Answer(body=b"live", length="none"))
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.2", "127.0.0.1"]

    door = HttpFetch(clock, allow=["127.0.0.0/8"], resolve=resolve, deadline=PATIENT)
    url = f"http://two.example:{origin.port}/"
    assert page(door(Request(url))).body == b"live"
    assert (len(asked), thrown_out) == (1, 1)  # looked up once: the second address is one of those that were checked
    origin.close()
    answer = trouble(door(Request(url)))
    assert answer.reason is Reason.CONNECTION
    assert trouble(door(Request(url, form=(("a", "b"),)))).reason is Reason.CONNECTION
    assert thrown_out == 3
    ill.shutdown(socket.SHUT_RDWR)
    ill.close()


def test_an_address_that_never_answers_leaves_time_for_the_others(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.http.dial._LONGEST_TRY", 0.5)
    full = beside(origin, "127.0.0.2", backlog=0)  # whose queue is full: whoever knocks now hears nothing
    knocking = [socket.socket() for _ in range(4)]
    for knock in knocking:
        knock.setblocking(False)
        knock.connect_ex(("127.0.0.2", origin.port))
    origin.on("/", Answer(body=b"live"))
    door = HttpFetch(clock, allow=["127.0.0.0/8"], resolve=to("127.0.0.2", "127.0.0.1"), deadline=PATIENT)
    start = time.monotonic()
    assert page(door(Request(f"http://two.example:{origin.port}/"))).body == b"live"
    assert 0.4 < time.monotonic() - start < SOON
    door.close()
    for sock in (*knocking, full):
        sock.close()


def test_two_hundred_failures_leave_no_open_file_behind(origin: Origin, fetch: HttpFetch) -> None:
    def files() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    url = origin.on("/a", Answer(raw=b""))
    fetch(Request(url))
    before = files()
    for _ in range(200):
        fetch(Request(url))
    fetch.close()
    until(lambda: files() <= before + 5)  # the origin closes its side in threads of its own


def test_tls_is_verified_by_the_name_asked_for_and_host_is_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    names: list[str | None] = []
    context.sni_callback = lambda _sock, name, _context: names.append(name)  # type: ignore[assignment]  # returns None
    server = Origin(context=context)
    server.on("/", Answer(body=b"secret"))

    def door() -> HttpFetch:
        return HttpFetch(clock, allow=["127.0.0.1/32"], deadline=PATIENT, resolve=to("127.0.0.1"))

    right = f"https://beispielblatt.example:{server.port}/"
    untrusted = trouble(door()(Request(right)))
    assert untrusted.reason is Reason.TLS
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    trusting = door()
    assert page(trusting(Request(right))).body == b"secret"
    assert server.log[-1].header("host") == f"beispielblatt.example:{server.port}"
    assert names[-1] == "beispielblatt.example"
    assert trouble(trusting(Request(f"https://other.example:{server.port}/"))).reason is Reason.TLS
    server.on("/slow", Answer(body=b"x" * 10_000, drip=0.05))
    short = HttpFetch(clock, allow=["127.0.0.1/32"], deadline=timedelta(seconds=0.5), resolve=to("127.0.0.1"))
    start = time.monotonic()
    assert trouble(short(Request(right + "slow"))).reason is Reason.TIMEOUT
    assert time.monotonic() - start < SOON
    for each in (trusting, short):
        each.close()
    server.close()


# --- where nothing is asked -------------------------------------------------------------------------------------------

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.1.2.3 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1
198.19.255.255 198.51.100.1 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:192.0.0.192 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1::1 2001:10::1 2001:db8::1
2002:7f00:1:: 2002:808:808::1 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 febf::1 fec0::1
feff::1 ff02::1 ff0e::1 4000::1
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 192.167.1.1 198.17.0.1
198.20.0.1 223.255.255.255 2606:4700::1 2a00:1450::1 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::808:808
""".split()
SPELLINGS = """
127.0.0.1 127.1 127.0.1 0 0.0.0.0 0x7f.0.0.1 0x7f000001 2130706433 017700000001 0177.0.0.1
127.000.000.001 127.0.0.1. １２７.0.0.1 ①②⑦.0.0.1 127。0。0。1 localhost LOCALHOST localhost.
localhost.localdomain internal.example [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1]
[::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1] [fe80::1%25lo] [fec0::1] [fc00::1]
169.254.169.254 [fd00:ec2::254] 192.0.0.192 100.100.100.200 10.0.0.1 172.16.0.1 192.168.0.1
user@127.0.0.1 example.org@127.0.0.1 127.0.0.1\\@example.org example.org\\.127.0.0.1
127.0.0.1%00.example.org 127.0.0.1%2f ⓛⓞⓒⓐⓛⓗⓞⓢⓣ ｌocalhost
""".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_a_special_purpose_address_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_ordinary_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("position", ["first", "redirect"])
@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_a_private_address_is_connected_to(origin: Origin, host: str, position: str) -> None:
    inside = Origin()
    door = HttpFetch(clock, allow=[origin.host_port], deadline=PATIENT, resolve=to("127.0.0.1"))
    target = f"http://{host}:{inside.port}/"
    if position == "redirect":
        answer = door(Request(origin.on("/", redirect(302, target.encode().decode("latin-1")))))
    else:
        answer = door(Request(target))
    assert trouble(answer).reason in (Reason.FORBIDDEN_ADDRESS, Reason.BAD_ADDRESS)
    assert inside.connections == 0
    inside.close()


def test_one_bad_record_refuses_the_name(origin: Origin) -> None:
    door = HttpFetch(clock, allow=["127.0.0.1/32"], resolve=to("127.0.0.1", "10.0.0.1"))
    answer = trouble(door(Request(f"http://both.example:{origin.port}/")))
    assert answer.reason is Reason.FORBIDDEN_ADDRESS
    assert "10.0.0.1" in answer.text
    assert origin.connections == 0


def test_a_name_is_resolved_once_and_that_answer_is_connected_to(origin: Origin) -> None:
    asked: list[str] = []

    def flipping(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1" if len(asked) % 2 else "127.0.0.2"]

    inside = Origin("127.0.0.2")
    door = HttpFetch(clock, allow=["127.0.0.1/32"], resolve=flipping)
    url = f"http://flipping.example:{origin.port}/"
    origin.on("/", Answer(body=b"public", length="none"))  # closes, so that each request connects anew
    for turn in range(10):
        answer = door(Request(url))
        if turn % 2:
            assert trouble(answer).reason is Reason.FORBIDDEN_ADDRESS
        else:
            assert page(answer).body == b"public"
            assert origin.log[-1].header("host") == f"flipping.example:{origin.port}"
    assert len(asked) == 10
    assert inside.connections == 0
    inside.close()


@pytest.mark.parametrize("allow", ["{host}:{port}", "{ip}:{port}", "127.0.0.0/8", "{ip}"])
def test_what_the_operator_allows_is_reached(origin: Origin, allow: str) -> None:
    entry = allow.format(host="bridge.example", ip="127.0.0.1", port=origin.port)
    door = HttpFetch(clock, allow=[entry], resolve=to("127.0.0.1"))
    origin.on("/", Answer(body=b"ok"))
    assert page(door(Request(f"http://bridge.example:{origin.port}/"))).body == b"ok"


def test_an_allowed_port_opens_no_other(origin: Origin) -> None:
    door = HttpFetch(clock, allow=["127.0.0.1:1", "bridge.example:1"], resolve=to("127.0.0.1"))
    for name in ("127.0.0.1", "bridge.example", "[::ffff:127.0.0.1]"):
        assert trouble(door(Request(f"http://{name}:{origin.port}/"))).reason is Reason.FORBIDDEN_ADDRESS
    assert origin.connections == 0


def test_a_refusal_shows_the_line_that_would_allow_it(origin: Origin) -> None:
    door = HttpFetch(clock, allow=["10.0.0.0/8"])
    text = trouble(door(Request(origin.url))).text
    assert f'allow = ["10.0.0.0/8", "{origin.host_port}"]' in text
    assert (
        page(HttpFetch(clock, allow=["10.0.0.0/8", origin.host_port])(Request(origin.on("/", Answer())))).status == 200
    )


@pytest.mark.parametrize(
    "entry", ["localhost", "http://127.0.0.1:80", "127.0.0.1:99999", "10.0.0.0/99", "a b:80", "", "host:80/path"]
)
def test_an_allow_entry_that_means_nothing_is_a_config_error(entry: str) -> None:
    with pytest.raises(ConfigError, match="allow"):
        Guard([entry])


def test_what_is_no_address_is_not_asked() -> None:
    for url in ("ftp://example.org/", "file:///etc/passwd", "example.org", ""):
        assert trouble(HttpFetch(clock, resolve=unresolved)(Request(url))).reason is Reason.BAD_ADDRESS


def test_a_script_may_be_a_function_of_the_request(origin: Origin, fetch: HttpFetch) -> None:
    def echo(asked: Asked) -> Answer:
        return Answer(body=asked.target.encode())

    assert page(fetch(Request(origin.on("/echo", echo) + "?x=1"))).body == b"/echo?x=1"
