"""Sources of history alone: kinds that `backfill` goes back in, and that nothing is ever polled of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from watcher.config import schema
from watcher.config.access import AccessTable
from watcher.config.models import AT_HAND, HISTORY
from watcher.holdings import HELD


def history_problems(number: int, row: Mapping[str, Any]) -> Iterator[tuple[schema.Path, str]]:
    """What no single key of a source of history shows: keys that decide nothing there."""
    kind = row.get("kind", "feed")
    if not isinstance(kind, str) or kind not in HISTORY:
        return
    here: schema.Path = ("sources", number)
    if "interval" in row:
        yield (*here, "interval"), f'not with kind = "{kind}": it is read by `watcher backfill` and never polled'
    if kind in HELD and "pages" in row:
        yield (*here, "pages"), f'not with kind = "{kind}": its pages are at hand, nobody is asked for them'
    if kind in AT_HAND:
        for key in AccessTable.model_fields:
            if key in row and row[key] not in (None, ""):
                yield (*here, key), f'not with kind = "{kind}": its files are reached without, or by AWS_… variables'
