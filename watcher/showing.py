"""What keeps editions from being shown as they should be: files that could not be written, copied templates gone wrong.

Neither stops an edition. Both stand in checkpoints until they are mended, for `status`, `doctor`, the log and the next
attempt.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.ports import Store
from watcher.types import Slips

OUT = "out"  # the checkpoint with why files were not written, and of which editions
TEMPLATES = "templates"  # the checkpoint with what is wrong with copied templates
MOST_OWED = 64  # editions whose files are still written when `out` works again; of those before only the outbox tells
MOST_SLIPS = 20


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Why files could not be written, and the editions they are owed for."""

    text: str
    editions: tuple[int, ...]


def unwritten(store: Store) -> Unwritten | None:
    """What is owed; None while everything is in its place."""
    kept = store.checkpoint(OUT)
    if not kept:
        return None
    found = json.loads(kept)
    return Unwritten(found["text"], tuple(found["editions"]))


def owe(store: Store, text: str, editions: Sequence[int]) -> None:
    """Keeps what could not be written, and why; nothing where no edition is named."""
    newest = sorted(set(editions))[-MOST_OWED:]
    _keep(store, OUT, json.dumps({"text": text, "editions": newest}) if newest else "")


def slips(store: Store, state: str) -> tuple[str, ...]:
    """What is wrong with copies in this state: whoever touched them since may have mended it."""
    kept = store.checkpoint(TEMPLATES)
    found = json.loads(kept) if kept else {}
    return tuple(found["texts"]) if found.get("state") == state else ()


def note_slips(store: Store, found: Slips) -> None:
    """Keeps what is wrong with the copies: a slip that only a busy day shows is told until they are touched."""
    texts = dict.fromkeys([*slips(store, found.state), *found.texts])
    _keep(store, TEMPLATES, json.dumps({"state": found.state, "texts": [*texts][-MOST_SLIPS:]}) if texts else "")


def _keep(store: Store, name: str, value: str) -> None:
    if (store.checkpoint(name) or "") != value:
        with store.writing() as writer:
            writer.set_checkpoint(name, value)
