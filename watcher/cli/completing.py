"""What a shell may fill in after Tab: names out of the user's own configuration. Never an error, never the network.

The file is read as TOML alone: a shell waits for it at every Tab, and one with mistakes still has names.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer

Complete = Callable[[typer.Context, str], list[str]]


def sources(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of sources."""
    rows = _configuration(ctx).get("sources")
    return _fitting(
        (row.get("id") for row in rows if isinstance(row, dict)) if isinstance(rows, list) else (), incomplete
    )


def topics(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of topics."""
    tables = _configuration(ctx).get("topics")
    return _fitting(tables if isinstance(tables, dict) else (), incomplete)


def recipients(ctx: typer.Context, incomplete: str) -> list[str]:
    """Addresses of readers."""
    digest = _configuration(ctx).get("digest")
    rows = digest.get("recipients") if isinstance(digest, dict) else None
    found = (row.get("address") for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
    return _fitting(found, incomplete)


def templates(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of shipped templates."""
    from watcher.shipped import shipped

    del ctx
    folder = shipped("templates")
    return _fitting((str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()), incomplete)


def one_of(*words: str) -> Complete:
    """A closed list of words."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        del ctx
        return _fitting(words, incomplete)

    return complete


def _fitting(names: Iterable[object], incomplete: str) -> list[str]:
    return sorted(name for name in names if isinstance(name, str) and name.startswith(incomplete))


def _configuration(ctx: typer.Context) -> dict[str, Any]:
    """The file that the command would read; an empty one where it cannot be read."""
    given = ctx.params.get("config")
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path(os.environ.get("HOME") or "~").expanduser() / ".config")
    places = [Path(str(given))] if given else [Path("config.toml"), Path(home, "watcher", "config.toml")]
    for place in places:
        try:
            return tomllib.loads(place.read_text("utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            continue
    return {}
