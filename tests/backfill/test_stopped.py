"""A backfill of three providers that is killed, or told to stop, and begun again: the archive of one clean run."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Running, database, run, until
from past.lives import Lives
from past.room import SINCE, UNTIL, Room

SPAN = ("--since", SINCE, "--until", UNTIL)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("past"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def lives(room: Room, forked: Path) -> Lives:
    return Lives(room, [str(forked / "watcher")])


# Fifty are `make backfill-kills`.
def test_kills_at_random_moments_leave_the_archive_of_a_clean_run(lives: Lives):
    told = lives.killed(3, seed=7)
    assert told.kills == 3
    assert told.differences == []
    assert len(lives.clean) == 22


@pytest.mark.long
def test_one_that_is_told_to_stop_ends_in_order_and_says_how_to_go_on(room: Room, lives: Lives, forked: Path):
    config = room.config("told to stop")
    room.requests.clear()
    program = (str(forked / "watcher"),)
    with Running("backfill", "--config", config, *SPAN, "--processes", "1", program=program) as running:
        until(lambda: room.requests)
        running.signal(signal.SIGTERM)
        assert running.wait() == 128 + signal.SIGTERM
        assert "the same command goes on from here" in running.err
        assert "Traceback" not in running.err
    assert run("backfill", "--config", config, *SPAN).code == 0
    assert lives.export("told to stop") == lives.clean


def test_a_dry_run_says_how_much_there_is_and_changes_nothing(room: Room, lives: Lives):
    config = room.config("dry")
    dry = run("backfill", "--config", config, *SPAN, "--dry-run", "--json")
    found = {row["source"]: row for row in dry.rows()}
    assert set(found) == {"blatt", "kurier", "crawl", "all"}
    assert found["crawl"]["bytes"] == room.warc.stat().st_size < found["all"]["bytes"]
    assert found["crawl"]["documents"] == 69
    assert all(found[name]["seconds"] is not None for name in found)
    assert found["kurier"]["documents"] == 6
    assert len(found["all"]["hosts"]) == 2
    assert not (config.parent / "data").exists()
    folder = room.folder / "clean"
    before = database(folder)
    assert run("backfill", "--config", folder / "config.toml", *SPAN, "--dry-run").out == ""
    assert database(folder) == before
    assert lives.clean


def test_a_second_run_changes_nothing_and_asks_nobody(room: Room, lives: Lives):
    room.requests.clear()
    again = run("backfill", "--config", room.folder / "clean" / "config.toml", *SPAN)
    assert again.code == 0
    assert "3 of 3 units were done before" in again.err
    assert room.requests == []
    assert lives.export("clean") == lives.clean


@pytest.mark.long
def test_it_runs_beside_the_daemon(room: Room, lives: Lives, forked: Path):
    config = room.config("beside")
    program = (str(forked / "watcher"),)
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        daemon.says("visit source=kurier")
        assert run("backfill", "--config", config, *SPAN).code == 0
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    beside, clean = (
        {row["url"]: row["text"] for row in map(json.loads, lives.export(name))} for name in ("beside", "clean")
    )
    assert beside == clean
