"""Imports the program once and forks: each child is one `watcher` command that dies where it is told to.

The program knows nothing of this. Steps of it are wrapped from outside; each passed point is written to a trace, so
that a kill from outside can be placed too. A request is a JSON line on stdin; its answers are the child's process id
and, when it has ended, how. An ended child keeps its id until it is buried (null): nobody else can be killed for it.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

# What the commands import when they run: here before the fork, so that a start takes tenths of a second.
IMPORTED = (
    "watcher.cli.program watcher.cli.working watcher.cli.keeping watcher.daemon watcher.app watcher.store watcher.http "
    "watcher.poll watcher.press watcher.render watcher.delivery.email watcher.topics watcher.language watcher.workers "
    "watcher.stories.facts watcher.stories.judge watcher.corpus watcher.log watcher.resolving alembic.command"
).split()
# What a transaction is for, the most telling first: one that stores an edition may do other things besides.
_SUBJECTS = ("publish", "receipt", "lease", "claim_due", "add", "visited", "record", "prune", "subscribe")
_HOPELESS = 120  # seconds: a child that its runner left behind ends by itself


@dataclass
class Points:
    """Named points of a child's life; at the nth passing of one of them it dies."""

    label: str
    nth: int
    trace: int

    def at(self, label: str) -> None:
        os.write(self.trace, f"{label}\n".encode())
        if label == self.label:
            self.nth -= 1
            if self.nth == 0:
                die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal may reach another thread first


class ShiftedTime(datetime):
    """The clock of the stage: so many times faster than real time, from the moment a child was asked for."""

    base: datetime
    began: float
    speed: float

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return stage_time(cls.base, cls.began, cls.speed).astimezone(tz)


def stage_time(base: datetime, began: float, speed: float) -> datetime:
    """What the clock shows: the same for every process, `time.monotonic` counts from the machine's start."""
    return base + timedelta(seconds=(time.monotonic() - began) * speed)


# --- the points ---


def wrap(points: Points) -> None:
    """Puts points around the steps that a kill could split."""
    _wrap_transactions(points)
    _wrap_files(points)
    _wrap_upgrade(points)
    _around(points, "watcher.delivery.email.EmailChannel.deliver", "mail: before", "mail: answered")
    _around(points, "watcher.store.outbox.queue", "publish: edition stored, no mail queued", None)
    _around(points, "watcher.http.HttpFetch.__call__", "fetch: before", "fetch: answered")


def _around(points: Points, name: str, before: str | None, after: str | None) -> None:
    owner, attribute = _find(name)
    original = getattr(owner, attribute)

    def wrapped(*args: Any, **options: Any) -> Any:
        if before:
            points.at(before)
        answer = original(*args, **options)
        if after:
            points.at(after)
        return answer

    setattr(owner, attribute, wrapped)


def _find(name: str) -> tuple[Any, str]:
    """Where a dotted name is kept: a module, or a class in one."""
    path, _, attribute = name.rpartition(".")
    try:
        return importlib.import_module(path), attribute
    except ModuleNotFoundError:
        module, _, owner = path.rpartition(".")
        return getattr(importlib.import_module(module), owner), attribute


def _wrap_transactions(points: Points) -> None:
    from watcher.store import SqlStore
    from watcher.store.writer import SqlWriter

    within = threading.local()
    writing, claiming = SqlStore.writing, SqlStore.claiming

    def noted(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def called(writer: Any, *args: Any, **options: Any) -> Any:
            within.names.add(name)
            answer = original(writer, *args, **options)
            points.at(f"{name}: written, not committed")
            return answer

        return called

    for name in _SUBJECTS:
        if hasattr(SqlWriter, name):
            setattr(SqlWriter, name, noted(name, getattr(SqlWriter, name)))

    @contextmanager
    def marked(transaction: Callable[..., Any], store: Any) -> Iterator[Any]:
        within.names = set()
        with transaction(store) as writer:
            yield writer
            subject = next((name for name in _SUBJECTS if name in within.names), "nothing")
            points.at(f"{subject}: before the commit")
        points.at(f"{subject}: committed")

    SqlStore.writing = lambda store: marked(writing, store)  # type: ignore[method-assign,misc,assignment]
    # On a file a claim is written like everything else.
    SqlStore.claiming = (  # type: ignore[method-assign]
        lambda store: marked(claiming, store) if store.is_shared else store.writing()
    )


def _wrap_files(points: Points) -> None:
    fsync, replace = os.fsync, os.replace

    def half(descriptor: int) -> None:
        points.at("file: written")
        if points.label == "file: half written" and points.nth == 1:
            os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
        points.at("file: half written")
        fsync(descriptor)

    def renamed(source: Any, target: Any, **options: Any) -> None:
        points.at("file: before the rename")
        replace(source, target, **options)
        points.at("file: renamed")

    os.fsync, os.replace = half, renamed


def _wrap_upgrade(points: Points) -> None:
    from sqlalchemy import event

    from watcher.store import schema

    make = schema.writing_engine

    def watched(*args: Any, **options: Any) -> Any:
        engine = make(*args, **options)
        event.listen(engine, "before_cursor_execute", lambda *_: points.at("upgrade: between two statements"))
        return engine

    schema.writing_engine = watched
    _around(points, "watcher.store.schema._keep_backup", "upgrade: before the backup", "upgrade: backed up")
    _around(points, "watcher.store.schema.upgrade", None, "upgrade: before the commit")
    _around(points, "watcher.store.opening.migrate", None, "upgrade: committed")


# --- the process that forks ---


def serve() -> dict[str, Any]:
    """Forks a child for every request; returns its request in each child, and never elsewhere."""
    for name in IMPORTED:
        importlib.import_module(name)
    _warm()
    assert threading.active_count() == 1, "a fork would lose the other threads"
    print("ready", flush=True)
    last = 0
    for line in sys.stdin:
        request: dict[str, Any] | None = json.loads(line)
        if request is None:
            os.waitpid(last, 0)
            print("buried", flush=True)
            continue
        last = os.fork()
        if last == 0:
            return request
        print(last, flush=True)
        how = os.waitid(os.P_PID, last, os.WEXITED | os.WNOWAIT)
        assert how is not None
        print(how.si_status if how.si_code == os.CLD_EXITED else -how.si_status, flush=True)
    raise SystemExit


def _warm() -> None:
    """What every child would work out again: tables of names, and templates (kept as files until the runner ends)."""
    import jinja2

    from watcher.stories.attribution import outlets

    outlets.outlets()
    made, cache = jinja2.Environment.__init__, jinja2.FileSystemBytecodeCache(tempfile.gettempdir())

    def with_cache(environment: Any, *args: Any, **options: Any) -> None:
        made(environment, *args, **{"bytecode_cache": cache, **options})

    jinja2.Environment.__init__ = with_cache  # type: ignore[method-assign]


def become(request: dict[str, Any]) -> None:
    """Makes this process the command that is asked for."""
    os.setsid()
    signal.alarm(request.get("hopeless", _HOPELESS))
    start_fork_server()
    os.chdir(request["folder"])
    said = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for stream in (1, 2):
        os.dup2(said, stream)
    from watcher import app, daemon

    ShiftedTime.base = datetime.fromisoformat(request["base"])
    ShiftedTime.began, ShiftedTime.speed = request["began"], request["speed"]
    app.datetime = ShiftedTime  # type: ignore[misc]
    daemon.RING_SECONDS, daemon.LOOK_SECONDS = 1, 0.05
    if "wall" in request:
        share_stage(datetime.fromisoformat(request["wall"]), request["span"])
    trace = os.open("trace.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
    points = Points(request["label"], request["nth"], trace)
    if request["fault"]:
        from kill import faults

        faults.FAULTS[request["fault"]][0](points.at)
    wrap(points)
    sys.argv = ["watcher", *request["arguments"]]
    from watcher.cli import main

    main()


def share_stage(wall: datetime, span: float) -> None:
    """One of several daemons: the clock of the stage runs by that of their database, and leases are shorter."""
    from watcher import app
    from watcher.store.clock import ServerClock
    from watcher.store.sharing import Sharing

    def clock_of(store: Any, clock: Callable[[], datetime]) -> Callable[[], datetime]:
        if not store.is_shared:
            return clock
        server = ServerClock(store, time.monotonic)
        return lambda: ShiftedTime.base + (server() - wall) * ShiftedTime.speed

    app.clock_of = clock_of
    app.share_of = lambda store: Sharing(store, time.monotonic, span) if store.is_shared else None


def start_fork_server() -> None:
    """The fork server of the workers, forked from what is imported already: it would import it again, for a second."""
    if sys.version_info >= (3, 12):
        return  # it is started otherwise there, and takes its second
    from multiprocessing import connection, forkserver

    with socket.socket(socket.AF_UNIX) as listener:
        address = connection.arbitrary_address("AF_UNIX")
        listener.bind(address)
        listener.listen()
        alive, ours = os.pipe()
        pid = os.fork()
        if pid == 0:
            signal.alarm(0)
            os.close(ours)
            try:
                forkserver.main(listener.fileno(), alive, [])
            finally:
                os._exit(0)
        os.close(alive)
    server: Any = forkserver._forkserver  # type: ignore[attr-defined]
    server._forkserver_address, server._forkserver_alive_fd, server._forkserver_pid = address, ours, pid


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parents[1]))
    become(serve())
