"""The service beside the daemon: a process of its own, so that a page waits for no article that is being judged.

The daemon holds the socket, and a pipe by which the process hears every second that the daemon is there and how it is.
When the pipe ends, however the daemon did, the process ends: it is never left behind. Back comes every second that
pages can be made. A process that falls, or is silent for half a minute, is followed by another one, and meanwhile
whoever asks waits at the socket.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import socket
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from watcher import app
from watcher.config import Config
from watcher.log import logger, set_up_logging

_TOLD_EVERY = 1.0  # seconds
_BELIEVED = 10.0  # for how long what the daemon said last of itself is taken for true
_ENDS_WITHIN = 4.0  # the daemon ends within five seconds
_LOOKED_EVERY = 0.2
# Silence after which it is ended. All 40 threads may be at exports of 100,000 articles for some seconds.
_SILENT_AT_MOST = 30.0
_STARTS_WITHIN = 120.0  # until it is heard of first: on a small machine that is busy it takes ten seconds to be read in
# For how long one thread may go on while others wait. SQLite lets go of the interpreter at every row, and had to wait
# Python's 5 ms to get it back wherever another page was being made: p95 of eight readers was 116 ms, and 93 with this.
_TURN = 0.002
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


def serve_beside(
    config: Config, listening: socket.socket, is_fresh: Callable[[], bool], stop: Callable[[], bool]
) -> None:
    """Answers requests until `stop()`, in a process that is started again when it falls; closes the socket."""
    pause = _FIRST_PAUSE
    try:
        while not stop():
            began = app.seconds()
            process, leash = _started(config, listening)
            try:
                is_silent = _accompany(process, leash, is_fresh, stop)
            finally:
                _end(process, leash)
            if stop():
                return
            what = "said nothing any more" if is_silent else f"ended ({process.exitcode})"
            logger().error("web", trouble=f"the process that answers readers {what}: another one follows")
            pause = _FIRST_PAUSE if app.seconds() - began > _LONGEST_PAUSE else min(2 * pause, _LONGEST_PAUSE)
            _rest(pause, stop)
    finally:
        listening.close()


def _started(config: Config, listening: socket.socket) -> tuple[SpawnProcess, Connection]:
    # Not forked: the daemon has many threads, and one of them may hold a lock at that moment.
    context = multiprocessing.get_context("spawn")
    far_end, leash = context.Pipe()
    process = context.Process(target=_answer, args=(config, listening, far_end), name="web", daemon=True)
    try:
        process.start()
    finally:
        far_end.close()
    return process, leash


def _accompany(
    process: SpawnProcess, leash: Connection, is_fresh: Callable[[], bool], stop: Callable[[], bool]
) -> bool:
    """Tells the process how the daemon is, until one of the two ends. True where it had to be ended, as it was silent.

    Only time in which the daemon itself was at work is counted: the whole machine may have been asleep.
    """
    told, looked, silent, most = -_TOLD_EVERY, app.seconds(), 0.0, _STARTS_WITHIN
    while process.is_alive() and not stop():
        silent += min(app.seconds() - looked, _TOLD_EVERY)
        looked = app.seconds()
        if _was_heard(leash):
            silent, most = 0.0, _SILENT_AT_MOST
        if silent >= most:
            process.kill()
            return True
        if app.seconds() - told >= _TOLD_EVERY:
            told = app.seconds()
            with contextlib.suppress(OSError):  # it is just ending
                leash.send_bytes(b"fresh" if is_fresh() else b"stale")
        process.join(_LOOKED_EVERY)
    return False


def _was_heard(leash: Connection) -> bool:
    is_heard = False
    with contextlib.suppress(EOFError, OSError):  # it is just ending
        while leash.poll():
            leash.recv_bytes()
            is_heard = True
    return is_heard


def _end(process: SpawnProcess, leash: Connection) -> None:
    leash.close()
    process.join(_ENDS_WITHIN)
    if process.is_alive():
        process.kill()
        process.join()


def _rest(seconds: float, stop: Callable[[], bool]) -> None:
    until = app.seconds() + seconds
    while app.seconds() < until and not stop():
        app.pause(_LOOKED_EVERY)


# --- the other side ---


class _Leash:
    """What the process hears of the daemon."""

    def __init__(self, far_end: Connection) -> None:
        self._far_end = far_end
        self._ended = threading.Event()
        self._heard = True, app.seconds()
        threading.Thread(target=self._listen, name="leash", daemon=True).start()

    def has_ended(self) -> bool:
        return self._ended.is_set()

    def is_fresh(self) -> bool:
        is_fresh, at = self._heard
        return is_fresh and app.seconds() - at < _BELIEVED

    def pulse(self) -> None:
        """Tells the daemon that pages can be made."""
        with contextlib.suppress(OSError):  # it is just ending
            self._far_end.send_bytes(b"here")

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._heard = self._far_end.recv_bytes() == b"fresh", app.seconds()
        self._ended.set()


def _answer(config: Config, listening: socket.socket, far_end: Connection) -> None:
    """What the process does. Signals are the daemon's: it says when to end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.setswitchinterval(_TURN)
    leash = _Leash(far_end)
    from watcher.web.application import application
    from watcher.web.server import serve
    from watcher.web.site import Site
    from watcher.web.warming import settle, warmed

    set_up_logging(config.watcher.log)
    with app.archive(config) as store:
        site = Site(config, store, app.press_of(config), app.utc_now, leash.is_fresh)
        token = site.token.made()
        service = warmed(application(site), token, site.feeds())
        settle()
        serve(service, listening, leash.has_ended, leash.pulse)
