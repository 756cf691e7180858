"""Changes to the file a person wrote: a source is added or taken out, every other byte stays as it was.

The text is cut and spliced at the lines `places` knows, and read again before it is written: what an edit would break
is never stored. (tomlkit alone would move comments that stand above a removed table to its neighbour.)
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from watcher.config.histories import history_problems
from watcher.config.load import read_text
from watcher.config.models import SourceTable
from watcher.config.places import header_lines, key_lines
from watcher.config.problems import described, dotted
from watcher.config.queries import query_problems
from watcher.config.schema import is_secret
from watcher.errors import ConfigError

ROWS = re.compile(r"[^\n]*\n|[^\n]+")  # as TOML counts lines: `splitlines` breaks at a form feed in a comment too
_ONE_VALUE = re.compile(r"""(\s*([A-Za-z_]+)\s*=\s*)(?:"[^"\\\n]*"|'[^'\n]*')(\s*(?:\#[^\n]*)?\r?\n?)""")
_BLANK_OR_COMMENT = re.compile(r"\s*(#|$)")


def source_lines(source: Mapping[str, object]) -> str:
    """The lines that say in `config.toml` what a source is."""
    table = tomlkit.table()
    for key, value in source.items():
        table.add(key, _written(value))
    return f"[[sources]]\n{tomlkit.dumps(table)}"


def _written(value: object) -> object:
    if isinstance(value, Mapping):  # a table of its own would end the source's
        inline = tomlkit.inline_table()
        inline.update(value)
        return inline
    return list(value) if isinstance(value, tuple) else value


def source_rows(file: Path) -> list[dict[str, Any]]:
    """The sources as they are written in the file: no defaults, nothing of the environment."""
    rows = parsed(read_text(file), file).get("sources", [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def add_source(file: Path, source: Mapping[str, object]) -> str:
    """Writes a source behind the last one; returns the lines that were added.

    A file that cannot be changed is a ConfigError that holds the lines to paste.
    """
    return add_sources(file, [source])


def add_sources(file: Path, sources: Sequence[Mapping[str, object]]) -> str:
    """The same for several: all of them are written, or none."""
    text = read_text(file)
    before = parsed(text, file)
    lines = "\n".join(map(source_lines, sources))
    if isinstance(before.get("sources"), list) and not _is_tables(text):
        raise cannot_write(file, "its sources are one list in brackets", lines)
    taken = {row.get("id") for row in before.get("sources", [])}
    for source in sources:
        if source.get("id") in taken:
            raise ConfigError(f"{file}: there is a source {source.get('id')!r} already; choose another id with --id")
        taken.add(source.get("id"))
    expected = {**before, "sources": [*before.get("sources", []), *tomllib.loads(lines)["sources"]]}
    rows = ROWS.findall(text)
    end = _end_of_sources(text, rows)
    head = "".join(rows[:end])
    tail = "".join(rows[end:])
    gap = "" if not head or head.endswith("\n\n") else "\n" if head.endswith("\n") else "\n\n"
    changed = (
        head
        + with_breaks_of(text, gap + lines)
        + (with_breaks_of(text, "\n") if tail.strip() and tail[:1] not in "\r\n" else "")
        + tail
    )
    write_checked(file, changed, expected, lines)
    return lines


def change_source(file: Path, id: str, key: str, value: str) -> None:
    """Writes another value of a source's key, which must stand there as one text in quotes; every comment stays."""
    text = read_text(file)
    before = parsed(text, file)
    number = next((i for i, row in enumerate(before.get("sources", [])) if row.get("id") == id), None)
    if number is None:
        raise ConfigError(f"{file}: there is no source {id!r}; `watcher sources list` shows what there is")
    lines = f"{key} = {_quoted(value)}   # of source {id}\n"
    line = key_lines(text).get(("sources", number, key))
    rows = ROWS.findall(text)
    match = _ONE_VALUE.fullmatch(rows[line - 1]) if line is not None else None
    if line is None or match is None or match[2] != key:
        raise cannot_write(file, f"its {key} is not one text on a line of its own", lines)
    rows[line - 1] = f"{match[1]}{_quoted(value)}{match[3]}"
    changed = [{**row, key: value} if i == number else row for i, row in enumerate(before["sources"])]
    write_checked(file, "".join(rows), {**before, "sources": changed}, lines)


def _quoted(value: str) -> str:
    return tomlkit.item(value).as_string()


def source_problems(source: Mapping[str, object], topics: Mapping[str, object] | None = None) -> list[str]:
    """What the configuration would refuse about a source; empty when nothing.

    `topics` are the tables of its file, by id: a search may be made of the names of one.
    """
    if hidden := [key for key, info in SourceTable.model_fields.items() if key in source and is_secret(info)]:
        return [f"a secret does not belong into the file: {', '.join(hidden)}"]
    row = dict(source)
    between = [f"{dotted(path)}: {text}" for path, text in query_problems(0, row, topics or {})]
    between += [f"{dotted(path)}: {text}" for path, text in history_problems(0, row)]
    try:
        SourceTable.model_validate(row)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        return [*(described({**found, "loc": ("sources", 0, *found["loc"])}) for found in errors), *between]
    return between


def remove_source(file: Path, id: str) -> str:
    """Takes a source out; returns the lines that were taken out. Comments above its table stay."""
    text = read_text(file)
    before = parsed(text, file)
    number = next((i for i, row in enumerate(before.get("sources", [])) if row.get("id") == id), None)
    if number is None:
        raise ConfigError(f"{file}: there is no source {id!r}; `watcher sources list` shows what there is")
    if not _is_tables(text):
        raise ConfigError(f"{file}: its sources are one list in brackets; take {id!r} out by hand")
    rows = ROWS.findall(text)
    start = key_lines(text)[("sources", number)] - 1
    end = end_of_table(text, rows, start)
    removed = "".join(rows[start:end])
    while end < len(rows) and start and not rows[start - 1].strip() and not rows[end].strip():
        end += 1  # one blank line between neighbours is enough
    left = [row for i, row in enumerate(before["sources"]) if i != number]
    expected = {key: value for key, value in {**before, "sources": left}.items() if key != "sources" or value}
    write_checked(file, "".join(rows[:start] + rows[end:]), expected, f"(without these)\n{removed}")
    return removed


def parsed(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML, so nothing was changed: {error}") from None


def _is_tables(text: str) -> bool:
    """True when the sources are written as `[[sources]]` tables."""
    line = key_lines(text).get(("sources", 0))
    return line is not None and ROWS.findall(text)[line - 1].lstrip().startswith("[[")


def _end_of_sources(text: str, rows: list[str]) -> int:
    lines = key_lines(text)
    numbers = [path[1] for path in lines if len(path) == 2 and path[0] == "sources" and isinstance(path[1], int)]
    return end_of_table(text, rows, lines[("sources", max(numbers))] - 1) if numbers else len(rows)


def end_of_table(text: str, rows: list[str], start: int) -> int:
    """The row behind a table's last key; comments and blank rows behind that belong to what follows."""
    end = next((line - 1 for line in header_lines(text) if line - 1 > start), len(rows))
    while end > start + 1 and _BLANK_OR_COMMENT.match(rows[end - 1]):
        end -= 1
    return end


def with_breaks_of(text: str, lines: str) -> str:
    return lines.replace("\n", "\r\n") if "\r\n" in text else lines


def write_checked(file: Path, changed: str, expected: dict[str, Any], lines: str) -> None:
    """Writes the changed text in one step, if it says exactly what was meant."""
    if tomllib.loads(changed) != expected:
        raise cannot_write(file, "its layout is one this command does not know", lines)
    target = file.resolve()  # a link stays a link
    mode = target.stat().st_mode
    # Root may write what is marked read-only; the mark is still what its owner wants.
    if not mode & 0o222:
        raise cannot_write(file, "it is read-only", lines)
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=target.parent, delete=False) as new:
            new.write(changed)
            new.flush()
            os.fsync(new.fileno())
        Path(new.name).chmod(mode)
        Path(new.name).replace(target)
    except OSError as error:
        raise cannot_write(file, error.strerror or str(error), lines) from None


def cannot_write(file: Path, reason: str, lines: str) -> ConfigError:
    return ConfigError(f"{file} was not changed: {reason}. The lines to write there:\n\n{lines}")
