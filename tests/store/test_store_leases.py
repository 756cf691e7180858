"""Leases: rows that belong to one daemon at a time, by the database's clock."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from watcher.store import SqlStore, leases
from watcher.store.sharing import Sharing
from watcher.types import Because, Memory


def take(store: SqlStore, holder: str, *names: str, seconds: float = 30.0) -> frozenset[str]:
    with store.claims() as connection:
        return leases.take(connection, holder, names, seconds)


def test_a_row_is_one_holders_until_it_runs_out(store: SqlStore) -> None:
    assert take(store, "ann", "hand a", "hand b", seconds=0.3) == {"hand a", "hand b"}
    assert take(store, "bea", "hand a", "hand c") == {"hand c"}
    time.sleep(0.35)
    assert take(store, "bea", "hand a") == {"hand a"}
    assert take(store, "ann", "hand a") == frozenset()


def test_what_has_run_out_is_not_renewed(store: SqlStore) -> None:
    take(store, "ann", "hand a", seconds=0.05)
    time.sleep(0.1)
    with store.claims() as connection:
        assert leases.renew(connection, "ann", ["hand a"], 30.0) == frozenset()
    take(store, "ann", "hand a")
    with store.claims() as connection:
        assert leases.renew(connection, "ann", ["hand a"], 30.0) == {"hand a"}
        assert leases.renew(connection, "bea", ["hand a"], 30.0) == frozenset()


def test_a_turn_at_a_host_is_anybodys_when_it_was_given_back_and_the_gap_is_over(store: SqlStore) -> None:
    def turns(holder: str, ended: dict[str, float], *wanted: str) -> dict[str, float]:
        with store.claiming() as writer:
            return dict(writer.turns(holder, ended, wanted, 30.0))

    assert turns("ann", {}, "one:80", "two:80") == {"one:80": 0.0, "two:80": 0.0}
    assert 29.0 < turns("bea", {}, "one:80")["one:80"] <= 30.0
    turns("ann", {"one:80": 0.3})
    left = turns("bea", {}, "one:80", "three:80")
    assert 0.0 < left.pop("one:80") <= 0.3
    assert left == {"three:80": 0.0}
    time.sleep(0.35)
    assert turns("bea", {}, "one:80") == {"one:80": 0.0}
    turns("ann", {"one:80": 0.0})  # not its own any more
    assert turns("cid", {}, "one:80")["one:80"] > 29.0


def test_a_page_is_claimed_as_long_as_its_daemon_is_there(store: SqlStore) -> None:
    first, second = "https://a.example/1", "https://a.example/2"
    take(store, "ann", "daemon ann", seconds=0.3)
    with store.claiming() as writer:
        assert writer.claim_pages("ann", [first]) == {first}
        assert writer.claim_pages("bea", [first, second]) == {second}
        writer.free_pages("bea", [second])
        writer.free_pages("bea", [first])  # not its own: it stays
        assert writer.claim_pages("bea", [first]) == frozenset()
    time.sleep(0.35)
    with store.claiming() as writer:
        assert writer.claim_pages("bea", [first]) == {first}


def test_rows_of_nobody_are_swept_away_and_no_others(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "_KEPT", 0)
    take(store, "ann", "daemon ann", seconds=30.0)
    take(store, "bea", "daemon bea", "host x:80", seconds=0.01)
    with store.claiming() as writer:
        writer.claim_pages("ann", ["https://a.example/1"])
    time.sleep(0.05)
    with store.claims() as connection:
        assert leases.sweep(connection) == 2
        assert len(connection.exec_driver_sql("SELECT name FROM lease").all()) == 2


def test_a_place_is_renewed_while_its_process_lives_and_left_at_its_end(store: SqlStore) -> None:
    here = Sharing(store, time.monotonic, span=0.6)
    there = Sharing(store, time.monotonic, span=0.6)
    with here.alone("editions") as held:
        assert held is not None
        time.sleep(1.0)  # longer than it would last
        assert held()
        assert here.is_held()
        with there.alone("editions") as other:
            assert other is None
    with there.alone("editions") as other:
        assert other is not None
    here.close()
    there.close()
    with store.claims() as connection:
        assert connection.exec_driver_sql("SELECT name FROM lease").all() == []


def test_who_could_not_renew_in_time_knows_it_without_the_database(store: SqlStore) -> None:
    here = Sharing(store, time.monotonic, span=0.5)
    with here.alone("encoder") as held:
        assert held is not None
        holder = here.holder
        release, blocked = threading.Event(), threading.Event()

        def in_the_way() -> None:
            with store.claims() as connection:
                connection.exec_driver_sql("UPDATE lease SET holder = holder")
                blocked.set()
                release.wait(5)

        thread = threading.Thread(target=in_the_way)
        thread.start()
        blocked.wait(5)
        time.sleep(0.6)
        assert not held()
        assert not here.is_held()
        release.set()
        thread.join()
    time.sleep(0.3)
    assert not here.is_held(), "a place that has lapsed does not come back"
    here.anew()
    assert here.is_held()
    assert here.holder != holder
    here.close()


def test_sources_are_claimed_by_one_of_those_who_ask_at_once(store: SqlStore, build: SimpleNamespace) -> None:
    sources = [build.source(f"s{number:02}") for number in range(40)]
    with store.writing() as writer:  # some are known, some never were
        writer.put_off([Memory(each.id, due=build.now, because=Because.CLAIMED) for each in sources[::2]])
    claimed: list[str] = []
    start = threading.Barrier(4)

    def daemon() -> None:
        start.wait()
        for _ in range(5):
            with store.claiming() as writer:
                claimed.extend(each.source for each in writer.claim_due(sources, build.now, 11))

    threads = [threading.Thread(target=daemon) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [each.id for each in sources]
    due = store.memories([each.id for each in sources])
    assert all(each.due is not None and each.due >= build.now + timedelta(minutes=15) for each in due.values())


def test_a_claim_waits_for_no_writer_on_a_server(on_server: SqlStore, build: SimpleNamespace) -> None:
    with on_server.writing(), on_server.claiming() as claimer:
        assert claimer.claim_due([build.source("a")], build.now, 1)
        assert claimer.claim_pages("ann", ["https://a.example/1"])


def test_a_row_being_sent_is_known_by_when_its_lease_ends(store: SqlStore, build: SimpleNamespace) -> None:
    until = build.now + timedelta(minutes=10)
    with store.writing() as writer:
        writer.publish(build.edition(build.now.date()), [build.row("a@desk.example")])
    with store.claiming() as writer:
        (row,) = writer.lease(build.now, until, 1)
    assert store.is_leased(row.id, until)
    with store.claiming() as writer:  # it ran out, and another one took it
        writer.lease(until, until + timedelta(minutes=10), 1)
    assert not store.is_leased(row.id, until)
