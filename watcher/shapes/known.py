"""Known documents as programs get them."""

from __future__ import annotations

from typing import Any

from watcher.types import Seed


def seed_row(seed: Seed) -> dict[str, Any]:
    """A known document without its text."""
    return {
        "id": seed.id,
        "language": seed.language,
        "title": seed.title,
        "topics": list(seed.topics),
        "published": seed.published.date().isoformat() if seed.published else None,
        "fingerprint": seed.fingerprint is not None,
        "file": seed.file,
    }
