"""A service on a loopback port, with an edition in its archive and one reader."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from watcher.config import load_config
from watcher.press import EditionPress
from watcher.publish import schedule_key
from watcher.render import Renderer
from watcher.shipped import shipped
from watcher.signing import SECRET, edition_signature, new_secret, unsubscribe_token
from watcher.store import SqlStore, open_store
from watcher.types import Edition, Entry, Recipient, Relation, Report, Schedule
from watcher.web.application import application
from watcher.web.listening import listen
from watcher.web.server import serve
from watcher.web.site import Site

NOW = datetime(2026, 3, 10, 7, tzinfo=UTC)
TODAY = NOW.date()
DAILY = Schedule("07:00", "UTC")
READER = "reader@desk.example"
TOKEN = "open-sesame-and-no-other"


def edition(day: date = TODAY, schedule: str = schedule_key(DAILY), title: str = "Nvidia ships early") -> Edition:
    report = Report(
        1, "https://paper.example/1", title, "Paper", "paper", "en", NOW, Relation.NEW, topics=("nvidia",),
        summary=("Nvidia begins shipping its new accelerator.",),
    )  # fmt: skip
    since = NOW - timedelta(days=1)
    return Edition(
        0, day, schedule, since, NOW, NOW, (("nvidia", "Nvidia"),), (Entry("1", "new", ("nvidia",), (report,)),)
    )


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Service:
    """A running service, what it stands on, and a client."""

    store: SqlStore
    press: EditionPress
    site: Site
    port: int
    app: Any = None  # as it is served: making its routes takes 0.1 s of the processor
    fresh: list[bool] = field(default_factory=lambda: [True])
    now: list[datetime] = field(default_factory=lambda: [NOW])
    passed: list[float] = field(default_factory=lambda: [0.0])  # seconds, by a clock that only goes forward
    _cookie: str = ""

    @property
    def secret(self) -> str:
        secret = self.store.checkpoint(SECRET)
        assert secret is not None
        return secret

    def page(self, name: str = "2026-03-10") -> str:
        return f"/e/{name}/{edition_signature(self.secret, name)}"

    def way_out(self, address: str = READER) -> str:
        return f"/u/{unsubscribe_token(self.secret, address)}"

    def left(self, address: str = READER) -> datetime | None:
        return next((each.left for each in self.store.subscriptions() if each.address == address), None)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    # --- signed in ---

    @property
    def cookie(self) -> str:
        """What a browser that signed in sends along; the session is one for all tests of a service."""
        if not self._cookie:
            self._cookie = f"{self.site.cookie}={self.site.sessions.open()}"
        return self._cookie

    @property
    def csrf(self) -> str:
        session = self.site.sessions.find(self.cookie.partition("=")[2])
        assert session is not None
        return session.csrf

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Asks as a browser does that signed in."""
        return self.ask(path, method, **{"Cookie": self.cookie, "Accept": "text/html,*/*", **headers})

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Answer:
        """Sends a form as a page of ours does; a field or header that is given replaces what it would send."""
        said = {"Cookie": self.cookie, "Origin": self.origin, "Accept": "text/html,*/*"}
        said |= {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        body = urlencode({"csrf": self.csrf, **fields}).encode()
        return self.ask(path, "POST", body, **{name: value for name, value in said.items() if value})

    def raw(self, data: bytes, seconds: float = 120) -> bytes:
        """Bytes as they are, and everything that comes back until it is hung up on."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            received = b""
            with suppress(ConnectionError):  # it may be hung up on before all is sent
                connection.sendall(data)
                while part := connection.recv(65536):
                    received += part
            return received


def small_config(folder: Path, public_url: str | None = None, more: str = "") -> Path:
    """A configuration with two readers and one source, that asks nobody; `more` is added at its end."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.toml"
    named = f'public_url = "{public_url}"\n' if public_url else ""
    file.write_text(
        '[watcher]\ndata_dir = "data"\ntimezone = "UTC"\n'
        '[topics.nvidia]\ntitle = "Nvidia"\nnames = ["Nvidia"]\n[stories]\nencoder = "off"\n'
        '[[sources]]\nid = "paper"\nurl = "https://paper.example/feed"\nlanguage = "en"\n'
        f'[digest]\nat = "07:00"\nout = "out"\n[[digest.recipients]]\naddress = "{READER}"\n'
        '[[digest.recipients]]\naddress = "leser@desk.example"\nlanguage = "de"\n'
        f"[service]\n{named}{more}",
        "utf-8",
    )
    return file


@contextmanager
def running(
    folder: Path, *, public_url: str | None = None, read_only: bool = False, more: str = "", token: str | None = TOKEN
) -> Iterator[Service]:
    """The service over an archive with one edition and two readers; ended at the end.

    `more` is added to its configuration; without a `token` of the environment it makes one of its own.
    """
    environ = {"TZ": "UTC"} | ({"WATCHER_SERVICE__TOKEN": token} if token else {})
    config = load_config(small_config(folder, public_url, more), environ)
    with open_store(folder / "data") as store:
        if store.checkpoint(SECRET) is None:
            with store.writing() as writer:
                writer.set_checkpoint(SECRET, new_secret())
                writer.publish(edition(), ())
    press = EditionPress(
        renderer=Renderer((folder / "templates", shipped("templates")), "en", "UTC"),
        reads=("en",),
        max_stories=20,
        main_schedule=schedule_key(DAILY),
        out=folder / "out",
        recipients=(Recipient(READER, schedule=DAILY), Recipient("leser@desk.example", schedule=DAILY, language="de")),
        channels={},
        send_empty=True,
        renderers={"de": Renderer((shipped("templates"),), "de", "UTC")},
    )
    with open_store(folder / "data", read_only=read_only) as store:
        fresh, now, passed = [True], [NOW], [0.0]
        site = Site(config, store, press, lambda: now[0], lambda: fresh[0], lambda: passed[0])
        site.token.made()
        listening = listen("127.0.0.1", 0)
        app = application(site)
        service = Service(store, press, site, listening.getsockname()[1], app, fresh, now, passed)
        with served(lambda stop: serve(app, listening, stop)):
            yield service


@contextmanager
def served(work: Callable[[Callable[[], bool]], None]) -> Iterator[None]:
    """Runs a server in a thread, and sees it end."""
    stopping = threading.Event()
    thread = threading.Thread(target=work, args=(stopping.is_set,))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(120)
        assert not thread.is_alive()
