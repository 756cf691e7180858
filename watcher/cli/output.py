"""What commands print: data on stdout, talk on stderr, no colours or bars when nobody looks."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol


def say(text: str) -> None:
    """One line of talk, on stderr."""
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def out(text: str) -> None:
    """Data, on stdout. What the terminal's encoding cannot hold (a lone surrogate) is replaced, not fatal."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def emit(row: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own; escaped where the letters themselves cannot be written."""
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(row)
    out(text)


def rows(items: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """A list: JSON Lines, or columns with a heading."""
    if as_json:
        for item in items:
            emit(item)
        return
    cells = [list(columns), *([_cell(item.get(column)) for column in columns] for item in items)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    for line in cells:
        out("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def facts(item: Mapping[str, Any], *, as_json: bool) -> None:
    """One thing: a JSON object, or a line a fact; what is made of parts itself has a line for each part."""
    if as_json:
        emit(item)
        return
    _lines(item, "")


def _lines(item: Mapping[str, Any], indent: str) -> None:
    width = max(map(len, item), default=0)
    for name, value in item.items():
        if _is_flat(value):
            out(f"{indent}{name.ljust(width)}  {_cell(value)}".rstrip())
            continue
        out(f"{indent}{name}")
        for part in [value] if isinstance(value, Mapping) else value:
            if not isinstance(part, Mapping):
                out(f"{indent}  {_cell(part)}")
            elif _is_flat(part):
                out(f"{indent}  " + ", ".join(f"{key} {cell}" for key, each in part.items() if (cell := _cell(each))))
            else:
                _lines(part, indent + "  ")


def _is_flat(value: Any) -> bool:
    """True for what fits on a line: no table or list within a table or list."""
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return not any(isinstance(part, (Mapping, list, tuple)) for part in parts)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_cell(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(part) for part in value)
    return str(value).replace("\n", " ")


EVERY = 5.0  # seconds between two lines of progress in a log


def is_watched() -> bool:
    """True when a person looks at stderr: then there may be a progress bar."""
    return sys.stderr.isatty() and "NO_COLOR" not in os.environ


class Bar(Protocol):
    """A progress bar, or nothing at all."""

    def __call__(self, done: int, total: int, note: str) -> None: ...


@contextmanager
def told(title: str, every: float, seconds: Callable[[], float]) -> Iterator[Bar]:
    """A bar whose notes say how long it may still take, while a person looks; else a line at most `every` seconds."""
    if not is_watched():
        last: list[float] = []

        def line(done: int, total: int, note: str) -> None:
            now = seconds()
            if not last or done == total or now - last[-1] >= every:
                last[:] = [now]
                say(f"{title}: {done} of {total}  {note}")

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None, note="")
        yield lambda done, total, note: bar.update(task, completed=done, total=total, note=note)


@contextmanager
def progress(title: str) -> Iterator[Bar]:
    """A bar with an estimate on stderr while a person looks; else a line every few seconds, and none before."""
    if not is_watched():
        from watcher.app import seconds

        last = [seconds()]

        def line(done: int, total: int, note: str) -> None:
            if (now := seconds()) - last[0] >= EVERY:
                last[0] = now
                say(f"{title}: {done} of {total}  {note}".rstrip())

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total, note: bar.update(task, completed=done, total=total, description=f"{title} {note}")
