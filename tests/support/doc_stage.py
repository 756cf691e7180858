"""What a page of the documentation finds when its commands run: a home, and servers behind the names it uses.

Pages name hosts of `example.org` and mail servers. Their commands reach real servers on this machine instead: before a
command runs, each name is exchanged for the address of its stand-in, and back again in what is printed.
"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from mailserver import CERTIFICATE, MailServer
from origin import Answer, Asked, Origin

from watcher.demo.sink import Sink

# What `watcher init` writes, with one source and a zone in which it is never a quarter to an edition.
FOLDER = """\
[watcher]
data_dir = "data"
timezone = "Etc/UTC"
reads = ["en", "de"]

[[sources]]
id = "news-example"
kind = "feed"
url = "https://news.example.org/feed.xml"
language = "en"

[topics.solid-state-batteries]
title = "solid-state batteries"
names = ["solid-state batteries", "solid-state battery", "Festkörperbatterie"]

[seeds]
path = "seeds"

[stories]
encoder = "off"

[digest]
at = "07:00"
out = "out"
language = "en"
"""

_NEWSROOM_PORTS = 30
_SITES = ("news.example.org", "weblog.example.org", "paper.example.org", "hooks.example.org")
_STORIES = (
    (
        "Harbour line orders solid-state batteries for six ferries",
        3,
        "The ferries cross the estuary forty times a day and have burnt diesel so far. Loading is to take nine minutes "
        "at the northern pier, where a cable of 20 kilovolts already lies, and the first boat is to sail in May.",
    ),
    (
        "Solid-state battery plant in Enschede doubles its shifts",
        5,
        "Three hundred people are to be taken on before the winter, most of them from the textile works that closed "
        "last year. The plant makes cells for forklifts; its owner says that orders reach far into next year.",
    ),
    (
        "Town council argues about the new swimming pool",
        6,
        "Fifty metres or twenty-five: on that the councillors could not agree until late at night. The roof leaks "
        "either way, said the caretaker, who has looked after the old pool since it was opened.",
    ),
)


@dataclass
class Stage:
    """A home folder, an environment, and the names that stand for something else."""

    home: Path
    folder: Path
    environment: dict[str, str]
    names: dict[str, str] = field(default_factory=dict)

    def real(self, text: str) -> str:
        """A command or file as it can run here."""
        for name, stand_in in self.names.items():
            text = text.replace(name, stand_in)
        return text

    def shown(self, text: str) -> str:
        """What was printed, as the page shows it."""
        for name, stand_in in self.names.items():
            text = text.replace(stand_in, name)
        return text


@contextmanager
def stage(home: Path, path: str, python_path: Path, begins: str) -> Iterator[Stage]:
    """Sets everything up for one page.

    `begins`: "nothing"; "servers", where its names stand for such on this machine; or "a folder" besides, at ~/news.
    """
    with ExitStack() as closing:
        service = _free_port()
        names = {
            "/home/you": str(home),
            "127.0.0.1:8712": f"127.0.0.1:{service}",
            **{f"https://{name}": _site(closing, name) for name in _SITES},
        }
        names |= {name: names[f"https://{name}"].removeprefix("http://") for name in _SITES}
        names |= _mail_servers(closing)
        environment = {
            "HOME": str(home),
            "PATH": f"{path}:{os.environ['PATH']}",
            "PYTHONPATH": str(python_path),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "PYTHONUNBUFFERED": "1",  # as on a terminal, line by line
            "SSL_CERT_FILE": str(CERTIFICATE),
            "WATCHER_SERVICE__PORT": str(service),
        }
        made = Stage(home, home, environment, names | _newsroom())
        if begins != "nothing":
            # What stands in for other people's servers is on this machine, where no feed may lead by itself.
            environment |= {"WATCHER_NETWORK__ALLOW": "127.0.0.0/8", "WATCHER_NETWORK__GAP": "0s"}
        if begins == "a folder":
            made.folder = home / "news"
            (made.folder / "seeds").mkdir(parents=True)
            (made.folder / "config.toml").write_text(made.real(FOLDER), "utf-8")
        yield made


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _newsroom() -> Mapping[str, str]:
    """The ports of `watcher demo --serve`, moved to where nobody else is: several pages run at a time."""
    first = _free_ports(_NEWSROOM_PORTS)
    moved = {f"127.0.0.1:{8790 + number}": f"127.0.0.1:{first + number}" for number in range(_NEWSROOM_PORTS)}
    return {"watcher demo --serve": f"watcher demo --serve --port {first}", **moved}


def _free_ports(count: int) -> int:
    """The first of so many ports in a row that are free now."""
    while True:
        first = random.randrange(20_000, 32_000)
        with ExitStack() as found:
            try:
                for port in range(first, first + count):
                    found.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError:
                continue
            return first


def _mail_servers(closing: ExitStack) -> Mapping[str, str]:
    encrypted = MailServer("none", "none", lambda _conversation, _recipient: False)
    closing.callback(encrypted.close)
    plain = closing.enter_context(Sink())
    return {
        'host = "smtp.gmail.com"': 'host = "localhost"',
        "port = 587": f"port = {encrypted.port}",
        "port = 25": f"port = {plain.port}",
    }


def _site(closing: ExitStack, name: str) -> str:
    """A site with a front page that names its feed, three stories of today, and whatever its name asks for."""
    origin = Origin()
    closing.callback(origin.close)
    now = datetime.now(UTC)
    items, pages = [], {}
    for number, (title, hours, telling) in enumerate(_STORIES, start=1):
        date = format_datetime(now - timedelta(hours=hours), usegmt=True)
        address = f"{origin.url}/story/{number}"
        items.append(f"<item><title>{title}</title><link>{address}</link><pubDate>{date}</pubDate></item>")
        pages[f"/story/{number}"] = _page(title, telling)
    feed = (
        f'<rss version="2.0"><channel><title>{name}</title><link>{origin.url}/</link>{"".join(items)}</channel></rss>'
    )
    front = f'<title>{name}</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"><p>News'
    origin.on("/feed.xml", _kept(name, feed.encode(), "application/rss+xml"))
    origin.on("/", Answer(body=front.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))
    for where, page in pages.items():
        origin.on(where, _kept(name, page.encode(), "text/html; charset=utf-8"))
    origin.on("/editions", Answer(status=204))
    return origin.url


def _kept(name: str, body: bytes, kind: str) -> object:
    """What everybody gets, or, of the paper that is paid for, whoever has what it asks for."""
    there = Answer(body=body, headers={"Content-Type": kind})
    if name != "paper.example.org":
        return there
    refused = Answer(status=401, headers={"WWW-Authenticate": 'Basic realm="subscribers"'})

    def answer(asked: Asked) -> Answer:
        wanted = ("Basic eW91OnN1bnNoaW5l", "Bearer sunshine")  # you:sunshine
        has = asked.header("Authorization") in wanted or asked.header("Cookie") == "session=sunshine"
        return there if has else refused

    return answer


def _page(title: str, telling: str) -> str:
    text = (
        f"{title}, as became known on a grey morning. {telling} Whoever was asked in the street had heard of it, and "
        "most thought that it was about time; a few remembered how such a plan had been given up once before, for "
        "reasons that nobody wrote down. The next meeting is open to everybody and begins at six."
    )
    return f"<html lang=en><title>{title}</title><article><h1>{title}</h1><p>{telling}</p><p>{text}</p></article>"
