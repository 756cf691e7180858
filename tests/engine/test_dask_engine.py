"""A real scheduler and two worker processes on loopback: the same Loads, and a lost worker costs its unit alone."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import unitwork
from cluster import Cluster
from command import ROOT, until

import watcher
from watcher.engine import LocalEngine
from watcher.engine.cluster import TRIES
from watcher.engine.dask import DaskEngine, check_address
from watcher.errors import ConfigError, EngineError
from watcher.types import Reason, TopicRule, Unit, Window
from watcher.units import Settings, work

WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))

SETTINGS = Settings((TopicRule("nvidia", "Nvidia", ("Nvidia",)),), datetime(2026, 2, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    running = Cluster(folder)
    yield running
    running.close()


def units(folder: Path, *names: str) -> list[Unit]:
    page = {"url": "https://example.org/a", "title": "Nvidia", "text": "Nvidia says so."}
    return [unitwork.unit_of(folder, name, [page], WINDOW) for name in names]


def killed(note: Path) -> int:
    """Kills whoever waits for it, and returns who that was."""
    until(note.exists, 240)
    pid = int(note.read_text())
    os.kill(pid, signal.SIGKILL)
    return pid


@pytest.mark.long  # the suite has it with real files: `test_same_archive`
def test_a_worker_killed_in_the_middle_costs_its_unit_alone(tmp_path: Path, cluster: Cluster):
    names = [f"quick {number}" for number in range(8)]
    names[5:5] = ["stuck"]
    there, here = units(tmp_path / "there", *names), units(tmp_path / "here", *(f"un{name}" for name in names))
    with DaskEngine(cluster.address, unitwork.work) as engine:
        killer = threading.Thread(target=killed, args=(tmp_path / "there" / "stuck",))
        killer.start()
        loads = list(engine.run(there))
        killer.join()
    with LocalEngine(unitwork.work, 2) as engine:
        local = list(engine.run(here))
    assert [load.unit for load in loads] == there
    assert [(load.brought, load.trouble) for load in loads] == [(load.brought, None) for load in local]
    times = Counter(unitwork.worked(tmp_path / "there"))
    assert times == {**dict.fromkeys(names, 1), "stuck": 2}


@pytest.mark.long
def test_workers_killed_at_any_moment_cost_one_unit_each(tmp_path: Path):
    """At a random one each: at work, done and about to be fetched, or between two units."""
    names = [f"unit {number}" for number in range(120)]
    cluster, kills, chance = Cluster(tmp_path, workers=3), 0, random.Random(7)
    try:
        with DaskEngine(cluster.address, unitwork.work) as engine:
            loads = []
            for load in engine.run(units(tmp_path / "units", *names)):
                loads.append(load)
                if len(loads) % 20 == 10:
                    cluster.workers.append(cluster.add())
                    time.sleep(chance.random() / 50)
                    cluster.workers[kills].send_signal(signal.SIGKILL)
                    kills += 1
    finally:
        cluster.close()
    assert [load.trouble for load in loads] == [None] * len(names)
    times = Counter(unitwork.worked(tmp_path / "units"))
    assert set(times) == set(names)
    assert sum(times.values()) <= len(names) + kills


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
def test_a_client_whose_connection_is_cut_goes_on_when_it_is_back(tmp_path: Path, cluster: Cluster):
    gate = Gate(cluster.address)
    wanted = units(tmp_path / "units", *(f"slow {number}" for number in range(6)))
    try:
        with DaskEngine(gate.address, unitwork.work) as engine:
            loads = engine.run(wanted)
            first = next(loads)
            gate.cut()
            done = [first, *loads]
    finally:
        gate.close()
    assert gate.cuts > 0
    assert [load.unit for load in done] == wanted
    assert [load.trouble for load in done] == [None] * len(wanted)


@pytest.mark.long
def test_a_unit_that_takes_worker_after_worker_along_is_given_up_and_no_other_is(tmp_path: Path):
    cluster = Cluster(tmp_path, workers=TRIES + 1)
    names = ["first", "killer", *(f"other {number}" for number in range(10))]
    try:
        with DaskEngine(cluster.address, unitwork.work) as engine:
            loads = list(engine.run(units(tmp_path / "units", *names)))
    finally:
        cluster.close()
    assert [load.unit.name for load in loads if load.trouble is not None] == ["killer"]
    lost = loads[1].trouble
    assert lost is not None
    assert lost.reason is Reason.KILLED
    assert Counter(unitwork.worked(tmp_path / "units")) == {**dict.fromkeys(names, 1), "killer": TRIES}


@pytest.mark.long
def test_a_worker_that_joins_later_works_too_and_one_of_several_threads_has_one_unit(tmp_path: Path):
    cluster = Cluster(tmp_path, workers=1, threads=4)
    try:
        with DaskEngine(cluster.address, unitwork.together) as engine:
            wanted = units(tmp_path / "units", *(f"unit {number}" for number in range(6)))
            loads = engine.run(wanted)
            done = [next(loads)]
            cluster.workers.append(cluster.add())
            (tmp_path / "units" / "wait for 2").touch()  # units go on when two processes are at work
            done += loads
    finally:
        cluster.close()
    assert [load.trouble for load in done] == [None] * len(wanted)
    assert [load.documents for load in done] == [1] * len(wanted), "no process had two at a time"


def test_a_file_that_only_the_writers_machine_has_is_trouble_that_says_where_it_was_looked_for(
    tmp_path: Path, cluster: Cluster
):
    unit = Unit("crawl", "warc", "a", WINDOW, url=str(tmp_path / "only here.warc.gz"))
    with DaskEngine(cluster.address, partial(work, settings=SETTINGS)) as engine:
        (load,) = engine.run([unit])
    assert load.trouble is not None
    assert load.trouble.reason is Reason.NAME
    assert load.trouble.text.startswith(f"{unit.url}: cannot be read: No such file")
    assert f"looked for on the worker's machine, {socket.gethostname()}" in load.trouble.text


def test_workers_without_an_extra_end_the_run_with_what_brings_it(tmp_path: Path):
    stub = tmp_path / "stub" / "fastwarc"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("raise ModuleNotFoundError(\"No module named 'fastwarc'\", name='fastwarc')\n")
    (tmp_path / "a.warc.gz").write_bytes(b"")
    path = os.pathsep.join(map(str, (stub.parent, ROOT, Path(unitwork.__file__).parent)))
    cluster = Cluster(tmp_path, workers=1, env={"PYTHONPATH": path})
    unit = Unit("crawl", "warc", "a", WINDOW, url=str(tmp_path / "a.warc.gz"))
    try:
        with (
            DaskEngine(cluster.address, partial(work, settings=SETTINGS)) as engine,
            pytest.raises(ConfigError, match=r"tcp://127.0.0.1:\d+ says: .*toldonce\[warc\]"),
        ):
            list(engine.run([unit]))
    finally:
        cluster.close()


def test_workers_of_another_version_are_given_nothing_whenever_they_come(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    wanted = units(tmp_path / "units", "one", "two")
    with DaskEngine(cluster.address, unitwork.work) as engine:
        monkeypatch.setattr(watcher, "__version__", "0.0.1")
        with pytest.raises(ConfigError, match=r"has watcher .*, and here is 0\.0\.1"):
            list(engine.run(wanted))
    assert unitwork.worked(tmp_path / "units") == []


@pytest.mark.parametrize(
    "address",
    ["10.0.0.5:8786", "tcp://scheduler:8786", "tcp://[2001:db8::1]:8786", "ws://127.0.0.1:8786", "tcp://", "x"],
)
def test_a_scheduler_beyond_this_machine_is_refused_without_tls(address: str):
    with pytest.raises(ConfigError, match="--scheduler"):
        check_address(address)


def _is_refused(address: str) -> bool:
    try:
        check_address(address)
    except ConfigError:
        return True
    return False


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:8786", "tls://scheduler:8786"])
def test_one_on_this_machine_or_with_tls_is_none_of_that(address: str):
    assert not _is_refused(address)


def test_tls_without_certificates_is_refused_before_anything_is_sent():
    with pytest.raises(ConfigError, match="CA_FILE"):
        DaskEngine("tls://127.0.0.1:9", unitwork.work)


# --- what lies between a client and its scheduler ---


class Gate:
    """A way to an address on loopback whose connections can be cut."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition("/")[2].partition(":")
        self._to = host, int(port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection that is there; new ones are let through."""
        cut, self._open = self._open, []
        for each in cut:
            self.cuts += 1
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._listening.accept()[0]
                far = socket.create_connection(self._to)
                self._open += [near, far]
                threading.Thread(target=_connect, args=(near, far), daemon=True).start()


def _connect(near: socket.socket, far: socket.socket) -> None:
    back = threading.Thread(target=_carry, args=(far, near), daemon=True)
    back.start()
    _carry(near, far)
    back.join()
    for each in (near, far):
        each.close()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
