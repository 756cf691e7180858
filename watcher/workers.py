"""Processes that do what hostile bytes could kill: each task under limits of time, processor time and memory.

A worker is one process with a pipe of its own and one task at a time. So whatever happens to it (a crash in C code,
the kernel's out-of-memory killer in the middle of an answer, an endless loop) costs that one task, and the next
begins in a new process.

Why not a library: pebble's ProcessPool and concurrent.futures share one pipe and its locks among all workers. Killing
one pebble 5.2 worker while it sent an answer hung the pool for 120 s and then failed every other task for good.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any, Literal, ParamSpec, TypeVar

from watcher import urls
from watcher.ports import Matcher
from watcher.types import Document, Extraction, Gist, Page, Reading, Reason, Source, TopicRule, Trouble, Window

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Imported once by the fork server, so that a new worker is there in some 10 ms instead of 500.
_PRELOADED = [
    "__main__",
    "watcher.workers",
    "watcher.extract.warm",
    "watcher.sources",
    "watcher.stories.gist",
    "feedparser",
]
_CLOSING_SECONDS = 2.0  # what a task under way may still take when the pool is closed

# How a task ended, its value (or its error in words), and whether the worker is worn and wants to be replaced.
_Answer = tuple[Literal["done", "raised", "out of memory"], Any, bool]


class TaskFailedError(Exception):
    """A task gave no answer: it raised, or its worker came to an end."""


class TaskKilledError(TaskFailedError):
    """The worker of a task crashed, or was killed for its time or memory."""


@dataclass(frozen=True, slots=True)
class _Task:
    function: Callable[..., Any]
    args: tuple[Any, ...]
    seconds: float
    future: Future[Any]
    instead: Callable[[TaskFailedError], Any] | None  # the value that stands for a failure; None: it is raised

    def fail(self, error: TaskFailedError) -> None:
        if self.instead is None:
            self.future.set_exception(error)
        else:
            self.future.set_result(self.instead(error))


class WorkerPool:
    """Satisfies `ports.Workers`. No process starts before the first task; `close` ends them all.

    Closing cancels what is not finished: such a future raises CancelledError, so that no lead is taken for unreadable
    because the program was stopped.
    """

    def __init__(
        self,
        processes: int = 2,
        seconds_per_page: float = 20.0,
        memory: int = 1 << 30,
        pages_per_worker: int = 500,
        names: tuple[str, str] | None = None,  # a user's table of entities: its text, and what messages call it
        rules: tuple[TopicRule, ...] | None = None,  # leads come back with their topics by these; None: without
    ) -> None:
        self._processes = processes
        self._seconds = seconds_per_page
        self._memory = memory
        self._pages_per_worker = pages_per_worker
        self._names = names
        self._rules = rules
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._slots: list[_Slot] = []
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, source: Source, page: Page, window: Window | None) -> Future[Reading | Trouble]:
        def trouble(error: TaskFailedError) -> Trouble:
            reason = Reason.KILLED if isinstance(error, TaskKilledError) else Reason.UNREADABLE
            return Trouble(reason, f"{urls.masked_for(source, page.url)} could not be read as {source.kind}: {error}")

        return self._add(_read, (source, page, window, self._rules), self._seconds, trouble)

    def extract(self, page: Page, lead_language: str | None) -> Future[Extraction]:
        return self._add(_extract, (page, lead_language), self._seconds, lambda _: Extraction("unreadable"))

    def gist(self, document: Document) -> Future[Gist]:
        return self._add(_gist, (document, self._names), self._seconds, lambda _: Gist())

    def submit(self, function: Callable[_P, _T], *args: _P.args, **options: _P.kwargs) -> Future[_T]:
        """Runs any importable function in a worker; `seconds=` overrides the time one page has.

        The future raises TaskFailedError if the function raised, TaskKilledError if it took its worker with it.
        """
        seconds = options.pop("seconds", self._seconds)
        if options:
            raise TypeError(f"arguments of a task are positional: {', '.join(options)}")
        return self._add(function, args, float(str(seconds)), None)

    def close(self) -> None:
        """Ends all workers: what is under way has two seconds, what waits is cancelled. Closing twice is fine."""
        with self._lock:
            already, self._closed = self._closed, True
        if already:
            return
        with contextlib.suppress(queue.Empty):
            while task := self._tasks.get_nowait():
                task.future.cancel()
        for _ in self._slots:
            self._tasks.put(None)
        for slot in self._slots:
            slot.thread.join(_CLOSING_SECONDS / len(self._slots))
        for slot in self._slots:
            slot.abandon()
        for slot in self._slots:
            slot.thread.join()
        atexit.unregister(self.close)

    def _add(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        seconds: float,
        instead: Callable[[TaskFailedError], Any] | None,
    ) -> Future[Any]:
        future: Future[Any] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the workers are closed; no task is taken any more")
            self._tasks.put(_Task(function, args, seconds, future, instead))
            if not self._slots:
                self._slots = [_Slot(self._tasks, self._memory, self._pages_per_worker) for _ in range(self._processes)]
                atexit.register(self.close)
        return future


class _Slot:
    """A thread that takes tasks, and the one worker process it gives them to, replaced when it is worn or gone."""

    def __init__(self, tasks: queue.SimpleQueue[_Task | None], memory: int, pages: int) -> None:
        self._tasks = tasks
        self._memory = memory
        self._pages = pages
        self._worker: _Worker | None = None
        self._abandoned = False
        self.thread = threading.Thread(target=self._keep, name="watcher-worker", daemon=True)
        self.thread.start()

    def abandon(self) -> None:
        """Kills the worker, whatever it is doing; what it was doing is cancelled."""
        self._abandoned = True
        if worker := self._worker:
            worker.kill()

    def _keep(self) -> None:
        while task := self._tasks.get():
            if task.future.set_running_or_notify_cancel():
                self._do(task)
        self._retire()

    def _do(self, task: _Task) -> None:
        try:
            ending, value, worn = self._ask(task)
        except TaskKilledError as error:
            self._retire()
            if self._abandoned:
                task.future.set_exception(CancelledError())
            else:
                task.fail(error)
        except Exception as error:  # noqa: BLE001 - a task that cannot be sent (not picklable) is its sender's defect
            task.future.set_exception(error)
        else:
            if ending == "done":
                task.future.set_result(value)
            else:
                task.fail(TaskKilledError(value) if ending == "out of memory" else TaskFailedError(value))
            if worn:
                self._retire()

    def _ask(self, task: _Task) -> _Answer:
        for last_try in (False, True):
            worker = self._worker = self._worker or _Worker(self._memory, self._pages)
            if self._abandoned:
                raise TaskKilledError("the program is stopping")
            try:
                worker.give(task)
                break
            except OSError as error:  # it died between two tasks, so this one is not to blame
                self._retire()
                if last_try:
                    raise TaskKilledError("no worker process could be started") from error
        return worker.answer()

    def _retire(self) -> None:
        worker, self._worker = self._worker, None
        if worker:
            worker.end()


class _Worker:
    """One process and the pipe to it."""

    # Python's bookkeeping of child processes is not made for several threads.
    _bookkeeping = threading.Lock()

    def __init__(self, memory: int, pages: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        self._pipe, far_end = context.Pipe(duplex=True)
        self._timer: threading.Timer | None = None
        self._late = False
        try:
            self._process = _start(context.Process, far_end, memory, pages)
        except (OSError, EOFError) as error:
            self._pipe.close()
            raise TaskKilledError("no worker process could be started") from error
        finally:
            far_end.close()

    def give(self, task: _Task) -> None:
        """Hands over a task; its time begins. An OSError means that the worker had already died."""
        # A timer and not a timeout on reading: a stopped process can hang the writing of a long page as well.
        self._timer = threading.Timer(task.seconds, self._overdue)
        self._timer.daemon = True
        self._timer.start()
        try:
            self._pipe.send((task.function, task.args, task.seconds))
        except BaseException:
            self._timer.cancel()
            raise

    def answer(self) -> _Answer:
        try:
            answer: _Answer = self._pipe.recv()
        except (OSError, EOFError) as error:
            raise TaskKilledError(self._epitaph()) from error
        finally:
            if self._timer:
                self._timer.cancel()
        return answer

    def kill(self) -> None:
        with self._bookkeeping, contextlib.suppress(OSError, ValueError):
            self._process.kill()

    def end(self) -> None:
        """Closes the pipe, which ends an idle worker, and buries the process."""
        self._pipe.close()
        self._process.join(1.0)
        self.kill()
        self._process.join()
        with self._bookkeeping:
            self._process.close()

    def _overdue(self) -> None:
        self._late = True
        self.kill()

    def _epitaph(self) -> str:
        if self._late:
            return "it took too long"
        self._process.join(1.0)
        code = self._process.exitcode
        if code == -signal.SIGXCPU:
            return "it took too much processor time"
        if code is not None and code < 0:
            return f"the worker was ended by {signal.Signals(-code).name}"
        return "the worker came to an end"


def _start(process: type[ForkServerProcess], far_end: Connection, memory: int, pages: int) -> ForkServerProcess:
    with _Worker._bookkeeping:
        # A daemonic one: should `close` never be called, the interpreter does not wait for it at its end.
        worker = process(target=_work, args=(far_end, memory, pages), name="watcher-worker", daemon=True)
        worker.start()
    return worker


# --- what runs in the worker ------------------------------------------------------------------------------------------


def _work(pipe: Connection, memory: int, pages: int) -> None:
    _confine(memory)
    for page in range(1, pages + 1):
        try:
            given = pipe.recv()
        except EOFError:  # the other side closed, or is no more
            return
        except (ImportError, AttributeError) as error:
            ending, value = "raised", f"the task cannot be imported: {error}"
        else:
            ending, value = _attempt(*given)
        # A heavy page must not be the next one's end.
        worn = page == pages or ending == "out of memory" or _used_memory() > memory // 2
        try:
            pipe.send((ending, value, worn))
        except OSError:
            return
        except Exception as error:  # noqa: BLE001 - an answer that cannot be pickled is a failed task, in words
            pipe.send(("raised", f"the answer cannot be sent: {error}", worn))


def _confine(memory: int) -> None:
    # Stopping is the parent's business: a SIGTERM for the whole group must not turn pages into unreadable ones.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Standard output carries data and the terminal is the parent's: nothing that dies here may write to them.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    with contextlib.suppress(OSError, ValueError):  # macOS refuses some limits
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _attempt(function: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> tuple[str, Any]:
    # The parent's clock is what usually ends a task. This one ends a worker whose parent was killed meanwhile.
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        return "done", function(*args)
    except MemoryError:
        return "out of memory", "it took too much memory"
    except Exception as error:  # noqa: BLE001 - the boundary: whatever a page makes a parser raise is an answer
        return "raised", f"{type(error).__name__}: {error}"


def _used_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _read(source: Source, page: Page, window: Window | None, rules: tuple[TopicRule, ...] | None) -> Reading | Trouble:
    """A reading whose leads bring along what costs the most to work out; the daemon's one thread only compares."""
    from watcher.imprint import imprinted, told
    from watcher.sources import read_document

    reading = read_document(source.kind, source, page, window)
    if isinstance(reading, Trouble):
        return reading
    leads = tuple(map(imprinted, reading.leads))
    if rules is not None and source.pages != "always":
        matches = _matcher(rules)
        leads = tuple(replace(lead, topics=matches(lead.title, told(lead))) for lead in leads)
    return replace(reading, leads=leads)


@lru_cache(maxsize=1)
def _matcher(rules: tuple[TopicRule, ...]) -> Matcher:
    from watcher.topics import TopicMatcher

    return TopicMatcher(rules)


def _extract(page: Page, lead_language: str | None) -> Extraction:
    from watcher.extract import extract_page

    return extract_page(page, lead_language)


def _gist(document: Document, names: tuple[str, str] | None) -> Gist:
    from watcher.stories.gist import gist

    return gist(document, names)
