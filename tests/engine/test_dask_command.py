"""`backfill --engine dask` as a command: what is wrong is said, and over TLS it makes the same archive."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cluster import Cluster
from command import ROOT, Done, Running, until
from past.room import SINCE, UNTIL, Room, Told, story, warc

TLS = Path(__file__).parents[1] / "support" / "tls"
_KEYS = "DASK_DISTRIBUTED__COMM__TLS__"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("tls"), stories=6, off_topic=6)
    yield made
    made.close()


def certificates(*roles: str, authority: Path = TLS / "authority.pem", own: Path = TLS / "good.pem") -> dict[str, str]:
    """The environment in which these roles show a certificate, and believe whoever has one of that authority."""
    both = {f"{_KEYS}{role}__{what}": str(own) for role in roles for what in ("CERT", "KEY")}
    return {f"{_KEYS}CA_FILE": str(authority), **both}


def command(config: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
    order = ("--since", SINCE, "--until", UNTIL, "--source", "crawl", *arguments)
    with Running("backfill", "--config", config, *order, env=env) as running:
        return running.ended(300)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--engine", "dask"), 2, "--engine dask needs --scheduler ADDRESS"),
        (("--scheduler", "tcp://127.0.0.1:1"), 2, "--scheduler belongs to --engine dask"),
        (("--engine", "dask", "--scheduler", "tcp://10.0.0.5:8786"), 78, "write tls://10.0.0.5:8786"),
        (("--engine", "dask", "--scheduler", "scheduler.example:8786"), 78, "is on another machine"),
        (("--engine", "dask", "--scheduler", "http://127.0.0.1:8787"), 78, "write tcp://HOST:PORT or tls://HOST:PORT"),
        (("--engine", "dask", "--scheduler", "tls://10.0.0.5:8786"), 78, f"set {_KEYS}CA_FILE"),
    ],
)
def test_what_cannot_be_meant_is_said_at_once(room: Room, arguments: tuple[str, ...], code: int, said: str):
    config = room.folder / "meant" / "config.toml"
    done = command(config if config.exists() else room.config("meant"), *arguments)
    assert (done.code, said in done.err) == (code, True), done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("of", ["authority", "own"])
def test_certificates_that_cannot_be_used_are_named(room: Room, tmp_path: Path, of: str):
    config = room.folder / "named" / "config.toml"
    config = config if config.exists() else room.config("named")
    missing = tmp_path / "gone.pem"
    where = ("--engine", "dask", "--scheduler", "tls://10.0.0.5:8786")
    done = command(config, *where, env=certificates("CLIENT", **{of: missing}))
    assert done.code == 78
    assert f"{missing} cannot be read: No such file or directory" in done.err
    missing.write_text("no certificate")
    done = command(config, *where, env=certificates("CLIENT", **{of: missing}))
    assert done.code == 78
    assert "its certificates cannot be used" in done.err
    assert "Traceback" not in done.err


@pytest.mark.long  # it is waited for, half a minute
def test_a_scheduler_that_is_not_there_is_said_so(room: Room):
    done = command(room.config("nobody"), "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1")
    assert done.code == 1
    assert "no scheduler answers at tcp://127.0.0.1:1" in done.err
    assert "Traceback" not in done.err


def test_over_tls_a_cluster_makes_the_archive_of_this_machine(room: Room, tmp_path: Path):
    here, there = room.config("local"), room.config("tls")
    local = command(here)
    assert local.code == 0, local.err
    env = {**certificates("SCHEDULER", "WORKER"), "DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME": "tls"}
    cluster = Cluster(tmp_path, env=env)
    try:
        assert cluster.address.startswith("tls://127.0.0.1:")
        where = ("--engine", "dask", "--scheduler", cluster.address)
        done = command(there, *where, env=certificates("CLIENT"))
    finally:
        cluster.close()
    assert done.code == 0, done.err
    assert done.out == local.out
    assert export(there) == export(here)
    assert export(here).count("\n") > 1


# Each worker begins with it: a unit whose name stands in the file waits for as long as it does.
_HOLDING = """
import time
from pathlib import Path
import watcher.engine.dask as engine
answered = engine.answered
def held(version, work, unit):
    note = Path({note!r})
    while note.exists() and unit.name.endswith(note.read_text()):
        Path({held!r}).touch()
        time.sleep(0.02)
    return answered(version, work, unit)
held.__module__, held.__qualname__, held.__name__ = answered.__module__, "answered", "answered"
engine.answered = held
"""


@pytest.mark.long  # a client looks for its scheduler for half a minute
def test_a_scheduler_that_dies_in_the_middle_loses_nothing_and_the_same_command_goes_on(room: Room, tmp_path: Path):
    for number in range(3):
        title, text = story(number)
        told = Told(f"https://paper.example/{number}", title, text, datetime(2025, 2, 1 + number, tzinfo=UTC))
        (room.folder / f"part-{number}.warc.gz").write_bytes(b"".join(warc([told])))
    files = ("--via", "warc", "--from", str(room.folder / "part-*.warc.gz"))
    here, there = room.config("whole"), room.config("broken")
    order = ("--since", SINCE, "--until", UNTIL, *files)
    note, held = tmp_path / "note", tmp_path / "held"
    note.write_text("part-1.warc.gz")
    (tmp_path / "sitecustomize.py").write_text(_HOLDING.format(note=str(note), held=str(held)))
    path = os.pathsep.join(map(str, (tmp_path, ROOT)))
    cluster = Cluster(tmp_path, workers=1, env={"PYTHONPATH": path})
    try:
        where = ("--engine", "dask", "--scheduler", cluster.address)
        with Running("backfill", "--config", there, *order, *where) as running:
            until(held.exists, 240)
            cluster.scheduler.kill()
            done = running.ended(300)
    finally:
        cluster.close()
    assert done.code == 1
    assert f"the scheduler at {cluster.address} is gone: run the same command again to go on" in done.err
    assert "Traceback" not in done.err
    assert export(there).count("paper.example/0") > 0, "what was here already is kept"
    with Running("backfill", "--config", there, *order) as running:  # whoever works on it
        assert running.ended(300).code == 0
    with Running("backfill", "--config", here, *order) as running:
        assert running.ended(300).code == 0
    assert export(there) == export(here)


def export(config: Path) -> str:
    with Running("db", "export", "--config", config) as running:
        return running.ended(300).out
