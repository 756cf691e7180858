"""Answers made to fill memory or time, asked from a process of its own whose memory is measured."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from bombs import BOMBS
from pace import bearable

ROOT = Path(__file__).parents[2]
MOST_GROWTH = 150 * 1024  # kibibytes
MOST_SECONDS = 2.0  # of the processor; and no bomb is waited for, however long it would drip
SOON = 60.0

# Runs in the measured process: one line of JSON for each address, what came of it, in how long, and the peak so far.
ASK = """
import json, resource, sys, time
from datetime import UTC, datetime
from watcher.http import HttpFetch
from watcher.types import Request, Trouble
port = int(sys.argv[1])
door = HttpFetch(lambda: datetime(2026, 3, 4, tzinfo=UTC), allow=[f"127.0.0.1:{port}"])
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
door(Request(f"http://127.0.0.1:{port}/warm"))
before = peak()
for name in json.load(sys.stdin):
    start, spent = time.monotonic(), time.process_time()
    answer = door(Request(f"http://127.0.0.1:{port}/{name.replace(' ', '%20')}"))
    seconds, spent = time.monotonic() - start, time.process_time() - spent
    said = str(answer.reason) if isinstance(answer, Trouble) else f"page of {len(answer.body)}"
    told = {"name": name, "said": said, "seconds": round(seconds, 3), "spent": round(spent, 3)}
    print(json.dumps({**told, "growth": peak() - before}))
"""


@pytest.fixture
def bomber() -> Iterator[int]:
    """Answers each path of BOMBS with that bomb; the number of its port."""
    server = socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            asked = client.recv(65_536).decode("latin-1").split(" ")[1].lstrip("/").replace("%20", " ")
            for piece in BOMBS[asked]() if asked in BOMBS else [b"HTTP/1.1 204 No Content\r\n\r\n"]:
                client.sendall(piece)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)
    server.close()


def test_no_bomb_fills_memory_or_takes_two_seconds(bomber: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(bomber)],
        cwd=ROOT, input=json.dumps(list(BOMBS)), capture_output=True, text=True, timeout=600, check=True,
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    sys.stdout.write(done.stdout)  # `pytest -s` shows the figures
    assert [row["name"] for row in rows] == list(BOMBS)
    assert done.stderr == ""
    for row in rows:
        assert row["growth"] < MOST_GROWTH, row
        assert row["spent"] < bearable(MOST_SECONDS), row
        assert row["seconds"] < SOON, row
        # A body shorter than what is sent is a whole page: the rest is never read.
        assert row["said"] == ("page of 10" if row["name"] == "announced too small" else row["said"])
        assert row["name"] == "announced too small" or not row["said"].startswith("page"), row
