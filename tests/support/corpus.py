"""feedparser's own test feeds, from its source archive: not part of this project, brought by `make corpus`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".cache" / "feedparser"
SANITISER_CASES = "feedparser's test feeds are not here: make corpus"


def sanitiser_cases() -> list[Path]:
    """What a feed may hold and must not run."""
    return sorted(FOLDER.glob("*/tests/wellformed/sanitize/*.xml"))
