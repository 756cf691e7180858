"""An executor over a cluster's that keeps the cost of a lost worker at one unit: each worker has one at a time.

It has none but that, from when it is given it until its Load is here. Left to itself, a scheduler sends several units
to a worker ahead of time, and that begins the next while it still holds the Load of the last: losing it would cost
both, and all that waited there would be blamed for it (`allowed-failures`). So every unit is tied to a worker that has
nothing, and given to another when that worker is gone. A worker of several threads works on one unit all the same: its
threads would share one extractor, and be lost together.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from watcher.engine.ordered import LostError, Work
from watcher.types import Load, Unit

# What became of a unit on a worker. "unfit": the worker cannot work on any, and says why.
Answer = tuple[Literal["done", "raised", "unfit"], Any]
# As often as a unit is begun: a worker may be lost by accident, hardly three in a row that have nothing but this unit.
TRIES = 3
_LOOK = 1.0  # seconds between two looks at who is there


@dataclass(eq=False, slots=True)
class _Job:
    work: Work
    unit: Unit
    future: Future[Load] = field(default_factory=Future)
    begun: bool = False
    lost: list[str] = field(default_factory=list)  # workers


class OneEach:
    """`submit` as an executor has it. Everything but that happens in one thread, so nothing here is locked.

    `give` sends a unit to one worker and to no other; `there` says which workers there are, and whether each may be
    given one now (None: nobody knows at the moment); `killed` are errors that mean a lost worker.
    """

    def __init__(
        self,
        give: Callable[[Work, Unit, str], Future[Answer]],
        there: Callable[[], Mapping[str, bool] | None],
        killed: tuple[type[BaseException], ...],
    ) -> None:
        self._give, self._there, self._killed = give, there, killed
        self._open: list[_Job] = []  # whose end is not known yet
        self._waiting: deque[_Job] = deque()
        self._busy: dict[str, tuple[_Job, Future[Answer]]] = {}
        self._workers: Mapping[str, bool] = {}
        self.unfit: dict[str, str] = {}  # of those, who can work on no unit, and why
        self.has_worked = False  # any of them, ever
        self._events: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._failure: Exception | None = None  # what nobody had thought of
        self._closed = threading.Event()
        self._threads = [
            threading.Thread(target=each, name=name, daemon=True)
            for each, name in ((self._keep, "watcher-cluster"), (self._look, "watcher-cluster-look"))
        ]
        self._seen(there())
        for thread in self._threads:
            thread.start()

    @property
    def workers(self) -> int:
        """How many there are to work."""
        return len(self._workers.keys() - self.unfit.keys())

    def submit(self, work: Work, unit: Unit, /) -> Future[Load]:
        job = _Job(work, unit)
        self._events.put(partial(self._take, job))
        return job.future

    def close(self) -> None:
        """No unit is given away any more; what is under way is nobody's."""
        self._closed.set()
        self._events.put(None)
        for thread in self._threads:
            thread.join(_LOOK)  # it may wait for a scheduler that does not answer

    # --- one thread looks, the other one does everything else ---

    def _look(self) -> None:
        while not self._closed.wait(_LOOK):
            try:
                found = partial(self._seen, self._there())
            except Exception as error:  # noqa: BLE001 - a surprise: told in the other thread, to whoever waits
                found = partial(self._fail, error)
            self._events.put(found)

    def _keep(self) -> None:
        while event := self._events.get():
            try:
                event()
            except Exception as error:  # noqa: BLE001 - a surprise, of which whoever waits for a unit must hear
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Nothing that was given away, waits or is still to come has any other end."""
        self._failure = self._failure or error
        for job in self._open:
            if not job.future.done():
                job.future.set_exception(self._failure)
        self._open.clear()
        self._waiting.clear()
        self._busy.clear()

    def _take(self, job: _Job) -> None:
        self._open = [each for each in self._open if not each.future.done()] + [job]  # a few for each worker
        self._waiting.append(job)
        if self._failure is not None:
            self._fail(self._failure)
        self._place()

    def _seen(self, workers: Mapping[str, bool] | None) -> None:
        """These are there now. Whose worker is not is given to another: tied to that one, it would wait for it."""
        if workers is None:
            return
        self._workers = workers
        self.unfit = {worker: why for worker, why in self.unfit.items() if worker in workers}
        for gone in self._busy.keys() - workers.keys():
            job, tied = self._busy[gone]
            if tied.cancel():  # else its Load came before the end did, and is dealt with next
                del self._busy[gone]
                self._lose(job, gone)
        self._place()

    def _place(self) -> None:
        idle = (worker for worker, takes in self._workers.items() if takes and worker not in self._busy)
        for worker in [each for each in idle if each not in self.unfit]:
            if (job := self._next()) is None:
                return
            try:
                tied = self._give(job.work, job.unit, worker)
            except Exception:  # noqa: BLE001 - nobody is reached any more: who waits for the units finds that out
                self._waiting.appendleft(job)
                return
            self._busy[worker] = (job, tied)
            tied.add_done_callback(partial(self._tell, job, worker))

    def _next(self) -> _Job | None:
        while self._waiting:
            job = self._waiting.popleft()
            job.begun = job.begun or job.future.set_running_or_notify_cancel()
            if job.begun:
                return job
        return None

    def _tell(self, job: _Job, worker: str, tied: Future[Answer]) -> None:
        self._events.put(partial(self._ended, job, worker, tied))

    def _ended(self, job: _Job, worker: str, tied: Future[Answer]) -> None:
        if self._busy.get(worker) != (job, tied):
            return  # it was given to another meanwhile
        del self._busy[worker]
        if tied.cancelled():  # the connection was cut: nobody's fault
            self._waiting.appendleft(job)
        elif error := tied.exception():
            if isinstance(error, self._killed):
                self._workers = {each: takes for each, takes in self._workers.items() if each != worker}
            else:
                # What a unit raises comes as an answer. So this worker could not even read what it was sent.
                self.unfit[worker] = f"{type(error).__name__}: {error}"
            self._lose(job, worker)
        else:
            self._answered(job, worker, *tied.result())
        self._place()

    def _answered(self, job: _Job, worker: str, ending: str, value: Any) -> None:
        if ending == "unfit":
            self.unfit[worker] = str(value)
            self._waiting.appendleft(job)
            return
        self.has_worked = True
        if ending == "done":
            job.future.set_result(value)
        else:
            job.future.set_exception(RuntimeError(value))

    def _lose(self, job: _Job, worker: str) -> None:
        job.lost.append(worker)
        if len(job.lost) < TRIES:
            self._waiting.appendleft(job)
        else:
            job.future.set_exception(LostError(f"each of {len(job.lost)} workers was lost: {', '.join(job.lost)}"))
