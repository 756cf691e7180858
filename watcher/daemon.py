"""The daemon: a bell, a few hands, and a clean end.

APScheduler only rings: what is due is data in the store, so a bell that is late, missed or doubled changes nothing.
One thread polls without end; one makes editions; each channel has one that delivers, so that a slow mail server holds
up no source, no edition and no other channel; one has articles encoded and judges them again; one, where there is a
machine, has headlines put into other languages; one puts words into the index; one answers readers. None holds up the
end: what is known is written, what was under way is done again.

SIGHUP ends the hands like SIGTERM does, and whoever started the daemon goes on with the new configuration.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from watcher import systemd
from watcher.app import Program, alone, report, resolver_of, stale_templates, standing, watch_over
from watcher.away import Away
from watcher.behind import encode, index, translate
from watcher.cadence import next_edition
from watcher.delivering import deliver_by, put_off_strays
from watcher.errors import StoreAwayError
from watcher.interpreting import machine_terms, words_of
from watcher.log import log_alarm, log_delivery, log_edition, log_visit, logger
from watcher.poll import Pass
from watcher.prune import prune
from watcher.publish import finish_files, publish
from watcher.showing import unwritten
from watcher.types import Visit
from watcher.vigil import Vigil

RING_SECONDS = 20
# How long each hand may be silent before something is wrong with it. A poll looks round twice a second, and waits for
# the writer's lock half a minute at the most; an edition of 10,000 articles is composed and rendered in half a minute.
SILENT_AT_MOST = {"bell": 3.0 * RING_SECONDS, "poll": 300.0, "editions": 900.0}
# The first edition waits for the first round of visits, but not for ever: the promise is ten minutes.
FIRST_ROUND_AT_MOST = timedelta(minutes=10)
LOOK_SECONDS = 0.5  # how often a thread that waits for something else looks whether it should end
# What the two threads may still take after SIGTERM; with the workers' two seconds the end comes within ten.
# systemd would wait 90 seconds, Docker 10.
END_WITHIN = 5.0
# What is being visited when a new configuration is there may take so long before it is left for the next visit.
FINISH_WITHIN = 10.0


class Orders:
    """What signals have asked for; outlives a daemon that another one follows."""

    def __init__(self) -> None:
        self.end: int | None = None
        self.renew = False
        self._has_terminal = os.isatty(2)

    def listen(self) -> None:
        """Takes signals from here on; in the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        signal.signal(signal.SIGHUP, self._renew)

    # No event is set here: the main thread, in which this runs, may hold that event's lock.

    def _end(self, number: int, _frame: FrameType | None) -> None:
        if self.end is not None:
            # Told twice: at once. What is written is whole, what is not will be done again.
            os._exit(128 + number)
        self.end = number

    def _renew(self, number: int, _frame: FrameType | None) -> None:
        if self._has_terminal and not os.isatty(2):  # the terminal was closed: nobody asked for anything
            self.end = number
        self.renew = True


class Daemon:
    """Polls, publishes, delivers and serves until told to stop, or to make room for another configuration."""

    def __init__(self, program: Program, orders: Orders | None = None) -> None:
        self._program = program
        self._orders = orders or Orders()
        self._stopping = threading.Event()
        self._editions_bell = threading.Event()
        self._prune_bell = threading.Event()
        self._report_bell = threading.Event()
        self._index_bell = threading.Event()
        self._delivery_bells = {name: threading.Event() for name in program.channels}
        self._pass = Pass(program.parts, self._visited)
        self._started: datetime = program.clock()
        self._vigil = Vigil(program.parts.seconds, SILENT_AT_MOST)
        self._stalled: tuple[str, ...] = ()  # what was said of hands
        self._watchdog = systemd.watchdog_seconds(os.environ)
        self._told_systemd = program.parts.seconds()
        self._standing: tuple[tuple[str, str], ...] = ()  # what was said of files and templates
        self._hands: list[threading.Thread] = []
        self._trouble: BaseException | None = None
        self._away = Away(program.store, self._stopping.wait, self._waits) if program.share is not None else None
        self._has_polled = False
        self._newest: tuple[int, ...] = ()  # the editions whose files we have seen to

    def is_fresh(self) -> bool:
        """True while the bell rings, and sources and editions are looked after."""
        return not self._vigil.stalled()

    def run(
        self, serve: Callable[[Callable[[], bool]], None] | None = None, renew: Callable[[], bool] = lambda: False
    ) -> int | None:
        """Works until a signal says to end; returns the exit code, or None to be followed by another daemon.

        `serve` answers readers until it is told to stop. `renew` is asked upon SIGHUP whether there is something to
        make room for.
        """
        # A surprise in any thread ends the daemon: whoever watches it starts it again, and nothing is lost.
        threading.excepthook = self._fell
        self._orders.listen()
        self._begin(serve)
        is_renewed = False
        while self._orders.end is None and not is_renewed and not self._stopping.wait(LOOK_SECONDS):
            self._watch()
            is_renewed = self._is_renewed(renew)
        self._end(is_renewed)
        if self._trouble is not None:
            raise self._trouble
        if is_renewed and self._orders.end is None:
            return None
        return 128 + signal.SIGINT if self._orders.end == signal.SIGINT else 0

    def _begin(self, serve: Callable[[Callable[[], bool]], None] | None) -> None:
        program = self._program
        with suppress(StoreAwayError):  # then whoever makes the next edition does it
            watch_over(program)  # before anything is made up for: what was late is told
        self._hand(self._poll, "poll")
        self._hand(self._edit, "editions")
        for name in program.channels:
            self._hand(partial(self._deliver, name), f"delivery by {name}")
        if program.config.digest.heartbeat is not None or program.config.digest.alarm is not None:
            self._hand(self._report, "report")
        if program.encoder is not None:
            self._hand(partial(encode, program, self._stopping), "encoder")
        if machine_terms(program.config) is not None:
            self._hand(partial(translate, program, self._stopping), "machine")
        self._hand(partial(index, program, self._index_bell, self._stopping), "index")
        if serve is not None:
            self._hand(lambda: serve(self._stopping.is_set), "web")
        self._bell = self._new_bell()
        self._bell.start()
        self._ring()
        logger().info("started", sources=len(program.config.sources), encoder=program.config.stories.encoder)
        for warning in stale_templates(program.config):
            logger().warning("template", trouble=warning)
        systemd.tell(os.environ, "READY=1", self._status())

    def _hand(self, work: Callable[[], None], name: str) -> None:
        # Daemonic: a mail server that hangs must not keep the process; its lease runs out and the mail is sent again.
        if self._away is not None:  # one of several daemons: it is begun anew when the database is back
            work = partial(self._away.outlived, work, name)
        hand = threading.Thread(target=work, name=name, daemon=True)
        self._hands.append(hand)
        hand.start()

    def _end(self, is_renewed: bool) -> None:
        now = f"MONOTONIC_USEC={int(self._program.parts.seconds() * 1e6)}"
        systemd.tell(os.environ, *(("RELOADING=1", now) if is_renewed else ("STOPPING=1",)))
        self._bell.shutdown(wait=False)
        if is_renewed:
            self._finish_visits()
        self._stopping.set()
        self._ring_editions()
        by = self._program.parts.seconds() + END_WITHIN
        for hand in self._hands:  # before anything is closed that they work with
            hand.join(max(0.0, by - self._program.parts.seconds()))
        under_way = [hand.name for hand in self._hands if hand.is_alive()]
        logger().info("reloading" if is_renewed else "stopped", under_way=under_way)

    def _finish_visits(self) -> None:
        self._pass.finish()
        by = self._program.parts.seconds() + FINISH_WITHIN
        while self._hands[0].is_alive() and self._orders.end is None and self._program.parts.seconds() < by:
            self._hands[0].join(LOOK_SECONDS)

    # --- how it is ---

    def _watch(self) -> None:
        """Says what has come to a standstill; systemd hears of us only while nothing has."""
        stalled = self._vigil.stalled()
        for name in set(stalled) - set(self._stalled):
            logger().error("standstill", hand=name, trouble=f"nothing was heard of it for {SILENT_AT_MOST[name]:g} s")
        self._stalled = stalled
        now = self._program.parts.seconds()
        if self._watchdog is not None and not stalled and now - self._told_systemd >= self._watchdog / 3:
            self._told_systemd = now
            systemd.tell(os.environ, "WATCHDOG=1", self._status())

    def _status(self) -> str:
        config = self._program.config
        coming = next_edition(config.schedules[0], self._program.clock())
        when = f", next edition {coming[1]:%Y-%m-%d %H:%M} UTC" if coming else ""
        return f"STATUS={len(config.sources)} sources{when}"

    def _is_renewed(self, renew: Callable[[], bool]) -> bool:
        if not self._orders.renew:
            return False
        self._orders.renew = False
        return renew()

    def _waits(self, name: str) -> None:
        """Notes that a hand waits, and knows for what."""
        if name in SILENT_AT_MOST:
            self._vigil.heard(name)

    def _is_over(self, name: str) -> bool:
        """Whether a hand is to end: whoever asks is at work."""
        self._vigil.heard(name)
        return self._stopping.is_set()

    def _waited(self, seconds: float) -> bool:
        """Waits within an edition's work."""
        self._vigil.heard("editions")
        return self._stopping.wait(seconds)

    def _new_bell(self) -> BackgroundScheduler:
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
        self._vigil.heard("bell")
        self._pass.ring(self._program.config.sources)

    def _ring_editions(self) -> None:
        for bell in (self._editions_bell, self._report_bell, self._index_bell, *self._delivery_bells.values()):
            bell.set()

    # --- the hands ---

    def _poll(self) -> None:
        share = self._program.share
        if share is not None and self._has_polled:  # what was open then is nobody's: claimed in a name of its own
            share.anew()
            self._pass = Pass(self._program.parts, self._visited)
            self._ring()
        self._has_polled = True
        self._pass.run(partial(self._is_over, "poll"), forever=True)

    def _edit(self) -> None:
        program = self._program
        finish_files(program.store, program.press, program.config.schedules)
        self._say_standing()
        prune(program.store, program.clock, self._waited)
        is_over = partial(self._is_over, "editions")
        while not (is_over() or self._first_round_is_in()):
            self._stopping.wait(LOOK_SECONDS)
        while not is_over():
            self._editions_bell.clear()
            with alone(program, "editions") as is_held:
                if is_held is not None:
                    self._editions(is_held)
                    if self._prune_bell.is_set():
                        self._prune_bell.clear()
                        prune(program.store, program.clock, self._waited)
            self._write_what_others_made()
            self._editions_bell.wait()

    def _first_round_is_in(self) -> bool:
        return self._pass.rounds > 0 or self._program.clock() - self._started >= FIRST_ROUND_AT_MOST

    def _write_what_others_made(self) -> None:
        """Our own `out` may lie on another machine than that of the daemon which makes the editions."""
        program = self._program
        if program.share is None:
            return
        newest = tuple(made.id for made in program.store.made_last().values())
        if newest != self._newest:
            finish_files(program.store, program.press, program.config.schedules)
            self._newest = newest

    def _editions(self, is_held: Callable[[], bool]) -> None:
        program = self._program

        def is_over() -> bool:
            return self._is_over("editions") or not is_held()

        watch_over(program)
        if unwritten(program.store):
            finish_files(program.store, program.press, program.config.schedules)
        made = publish(
            program.store,
            program.press,
            program.paper,
            program.config.schedules,
            program.clock,
            self._waited,
            is_over,
            resolver_of(program, self._waited, is_over),
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
            channel, ending = program.channels[name], self._stopping
            if deliver_by(program.store, name, channel, program.clock, ending.is_set, log_delivery, ending.wait):
                self._report_bell.set()  # an edition may be with everybody now
            bell.wait()

    def _report(self) -> None:
        while not self._stopping.is_set():
            self._report_bell.clear()
            with alone(self._program, "report") as is_held:
                if is_held is not None:
                    report(self._program, log_alarm)
            self._report_bell.wait()

    def _visited(self, visit: Visit) -> None:
        log_visit(visit)

    # --- the end ---

    def _fell(self, fallen: threading.ExceptHookArgs) -> None:
        if fallen.thread not in self._hands:  # one that a daemon before us could not wait for
            logger().warning("left behind", hand=fallen.thread.name if fallen.thread else "", trouble=fallen.exc_value)
            return
        self._trouble = self._trouble or fallen.exc_value
        self._stopping.set()
