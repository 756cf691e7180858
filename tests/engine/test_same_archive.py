"""WARC files read by processes of this machine and by a cluster: the same archive, whoever is killed meanwhile."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import unitwork
from cluster import Cluster
from command import until
from past.room import Room, Told, off, story, warc

import watcher
from watcher.app import assembled
from watcher.backfill import Asked, backfill, planned
from watcher.cli.ways import way_of
from watcher.config import load_config
from watcher.engine import LocalEngine
from watcher.engine.dask import DaskEngine
from watcher.errors import EngineError
from watcher.ports import Engine
from watcher.types import Outcome, Source, Window
from watcher.units import Settings

WINDOW = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
FILES = 6


def told(file: int, number: int) -> Told:
    title, text = story(number)
    moment = datetime(2025, 2, 1 + number, 6 + file, tzinfo=UTC)
    text = f"{text}\nKILLER" if (file, number) == (3, 3) else f"{text}\nOur file {file} has more."
    return Told(f"https://paper{file}.example/{number}", title, text, moment)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("files")
    made = Room(folder)
    for file in range(FILES):
        pages = [told(file, file), told(file, (file + 1) % FILES), off(file)]
        (folder / f"part-{file}.warc.gz").write_bytes(b"".join(warc(pages)))
    yield made
    made.close()


def archive(room: Room, name: str, engine: Engine) -> tuple[list[str], Counter[Outcome]]:
    """The export of a new archive that an engine's Loads made, and how all captures ended."""
    config = load_config(room.config(name), {})
    source = Source("crawl", str(room.folder / "part-*.warc.gz"), "warc")
    with assembled(config) as program:
        plan = planned(program.store, [Asked(source, (way_of("warc"),))], WINDOW)
        done = backfill(program.parts, plan, engine)
        assert [each.trouble for each in done] == [None] * FILES
        export = [json.dumps(row, sort_keys=True) for row in program.store.export()]
    return export, sum((each.counts for each in done), Counter())


def work_of(room: Room, log: Path, stuck: str = "") -> partial[object]:
    rules = tuple(load_config(room.config(f"rules of {log.name}"), {}).topics)
    return partial(unitwork.really, settings=Settings(rules, datetime.now(UTC)), log=str(log), stuck=stuck)


def noted(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def test_a_cluster_that_loses_a_worker_makes_the_archive_of_this_machine(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here, there = tmp_path / "here", tmp_path / "there"
    with LocalEngine(work_of(room, here), 2) as engine:
        local, ends = archive(room, "local", engine)
    assert len(local) == 2 * FILES - 1, "all but the page that kills"
    assert ends == {Outcome.STORED: 2 * FILES - 1, Outcome.UNREADABLE: 1, Outcome.OFF_TOPIC: FILES}
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    refused = work_of(room, tmp_path / "never")
    try:
        with monkeypatch.context() as other:
            other.setattr(watcher, "__version__", "0.0.1")
            with pytest.raises(EngineError, match=r"has watcher .*, and here is 0\.0\.1"):
                DaskEngine(cluster.address, refused)

        def kill() -> None:
            stuck = there.with_suffix(".stuck")
            until(stuck.exists, 240)  # a worker is in the middle of it, and others had theirs before
            os.kill(int(stuck.read_text()), signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        with DaskEngine(cluster.address, work_of(room, there, stuck="part-3.warc.gz")) as engine:
            clustered, again = archive(room, "cluster", engine)
        killer.join()
    finally:
        cluster.close()
    assert clustered == local
    assert again == ends
    times = Counter(noted(there))
    assert len(times) == FILES
    assert sum(times.values()) == FILES + 1, "what the kill cost is one unit"
    assert sorted(noted(here)) == sorted(times)
