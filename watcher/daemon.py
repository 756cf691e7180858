"""The daemon: a bell, a few hands, and a clean end.

APScheduler only rings: what is due is data in the store, so a bell that is late, missed or doubled changes nothing.
One thread polls without end; one makes editions; each channel has one that delivers, so that a slow mail server holds
up no source, no edition and no other channel; one has articles encoded and judges them again; one, where there is a
machine, has headlines put into other languages; one answers readers. None holds up the end: what is known is written,
what was under way is done again.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from watcher.app import Program, encoding_run, report, resolver_of, stale_templates, standing, watch_over
from watcher.delivering import deliver_by, put_off_strays
from watcher.interpreting import machine_terms, translating_run, words_of
from watcher.log import log_alarm, log_delivery, log_edition, log_visit, logger
from watcher.poll import Pass
from watcher.prune import prune
from watcher.publish import finish_files, publish
from watcher.showing import unwritten
from watcher.types import Trouble, Visit

RING_SECONDS = 20
# The first edition waits for the first round of visits, but not for ever: the promise is ten minutes.
FIRST_ROUND_AT_MOST = timedelta(minutes=10)
LOOK_SECONDS = 0.5  # how often a thread that waits for something else looks whether it should end
# What the two threads may still take after SIGTERM; with the workers' two seconds the end comes within ten.
# systemd would wait 90 seconds, Docker 10.
END_WITHIN = 5.0


class Daemon:
    """Polls, publishes, delivers and serves until told to stop."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._stopping = threading.Event()
        self._editions_bell = threading.Event()
        self._prune_bell = threading.Event()
        self._report_bell = threading.Event()
        self._delivery_bells = {name: threading.Event() for name in program.channels}
        self._pass = Pass(program.parts, self._visited)
        self._started: datetime = program.clock()
        self._rung = program.parts.seconds()
        self._standing: tuple[tuple[str, str], ...] = ()  # what was said of files and templates
        self._signal: int | None = None
        self._trouble: BaseException | None = None

    def is_fresh(self) -> bool:
        """True while the bell rings."""
        return self._program.parts.seconds() - self._rung < 3 * RING_SECONDS

    def run(self, serve: Callable[[Callable[[], bool]], None] | None = None) -> int:
        """Works until a signal says to end; returns the exit code. `serve` answers readers until it is told to stop."""
        # A surprise in any thread ends the daemon: whoever watches it starts it again, and nothing is lost.
        threading.excepthook = self._fell
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        program = self._program
        watch_over(program)  # before anything is made up for: what was late is told
        hands = [self._hand(self._poll, "poll"), self._hand(self._edit, "editions")]
        hands += [self._hand(partial(self._deliver, name), f"delivery by {name}") for name in program.channels]
        if program.config.digest.heartbeat is not None or program.config.digest.alarm is not None:
            hands.append(self._hand(self._report, "report"))
        if program.encoder is not None:
            hands.append(self._hand(self._encode, "encoder"))
        if machine_terms(program.config) is not None:
            hands.append(self._hand(self._translate, "machine"))
        if serve is not None:
            hands.append(self._hand(lambda: serve(self._stopping.is_set), "web"))
        bell = self._bell()
        bell.start()
        self._ring()
        logger().info("started", sources=len(program.config.sources), encoder=program.config.stories.encoder)
        for warning in stale_templates(program.config):
            logger().warning("template", trouble=warning)
        while self._signal is None and not self._stopping.wait(LOOK_SECONDS):
            pass
        self._end(bell, hands)
        if self._trouble is not None:
            raise self._trouble
        return 128 + signal.SIGINT if self._signal == signal.SIGINT else 0

    def _hand(self, work: Callable[[], None], name: str) -> threading.Thread:
        # Daemonic: a mail server that hangs must not keep the process; its lease runs out and the mail is sent again.
        hand = threading.Thread(target=work, name=name, daemon=True)
        hand.start()
        return hand

    def _end(self, bell: BackgroundScheduler, hands: list[threading.Thread]) -> None:
        self._stopping.set()
        bell.shutdown(wait=False)
        self._ring_editions()
        by = self._program.parts.seconds() + END_WITHIN
        for hand in hands:  # before anything is closed that they work with
            hand.join(max(0.0, by - self._program.parts.seconds()))
        logger().info("stopped", under_way=[hand.name for hand in hands if hand.is_alive()])

    def _bell(self) -> BackgroundScheduler:
        # Misfires are caught up once, never dropped: APScheduler's default forgets a job that is a second late.
        # Its threads only set events: it would swallow what work of ours raised there, and wait for it at the end.
        bell = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        bell.add_job(self._ring, "interval", seconds=RING_SECONDS, id="poll")
        bell.add_job(self._ring_editions, "interval", seconds=RING_SECONDS, id="editions")
        bell.add_job(self._prune_bell.set, "interval", hours=24, id="prune")
        return bell

    def _ring(self) -> None:
        self._rung = self._program.parts.seconds()
        self._pass.ring(self._program.config.sources)

    def _ring_editions(self) -> None:
        for bell in (self._editions_bell, self._report_bell, *self._delivery_bells.values()):
            bell.set()

    # --- the hands ---

    def _poll(self) -> None:
        self._pass.run(self._stopping.is_set, forever=True)

    def _edit(self) -> None:
        program = self._program
        finish_files(program.store, program.press, program.config.schedules)
        self._say_standing()
        prune(program.store, program.clock)
        while not (self._stopping.is_set() or self._first_round_is_in()):
            self._stopping.wait(LOOK_SECONDS)
        while not self._stopping.is_set():
            self._editions_bell.clear()
            self._editions()
            if self._prune_bell.is_set():
                self._prune_bell.clear()
                prune(program.store, program.clock)
            self._editions_bell.wait()

    def _first_round_is_in(self) -> bool:
        return self._pass.rounds > 0 or self._program.clock() - self._started >= FIRST_ROUND_AT_MOST

    def _editions(self) -> None:
        program = self._program
        watch_over(program)
        if unwritten(program.store):
            finish_files(program.store, program.press, program.config.schedules)
        made = publish(
            program.store,
            program.press,
            program.paper,
            program.config.schedules,
            program.clock,
            self._stopping.wait,
            self._stopping.is_set,
            resolver_of(program, self._stopping.wait, self._stopping.is_set),
            words_of(program.config, program.store),
        )
        for edition in made:
            log_edition(edition, sum(row.edition == edition.id for row in program.store.outbox()))
        put_off_strays(program.store, program.channels, program.clock, log_delivery)
        self._say_standing()
        if made:
            self._ring_editions()

    def _say_standing(self) -> None:
        """Says once of files and templates what is wrong with them, and once that it is not any more."""
        now, before = standing(self._program.config, self._program.store), self._standing
        self._standing = now
        for about, text in now:
            if (about, text) not in before:
                logger().warning(about, trouble=text)
        for about in {about for about, _ in before} - {about for about, _ in now}:
            logger().info(about, state="as it should be again")

    def _deliver(self, name: str) -> None:
        program, bell = self._program, self._delivery_bells[name]
        while not self._stopping.is_set():
            bell.clear()
            channel = program.channels[name]
            if deliver_by(program.store, name, channel, program.clock, self._stopping.is_set, log_delivery):
                self._report_bell.set()  # an edition may be with everybody now
            bell.wait()

    def _report(self) -> None:
        while not self._stopping.is_set():
            self._report_bell.clear()
            report(self._program, log_alarm)
            self._report_bell.wait()

    def _visited(self, visit: Visit) -> None:
        log_visit(visit)

    def _encode(self) -> None:
        while not self._stopping.is_set():
            with encoding_run(self._program, self._stopping.is_set) as run:
                if run is not None:
                    run.forever(self._stopping.wait, self._encoder_failed, self._encoded)
            self._stopping.wait(RING_SECONDS)  # a command beside us encodes at the moment

    def _encoder_failed(self, trouble: Trouble, pause: float) -> None:
        logger().warning("encoder", reason=str(trouble.reason), trouble=trouble.text, again_in=f"{pause:.0f}s")

    def _encoded(self, articles: int) -> None:
        logger().info("encoded", articles=articles)

    def _translate(self) -> None:
        while not self._stopping.is_set():
            with translating_run(self._program, self._stopping.is_set) as run:
                if run is not None:
                    run.forever(self._stopping.wait, self._machine_failed, self._worded)
            self._stopping.wait(RING_SECONDS)  # a command beside us asks at the moment

    def _machine_failed(self, trouble: Trouble, pause: float) -> None:
        logger().warning("machine", reason=str(trouble.reason), trouble=trouble.text, again_in=f"{pause:.0f}s")

    def _worded(self, stories: int) -> None:
        logger().info("worded", stories=stories)

    # --- the end ---

    def _fell(self, fallen: threading.ExceptHookArgs) -> None:
        self._trouble = self._trouble or fallen.exc_value
        self._stopping.set()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        # No event is set here: the main thread, in which this runs, may hold that event's lock.
        if self._signal is not None:
            # Told twice: at once. What is written is whole, what is not will be done again.
            os._exit(128 + number)
        self._signal = number
