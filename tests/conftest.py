"""Fixtures of the whole suite."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import settings
from sqlalchemy import create_engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from xdist.remote import Producer

from watcher.store import open_store, opening
from watcher.store.schema import migrate

# Test files are no packages: what several of them share lies in `support/`, and is found wherever pytest starts.
sys.path.insert(0, str(Path(__file__).parent / "support"))

from command import COMMAND, ROOT
from forker import shim
from origin import Origin
from pgserver import WHY_NOT, Server, of_this_run, programs
from turns import ByFile, rank

# A busy machine is no fault of a law.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first."""
    items.sort(key=lambda item: rank(item.nodeid, item.get_closest_marker("long") is not None))


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> object:
    return ByFile(config, log)


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A scripted HTTP server on loopback, closed at the end of the test."""
    server = Origin()
    yield server
    server.close()


@pytest.fixture
def noon() -> datetime:
    """A fixed moment, for clocks."""
    return NOON


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes an archive with nothing in it, once, when it is first asked for."""
    made: list[Path] = []

    def make() -> Path:
        if not made:
            made.append(tmp_path_factory.mktemp("blank") / "watcher.db")
            migrate(made[0])
        return made[0]

    return make


@pytest.fixture(autouse=True)
def new_archives_are_copies(blank: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A new archive in this process is a copy of one that the migrations made: they take 0.1 s, a copy takes none.

    The tests of the store, and every process that tests start, have them run.
    """

    def ready(path: Path) -> None:
        if path.exists():
            migrate(path)
        else:
            copyfile(blank(), path)

    monkeypatch.setattr(opening, "migrate", ready)


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Each archive has engines of its own, and thousands are opened: what one of them compiled serves the next."""
    with pytest.MonkeyPatch.context() as patch:
        kept: dict[object, object] = {}
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda self, other: type(self) is type(other))
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda self: hash(type(self)))
        patch.setattr(
            "watcher.store.connect.create_engine", partial(create_engine, execution_options={"compiled_cache": kept})
        )
        yield


@pytest.fixture(scope="session")
def pg_server() -> Server:
    """The PostgreSQL server of this test run (`pgserver`)."""
    if programs() is None:
        pytest.skip(WHY_NOT)
    return of_this_run()


@pytest.fixture(scope="session")
def pg_blank(pg_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Makes the name of a new database with nothing in it but the tables; making one takes 0.1 s."""
    folder, first = tmp_path_factory.mktemp("pg"), f"blank_{os.getpid()}"
    pg_server.make(first)
    open_store(folder, pg_server.address(first)).close()
    numbers = itertools.count(1)

    def make() -> str:
        name = f"{first}_{next(numbers)}"
        pg_server.make(name, first)
        return name

    return make


@pytest.fixture(scope="session")
def forked() -> Iterator[Path]:
    """A folder with a `watcher` that answers at once (`forker`)."""
    with tempfile.TemporaryDirectory(prefix="forked-") as name:  # a socket's address has little room
        folder, address = Path(name), Path(name, "line")
        script = str(ROOT / "tests" / "support" / "forker.py")
        with subprocess.Popen(
            [sys.executable, script, str(address)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "PATH": "/usr/bin:/bin"},
            text=True,
        ) as forker:
            assert forker.stdout is not None
            assert forker.stdin is not None
            assert forker.stdout.readline() == "ready\n"
            shim(folder, address)
            yield folder
            forker.stdin.close()


@pytest.fixture(params=["forked", pytest.param("started", marks=pytest.mark.long)])
def program(request: pytest.FixtureRequest) -> Sequence[str]:
    """What a process of ours is begun with: forked from one that has imported everything, which takes seconds of
    processor time; `make check` starts it anew too, as its users do."""
    if request.param == "started":
        return COMMAND
    return (str(request.getfixturevalue("forked") / "watcher"),)
