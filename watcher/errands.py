"""Threads for waiting: each runs one call at a time, and none of them ever holds up the end of the program.

Not a ThreadPoolExecutor: the interpreter joins its threads at exit, so one server that never answers would keep the
program for the whole deadline of a request.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

IDLE_SECONDS = 30.0  # after which a thread without a call ends: two hundred slow servers of one hour leave none behind


class Errands:
    """Runs calls in up to `threads` threads. What was not begun when they are dismissed never runs.

    A thread that had nothing to do for `idle` seconds ends.
    """

    def __init__(self, threads: int, name: str, idle: float = IDLE_SECONDS) -> None:
        self._most = threads
        self._name = name
        self._patience = idle
        self._change = threading.Condition()
        self._calls: deque[Callable[[], None]] = deque()
        self._threads = 0
        self._idle = 0
        self._started = 0
        self._dismissed = False

    @property
    def threads(self) -> int:
        """Threads that are there, at work or idle."""
        return self._threads

    def send(self, call: Callable[_P, _T], *args: _P.args, **options: _P.kwargs) -> Future[_T]:
        """Runs a call as soon as a thread is free."""
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

        with self._change:
            self._calls.append(run)
            self._change.notify()
            # Counted and not guessed: a call that took a thread for idle would wait for whatever that one waits for.
            if len(self._calls) > self._idle and self._threads < self._most:
                self._threads += 1
                self._started += 1
                name = f"{self._name} {self._started}"
                threading.Thread(target=self._work, name=name, daemon=True).start()
        return future

    def dismiss(self) -> None:
        """Lets every thread go when its call has ended; waits for none."""
        with self._change:
            self._calls.clear()
            self._dismissed = True
            self._change.notify_all()

    def _work(self) -> None:
        while call := self._next():
            call()

    def _next(self) -> Callable[[], None] | None:
        """The next call; None when this thread is to end, and then it is not counted any more."""
        with self._change:
            self._idle += 1
            self._change.wait_for(lambda: self._calls or self._dismissed, self._patience)
            self._idle -= 1
            if self._calls:
                return self._calls.popleft()
            self._threads -= 1
            return None
