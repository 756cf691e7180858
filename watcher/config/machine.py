"""`[machine]`: what its keys need of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from watcher.config import schema


def machine_problems(row: object) -> Iterator[tuple[schema.Path, str]]:
    """What no single key shows: an address alone asks nothing, and nothing is asked without a cap."""
    if not isinstance(row, dict):
        return
    yield from ((("machine", key), text) for key, text in _problems(row))


def _problems(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "url" in row:
        if "model" not in row:
            yield "model", "missing, expected the name of the model that the service is to use"
        if "per_day" not in row:
            yield (
                "per_day",
                "missing, expected what a day may cost: money with price_in and price_out, else tokens",
            )
    for one, other in (("price_in", "price_out"), ("price_out", "price_in")):
        if one in row and other not in row:
            yield other, f"missing, expected a price for a million tokens, as there is one in {one}"
    if isinstance(row.get("what"), list) and "headlines" not in row["what"]:
        yield "what", 'expected "headlines" among them: a summary is never shown without its headline'
