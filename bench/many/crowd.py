"""The daemons of one stage: begun, killed, cut off, begun again; and the world around them."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kill.nursery import Child, Nursery
from kill.sink import Sink

from many.newsroom import Newsroom, at
from many.proxy import Line, Network
from many.server import Server

SPEED = 60.0  # a minute a second
SPAN = 3.0  # seconds until what a killed daemon held is anybody's
GAP = 1  # second between two requests to one host
INTERVAL = timedelta(minutes=10)
START = datetime(2026, 3, 2, 5, 56, tzinfo=UTC)
# An edition every half hour, each for five readers of its own.
TIMES = [f"{hour:02}:{minute:02}" for hour in range(6, 14) for minute in (0, 30)]
READERS = {
    time: tuple(f"{name}{number}@desk.example" for name in ("ada", "bo", "cy", "di", "ed"))
    for number, time in enumerate(TIMES)
}
_ENDS_WITHIN = 20.0  # seconds after SIGTERM, on a busy machine
_HOPELESS = 3600  # seconds after which a daemon that its runner left behind ends by itself


@dataclass(frozen=True)
class Taken:
    """A mail that the mail server took."""

    who: str
    message: str
    recipient: str
    when: float


@dataclass(frozen=True)
class Disturbance:
    """Something that was done to a daemon, or to all of them."""

    kind: str
    who: str  # empty: all
    when: float
    until: float


class Post(Sink):
    """One daemon's way to the mail server: every mail is noted with the moment and the daemon."""

    def __init__(self, who: str, taken: list[Taken]) -> None:
        self.who, self.log = who, taken
        super().__init__(pause=0.03)

    def take(self, recipients: list[str], data: bytes) -> str:
        before = Counter(self.taken)
        answer = super().take(recipients, data)
        for name, recipient in self.taken - before:
            self.log.append(Taken(self.who, name, recipient, time.monotonic()))
        return answer


class Daemon:
    """One of them, through all its lives."""

    def __init__(self, who: str, folder: Path, line: Line, post: Post) -> None:
        self.who, self.folder, self.line, self.post = who, folder, line, post
        self.nursery = Nursery()
        self.child: Child | None = None
        self.lives = 0
        self.fallen: list[str] = []

    def begin(self, base: datetime, began: float, wall: datetime) -> None:
        self.bury()
        request = {
            "arguments": ["run", "--no-serve"],
            "folder": str(self.folder),
            "label": "",
            "nth": 0,
            "base": base.isoformat(),
            "began": began,
            "speed": SPEED,
            "fault": "",
            "wall": wall.isoformat(),
            "span": SPAN,
            "hopeless": _HOPELESS,
        }
        self.child = self.nursery.start(request)
        self.lives += 1

    @property
    def is_alive(self) -> bool:
        return self.child is not None and not self.child.ended.is_set()

    def end(self, how: int) -> None:
        if self.child is not None and self.is_alive:
            self.child.signal(how)
            if not self.child.ended.wait(_ENDS_WITHIN):
                self.fallen.append(f"{self.who} did not end within {_ENDS_WITHIN} s")
                self.child.signal(signal.SIGKILL)
                self.child.ended.wait(_ENDS_WITHIN)

    def bury(self) -> None:
        if self.child is None:
            return
        allowed = (0, -signal.SIGKILL, 128 + signal.SIGTERM)
        said = (self.folder / "said.txt").read_text("utf-8", "replace") if (self.folder / "said.txt").exists() else ""
        # 75: it was begun while the server was away, and says so; whoever watches it begins it again.
        if self.child.code not in (*allowed, 75) or "Traceback" in said:
            self.fallen.append(f"{self.who} ended with {self.child.code} and said {said[-3000:]}")
        with (self.folder / "all.txt").open("a", encoding="utf-8") as log:
            log.write(said)
        self.nursery.bury()
        self.child = None


class Crowd:
    """So many daemons on one database."""

    def __init__(self, folder: Path, daemons: int, hosts: int, seed: int) -> None:
        self.randomly = random.Random(seed)
        self.server = Server(folder / "server")
        self.network = Network(self.server.port)
        self.room = Newsroom(hosts, seed)
        self.taken: list[Taken] = []
        self.disturbances: list[Disturbance] = []
        self.daemons: list[Daemon] = []
        for number in range(daemons):
            who, home = f"d{number}", folder / f"d{number}"
            home.mkdir()
            line, post = self.network.line(), Post(f"d{number}", self.taken)
            (home / "config.toml").write_text(
                config(self.room, who, post.port, self.server.address(line.port), GAP), "utf-8"
            )
            self.daemons.append(Daemon(who, home, line, post))
        self.base, self.began, self.wall = START, time.monotonic(), datetime.now(UTC)

    def close(self) -> None:
        for daemon in self.daemons:
            daemon.end(signal.SIGKILL)
            daemon.bury()
            daemon.nursery.close()
            daemon.post.close()
        self.network.close()
        self.server.close()
        self.room.close()

    def now(self) -> datetime:
        return at(self.base, self.began, SPEED)

    def bring(self, count: int) -> None:
        self.room.bring(count, self.now() - timedelta(minutes=2))

    def begin(self, daemon: Daemon) -> None:
        daemon.begin(self.base, self.began, self.wall)

    def revive(self) -> None:
        """Begins whoever is not there, as whatever watches over a daemon does."""
        for daemon in self.daemons:
            if not daemon.is_alive:
                self.begin(daemon)

    def disturb(self, kind: str) -> None:
        """Does something to one of them, or to their server."""
        daemon, began = self.randomly.choice(self.daemons), time.monotonic()
        everybody = kind in ("restart", "crash")
        if kind == "kill":
            daemon.end(signal.SIGKILL)
        elif kind == "end":
            daemon.end(signal.SIGTERM)
        elif kind == "cut":
            daemon.line.cut()
        elif kind in ("asked", "answered"):
            daemon.line.cut_in_the_middle(kind)  # type: ignore[arg-type]  # these two are sides
        elif kind == "terminate":
            everybody = True  # whose it is is the server's business
            self.server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'watcher' ORDER BY random() LIMIT 1"
            )
        elif kind == "hole":
            daemon.line.open(is_open=False)
            time.sleep(self.randomly.uniform(0.5, 2 * SPAN))
            daemon.line.open(is_open=True)
        elif everybody:
            self.server.restart(crashes=kind == "crash")
        until = time.monotonic()
        self.disturbances.append(Disturbance(kind, "" if everybody else daemon.who, began, until))


def config(room: Newsroom, who: str, mail: int, database: str | None, gap: int) -> str:
    sources = "\n".join(
        f'[[sources]]\nid = "{name}"\nkind = "feed"\nurl = "{url}"\nlanguage = "en"\npages = "always"\n'
        'interval = "10m"\n'
        for name, url in room.feeds.items()
    )
    readers = "\n".join(
        f'[[digest.recipients]]\naddress = "{address}"\nat = "{at}"\n'
        for at, addresses in READERS.items()
        for address in addresses
    )
    return f"""\
[watcher]
data_dir = "data"
{f'database = "{database}"' if database else ""}
timezone = "UTC"
contact = "https://{who}.desk.example"
reads = ["en"]

[network]
allow = {str(room.places).replace("'", '"')}
gap = "{gap}s"
deadline = "4s"

{sources}
[topics.nvidia]
title = "Nvidia"
names = ["Nvidia"]

[seeds]
path = "seeds"

[stories]
encoder = "off"

[digest]
at = "06:00"
out = "out"

[digest.email]
from = "Watcher <watcher@desk.example>"
host = "127.0.0.1"
port = {mail}
security = "none"

{readers}"""
