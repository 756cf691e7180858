"""Threads for waiting: each runs one call at a time, and none of them ever holds up the end of the program.

Not a ThreadPoolExecutor: the interpreter joins its threads at exit, so one server that never answers would keep the
program for the whole deadline of a request.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Errands:
    """Runs calls in up to `threads` threads. What was not begun when they are dismissed never runs."""

    def __init__(self, threads: int, name: str) -> None:
        self._most = threads
        self._name = name
        self._threads: list[threading.Thread] = []
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)

    def send(self, call: Callable[_P, _T], *args: _P.args, **options: _P.kwargs) -> Future[_T]:
        """Runs a call as soon as a thread is free; to be used from one thread."""
        future: Future[_T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                value = call(*args, **options)
            except BaseException as error:  # noqa: BLE001 - whoever asks the future for its result gets it
                future.set_exception(error)
            else:
                future.set_result(value)

        self._calls.put(run)
        if not self._idle.acquire(blocking=False) and len(self._threads) < self._most:
            name = f"{self._name} {len(self._threads) + 1}"
            self._threads.append(threading.Thread(target=self._work, name=name, daemon=True))
            self._threads[-1].start()
        return future

    def dismiss(self) -> None:
        """Lets every thread go when its call has ended; waits for none."""
        while True:
            try:
                self._calls.get_nowait()
            except queue.Empty:
                break
        for _ in self._threads:
            self._calls.put(None)

    def _work(self) -> None:
        while call := self._calls.get():
            call()
            self._idle.release()
