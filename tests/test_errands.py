"""Threads for waiting: as many as are needed, none when there is nothing to do, none that holds up the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from watcher.errands import Errands


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_calls_run_beside_each_other_and_give_what_they_return_or_raise():
    errands = Errands(3, "t")
    together = threading.Barrier(3, timeout=120)
    futures = [errands.send(together.wait) for _ in range(3)]
    assert sorted(future.result(120) for future in futures) == [0, 1, 2]
    assert isinstance(errands.send(int, "x").exception(120), ValueError)
    errands.dismiss()


def test_there_are_never_more_threads_than_allowed():
    errands = Errands(2, "t")
    held = threading.Event()
    futures = [errands.send(held.wait, 120) for _ in range(6)]
    assert errands.threads == 2
    held.set()
    assert all(future.result(120) for future in futures)
    errands.dismiss()


def test_a_call_never_waits_behind_a_long_one_while_another_thread_may_be_had():
    errands = Errands(40, "t")
    held = threading.Event()
    try:
        for number in range(30):
            errands.send(held.wait, 120)
            assert errands.send(int, number).result(120) == number
    finally:
        held.set()
        errands.dismiss()


def test_threads_without_a_call_end():
    errands = Errands(20, "t", idle=0.05)
    held = threading.Event()
    for _ in range(20):
        errands.send(held.wait, 120)
    assert errands.threads == 20
    held.set()
    until(lambda: errands.threads == 0)
    assert errands.send(int, "7").result(120) == 7, "and come back when there is one"
    errands.dismiss()


def test_what_was_not_begun_when_they_are_dismissed_never_runs():
    errands = Errands(1, "t")
    held, ran = threading.Event(), threading.Event()
    errands.send(held.wait, 120)
    errands.send(ran.set)
    errands.dismiss()
    held.set()
    until(lambda: errands.threads == 0)
    assert not ran.is_set()
