"""A JSON array from somewhere else: all of its rows, or those that came before it was cut off."""

from __future__ import annotations

import json
import re
from typing import Any

from watcher.errors import ReadError
from watcher.sources.plain import clean
from watcher.sources.wrong import no_feed

MOST_ROWS = 200_000  # the largest answer of a CDX server has 150,000
_BETWEEN = re.compile(r"[\s,]*")


def rows_of(body: bytes) -> tuple[list[Any] | dict[str, Any], bool]:
    """The rows, and whether that is all of them; an object is returned as it is. ReadError for what is neither."""
    text = body.decode("utf-8-sig", "replace").strip()
    if not text:
        return [], True
    if text[0] not in "[{":
        if "<" in text[:2000]:
            reason = no_feed(text).replace(", not a feed itself", "").replace(", not a feed", "")
            raise ReadError(f"{reason} where JSON was expected")
        raise ReadError(f"no JSON where JSON was expected, but: {clean(' '.join(text[:120].split()))}")
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        if text[0] == "{":
            raise ReadError("JSON that is broken or cut off") from None
        return _complete(text), False
    return rows[:MOST_ROWS] if isinstance(rows, list) else rows, True


def _complete(text: str) -> list[Any]:
    """The rows of a broken array that are complete."""
    rows: list[Any] = []
    decoder, position = json.JSONDecoder(), 1
    while len(rows) < MOST_ROWS:
        match = _BETWEEN.match(text, position)
        position = match.end() if match else position
        try:
            row, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        rows.append(row)
    if not rows:
        raise ReadError("JSON that is broken or cut off")
    return rows
