"""`status`: how the watcher is doing, in plain words and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from watcher import app
from watcher.cli.output import emit, facts, out
from watcher.cli.surroundings import megabytes
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.shapes.status import NAMED, status_row
from watcher.store.opening import is_served, is_there, name_of


def show_status(path: Path | None, *, as_json: bool) -> None:
    """What is stored, what is due, what waits."""
    config = configuration(path)
    now = app.utc_now()
    with app.reading(config) as store:
        row = status_row(config, store, now)
    if as_json:
        emit(row)
        return
    told = config.watcher
    is_begun = is_there(told.data_dir, told.database, told.database_password)
    for line in sentences(row, config, now, is_begun=is_begun):
        out(line)
    if "machine" in row:
        facts({"machine": row["machine"]}, as_json=False)


# --- in words ---


def sentences(row: Mapping[str, Any], config: Config, now: datetime, *, is_begun: bool = True) -> Iterator[str]:
    """A line for each thing one wants to know, the most wanted first."""
    when = _When(now, ZoneInfo(config.timezone))
    yield f"watcher {row['version']} on {row['config']}"
    running = row["daemon"]
    yield f"Running:       {'no, `watcher run` starts it' if running is None else f'yes (pid {running})'}"
    last, coming = row["last_edition"], row["next_edition"]
    yield f"Last edition:  {when(last)}, {row['last_edition_stories']} stories" if last else "Last edition:  none yet"
    yield f"Next edition:  {when(coming)}" if coming else "Next edition:  none: [digest] days leaves every day out"
    yield f"Sources:       {', '.join(_of_sources(row))}"
    if row["next_visits"]:
        coming = (f"{each['source']} {when(each['due'])}" for each in row["next_visits"])
        yield f"Next visits:   {', '.join(coming)}"
    yield f"Found so far:  {row['articles']:,} articles in {row['stories']:,} stories, {row['editions']:,} editions"
    yield f"To be sent:    {', '.join(_of_outbox(row, when))}"
    yield from (f"               refused: {each} (`watcher outbox list --failed`)" for each in row["refused"])
    if row["pending"]:
        yield f"To be judged:  {row['pending']:,} articles wait for the encoder"
    size = row["database"]
    growth = "" if size["bytes_a_day"] is None else f", {megabytes(size['bytes_a_day'] * 365)} more in a year like now"
    free = megabytes(row["disk_free"])
    told = config.watcher
    where = name_of(told.data_dir, told.database)
    if not is_begun:
        yield f"Database:      nothing in {where} yet; `watcher poll` or `watcher run` makes it"
    elif is_served(told.database):
        yield f"Database:      {megabytes(size['bytes'])}{growth}, in {where}; schema {size['schema']}"
        yield f"Disk:          {free} of this machine's free"
    else:
        yield f"Database:      {megabytes(size['bytes'])}{growth}; {free} of the disk free; schema {size['schema']}"
    if row["unindexed"]:
        yield f"To be indexed: {row['unindexed']:,} articles cannot be found by their words yet"
    if row["left_unread"]["looked"]:
        yield f"Left unread:   {row['left_unread']['text']}"
    for trouble in (row["encoder_trouble"], row["out_trouble"], *row["template_trouble"]):
        if trouble:
            yield f"Wants mending: {trouble}"


_STATES = (
    ("failing", "failing"),
    ("missed", "did not answer last time"),
    ("paused", "paused"),
    ("ended", "ended for good"),
)


def _of_sources(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"{row['sources']}, {row['due']} due now"
    for name, words in _STATES:
        if named := row[name]:
            rest = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
            yield f"{len(named)} {words} ({', '.join(named[:NAMED])}{rest})"


def _of_outbox(row: Mapping[str, Any], when: _When) -> Iterator[str]:
    waiting = sum(row["outbox"].get(state, 0) for state in ("waiting", "sending"))
    if not waiting:
        yield "nothing waits"
    elif row["next_attempt"] is None:
        yield f"{waiting} under way"
    else:
        yield f"{waiting} wait, tried next {when(row['next_attempt'])}"


class _When:
    """A moment as the clock on the wall shows it, with how far away it is."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self._now, self._zone = now, zone

    def __call__(self, moment: str) -> str:
        then = datetime.fromisoformat(moment)
        local, today = then.astimezone(self._zone), self._now.astimezone(self._zone).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%a %Y-%m-%d %H:%M}{self._apart(then)}"

    def _apart(self, then: datetime) -> str:
        days = abs(then - self._now) // timedelta(days=1)
        return f" ({days} days {'from now' if then > self._now else 'ago'})" if days > 1 else ""
