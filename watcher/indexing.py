"""Fills the index of words behind everybody's back: small transactions, ended anywhere, continued by whoever is next.

Nothing that fetches or judges waits for it. An archive of before there was an index is caught up with the same way.
"""

from __future__ import annotations

from collections.abc import Callable

from watcher.errors import WordsError
from watcher.ports import Store

BREATH = 0.02  # seconds between two batches, in which whoever waits for the writer's lock gets it


def _go_on() -> bool:
    return False


def _in_silence(done: int) -> None:
    del done


def catch_up(
    store: Store,
    wait: Callable[[float], object],
    stop: Callable[[], bool] = _go_on,
    on_step: Callable[[int], None] = _in_silence,
) -> int:
    """Puts every article into the index that is not there yet, until `stop`; returns how many.

    An index that turns out to be damaged is made anew: all it knows stands in the articles.
    """
    done, mended = 0, False
    while not stop():
        try:
            step = store.index_next()
        except WordsError:
            if mended:
                raise
            store.forget_words()
            mended = True
            continue
        if not step:
            break
        done += step
        on_step(done)
        wait(BREATH)
    return done
