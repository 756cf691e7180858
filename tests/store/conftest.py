"""A fresh archive for each test, on each database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from types import SimpleNamespace
from typing import Any

import pytest
from pgserver import Server

from watcher.store import SqlStore, open_store
from watcher.store.postgres import PostgresGround
from watcher.store.tables import metadata
from watcher.types import (
    Article,
    Edition,
    Entry,
    Evidence,
    Key,
    LeadRecord,
    Match,
    OutboxRow,
    Outcome,
    Relation,
    Report,
    Source,
    Verdict,
)

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture
def new_archives_are_copies() -> None:
    """Not here: what makes an archive is what is tested."""


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive just made: copying it is quicker than two hundred migrations."""
    folder = tmp_path_factory.mktemp("fresh")
    open_store(folder).close()
    return folder


@pytest.fixture
def in_file(tmp_path: Path, fresh: Path) -> Iterator[SqlStore]:
    """A fresh archive in a file, for what is said of SQLite alone."""
    copytree(fresh, tmp_path / "data")
    with open_store(tmp_path / "data", patience=60.0) as opened:
        yield opened


@pytest.fixture(scope="session")
def pg_used(pg_blank: Callable[[], str]) -> str:
    """The one database of this process that its tests use in turn."""
    return pg_blank()


@pytest.fixture
def on_server(pg_server: Server, pg_used: str, tmp_path: Path) -> Iterator[SqlStore]:
    """A fresh archive on a server, for what is said of PostgreSQL alone: the one of the test before, emptied."""
    with open_store(tmp_path / "data", pg_server.address(pg_used), patience=60.0) as opened:
        empty(opened)
        yield opened


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The contract holds on both; what is marked `of_files` is said of SQLite alone, and `of_servers` of the other."""
    for name in {"store", "corpus"} & set(metafunc.fixturenames):
        kinds: list[Any] = ["sqlite", "postgresql"]
        if metafunc.definition.get_closest_marker("long_on_servers"):
            kinds = ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
        for mark, left in (("of_files", "sqlite"), ("of_servers", "postgresql")):
            if metafunc.definition.get_closest_marker(mark):
                kinds = [left]
        metafunc.parametrize(name, kinds, indirect=True)


@pytest.fixture
def store(request: pytest.FixtureRequest) -> SqlStore:
    """A fresh archive: the contract holds on both."""
    opened = request.getfixturevalue("in_file" if request.param == "sqlite" else "on_server")
    assert isinstance(opened, SqlStore)
    return opened


@pytest.fixture
def spoil(request: pytest.FixtureRequest) -> Callable[[SqlStore, str], None]:
    """Does to a database what no program of ours does."""

    def do(store: SqlStore, statement: str) -> None:
        if isinstance(store.ground, PostgresGround):
            server = request.getfixturevalue("pg_server")
            server.run(f"SET session_replication_role = replica; {statement}", store.ground.address.database)
            return
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute(statement)

    return do


def empty(store: SqlStore) -> None:
    """Empties what a test before may have filled: quicker than a new database (80 ms)."""
    names = [f'"{name}"' for name in (*metadata.tables, "words", "words_part")]
    with store.ground.writing() as connection:
        asked = ", ".join(f"EXISTS(SELECT FROM {name})" for name in names)
        filled = [
            name for name, has in zip(names, connection.exec_driver_sql(f"SELECT {asked}").one(), strict=True) if has
        ]
        if filled:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(filled)} CASCADE")
        counters = connection.exec_driver_sql("SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL")
        for (counter,) in counters.all():
            connection.exec_driver_sql(f"ALTER SEQUENCE {counter} RESTART")


@pytest.fixture
def build() -> SimpleNamespace:
    """Makers of plain values, each with everything needed and nothing said that a test does not change."""
    return SimpleNamespace(
        now=NOW,
        article=article,
        lead=lead,
        source=lambda name, **more: Source(name, f"https://{name}.example/feed", **more),
        keys=lambda *values, signal="copy", version=1: tuple(Key(signal, version, value) for value in values),
        earlier=earlier,
        edition=edition,
        row=row,
    )


def article(name: str, **more: Any) -> Article:
    values: dict[str, Any] = {
        "url": f"https://beispielblatt.example/{name}",
        "title": f"Chips for {name}",
        "text": f"Everything there is to say about {name}.",
        "source": "beispielblatt",
        "outlet": "Beispielblatt",
        "language": "de",
        "found": NOW,
    }
    return Article(**(values | more))


def lead(name: str, **more: Any) -> LeadRecord:
    values: dict[str, Any] = {
        "url": f"https://beispielblatt.example/{name}",
        "source": "beispielblatt",
        "title": f"About {name}",
        "outcome": Outcome.OFF_TOPIC,
        "found": NOW,
    }
    return LeadRecord(**(values | more))


def earlier(number: int, relation: Relation = Relation.RETELLING) -> Verdict:
    return Verdict(earlier=Match(str(number), relation, 0.9, Evidence(signals={"facts": 0.9}, cut=0.5)))


def edition(day: date, *stories: str, schedule: str = "07:00 UTC", **more: Any) -> Edition:
    """Tells these stories, each by the article of the same number: in a small archive its first report."""
    until = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    report = Report(0, "https://beispielblatt.example/a", "A", "Beispielblatt", "b", "de", until, Relation.NEW)
    values: dict[str, Any] = {
        "id": 0,
        "date": day,
        "schedule": schedule,
        "since": until - timedelta(days=1),
        "until": until,
        "made": until,
        "topics": (("deepseek", "DeepSeek"),),
        "entries": tuple(Entry(name, "new", ("deepseek",), (replace(report, article=int(name)),)) for name in stories),
    }
    return Edition(**(values | more))


def row(recipient: str, **more: Any) -> OutboxRow:
    values: dict[str, Any] = {
        "id": 0,
        "edition": 0,
        "channel": "email",
        "recipient": recipient,
        "message_id": f"<1.{recipient}>",
        "payload": b"Subject: news\r\n\r\nnews\r\n",
        "state": "waiting",
        "attempts": 0,
        "next_attempt": NOW,
        "created": NOW,
    }
    return OutboxRow(**(values | more))
