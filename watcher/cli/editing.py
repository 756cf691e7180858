"""Sources added, removed, paused, resumed."""

from __future__ import annotations

import os
from pathlib import Path

from watcher import app, urls
from watcher.cli.output import say
from watcher.cli.working import chosen, configuration
from watcher.config import add_source as write_source
from watcher.config import find_config
from watcher.config import remove_source as erase_source
from watcher.errors import WatcherError
from watcher.sources import read_any
from watcher.types import Request, Trouble


def add_source(url: str, id: str | None, language: str | None, path: Path | None) -> int:
    """Asks an address once; if it answers with a feed, writes it into the configuration."""
    config = configuration(path)
    if any(urls.canonical(source.url) == urls.canonical(url) for source in config.sources):
        raise WatcherError(f"{url} is a source already")
    fetch = app.http_fetch(config, app.utc_now)
    try:
        answer = fetch(Request(url))
    finally:
        fetch.close()
    if isinstance(answer, Trouble):
        raise WatcherError(answer.text)
    reading = read_any(answer.body, answer.url, "feed")
    name = id or _free_name(urls.host(url), {source.id for source in config.sources})
    row = {"id": name, "kind": "feed", "url": url}
    if chosen_language := language or reading.language:
        row["language"] = chosen_language
    say(write_source(find_config(path, os.environ), row))
    say(f"{name}: {len(reading.leads)} leads in it now")
    return 0


def _free_name(host: str, taken: set[str]) -> str:
    base = host.removeprefix("www.").removeprefix("feeds.").replace(".", "-")
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
