"""Sources added, removed, paused, resumed."""

from __future__ import annotations

import os
from pathlib import Path

from watcher import app, urls
from watcher.cli.output import say
from watcher.cli.working import chosen, configuration
from watcher.config import Config, find_config, source_lines, source_problems
from watcher.config import add_source as write_source
from watcher.config import remove_source as erase_source
from watcher.config.models import HISTORY
from watcher.errors import UsageError, WatcherError
from watcher.finding import find_source


def add_source(
    url: str, id: str | None, language: str | None, kind: str | None, path: Path | None, *, dry_run: bool = False
) -> int:
    """Asks an address once; writes it into the configuration if it is a feed, else the best source it leads to."""
    config = configuration(path)
    given = ({"id": id} if id else {}) | ({"language": language} if language else {})
    if problems := source_problems({"id": "unnamed", "kind": kind or "feed", "url": url} | given):
        raise UsageError("; ".join(problems))
    if kind in HISTORY:
        raise UsageError(f"--kind {kind}: a source of history is not asked; write it into config.toml")
    taken = {source.id for source in (*config.sources, *config.history)}
    if id in taken:
        raise UsageError(f"--id {id}: a source is called so already")
    _refuse_known(url, config)
    fetch = app.http_fetch(config, app.utc_now)
    try:
        found = find_source(url, fetch, lambda: app.pause(config.network.gap.total_seconds()), kind)
    finally:
        fetch.close()
    if found.url != url:
        say(f"{urls.masked(url)} is no feed; found: {urls.masked(found.url)}")
        _refuse_known(found.url, config)
    name = id or _free_name(urls.host(url), taken)
    row = {"id": name, "kind": found.kind, "url": found.url, **given}
    if language is None and found.reading.language:
        row |= {"language": found.reading.language} if _is_language(row, found.reading.language) else {}
    if dry_run:
        say("would be written:")
    say(source_lines(row) if dry_run else write_source(find_config(path, os.environ), row))
    parts = f" and {len(found.reading.more)} sitemaps" if found.reading.more else ""
    say(f"{name}: {len(found.reading.leads)} leads{parts} in it now")
    for other in found.others:
        say(f"also named there: watcher sources add {other}")
    return 0


def _refuse_known(url: str, config: Config) -> None:
    if any(urls.canonical(source.url) == urls.canonical(url) for source in config.sources):
        raise WatcherError(f"{urls.masked(url)} is a source already")


def _is_language(row: dict[str, str], language: str) -> bool:
    return not source_problems({**row, "language": language})


def _free_name(host: str, taken: set[str]) -> str:
    kept = host.removeprefix("www.").removeprefix("feeds.").lower()
    base = (
        "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in kept).strip("-")[:56] or "source"
    )
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def remove_source(source: str, path: Path | None) -> int:
    """Takes a source out of the configuration."""
    config = configuration(path)
    if all(each.id != source for each in config.history):
        chosen(config, [source])
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
