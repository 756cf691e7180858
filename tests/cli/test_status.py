"""`status`: one look says whether the watcher runs, what comes next, and what wants a hand."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from command import Running, run
from sqlalchemy import update

from watcher.config import load_config
from watcher.store import open_store
from watcher.store.tables import outbox
from watcher.types import Memory, Visit


def lines(config: Path) -> dict[str, str]:
    done = run("status", "--config", config)
    assert done.code == 0, done.err
    return {
        name: rest.strip() for name, colon, rest in (line.partition(":") for line in done.out.splitlines()) if colon
    }


def test_at_a_glance_there_is_a_line_for_everything_one_wants_to_know(filled: Path):
    said = lines(filled)
    assert said["Running"] == "no, `watcher run` starts it"
    assert "stories" in said["Last edition"]
    assert said["Next edition"].count(":") == 1
    assert said["Sources"].startswith(f"{len(load_config(filled, {}).sources)}, ")
    assert said["To be sent"] == "nothing waits"
    assert "schema 00" in said["Database"]
    assert "of the disk free" in said["Database"]


def test_before_the_first_poll_it_says_so(config: Path):
    said = lines(config)
    assert (said["Last edition"], said["Found so far"]) == ("none yet", "0 articles in 0 stories, 0 editions")
    assert not (config.parent / "data").exists()


def test_the_object_for_programs_has_the_same_facts(filled: Path):
    row = run("status", "--json", "--config", filled).row()
    assert row["database"]["bytes"] == (filled.parent / "data" / "watcher.db").stat().st_size
    assert row["database"]["schema"] >= "0007"
    assert row["disk_free"] > 0
    assert row["daemon"] is None
    assert {"version", "next_visits", "paused", "failing", "due", "pending", "next_attempt"} < set(row)
    assert datetime.fromisoformat(row["next_edition"]) > datetime.now(UTC)


def test_a_daemon_that_runs_is_seen_without_touching_its_lock(config: Path):
    with Running("run", "--no-serve", "--config", config) as daemon:
        daemon.says(" started ")
        assert run("status", "--json", "--config", config).row()["daemon"] == daemon.pid
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    assert json.loads((config.parent / "data" / "daemon.lock").read_text())["pid"] == daemon.pid
    assert run("status", "--json", "--config", config).row()["daemon"] is None, "a lock nobody holds is nobody's"


def test_failing_and_paused_sources_and_waiting_mails_are_named(filled: Path):
    first, second = (source.id for source in load_config(filled, {}).sources[:2])
    now = datetime.now(UTC)
    with open_store(filled.parent / "data") as store, store.writing() as writer:
        writer.pause(second, True)
        memory = replace(
            store.memories([first]).get(first, Memory(first)),
            failures=3,
            trouble="503",
            failing_since=now - timedelta(days=4),
            due=now + timedelta(days=9),
        )
        writer.visited([Visit(first, now, now, 503, {}, memory, None)])
        waiting = {"state": "waiting", "next_attempt": now + timedelta(hours=1)}
        writer._connection.execute(update(outbox).where(outbox.c.id == 1).values(waiting))
    said = lines(filled)
    assert "failing (" in said["Sources"]
    assert f"1 paused ({second})" in said["Sources"]
    assert said["To be sent"].startswith("1 wait, tried next ")
    row = run("status", "--json", "--config", filled).row()
    assert first in row["failing"]
    assert row["paused"] == [second]
    assert all(name in said["Sources"] for name in row["failing"])


def test_growth_is_what_an_article_takes_times_what_was_found_lately(filled: Path):
    with open_store(filled.parent / "data", read_only=True) as store:
        newest = max(stored.article.found for stored in store.articles(limit=1000))
        oldest = min(stored.article.found for stored in store.articles(limit=1000))
        assert store.growth(oldest + timedelta(days=1)) is None, "a day says nothing of a year"
        whole = store.growth(oldest + timedelta(days=10))
        assert whole is not None
        assert abs(whole * 10 - store.size()) < 10 * 2, "all of it was found in these ten days"
        assert store.growth(newest + timedelta(days=60)) == 0
