"""Processes of this machine: in order, few in flight, and a process that dies costs its unit alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import unitwork
from command import PATIENCE, ROOT, until

from watcher.engine import LocalEngine
from watcher.types import Reason, Unit, Window

WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


def units(folder: Path, *names: str) -> list[Unit]:
    page = {"url": "https://example.org/a", "title": "Nvidia", "text": "Nvidia says so."}
    return [unitwork.unit_of(folder, name, [page], WINDOW) for name in names]


def test_loads_come_in_the_order_of_their_units_whichever_is_finished_first(tmp_path: Path):
    wanted = units(tmp_path, "slow one", *(f"quick {number}" for number in range(20)), "slow last")
    with LocalEngine(unitwork.work, 2) as engine:
        loads = list(engine.run(wanted))
    assert [load.unit for load in loads] == wanted
    assert all(load.trouble is None and len(load.brought) == 1 for load in loads)
    assert sorted(unitwork.worked(tmp_path)) == sorted(unit.name for unit in wanted)


def test_few_units_are_in_flight_however_many_there_are(tmp_path: Path):
    wanted = units(tmp_path, *(f"unit {number}" for number in range(40)))
    with LocalEngine(unitwork.work, 1) as engine:
        loads = engine.run(wanted)
        next(loads)
        until(lambda: len(unitwork.worked(tmp_path)) >= 4)
        time.sleep(0.2)
        assert len(unitwork.worked(tmp_path)) <= 5, "those behind wait until somebody takes what is there"


def test_a_process_that_dies_costs_its_unit_one_retry_and_no_other_anything(tmp_path: Path):
    wanted = units(tmp_path, "first", "killer once", "second", "killer", "third")
    with LocalEngine(unitwork.work, 2) as engine:
        loads = list(engine.run(wanted))
    troubles = [load.trouble for load in loads]
    assert [trouble is None for trouble in troubles] == [True, True, True, False, True]
    assert troubles[3] is not None
    assert troubles[3].reason is Reason.KILLED
    assert "SIGKILL" in troubles[3].text
    assert sorted(unitwork.worked(tmp_path)) == sorted(
        ["first", "second", "third", "killer once", "killer once", "killer", "killer"]
    )


def test_a_unit_that_raises_is_trouble_with_a_name(tmp_path: Path):
    with LocalEngine(unitwork.work, 1) as engine:
        bad, good = engine.run(units(tmp_path, "raises", "good"))
    assert bad.trouble is not None
    assert bad.trouble.reason is Reason.UNREADABLE
    assert "this unit cannot be read" in bad.trouble.text
    assert good.trouble is None


def test_a_unit_may_have_processes_of_its_own(tmp_path: Path):
    with LocalEngine(unitwork.with_children, 1) as engine:
        (load,) = engine.run(units(tmp_path, "parent"))
    assert (load.trouble, load.documents) == (None, 1)


def test_told_to_stop_it_ends_without_what_is_under_way(tmp_path: Path):
    wanted = units(tmp_path, "first", *(f"slow {number}" for number in range(20)))
    loads = []
    with LocalEngine(unitwork.work, 1) as engine:
        loads += engine.run(wanted, lambda: bool(unitwork.worked(tmp_path)))
    assert len(loads) <= 1
    assert unitwork.worked(tmp_path) != [unit.name for unit in wanted], "it did not wait for those behind"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_processes_end_with_whoever_started_them(tmp_path: Path):
    (unit,) = units(tmp_path, "slow but certain")
    code = f"""
import unitwork
from datetime import datetime, UTC
from pathlib import Path
from watcher.engine import LocalEngine
from watcher.types import Unit, Window
now = datetime.now(UTC)
with LocalEngine(unitwork.work, 1) as engine:
    list(engine.run([Unit("held", "pages", "slow", Window(now, now), url={unit.url!r})] * 1000))
"""
    support = str(Path(unitwork.__file__).parent)
    path = os.pathsep.join([str(ROOT), support])
    parent = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path})
    try:
        until(lambda: unitwork.worked(tmp_path))
        children = [
            int(stat.parent.name)
            for stat in Path("/proc").glob("[0-9]*/stat")
            if stat.read_text().rpartition(")")[2].split()[1] == str(parent.pid)
        ]
        assert children
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait(PATIENCE)
    until(lambda: not any(Path(f"/proc/{child}/cmdline").exists() for child in children))
