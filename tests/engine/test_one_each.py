"""One unit for each worker of a cluster, from when it is given it until its Load is here; the cluster is scripted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial

import pytest
from command import until

from watcher.engine.cluster import TRIES, Answer, OneEach
from watcher.engine.ordered import LostError, Work
from watcher.types import Load, Unit, Window

WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


class WorkerGoneError(Exception):
    """What a cluster says of a unit whose worker was lost."""


class Scripted:
    """A cluster that does what the test says: workers come, go, rest, and answer."""

    def __init__(self, *workers: str) -> None:
        self.there: dict[str, bool] | None = dict.fromkeys(workers, True)
        self.given: list[tuple[str, str, Future[Answer]]] = []
        self.each = OneEach(self._give, lambda: self.there, (WorkerGoneError,))

    def _give(self, _: Work, unit: Unit, worker: str) -> Future[Answer]:
        future: Future[Answer] = Future()
        self.given.append((unit.name, worker, future))
        return future

    def submit(self, *names: str) -> list[Future[Load]]:
        return [self.each.submit(Load, Unit("held", "pages", name, WINDOW)) for name in names]

    def has(self, times: int) -> list[tuple[str, str]]:
        """Waits until so many units were given away, and says which to whom."""
        until(lambda: len(self.given) >= times, 60, lambda: self.given)
        return [(name, worker) for name, worker, _ in self.given]

    def finish(self, number: int) -> None:
        name, _, future = self.given[number]
        future.set_result(("done", Load(Unit("held", "pages", name, WINDOW))))


@pytest.fixture
def cluster() -> Iterator[Scripted]:
    made = Scripted("a", "b")
    yield made
    made.each.close()


def settled(cluster: Scripted) -> None:
    """Everything that was said so far has been dealt with."""
    done = threading.Event()
    cluster.each._events.put(done.set)
    assert done.wait(60)


def test_no_worker_is_given_a_unit_before_its_last_load_is_here(cluster: Scripted):
    futures = cluster.submit("1", "2", "3", "4")
    assert cluster.has(2) == [("1", "a"), ("2", "b")]
    settled(cluster)
    assert len(cluster.given) == 2
    cluster.finish(1)
    assert cluster.has(3)[2] == ("3", "b")
    assert futures[1].result(60).unit.name == "2"
    assert not futures[0].done()


def test_whose_worker_is_gone_is_given_to_another_first(cluster: Scripted):
    cluster.submit("1", "2", "3")
    cluster.has(2)
    cluster.there = {"b": True}
    until(cluster.given[0][2].cancelled, 60)
    cluster.finish(1)
    assert cluster.has(3)[2] == ("1", "b")


def test_a_unit_that_takes_worker_after_worker_along_is_given_up_and_no_other_is(cluster: Scripted):
    killer, other = cluster.submit("killer", "other")
    cluster.has(2)
    for number in range(TRIES):
        name, worker, future = next(each for each in reversed(cluster.given) if each[0] == "killer")
        assert name == "killer"
        assert cluster.there is not None
        cluster.there = {each: True for each in cluster.there if each != worker} | {f"new {number}": True}
        until(future.cancelled, 60)
        if number < TRIES - 1:
            cluster.has(3 + number)
    with pytest.raises(LostError, match=f"each of {TRIES} workers was lost: a, new 0, new 1"):
        killer.result(60)
    assert not other.done(), "it was never on a worker that was lost"
    cluster.finish(1)
    assert other.result(60).trouble is None


def test_what_the_cluster_itself_calls_lost_counts_the_same(cluster: Scripted):
    (killer,) = cluster.submit("killer")
    for number in range(TRIES):
        workers = [worker for _, worker in cluster.has(number + 1)]
        assert workers[-1:] != workers[-2:-1], "not to the one that was just lost"
        cluster.given[number][2].set_exception(WorkerGoneError())
    with pytest.raises(LostError):
        killer.result(60)


def test_a_load_that_came_just_before_its_worker_was_lost_is_kept(cluster: Scripted):
    future, _ = cluster.submit("1", "2")
    cluster.has(2)
    busy = threading.Event()
    cluster.each._events.put(lambda: busy.wait(60) and None)
    cluster.each._events.put(partial(cluster.each._seen, {"b": True}))
    cluster.finish(0)  # behind what was seen
    busy.set()
    assert future.result(60).unit.name == "1"
    settled(cluster)
    assert len(cluster.given) == 2


def test_a_worker_that_joins_later_is_given_what_waits_and_one_that_rests_is_not(cluster: Scripted):
    cluster.submit("1", "2", "3")
    cluster.has(2)
    cluster.there = {"a": True, "b": False, "late": True}
    assert cluster.has(3)[2] == ("3", "late")
    assert cluster.each.workers == 3
    (fourth,) = cluster.submit("4")
    cluster.finish(1)  # by b, which has no room for another
    settled(cluster)
    assert len(cluster.given) == 3
    cluster.finish(0)
    assert cluster.has(4)[3] == ("4", "a")
    assert not fourth.done()


def test_a_cut_connection_loses_nothing_and_is_nobodys_fault(cluster: Scripted):
    futures = cluster.submit("1", "2")
    for turn in range(TRIES + 1):
        cluster.has(2 * turn + 2)
        cluster.there = None  # nobody knows
        for _, _, future in cluster.given[-2:]:
            future.cancel()
        cluster.there = {"a": True, "b": True}
    cluster.has(2 * TRIES + 4)
    for number in (-1, -2):
        cluster.finish(number)
    assert sorted(future.result(60).unit.name for future in futures) == ["1", "2"]


def test_a_worker_that_can_work_on_nothing_is_left_out_and_costs_no_unit_anything(cluster: Scripted):
    futures = cluster.submit(*map(str, range(5)))
    cluster.has(2)
    cluster.given[0][2].set_result(("unfit", "has another version"))
    cluster.finish(1)
    for number in range(2, 6):
        assert cluster.has(number + 1)[number][1] == "b"
        cluster.finish(number)
    assert [future.result(60).unit.name for future in futures] == list(map(str, range(5)))
    assert cluster.each.unfit == {"a": "has another version"}
    assert cluster.each.workers == 1


def test_one_that_cannot_even_read_what_it_was_sent_is_none_either(cluster: Scripted):
    (future,) = cluster.submit("1")
    cluster.has(1)
    cluster.given[0][2].set_exception(ModuleNotFoundError("No module named 'watcher'"))
    assert cluster.has(2)[1] == ("1", "b")
    cluster.finish(1)
    assert future.result(60).trouble is None
    assert "No module named 'watcher'" in cluster.each.unfit["a"]


def test_what_was_called_off_before_it_began_is_given_to_nobody(cluster: Scripted):
    futures = cluster.submit("1", "2", "3", "4")
    cluster.has(2)
    assert futures[2].cancel()
    cluster.finish(0)
    assert cluster.has(3)[2] == ("4", "a")


def test_a_surprise_is_told_to_whoever_waits_for_a_unit_now_and_later(cluster: Scripted) -> None:
    first, second, third = cluster.submit("one", "two", "three")
    cluster.has(2)
    cluster.given[0][2].set_result(("neither", "this", "nor that"))  # type: ignore[arg-type]  # no answer at all
    for future in (first, second, third, *cluster.submit("four")):
        with pytest.raises(TypeError):
            future.result(60)


def test_a_look_that_fails_by_surprise_is_told_too() -> None:
    looks = iter([{"a": True}])

    def there() -> dict[str, bool]:
        return next(looks, None) or {}["nobody thought of this"]

    each = OneEach(lambda *_: Future(), there, (WorkerGoneError,))
    try:
        with pytest.raises(KeyError):
            each.submit(Load, Unit("held", "pages", "one", WINDOW)).result(60)
    finally:
        each.close()
