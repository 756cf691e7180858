"""How fast the service answers over 100,000 articles, half of them naming Nvidia, while the daemon polls beside it.

    python bench/service.py [--articles 100000] [--seconds 90] [--clients 8] [--keep FOLDER]

A real `watcher run` polls two hundred sources on loopback, each every minute, which have something new now and then.
Eight clients ask for every page and many searches, 100 ms between their requests. The pages are those of the program:
one that somebody adds is asked for too, or this stops with its name. Prints for each how long answers took, and writes
`bench/results/service.json`. With `--keep` the archive is made once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from origin import WORDS
from results import keep
from service_archive import SOURCES, fill, give_facts

from watcher import app
from watcher.config import load_config
from watcher.signing import edition_signature, feed_token, unsubscribe_token
from watcher.store import SqlStore
from watcher.web.application import application
from watcher.web.site import Site

TOKEN = "the-bench-opens-by-this-one"  # noqa: S105 - the bench's own
READER = "reader@desk.example"
PAUSE = 0.1
SEARCHES = [
    "nvidia", "nvidia baner", '"nvidia baner"', "nvidia -baner", "nvidia language:zh", "nvidia topic:ascend",
    "source:source-7 nvidia", "昇腾", "昇", "nvi*", "", "nobodysword", "nvidia since:2026-01",
]  # fmt: skip
COMMAND = (sys.executable, "-c", "from watcher.cli import main; main()")


# --- the newsroom ---


class Newsroom(asyncio.Protocol):
    """Feeds that have one more item every ten minutes each, half of them on the subject."""

    begun = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1].decode("ascii", "replace")
        number = path.strip("/")
        if not number.isdecimal():
            self._transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")  # type: ignore[attr-defined]
            return
        news = 20 + int((time.monotonic() - self.begun + 3 * int(number)) // 600)
        tag = f'"{news}"'
        if f"if-none-match: {tag}".encode() in data.lower():
            head = f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
            self._transport.write(head)  # type: ignore[attr-defined]
            return
        body = feed(int(number), news)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: {tag}\r\nContent-Length: {len(body)}\r\n"
        self._transport.write(f"{head}\r\n".encode() + body)  # type: ignore[attr-defined]


def feed(number: int, news: int) -> bytes:
    parts = ['<rss version="2.0"><channel><title>Feed</title>']
    for item in range(news - 20, news):
        dice = random.Random(number * 1000 + item)
        title = ("Nvidia " if item % 2 else "Council ") + " ".join(dice.choices(WORDS, k=7))
        link = f"http://feed{number}.example/{item}"
        text = " ".join(dice.choices(WORDS, k=250))
        parts.append(f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
                     f"<description>{text}</description></item>")  # fmt: skip
    return ("".join(parts) + "</channel></rss>").encode()


@contextmanager
def newsroom() -> Iterator[int]:
    """Its port; in a thread of this process, which has little else to do."""
    ready: list[int] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        server = await loop.create_server(Newsroom, "127.0.0.1", 0)
        ready.append(server.sockets[0].getsockname()[1])

    loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield ready[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


# --- what is asked for ---


def wanted(store: SqlStore, site: Site) -> dict[str, Callable[[], str]]:
    """Every page that the application has, with what fills in its address; each search by itself."""
    dice = random.Random(1)
    last = store.last_article()
    articles, stories = asked_for(store)
    secret = site.secret() or ""
    days = [each.date for each in store.listed(60)]
    known = store.article(str(last))
    assert known is not None
    large = store.article(str(last // 3))
    assert large is not None

    def one(values: list[str]) -> Callable[[], str]:
        return lambda: dice.choice(values)

    sources = [f"source-{number}" for number in range(SOURCES)]
    values: dict[str, Callable[[], str]] = {
        "/stories/{id}": one(stories),
        "/articles/{id}": one([str(each) for each in articles]),
        "/sources/{id}": one(sources),
        "/archive/{month}": one([f"{day:%Y-%m}" for day in days]),
        "/editions/{name}": one([day.isoformat() for day in days]),
        "/e/{name}/{signature}": one([f"{day}/{edition_signature(secret, day.isoformat())}" for day in days]),
        "/u/{token}": lambda: unsubscribe_token(secret, READER),
        "/f/{token}": one([feed_token(secret, number) for number in range(1, 5)]),
        "/a/{article}": one([str(each) for each in articles]),
        "/a/{article}/{verb}": one([f"{each}/known" for each in articles]),
    }
    found: dict[str, Callable[[], str]] = {}
    for path in paths(site):
        if path == "/search" or path.endswith("/search"):
            for words in SEARCHES:
                for order in ("newest", "relevance") if path == "/search" else ("newest",):
                    asked = f"{path}?q={quote(words)}&order={order}"
                    found[f"{path} {words or '(everything)'} by {order}"] = lambda asked=asked: asked  # type: ignore[misc]
        elif path == "/export":
            found[path] = lambda: "/export?q=nvidia"
        elif "{" not in path:
            found[path] = lambda path=path: path  # type: ignore[misc]
        else:
            fill_in = values.get(path) or values.get(path.removeprefix("/api").removesuffix("/why"))
            if fill_in is None:
                sys.exit(f"bench: say in `wanted` what stands in the address of {path}")
            start, _, rest = path.partition("{")
            end = rest.rpartition("}")[2]
            found[path] = lambda start=start, fill_in=fill_in, end=end: start + fill_in() + end  # type: ignore[misc]
    return found


def asked_for(store: SqlStore) -> tuple[list[int], list[str]]:
    """Articles of the newer half, and their stories."""
    dice, last = random.Random(1), store.last_article()
    articles = [dice.randrange(last // 2, last) for _ in range(400)]
    return articles, sorted({found.story for each in articles if (found := store.article(str(each)))})


def paths(site: Site) -> list[str]:
    """What can be read; signing in is what it is."""
    inner = application(site)
    while not hasattr(inner, "router"):
        inner = inner._app  # type: ignore[attr-defined]
    routes = [route for route in inner.router.routes if "GET" in route.methods]
    return sorted({route.path for route in routes} - {"/sign-in"})


# --- the clients ---


class Client(threading.Thread):
    """Asks for one thing after the other, in an order of its own."""

    def __init__(self, number: int, port: int, things: dict[str, Callable[[], str]], until: float) -> None:
        super().__init__()
        self._dice, self._port, self._things, self._until = random.Random(number), port, things, until
        self.took: dict[str, list[float]] = defaultdict(list)
        self.wrong: list[str] = []

    def run(self) -> None:
        names: list[str] = []
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            while time.monotonic() < self._until:
                names = names or self._dice.sample(sorted(self._things), len(self._things))
                self._ask(connection, names.pop())
                time.sleep(PAUSE)

    def _ask(self, connection: HTTPConnection, name: str) -> None:
        path = self._things[name]()
        began = time.perf_counter()
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}", "Accept": "text/html"})
            answer = connection.getresponse()
            answer.read()
        except OSError as error:  # an idle connection is hung up on, and after a minute every one
            connection.close()
            if not isinstance(error, ConnectionError) or isinstance(error, ConnectionRefusedError):
                self.wrong.append(f"{path}: {error}")
            return
        self.took[name].append(time.perf_counter() - began)
        if answer.status not in (200, 303):
            self.wrong.append(f"{path}: {answer.status}")


# --- all together ---


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--articles", type=int, default=100_000)
    asked.add_argument("--seconds", type=float, default=90)
    asked.add_argument("--clients", type=int, default=8)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--still", action="store_true", help="`watcher serve` alone, nothing is polled")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, newsroom() as feeds:
        folder = given.keep or Path(name)
        if not (folder / "data" / "watcher.db").exists():
            fill(folder / "data", given.articles, datetime.now(UTC))
        port = free_port()
        config = write_config(folder, feeds, port)
        environ = {**os.environ, "WATCHER_SERVICE__TOKEN": TOKEN, "TZ": "UTC"}
        settings = load_config(config, environ)
        with app.archive(settings) as store:
            give_facts(store, asked_for(store)[1])
        with app.archive(settings, read_only=True) as store:
            site = Site(settings, store, app.press_of(settings), app.utc_now)
            things = wanted(store, site)
            figures = measured(given, config, port, environ, things)
            figures["articles"] = store.counts().articles
    keep("service", figures)


def measured(
    given: argparse.Namespace, config: Path, port: int, environ: dict[str, str], things: dict[str, Callable[[], str]]
) -> dict[str, object]:
    command = [*COMMAND, "serve" if given.still else "run", "--config", str(config)]
    log = (config.parent / "log.txt").open("wb")
    with subprocess.Popen(command, env=environ, stderr=log, cwd=Path(__file__).resolve().parents[1]) as daemon:
        try:
            wait_for(port)
            time.sleep(0 if given.still else 20)  # the first round of visits
            warm_up(port, things)
            before = children_seconds(daemon.pid)
            until = time.monotonic() + given.seconds
            clients = [Client(number, port, things, until) for number in range(given.clients)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            spent = children_seconds(daemon.pid) - before
        finally:
            daemon.terminate()
            daemon.wait(30)
    wrong = [each for client in clients for each in client.wrong]
    if wrong:
        sys.exit(f"bench: {len(wrong)} answers were wrong: {wrong[:5]}; see {log.name}")
    took: dict[str, list[float]] = defaultdict(list)
    for client in clients:
        for name, seconds in client.took.items():
            took[name] += seconds
    rows = {name: row(seconds) for name, seconds in sorted(took.items())}
    everything = [each for seconds in took.values() for each in seconds]
    return {
        "clients": given.clients,
        "seconds": given.seconds,
        "polling": not given.still,
        "requests": len(everything),
        "cpu_share": round(spent / given.seconds, 2),
        "all": row(everything),
        "slowest_p95_ms": max(each["p95_ms"] for each in rows.values()),
        "pages": rows,
    }


def row(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(1e3 * each for each in seconds)
    p95, p99 = (ordered[min(len(ordered) - 1, int(part * len(ordered)))] for part in (0.95, 0.99))
    return {
        "n": len(ordered),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(p95, 1),
        "p99_ms": round(p99, 1),
        "max_ms": round(ordered[-1], 1),
    }


def warm_up(port: int, things: dict[str, Callable[[], str]]) -> None:
    """Each page once, as whoever opened it today has done."""
    client = Client(0, port, things, 0)
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        for name in sorted(things):
            client._ask(connection, name)
    slowest = sorted(((max(took), name) for name, took in client.took.items()), reverse=True)[:8]
    print("first time:", ", ".join(f"{name} {seconds * 1e3:.0f} ms" for seconds, name in slowest), file=sys.stderr)


def wait_for(port: int) -> None:
    for _ in range(600):
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    sys.exit("bench: the service does not answer")


def children_seconds(pid: int) -> float:
    """Seconds of processor that a process and its children have used so far."""
    total = 0.0
    for each in (pid, *_children(pid)):
        with suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(each) for each in (task / "children").read_text().split()]
    return [*found, *(below for each in found for below in _children(each))]


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def write_config(folder: Path, feeds: int, port: int) -> Path:
    file = folder / "config.toml"
    sources = "".join(
        f'[[sources]]\nid = "source-{number}"\nurl = "http://127.0.0.1:{feeds}/{number}"\n'
        'language = "en"\npages = "never"\ninterval = "1m"\n'
        for number in range(SOURCES)
    )
    file.write_text(
        '[watcher]\ndata_dir = "data"\ntimezone = "UTC"\nreads = ["en", "de"]\n'
        f'[network]\nallow = ["127.0.0.1:{feeds}"]\ngap = "0s"\n[stories]\nencoder = "off"\n'
        f'[topics.nvidia]\ntitle = "Nvidia"\nnames = ["Nvidia"]\n[topics.ascend]\ntitle = "Ascend"\nnames = ["昇腾"]\n'
        f'[digest]\nat = "07:00"\nout = "out"\n[[digest.recipients]]\naddress = "{READER}"\n'
        f"[service]\nport = {port}\n{sources}",
        "utf-8",
    )
    return file


if __name__ == "__main__":
    main()
