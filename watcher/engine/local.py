"""Units in processes of this machine: one unit at a time each, none of them daemonic, as a unit has workers of its own.

A process is lost with what it works on, and nothing else: the unit is begun once more in a new one, then given up.

Why not a library: of `concurrent.futures` and loky a whole pool breaks when one process dies, with every unit in it;
pebble's daemonic processes may have no children. Each process here has a pipe of its own, as in `watcher.workers`, and
ends by itself when whoever started it is no more.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from watcher.engine.ordered import LostError, Ordered, Work
from watcher.errors import ConfigError
from watcher.types import Load, Unit

_TRIES = 2
# Units under way or finished and waiting for an earlier one: what is finished out of turn is small, a few pages of text
# of every hundred read, and a long unit must not leave the other processes idle.
_AHEAD = 4
_SERVE = "from watcher.engine.local import serve; serve({pipe})"


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work
    unit: Unit
    future: Future[Load] = field(default_factory=Future)


class Processes:
    """An executor: `submit` a function of one unit. No process starts before the first; `close` ends them all."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._slots: list[_Slot] = []

    def submit(self, work: Work, unit: Unit, /) -> Future[Load]:
        job = _Job(work, unit)
        self._jobs.put(job)
        if len(self._slots) < self._processes:
            self._slots.append(_Slot(self._jobs))
        return job.future

    def close(self) -> None:
        """Ends all processes, whatever they do: what is under way is nobody's any more."""
        with contextlib.suppress(queue.Empty):
            while job := self._jobs.get_nowait():
                job.future.cancel()
        for _ in self._slots:
            self._jobs.put(None)
        for slot in self._slots:
            slot.abandon()
        for slot in self._slots:
            slot.thread.join()


class LocalEngine(Ordered):
    """Satisfies `ports.Engine` with processes of this machine."""

    def __init__(self, work: Work, processes: int) -> None:
        self._pool = Processes(processes)
        super().__init__(self._pool.submit, work, lambda: processes * _AHEAD)

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()


class _Slot:
    """A thread that takes jobs, and the one process it gives them to, replaced when it is gone."""

    def __init__(self, jobs: queue.SimpleQueue[_Job | None]) -> None:
        self._jobs = jobs
        self._process: _Process | None = None
        self._abandoned = False
        self._lock = threading.Lock()
        self.thread = threading.Thread(target=self._keep, name="watcher-unit", daemon=True)
        self.thread.start()

    def abandon(self) -> None:
        with self._lock:
            self._abandoned = True
            if self._process is not None:
                self._process.kill()

    def _keep(self) -> None:
        while job := self._jobs.get():
            if job.future.set_running_or_notify_cancel():
                self._do(job)
        self._retire()

    def _do(self, job: _Job) -> None:
        why = ""
        for _ in range(_TRIES):
            try:
                ending, value = self._given().answer(job)
            except (OSError, EOFError):
                why = self._retire()
                continue
            except Exception as error:  # noqa: BLE001 - what cannot be sent (not picklable) is its sender's defect
                return job.future.set_exception(error)
            if ending == "done":
                return job.future.set_result(value)
            return job.future.set_exception(ConfigError(value) if ending == "misconfigured" else RuntimeError(value))
        return job.future.set_exception(LostError(f"{why}, {_TRIES} times"))

    def _given(self) -> _Process:
        with self._lock:
            if self._abandoned:
                raise EOFError
            self._process = self._process or _Process()
            return self._process

    def _retire(self) -> str:
        process, self._process = self._process, None
        return process.end() if process is not None else "the program is stopping"


class _Process:
    """One process and the pipe to it. Its standard input is its life line: when that closes, it ends."""

    def __init__(self) -> None:
        self._pipe, far_end = Pipe()
        code = _SERVE.format(pipe=far_end.fileno())
        with far_end:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[far_end.fileno()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )

    def answer(self, job: _Job) -> tuple[str, Any]:
        self._pipe.send((job.work, job.unit))
        answer: tuple[str, Any] = self._pipe.recv()
        return answer

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> str:
        """Buries the process; how it came to its end."""
        self._pipe.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        return f"its process was ended by {signal.Signals(-code).name}" if code < 0 else "its process came to an end"


# --- what runs in the process -----------------------------------------------------------------------------------------


def serve(pipe: int) -> None:
    """Works on what comes through a pipe until it closes, or whoever started this process is no more."""
    # Stopping is the parent's business.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    connection = Connection(pipe)
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(_attempt(connection))
    os._exit(0)  # whatever threads a unit left behind


def _attempt(connection: Connection) -> tuple[str, Any]:
    try:
        work, unit = connection.recv()
    except (ImportError, AttributeError) as error:
        return "raised", f"it cannot be imported: {error}"
    try:
        return "done", work(unit)
    except ConfigError as error:
        return "misconfigured", str(error)
    except Exception as error:  # noqa: BLE001 - the boundary: whatever a file makes a reader raise is an answer
        return "raised", f"{type(error).__name__}: {error}"


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)
