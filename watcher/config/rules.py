"""`topics add`: the table of a topic written into the file a person wrote."""

from __future__ import annotations

import tomllib
from pathlib import Path

from watcher.config.edit import ROWS, cannot_write, end_of_table, parsed, with_breaks_of, write_checked
from watcher.config.load import read_text
from watcher.config.places import key_lines
from watcher.errors import ConfigError
from watcher.keys import values


def topic_problem(id: str) -> str | None:
    """What the configuration would refuse about a topic's short name."""
    try:
        values.topic_id(id)
    except ValueError as error:
        return f"{error}, found {id!r}"
    return None


def add_topic(file: Path, id: str, lines: str) -> None:
    """Writes a topic's table behind the last one, its comments with it.

    A file that cannot be changed is a ConfigError that holds the lines to paste.
    """
    text = read_text(file)
    before = parsed(text, file)
    topics = before.get("topics", {})
    if id in topics:
        raise ConfigError(f"{file}: there is a topic {id!r} already; choose another id with --id")
    table = tomllib.loads(lines)["topics"][id]
    rows = ROWS.findall(text)
    places = key_lines(text)
    numbers = [places[("topics", name)] for name in topics if ("topics", name) in places]
    if numbers and not rows[max(numbers) - 1].lstrip().startswith("["):
        raise cannot_write(file, "its topics are not tables of their own", lines)
    end = end_of_table(text, rows, max(numbers) - 1) if numbers else len(rows)
    head, tail = "".join(rows[:end]), "".join(rows[end:])
    gap = "" if not head or head.endswith("\n\n") else "\n" if head.endswith("\n") else "\n\n"
    below = "\n" if tail.strip() and tail[:1] not in "\r\n" else ""
    changed = head + with_breaks_of(text, gap + lines + below) + tail
    write_checked(file, changed, {**before, "topics": {**topics, id: table}}, lines)


def topic_lines(text: str, id: str) -> str:
    """The lines of a topic's table as they stand in a configuration, its comments with them."""
    rows = ROWS.findall(text)
    start = key_lines(text)[("topics", id)] - 1
    return "".join(rows[start : end_of_table(text, rows, start)])
