"""The daemon: a bell, two hands, and a clean end.

APScheduler only rings: what is due is data in the store, so a bell that is late, missed or doubled changes nothing.
One thread polls without end; one makes editions and delivers them, so that a slow mail server holds up no source and a
long poll holds up no edition.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from watcher.app import Program
from watcher.log import log_edition, log_visit, logger
from watcher.poll import Pass
from watcher.prune import prune
from watcher.publish import deliver, publish
from watcher.types import Visit

RING_SECONDS = 20
# The first edition waits for the first round of visits, but not for ever: the promise is ten minutes.
FIRST_ROUND_AT_MOST = timedelta(minutes=10)
# Everything written and every process gone within this long after SIGTERM; systemd would wait 90 seconds.
END_WITHIN = 10.0


class Daemon:
    """Polls, publishes and delivers until told to stop."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._stopping = threading.Event()
        self._pass = Pass(program.parts, self._visited)
        self._started: datetime = program.clock()
        self._trouble: BaseException | None = None

    def run(self) -> int:
        """Works until SIGTERM or SIGINT; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        poller = threading.Thread(target=self._guarded(self._poll), name="poll")
        poller.start()
        bell = self._bell()
        bell.start()
        self._pass.ring(self._program.config.sources)
        logger().info("started", sources=len(self._program.config.sources))
        while not self._stopping.wait(timeout=1.0):
            pass
        bell.shutdown(wait=False)
        self._program.close()
        poller.join(END_WITHIN)
        logger().info("stopped")
        if self._trouble is not None:
            raise self._trouble
        return 0

    def _bell(self) -> BackgroundScheduler:
        # Misfires are caught up once, never dropped: APScheduler's default forgets a job that is a second late.
        bell = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1), "editions": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        bell.add_job(self._guarded(self._ring), "interval", seconds=RING_SECONDS, id="poll")
        bell.add_job(
            self._guarded(self._editions), "interval", seconds=RING_SECONDS, id="editions", executor="editions"
        )
        bell.add_job(self._guarded(self._prune), "interval", hours=24, id="prune")
        return bell

    def _guarded(self, work: Callable[[], None]) -> Callable[[], None]:
        """A surprise in any thread ends the daemon: whoever watches it starts it again, and nothing is lost."""

        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - kept, and raised again by the main thread
                self._trouble = self._trouble or error
                self._stopping.set()

        return guarded

    def _poll(self) -> None:
        self._pass.run(self._stopping.is_set, forever=True)

    def _ring(self) -> None:
        self._pass.ring(self._program.config.sources)

    def _editions(self) -> None:
        program = self._program
        if not self._pass.rounds and program.clock() - self._started < FIRST_ROUND_AT_MOST:
            return
        for edition in publish(program.store, program.press, program.paper, program.config.schedules, program.clock):
            log_edition(edition, len(program.store.outbox(("waiting",))))
        for row, receipt in deliver(program.store, program.channels, program.clock, self._stopping.is_set):
            logger().info(
                "delivery", edition=row.edition, channel=row.channel, state=receipt.state, reply=receipt.reply
            )

    def _prune(self) -> None:
        prune(self._program.store, self._program.clock)

    def _visited(self, visit: Visit) -> None:
        log_visit(visit)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self._stopping.is_set():
            # Told twice: at once. What is written is whole, what is not will be done again.
            signal.raise_signal(signal.SIGKILL)
        self._stopping.set()
