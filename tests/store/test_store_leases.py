"""Leases: rows that belong to one daemon at a time, by the database's clock."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace

import pytest
from command import PATIENCE, until
from sqlalchemy import text

from watcher.store import SqlStore, leases
from watcher.store.sharing import Sharing
from watcher.types import Because, Memory

LONG = 1000.0  # seconds: no machine stands still for so long


def take(store: SqlStore, holder: str, *names: str, seconds: float = LONG) -> frozenset[str]:
    with store.claims() as connection:
        return leases.take(connection, holder, names, seconds)


def run_out(store: SqlStore, *names: str) -> None:
    """These rows have ended, as if their time were over: no test waits for that, a machine may stand still."""
    with store.claims() as connection:
        for name in names:
            connection.execute(text("UPDATE lease SET until = 1 WHERE name = :name"), {"name": name})


def test_a_row_is_one_holders_until_it_runs_out(store: SqlStore) -> None:
    assert take(store, "ann", "hand a", "hand b") == {"hand a", "hand b"}
    assert take(store, "bea", "hand a", "hand c") == {"hand c"}
    run_out(store, "hand a")
    assert take(store, "bea", "hand a", "hand b") == {"hand a"}
    assert take(store, "ann", "hand a") == frozenset()


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_a_row_ends_when_its_time_is_over_by_the_databases_clock(store: SqlStore, seconds: float) -> None:
    take(store, "ann", "hand a", seconds=seconds)
    assert take(store, "bea", "hand a") == {"hand a"}


def test_what_has_run_out_is_not_renewed(store: SqlStore) -> None:
    take(store, "ann", "hand a")
    run_out(store, "hand a")
    with store.claims() as connection:
        assert leases.renew(connection, "ann", ["hand a"], LONG) == frozenset()
    take(store, "ann", "hand a")
    with store.claims() as connection:
        assert leases.renew(connection, "ann", ["hand a"], LONG) == {"hand a"}
        assert leases.renew(connection, "bea", ["hand a"], LONG) == frozenset()


def test_a_turn_at_a_host_is_anybodys_when_it_was_given_back_and_the_gap_is_over(store: SqlStore) -> None:
    def turns(holder: str, ended: dict[str, float], *wanted: str) -> dict[str, float]:
        with store.claiming() as writer:
            return dict(writer.turns(holder, ended, wanted, LONG))

    assert turns("ann", {}, "one:80", "two:80") == {"one:80": 0.0, "two:80": 0.0}
    assert LONG / 2 < turns("bea", {}, "one:80")["one:80"] <= LONG
    turns("ann", {"one:80": LONG / 4})
    left = turns("bea", {}, "one:80", "three:80")
    assert 0.0 < left.pop("one:80") <= LONG / 4
    assert left == {"three:80": 0.0}
    run_out(store, "host one:80")
    assert turns("bea", {}, "one:80") == {"one:80": 0.0}
    turns("ann", {"one:80": 0.0})  # not its own any more
    assert turns("cid", {}, "one:80")["one:80"] > LONG / 2
    assert turns("bea", {"one:80": 0.0}, "two:80")["two:80"] > LONG / 2
    assert turns("cid", {}, "one:80") == {"one:80": 0.0}


def test_a_page_is_claimed_as_long_as_its_daemon_is_there(store: SqlStore) -> None:
    first, second = "https://a.example/1", "https://a.example/2"
    take(store, "ann", "daemon ann")
    with store.claiming() as writer:
        assert writer.claim_pages("ann", [first]) == {first}
        assert writer.claim_pages("bea", [first, second]) == {second}
        writer.free_pages("bea", [second])
        writer.free_pages("bea", [first])  # not its own: it stays
        assert writer.claim_pages("bea", [first]) == frozenset()
    run_out(store, "daemon ann")
    with store.claiming() as writer:
        assert writer.claim_pages("bea", [first]) == {first}


def test_rows_of_nobody_are_swept_away_and_no_others(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "_KEPT", 0)
    take(store, "ann", "daemon ann")
    take(store, "bea", "daemon bea", "host x:80")
    run_out(store, "daemon bea", "host x:80")
    with store.claiming() as writer:
        writer.claim_pages("ann", ["https://a.example/1"])
    with store.claims() as connection:
        assert leases.sweep(connection) == 2
        assert len(connection.exec_driver_sql("SELECT name FROM lease").all()) == 2


@dataclass
class Clock:
    """Stands where it is put. What renews asks for the time once a round: so its rounds are counted."""

    now: float = 0.0
    rounds: int = 0

    def __call__(self) -> float:
        self.rounds += threading.current_thread().name == "leases"
        return self.now

    def wait_for_rounds(self) -> None:
        """Until a whole one has begun and ended."""
        wanted = self.rounds + 2
        until(lambda: self.rounds >= wanted)


def test_a_place_is_renewed_while_its_process_lives_and_left_at_its_end(store: SqlStore) -> None:
    clock = Clock()
    here, there = (Sharing(store, each, span=LONG, pause=0.02) for each in (clock, Clock()))
    with here.alone("editions") as held:
        assert held is not None
        clock.now = LONG / 2
        clock.wait_for_rounds()
        clock.now = LONG * 1.2  # longer than it would last
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
    clock = Clock()
    here = Sharing(store, clock, span=LONG, pause=0.02)
    with here.alone("encoder") as held:
        assert held is not None
        holder = here.holder
        release, blocked = threading.Event(), threading.Event()

        def in_the_way() -> None:
            with store.claims() as connection:
                connection.exec_driver_sql("UPDATE lease SET until = 1")  # the database's clock went on too
                blocked.set()
                release.wait(PATIENCE)

        thread = threading.Thread(target=in_the_way)
        thread.start()
        assert blocked.wait(PATIENCE)
        clock.now = LONG
        assert not held()
        assert not here.is_held()
        release.set()
        thread.join()
    clock.wait_for_rounds()
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
