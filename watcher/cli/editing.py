"""Sources added, removed, paused, resumed."""

from __future__ import annotations

import os
from pathlib import Path

from watcher import app, urls
from watcher.cli.discovery import feeds_named
from watcher.cli.output import say
from watcher.cli.working import chosen, configuration
from watcher.config import add_source as write_source
from watcher.config import find_config, source_problems
from watcher.config import remove_source as erase_source
from watcher.errors import ReadError, UsageError, WatcherError
from watcher.sources import read_any
from watcher.types import Request, Trouble


def add_source(url: str, id: str | None, language: str | None, path: Path | None) -> int:
    """Asks an address once; if it answers with a feed, writes it into the configuration."""
    config = configuration(path)
    wanted = {"kind": "feed", "url": url} | ({"id": id} if id else {}) | ({"language": language} if language else {})
    if problems := source_problems({"id": "unnamed"} | wanted):
        raise UsageError("; ".join(problems))
    if id is not None and any(source.id == id for source in config.sources):
        raise UsageError(f"--id {id}: a source is called so already")
    if any(urls.canonical(source.url) == urls.canonical(url) for source in config.sources):
        raise WatcherError(f"{url} is a source already")
    fetch = app.http_fetch(config, app.utc_now)
    try:
        answer = fetch(Request(url))
    finally:
        fetch.close()
    if isinstance(answer, Trouble):
        raise WatcherError(answer.text)
    try:
        reading = read_any(answer.body, answer.url, "feed")
    except ReadError as error:
        tries = "; ".join(f"try: watcher sources add {feed}" for feed in feeds_named(answer))
        raise ReadError(f"{url} is no feed: {error}" + (f"; {tries}" if tries else "")) from error
    name = id or _free_name(urls.host(url), {source.id for source in config.sources})
    row = {"id": name, **wanted}
    if language is None and reading.language and not source_problems({**row, "language": reading.language}):
        row["language"] = reading.language
    say(write_source(find_config(path, os.environ), row))
    say(f"{name}: {len(reading.leads)} leads in it now")
    return 0


def _free_name(host: str, taken: set[str]) -> str:
    kept = host.removeprefix("www.").removeprefix("feeds.").lower()
    base = (
        "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in kept).strip("-")[:56] or "source"
    )
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def remove_source(source: str, path: Path | None) -> int:
    """Takes a source out of the configuration."""
    chosen(configuration(path), [source])
    say(erase_source(find_config(path, os.environ), source))
    return 0


def pause_source(source: str, path: Path | None, *, paused: bool) -> None:
    """Pauses or resumes a source, in the store."""
    config = configuration(path)
    chosen(config, [source])
    store = app.archive(config)
    try:
        with store.writing() as writer:
            writer.pause(source, paused)
    finally:
        store.close()
    say(f"{source} is {'paused: it is not asked until you resume it' if paused else 'asked again'}")
