"""What is kept of counts is what counting gives, whatever was done to an archive; and no key is there twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pgserver import Server
from sqlalchemy import func, select

from watcher.errors import StoreError
from watcher.store import SqlStore, open_store, schema, tally
from watcher.store.postgres import PostgresGround
from watcher.store.tables import article, signal_key
from watcher.types import Outcome, Verdict

NAMES = st.integers(0, 7)
STEPS = st.one_of(
    st.tuples(st.just("add"), NAMES, st.integers(0, 4)),
    st.tuples(st.just("lead"), NAMES, st.sampled_from([Outcome.STORED, Outcome.OFF_TOPIC, Outcome.UNREACHABLE])),
    st.tuples(st.just("leads of a claim"), NAMES, st.sampled_from([Outcome.STORED, Outcome.REFUSED])),
    st.tuples(st.just("regroup"), st.lists(st.integers(1, 9), min_size=8, max_size=8), st.none()),
    st.tuples(st.just("rejudge"), NAMES, st.integers(0, 4)),
    st.tuples(st.just("remove"), NAMES, st.none()),
    st.tuples(st.just("interrupt"), NAMES, st.none()),
    st.tuples(st.just("forget"), st.none(), st.none()),
)


def keys(build: SimpleNamespace, number: int) -> object:
    return (*build.keys(number, number + 1, 7), *build.keys(7, signal="meaning"))


def numbers(store: SqlStore) -> list[int]:
    with store.ground.reading() as connection:
        return list(connection.execute(select(article.c.id).order_by(article.c.id)).scalars())


def regroup(store: SqlStore, names: list[int]) -> None:
    groups: dict[str, list[str]] = {}
    for number, name in zip(numbers(store), names, strict=False):
        groups.setdefault(str(name), []).append(str(number))
    with store.writing() as writer:
        writer.regroup((), groups)


def interrupted(store: SqlStore, build: SimpleNamespace, name: int) -> None:
    with store.writing() as writer:
        writer.add(build.article(f"never{name}"), (), keys(build, name), Verdict())
        writer.record([build.lead(f"never{name}")])
        raise KeyboardInterrupt


def take(store: SqlStore, build: SimpleNamespace, what: str, one: object, other: object) -> None:
    known = numbers(store)
    if what == "add":
        verdict = build.earlier(other) if other in known else Verdict()
        with store.writing() as writer:
            writer.add(build.article(f"a{one}"), (), keys(build, int(str(one))), verdict)
    elif what in ("lead", "leads of a claim"):
        with store.writing() if what == "lead" else store.claiming() as writer:
            writer.record([build.lead(f"l{one}", outcome=other), build.lead("l0", outcome=other)])
    elif what == "regroup":
        assert isinstance(one, list)
        regroup(store, one)
    elif what == "rejudge" and one in known:
        with store.writing() as writer:
            writer.rejudge(one, keys(build, other), Verdict())
    elif what == "remove" and one in known:
        with store.writing() as writer:
            writer.remove([one], build.now)
            writer.prune(build.now + timedelta(days=1))
            writer.sweep("")
    elif what == "interrupt":
        with pytest.raises(KeyboardInterrupt):
            interrupted(store, build, int(str(one)))
    elif what == "forget":
        with store.ground.writing() as connection:
            connection.exec_driver_sql("DELETE FROM checkpoint WHERE name = 'counts'")


def doubled(store: SqlStore) -> list[object]:
    columns = (signal_key.c.signal, signal_key.c.key, signal_key.c.article)
    with store.ground.reading() as connection:
        return list(connection.execute(select(*columns).group_by(*columns).having(func.count() > 1)))


def check(store: SqlStore) -> None:
    """What is kept is what is there; and what is kept is all there is to say."""
    with store.ground.reading() as connection:
        kept = tally.kept(connection)
        there = tally.counted(connection)
    assert kept is None or {name: number for name, number in there.items() if number} == kept
    assert (store.counts().articles, store.counts().stories) == (there[tally.ARTICLES], there[tally.STORIES])
    assert not store.recount()
    assert doubled(store) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=1, max_size=12))
def test_counts_are_what_counting_gives_after_whatever_was_done(
    store: SqlStore, build: SimpleNamespace, steps: list[tuple[str, object, object]]
) -> None:
    for step in steps:  # the examples share the archive: each begins where the one before it ended
        take(store, build, *step)
        check(store)
    assert store.integrity() == []


@pytest.mark.of_files
def test_counts_of_an_archive_put_back_are_those_of_its_copy(store: SqlStore, build: SimpleNamespace) -> None:
    copied = store.path.with_name("copy.db")
    take(store, build, "add", 1, 0)
    store.backup(copied)
    take(store, build, "add", 2, 0)
    take(store, build, "lead", 2, Outcome.STORED)
    store.close()
    schema.restore(copied, store.path)
    with open_store(store.path.parent) as again:
        assert again.counts().articles == 1
        check(again)
        take(again, build, "add", 3, 0)
        assert again.counts().articles == 2
        check(again)


# --- two who write ---


def wait_for_its_turn(server: Server, name: str) -> None:
    """Until somebody waits for the right to write to a database."""
    of_it = f"(SELECT oid FROM pg_database WHERE datname = '{name}')"  # noqa: S608 - ours
    waiting = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = {of_it}"  # noqa: S608 - ours
    until = time.monotonic() + 60
    while not server.run(waiting):
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.of_servers
@pytest.mark.parametrize("first", ["ends well", "is cut"])
def test_two_who_add_the_same_at_once_add_it_once(
    store: SqlStore, build: SimpleNamespace, pg_server: Server, tmp_path: Path, first: str
) -> None:
    assert isinstance(store.ground, PostgresGround)
    name = store.ground.address.database
    told: list[int] = []

    def second() -> None:
        with (
            open_store(tmp_path / "second", pg_server.address(name), patience=60.0) as other,
            other.writing() as writer,
        ):
            number = writer.add(build.article("a"), (), build.keys(1, 2, 3), Verdict())
            writer.rejudge(number, build.keys(2, 3, 4), Verdict())
            told.append(number)

    def begin(start: Callable[[], None]) -> None:
        with store.writing() as writer:
            writer.add(build.article("a"), (), build.keys(1, 2, 3), Verdict())
            start()
            wait_for_its_turn(pg_server, name)
            if first == "is cut":
                cut = f"SELECT pg_terminate_backend({backend(writer.connection)})"
                pg_server.run(cut)

    thread = threading.Thread(target=second)
    if first == "is cut":
        with pytest.raises(StoreError):
            begin(thread.start)
    else:
        begin(thread.start)
    thread.join(120)
    with store.ground.reading() as connection:
        held = sorted(connection.execute(select(signal_key.c.key)).scalars())
    assert (held, numbers(store)) == ([1, 2, 3, 4], told)
    check(store)


def backend(connection: object) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())  # type: ignore[attr-defined]
