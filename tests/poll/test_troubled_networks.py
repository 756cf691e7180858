"""What servers do to us, over real sockets: drips hold nobody up, and thousands of failures leave nothing behind."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from origin import Answer, Asked, Origin
from scripted import Stage, rss

from watcher.http import HttpFetch
from watcher.poll import Pass
from watcher.types import Reason, Source, Visit


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def resolve(host: str, _port: int) -> list[str]:
    """Every name is ours, but for those that are not there and those whose servers do not answer."""
    if host.startswith("nowhere"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if host.startswith("servfail"):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return ["127.0.0.1"]


def fetching(stage: Stage, deadline: float) -> HttpFetch:
    seconds = timedelta(seconds=deadline)
    return HttpFetch(stage.clock, allow=["127.0.0.0/8"], deadline=seconds, resolve=resolve)


def visited(stage: Stage, sources: list[Source], fetch: HttpFetch, **changes: object) -> list[Visit]:
    visits: list[Visit] = []
    parts = dataclasses.replace(stage.parts(), fetch=fetch, **changes)  # type: ignore[arg-type]
    run = Pass(parts, visits.append)
    run.claim(sources, limit=len(sources))
    run.run()
    fetch.close()
    return visits


def test_servers_that_take_their_time_hold_nobody_up(stage: Stage, origin: Origin):
    """Three times as many as requests may be in flight, all of them first in the queue: each answers when all others
    have been asked, and no sooner."""
    all_asked, in_time = threading.Event(), list[bool]()

    def late(_: Asked) -> Answer:
        in_time.append(all_asked.wait(120))
        return Answer(status=503)

    def quick(_: Asked) -> Answer:
        if len(origin.asked("/feed")) == 20:
            all_asked.set()
        return Answer(body=rss())

    origin.on("/drip", late)
    origin.on("/feed", quick)
    drips = [Source(f"a{n:02}", f"http://drip{n}.example:{origin.port}/drip") for n in range(24)]
    good = [Source(f"b{n:02}", f"http://good{n}.example:{origin.port}/feed") for n in range(20)]
    visits = visited(stage, drips + good, fetching(stage, deadline=600), concurrency=8, slow=0.1)
    assert in_time == [True] * 24
    assert sorted(visit.trouble is None for visit in visits) == [False] * 24 + [True] * 20
    assert {visit.trouble.reason for visit in visits if visit.trouble} == {Reason.STATUS}
    assert origin.busiest <= 8 + 24


@contextlib.contextmanager
def resetting() -> Iterator[int]:
    """A port where every connection is reset as soon as it is made."""
    server = socket.create_server(("127.0.0.1", 0), backlog=512)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)


def descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_after_two_thousand_failures_nothing_is_left_of_them(stage: Stage, origin: Origin):
    origin.on("/feed", Answer(body=rss()))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        refused = closed.getsockname()[1]
    good = [Source(f"g{n}", f"http://good{n}.example:{origin.port}/feed") for n in range(20)]
    visited(stage, good[:1], fetching(stage, deadline=120))  # what is opened once and stays is open from here on
    files, threads = descriptors(), threading.active_count()
    with resetting() as reset:
        ways = (
            "nowhere{}.example",
            "servfail{}.example",
            f"refused{{}}.example:{refused}",
            f"reset{{}}.example:{reset}",
        )
        bad = [Source(f"b{n}", f"http://{ways[n % 4].format(n)}/feed") for n in range(2000)]
        visits = visited(stage, bad + good[1:], fetching(stage, deadline=120), concurrency=64)
    found = {visit.source: visit.trouble.reason if visit.trouble else None for visit in visits}
    assert [found[source.id] for source in bad[:4]] == [Reason.NAME, Reason.NAME, Reason.CONNECTION, Reason.CONNECTION]
    assert [reason is None for reason in found.values()].count(True) == 19
    assert len(found) == 2019
    until(lambda: threading.active_count() <= threads and descriptors() <= files)
    assert threading.active_count() <= threads
    assert descriptors() <= files
