"""What opens the service is heard nowhere but where it belongs: the token, a session, the address of a feed."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlencode

from command import Running, until
from starlette.routing import Route
from webservice import Service, running, small_config

from watcher.web.application import application

CANARY = "kanarienvogel-opens-this"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """One that signed in, and everything that it was told."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie, self.told = port, "", ""

    def is_answered(self) -> bool:
        with suppress(OSError):
            return self.ask("/readyz").status == 200
        return False

    def ask(self, path: str, fields: dict[str, str] | None = None) -> http.client.HTTPResponse:
        origin = f"http://127.0.0.1:{self.port}"
        headers = {"Accept": "text/html", "Origin": origin} | ({"Cookie": self.cookie} if self.cookie else {})
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as connection:
            if fields is None:
                connection.request("GET", path, headers=headers)
            else:
                connection.request("POST", path, urlencode(fields).encode(), {**headers, **FORM})
            answer = connection.getresponse()
            self.body = answer.read().decode()
        self.told += f"{path}\n{answer.getheaders()}\n{self.body}\n"
        return answer


def test_the_token_a_session_and_a_feed_stay_where_they_belong(tmp_path: Path, program: Sequence[str]):
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    config = small_config(tmp_path, more=f"port = {port}\n")
    with Running("run", "--config", config, env={"WATCHER_SERVICE__TOKEN": CANARY}, program=program) as daemon:
        browser = Browser(port)
        until(browser.is_answered, what=lambda: daemon.err)
        assert browser.ask("/sign-in", {"token": f"{CANARY}-wrong"}).status == 403
        done = browser.ask("/sign-in", {"token": CANARY, "next": "/feeds"})
        assert done.status == 303
        cookie = (done.getheader("set-cookie") or "").partition(";")[0]
        browser.told, browser.cookie = "", cookie
        assert browser.ask("/feeds").status == 200
        (csrf,) = set(re.findall(r'name="csrf" value="([^"]+)"', browser.body))
        assert browser.ask("/do/make-feed", {"csrf": csrf, "feed": "stories", "form": "atom"}).status == 303
        browser.ask("/feeds")
        (address,) = re.findall(r"/f/(1-[\w-]{43})", browser.body)
        browser.told = ""
        assert browser.ask(f"/f/{address}").status == 200
        assert browser.ask(f"/f/{address}x").status == 404
        for path in ("/", "/status", "/metrics", "/nothing", "/api/status", f"/nothing?{CANARY[:5]}"):
            browser.ask(path)
        assert browser.ask("/do/make-feed", {"csrf": "wrong"}).status == 403
        browser.told = browser.told.replace(f"/f/{address}", "")  # where it asked
        daemon.signal(15)
        assert daemon.wait() == 0
        secrets = (CANARY, cookie.partition("=")[2], cookie.rpartition(".")[2], address.partition("-")[2])
        for secret in secrets:
            assert len(secret) > 20
            assert secret not in browser.told
            assert secret not in daemon.err
            for file in filter(Path.is_file, tmp_path.rglob("*")):
                assert secret.encode() not in file.read_bytes(), file
        assert csrf not in daemon.err
        assert "signed in" in daemon.err


def test_no_page_holds_what_opens_it(service: Service):
    inner: object = application(service.site)
    while not hasattr(inner, "router"):
        inner = inner._app  # type: ignore[attr-defined]
    for route in inner.router.routes:
        assert isinstance(route, Route)
        if "{" in route.path or "GET" not in (route.methods or ()):
            continue
        answer = service.read(route.path)
        assert answer.status in (200, 303, 404, 422, 503), route.path  # a search wants words, an export a list
        for secret in (service.site.token.read() or "-", service.cookie.partition("=")[2], service.secret):
            assert secret not in answer.text + str(answer.headers), route.path


def test_what_is_kept_of_the_token_is_for_its_owner_alone(tmp_path: Path):
    with running(tmp_path, token=None) as service:
        token = service.site.token.read()
        assert token is not None
        holding = [file for file in tmp_path.rglob("*") if file.is_file() and token.encode() in file.read_bytes()]
        assert [(file.name, file.stat().st_mode & 0o077) for file in holding] == [("service.token", 0)]
