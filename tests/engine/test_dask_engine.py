"""A real scheduler and two worker processes on loopback: the same Loads, and a lost worker costs its unit alone."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import unitwork
from cluster import Cluster
from command import until

import watcher
from watcher.engine import LocalEngine
from watcher.engine.dask import DaskEngine, check_address
from watcher.errors import ConfigError, EngineError
from watcher.types import Reason, Unit, Window

WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    running = Cluster(folder)
    yield running
    running.close()


def units(folder: Path, *names: str) -> list[Unit]:
    page = {"url": "https://example.org/a", "title": "Nvidia", "text": "Nvidia says so."}
    return [unitwork.unit_of(folder, name, [page], WINDOW) for name in names]


@pytest.mark.long  # the suite has it with real files: `test_same_archive`
def test_a_worker_killed_in_the_middle_costs_no_more_than_its_unit(tmp_path: Path, cluster: Cluster):
    names = [f"slow {number}" for number in range(8)]
    there, here = units(tmp_path / "there", *names), units(tmp_path / "here", *names)
    with DaskEngine(cluster.address, unitwork.work) as engine:

        def kill() -> None:
            until(lambda: len(unitwork.worked(tmp_path / "there")) >= 3)
            cluster.workers[0].send_signal(signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        loads = list(engine.run(there))
        killer.join()
    with LocalEngine(unitwork.work, 2) as engine:
        local = list(engine.run(here))
    assert [load.unit for load in loads] == there
    assert [(load.brought, load.trouble) for load in loads] == [(load.brought, None) for load in local]
    times = Counter(unitwork.worked(tmp_path / "there"))
    assert set(times) == set(names)
    assert sum(times.values()) <= len(names) + 1, "one unit was begun again, and no other"


@pytest.mark.long
def test_a_scheduler_that_is_gone_ends_the_run_and_says_how_to_go_on(tmp_path: Path):
    cluster = Cluster(tmp_path)
    try:
        wanted = units(tmp_path / "units", *(f"slow {number}" for number in range(40)))
        with DaskEngine(cluster.address, unitwork.work) as engine:
            loads = engine.run(wanted)
            assert next(loads).trouble is None
            cluster.scheduler.send_signal(signal.SIGKILL)
            with pytest.raises(EngineError, match="run the same command again"):
                list(loads)
    finally:
        cluster.close()


@pytest.mark.long
def test_a_unit_that_takes_every_worker_with_it_is_given_up(tmp_path: Path):
    cluster = Cluster(tmp_path, workers=6)
    try:
        wanted = units(tmp_path / "units", "first", "killer", "last")
        with DaskEngine(cluster.address, unitwork.work) as engine:
            first, lost, last = engine.run(wanted)
    finally:
        cluster.close()
    assert (first.trouble, last.trouble) == (None, None)
    assert lost.trouble is not None
    assert lost.trouble.reason is Reason.KILLED
    assert unitwork.worked(tmp_path / "units").count("killer") <= 4


@pytest.mark.parametrize(
    "address",
    ["10.0.0.5:8786", "tcp://scheduler:8786", "tcp://[2001:db8::1]:8786", "ws://127.0.0.1:8786", "tcp://", "x"],
)
def test_a_scheduler_beyond_this_machine_is_refused_without_tls(address: str):
    with pytest.raises(ConfigError, match="--scheduler"):
        check_address(address)


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:8786", "tls://scheduler:8786"])
def test_one_on_this_machine_or_with_tls_is_none_of_that(address: str):
    check_address(address)


def test_tls_without_certificates_is_refused_before_anything_is_sent():
    with pytest.raises(ConfigError, match="CA_FILE"):
        DaskEngine("tls://127.0.0.1:9", unitwork.work)


def test_workers_of_another_version_are_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watcher, "__version__", "0.0.1")
    with pytest.raises(EngineError, match=r"has watcher .*, and here is 0\.0\.1"):
        DaskEngine(cluster.address, unitwork.work)
