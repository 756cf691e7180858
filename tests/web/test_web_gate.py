"""The gate: every route of the application against everybody who may not pass, and the ways in."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from webservice import READER, TOKEN, Answer, Service, running

from watcher.web import application as assembling
from watcher.web.doors import Doors
from watcher.web.gate import PUBLIC, Gate
from watcher.web.guesses import MOST
from watcher.web.over import FILE, Over
from watcher.web.unchanged import Unchanged

URL = "https://news.example.org/w"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# What everybody may ask for, written down a second time: whoever adds to the list in the program adds to it here.
OPEN = {"/e/{name}/{signature}", "/u/{token}", "/f/{token}", "/livez", "/readyz", "/sign-in", "/static/{name}"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all: whoever may not pass changes nothing."""
    with running(tmp_path_factory.mktemp("gate")) as found:
        yield found


class Way(NamedTuple):
    """One method of one route, with an address that leads to it."""

    route: str
    method: str
    path: str


def ways(service: Service) -> list[Way]:
    """Those of the application object itself: what somebody adds later is tried too."""
    app: Any = service.app
    while isinstance(app, Doors | Gate | Unchanged):
        app = app._app
    found = []
    for route in app.router.routes:
        assert isinstance(route, Route), f"{route!r}: a route of another kind has to be looked into here"
        path = re.sub(r"{\w+(:\w+)?}", "1", route.path)
        found += [Way(route.path, method, path) for method in sorted(route.methods or ())]
    assert len(found) > 10
    return found


def closed(service: Service) -> list[Way]:
    return [way for way in ways(service) if way.route not in OPEN]


def test_the_list_of_what_is_public_is_this(service: Service):
    assert PUBLIC == OPEN
    assert {way.route for way in ways(service)} & OPEN >= {"/e/{name}/{signature}", "/u/{token}", "/livez", "/readyz"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong-and-quite-long-enough"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Cookie": "watcher-8712=1893456000.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"Cookie": f"watcher-8712={TOKEN}"},
        {"Cookie": "watcher-8712=; watcher-8712=..; watcher-8712=x.y.z"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "X-Forwarded-User": "admin"},
    ],
)
def test_without_the_token_no_route_answers_that_is_not_public(service: Service, headers: dict[str, str]):
    for way in closed(service):
        service.site.guesses.forget()
        for accepted in ("*/*", "text/html"):
            answer = service.ask(way.path, way.method, **headers, Accept=accepted)
            is_led = answer.status == 303 and answer.headers["location"].startswith("/sign-in?next=")
            if is_led:
                assert way.method in ("GET", "HEAD")
                assert accepted == "text/html"
            assert is_led or answer.status == 401, (way, answer)
            assert len(answer.body) < 100, way


def test_under_another_name_no_route_answers_whoever_is_signed_in(service: Service):
    for way in ways(service):
        for host in ("evil.example", "news.example.org"):
            signed_in = {"Cookie": service.cookie, "Authorization": f"Bearer {TOKEN}"}
            assert service.ask(way.path, way.method, Host=host, **signed_in).status == 421, way


@pytest.mark.parametrize(
    "origin",
    [
        "", "null", "http://evil.example", "https://127.0.0.1.evil.example", "http://127.0.0.1", "http://127.0.0.1:1",
        "http://localhost:{port}", "file://", "http://127.0.0.1:{port}/", "http://127.0.0.1:{port}@evil.example",
        "ws://127.0.0.1:{port}", "https://news.example.org", "http://127.0.0.1:{port} http://evil.example",
    ],
)  # fmt: skip
def test_no_change_comes_from_another_page(service: Service, origin: str):
    said = {"Origin": origin.format(port=service.port)}
    writes = [way for way in closed(service) if way.method not in ("GET", "HEAD")]
    assert writes
    for way in [*writes, Way("/sign-in", "POST", "/sign-in")]:
        assert service.post(way.path, said, token=TOKEN).status == 403, way
    assert service.read("/nothing").status == 404, "still signed in"


@pytest.mark.parametrize("csrf", ["", "x", "null", TOKEN])
def test_no_change_comes_without_what_only_our_forms_know(service: Service, csrf: str):
    for way in closed(service):
        if way.method not in ("GET", "HEAD"):
            assert service.post(way.path, csrf=csrf).status == 403, way
            body = urlencode({"csrf": service.csrf})
            as_text = service.post(way.path, {"Content-Type": "text/plain"}, body=body)
            assert as_text.status == 403, way
    other = service.site.sessions.find(service.site.sessions.open() or "")
    assert other is not None
    assert service.post("/sign-out", csrf=other.csrf).status == 403
    assert service.read("/nothing").status == 404, "still signed in"


def test_programs_read_with_the_token_and_change_nothing(service: Service):
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    for way in closed(service):
        answer = service.ask(way.path, way.method, **bearer, Origin=service.origin)
        if way.method in ("GET", "HEAD"):
            assert answer.status not in (401, 403, 303), way
        else:
            assert answer.status == 403, way
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"):
        assert service.ask("/nothing", method, **bearer).status == 403


def test_a_route_that_somebody_adds_is_closed_until_it_is_on_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    add_health = assembling.add_health

    def add_more(app: FastAPI, site: Any) -> None:
        add_health(app, site)
        for path in ("/secret", "/f/all", "/e/{name}", "/livez/{more:path}", "/static/{name:path}"):
            app.add_api_route(path, lambda: PlainTextResponse("told"), methods=["GET", "POST"])

    monkeypatch.setattr(assembling, "add_health", add_more)
    with running(tmp_path) as service:
        for path in ("/secret", "/e/x", "/livez/x", "/f/all", "/static/a/b", "/static/a"):
            assert service.ask(path).status == 401, path
            assert service.ask(path, "POST").status == 401, path
            assert service.read(path).text == "told", path
            assert service.post(path).text == "told", path


# --- signing in ---


def sign_in(service: Service, prefix: str = "", origin: str = "", host: str = "", **fields: str) -> Answer:
    headers = {**FORM, "Origin": origin or service.origin} | ({"Host": host} if host else {})
    return service.ask(f"{prefix}/sign-in", "POST", urlencode(fields).encode(), **headers)


def test_a_browser_is_led_to_signing_in_and_back_to_where_it_wanted(service: Service):
    led = service.ask("/search?q=Nvidia&page=2", Accept="text/html")
    assert (led.status, led.headers["location"]) == (303, "/sign-in?next=/search%3Fq%3DNvidia%26page%3D2")
    page = service.ask(led.headers["location"])
    assert (page.status, page.headers["referrer-policy"]) == (200, "same-origin")
    assert 'name="next" value="/search?q=Nvidia&amp;page=2"' in page.text
    assert "<script" not in page.text
    done = sign_in(service, token=f" {TOKEN}\r\n", next="/search?q=Nvidia&page=2")
    assert (done.status, done.headers["location"]) == (303, "/search?q=Nvidia&page=2")
    cookie = done.headers["set-cookie"]
    assert re.fullmatch(r"watcher-8712=[\w.-]+; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax", cookie), (
        "no Secure: it was asked by plain HTTP on this machine"
    )
    assert TOKEN not in cookie
    assert service.ask("/nothing", Cookie=cookie.partition(";")[0], Accept="text/html").status == 404
    assert service.ask("/sign-in?next=/known", Cookie=cookie.partition(";")[0]).headers["location"] == "/known"


@pytest.mark.parametrize(
    "next",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)", "",
        "/\t/evil.example", "/x\r\nSet-Cookie: a=b", "x", "/" + "a" * 3000, "/\u2028", "/a b", "///", "@evil.example",
    ],
)  # fmt: skip
def test_signing_in_leads_to_our_own_pages_alone(service: Service, next: str):
    done = sign_in(service, token=TOKEN, next=next)
    assert (done.status, done.headers["location"]) == (303, "/")
    page = service.ask(f"/sign-in?{urlencode({'next': next})}")
    assert 'name="next" value="/"' in page.text


def test_a_wrong_token_is_told_and_guessing_is_slowed_down(service: Service):
    service.site.guesses.forget()
    for number in range(MOST):
        answer = sign_in(service, token=f"wrong {number}")
        assert (answer.status, "set-cookie" in answer.headers) == (403, False)
        assert "This is not the token." in answer.text
    slow = sign_in(service, token="wrong again")
    assert (slow.status, slow.headers["retry-after"], "set-cookie" in slow.headers) == (429, "6", False)
    service.now[0] -= timedelta(hours=1)
    service.passed[0] += 7
    assert sign_in(service, token="wrong again").status == 403, "a clock that was set back holds nobody up"
    service.now[0] += timedelta(hours=1)
    for number in range(MOST):
        assert service.ask("/nothing", Authorization=f"Bearer wrong {number}").status == 401
    assert service.ask("/nothing", Authorization="Bearer wrong again").status == 429


def test_who_is_right_passes_however_often_others_of_the_same_address_were_wrong(service: Service):
    service.site.guesses.forget()
    for number in range(2 * MOST):
        wrong = f"wrong {number}"
        told = {sign_in(service, token=wrong).status, sign_in(service, code=wrong).status}
        told.add(service.ask("/nothing", Authorization=f"Bearer {wrong}").status)
    assert told == {429}
    assert service.ask("/nothing", Authorization=f"Bearer {TOKEN}").status == 404
    assert sign_in(service, token=TOKEN).status == 303
    assert sign_in(service, code=service.site.sessions.code() or "").status == 303
    assert service.read("/nothing").status == 404, "who is signed in stays so"


def test_a_link_signs_in_once_and_for_ten_minutes(service: Service):
    service.site.guesses.forget()
    code = service.site.sessions.code() or ""
    page = service.ask(f"/sign-in?code={code}")
    assert f'name="code" value="{code}"' in page.text
    assert 'id="token"' not in page.text
    assert service.ask(f"/sign-in?code={code}").status == 200, "looking does not use it up: mail programs look"
    assert sign_in(service, code=code).status == 303
    again = sign_in(service, code=code)
    assert (again.status, "watcher token --link" in again.text) == (403, True)
    late = service.site.sessions.code() or ""
    service.now[0] += timedelta(minutes=10)
    assert sign_in(service, code=late).status == 403
    session = service.site.sessions.open() or ""
    assert sign_in(service, code=session).status == 403, "a session is no code"
    assert service.ask("/nothing", Cookie=f"{service.site.cookie}={service.site.sessions.code()}").status == 401


def test_signing_out_ends_the_session_for_whoever_has_a_copy_of_it(tmp_path: Path):
    with running(tmp_path) as service:
        assert service.read("/nothing").status == 404
        done = service.post("/sign-out")
        assert (done.status, done.headers["location"]) == (303, "/sign-in")
        assert "Max-Age=0" in done.headers["set-cookie"]
        assert service.ask("/nothing", Cookie=service.cookie).status == 401


def test_a_session_lasts_thirty_days(tmp_path: Path):
    with running(tmp_path) as service:
        assert service.read("/nothing").status == 404
        service.now[0] += timedelta(days=30, seconds=-1)
        assert service.read("/nothing").status == 404
        service.now[0] += timedelta(seconds=1)
        assert service.ask("/nothing", Cookie=service.cookie).status == 401


def test_another_token_ends_every_session_at_once(tmp_path: Path):
    with running(tmp_path, token=None) as service:
        token = service.site.token
        mode = stat.S_IMODE(token.file.stat().st_mode)
        assert (mode, len(token.read() or "") >= 32) == (0o600, True)
        bearer = f"Bearer {token.read()}"
        assert service.read("/nothing").status == service.ask("/nothing", Authorization=bearer).status == 404
        new = token.replace()
        assert stat.S_IMODE(token.file.stat().st_mode) == 0o600
        assert service.ask("/nothing", Cookie=service.cookie).status == 401
        assert service.ask("/nothing", Authorization=bearer).status == 401
        assert service.ask("/nothing", Authorization=f"Bearer {new}").status == 404
        token.file.unlink()
        assert service.ask("/nothing", Authorization=f"Bearer {new}").status == 401
        assert sign_in(service, token="").status == sign_in(service, token=new).status == 403


def test_a_service_that_is_started_again_knows_its_browsers(tmp_path: Path):
    with running(tmp_path, token=None) as service:
        cookie = service.cookie
    with running(tmp_path, token=None) as service:
        assert service.ask("/nothing", Cookie=cookie).status == 404


def test_what_was_ended_or_used_stays_so_when_the_service_is_started_again(tmp_path: Path):
    with running(tmp_path) as service:
        code = service.site.sessions.code() or ""
        assert sign_in(service, code=code).status == 303
        cookie, kept = service.cookie, f"{service.site.cookie}={service.site.sessions.open()}"
        assert service.post("/sign-out").status == 303
    for _ in range(2):
        with running(tmp_path) as service:
            assert sign_in(service, code=code).status == 403
            assert service.ask("/nothing", Cookie=cookie).status == 401
            assert service.ask("/nothing", Cookie=kept).status == 404
            assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600
            assert service.post("/sign-out").status == 303, "another line"


def test_what_is_over_is_forgotten_when_it_would_have_ended_anyway(tmp_path: Path):
    now = [1000.0]
    over = Over(tmp_path, lambda: now[0])
    assert over.note("used", 1600)
    assert not over.note("used", 1600)
    assert over.note("left", 9000)
    now[0] = 2000.0
    assert over.note("another", 9000)
    assert (tmp_path / FILE).read_text("ascii").split() == ["left", "9000", "another", "9000"]
    with (tmp_path / FILE).open("a") as file:
        file.write("torn\nby-another 9000\n")
    assert "by-another" in over
    assert "torn" not in over


def test_where_nothing_can_be_written_the_process_remembers_by_itself(tmp_path: Path):
    (tmp_path / "file").write_text("")
    over = Over(tmp_path / "file", lambda: 0.0)
    assert over.note("used", 9)
    assert "used" in over
    assert not over.note("used", 9)


# --- behind a proxy, and alone ---


def test_behind_a_proxy_every_way_begins_with_the_prefix(tmp_path: Path):
    with running(tmp_path, public_url=URL) as service:
        host, origin = "news.example.org", "https://news.example.org"
        for prefix in ("", "/w"):  # a proxy may take the path away, or leave it
            led = service.ask(f"{prefix}/known", Host=host, Accept="text/html")
            assert led.headers["location"] == "/w/sign-in?next=/known"
            assert 'action="/w/sign-in"' in service.ask(f"{prefix}/sign-in?next=/known", Host=host).text
            done = sign_in(service, prefix, origin, host, token=TOKEN, next="/known")
            assert done.headers["location"] == "/w/known"
            assert re.search(r"; Path=/w/; SameSite=lax; Secure$", done.headers["set-cookie"])
            cookie = done.headers["set-cookie"].partition(";")[0]
            assert service.ask(f"{prefix}/nothing", Host=host, Cookie=cookie).status == 404
            # Many proxies say their own name for this machine in place of the one that was asked for.
            assert sign_in(service, prefix, origin, token=TOKEN).status == 303
        left = service.post("/w/sign-out", {"Host": host, "Origin": origin})
        assert left.headers["location"] == "/w/sign-in"
        assert "Path=/w/" in left.headers["set-cookie"]
        for other in ("http://news.example.org", "https://news.example.org:444", "https://news.example.org/w"):
            assert sign_in(service, origin=other, host=host, token=TOKEN).status == 403


def test_an_archive_that_is_only_read_is_signed_in_to_and_out_of_and_not_changed(tmp_path: Path):
    with running(tmp_path):
        pass
    with running(tmp_path, read_only=True) as service:
        assert sign_in(service, token=TOKEN).status == 303
        done = service.post("/do/anything")
        assert (done.status, done.headers["retry-after"]) == (503, "300")
        assert service.post("/sign-out").status == 303


def test_no_refusal_names_what_it_was_asked_for(service: Service):
    for path in ("/api/<script>alert(1)</script>", f"/stories/{READER}", "/f/<img>", "/api/x"):
        for headers in ({}, {"Cookie": service.cookie}):
            answer = service.ask(path, **headers)
            assert answer.status in (401, 404)
            for said in ("<script", READER, "<img", "Traceback"):
                assert said not in answer.text
    assert service.ask("/api/x").text == '{"error":"sign in first"}'
    assert service.read("/api/x").text == '{"error":"nothing is here"}'
