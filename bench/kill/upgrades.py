"""Kills while an older archive is backed up and brought up to date: it opens afterwards, with everything in it."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from kill.nursery import Nursery
from kill.plan import Kill
from kill.stage import SPEED, START
from watcher.store import SqlStore, open_store
from watcher.store.schema import APPLICATION_ID

SCHEMAS = Path(__file__).parents[2] / "tests" / "store" / "schemas"
_PATIENCE = 60.0
_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps what it works on in its module: lives run side by side in threads


def upgrade(kill: Kill, nursery: Nursery, folder: Path, randomly: random.Random) -> tuple[bool, list[str]]:
    """Kills an upgrade at a point; whether the point was reached, and what was wrong afterwards."""
    released = sorted(SCHEMAS.glob("*.sql"))
    schema = randomly.choice(released[:-1])
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    (folder / "config.toml").write_text('[watcher]\ntimezone = "UTC"\n[topics.x]\ntitle = "X"\nnames = ["X"]\n')
    _restore(schema, folder / "data" / "watcher.db")
    shutil.copytree(folder / "data", folder / "unharmed")
    child = nursery.start(
        {
            "arguments": kill.command,
            "folder": str(folder),
            "label": kill.label,
            "nth": kill.nth,
            "base": START.isoformat(),
            "began": time.monotonic(),
            "speed": SPEED,
            "fault": "",
        }
    )
    child.ended.wait(_PATIENCE)
    nursery.bury()
    if child.code != -signal.SIGKILL:
        return False, [] if child.code == 0 else [f"the upgrade of {schema.stem} ended with {child.code}"]
    return True, [f"{kill.label}, schema {schema.stem}: {problem}" for problem in _faults(folder, schema.stem)]


def _restore(schema: Path, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(schema.read_text("utf-8"))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def _faults(folder: Path, version: str) -> list[str]:
    with _ONE_AT_A_TIME, open_store(folder / "unharmed") as unharmed, open_store(folder / "data") as killed:
        problems = killed.integrity()
        if _contents(killed) != _contents(unharmed):
            problems.append("the archive is not the one that an upgrade in peace makes")
    backup = folder / "data" / f"watcher.db.schema-{version}"
    if not backup.exists():
        problems.append("there is no backup")
    else:
        with closing(sqlite3.connect(backup)) as connection:
            problems += [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return [*problems, *(f"left behind: {file.name}" for file in (folder / "data").glob("*.part"))]


def _contents(store: SqlStore) -> list[Any]:
    with closing(sqlite3.connect(store.path)) as connection:
        return list(connection.iterdump())
