"""What the daemon does behind everything else: encoding, translating, indexing, retiring.

Each is a hand of its own that works until it is told to stop. No edition waits for one longer than it says, and what
goes wrong here keeps nobody from anything: it is told, and tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Event

from watcher.app import Program, alone, encoding_run
from watcher.errors import StoreAwayError, StoreError
from watcher.indexing import catch_up
from watcher.interpreting import translating_run
from watcher.log import logger
from watcher.prune import Nights, retire_tonight
from watcher.types import Trouble

AGAIN_SECONDS = 20.0  # after which a hand looks whether what another process did meanwhile is done


def encode(program: Program, stopping: Event) -> None:
    """Has new articles encoded, and judges them again."""
    while not stopping.is_set():
        with encoding_run(program, stopping.is_set) as run:
            if run is not None:
                run.forever(stopping.wait, _encoder_failed, _encoded)
        stopping.wait(AGAIN_SECONDS)  # a command beside us encodes at the moment


def translate(program: Program, stopping: Event) -> None:
    """Has the machine put headlines into the readers' languages."""
    while not stopping.is_set():
        with translating_run(program, stopping.is_set) as run:
            if run is not None:
                run.forever(stopping.wait, _machine_failed, _worded)
        stopping.wait(AGAIN_SECONDS)  # a command beside us asks at the moment


def index(program: Program, bell: Event, stopping: Event) -> None:
    """Puts words of new articles into the index, and retires old ones at night, each time that the bell rings.

    Once a day, and at the start, it looks whether what is kept of counts is so.
    """
    looked: date | None = None
    while not stopping.is_set():
        bell.clear()
        try:
            with alone(program, "index") as is_held:
                done = _caught_up(program, stopping, is_held) if is_held is not None else 0
                if is_held is not None:
                    _retire(program, stopping)
                    looked = _recount(program, stopping, looked)
        except StoreAwayError:
            raise
        except StoreError as error:
            logger().warning("index", trouble=str(error))
        else:
            if done:
                logger().info("indexed", articles=done)
        bell.wait()


def _caught_up(program: Program, stopping: Event, is_held: Callable[[], bool]) -> int:
    return catch_up(program.store, stopping.wait, lambda: stopping.is_set() or not is_held())


def _retire(program: Program, stopping: Event) -> None:
    """At night, and where `[archive] keep` says so: what articles said that are older than that."""
    keep = program.config.archive.keep
    if keep is None:
        return
    nights = Nights(program.config.timezone, program.clock)
    done = retire_tonight(program.store, program.clock, keep, nights, stopping.wait)
    if done:
        logger().info("retired", articles=done)


def _recount(program: Program, stopping: Event, last: date | None) -> date | None:
    """When that was looked at last: two seconds of reading where there are a million articles."""
    today = program.clock().date()
    if stopping.is_set() or today == last:
        return last
    if program.store.recount():
        logger().info("recounted")
    return today


def _encoder_failed(trouble: Trouble, pause: float) -> None:
    logger().warning("encoder", reason=str(trouble.reason), trouble=trouble.text, again_in=f"{pause:.0f}s")


def _encoded(articles: int) -> None:
    logger().info("encoded", articles=articles)


def _machine_failed(trouble: Trouble, pause: float) -> None:
    logger().warning("machine", reason=str(trouble.reason), trouble=trouble.text, again_in=f"{pause:.0f}s")


def _worded(stories: int) -> None:
    logger().info("worded", stories=stories)
