"""`sources list`: every source, the noisiest first."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from watcher import app
from watcher.cli.output import rows, say
from watcher.cli.working import configuration
from watcher.errors import UsageError
from watcher.sampling import missed
from watcher.shapes.sources import SPAN, lane_of, source_row
from watcher.shapes.telling import percent, relative, span

SORTS = ("noise", "id", "due", "failing")
HISTORY_ONLY = "history only"  # nothing is ever asked of it but by `backfill`
_COLUMNS = ("id", "state", "noise", "leads", "articles", "shown", "copies", "read", "news", "next")


def list_sources(path: Path | None, sort: str, *, as_json: bool) -> None:
    """Every source: how it does, what it brought in 30 days, and what of that reached a reader."""
    if sort not in SORTS:
        raise UsageError(f"--sort {sort}: sort by {', '.join(SORTS)}")
    config, now = configuration(path), app.utc_now()
    after = config.digest.failing_after
    every = (*config.sources, *config.history)
    names = [source.id for source in every]
    with app.reading(config) as store:
        memories = store.memories(names)
        harvests = store.harvest(names, now - SPAN)
        unread = missed(store, now)
        hosts = store.hosts({lane_of(source, memories.get(source.id)) for source in config.sources})
    listed = [
        source_row(source, memories.get(source.id), harvests[source.id], hosts.get(lane_of(source, None)), now, after)
        | {"looked": unread.of(source.id).looked, "missed": unread.of(source.id).about}
        for source in every
    ]
    past = {source.id for source in config.history}
    listed = [row | {"state": HISTORY_ONLY, "due": None} if row["id"] in past else row for row in listed]
    listed.sort(key=lambda row: _order(row, sort))
    if as_json:
        rows(listed, (), as_json=True)
        return
    rows([_words(row, now) for row in listed], _COLUMNS, as_json=False)
    if listed:
        if unread.looked:
            say(f"{unread.text[0].upper()}{unread.text[1:]}.")
        say(
            f"The last {SPAN.days} days. noise: how much of the new leads reached no reader: off topic, dropped, told "
            "in no edition, or only copies of earlier texts. read: how many of the articles are more than a headline."
        )


def _order(row: dict[str, Any], sort: str) -> tuple[Any, ...]:
    if sort == "noise":
        return row["noise"] is None, -(row["noise"] or 0), -row["leads"], row["id"]
    if sort == "due":
        return row["due"] is not None, row["due"] or "", row["id"]
    if sort == "failing":
        return row["failing_since"] is None, row["failing_since"] or "", row["id"]
    return (row["id"],)


def _words(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    state = row["state"]
    if state == "failing" and row["failing_since"]:
        state = f"failing for {span(now - datetime.fromisoformat(row['failing_since']))}"
    if state == "missed":
        state = "did not answer last time"
    if row["moved_to"]:
        state += ", moved"
    asked = state not in ("paused", "ended") and row["due"]
    return {
        **{name: row[name] for name in ("id", "leads", "articles", "shown", "copies")},
        "state": state,
        "noise": percent(row["noise"]),
        "read": percent(row["read"]),
        "news": relative(datetime.fromisoformat(row["last_news"]), now) if row["last_news"] else "",
        "next": relative(datetime.fromisoformat(row["due"]), now) if asked else "",
    }
