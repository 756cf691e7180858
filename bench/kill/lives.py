"""One archive through so many kills: restarted after each, looked at, and in the end left alone until all is told."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kill.ledger import SOURCES, Ledger
from kill.nursery import Child, Nursery
from kill.plan import POLL, RUN, SEND, Kill
from kill.sink import GONE, GREY, Sink
from kill.stage import SPEED, Clock, Origin

# An edition is due every six hours, for somebody whom the mail server takes at once, puts off first, or refuses.
_READERS = {
    "00:00": ("ada@desk.example", "bo@desk.example"),
    "06:00": ("cy@desk.example", f"{GREY}@desk.example"),
    "12:00": ("di@desk.example", "ed@desk.example", f"{GONE}@desk.example"),
    "18:00": (f"{GREY}.too@desk.example", "flo@desk.example"),
}
_JUMP = (5.6, 6.6)  # hours between two children
# A mail is given up after 48 hours: where kills alone kept one waiting for so long, nobody kills the next sender.
_LEASE = timedelta(minutes=15)  # after which the row of a killed sender is anybody's
_LONGEST_WAIT = timedelta(hours=30)
_SPAN = 2.0  # seconds until what a killed daemon held on a server is anybody's; a host, until its request must be over
_PATIENCE = 20.0  # seconds a point is waited for: a child passes all of them in two, on a busy machine in ten
_OUTLIVED = 20.0  # seconds a worker may take to notice that the program is no more, on a busy machine
_CALM = 60.0  # seconds a command that nobody kills may take on a busy machine
_ENDS_WITHIN = 10.0  # seconds from SIGTERM to the end, as promised
_ROUNDS = 3  # of reading and sending at the end, until all is told


@dataclass
class Told:
    """The account of a life."""

    kills: int = 0
    by_label: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)  # points that a child did not come to
    terminated: int = 0
    terminated_twice: int = 0
    slowest_end: float = 0.0  # seconds from SIGTERM to the end
    between: int = 0  # kills between the final dot and our commit
    second_copies: int = 0
    checks: int = 0
    in_peace: int = 0  # commands that nobody killed
    articles: int = 0
    editions: int = 0
    mails: int = 0
    lost_articles: int = 0
    lost_mails: int = 0
    doubled: int = 0
    left_behind: int = 0  # files begun and never finished, at the end
    problems: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """By name; `asdict` makes something else of a Counter."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def add(self, other: Told) -> None:
        for name, value in other.figures().items():
            mine = getattr(self, name)
            if name == "slowest_end":
                self.slowest_end = max(mine, value)
            elif isinstance(mine, Counter):
                mine.update(value)
            else:
                setattr(self, name, mine + value)


class Life:
    """An archive, the world around it, and whoever kills the program that keeps it."""

    def __init__(self, folder: Path, seed: int, fault: str = "", database: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.fault, self.database = folder, fault, database
        self.randomly = random.Random(seed)
        self.clock = Clock()
        self.origin = Origin(self.clock, self.randomly)
        self.sink = Sink()
        self.nursery = Nursery()
        schedules = {f"{at} UTC": frozenset(_READERS[at]) for at in _READERS}
        self.ledger = Ledger(folder, self.origin, self.sink, schedules, database=database)
        self.told = Told()
        self._last: Child | None = None
        self._ended: list[tuple[Child, float]] = []  # children, and when, of whose company somebody is left
        self._takes = dict.fromkeys((POLL, SEND), 1.0)  # seconds a command took when nobody killed it
        (folder / "config.toml").write_text(self._config(), "utf-8")

    def close(self) -> None:
        self.nursery.close()
        self.origin.close()
        self.sink.close()

    def live(
        self, kills: Sequence[Kill], on_kill: Callable[[Kill, str], None] = lambda *_: None, rounds: int = _ROUNDS
    ) -> Told:
        """Goes through these kills, then in peace until all is told, and gives the account."""
        self.origin.bring(3)
        self.calm(POLL)
        self.calm(SEND)
        for kill in kills:
            self.origin.bring(self.randomly.randrange(0, 4))
            on_kill(kill, self.end(kill))
            if self.clock() - self.ledger.waiting_since > _LONGEST_WAIT:
                self.calm(SEND, _LEASE)
        while rounds and not self.ledger.is_settled():
            rounds -= 1
            self.calm(SEND, _LEASE)
            self.calm(POLL)
            self.calm(SEND, timedelta(hours=18))  # the day is over: every schedule has its edition
            self.calm(SEND, timedelta(minutes=30))  # what was greylisted
        self._mourn(wait=True)
        self.ledger.close()
        return self._account()

    def _account(self) -> Told:
        told, ledger = self.told, self.ledger
        told.second_copies = sum(self.sink.taken.values()) - len(self.sink.taken)
        told.mails, told.articles = len(self.sink.taken), len(self.origin.urls())
        told.editions = len(list((self.folder / "out").glob("20*.json")))
        told.checks, told.lost_articles, told.lost_mails = ledger.checks, ledger.lost_articles, ledger.lost_mails
        told.doubled, told.left_behind, told.problems = ledger.doubled, ledger.left_behind, ledger.problems
        return told

    # --- one child ---

    def calm(self, command: tuple[str, ...], jump: timedelta = timedelta(hours=6)) -> None:
        """A command that comes to its end."""
        began = time.monotonic()
        child = self._start(Kill("step", "", command), jump)
        if not child.ended.wait(_CALM):
            child.signal(signal.SIGKILL)
            self.ledger.problems.append(f"{' '.join(command)} took more than {_CALM} s")
        self._takes[command] = min(time.monotonic() - began, 4.0)
        self._look(child, "calm", killed=False)
        self.told.in_peace += 1

    def end(self, kill: Kill) -> str:
        """Starts a child and ends it as planned; where that was."""
        if kill.kind in ("step", "smtp"):
            where = self._at_point(kill)
        else:
            jump = timedelta(0) if kill.at_once else timedelta(hours=self.randomly.uniform(*_JUMP))
            child = self._start(kill, jump)
            where = self._by_signal(child, kill) if kill.is_kill else self._terminate(child, kill)
        return where

    def _at_point(self, kill: Kill) -> str:
        """Dies at a point; of those that come several times at the first, where the one meant did not come."""
        for nth in dict.fromkeys((kill.nth, 1)):
            again = Kill(kind=kill.kind, label=kill.label, command=kill.command, nth=nth)
            child = self._start(again, timedelta(hours=self.randomly.uniform(*_JUMP)))
            came = child.ended.wait(_PATIENCE)
            child.signal(signal.SIGKILL)
            child.ended.wait(_PATIENCE)
            killed = child.code == -signal.SIGKILL
            where = f"{'smtp: ' if kill.kind == 'smtp' else ''}{kill.label}" if came else self._trace()
            self._look(child, where, killed=killed)
            if killed:
                self._count(where)
            if killed and came:
                return where
        self.told.missed[kill.label] += 1
        return "not reached"

    def _by_signal(self, child: Child, kill: Kill) -> str:
        child.ended.wait(self._moment(kill))
        if kill.kind == "pause":
            child.signal(signal.SIGSTOP)
            time.sleep(kill.again)
            child.signal(signal.SIGCONT)
            child.ended.wait(self.randomly.uniform(0, 0.5))
        child.signal(signal.SIGKILL)
        child.ended.wait(_PATIENCE)
        killed = child.code == -signal.SIGKILL
        where = f"{kill.kind}, after {self._trace()}" if killed else "ended before"
        self._look(child, where, killed=killed)
        if killed:
            self._count(kill.kind)
        else:
            self.told.missed[kill.kind] += 1
        return where

    def _moment(self, kill: Kill) -> float:
        """Seconds into a child's life."""
        whole = self._takes.get(kill.command) or sum(self._takes.values())
        return 0.02 + kill.after * whole

    def _terminate(self, child: Child, kill: Kill) -> str:
        self.sink.pause = 0.02  # the signal falls into a conversation
        child.ended.wait(self._moment(kill))
        had_ended = child.ended.is_set()
        began = time.monotonic()
        child.signal(signal.SIGTERM)
        twice = kill.kind == "terminate twice"
        if twice:
            child.ended.wait(kill.again)
            child.signal(signal.SIGTERM)
        if not child.ended.wait(_CALM):
            child.signal(signal.SIGKILL)
            child.ended.wait(_PATIENCE)
        took = time.monotonic() - began
        self.sink.pause = 0.0
        where = f"{kill.kind} {' '.join(kill.command)}, after {self._trace()}"
        expected = {0} if kill.command == RUN and not twice else {0, 143, -signal.SIGTERM}  # or on its way out
        if twice:
            expected |= {-signal.SIGTERM}
        if child.code == 143 and kill.command == RUN and "started" not in self._said():
            expected |= {143}  # it came before the daemon did
        if not had_ended and (child.code not in expected or took > _ENDS_WITHIN):
            self.ledger.problems.append(f"{where}: ended with {child.code} after {took:.1f} s")
        is_clean = child.code not in (143, -signal.SIGTERM) or had_ended
        self._look(child, where, killed=not is_clean)
        self.told.slowest_end = max(self.told.slowest_end, took)
        self.told.terminated += not twice
        self.told.terminated_twice += twice
        return where

    def _count(self, label: str) -> None:
        self.told.kills += 1
        self.told.by_label[label] += 1

    def _start(self, kill: Kill, jump: timedelta) -> Child:
        self._mourn()
        base, began = self.clock.start(jump)
        label = kill.label if kill.kind == "step" else ""
        left = [kill.nth]
        ready = threading.Event()

        def on_stage(stage: str) -> None:
            if kill.kind != "smtp" or stage != kill.label:
                return
            left[0] -= 1
            if left[0] == 0 and ready.wait(5):
                child.signal(signal.SIGKILL)
                child.ended.wait(5)  # no answer goes out before it is dead

        self.sink.on_stage = on_stage
        child = self.nursery.start(
            {
                "arguments": kill.command,
                "folder": str(self.folder),
                "label": label,
                "nth": kill.nth,
                "base": base.isoformat(),
                "began": began,
                "speed": SPEED,
                "fault": self.fault,
                **(self._shared(began) if self.database else {}),
            }
        )
        ready.set()
        self._last = child
        return child

    def _shared(self, began: float) -> dict[str, Any]:
        """One of several daemons, though it is the only one: what the last one held is free soon after its end."""
        wall = datetime.now(UTC) - timedelta(seconds=time.monotonic() - began)
        return {"wall": wall.isoformat(), "span": _SPAN}

    def _mourn(self, *, wait: bool = False) -> None:
        """Nobody whom an ended child started may outlive it for long."""
        now = time.monotonic()
        if self._last is not None:
            self.nursery.bury()
            self._ended.append((self._last, now))
            self._last = None
        self._ended = [(child, ended) for child, ended in self._ended if child.has_company()]
        while wait and self._ended and time.monotonic() - now < _OUTLIVED:
            time.sleep(0.05)
            self._ended = [(child, ended) for child, ended in self._ended if child.has_company()]
        for child, ended in [pair for pair in self._ended if time.monotonic() - pair[1] >= _OUTLIVED]:
            self.ledger.problems.append(f"a process outlived the one that had started it by {_OUTLIVED} s")
            self._ended.remove((child, ended))

    def _look(self, child: Child, what: str, *, killed: bool) -> None:
        self.clock.stop()
        self.sink.settle()
        self.told.between += self.ledger.after(what, killed=killed)
        said = self._said()
        allowed = (0, 1, 75, 143, -signal.SIGKILL, -signal.SIGTERM)
        if "Traceback" in said or child.code not in allowed:
            self.ledger.problems.append(f"{what}: ended with {child.code} and said {said[-2000:]}")

    def _said(self) -> str:
        try:
            return (self.folder / "said.txt").read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def _trace(self) -> str:
        try:
            lines = (self.folder / "trace.txt").read_text("utf-8").splitlines()
        except FileNotFoundError:
            lines = []
        return lines[-1] if lines else "the start"

    def _config(self) -> str:
        sources = "\n".join(
            f'[[sources]]\nid = "{name}"\nkind = "feed"\nurl = "http://{self.origin.place}/{name}.xml"\n'
            f'language = "en"\npages = "{"always" if name == "paper" else "never"}"\n'
            for name in SOURCES
        )
        readers = "\n".join(
            f'[[digest.recipients]]\naddress = "{address}"\nat = "{at}"\n'
            for at, addresses in _READERS.items()
            for address in addresses
        )
        return f"""\
[watcher]
data_dir = "data"
{f'database = "{self.database}"' if self.database else ""}
timezone = "UTC"
reads = ["en"]

[network]
allow = ["{self.origin.place}"]
gap = "0s"
{'deadline = "2s"' if self.database else ""}

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
port = {self.sink.port}
security = "none"

{readers}"""
