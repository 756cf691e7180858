"""An archive on a PostgreSQL server, by the commands."""

import json
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command import Running, run
from pgserver import Server

from watcher.app import assembled
from watcher.cli import surroundings
from watcher.config import load_config
from watcher.demo.content import DAY_ONE
from watcher.demo.server import Newsroom, StageClock
from watcher.demo.show import live
from watcher.demo.sink import Sink
from watcher.store.postgres import Served


@pytest.fixture
def address(pg_server: Server, pg_blank: Callable[[], str]) -> str:
    return pg_server.address(pg_blank())


def on_server(config: Path, address: str) -> Path:
    """The same configuration with its archive elsewhere."""
    there = config.with_name("server.toml")
    there.write_text(config.read_text().replace("[watcher]", f'[watcher]\ndatabase = "{address}"'))
    return there


def test_an_archive_moves_to_a_server_and_back_and_is_the_same(filled: Path, address: str, tmp_path: Path) -> None:
    done = run("db", "copy", address, "--config", filled)
    assert done.code == 0, done.err
    assert re.search(r"copied to postgresql://watcher@/blank_\S+ at \S+: [\d,]+ articles", done.out)
    there = on_server(filled, address)
    exported = run("db", "export", "--config", filled).out
    assert exported.count("\n") > 10
    assert run("db", "export", "--config", there).out == exported
    assert run("db", "check", "--config", there).code == 0
    for command in (["search", "nvidia"], ["stories", "list"], ["outbox", "list"], ["sources", "list"]):
        assert run(*command, "--json", "--config", there).out == run(*command, "--json", "--config", filled).out
    assert run("stories", "rebuild", "--config", there).code == 0
    assert run("stories", "rebuild", "--config", filled).code == 0
    assert run("db", "export", "--config", there).out == run("db", "export", "--config", filled).out
    back = tmp_path / "back" / "news.db"
    assert run("db", "copy", str(back), "--config", there).code == 0
    again = on_server(filled, f"sqlite:///{back}")
    assert run("db", "export", "--config", again).out == exported


@pytest.mark.long
def test_a_day_that_was_lived_on_a_server_is_the_day_that_was_lived_in_a_file(
    shelf: Path, address: str, tmp_path: Path
) -> None:
    """Polled, grouped, told, delivered, searched and grouped anew."""
    clock = StageClock(DAY_ONE)
    config = tmp_path / "config.toml"
    with Sink() as sink, Newsroom(clock, drip=0.1) as newsroom:
        (tmp_path / "seeds").mkdir()
        text = newsroom.config_toml("data", "out", sink.port, "seeds")
        config.write_text(text.replace("[watcher]", f'[watcher]\ndatabase = "{address}"', 1), "utf-8")
        with assembled(load_config(config, {}), clock) as program:
            live(program, clock, DAY_ONE)
        assert sink.messages
    assert not (tmp_path / "data" / "watcher.db").exists()
    assert run("stories", "rebuild", "--config", config).code == 0
    exported = (run("db", "export", "--config", each).out for each in (config, shelf / "config.toml"))
    here, there = (re.sub(r"127\.0\.0\.1:\d+", "HOST", text).splitlines() for text in exported)
    assert len(here) > 50
    assert sorted(here) == sorted(there)  # each newsroom has ports of its own, and by those they are sorted
    assert run("db", "check", "--config", config).code == 0
    found = [json.loads(line)["url"] for line in run("search", "nvidia", "--json", "--config", config).out.splitlines()]
    assert found


def test_what_holds_something_is_never_copied_over(filled: Path, address: str) -> None:
    assert run("db", "copy", address, "--config", filled).code == 0
    done = run("db", "copy", address, "--config", filled)
    assert (done.code, "holds something already" in done.err) == (1, True)
    done = run("db", "copy", address, "--config", on_server(filled, address))
    assert (done.code, "the database itself" in done.err) == (1, True)
    done = run("db", "copy", str(filled.parent / "data" / "watcher.db"), "--config", filled)
    assert (done.code, "the database itself" in done.err) == (1, True)


def test_what_cannot_be_done_on_a_server_says_who_does_it(filled: Path, address: str, tmp_path: Path) -> None:
    there = on_server(filled, address)
    done = run("db", "backup", tmp_path / "copy.db", "--config", there)
    assert (done.code, "pg_dump" in done.err) == (1, True)
    assert not (tmp_path / "copy.db").exists()


def test_how_it_is_doing_is_told_of_a_server_too(filled: Path, address: str) -> None:
    there = on_server(filled, address)
    row = json.loads(run("status", "--json", "--config", there).out)
    assert row["database"]["bytes"] > 1_000_000
    found = json.loads(run("doctor", "--json", "--config", there).out)
    assert not [line for line in found["mending"] if "atabase" in line]
    assert not [line for line in found["advice"] if "SQLite" in line]
    assert {"postgresql", "psycopg"} <= found["versions"].keys()
    assert "sqlite" not in found["versions"]
    assert found["database"]["name"].startswith("postgresql://watcher@/blank_")
    assert found["database"]["size"] > 1_000_000
    said = run("status", "--config", there).out
    assert re.search(r"Database: +\d+ MB, in postgresql://watcher@/blank_\S+ at \S+; schema", said)
    assert re.search(r"Disk: +[\d.]+ [GM]B of this machine's free", said)


@pytest.mark.parametrize(("seconds", "told"), [(0.5, []), (-1.5, []), (20, [False]), (-20, [False]), (-3600, [True])])
def test_a_clock_that_is_not_the_servers_is_told(seconds: float, told: list[bool]) -> None:
    before = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    after = before + timedelta(seconds=3)  # a slow way there is no difference
    server = Served("postgresql://news@db/news", "16.4", 1, before + timedelta(seconds=seconds))
    assert [grave for grave, _ in surroundings.apart(server, before, after)] == told


def test_where_there_is_nothing_yet_every_command_says_so_in_one_way(
    config: Path, pg_server: Server, tmp_path: Path
) -> None:
    pg_server.make("nothing_yet")
    there = on_server(config, pg_server.address("nothing_yet"))
    for each, name in ((config, "watcher.db"), (there, "postgresql://watcher@/nothing_yet")):
        for command in (["compact"], ["check"], ["backup", tmp_path / "copy.db"], ["copy", tmp_path / "to.db"]):
            done = run("db", *command, "--config", each)
            assert (done.code, done.out) == (1, ""), command
            assert "there is nothing in " in done.err
            assert f"{name}" in done.err
        assert re.search(rf"Database: +nothing in \S*{name}", run("status", "--config", each).out)
    assert not pg_server.run("SELECT 1 FROM pg_tables WHERE tablename = 'article'", "nothing_yet")


def test_what_was_configured_wrongly_is_no_reason_to_try_again(config: Path, pg_server: Server) -> None:
    for wrong in (pg_server.address("nobody_made_this"), pg_server.address("postgres", "nobody"), "postgresql://h/"):
        assert run("status", "--config", on_server(config, wrong)).code == 78, wrong


@pytest.mark.parametrize("comes", [True, False])
def test_a_daemon_that_begins_while_the_server_is_away_waits_for_it(
    config: Path, pg_server: Server, pg_blank: Callable[[], str], tmp_path: Path, comes: bool
) -> None:
    door = tmp_path / "door"  # of the server: it is reached through it once it is there
    address = f"postgresql+psycopg://watcher@/{pg_blank()}?host={door}&port={pg_server.port}"
    with Running("run", "--no-serve", "--config", on_server(config, address)) as daemon:
        daemon.says("no connection to the database")
        if comes:
            door.symlink_to(pg_server.folder)
            daemon.says("it is back")
            daemon.says("started")
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    assert daemon.err.count("no connection to the database") == 1


def test_a_server_that_is_not_there_is_one_line_without_the_password(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHER_DATABASE_PASSWORD", "hunter2")
    there = on_server(config, "postgresql+psycopg://news@127.0.0.1:1/news")
    for command in (["status"], ["db", "upgrade"], ["search", "x"], ["poll"]):
        done = run(*command, "--config", there)
        assert done.code == 75
        assert "no connection to the database postgresql://news@127.0.0.1:1/news" in done.err
        assert "hunter2" not in done.err + done.out
        assert len(done.err.strip().splitlines()) == 1
