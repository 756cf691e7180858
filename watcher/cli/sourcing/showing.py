"""`sources show`: everything about one source, in words."""

from __future__ import annotations

from pathlib import Path

from watcher import app
from watcher.cli.output import emit, out
from watcher.cli.working import chosen, configuration
from watcher.shapes.source import known_of, row_of
from watcher.shapes.sourcewords import words_of

_WIDTH = 12


def show_source(name: str, path: Path | None, *, as_json: bool) -> int:
    """One source: its last result, when it is asked next and why, what it brought and what was dropped."""
    config = configuration(path)
    (source,) = chosen(config, [name])
    with app.reading(config) as store:
        known = known_of(store, source, app.utc_now(), config.timezone, config.digest.failing_after)
    if as_json:
        emit(row_of(known, words_of(known)))
        return 0
    for label, text in words_of(known):
        out(f"{label.ljust(_WIDTH)} {text}".rstrip())
    return 0
